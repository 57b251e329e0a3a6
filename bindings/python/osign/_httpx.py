"""What osign.httpx and osign.httpx2 share. The two clients have the same classes, each its own."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar

from ._arguments import INVALID_ARGUMENT
from ._async import in_thread
from ._clients import FORM, Credentials, Signs
from ._errors import InputError
from ._tokens import GrantAuth, GrantSigns
from ._urls import same_origin, without_pairs

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator

    from ._clients import Signature
    from ._native import AuthorizedRequest

# How servers refuse a signature.
_REFUSED = (400, 401, 403)

# The extension of a request that holds the pairs which were put into its URL. A redirected request has it too.
_PAIRS = "osign_pairs"

_Request = TypeVar("_Request")
_Response = TypeVar("_Response")


class SignedForm:
    """A signed form, sent once. Where the client sends it again, to where a redirect leads, it is the form as it was: the
    protocol parameters, which PLAINTEXT makes secrets of, are for the first server alone. It is a ``ByteStream``, too."""

    def __init__(self, headers: Any, signed: bytes, unsigned: bytes) -> None:
        super().__init__(signed)  # type: ignore[call-arg]
        self._headers = headers
        self._form = signed
        self.unsigned = unsigned

    def _once(self) -> bytes:
        # The header went out before the body is asked for.
        self._headers["Content-Length"] = str(len(self.unsigned))
        form, self._form = self._form, self.unsigned
        return form

    def __iter__(self) -> Iterator[bytes]:
        yield self._once()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._once()


class HttpxSigns(Signs):
    """Signs what the client sends."""

    #: The client.
    _httpx: ClassVar[Any]
    #: Its ``SignedForm``.
    _signed_form: ClassVar[Any]

    def _signing_steps(self, request: Any) -> Generator[Any, Any, None]:
        """Signs a request whose body was read where it takes part, and a refused redirect of it. Each step is a request to send,
        or makes a signature; what comes of it goes in."""
        next_request = request
        while next_request is not None:
            body = self._body_to_sign(next_request)
            signature = yield self._signature_of(next_request, body, redirected=next_request is not request)
            unsigned_body = self._put_signature(next_request, signature, body)
            response = yield next_request
            next_request = self._redirected(next_request, response, unsigned_body)

    def _reads(self, request: Any) -> bool:
        return self._needs_body(request.headers.get("Content-Type"))

    def _body_to_sign(self, request: Any) -> bytes | None:
        if not self._reads(request):
            return None
        # A request that is sent again has its form signed already.
        again = request.stream if isinstance(request.stream, SignedForm) else None
        return again.unsigned if again is not None else self._body(request)

    def _signature_of(self, request: Any, body: bytes | None, *, redirected: bool) -> partial[Signature]:
        content_type = request.headers.get("Content-Type")
        if content_type is None and self._in_body and (body or request.method not in ("GET", "HEAD")):
            content_type = request.headers["Content-Type"] = FORM
        host = request.headers.get("Host")
        # Sent again, or where a server that redirects repeats them, the URL has pairs of the last signature.
        unsigned_url = without_pairs(str(request.url), request.extensions.get(_PAIRS, frozenset()))
        return partial(self._signed, request.method, unsigned_url, content_type, body, host, redirected=redirected)

    def _put_signature(self, request: Any, signature: Signature, body: bytes | None) -> bytes | None:
        """Returns the body as it was where the protocol parameters are put into it."""
        request.url = self._httpx.URL(signature.url)
        if signature.pairs:
            request.extensions = {**request.extensions, _PAIRS: signature.pairs}
        if signature.authorization is not None:
            request.headers["Authorization"] = signature.authorization
        elif signature.body is not None:
            self._set_form(request, signature.body, body or b"")
            return body
        return None

    def _body(self, request: Any) -> bytes:
        """The body of a request, which was read."""
        with suppress(self._httpx.RequestNotRead):
            content: bytes = request.content
            return content
        raise InputError(
            "the body takes part in the signature, and it is a stream that was not read; set requires_request_body = "
            "True in the auth that calls auth_flow",
            INVALID_ARGUMENT,
            "unread-stream",
        )

    def _set_form(self, request: Any, signed: bytes, unsigned: bytes) -> None:
        request.headers.pop("Content-Length", None)
        request.headers.pop("Transfer-Encoding", None)
        # Made anew in its place, since who asks for its content is to get the signed one: that has no other way in.
        method, url, headers, extensions = request.method, request.url, request.headers, request.extensions
        vars(request).clear()
        request.__init__(method, url, headers=headers, content=signed, extensions=extensions)
        request.stream = self._signed_form(request.headers, signed, unsigned)

    def _redirected(self, request: Any, response: Any, unsigned_body: bytes | None) -> Any:
        """The request that a redirect made of ours, to be signed; ``None`` where there is nothing to do."""
        last = response.request
        if last is request or response.status_code not in _REFUSED:
            return None
        hops = [hop.request for hop in response.history if hop.request is not request] + [last]
        if not all(same_origin(str(request.url), str(hop.url)) for hop in hops):
            return None
        again = self._httpx.Request(
            last.method, last.url, headers=last.headers, stream=last.stream, extensions=last.extensions
        )
        if last.method != request.method:
            again.headers.pop("Content-Type", None)  # Its form is gone.
        elif unsigned_body is not None:
            again.stream = self._httpx.ByteStream(unsigned_body)
        if isinstance(again.stream, self._httpx.ByteStream):
            again.read()
        return again


class HttpxCredentials(HttpxSigns, Credentials, Generic[_Request, _Response]):
    """Credentials as an ``Auth`` of the client."""

    # For another auth that calls `auth_flow` and asks what it needs. The other two read what takes part, and no more.
    requires_request_body = True

    def auth_flow(self, request: _Request) -> Generator[_Request, _Response, None]:
        """Signs a request whose body was read where it takes part, and a refused redirect of it."""
        steps, result = self._signing_steps(request), None
        with suppress(StopIteration):
            while True:
                step = steps.send(result)
                result = (yield step) if isinstance(step, self._httpx.Request) else step()

    def sync_auth_flow(self, request: _Request) -> Generator[_Request, _Response, None]:
        """The same, and reads the body first."""
        if self._reads(request):
            request.read()  # type: ignore[attr-defined]
        yield from self.auth_flow(request)

    async def async_auth_flow(self, request: _Request) -> AsyncGenerator[_Request, _Response]:
        """The same, and reads the body first."""
        if self._reads(request):
            await request.aread()  # type: ignore[attr-defined]
        flow = self.auth_flow(request)
        next_request = next(flow)
        with suppress(StopIteration):
            while True:
                next_request = flow.send((yield next_request))


class OwnHeader:
    """Headers with one more, which no copy of them has: where a redirect leads, httpx sends a copy, and takes none but
    ``Authorization`` out of it. They are ``Headers``, too."""

    def __init__(self, headers: Any, name: str, value: str) -> None:
        self._name, self._value = name, value
        super().__init__(headers)  # type: ignore[call-arg]

    @property
    def raw(self) -> list[tuple[bytes, bytes]]:
        others: list[tuple[bytes, bytes]] = super().raw  # type: ignore[misc]
        return [*others, (self._name.encode(), self._value.encode())]

    def __getitem__(self, name: str) -> str:
        if name.lower() == self._name.lower():
            return self._value
        value: str = super().__getitem__(name)  # type: ignore[misc]
        return value

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name.lower() == self._name.lower() or super().__contains__(name))  # type: ignore[misc]


class HttpxGrantSigns(HttpxSigns, GrantSigns):
    """Signs what the client sends, under a grant."""


class _Read(NamedTuple):
    """A step that reads a request's or a response's body."""

    message: Any


class HttpxAuth(GrantAuth, Generic[_Request, _Response]):
    """A grant as an ``Auth`` of the client."""

    #: The client.
    _httpx: ClassVar[Any]
    #: Its ``OwnHeader``.
    _own_header: ClassVar[Any]
    #: Its ``GrantSigns``.
    _grant_signs: ClassVar[Any]

    def auth_flow(self, request: _Request) -> Generator[_Request, _Response, None]:
        """Adds the credential, and another one where it has ended; or signs."""
        steps, result = self._steps(request), None
        with suppress(StopIteration):
            while True:
                step = steps.send(result)
                if isinstance(step, self._httpx.Request):
                    result = yield step
                else:
                    result = step.message.read() if isinstance(step, _Read) else step()

    def sync_auth_flow(self, request: _Request) -> Generator[_Request, _Response, None]:
        """The same."""
        yield from self.auth_flow(request)

    async def async_auth_flow(self, request: _Request) -> AsyncGenerator[_Request, _Response]:
        """The same, and awaits the store."""
        steps, result = self._steps(request), None
        with suppress(StopIteration):
            while True:
                step = steps.send(result)
                if isinstance(step, self._httpx.Request):
                    result = yield step
                else:
                    result = await (step.message.aread() if isinstance(step, _Read) else in_thread(step))

    def _steps(self, request: Any) -> Generator[Any, Any, None]:
        """Each is a request to send, what to read, or what to ask the store; what comes of it goes in."""
        if not self._is_ours(str(request.url)):
            yield request
            return
        bodies = yield self._signed_bodies
        if bodies is not None:
            signs = self._grant_signs(self, bodies)
            if signs._reads(request):
                yield _Read(request)
            yield from signs._signing_steps(request)
            return
        authorized = yield partial(self._authorize, request.method, str(request.url))
        self._put(request, authorized)
        response = yield request
        last, status = response.request, response.status_code
        if not all(self._is_ours(str(hop.request.url)) for hop in [*response.history, response]):
            return
        if status >= 400:
            yield _Read(response)
        # Another answer may be a stream, which is of no use to its reader once it was read here.
        body = response.content if status >= 400 else b""
        if self._carries(last, authorized):
            again = yield partial(self._has_ended, authorized.generation, status, body)
        else:
            again = status in _REFUSED  # A redirect took it along in no way.
        if again and isinstance(last.stream, self._httpx.ByteStream):
            self._put(last, (yield partial(self._authorize, last.method, str(last.url))))
            yield last

    def _put(self, request: Any, authorized: AuthorizedRequest) -> None:
        for name, value in authorized.headers.items():
            if name.lower() == "authorization":
                request.headers[name] = value
            else:
                others = self._httpx.Headers(request.headers)
                others.pop(name, None)
                request.headers = self._own_header(others, name, value)
        if not authorized.headers:
            request.url = self._httpx.URL(authorized.url)  # It is in the query.

    def _carries(self, request: Any, authorized: AuthorizedRequest) -> bool:
        if not authorized.headers:
            return bool(request.url == self._httpx.URL(authorized.url))
        return all(request.headers.get(name) == value for name, value in authorized.headers.items())
