"""What the clients of osign.httpx and osign.httpx2 share that get a token in the three steps of OAuth 1.0a (RFC 5849 §2)."""

from __future__ import annotations

from contextlib import AbstractContextManager, aclosing, suppress
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from . import _sessions
from ._arguments import as_str, checked, renamed, reworded, true_or_false
from ._changeable import Changeable
from ._clients import SETTINGS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping

    from typing_extensions import Unpack

    from ._types import HeaderOrSignatureType, Settings, SignatureMethod, Text

_Request = TypeVar("_Request")
_Response = TypeVar("_Response")

# What Authlib calls otherwise than `OAuth1`.
_NAMES = {
    "client_id": "client_key",
    "token": "resource_owner_key",
    "token_secret": "resource_owner_secret",
    "redirect_uri": "callback_uri",
}

# Arguments of `OAuth1` that no client has.
_MORE = SETTINGS | {"nonce", "timestamp", "clock_offset"}


class HttpxChangeable(Changeable, Generic[_Request, _Response]):
    """Credentials under Authlib's names, as an ``Auth`` of the client."""

    #: The client's ``OAuth1``.
    _oauth1: ClassVar[Any]

    client_id: Text
    client_secret: Text | None
    token: Text | None
    token_secret: Text | None
    redirect_uri: Text | None
    rsa_key: Text | None
    verifier: Text | None
    signature_method: SignatureMethod
    signature_type: HeaderOrSignatureType
    realm: Text | None
    force_include_body: bool
    nonce: Text | None
    timestamp: int | str | None
    clock_offset: int

    # As in `HttpxCredentials`.
    requires_request_body = True

    def __init__(
        self,
        client_id: Text,
        client_secret: Text | None = None,
        token: Text | None = None,
        token_secret: Text | None = None,
        redirect_uri: Text | None = None,
        rsa_key: Text | None = None,
        verifier: Text | None = None,
        signature_method: SignatureMethod = "HMAC-SHA1",
        signature_type: HeaderOrSignatureType = "HEADER",
        realm: Text | None = None,
        force_include_body: bool = False,
        *,
        nonce: Text | None = None,
        timestamp: int | str | None = None,
        clock_offset: int = 0,
        **settings: Unpack[Settings],
    ) -> None:
        super().__init__(
            {
                "client_id": client_id,
                "client_secret": client_secret,
                "token": token,
                "token_secret": token_secret,
                "redirect_uri": redirect_uri,
                "rsa_key": rsa_key,
                "verifier": verifier,
                "signature_method": signature_method,
                "signature_type": signature_type,
                "realm": realm,
                "force_include_body": force_include_body,
                "nonce": nonce,
                "timestamp": timestamp,
                "clock_offset": clock_offset,
                **settings,
            }
        )
        self._latest(self._signing)  # What cannot be sent is refused at once.

    def auth_flow(self, request: _Request) -> Generator[_Request, _Response, None]:
        """Signs a request, with the credentials as they are now."""
        yield from self._latest(self._signing).auth_flow(request)

    def sync_auth_flow(self, request: _Request) -> Generator[_Request, _Response, None]:
        """The same."""
        yield from self._latest(self._signing).sync_auth_flow(request)

    async def async_auth_flow(self, request: _Request) -> AsyncGenerator[_Request, _Response]:
        """The same."""
        async with aclosing(self._latest(self._signing).async_auth_flow(request)) as flow:
            with suppress(StopAsyncIteration):
                next_request = await anext(flow)
                while True:
                    next_request = await flow.asend((yield next_request))

    def _for_temporary(self) -> Any:
        """What signs the request for temporary credentials, which has no token yet (§2.1)."""
        return self._signing({**vars(self), "token": None, "token_secret": None, "verifier": None})

    def _signing(self, values: dict[str, Any]) -> Any:
        arguments = {_NAMES.get(name, name): value for name, value in values.items()}
        if arguments["resource_owner_key"]:
            del arguments["callback_uri"]  # It goes with the first step alone.
        if as_str(checked(arguments["signature_type"], "signature_type")).upper() == "HEADER":
            arguments["signature_type"] = "AUTH_HEADER"
        return reworded(_as_here, lambda: self._oauth1(**arguments))


_as_here = renamed({there: here for here, there in _NAMES.items()})


