"""OAuth 1.0a for requests.

>>> import requests, osign
>>> auth = osign.requests.OAuth1("client key", "client secret", "token", "token secret")
>>> session = requests.Session()
>>> session.auth = auth

A drop-in for ``requests_oauthlib.OAuth1``: the same arguments, the same requests. Beyond it, a redirect within the same
origin is signed anew, one that leaves it is not signed at all, and what urllib3 tries again gets a new nonce.

``OAuth1Session``, a drop-in too, gets a token in the first place:

>>> def log_in():
...     session = osign.requests.OAuth1Session("client key", "client secret", callback_uri="https://app.example.com/back")
...     session.fetch_request_token("https://api.example.com/initiate")
...     print(session.authorization_url("https://api.example.com/authorize"))
...     session.parse_authorization_response(input("Where did the browser come to? "))
...     return session.fetch_access_token("https://api.example.com/token")

``Auth`` adds the token of a grant, or signs under it:

>>> def items(store):
...     auth = osign.requests.Auth(store, "crm", origin="https://api.example.com")
...     return requests.get("https://api.example.com/items", auth=auth).json()
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from . import _sessions
from ._arguments import INVALID_ARGUMENT, as_str, checked, true_or_false
from ._changeable import Changeable
from ._clients import Credentials, needs
from ._errors import InputError, TokenMissing, TokenRequestDenied, VerifierMissing
from ._tokens import GrantAuth, GrantSigns

with needs("requests"):
    from requests import Session
    from requests.auth import AuthBase
    from requests.exceptions import UnrewindableBodyError
    from requests.models import PreparedRequest
    from requests.sessions import SessionRedirectMixin
    from requests.utils import rewind_body

    from ._requests import RequestsSigns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from requests.models import Response
    from typing_extensions import Self, Unpack

    from ._native import AuthorizedRequest
    from ._types import Settings, SignatureMethod, SignatureType, Text

__all__ = ["Auth", "OAuth1", "OAuth1Session", "TokenMissing", "TokenRequestDenied", "VerifierMissing"]

_UTF8 = ("utf-8", "utf_8", "utf8")


class Client(Changeable):
    """What can be set of an ``OAuth1``: its arguments, by their names, which are those of ``oauthlib.oauth1.Client``."""

    client_key: Text
    client_secret: Text | None
    resource_owner_key: Text | None
    resource_owner_secret: Text | None
    callback_uri: Text | None
    signature_method: SignatureMethod
    signature_type: SignatureType
    rsa_key: Text | None
    verifier: Text | None
    force_include_body: bool
    realm: Text | None
    nonce: Text | None
    timestamp: int | str | None
    clock_offset: int
    decoding: str | None
    encoding: Text


class OAuth1(RequestsSigns, Credentials, AuthBase):
    """Signs what requests sends: ``requests.get(url, auth=OAuth1(...))``, or ``session.auth = OAuth1(...)``.

    Any number of threads and requests may share one. It stays as it was made: setting an attribute is an error. What programs
    set of requests_oauthlib's stands in ``client``.

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

    _client: Client | None = None
    _guesses_forms = True

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
        given: dict[str, Any] = {
            "client_key": client_key,
            "client_secret": client_secret,
            "resource_owner_key": resource_owner_key,
            "resource_owner_secret": resource_owner_secret,
            "callback_uri": callback_uri,
            "signature_method": signature_method,
            "signature_type": signature_type,
            "rsa_key": rsa_key,
            "verifier": verifier,
            "force_include_body": force_include_body,
            "realm": realm,
            "nonce": nonce,
            "timestamp": timestamp,
            "clock_offset": clock_offset,
            **settings,
        }
        super().__init__(**given)
        self._given = {**given, "decoding": decoding, "encoding": encoding}

    @property
    def client(self) -> Client:
        """The arguments that it was made with, to look at or to set: each request is signed with them as they are then. It is for
        programs that do so with requests_oauthlib's; others make another ``OAuth1``.
        """
        if self._client is None:
            # Threads that come here at once get the same one.
            vars(self).setdefault("_client", Client(self._given, self))
        client: Client = vars(self)["_client"]
        return client

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Signs a prepared request, in place."""
        auth = self if self._client is None else self._client._latest(lambda values: OAuth1(**values))
        return super(OAuth1, auth).__call__(r)

    # What is set of the one's ``client`` is not of the other's.
    def __deepcopy__(self, _memo: object) -> Self:
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        if self._client is not None:
            vars(other)["_client"] = copy(self._client)
        return other


class OAuth1Session(Session):
    """A session that gets a token in the three steps of OAuth 1.0a (RFC 5849 §2), and signs what it sends.

    A drop-in for ``requests_oauthlib.OAuth1Session``, whose arguments, methods and attributes it has; what programs set of
    ``session.auth.client`` or ``session._client.client``, too. The arguments are those of ``OAuth1``; ``client_key`` may be set
    later. And

    - ``callback_confirmed``: whether a service that was told a callback must confirm it (§2.1), and hand out a verifier (§2.2). So
      does each since OAuth 1.0a; ``False`` is for those that still have OAuth 1.0.

    Beyond requests_oauthlib, a redirect is signed anew within the same origin alone, and an answer is read strictly: form data
    with a token and its secret, each once. What else comes raises ``TokenRequestDenied`` where the HTTP status is none of success,
    and ``TokenMissing`` otherwise. Both are an ``osign.LoginFailed`` and a ``ValueError``, and say why in ``reason``. The session is
    then as it was.
    """

    auth: Any

    def __init__(
        self,
        client_key: Text | None,
        client_secret: Text | None = None,
        resource_owner_key: Text | None = None,
        resource_owner_secret: Text | None = None,
        callback_uri: Text | None = None,
        signature_method: SignatureMethod = "HMAC-SHA1",
        signature_type: SignatureType = "AUTH_HEADER",
        rsa_key: Text | None = None,
        verifier: Text | None = None,
        client_class: None = None,
        force_include_body: bool = False,
        *,
        callback_confirmed: bool = True,
        decoding: str | None = "utf-8",
        realm: Text | None = None,
        encoding: Text = "utf-8",
        nonce: Text | None = None,
        timestamp: int | str | None = None,
        clock_offset: int = 0,
        **settings: Unpack[Settings],
    ) -> None:
        super().__init__()
        self._confirmed = true_or_false(callback_confirmed, "callback_confirmed")
        self._client = OAuth1(
            "later" if client_key is None else client_key,
            client_secret,
            resource_owner_key,
            resource_owner_secret,
            callback_uri,
            signature_method,
            signature_type,
            rsa_key,
            verifier,
            decoding,
            client_class,
            force_include_body,
            realm=realm,
            encoding=encoding,
            nonce=nonce,
            timestamp=timestamp,
            clock_offset=clock_offset,
            **settings,
        )
        if client_key is None:
            vars(self._client.client)["client_key"] = None
        self.auth = self._client

    @property
    def token(self) -> dict[str, Any]:
        """The token, its secret and the verifier, as ``oauth_token``, ``oauth_token_secret`` and ``oauth_verifier``, as far as the
        session has them. A ``dict`` with such names can be set; what it lacks stays, and without a token it raises ``TokenMissing``.
        """
        client = self._client.client
        pairs = {
            "oauth_token": client.resource_owner_key,
            "oauth_token_secret": client.resource_owner_secret,
            "oauth_verifier": client.verifier,
        }
        return {name: value for name, value in pairs.items() if value}

    @token.setter
    def token(self, token: Mapping[str, Any]) -> None:
        client = self._client.client
        client._set(
            resource_owner_key=_sessions.token_in(token),
            resource_owner_secret=token.get("oauth_token_secret", client.resource_owner_secret),
            verifier=token.get("oauth_verifier", client.verifier),
        )

    @property
    def authorized(self) -> bool:
        """Whether the session has what it signs with: a token, and but for RSA both secrets. A token of the first step counts, too."""
        client = self._client.client
        if as_str(client.signature_method).startswith("RSA"):
            return bool(client.resource_owner_key)
        return bool(client.client_secret and client.resource_owner_key and client.resource_owner_secret)

    def fetch_request_token(self, url: str, realm: Iterable[str] | None = None, **request_kwargs: Any) -> dict[str, str]:
        """The first step: asks for a request token, which the session has from then on, and returns what the service answered.

        ``realm`` is a text, or several; without one none is sent, nor afterwards. ``request_kwargs`` go to ``post``. The callback
        is not sent again.
        """
        client = self._client.client
        before, client.realm = client.realm, realm if isinstance(realm, str) else " ".join(realm or ()) or None
        try:
            response = self.post(url, **request_kwargs)
            token = _sessions.temporary_of(response, confirmed=bool(client.callback_uri) and self._confirmed)
        except BaseException:
            client.realm = before
            raise
        self.token = token
        client.callback_uri = client.realm = None
        return token

    def authorization_url(self, url: str, request_token: str | None = None, **kwargs: Any) -> str:
        """The second step: the address at which a person agrees; ``kwargs`` are parameters that the service has beside."""
        return _sessions.authorization_url(url, request_token or self.token.get("oauth_token"), kwargs.items())

    def parse_authorization_response(self, url: str) -> dict[str, str]:
        """What the browser brought back: the parameters of the address that it came to, whose verifier the session has from then on.

        Raises ``TokenMissing`` where the token is not the session's, if it has one, or the person refused.
        """
        own = self.token.get("oauth_token")
        brought = _sessions.callback_of(url, own)
        if own is None and "oauth_token" in brought:
            self.token = brought
        self._client.client.verifier = brought.get("oauth_verifier", self._client.client.verifier)
        return brought

    def fetch_access_token(self, url: str, verifier: str | None = None, **request_kwargs: Any) -> dict[str, str]:
        """The third step: exchanges request token and verifier for a token, with which the session signs from then on, and returns
        what the service answered. ``request_kwargs`` go to ``post``.

        Raises ``VerifierMissing`` where there is none, neither here nor of ``parse_authorization_response``.
        """
        client = self._client.client
        with _sessions.third_step(client, verifier, confirmed=self._confirmed):
            self.token = token = _sessions.token_of(self.post(url, **request_kwargs))
        client.verifier = None
        return token


class Auth(GrantAuth, AuthBase):
    """Adds the credential of a grant of any kind to what requests sends, or signs it: ``requests.get(url, auth=Auth(...))``, or
    ``session.auth = Auth(...)``.

    - ``store``: an ``osign.Store`` or ``osign.AsyncStore``.
    - ``grant``: the grant's name.
    - ``origin``: such as ``"https://api.example.com"``. Nothing is added to what goes elsewhere, nor to where a redirect leads
      that leaves it. The grant itself must allow it, too.
    - ``min_validity``: how many seconds the token must live on.

    Where an answer means that the token has ended, it is renewed, and the request is sent once more, if its body can be. A grant
    of OAuth 1.0a signs each request, with its body where that takes part, and signs anew what a redirect makes of one within the
    origin, and what is tried again. Any number of threads and requests may share one. Raises what ``Store.authorize`` raises.
    """

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Adds the credential to a prepared request, in place."""
        if self._is_ours(str(r.url)):
            bodies = self._signed_bodies()
            if bodies is not None:
                return _GrantSigns(self, bodies)(r)
            added = _Added(self, self._authorize(str(r.method), str(r.url)))
            added.put_into(r)
            r.register_hook("response", added)  # type: ignore[no-untyped-call]
        return r


class _GrantSigns(RequestsSigns, GrantSigns):
    """Signs what requests sends, under a grant."""


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
