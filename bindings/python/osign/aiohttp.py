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

from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

from aiohttp.payload import BytesPayload
from yarl import URL

from ._clients import FORM, Credentials, documented, same_origin, without_ours

if TYPE_CHECKING:
    from aiohttp import ClientHandlerType, ClientRequest, ClientResponse

__all__ = ["OAuth1"]

_REDIRECTS = (301, 302, 303, 307, 308)


class _Redirect(NamedTuple):
    """A redirect that was just answered, to a request that may follow in the same task."""

    target: URL
    signed_url: str
    leaves: bool


_redirect: ContextVar[_Redirect | None] = ContextVar("osign_redirect", default=None)


class OAuth1(Credentials):
    __doc__ = documented(
        "Signs what aiohttp sends: ``aiohttp.ClientSession(middlewares=[OAuth1(...)])``, or\n"
        "``session.get(url, middlewares=[OAuth1(...)])``."
    )

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Signs a request and sends it."""
        redirect = _redirect.get()
        _redirect.set(None)
        follows = redirect is not None and redirect.target == request.url
        leaves = follows and redirect is not None and redirect.leaves
        if follows and redirect is not None:
            request.url = URL(without_ours(str(request.url), redirect.signed_url), encoded=True)
        response = await (handler(request) if leaves else self._send_signed(request, handler))
        location = response.headers.get("Location")
        if response.status in _REDIRECTS and location is not None:
            target = request.url.join(URL(location))
            leaves = leaves or not same_origin(str(request.url), str(target))
            _redirect.set(_Redirect(target, str(request.url), leaves))
        return response

    async def _send_signed(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        content_type = request.headers.get("Content-Type")
        body = None
        if self._needs_body(content_type) and request.body:
            body = await request.body.as_bytes()
        if content_type is None and self._transmission == "body" and (body or request.method not in ("GET", "HEAD")):
            content_type = request.headers["Content-Type"] = FORM
        host = request.headers.get("Host")
        signed, url = self._signed(request.method, str(request.url), content_type, body, host)
        request.url = URL(url, encoded=True)
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
