"""OAuth 1.0a for requests.

>>> import requests, osign
>>> auth = osign.requests.OAuth1("client key", "client secret", "token", "token secret")
>>> session = requests.Session()
>>> session.auth = auth

A drop-in for ``requests_oauthlib.OAuth1``: the same arguments, the same requests. Beyond it, a redirect within the same
origin is signed anew, one that leaves it is not signed at all, and what urllib3 tries again gets a new nonce.

``Auth`` adds the token of a grant:

>>> def items(store):
...     auth = osign.requests.Auth(store, "crm", origin="https://api.example.com")
...     return requests.get("https://api.example.com/items", auth=auth).json()
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin
from weakref import ref

from ._arguments import INVALID_ARGUMENT, as_str, checked
from ._clients import FORM, Credentials, looks_like_form, needs
from ._errors import InputError
from ._tokens import GrantAuth
from ._urls import host_without_dot, same_origin, without_pairs

with needs("requests"):
    import urllib3
    from requests.auth import AuthBase
    from requests.exceptions import UnrewindableBodyError
    from requests.models import PreparedRequest
    from requests.sessions import SessionRedirectMixin
    from requests.structures import CaseInsensitiveDict
    from requests.utils import rewind_body
    from urllib3.util import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from requests.models import Response
    from typing_extensions import Unpack

    from ._clients import Signature
    from ._native import AuthorizedRequest
    from ._types import Settings, SignatureMethod, SignatureType, Text
    from ._urls import Pair

__all__ = ["Auth", "OAuth1"]

_UTF8 = ("utf-8", "utf_8", "utf8")

# urllib3 1.26 copies the headers for each attempt, and once more for the connection that makes it.
_COPIES_TWICE = vars(urllib3)["__version__"].startswith("1.")


class OAuth1(Credentials, AuthBase):
    """Signs what requests sends: ``requests.get(url, auth=OAuth1(...))``, or ``session.auth = OAuth1(...)``.

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

    Of requests_oauthlib's other arguments, ``encoding`` must be UTF-8, ``client_class`` must be ``None``, and ``decoding``
    changes nothing: a header's value is ``str``, as requests has it, where requests_oauthlib makes ``bytes`` of it.
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
        decoding: str | None = "utf-8",
        client_class: None = None,
        force_include_body: bool = False,
        *,
        realm: Text | None = None,
        encoding: Text = "utf-8",
        nonce: Text | None = None,
        timestamp: int | str | None = None,
        clock_offset: int = 0,
        **settings: Unpack[Settings],
    ) -> None:
        if client_class is not None:
            raise TypeError("osign signs by itself; client_class cannot be replaced")
        if as_str(checked(encoding, "encoding")).lower() not in _UTF8:
            raise InputError("the encoding is UTF-8 and cannot be another (RFC 5849 §3.6)", INVALID_ARGUMENT, "not-utf8-encoding")
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

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Signs a prepared request, in place."""
        r.__class__ = _signed_class(type(r))
        if isinstance(r, _SignedRequest):
            self._sign(r, _Signing(self, r.body))
        return r

    def _sign(self, r: _SignedRequest, signing: _Signing) -> None:
        content_type = _text(r.headers.get("Content-Type"))
        if content_type is None and (self._transmission == "body" or looks_like_form(r.body)):
            if r.body or r.method not in ("GET", "HEAD"):
                content_type = r.headers["Content-Type"] = FORM
        if r.body is not None and signing.whole is None and self._needs_body(content_type):
            signing.whole = _whole(r.body)
        if "Host" not in r.headers and (host := host_without_dot(str(r.url))) is not None:
            # urllib3 takes the dot away, and with a proxy it does not: so that it is one host, whichever way it goes.
            r.headers["Host"] = host
            signing.sets_host = True
        signed, r.url, signing.pairs = self._sign_again(r, signing)
        r.signing = signing
        if signed.authorization is not None:
            r.headers["Authorization"] = signed.authorization
            r.headers = _Headers(r.headers)
            r.headers.request = ref(r)
        elif self._transmission == "body":
            r.body = signed.body

    def _sign_again(self, r: PreparedRequest, signing: _Signing) -> Signature:
        """Another signature of the same request."""
        content_type = _text(r.headers.get("Content-Type"))
        body = signing.whole if r.body is not None and self._needs_body(content_type) else None
        host = _text(r.headers.get("Host"))
        return self._signed(str(r.method), str(r.url), content_type, body, host, redirected=signing.redirected)


# It shows nothing of what it holds: with PLAINTEXT the pairs carry the secrets.
@dataclass(repr=False)
class _Signing:
    """How a request was signed."""

    auth: OAuth1
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


class _SignedRequest(PreparedRequest):
    """What ``OAuth1`` makes of a prepared request: one that is signed anew when a redirect makes another of it."""

    signing: _Signing | None = None
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
            if isinstance(headers, _Headers):
                copy.headers = _Headers(copy.headers)
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

    def _sign_anew(self, signing: _Signing, redirected_from: str) -> None:
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

    # A response is pickled with its request: as a plain one, without the OAuth1. What was sent stays in it, and with
    # PLAINTEXT that carries the secrets.
    def __reduce__(self) -> Any:
        state = {**self.__dict__, "headers": CaseInsensitiveDict(self.headers)}
        state.pop("signing", None)
        return object.__new__, (self.plain,), state


_SIGNED_CLASSES: dict[type[PreparedRequest], type[PreparedRequest]] = {PreparedRequest: _SignedRequest}


def _signed_class(plain: type[PreparedRequest]) -> type[PreparedRequest]:
    """The class of a signed request for that of a prepared one, which may be somebody's own."""
    if issubclass(plain, _SignedRequest):
        return plain
    if plain not in _SIGNED_CLASSES:
        _SIGNED_CLASSES[plain] = type(f"Signed{plain.__name__}", (_SignedRequest, plain), {"plain": plain})
    return _SIGNED_CLASSES[plain]


