"""Signs what requests sends, and what it makes of that: it redirects copies, and urllib3 copies the headers of each attempt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import ref

from ._arguments import INVALID_ARGUMENT
from ._clients import FORM, Signs, looks_like_form, needs
from ._errors import InputError
from ._urls import host_without_dot, same_origin, without_pairs

with needs("requests"):
    import urllib3
    from requests.models import PreparedRequest
    from requests.structures import CaseInsensitiveDict
    from urllib3.util import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._clients import Signature
    from ._urls import Pair

# urllib3 1.26 copies the headers for each attempt, and once more for the connection that makes it.
_COPIES_TWICE = vars(urllib3)["__version__"].startswith("1.")


class RequestsSigns(Signs):
    """Signs what requests sends."""

    # Whether a body without a content type may be taken for a form, as requests_oauthlib does.
    _guesses_forms = False

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Signs a prepared request, in place."""
        r.__class__ = signed_class(type(r))
        if isinstance(r, SignedRequest):
            self._sign(r, Signing(self, r.body))
        return r

    def _sign(self, r: SignedRequest, signing: Signing) -> None:
        content_type = as_text(r.headers.get("Content-Type"))
        if content_type is None and (self._in_body or (self._guesses_forms and looks_like_form(r.body))):
            if r.body or r.method not in ("GET", "HEAD"):
                content_type = r.headers["Content-Type"] = FORM
        if r.body is not None and signing.whole is None and self._needs_body(content_type):
            signing.whole = whole_body(r.body)
        if "Host" not in r.headers and (host := host_without_dot(str(r.url))) is not None:
            # urllib3 takes the dot away, and with a proxy it does not: so that it is one host, whichever way it goes.
            r.headers["Host"] = host
            signing.sets_host = True
        authorization, body, r.url, signing.pairs = self._sign_again(r, signing)
        r.signing = signing
        if authorization is not None:
            r.headers["Authorization"] = authorization
            r.headers = SignedHeaders(r.headers)
            r.headers.request = ref(r)
        elif body is not None:
            r.body = body

    def _sign_again(self, r: PreparedRequest, signing: Signing) -> Signature:
        """Another signature of the same request."""
        content_type = as_text(r.headers.get("Content-Type"))
        body = signing.whole if r.body is not None and self._needs_body(content_type) else None
        host = as_text(r.headers.get("Host"))
        return self._signed(str(r.method), str(r.url), content_type, body, host, redirected=signing.redirected)


# It shows nothing of what it holds: with PLAINTEXT the pairs carry the secrets.
@dataclass(repr=False)
class Signing:
    """How a request was signed."""

    auth: RequestsSigns
    # The body as it was before the protocol parameters came into it.
    unsigned_body: Any
    # All of it, where it takes part; a file may be at its end when it is signed anew.
    whole: str | bytes | None = None
    # The pairs that were put into the URL.
    pairs: frozenset[Pair] = frozenset()
    # Whether the Host header is of our making.
    sets_host: bool = False
    # Whether the signature may have gone out.
    sent: bool = False
    # The URL that redirected here, until the redirected request is signed.
    redirected_from: str | None = None
    # Whether it was.
    redirected: bool = False


