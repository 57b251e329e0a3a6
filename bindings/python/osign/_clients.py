"""What the three HTTP clients share: credentials as they are named by requests-oauthlib, and one way to sign."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import unquote_plus, urlsplit

from ._errors import InputError
from ._native import Signer, is_form

if TYPE_CHECKING:
    from typing_extensions import Self

    from ._native import Signed
    from ._types import Text

FORM = "application/x-www-form-urlencoded"

_TRANSMISSIONS = {"AUTH_HEADER": "header", "QUERY": "query", "BODY": "body"}
_INVALID_ARGUMENT = 103


def documented(summary: str, *more: str) -> str:
    """The docstring of a client's class: what it does, the arguments that all have, and its own."""
    # Python 3.13 takes the indentation from a docstring, older ones do not, and -OO takes it all.
    return "\n\n".join(filter(None, (summary, cleandoc(Credentials.__doc__ or ""), *more)))


class Credentials:
    """Credentials, and how to sign with them. Any number of threads and requests may share one.

    - ``client_key``, ``client_secret``: the application's; elsewhere called consumer key and secret.
    - ``resource_owner_key``, ``resource_owner_secret``: the access token and its secret, or the request token while one
      is being exchanged.
    - ``callback_uri``, ``verifier``: sent as ``oauth_callback`` and ``oauth_verifier`` with each request; nothing is
      sent for ``""``.
    - ``signature_method``: ``"HMAC-SHA1"``, ``"HMAC-SHA256"``, ``"HMAC-SHA512"``, ``"RSA-SHA1"``, ``"RSA-SHA256"``,
      ``"RSA-SHA512"`` or ``"PLAINTEXT"``.
    - ``signature_type``: where the protocol parameters travel: ``"AUTH_HEADER"``, ``"QUERY"`` or ``"BODY"``, in capitals
      or not.
    - ``rsa_key``: for the RSA methods, a PKCS#1 or PKCS#8 PEM text, not encrypted.
    - ``force_include_body``: send ``oauth_body_hash`` with a body that has a content type and is no form. The hash is the
      signature method's own, SHA-1 for HMAC-SHA1.
    - ``realm``: sent first in the header, never signed.
    - ``nonce``, ``timestamp``: in place of fresh ones, for tests. The timestamp is in Unix seconds.
    - ``clock_offset``: seconds to add to a clock that is off.

    Texts are ``str``, or ``bytes`` in UTF-8. Raises ``osign.InputError`` and ``osign.InvalidKeyError``, here and when a
    request is signed.
    """

    def __init__(
        self,
        client_key: Text,
        client_secret: Text | None = None,
        resource_owner_key: Text | None = None,
        resource_owner_secret: Text | None = None,
        callback_uri: Text | None = None,
        signature_method: Text = "HMAC-SHA1",
        signature_type: str = "AUTH_HEADER",
        rsa_key: Text | None = None,
        verifier: Text | None = None,
        *,
        force_include_body: bool = False,
        realm: Text | None = None,
        nonce: Text | None = None,
        timestamp: int | str | None = None,
        clock_offset: int = 0,
    ) -> None:
        transmission = _TRANSMISSIONS.get(str(signature_type).upper())
        if transmission is None:
            raise InputError("the signature type is none of AUTH_HEADER, QUERY, BODY", _INVALID_ARGUMENT)
        self._transmission = transmission
        self._parameters = [
            (name, value) for name, value in (("oauth_callback", callback_uri), ("oauth_verifier", verifier)) if value
        ]
        self._nonce = nonce
        self._timestamp = _seconds(timestamp)
        is_rsa = signature_method[:3] in ("RSA", b"RSA")
        self._signer, self._hashing_signer = (
            Signer(
                client_key,
                client_secret or "",
                resource_owner_key,
                resource_owner_secret,
                signature_method=signature_method,
                private_key=rsa_key if is_rsa else None,  # As requests_oauthlib has it.
                realm=realm,
                clock_offset=clock_offset,
                body_hash=body_hash,
            )
            for body_hash in (False, force_include_body)
        )
        self._hashes_bodies = force_include_body

    def __repr__(self) -> str:
        name = f"{type(self).__module__}.{type(self).__qualname__}"
        # What fails while it is made may be shown half made.
        signer = getattr(self, "_signer", None)
        return f"{name}([redacted], signature_method={signer.signature_method if signer else None!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"an {type(self).__qualname__} is not pickled, since its secrets would be")

    # Nothing of it changes.
    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def _needs_body(self, content_type: str | None) -> bool:
        """Whether a body of this type takes part in the signature."""
        if content_type is None:
            return self._transmission == "body"
        return is_form(content_type) or self._hashes_bodies

    def _signed(
        self, method: str, url: str, content_type: str | None, body: str | bytes | None, host: str | None
    ) -> tuple[Signed, str]:
        """Signs a request, its body only where ``_needs_body`` says so; and the URL to send it to.

        ``host`` is the request's ``Host`` header. Where it is another than the URL's, the server sees it, and it is
        signed (RFC 5849 §3.4.1.2).
        """
        transmission = self._transmission
        if transmission == "body" and content_type is None and not body:
            # What a redirect from POST to GET leaves: there is no form any more that could carry them.
            transmission = "header" if method in ("GET", "HEAD") else transmission
        hashed = self._hashes_bodies and content_type is not None
        signer = self._hashing_signer if hashed else self._signer
        authority = _authority(url)
        if host and re.search(r"[/?#@\\]", host):
            raise InputError("the Host header is no server's name", _INVALID_ARGUMENT)
        seen = _with_authority(url, host) if host else url
        signed = signer.sign(
            method,
            seen,
            body,
            content_type=content_type,
            parameters=self._parameters,
            nonce=self._nonce,
            timestamp=self._timestamp,
            transmission=transmission,
        )
        return signed, signed.url if seen == url else _with_authority(signed.url, authority)


