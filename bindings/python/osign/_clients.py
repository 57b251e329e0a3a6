"""What the three HTTP clients share: credentials as they are named by requests-oauthlib, and one way to sign."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from ._arguments import INVALID_ARGUMENT, as_str, checked, checked_or_none, renamed, reworded, seconds
from ._errors import InputError, InvalidKeyError
from ._native import Signer, is_form
from ._urls import added_pairs, authority, with_authority

if TYPE_CHECKING:
    from typing_extensions import Self

    from ._native import Signed
    from ._types import Text
    from ._urls import Pair

FORM = "application/x-www-form-urlencoded"

_INVALID_KEY = 300
_TRANSMISSIONS = {"AUTH_HEADER": "header", "QUERY": "query", "BODY": "body"}

# What the signer calls otherwise.
_NAMES = {
    "consumer_key": "client_key",
    "the consumer key": "client_key",
    "consumer_secret": "client_secret",
    "token": "resource_owner_key",
    "the token": "resource_owner_key",
    "token_secret": "resource_owner_secret",
    "private_key": "rsa_key",
    "the private key": "rsa_key",
    "body_hash": "force_include_body",
}

# Says whether a text can be sent: what no request can carry is refused at once.
_PROBE = Signer("key", "", signature_method="PLAINTEXT")


class Signature(NamedTuple):
    """A request as it is to be sent."""

    signed: Signed
    #: Where to send it to.
    url: str
    #: The pairs that were put into the URL's query.
    pairs: frozenset[Pair]

    def __repr__(self) -> str:
        # With PLAINTEXT the URL and the pairs carry the secrets.
        return f"Signature({self.signed!r})"


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

    Texts are ``str``, or ``bytes`` in UTF-8. Raises ``osign.InputError`` and ``osign.InvalidKeyError``, or a
    ``TypeError``; and ``osign.InputError`` when a request cannot be signed.
    """

    def __init__(
        self,
        client_key: Text,
        client_secret: Text | None = None,
        resource_owner_key: Text | None = None,
        resource_owner_secret: Text | None = None,
        callback_uri: Text | None = None,
        signature_method: Text = "HMAC-SHA1",
        signature_type: Text = "AUTH_HEADER",
        rsa_key: Text | None = None,
        verifier: Text | None = None,
        *,
        force_include_body: bool = False,
        realm: Text | None = None,
        nonce: Text | None = None,
        timestamp: int | str | None = None,
        clock_offset: int = 0,
    ) -> None:
        self._transmission = _transmission(signature_type)
        self._parameters = [*_parameter("callback_uri", callback_uri), *_parameter("verifier", verifier)]
        self._nonce = checked_or_none(nonce, "nonce")
        self._timestamp = seconds(timestamp)
        # Signed once, without the work of a signature: a clock may be off by too much.
        probe = Signer("key", "", signature_method="PLAINTEXT", clock_offset=clock_offset)
        probe.authorization("GET", "http://h/", nonce=self._nonce, timestamp=self._timestamp)
        # Of another method it is not looked at, as requests_oauthlib has it.
        private_key = checked_or_none(rsa_key, "rsa_key")
        is_rsa = as_str(checked(signature_method, "signature_method")).startswith("RSA")

        def signer(body_hash: bool) -> Signer:
            return Signer(
                client_key,
                "" if client_secret is None else client_secret,
                resource_owner_key,
                resource_owner_secret,
                signature_method=signature_method,
                private_key=private_key if is_rsa else None,
                realm=realm,
                clock_offset=clock_offset,
                body_hash=body_hash,
            )

        in_our_words = renamed(_NAMES)
        self._signer = reworded(in_our_words, lambda: signer(False))
        self._hashing_signer = reworded(in_our_words, lambda: signer(force_include_body))
        self._hashes_bodies = force_include_body
        if is_rsa and private_key is None:
            raise InvalidKeyError(
                f"{self._signer.signature_method} needs an rsa_key; give it as PEM text", _INVALID_KEY
            )

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
        self,
        method: str,
        url: str,
        content_type: str | None,
        body: str | bytes | None,
        host: str | None,
        *,
        redirected: bool = False,
    ) -> Signature:
        """Signs a request, its body only where ``_needs_body`` says so.

        ``host`` is the request's ``Host`` header. Where it is another than the URL's, the server sees it, and it is
        signed (RFC 5849 §3.4.1.2). ``redirected`` says that the URL is a server's.
        """
        transmission = self._transmission
        if transmission == "body" and content_type is None and not body:
            # What a redirect from POST to GET leaves: there is no form any more that could carry them.
            transmission = "header" if method in ("GET", "HEAD") else transmission
        hashed = self._hashes_bodies and content_type is not None
        signer = self._hashing_signer if hashed else self._signer
        if host and re.search(r"[/?#@\\]", host):
            raise InputError("the Host header is no server's name", INVALID_ARGUMENT)
        seen = with_authority(url, host) if host else url
        signed = reworded(
            _of_redirect if redirected else _of_request,
            lambda: signer.sign(
                method,
                seen,
                body,
                content_type=content_type,
                parameters=self._parameters,
                nonce=self._nonce,
                timestamp=self._timestamp,
                transmission=transmission,
            ),
            # No redirect is to blame for others.
            (InputError,),
        )
        return Signature(
            signed,
            signed.url if seen == url else with_authority(signed.url, authority(url)),
            added_pairs(seen, signed.url) if transmission == "query" else frozenset(),
        )


def _transmission(signature_type: object) -> str:
    transmission = _TRANSMISSIONS.get(as_str(checked(signature_type, "signature_type")).upper())
    if transmission is None:
        raise InputError("signature_type is none of AUTH_HEADER, QUERY, BODY", INVALID_ARGUMENT)
    return transmission


def _parameter(argument: str, value: object) -> list[tuple[str, Text]]:
    """The protocol parameter of an argument, if there is one."""
    text = checked_or_none(value, argument)
    if not text:
        return []
    pair = ("oauth_" + argument.removesuffix("_uri"), text)
    in_our_words = renamed({"a parameter's value": argument, "a protocol parameter's value": argument})
    reworded(in_our_words, lambda: _PROBE.authorization("GET", "http://h/", parameters=[pair]))
    return [pair]


_of_request = renamed({"the transmission is by body": 'signature_type is "BODY"'})


def _of_redirect(sentence: str) -> str:
    return f"the server redirects to a URL that cannot be signed: {sentence.removesuffix('; remove it there')}"


# What form data consists of, as oauthlib has it: what is no form for it must be none for a drop-in.
_FORM = re.compile(r"(?:[A-Za-z0-9_.~=&;:+,*@!()/?'$-]|%[0-9A-Fa-f]{2})+")


def looks_like_form(body: object) -> bool:
    """Whether a body without a content type is taken for a form."""
    return isinstance(body, str) and _FORM.fullmatch(body) is not None
