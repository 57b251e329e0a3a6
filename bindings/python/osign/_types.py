"""The shapes of arguments, for type checkers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
#: The same, as Authlib calls it.
HeaderOrSignatureType: TypeAlias = Union[Literal["HEADER", "header"], SignatureType]
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
    mastercard_form: bool
