"""OAuth 1.0a for aiohttp, as a client middleware.

>>> import aiohttp, osign
>>> async def items():
...     oauth = osign.aiohttp.OAuth1("client key", "client secret", "token", "token secret")
...     async with aiohttp.ClientSession(middlewares=[oauth]) as session:
...         async with session.get("https://api.example.com/items") as response:
...             return await response.json()

aiohttp calls it for each request that goes out: redirects and repeated requests are signed anew. A redirect that leaves
the origin is not signed.

``Auth`` adds the token of a grant, or signs under it:

>>> async def items(store):
...     auth = osign.aiohttp.Auth(store, "crm", origin="https://api.example.com")
...     async with aiohttp.ClientSession(middlewares=[auth]) as session:
...         async with session.get("https://api.example.com/items") as response:
...             return await response.json()
"""

from __future__ import annotations

from contextlib import suppress
from sys import getrefcount
from typing import TYPE_CHECKING
from weakref import ref

from ._arguments import INVALID_ARGUMENT, checked_or_none
from ._async import in_thread
from ._clients import FORM, Credentials, Signs, needs
from ._errors import InputError
from ._tokens import GrantAuth, GrantSigns
from ._urls import same_origin, without_pairs

with needs("aiohttp"):
    from aiohttp.payload import BytesPayload, Payload
    from yarl import URL

if TYPE_CHECKING:
    from aiohttp import ClientHandlerType, ClientRequest, ClientResponse
    from typing_extensions import Unpack

    from ._clients import Signature
    from ._native import AuthorizedRequest
    from ._types import Settings, SignatureMethod, SignatureType, Text
    from ._urls import Pair

__all__ = ["Auth", "OAuth1"]

# So many calls that are over may stay besides those that are not.
_FEW = 64


class _Call:
    """One call of a session's, with all that it sends: redirects, and attempts on another connection."""

    def __init__(self, timer: object, url: str) -> None:
        #: Held, so that no other call's timer lies where this one's does.
        self.timer = timer
        #: Where it began, or the origin that was given: signatures stay within this origin.
        self.began = url
        #: Whether it has left that origin, once and for all.
        self.left = False
        #: The request that was signed last. Not held: it holds the timer.
        self.signed: ref[ClientRequest] | None = None
        #: The pairs that were put into the URL that was signed last.
        self.pairs: frozenset[Pair] = frozenset()
        #: The headers that it was signed with.
        self.authorizations: set[str] = set()

    def holders(self) -> int:
        """How many hold its timer, as CPython counts them."""
        return getrefcount(self.timer)


# What is counted where nobody else holds the timer.
_ALONE = _Call(object(), "").holders()


class _Calls:
    """The calls that are under way, and some that are over."""

    def __init__(self) -> None:
        self._by_timer: dict[int, _Call] = {}
        self._sweep_at = _FEW

    def of(self, request: ClientRequest, origin: str | None) -> _Call:
        """The call that a request is sent for. It begins where its first request goes, if no origin was given."""
        # A middleware is not told what is a redirect of what. All that one call sends shares its timer, which is the
        # one thing that does. Were it gone, this must fail, and not sign for whoever a server names.
        timer = request._timer
        if len(self._by_timer) >= self._sweep_at:
            self._sweep()
        # `setdefault` is atomic.
        return self._by_timer.setdefault(id(timer), _Call(timer, origin or _signable(request.url)))

    def _sweep(self) -> None:
        """Drops the calls that are over."""
        # A call under way has its timer: nothing else that it sends is sure to last from one redirect to the next. No
        # weak reference tells when it is over: timers take none from Python 3.13 on. So who holds them is counted.
        for call in list(self._by_timer.values()):
            if call.holders() <= _ALONE:
                self._by_timer.pop(id(call.timer), None)
        self._sweep_at = 2 * len(self._by_timer) + _FEW


class _Follows:
    """Follows the calls of sessions."""

    @property
    def _calls(self) -> _Calls:
        # `setdefault` is atomic: threads that come first together get the same one.
        calls: _Calls = self.__dict__.setdefault("_calls", _Calls())
        return calls


def _url_to_sign(request: ClientRequest, call: _Call) -> str | None:
    """The URL of a request, without what an earlier signature put into it; ``None`` where its call has left the origin."""
    url = without_pairs(_signable(request.url), call.pairs)
    _set_url(request, url)
    call.left = call.left or not same_origin(call.began, url)
    if not call.left:
        return url
    # Ours, of an earlier attempt. Another one is for where the request goes: another OAuth1's, for one.
    if request.headers.get("Authorization") in call.authorizations:
        del request.headers["Authorization"]
    return None


