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

from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from aiohttp.payload import BytesPayload
from yarl import URL

from ._clients import FORM, Credentials, documented, same_origin, without_ours

if TYPE_CHECKING:
    from aiohttp import ClientHandlerType, ClientRequest, ClientResponse

__all__ = ["OAuth1"]


class _Call:
    """One call of a session's, with all that it sends: redirects, and attempts on another connection."""

    def __init__(self, url: str) -> None:
        #: Where it began: signatures stay within this origin.
        self.began = url
        #: Whether it has left that origin, once and for all.
        self.left = False
        #: The URL that was signed last.
        self.signed = url


class OAuth1(Credentials):
    __doc__ = documented(
        "Signs what aiohttp sends: ``aiohttp.ClientSession(middlewares=[OAuth1(...)])``, or\n"
        "``session.get(url, middlewares=[OAuth1(...)])``."
    )

    @cached_property
    def _calls(self) -> WeakKeyDictionary[object, _Call]:
        return WeakKeyDictionary()

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Signs a request and sends it."""
        # A middleware is not told what is a redirect of what. All that one call sends shares its timer, which is the
        # one thing that does. Were it gone, this must fail, and not sign for whoever a server names.
        call = self._calls.setdefault(request._timer, _Call(str(request.url)))
        request.url = URL(without_ours(str(request.url), call.signed), encoded=True)
        call.left = call.left or not same_origin(call.began, str(request.url))
        if call.left:
            request.headers.popall("Authorization", None)
            return await handler(request)
        return await self._send_signed(request, handler, call)

    async def _send_signed(self, request: ClientRequest, handler: ClientHandlerType, call: _Call) -> ClientResponse:
        content_type = request.headers.get("Content-Type")
        body = None
        if self._needs_body(content_type) and request.body:
            body = await request.body.as_bytes()
        if content_type is None and self._transmission == "body" and (body or request.method not in ("GET", "HEAD")):
            content_type = request.headers["Content-Type"] = FORM
        host = request.headers.get("Host")
        signed, url = self._signed(request.method, str(request.url), content_type, body, host)
        request.url = URL(url, encoded=True)
        call.signed = url
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


def _payload(body: bytes | None, content_type: str | None) -> BytesPayload:
    return BytesPayload(body or b"", content_type=content_type or FORM)
