"""What the clients' classes share that add a grant's credential: whose it is, where it may go, and whether it has ended."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ._arguments import INVALID_ARGUMENT, as_str, checked
from ._async import AsyncStore
from ._clients import Signature, Signs, seen_url, sent_url
from ._errors import InputError
from ._native import is_form
from ._urls import added_pairs, same_origin

if TYPE_CHECKING:
    from ._grants import Seconds, SignedBodies
    from ._native import AuthorizedRequest, Store
    from ._types import Text


class GrantAuth:
    """A grant of a store, and the origin that its credential is for."""

    def __init__(self, store: Store | AsyncStore, grant: Text, *, origin: Text, min_validity: Seconds = 60) -> None:
        self._waiting = store if isinstance(store, AsyncStore) else AsyncStore.of(store)
        self._store = self._waiting.store
        self._grant = as_str(checked(grant, "grant"))
        self._origin = _origin(origin)
        self._min_validity = min_validity

    def __repr__(self) -> str:
        return f"{type(self).__module__}.{type(self).__qualname__}(grant={self._grant!r}, origin={self._origin!r})"

    def _is_ours(self, url: str) -> bool:
        """Whether the credential may go there."""
        return same_origin(self._origin, url)

    def _signed_bodies(self) -> SignedBodies | None:
        """Which bodies take part in the grant's signatures; None where it signs nothing."""
        return self._store.signed_bodies(self._grant)

    def _authorize(
        self, method: str, url: str, body: bytes | None = None, content_type: str | None = None
    ) -> AuthorizedRequest:
        return self._store.authorize(
            self._grant, method, url, body, content_type=content_type, min_validity=self._min_validity
        )

    def _has_ended(self, generation: int, status: int, body: bytes) -> bool:
        """Whether an answer says that the token has ended. Then there is another one."""
        if not self._store.is_expired(self._grant, status, body):
            return False
        self._store.refused(self._grant, generation, status)
        return True


class GrantSigns(Signs):
    """Signs under a grant, for what its bodies are."""

    def __init__(self, auth: GrantAuth, bodies: SignedBodies) -> None:
        self._auth = auth
        self._bodies = bodies

    def _needs_body(self, content_type: str | None) -> bool:
        return self._bodies == "all" or (content_type is not None and is_form(content_type))

    def _signed(
        self,
        method: str,
        url: str,
        content_type: str | None,
        body: str | bytes | None,
        host: str | None,
        *,
        redirected: bool = False,
    ) -> Signature:
        seen = seen_url(url, host)
        if seen != url:
            # Whoever gets the request gets the signature, whatever its Host header says: the grant must allow that place, too.
            self._auth._authorize(method, url)
        given = body.encode() if isinstance(body, str) else body
        authorized = self._auth._authorize(method, seen, given, content_type)
        authorization = authorized.headers.get("Authorization")
        changed = None if given is None or authorized.body == given else authorized.body
        is_in_query = authorization is None and changed is None
        return Signature(
            authorization,
            changed,
            sent_url(url, seen, authorized.url),
            added_pairs(seen, authorized.url) if is_in_query else frozenset(),
        )


def _origin(origin: Text) -> str:
    text = as_str(checked(origin, "origin"))
    with suppress(ValueError):
        parts = urlsplit(text)
        is_origin = parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
        if is_origin and parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1):
            return f"{parts.scheme}://{parts.netloc}"
    raise InputError("origin is no scheme, host and port, such as https://api.example.com", INVALID_ARGUMENT, "bad-origin")