class SignedRequest(PreparedRequest):
    """What signing makes of a prepared request: one that is signed anew when a redirect makes another of it."""

    signing: Signing | None = None
    #: What it was before.
    plain: type[PreparedRequest] = PreparedRequest

    def copy(self) -> PreparedRequest:
        """A copy, which a session redirects."""
        # Of plain headers: copying ours is what an attempt at sending does.
        headers, self.headers = self.headers, CaseInsensitiveDict(self.headers)
        try:
            copy = super().copy()
        finally:
            self.headers = headers
        if self.signing is not None:
            copy.__class__ = type(self)
            # Its header is the original's, which may send it first.
            copy.__dict__["signing"] = replace(self.signing, sent=True, redirected_from=self.url)
            if isinstance(headers, SignedHeaders):
                copy.headers = SignedHeaders(copy.headers)
                copy.headers.request = ref(copy)
        return copy

    def prepare_cookies(self, cookies: Any) -> None:
        """Sets the cookies, and signs a redirected request anew."""
        super().prepare_cookies(cookies)
        # Of what a session does to a redirected request, this comes when its URL, method and body are settled.
        if self.signing is not None and self.signing.redirected_from is not None:
            self._sign_anew(self.signing, self.signing.redirected_from)

    def prepare_auth(self, auth: Any, url: Any = "") -> None:
        """Sets another authentication, but for .netrc's, which a session sets for each redirected request."""
        if self.signing is None or not self.signing.redirected:
            super().prepare_auth(auth, url)

    def _sign_anew(self, signing: Signing, redirected_from: str) -> None:
        self.signing = None
        self.headers = CaseInsensitiveDict(self.headers)
        self.headers.pop("Authorization", None)
        if signing.sets_host:
            self.headers.pop("Host", None)
        if self.body is not None:
            self.body = signing.unsigned_body
        self.url = without_pairs(str(self.url), signing.pairs)
        if same_origin(redirected_from, self.url):
            # urllib3 would write the URL so in any case, and what is sent must be what is signed.
            self.url = parse_url(self.url).url
            anew = replace(signing, redirected_from=None, redirected=True, sent=False, sets_host=False)
            signing.auth._sign(self, anew)
        if self.body is not None:
            self.prepare_content_length(self.body)

    # A response is pickled with its request: as a plain one, without who signed it. What was sent stays in it, and with
    # PLAINTEXT that carries the secrets.
    def __reduce__(self) -> Any:
        state = {**self.__dict__, "headers": CaseInsensitiveDict(self.headers)}
        state.pop("signing", None)
        return object.__new__, (self.plain,), state


_SIGNED_CLASSES: dict[type[PreparedRequest], type[PreparedRequest]] = {PreparedRequest: SignedRequest}


def signed_class(plain: type[PreparedRequest]) -> type[PreparedRequest]:
    """The class of a signed request for that of a prepared one, which may be somebody's own."""
    if issubclass(plain, SignedRequest):
        return plain
    if plain not in _SIGNED_CLASSES:
        _SIGNED_CLASSES[plain] = type(f"Signed{plain.__name__}", (SignedRequest, plain), {"plain": plain})
    return _SIGNED_CLASSES[plain]


class SignedHeaders(CaseInsensitiveDict):  # type: ignore[type-arg]
    """Headers that urllib3 copies for each attempt at sending; each copy but the first has a new signature."""

    request: Callable[[], PreparedRequest | None] | None = None
    # Whether the next copy is the connection's, of an attempt whose copy this is.
    copied_by_connection: bool = False

    def copy(self) -> Any:
        copy = SignedHeaders(self)
        if self.copied_by_connection:
            self.copied_by_connection = False
            return copy
        copy.request = self.request
        copy.copied_by_connection = _COPIES_TWICE
        request = self.request() if self.request is not None else None
        signing = request.signing if isinstance(request, SignedRequest) else None
        if request is not None and signing is not None:
            if signing.sent:
                copy["Authorization"] = signing.auth._sign_again(request, signing).authorization
            signing.sent = True
        return copy

    def __reduce__(self) -> Any:
        return CaseInsensitiveDict, (dict(self),)


def as_text(value: str | bytes | None) -> str | None:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def whole_body(body: Any) -> str | bytes | None:
    """All of a body that takes part in the signature."""
    if body is None or isinstance(body, (str, bytes)):
        return body
    if isinstance(body, (bytearray, memoryview)):
        return bytes(body)
    try:
        start = body.tell()
        whole: str | bytes = body.read()
        body.seek(start)
    except (AttributeError, OSError, ValueError):
        raise InputError(
            "the body takes part in the signature, and it is a stream that cannot be read twice; give it as bytes",
            INVALID_ARGUMENT,
            "unread-stream",
        ) from None
    return whole
