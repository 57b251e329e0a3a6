"""OAuth 1.0a for httpx, sync and async.

>>> import httpx, osign
>>> client = httpx.Client(auth=osign.httpx.OAuth1("client key", "client secret", "token", "token secret"))

What httpx sends is signed as it is sent. httpx follows redirects behind the back of an ``httpx.Auth``, with the first
request's header: where a server refuses that, the redirected request is signed anew and sent once more, if it stayed
within the origin; to another origin nothing is signed.

``OAuth1Client`` and ``AsyncOAuth1Client`` get a token in the first place:

>>> def log_in():
...     client = osign.httpx.OAuth1Client("client key", "client secret", redirect_uri="https://app.example.com/back")
...     client.fetch_request_token("https://api.example.com/initiate")
...     print(client.create_authorization_url("https://api.example.com/authorize"))
...     client.parse_authorization_response(input("Where did the browser come to? "))
...     return client.fetch_access_token("https://api.example.com/token")

``Auth`` adds the token of a grant, or signs under it:

>>> def items(store):
...     auth = osign.httpx.Auth(store, "crm", origin="https://api.example.com")
...     return httpx.get("https://api.example.com/items", auth=auth).json()
"""

from __future__ import annotations

from typing import Any, ClassVar

from ._clients import needs
from ._errors import TokenMissing, TokenRequestDenied, VerifierMissing
from ._httpx import HttpxAuth, HttpxCredentials, HttpxGrantSigns, OwnHeader, SignedForm
from ._httpx_sessions import AsyncSession, HttpxChangeable, SyncSession

with needs("httpx"):
    import httpx

__all__ = [
    "AsyncOAuth1Client",
    "Auth",
    "OAuth1",
    "OAuth1Auth",
    "OAuth1Client",
    "TokenMissing",
    "TokenRequestDenied",
    "VerifierMissing",
]


class _SignedForm(SignedForm, httpx.ByteStream):
    pass


class _OwnHeader(OwnHeader, httpx.Headers):
    pass


class _GrantSigns(HttpxGrantSigns):
    _httpx: ClassVar[Any] = httpx
    _signed_form: ClassVar[Any] = _SignedForm


class OAuth1(HttpxCredentials[httpx.Request, httpx.Response], httpx.Auth):
    """Signs what httpx sends: ``httpx.get(url, auth=OAuth1(...))``, or ``httpx.AsyncClient(auth=OAuth1(...))``.

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
    """

    _httpx: ClassVar[Any] = httpx
    _signed_form: ClassVar[Any] = _SignedForm


class OAuth1Auth(HttpxChangeable[httpx.Request, httpx.Response], httpx.Auth):
    """Signs what httpx sends, with credentials that can be set: an ``OAuth1`` under the names of Authlib's ``OAuth1Auth``.

    ``client_id``, ``token``, ``token_secret`` and ``redirect_uri`` are the ``client_key``, ``resource_owner_key``,
    ``resource_owner_secret`` and ``callback_uri`` of ``OAuth1``; a ``signature_type`` of ``"HEADER"`` is ``"AUTH_HEADER"``. Each
    request is signed with the attributes as they are then; the ``redirect_uri`` is sent while there is no token.
    """

    _oauth1: ClassVar[Any] = OAuth1


class OAuth1Client(SyncSession, httpx.Client):
    """A client that gets a token in the three steps of OAuth 1.0a (RFC 5849 §2), and signs what it sends.

    A drop-in for ``authlib.integrations.httpx_client.OAuth1Client``: the first arguments are those of ``OAuth1Auth``, and ``auth``
    is one, whose attributes can be set; further ones are those of ``httpx.Client``. And

    - ``callback_confirmed``: whether a service that was told a ``redirect_uri`` must confirm it (§2.1), and hand out a verifier
      (§2.2). So does each since OAuth 1.0a; ``False`` is for those that still have OAuth 1.0.

    Beyond Authlib, an answer is read strictly: form data with a token and its secret, each once. What else comes raises
    ``TokenRequestDenied`` where the HTTP status is none of success, and ``TokenMissing`` otherwise. Both are an
    ``osign.LoginFailed`` and a ``ValueError``, and say why in ``reason``. The client is then as it was. The ``redirect_uri`` goes
    with ``fetch_request_token`` alone.
    """

    _changeable: ClassVar[Any] = OAuth1Auth


class AsyncOAuth1Client(AsyncSession, httpx.AsyncClient):
    """``OAuth1Client``, awaited: ``fetch_request_token`` and ``fetch_access_token`` are coroutines."""

    _changeable: ClassVar[Any] = OAuth1Auth


class Auth(HttpxAuth[httpx.Request, httpx.Response], httpx.Auth):
    """Adds the credential of a grant of any kind to what httpx sends, or signs it: ``httpx.get(url, auth=Auth(...))``, or
    ``httpx.AsyncClient(auth=Auth(...))``.

    - ``store``: an ``osign.Store`` or ``osign.AsyncStore``.
    - ``grant``: the grant's name.
    - ``origin``: such as ``"https://api.example.com"``. Nothing is added to what goes elsewhere, nor to where a redirect leads
      that leaves it. The grant itself must allow it, too.
    - ``min_validity``: how many seconds the token must live on.

    Where an answer means that the token has ended, it is renewed, and the request is sent once more, if its body can be. A grant
    of OAuth 1.0a signs each request, with its body where that takes part, and signs anew what a redirect makes of one within the
    origin, and what is tried again. Any number of threads and requests may share one. Raises what ``Store.authorize`` raises.
    """

    _httpx: ClassVar[Any] = httpx
    _own_header: ClassVar[Any] = _OwnHeader
    _grant_signs: ClassVar[Any] = _GrantSigns
