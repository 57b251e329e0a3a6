"""The shapes of arguments, for type checkers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Literal, TypeAlias, TypedDict, Union

#: Text: ``bytes`` are UTF-8.
Text: TypeAlias = Union[str, bytes]
#: Bytes: a ``str`` is encoded as UTF-8.
Bytes: TypeAlias = Union[str, bytes, bytearray, memoryview]
#: How a request is signed.
SignatureMethod: TypeAlias = Literal[
    "HMAC-SHA1",
    "HMAC-SHA256",
    "HMAC-SHA384",
    "HMAC-SHA512",
    "RSA-SHA1",
    "RSA-SHA256",
    "RSA-SHA512",
    "RSA-PSS-SHA256",
    "PLAINTEXT",
]
#: In which form a URL is signed.
UrlForm: TypeAlias = Literal["usual", "as-given", "normal"]
#: Where the protocol parameters travel.
Transmission: TypeAlias = Literal["header", "query", "body"]
#: The same, as the HTTP clients' classes and requests-oauthlib call it.
SignatureType: TypeAlias = Literal["AUTH_HEADER", "QUERY", "BODY", "auth_header", "query", "body"]
#: The hash of an HMAC.
Algorithm: TypeAlias = Literal["SHA1", "SHA256", "SHA512"]
#: Where a signed parameter comes from.
Origin: TypeAlias = Literal["query", "form body", "protocol"]
#: A name and its value.
Pair: TypeAlias = Union[tuple[Text, Text], list[str], list[bytes], list[Text]]
#: Names and values.
Parameters: TypeAlias = Union[Mapping[str, Text], Mapping[bytes, Text], Iterable[Pair]]
#: A request of many, or the arguments of ``sign`` by their names. A ``str`` is a sequence too, and not meant.
Row: TypeAlias = Union[
    tuple[Text, Text],
    tuple[Text, Text, Union[Bytes, None]],
    tuple[Text, Text, Union[Bytes, None], Union[Text, None]],
    list[Any],
    Mapping[str, Any],
    Mapping[bytes, Any],
]


class Settings(TypedDict, total=False):
    """Of a signer's settings, those that the HTTP clients' classes have by the same name."""

    send_empty_realm: bool
    send_empty_token: bool
    version: Text
    send_version: bool
    plaintext_nonce: bool
    url_form: UrlForm


#: A time: seconds, or a ``timedelta``.
Seconds: TypeAlias = Union[int, timedelta]
#: What sends a request in the place of the client that is built in: method, URL, headers and body; the answer's status, its
#: headers or its content type, and its body.
Send: TypeAlias = Callable[[str, str, dict[str, str], bytes], tuple[int, Union[Mapping[str, str], str, None], Bytes]]
#: How a grant came about.
GrantKind: TypeAlias = Literal["code", "client-credentials", "static"]
#: What a bundle is sealed for.
Purpose: TypeAlias = Literal["move", "backup"]


class GrantSettings(TypedDict, total=False):
    """What can be set of a grant; ``Store.add`` says what each is."""

    kind: Union[GrantKind, None]
    provider: Union[Text, None]
    profile: Union[Text, None]
    client_id: Union[Text, None]
    client_secret: Union[Text, None]
    redirect_uri: Union[Text, None]
    scope: Union[Text, None]
    account: Union[Text, None]
    authorize_url: Union[Text, None]
    token_url: Union[Text, None]
    refresh_url: Union[Text, None]
    revoke_url: Union[Text, None]
    rotation: Union[Text, None]
    api_origin: Union[Text, list[str], tuple[str, ...], None]
    user_agent: Union[Text, None]
    pkce: Union[bool, None]
    allow_insecure_http: Union[bool, None]
    secret: Union[Text, None]
    header: Union[Text, None]
    query: Union[Text, None]
    expires_at: Union[int, None]


class Kept(TypedDict):
    """A value of a callback or an answer that a grant keeps."""

    name: str
    value: str


class GrantReport(TypedDict):
    """What a grant shows of itself. Times are Unix seconds."""

    grant: str
    provider: str
    kind: GrantKind
    status: Literal["not logged in", "active", "needs login", "revoked", "exported", "imported"]
    account: Union[str, None]
    generation: int
    expires_at: Union[int, None]
    refresh_expires_at: Union[int, None]
    authorization_expires_at: Union[int, None]
    client_id: Union[str, None]
    redirect_uri: Union[str, None]
    scope: Union[str, None]
    token_type: Union[str, None]
    place: Union[str, None]
    obtained_at: Union[int, None]
    refused_since: Union[int, None]
    refused_with: Union[str, None]
    not_before: Union[int, None]
    failures: int
    last_error: Union[str, None]
    sending_since: Union[int, None]
    sending_by: Union[str, None]
    key_id: str
    kept: list[Kept]


class Finding(TypedDict):
    """What in a grant needs a person, or ends soon. The time is in Unix seconds."""

    grant: str
    what: str
    urgent: bool
    ends_at: Union[int, None]
    said: Union[str, None]


class Happening(TypedDict):
    """A line of a grant's history. The time is in Unix seconds."""

    at: int
    generation: int
    event: str
    detail: str
    owner: str


class KeptLogin(TypedDict):
    """A login as a web session can keep it."""

    grant: str
    url: str
