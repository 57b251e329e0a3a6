"""OAuth 1.0a for requests.

>>> import requests, osign
>>> auth = osign.requests.OAuth1("client key", "client secret", "token", "token secret")
>>> session = requests.Session()
>>> session.auth = auth

A drop-in for ``requests_oauthlib.OAuth1``: the same arguments, the same requests. Beyond it, a redirect within the same
origin is signed anew, one that leaves it is not signed at all, and what urllib3 tries again gets a new nonce.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import ref

from requests.auth import AuthBase
from requests.models import PreparedRequest
from requests.structures import CaseInsensitiveDict
from urllib3.util import parse_url

from ._clients import FORM, Credentials, documented, looks_like_form, same_origin, without_ours
from ._errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._types import Text

__all__ = ["OAuth1"]


class OAuth1(Credentials, AuthBase):
    __doc__ = documented(
        "Signs what requests sends: ``requests.get(url, auth=OAuth1(...))``, or ``session.auth = OAuth1(...)``.",
        "Of requests_oauthlib's other arguments, ``encoding`` must be UTF-8, ``client_class`` must be ``None``, and\n"
        "``decoding`` changes nothing: a header's value is ``str``, as requests has it, where requests_oauthlib makes\n"
        "``bytes`` of it.",
    )

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
        decoding: str | None = "utf-8",
        client_class: None = None,
        force_include_body: bool = False,
        *,
        realm: Text | None = None,
        encoding: str = "utf-8",
        nonce: Text | None = None,
        timestamp: int | str | None = None,
        clock_offset: int = 0,
    ) -> None:
        if client_class is not None:
            raise TypeError("osign signs by itself; client_class cannot be replaced")
        if str(encoding).lower().replace("_", "-") not in ("utf-8", "utf8"):
            raise InputError("the encoding is UTF-8 and cannot be another (RFC 5849 §3.6)", 103)
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
        )

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Signs a prepared request, in place."""
        if type(r) is PreparedRequest:
            r.__class__ = SignedRequest
        self._sign(r)
        return r

    def _sign(self, r: PreparedRequest) -> None:
        unsigned_body = r.body
        content_type = _text(r.headers.get("Content-Type"))
        if content_type is None and (self._transmission == "body" or looks_like_form(r.body)):
            if r.body or r.method not in ("GET", "HEAD"):
                content_type = r.headers["Content-Type"] = FORM
        body = _whole(r.body) if self._needs_body(content_type) else None
        signed, r.url = self._signed(str(r.method), str(r.url), content_type, body, _text(r.headers.get("Host")))
        if signed.authorization is not None:
            r.headers["Authorization"] = signed.authorization
        elif self._transmission == "body":
            r.body = signed.body
        if isinstance(r, SignedRequest):
            r.signing = _Signing(self, unsigned_body)
            if signed.authorization is not None:
                r.headers = _Headers(r.headers)
                r.headers.request = ref(r)


@dataclass
class _Signing:
    """How a request was signed."""

    auth: OAuth1
    # The body as it was before the protocol parameters came into it.
    unsigned_body: Any
    # Whether the signature may have gone out.
    sent: bool = False
    # The URL that redirected here, until the redirected request is signed.
    redirected_from: str | None = None


class SignedRequest(PreparedRequest):
    """What ``OAuth1`` makes of a prepared request: one that is signed anew when a redirect makes another of it."""

    signing: _Signing | None = None

    def copy(self) -> PreparedRequest:
        """A copy, which a session redirects."""
        copy = super().copy()
        copy.headers = CaseInsensitiveDict(self.headers)
        if self.signing is not None:
            copy.__class__ = SignedRequest
            copy.__dict__["signing"] = replace(self.signing, sent=False, redirected_from=self.url)
        return copy

    def prepare_cookies(self, cookies: Any) -> None:
        """Sets the cookies, and signs a redirected request anew."""
        super().prepare_cookies(cookies)
        # Of what a session does to a redirected request, this comes when its URL, method and body are settled.
        if self.signing is not None and self.signing.redirected_from is not None:
            self._sign_anew(self.signing, self.signing.redirected_from)

    def _sign_anew(self, signing: _Signing, redirected_from: str) -> None:
        self.signing = None
        self.headers.pop("Authorization", None)
        if self.body is not None:
            self.body = signing.unsigned_body
        self.url = without_ours(str(self.url), redirected_from)
        if same_origin(redirected_from, self.url):
            # urllib3 would write the URL so in any case, and what is sent must be what is signed.
            self.url = parse_url(self.url).url
            signing.auth._sign(self)
        if self.body is not None:
            self.prepare_content_length(self.body)

    # No secret goes where a response is pickled, which holds its request.
    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "headers": CaseInsensitiveDict(self.headers), "signing": None}


class _Headers(CaseInsensitiveDict):  # type: ignore[type-arg]
    """Headers that urllib3 copies for each attempt at sending; each copy but the first has a new signature."""

    request: Callable[[], SignedRequest | None] | None = None

    def copy(self) -> Any:
        copy = _Headers(self)
        copy.request = self.request
        request = self.request() if self.request is not None else None
        if request is not None and request.signing is not None:
            if request.signing.sent:
                request.signing.auth._sign(request)
                copy["Authorization"] = request.headers["Authorization"]
            request.signing.sent = True
        return copy


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
    except (AttributeError, OSError):
        raise InputError(
            "the body takes part in the signature, and it is a stream that cannot be read twice; give it as bytes", 103
        ) from None
    return whole