class _Signs(Signs):
    """Signs what aiohttp sends."""

    async def _signature(
        self, method: str, url: str, content_type: str | None, body: bytes | None, host: str | None, *, redirected: bool
    ) -> Signature:
        return self._signed(method, url, content_type, body, host, redirected=redirected)

    async def _send_signed(
        self, request: ClientRequest, url: str, handler: ClientHandlerType, call: _Call
    ) -> ClientResponse:
        content_type = request.headers.get("Content-Type")
        body = None
        if self._needs_body(content_type) and request.body:
            if request.compress:
                raise InputError(
                    "the body takes part in the signature, and aiohttp compresses it afterwards; leave compress out",
                    INVALID_ARGUMENT,
                    "compressed-body",
                )
            body = await request.body.as_bytes()
        if content_type is None and self._in_body and (body or request.method not in ("GET", "HEAD")):
            content_type = request.headers["Content-Type"] = FORM
        host = request.headers.get("Host")
        # Another middleware may send the same request again: that is no redirect.
        redirected = call.signed is not None and call.signed() is not request
        signature = await self._signature(request.method, url, content_type, body, host, redirected=redirected)
        call.pairs = signature.pairs
        call.signed = ref(request)
        _set_url(request, signature.url)
        if signature.authorization is not None:
            request.headers["Authorization"] = signature.authorization
            call.authorizations.add(signature.authorization)
            return await handler(request)
        if signature.body is None:
            return await handler(request)
        await request.update_body(_payload(signature.body, content_type))
        try:
            return await handler(request)
        finally:
            # A redirect, or another attempt, starts from the body as it was.
            await request.update_body(_payload(body, content_type))


