"""OAuth 1.0a for httpx, sync and async.

>>> import httpx, osign
>>> client = httpx.Client(auth=osign.httpx.OAuth1("client key", "client secret", "token", "token secret"))

What httpx sends is signed as it is sent. httpx follows redirects behind the back of an ``httpx.Auth``, with the first
request's header: where a server refuses that, the redirected request is signed anew and sent once more, if it stayed
within the origin; to another origin nothing is signed.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import httpx

from ._arguments import INVALID_ARGUMENT
from ._clients import FORM, Credentials, documented
from ._errors import InputError
from ._urls import same_origin, without_pairs

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator

__all__ = ["OAuth1"]

# How servers refuse a signature.
_REFUSED = (400, 401, 403)

# The extension of a request that holds the pairs which were put into its URL. A redirected request has it too.
_PAIRS = "osign_pairs"


class OAuth1(Credentials, httpx.Auth):
    __doc__ = documented(
        "Signs what httpx sends: ``httpx.get(url, auth=OAuth1(...))``, or ``httpx.AsyncClient(auth=OAuth1(...))``."
    )

    # For another auth that calls `auth_flow` and asks what it needs. The other two read what takes part, and no more.
    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Signs a request whose body was read where it takes part, and a refused redirect of it."""
        next_request: httpx.Request | None = request
        while next_request is not None:
            unsigned_body = self._sign(next_request, redirected=next_request is not request)
            response = yield next_request
            next_request = self._redirected(next_request, response, unsigned_body)

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The same, and reads the body first."""
        if self._reads(request):
            request.read()
        yield from self.auth_flow(request)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """The same, and reads the body first."""
        if self._reads(request):
            await request.aread()
        flow = self.auth_flow(request)
        next_request = next(flow)
        with suppress(StopIteration):
            while True:
                next_request = flow.send((yield next_request))

    def _reads(self, request: httpx.Request) -> bool:
        return self._needs_body(request.headers.get("Content-Type"))

    def _sign(self, request: httpx.Request, *, redirected: bool) -> bytes | None:
        """Signs, and returns the body as it was where the protocol parameters are put into it."""
        content_type = request.headers.get("Content-Type")
        body = None
        if self._needs_body(content_type):
            # A request that is sent again has its form signed already.
            again = request.stream if isinstance(request.stream, _SignedForm) else None
            body = again.unsigned if again is not None else _read(request)
        if content_type is None and self._transmission == "body" and (body or request.method not in ("GET", "HEAD")):
            content_type = request.headers["Content-Type"] = FORM
        host = request.headers.get("Host")
        # Sent again, or where a server that redirects repeats them, the URL has pairs of the last signature.
        unsigned_url = without_pairs(str(request.url), request.extensions.get(_PAIRS, frozenset()))
        signed, url, pairs = self._signed(request.method, unsigned_url, content_type, body, host, redirected=redirected)
        request.url = httpx.URL(url)
        if pairs:
            request.extensions = {**request.extensions, _PAIRS: pairs}
        if signed.authorization is not None:
            request.headers["Authorization"] = signed.authorization
        elif self._transmission == "body" and signed.body is not None:
            request.stream = _SignedForm(request, signed.body, body or b"")
            request._content = signed.body
            request.headers["Content-Length"] = str(len(signed.body))
            request.headers.pop("Transfer-Encoding", None)
            return body
        return None

    def _redirected(
        self, request: httpx.Request, response: httpx.Response, unsigned_body: bytes | None
    ) -> httpx.Request | None:
        """The request that a redirect made of ours, to be signed; ``None`` where there is nothing to do."""
        last = response.request
        if last is request or response.status_code not in _REFUSED:
            return None
        hops = [hop.request for hop in response.history if hop.request is not request] + [last]
        if not all(same_origin(str(request.url), str(hop.url)) for hop in hops):
            return None
        again = httpx.Request(
            last.method, last.url, headers=last.headers, stream=last.stream, extensions=last.extensions
        )
        if last.method != request.method:
            again.headers.pop("Content-Type", None)  # Its form is gone.
        elif unsigned_body is not None:
            again.stream = httpx.ByteStream(unsigned_body)
        if isinstance(again.stream, httpx.ByteStream):
            again.read()
        return again


def _read(request: httpx.Request) -> bytes:
    """The body of a request, which was read."""
    with suppress(httpx.RequestNotRead):
        return request.content
    raise InputError(
        "the body takes part in the signature, and it is a stream that was not read; set requires_request_body = True "
        "in the auth that calls auth_flow",
        INVALID_ARGUMENT,
    )


class _SignedForm(httpx.ByteStream):
    """A signed form, sent once. Where httpx sends it again, to where a redirect leads, it is the form as it was: the
    protocol parameters, which PLAINTEXT makes secrets of, are for the first server alone."""

    def __init__(self, request: httpx.Request, signed: bytes, unsigned: bytes) -> None:
        super().__init__(signed)
        self._headers = request.headers
        self.unsigned = unsigned

    def _once(self) -> bytes:
        # The header went out before the body is asked for.
        self._headers["Content-Length"] = str(len(self.unsigned))
        form, self._stream = self._stream, self.unsigned
        return form

    def __iter__(self) -> Iterator[bytes]:
        yield self._once()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._once()
