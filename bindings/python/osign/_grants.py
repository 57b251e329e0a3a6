"""The shapes of what a store takes and gives, for type checkers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Literal, TypeAlias, TypedDict, Union

from ._types import Bytes, Text

#: A time: seconds, or a ``timedelta``.
Seconds: TypeAlias = Union[int, timedelta]
#: What sends a request in the place of the client that is built in: method, URL, headers and body; the answer's status, its
#: headers or its content type, and its body.
Send: TypeAlias = Callable[[str, str, dict[str, str], bytes], tuple[int, Union[Mapping[str, str], str, None], Bytes]]
#: How a grant came about.
GrantKind: TypeAlias = Literal["code", "client-credentials", "static", "oauth1"]
#: Which bodies take part in a signature: forms alone, or all.
SignedBodies: TypeAlias = Literal["forms", "all"]
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
    consumer_key: Union[Text, None]
    consumer_secret: Union[Text, None]
    private_key: Union[Text, None]
    callback: Union[Text, None]
    token: Union[Text, None]
    token_secret: Union[Text, None]
    request_token_url: Union[Text, None]
    access_token_url: Union[Text, None]
    renew_url: Union[Text, None]
    signature_method: Union[Text, None]
    realm: Union[Text, None]
    transmission: Union[Text, None]
    http_method: Union[Text, None]
    callback_in: Union[Text, None]
    callback_confirmed: Union[bool, None]
    send_empty_token: Union[bool, None]
    authorize_parameter: Union[Text, list[str], tuple[str, ...], None]


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
    consumer_key: Union[str, None]
    redirect_uri: Union[str, None]
    callback: Union[str, None]
    scope: Union[str, None]
    token_type: Union[str, None]
    place: Union[str, None]
    obtained_at: Union[int, None]
    refused_since: Union[int, None]
    refused_with: Union[str, None]
    not_before: Union[int, None]
    failures: int
    last_error: Union[str, None]
    unread_answer_since: Union[int, None]
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


class StoreReport(TypedDict):
    """What there is to know of a store itself."""

    path: str
    host: Union[str, None]
    database: Union[str, None]
    locks: str
    anchor: Union[str, None]
    schema: int
    id: str
    grants: int
    commits: int
    quarantine: Union[Literal["moved", "restored"], None]
    not_saved: list[str]


class KeptLogin(TypedDict):
    """A login as a web session can keep it."""

    grant: str
    url: str
