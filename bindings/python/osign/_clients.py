"""What the HTTP clients share: credentials as they are named by requests-oauthlib, and one way to sign."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from ._arguments import INVALID_ARGUMENT, as_str, checked, checked_or_none, renamed, reworded, seconds
from ._errors import InputError, InvalidKeyError
from ._native import Signer, is_form
from ._types import Settings
from ._urls import added_pairs, authority, with_authority

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from typing_extensions import Self, Unpack

    from ._types import SignatureMethod, SignatureType, Text, Transmission
    from ._urls import Pair

FORM = "application/x-www-form-urlencoded"

_TRANSMISSIONS: dict[str, Transmission] = {"AUTH_HEADER": "header", "QUERY": "query", "BODY": "body"}

# The signer's settings that have the same name here.
SETTINGS = frozenset(Settings.__annotations__)

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

    #: The ``Authorization`` header, where that carries the protocol parameters.
    authorization: str | None
    #: The body, where they were put into it.
    body: bytes | None
    #: Where to send it to.
    url: str
    #: The pairs that were put into the URL's query.
    pairs: frozenset[Pair]

    def __repr__(self) -> str:
        # With PLAINTEXT all of it carries the secrets.
        return "Signature([redacted])"


class Signs:
    """Who signs requests: ``Credentials``, or a grant."""

    #: Whether the protocol parameters are put into the body; a request without a content type is a form then.
    _in_body = False

    def _needs_body(self, content_type: str | None) -> bool:
        """Whether a body of this type takes part in the signature."""
        raise NotImplementedError

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
        raise NotImplementedError


def seen_url(url: str, host: str | None) -> str:
    """A URL as the server sees it that is sent this ``Host`` header, if there is one."""
    if host and re.search(r"[/?#@\\]", host):
        raise InputError("the Host header is no server's name", INVALID_ARGUMENT, "bad-host-header")
    return with_authority(url, host) if host else url


def sent_url(url: str, seen: str, signed: str) -> str:
    """Where to send to what was signed as the server sees it."""
    sent = signed if seen == url else with_authority(signed, authority(url))
    # It is never sent, so a normal form has none; but the client keeps it for where a redirect leads.
    return sent if "#" in sent else sent + "".join(url.partition("#")[1:])


@contextmanager
def needs(client: str) -> Iterator[None]:
    """Around the import of a client: says how to get it where it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        # What a client needs itself is another matter.
        if (error.name or "").partition(".")[0] != client:
            raise
        sentence = f"osign.{client} needs {client}: pip install 'osign[{client}]'"
        raise ModuleNotFoundError(sentence, name=client) from error


class Credentials(Signs):
    """Credentials, and how to sign with them; the classes of the clients say what each argument is."""

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
        *,
        force_include_body: bool = False,
        realm: Text | None = None,
        nonce: Text | None = None,
        timestamp: int | str | None = None,
        clock_offset: int = 0,
        **settings: Unpack[Settings],
    ) -> None:
        refuse_unknown(settings)
        # What a client sends is its own spelling of a URL already, and is signed as that.
        if as_str(checked(settings.get("url_form", "usual"), "url_form")) == "usual":
            settings["url_form"] = "as-given"
        self._transmission = _transmission(signature_type)
        self._in_body = self._transmission == "body"
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
                **settings,
            )

        def made(body_hash: bool) -> Signer:
            return reworded(renamed(_NAMES), lambda: signer(body_hash))

        if is_rsa and private_key is None:
            sentence = f"{as_str(signature_method)} needs an rsa_key; give it as PEM text"
            reworded(lambda _: sentence, lambda: made(False), (InvalidKeyError,))
        self._signer = made(False)
        self._hashing_signer = made(force_include_body)
        self._hashes_bodies = force_include_body
        self._hashes_every_body = settings.get("mastercard_form", False)

    def __repr__(self) -> str:
        name = f"{type(self).__module__}.{type(self).__qualname__}"
        # What fails while it is made may be shown half made.
        signer = getattr(self, "_signer", None)
        return f"{name}([redacted], signature_method={signer.signature_method if signer else None!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"an {type(self).__qualname__} is not pickled, since its secrets would be")

    if not TYPE_CHECKING:  # To a type checker this would say that any attribute can be set.

        def __setattr__(self, name: str, value: object) -> None:
            # What stands by itself in a class of somebody's own may do something there.
            is_ours = type(self).__module__.startswith("osign.") or name in _ARGUMENTS
            if is_ours and not name.startswith("_"):
                raise AttributeError(f"setting {name} would change nothing: an OAuth1 stays as it was made; make another")
            super().__setattr__(name, value)

    # Nothing of it changes.
    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def _needs_body(self, content_type: str | None) -> bool:
        if self._hashes_every_body:
            return True
        if content_type is None:
            return self._in_body
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
        transmission = self._transmission
        if transmission == "body" and content_type is None and not body:
            # What a redirect from POST to GET leaves: there is no form any more that could carry them.
            transmission = "header" if method in ("GET", "HEAD") else transmission
        hashed = self._hashes_bodies and content_type is not None
        signer = self._hashing_signer if hashed else self._signer
        seen = seen_url(url, host)
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
            signed.authorization,
            signed.body if transmission == "body" else None,
            sent_url(url, seen, signed.url),
            added_pairs(seen, signed.url) if transmission == "query" else frozenset(),
        )


# Names that nobody can set as an attribute.
_ARGUMENTS = SETTINGS.union(Credentials.__init__.__annotations__)


def refuse_unknown(settings: Mapping[str, object]) -> None:
    """Refuses a keyword argument that is none, as Python does."""
    for name in settings.keys() - SETTINGS:
        raise TypeError(f"OAuth1.__init__() got an unexpected keyword argument {name!r}")


def _transmission(signature_type: object) -> Transmission:
    transmission = _TRANSMISSIONS.get(as_str(checked(signature_type, "signature_type")).upper())
    if transmission is None:
        raise InputError("signature_type is none of AUTH_HEADER, QUERY, BODY", INVALID_ARGUMENT, "unknown-signature-type")
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
