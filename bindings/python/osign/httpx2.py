"""OAuth 1.0a for httpx2, sync and async.

>>> import httpx2, osign
>>> client = httpx2.Client(auth=osign.httpx2.OAuth1("client key", "client secret", "token", "token secret"))

What httpx2 sends is signed as it is sent. httpx2 follows redirects behind the back of an ``httpx2.Auth``, with the first
request's header: where a server refuses that, the redirected request is signed anew and sent once more, if it stayed
within the origin; to another origin nothing is signed.

``Auth`` adds the token of a grant:

>>> def items(store):
...     auth = osign.httpx2.Auth(store, "crm", origin="https://api.example.com")
...     return httpx2.get("https://api.example.com/items", auth=auth).json()
"""

from __future__ import annotations

from typing import Any, ClassVar

from ._clients import needs
from ._httpx import HttpxAuth, HttpxCredentials, OwnHeader, SignedForm

with needs("httpx2"):
    import httpx2

__all__ = ["Auth", "OAuth1"]


class _SignedForm(SignedForm, httpx2.ByteStream):
    pass


class _OwnHeader(OwnHeader, httpx2.Headers):
    pass


class OAuth1(HttpxCredentials[httpx2.Request, httpx2.Response], httpx2.Auth):
    """Signs what httpx2 sends: ``httpx2.get(url, auth=OAuth1(...))``, or ``httpx2.AsyncClient(auth=OAuth1(...))``.

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

    _httpx: ClassVar[Any] = httpx2
    _signed_form: ClassVar[Any] = _SignedForm


class Auth(HttpxAuth[httpx2.Request, httpx2.Response], httpx2.Auth):
    """Adds the token of a grant of any kind to what httpx2 sends: ``httpx2.get(url, auth=Auth(...))``, or
    ``httpx2.AsyncClient(auth=Auth(...))``.

    - ``store``: an ``osign.Store`` or ``osign.AsyncStore``.
    - ``grant``: the grant's name.
    - ``origin``: such as ``"https://api.example.com"``. Nothing is added to what goes elsewhere, nor to where a redirect leads
      that leaves it. The grant itself must allow it, too.
    - ``min_validity``: how many seconds the token must live on.

    Where an answer means that the token has ended, it is renewed, and the request is sent once more, if its body can be. Any
    number of threads and requests may share one. Raises what ``Store.access_token`` raises.
    """

    _httpx: ClassVar[Any] = httpx2
    _own_header: ClassVar[Any] = _OwnHeader
