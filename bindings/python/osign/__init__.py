"""Signs API requests (OAuth 1.0a, RFC 5849), exactly and fast; and keeps API tokens alive (OAuth 1.0a, and 2.0: RFC 6749).

>>> import osign
>>> signer = osign.oauth1.Signer("consumer key", "consumer secret", "token", "token secret")
>>> signer.authorization("GET", "https://api.example.com/items?page=2")[:6]
'OAuth '

- ``osign.oauth1`` signs, explains a signature, and gets a token.
- ``osign.Store`` and ``osign.AsyncStore`` keep grants, and hand out access tokens.
- ``osign.stores`` keeps them in a table of your own: by Django, by any driver of DB-API 2.0, or by an object of yours.
- ``osign.requests``, ``osign.httpx``, ``osign.httpx2`` and ``osign.aiohttp`` sign what these clients send, or add a token; the first
  three have sessions that get one. Each is imported when it is first used, and needs its client.
- ``nonce``, ``timestamp``, ``percent_encode``, ``hmac`` and ``equal_constant_time`` are the pieces.
"""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import TYPE_CHECKING

from . import oauth1
from ._async import AsyncLogin, AsyncStore
from ._errors import (
    ConfigurationError,
    Error,
    GrantLost,
    InputError,
    InternalError,
    InvalidKeyError,
    LoginFailed,
    NotSent,
    StoreError,
    TokenMissing,
    TokenRequestDenied,
    TryLater,
    UnnormalizedUrlWarning,
    UnsignedFormWarning,
    VerifierMissing,
)
from ._native import (
    AuthorizedRequest,
    Bundle,
    Login,
    Store,
    Token,
    __version__,
    equal_constant_time,
    hmac,
    new_key,
    nonce,
    percent_encode,
    timestamp,
)

if TYPE_CHECKING:
    from types import ModuleType

    from . import aiohttp, httpx, httpx2, requests, stores

__all__ = [
    "AsyncLogin",
    "AsyncStore",
    "AuthorizedRequest",
    "Bundle",
    "ConfigurationError",
    "Error",
    "GrantLost",
    "InputError",
    "InternalError",
    "InvalidKeyError",
    "Login",
    "LoginFailed",
    "NotSent",
    "Store",
    "StoreError",
    "Token",
    "TokenMissing",
    "TokenRequestDenied",
    "TryLater",
    "UnnormalizedUrlWarning",
    "UnsignedFormWarning",
    "VerifierMissing",
    "__version__",
    "equal_constant_time",
    "hmac",
    "new_key",
    "nonce",
    "oauth1",
    "percent_encode",
    "timestamp",
]

_CLIENTS = ("aiohttp", "httpx", "httpx2", "requests")


def __getattr__(name: str) -> ModuleType:
    if name == "stores":
        return _import_module(f"{__name__}.stores")
    if name not in _CLIENTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return _import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != name:
            raise
        # As an attribute that is missing, so that who only looks what there is goes on.
        raise AttributeError(str(error)) from error


def __dir__() -> list[str]:
    return sorted([*__all__, *_CLIENTS, "stores"])
