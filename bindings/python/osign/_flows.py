"""The shapes of what a login of OAuth 1.0a takes and gives, for type checkers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, TypedDict, Union

from ._types import SignatureMethod, Text, Transmission

#: An answer's headers, its content type alone, or nothing of them.
Headers: TypeAlias = Union[Mapping[str, str], Text, None]


class FlowSettings(TypedDict, total=False):
    """What can be set of a flow; ``osign.oauth1.Flow`` says what each is."""

    callback: Union[Text, None]
    account: Union[Text, None]
    request_token_url: Union[Text, None]
    authorize_url: Union[Text, None]
    access_token_url: Union[Text, None]
    renew_url: Union[Text, None]
    revoke_url: Union[Text, None]
    signature_method: Union[SignatureMethod, None]
    private_key: Union[Text, None]
    realm: Union[Text, None]
    transmission: Union[Transmission, None]
    http_method: Union[Literal["POST", "GET"], None]
    callback_in: Union[Literal["request-token", "authorize"], None]
    callback_confirmed: Union[bool, None]
    send_empty_token: Union[bool, None]
    xauth: Union[bool, None]
    user_agent: Union[Text, None]
    allow_insecure_http: Union[bool, None]
    clock_offset: Union[int, None]
    version: Union[Text, None]
    send_version: Union[bool, None]
    plaintext_nonce: Union[bool, None]


class KeptFlow(TypedDict):
    """A login under way as a web session can keep it. The time is in Unix seconds."""

    token: str
    token_secret: str
    callback: str
    account: Union[str, None]
    begun_at: int