class OAuth1(_Follows, _Signs, Credentials):
    """Signs what aiohttp sends: ``aiohttp.ClientSession(middlewares=[OAuth1(...)])``, or
    ``session.get(url, middlewares=[OAuth1(...)])``.

    Any number of threads and requests may share one. It never changes: setting an attribute is an error.

    - ``client_key``, ``client_secret``: the application's; elsewhere called consumer key and secret.
    - ``resource_owner_key``, ``resource_owner_secret``: the access token and its secret, or the request token while one
      is being exchanged.
    - ``callback_uri``, ``verifier``: sent as ``oauth_callback`` and ``oauth_verifier`` with each request; nothing is
      sent for ``""``.
    - ``signature_method``: ``osign.oauth1.SignatureMethod`` has the names.
    - ``signature_type``: where the protocol parameters travel: ``"AUTH_HEADER"``, ``"QUERY"`` or ``"BODY"``, in capitals
      or not.
    - ``rsa_key``: for the RSA methods, a PKCS#1 or PKCS#8 PEM text, not encrypted.
    - ``force_include_body``: send ``oauth_body_hash`` with a body that has a content type and is no form. The hash is the
      signature method's own, SHA-1 for HMAC-SHA1.
    - ``realm``: sent first in the header, never signed. An empty one is none, unless ``send_empty_realm`` is ``True``.
    - ``nonce``, ``timestamp``: in place of fresh ones, for tests. The timestamp is in Unix seconds.
    - ``clock_offset``: seconds to add to a clock that is off.
    - ``send_empty_token``: whether ``oauth_token=""`` is sent where there is no token.
    - ``version``, ``send_version``: the value of ``oauth_version``, and whether it is sent.
    - ``plaintext_nonce``: whether PLAINTEXT sends nonce and timestamp.
    - ``url_form``: ``"as-given"``, which is usual, signs the URL as the client spells it, and ``"normal"`` puts its normal
      form into the request (RFC 3986 §6.2.2, §6.2.3).
    - ``mastercard_form``: whether requests have the form that Mastercard's own libraries give them, which is not that of RFC
      5849: what is encoded twice there is encoded once, and every body has its hash, so all of it is read.

    Texts are ``str``, or ``bytes`` in UTF-8. Raises ``osign.InputError`` and ``osign.InvalidKeyError``, or a
    ``TypeError``; and ``osign.InputError`` when a request cannot be signed.

    ``origin``, such as ``"https://api.example.com"``: nothing is signed that does not go there. Without it a call is signed
    for the origin that it begins with.
    """

    def __init__(
        self,
        client_key: Text,
        client_secret: Text | None = None,
        resource_owner_key: Text | None = None,
        resource_owner_secret: Text | None = None,
        callback_uri: Text | None = None,
        signature_method: SignatureMethod = "HMAC-SHA1",
        signature_type: SignatureType = "AUTH_HEADER",
        rsa_key: Text | None = None,
        verifier: Text | None = None,
        *,
        force_include_body: bool = False,
        realm: Text | None = None,
        nonce: Text | None = None,
        timestamp: int | str | None = None,
        clock_offset: int = 0,
        origin: Text | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        super().__init__(
            client_key,
            client_secret,
            resource_owner_key,
            resource_owner_secret,
            callback_uri,
            signature_method,
            signature_type,
            rsa_key,
            verifier,
            force_include_body=force_include_body,
            realm=realm,
            nonce=nonce,
            timestamp=timestamp,
            clock_offset=clock_offset,
            **settings,
        )
        self._origin = _origin(origin)

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Signs a request and sends it."""
        call = self._calls.of(request, self._origin)
        url = _url_to_sign(request, call)
        return await (handler(request) if url is None else self._send_signed(request, url, handler, call))


class _GrantSigns(_Signs, GrantSigns):
    """Signs what aiohttp sends, under a grant."""

    async def _signature(
        self, method: str, url: str, content_type: str | None, body: bytes | None, host: str | None, *, redirected: bool
    ) -> Signature:
        return await in_thread(self._signed, method, url, content_type, body, host, redirected=redirected)


class Auth(_Follows, GrantAuth):
    """Adds the credential of a grant of any kind to what aiohttp sends, or signs it:
    ``aiohttp.ClientSession(middlewares=[Auth(...)])``, or ``session.get(url, middlewares=[Auth(...)])``.

    - ``store``: an ``osign.Store`` or ``osign.AsyncStore``.
    - ``grant``: the grant's name.
    - ``origin``: such as ``"https://api.example.com"``. Nothing is added to what goes elsewhere, nor to where a redirect leads
      that leaves it. The grant itself must allow it, too.
    - ``min_validity``: how many seconds the token must live on.

    Where an answer means that the token has ended, it is renewed, and the request is sent once more, if its body can be. A grant
    of OAuth 1.0a signs each request, with its body where that takes part, and signs anew what a redirect makes of one within the
    origin, and what is tried again. Any number of threads and requests may share one. Raises what ``Store.authorize`` raises.
    """

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Adds the credential to a request and sends it."""
        call = self._calls.of(request, self._origin)
        url = _url_to_sign(request, call)
        # aiohttp makes a redirected request of what the caller gave: what stands in this one goes nowhere else.
        if not self._is_ours(_signable(request.url)):
            return await handler(request)
        bodies = await in_thread(self._signed_bodies)
        if bodies is not None:
            signs = _GrantSigns(self, bodies)
            return await (handler(request) if url is None else signs._send_signed(request, url, handler, call))
        authorized = await self._put_into(request)
        response = await handler(request)
        body = await response.read() if response.status >= 400 else b""
        ended = await in_thread(self._has_ended, authorized.generation, response.status, body)
        if not ended or (isinstance(request.body, Payload) and request.body.consumed):
            return response
        response.release()
        await self._put_into(request)
        return await handler(request)

    async def _put_into(self, request: ClientRequest) -> AuthorizedRequest:
        authorized = await in_thread(self._authorize, request.method, _signable(request.url))
        request.headers.update(authorized.headers)
        if not authorized.headers:
            _set_url(request, authorized.url)  # It is in the query.
        return authorized


def _origin(origin: Text | None) -> str | None:
    text = checked_or_none(origin, "origin")
    if text is None:
        return None
    with suppress(ValueError):
        url = URL(text if isinstance(text, str) else text.decode())
        if url.scheme in ("http", "https") and url == url.origin():
            return str(url)
    raise InputError("origin is no scheme, host and port, such as https://api.example.com", INVALID_ARGUMENT, "bad-origin")


def _signable(url: URL) -> str:
    """A URL as it is signed. What opens a WebSocket is a GET (RFC 6455 §4.1), and the server sees http or https."""
    text = str(url)
    return f"http{text.removeprefix('ws')}" if url.scheme in ("ws", "wss") else text


def _set_url(request: ClientRequest, signable: str) -> None:
    text = f"ws{signable.removeprefix('http')}" if request.url.scheme in ("ws", "wss") else signable
    request.url = URL(text, encoded=True)


def _payload(body: bytes | None, content_type: str | None) -> BytesPayload:
    return BytesPayload(body or b"", content_type=content_type or FORM)
