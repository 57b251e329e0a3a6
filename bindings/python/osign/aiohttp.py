"""OAuth 1.0a for aiohttp, as a client middleware.

>>> import aiohttp, osign
>>> async def items():
...     oauth = osign.aiohttp.OAuth1("client key", "client secret", "token", "token secret")
...     async with aiohttp.ClientSession(middlewares=[oauth]) as session:
...         async with session.get("https://api.example.com/items") as response:
...             return await response.json()

aiohttp calls it for each request that goes out: redirects and repeated requests are signed anew. A redirect that leaves
the origin is not signed.
"""

from __future__ import annotations

from asyncio import current_task
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakValueDictionary

from aiohttp.payload import BytesPayload
from yarl import URL

from ._clients import FORM, Credentials, documented
from ._urls import same_origin, without_pairs

if TYPE_CHECKING:
    from aiohttp import ClientHandlerType, ClientRequest, ClientResponse

__all__ = ["OAuth1"]


class _Call:
    """One call of a session's, with all that it sends: redirects, and attempts on another connection."""

    def __init__(self, timer: object, url: str) -> None:
        #: Held, so that no other call's timer lies where this one's does.
        self.timer = timer
        #: Where it began: signatures stay within this origin.
        self.began = url
        #: Whether it has left that origin, once and for all.
        self.left = False
        #: Whether a request of it was signed.
        self.signed = False
        #: The pairs that were put into the URL that was signed last.
        self.pairs: frozenset[str] = frozenset()


class _Calls:
    """The calls that are under way."""

    def __init__(self) -> None:
        self._by_timer: WeakValueDictionary[int, _Call] = WeakValueDictionary()
        # A call lasts as long as something that was sent for it: aiohttp keeps the responses that redirected. Another
        # middleware may hand back a response of its own, so the task keeps its last call as well.
        self._held_by: WeakKeyDictionary[object, _Call] = WeakKeyDictionary()

    def of(self, request: ClientRequest) -> _Call:
        """The call that a request is sent for."""
        # A middleware is not told what is a redirect of what. All that one call sends shares its timer, which is the
        # one thing that does. Were it gone, this must fail, and not sign for whoever a server names.
        timer = request._timer
        # By its number: from Python 3.13 on there are no weak references to it.
        call = self._by_timer.setdefault(id(timer), _Call(timer, _signable(request.url)))
        self.hold(request, call)
        self.hold(current_task(), call)
        return call

    def hold(self, sent: object, call: _Call) -> None:
        """Has the call last as long as this."""
        self._held_by[sent] = call


class OAuth1(Credentials):
    __doc__ = documented(
        "Signs what aiohttp sends: ``aiohttp.ClientSession(middlewares=[OAuth1(...)])``, or\n"
        "``session.get(url, middlewares=[OAuth1(...)])``."
    )

    @property
    def _calls(self) -> _Calls:
        # `setdefault` is atomic: threads that come first together get the same one.
        calls: _Calls = self.__dict__.setdefault("_calls", _Calls())
        return calls

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Signs a request and sends it."""
        call = self._calls.of(request)
        url = without_pairs(_signable(request.url), call.pairs)
        _set_url(request, url)
        call.left = call.left or not same_origin(call.began, url)
        if call.left:
            request.headers.popall("Authorization", None)
            response = await handler(request)
        else:
            response = await self._send_signed(request, url, handler, call)
        self._calls.hold(response, call)
        return response

    async def _send_signed(
        self, request: ClientRequest, url: str, handler: ClientHandlerType, call: _Call
    ) -> ClientResponse:
        content_type = request.headers.get("Content-Type")
        body = None
        if self._needs_body(content_type) and request.body:
            body = await request.body.as_bytes()
        if content_type is None and self._transmission == "body" and (body or request.method not in ("GET", "HEAD")):
            content_type = request.headers["Content-Type"] = FORM
        host = request.headers.get("Host")
        signed, url, call.pairs = self._signed(request.method, url, content_type, body, host, redirected=call.signed)
        call.signed = True
        _set_url(request, url)
        if signed.authorization is not None:
            request.headers["Authorization"] = signed.authorization
            return await handler(request)
        if self._transmission == "query":
            return await handler(request)
        await request.update_body(_payload(signed.body, content_type))
        try:
            return await handler(request)
        finally:
            # A redirect, or another attempt, starts from the body as it was.
            await request.update_body(_payload(body, content_type))


def _signable(url: URL) -> str:
    """A URL as it is signed. What opens a WebSocket is a GET (RFC 6455 §4.1), and the server sees http or https."""
    text = str(url)
    return f"http{text.removeprefix('ws')}" if url.scheme in ("ws", "wss") else text


def _set_url(request: ClientRequest, signable: str) -> None:
    text = f"ws{signable.removeprefix('http')}" if request.url.scheme in ("ws", "wss") else signable
    request.url = URL(text, encoded=True)


def _payload(body: bytes | None, content_type: str | None) -> BytesPayload:
    return BytesPayload(body or b"", content_type=content_type or FORM)