class _Headers(CaseInsensitiveDict):  # type: ignore[type-arg]
    """Headers that urllib3 copies for each attempt at sending; each copy but the first has a new signature."""

    request: Callable[[], PreparedRequest | None] | None = None
    # Whether the next copy is the connection's, of an attempt whose copy this is.
    copied_by_connection: bool = False

    def copy(self) -> Any:
        copy = _Headers(self)
        if self.copied_by_connection:
            self.copied_by_connection = False
            return copy
        copy.request = self.request
        copy.copied_by_connection = _COPIES_TWICE
        request = self.request() if self.request is not None else None
        signing = request.signing if isinstance(request, _SignedRequest) else None
        if request is not None and signing is not None:
            if signing.sent:
                copy["Authorization"] = signing.auth._sign_again(request, signing).signed.authorization
            signing.sent = True
        return copy

    def __reduce__(self) -> Any:
        return CaseInsensitiveDict, (dict(self),)


def _text(value: str | bytes | None) -> str | None:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _whole(body: Any) -> str | bytes | None:
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


class Auth(GrantAuth, AuthBase):
    """Adds the token of a grant of any kind to what requests sends: ``requests.get(url, auth=Auth(...))``, or ``session.auth =
    Auth(...)``.

    - ``store``: an ``osign.Store`` or ``osign.AsyncStore``.
    - ``grant``: the grant's name.
    - ``origin``: such as ``"https://api.example.com"``. Nothing is added to what goes elsewhere, nor to where a redirect leads
      that leaves it. The grant itself must allow it, too.
    - ``min_validity``: how many seconds the token must live on.

    Where an answer means that the token has ended, it is renewed, and the request is sent once more, if its body can be. Any
    number of threads and requests may share one. Raises what ``Store.access_token`` raises.
    """

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Adds the token to a prepared request, in place."""
        if self._is_ours(str(r.url)):
            added = _Added(self, self._authorize(str(r.method), str(r.url)))
            added.put_into(r)
            r.register_hook("response", added)  # type: ignore[no-untyped-call]
        return r


class _Added:
    """The token that was added to a request, and to those of its redirects; looks at what is answered."""

    def __init__(self, auth: Auth, authorized: AuthorizedRequest) -> None:
        self._auth = auth
        self._authorized = authorized

    def put_into(self, request: PreparedRequest) -> None:
        request.headers.update(self._authorized.headers)
        if not self._authorized.headers:
            request.url = self._authorized.url  # It is in the query.

    def __call__(self, response: Response, **options: Any) -> Response:
        request, auth = response.request, self._auth
        carries = all(request.headers.get(name) == value for name, value in self._authorized.headers.items())
        if not carries or not auth._is_ours(str(request.url)):
            return response
        # An answer that is streamed is read where it is an error; another one would be of no use to its reader then.
        body = b"" if options.get("stream") and response.status_code < 400 else response.content
        if auth._has_ended(self._authorized.generation, response.status_code, body) and _is_rewound(request):
            response.close()
            self._authorized = auth._authorize(str(request.method), str(request.url))
            self.put_into(request)
            again: Response = response.connection.send(request, **options)
            again.history.append(response)
            again.request = request
            response = again
        target = SessionRedirectMixin().get_redirect_target(response)
        if target is not None and not auth._is_ours(urljoin(str(response.url), target)):
            # Redirected requests begin as copies of this one, and requests takes one of all headers out.
            for name in self._authorized.headers:
                request.headers.pop(name, None)
        return response

    # A response is pickled with its request: without the store.
    def __reduce__(self) -> Any:
        return _Nothing, ()


class _Nothing:
    """Looks at no answer."""

    def __call__(self, response: Response, **_options: Any) -> Response:
        return response


def _is_rewound(request: PreparedRequest) -> bool:
    """Whether the body can be sent again; it is at its start then."""
    body: Any = request.body
    if body is None or isinstance(body, (str, bytes)):
        return True
    try:
        rewind_body(request)
    except UnrewindableBodyError:
        return False
    return True