def _seconds(timestamp: int | str | None) -> int | None:
    try:
        return None if timestamp is None else int(timestamp)
    except ValueError:
        raise InputError("the timestamp is not a whole number of seconds", _INVALID_ARGUMENT) from None


def _authority(url: str) -> str:
    """Server and port of a URL, and what may stand before them."""
    return re.split("[/?#]", url.partition("://")[2], maxsplit=1)[0]


def _with_authority(url: str, authority: str) -> str:
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{authority}{rest[len(_authority(url)):]}" if mark else url


# What form data consists of, as oauthlib has it: what is no form for it must be none for a drop-in.
_FORM = re.compile(r"(?:[A-Za-z0-9_.~=&;:+,*@!()/?'$-]|%[0-9A-Fa-f]{2})+")


def looks_like_form(body: object) -> bool:
    """Whether a body without a content type is taken for a form."""
    return isinstance(body, str) and _FORM.fullmatch(body) is not None


def without_ours(url: str, signed_url: str) -> str:
    """A URL without the protocol parameters that stand in ``signed_url``: a server that redirects may repeat them."""
    # Clients write escapes in ways of their own.
    ours = {unquote_plus(pair) for pair in urlsplit(signed_url).query.split("&") if pair.startswith("oauth_")}
    parts = urlsplit(url)
    rest = "&".join(pair for pair in parts.query.split("&") if unquote_plus(pair) not in ours)
    return url if rest == parts.query else parts._replace(query=rest).geturl()


def same_origin(first: str, second: str) -> bool:
    """Whether a signature may follow from the first URL to the second: the same scheme, host and port, or the same host
    from http to https at their own ports."""
    ports = {"http": 80, "https": 443}
    one, two = urlsplit(first), urlsplit(second)
    if one.hostname != two.hostname:
        return False
    if (one.scheme, two.scheme) == ("http", "https"):
        return one.port in (80, None) and two.port in (443, None)
    return one.scheme == two.scheme and (one.port or ports.get(one.scheme)) == (two.port or ports.get(two.scheme))