class HttpxSession:
    """A client that gets a token. It is a ``Client`` or an ``AsyncClient``, too."""

    #: The client's ``OAuth1Auth``.
    _changeable: ClassVar[Any]

    auth: Any

    def __init__(
        self,
        client_id: Text,
        client_secret: Text | None = None,
        token: Text | None = None,
        token_secret: Text | None = None,
        redirect_uri: Text | None = None,
        rsa_key: Text | None = None,
        verifier: Text | None = None,
        signature_method: SignatureMethod = "HMAC-SHA1",
        signature_type: HeaderOrSignatureType = "HEADER",
        force_include_body: bool = False,
        *,
        realm: Text | None = None,
        callback_confirmed: bool = True,
        **more: Any,
    ) -> None:
        self._confirmed = true_or_false(callback_confirmed, "callback_confirmed")
        auth = self._changeable(
            client_id,
            client_secret,
            token,
            token_secret,
            redirect_uri,
            rsa_key,
            verifier,
            signature_method,
            signature_type,
            realm,
            force_include_body,
            **{name: more.pop(name) for name in _MORE & more.keys()},
        )
        super().__init__(auth=auth, **more)  # type: ignore[call-arg]

    @property
    def redirect_uri(self) -> Any:
        """Where the browser comes back to; it can be set."""
        return self.auth.redirect_uri

    @redirect_uri.setter
    def redirect_uri(self, redirect_uri: Text | None) -> None:
        self.auth.redirect_uri = redirect_uri

    @property
    def token(self) -> dict[str, Any]:
        """The token, its secret and the verifier, as ``oauth_token``, ``oauth_token_secret`` and ``oauth_verifier``; each may be
        ``None``. A ``dict`` with such names can be set; what it lacks stays. ``None`` takes away all three.
        """
        auth = self.auth
        return {"oauth_token": auth.token, "oauth_token_secret": auth.token_secret, "oauth_verifier": auth.verifier}

    @token.setter
    def token(self, token: Mapping[str, Any] | None) -> None:
        auth = self.auth
        if token is None:
            auth._set(token=None, token_secret=None, verifier=None)
            return
        auth._set(
            token=_sessions.token_in(token),
            token_secret=token.get("oauth_token_secret", auth.token_secret),
            verifier=token.get("oauth_verifier", auth.verifier),
        )

    def create_authorization_url(self, url: str, request_token: str | None = None, **kwargs: Any) -> str:
        """The second step: the address at which a person agrees; ``kwargs`` are parameters that the service has beside. Where there
        is a ``redirect_uri``, the address has it, too.
        """
        if self.auth.redirect_uri:
            kwargs["oauth_callback"] = self.auth.redirect_uri
        return _sessions.authorization_url(url, request_token or self.auth.token, kwargs.items())

    def parse_authorization_response(self, url: str) -> dict[str, str]:
        """What the browser brought back: the parameters of the address that it came to, whose verifier the client has from then on.

        Raises ``TokenMissing`` where the token is not the client's, if it has one, or the person refused.
        """
        auth = self.auth
        brought = _sessions.callback_of(url, auth.token)
        if not auth.token and "oauth_token" in brought:
            self.token = brought
        auth.verifier = brought.get("oauth_verifier", auth.verifier)
        return brought

    # The first and the third step, before and after sending.

    def _first(self, sending: dict[str, Any]) -> dict[str, Any]:
        return {"auth": self.auth._for_temporary(), **sending}

    def _after_first(self, response: Any) -> dict[str, str]:
        told = bool(self.auth.redirect_uri)
        temporary = _sessions.temporary_of(response, confirmed=told and self._confirmed)
        self.token = temporary
        self.auth.verifier = None
        return temporary

    def _third(self, verifier: str | None) -> AbstractContextManager[None]:
        return _sessions.third_step(self.auth, verifier, confirmed=self._confirmed)

    def _after_third(self, response: Any) -> dict[str, str]:
        self.token = token = _sessions.token_of(response)
        self.auth.verifier = None
        return token


class SyncSession(HttpxSession):
    """The same, and sends."""

    def fetch_request_token(self, url: str, **kwargs: Any) -> dict[str, str]:
        """The first step: asks for a request token, which the client has from then on, and returns what the service answered.
        ``kwargs`` go to ``post``.
        """
        response = self.post(url, **self._first(kwargs))  # type: ignore[attr-defined]
        return self._after_first(response)

    def fetch_access_token(self, url: str, verifier: str | None = None, **kwargs: Any) -> dict[str, str]:
        """The third step: exchanges request token and verifier for a token, with which the client signs from then on, and returns
        what the service answered. ``kwargs`` go to ``post``.

        Raises ``VerifierMissing`` where there is none, neither here nor of ``parse_authorization_response``.
        """
        with self._third(verifier):
            return self._after_third(self.post(url, **kwargs))  # type: ignore[attr-defined]


class AsyncSession(HttpxSession):
    """The same, awaited."""

    async def fetch_request_token(self, url: str, **kwargs: Any) -> dict[str, str]:
        """The first step: asks for a request token, which the client has from then on, and returns what the service answered.
        ``kwargs`` go to ``post``.
        """
        response = await self.post(url, **self._first(kwargs))  # type: ignore[attr-defined]
        return self._after_first(response)

    async def fetch_access_token(self, url: str, verifier: str | None = None, **kwargs: Any) -> dict[str, str]:
        """The third step: exchanges request token and verifier for a token, with which the client signs from then on, and returns
        what the service answered. ``kwargs`` go to ``post``.

        Raises ``VerifierMissing`` where there is none, neither here nor of ``parse_authorization_response``.
        """
        with self._third(verifier):
            return self._after_third(await self.post(url, **kwargs))  # type: ignore[attr-defined]
