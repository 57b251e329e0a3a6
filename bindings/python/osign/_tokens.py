"""What the clients' classes share that add a token: whose it is, where it may go, and whether it has ended."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ._arguments import INVALID_ARGUMENT, as_str, checked
from ._async import AsyncStore
from ._errors import InputError
from ._urls import same_origin

if TYPE_CHECKING:
    from ._grants import Seconds
    from ._native import AuthorizedRequest, Store
    from ._types import Text


class GrantAuth:
    """A grant of a store, and the origin that its token is for."""

    def __init__(self, store: Store | AsyncStore, grant: Text, *, origin: Text, min_validity: Seconds = 60) -> None:
        self._waiting = store if isinstance(store, AsyncStore) else AsyncStore.of(store)
        self._store = self._waiting.store
        self._grant = as_str(checked(grant, "grant"))
        self._origin = _origin(origin)
        self._min_validity = min_validity

    def __repr__(self) -> str:
        return f"{type(self).__module__}.{type(self).__qualname__}(grant={self._grant!r}, origin={self._origin!r})"

    def _is_ours(self, url: str) -> bool:
        """Whether the token may go there."""
        return same_origin(self._origin, url)

    def _authorize(self, method: str, url: str) -> AuthorizedRequest:
        return self._store.authorize(self._grant, method, url, min_validity=self._min_validity)

    def _has_ended(self, generation: int, status: int, body: bytes) -> bool:
        """Whether an answer says that the token has ended. Then there is another one."""
        if not self._store.is_expired(self._grant, status, body):
            return False
        self._store.refused(self._grant, generation, status)
        return True


def _origin(origin: Text) -> str:
    text = as_str(checked(origin, "origin"))
    with suppress(ValueError):
        parts = urlsplit(text)
        is_origin = parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
        if is_origin and parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1):
            return f"{parts.scheme}://{parts.netloc}"
    raise InputError("origin is no scheme, host and port, such as https://api.example.com", INVALID_ARGUMENT, "bad-origin")
