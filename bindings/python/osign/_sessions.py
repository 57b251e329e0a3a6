"""What the sessions share that get a token in the three steps of OAuth 1.0a (RFC 5849 §2).

Which answer and which callback counts is the core's to say; here its refusals become what programs catch.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl, urlencode

from ._errors import LoginFailed, TokenMissing, TokenRequestDenied, VerifierMissing
from ._native import read_callback, read_temporary, read_token
from ._urls import same_origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ._types import Text

#: The status of an answer or a callback that is not what the protocol says.
INVALID_ANSWER = 500

#: The fields of an answer or of a callback.
Fields: TypeAlias = dict[str, str]


def temporary_of(response: Any, *, confirmed: bool) -> Fields:
    """The temporary credentials of an answer (§2.1). ``confirmed`` says whether it must confirm a callback."""
    return _answer(response, lambda status, challenge, body: read_temporary(status, challenge, body, confirmed))


def token_of(response: Any) -> Fields:
    """The token credentials of an answer (§2.3)."""
    return _answer(response, read_token)


def callback_of(url: Text, token: str | None) -> Fields:
    """What the browser brought back (§2.2), or a person typed. ``token`` is the session's own, if it has one."""
    try:
        return read_callback(url, token or None)
    except LoginFailed as error:
        refusal = (str(error), error.status, error.reason)
    raise TokenMissing(*refusal)


def authorization_url(url: str, token: str | None, more: Iterable[tuple[str, object]]) -> str:
    """The address where a person agrees (§2.2)."""
    if not token:
        sentence = "there is no request token for the address to carry; call fetch_request_token first"
        raise TokenMissing(sentence, INVALID_ANSWER, "empty-token")
    address, mark, fragment = url.partition("#")
    joint = "?" if "?" not in address else "" if address.endswith(("?", "&")) else "&"
    return address + joint + urlencode([*more, ("oauth_token", token)]) + mark + fragment


def has_verifier(verifier: object, *, needed: bool) -> None:
    """Refuses to ask for a token without a verifier, where the service has one."""
    if needed and not verifier:
        sentence = "there is no verifier; give it, or give the address that the browser came to to parse_authorization_response"
        raise VerifierMissing(sentence, INVALID_ANSWER, "no-verifier")


@contextmanager
def third_step(client: Any, verifier: str | None, *, confirmed: bool) -> Iterator[None]:
    """The third step with a verifier. Where it brings no token, ``client`` has the one that it had before."""
    before = client.verifier
    try:
        if verifier:
            client.verifier = verifier
        has_verifier(client.verifier, needed=confirmed)
        yield
    except BaseException:
        client.verifier = before
        raise


def token_in(token: Mapping[str, str]) -> str:
    """The token of what a program sets as one."""
    if "oauth_token" not in token:
        raise TokenMissing("what was set as the token has no oauth_token", INVALID_ANSWER, "no-token")
    return token["oauth_token"]


def _answer(response: Any, read: Callable[[int, str | None, bytes], Fields]) -> Fields:
    status: int = response.status_code
    hops = [str(hop.url) for hop in [*response.history, response]]
    if not all(same_origin(hops[0], hop) for hop in hops):
        sentence = "the service redirects to another origin, which gets no signature and is not believed; give its address"
        raise TokenRequestDenied(sentence, INVALID_ANSWER, "foreign-redirect", response)
    body: bytes = response.content
    try:
        return read(status, response.headers.get("WWW-Authenticate"), body)
    except LoginFailed as error:
        refusal = (str(error), error.status, error.reason)
    # Here, and not in the clause: there it would bring the other error along.
    if 200 <= status < 300:
        raise TokenMissing(*refusal, _problem(body, refusal[0]))
    raise TokenRequestDenied(*refusal, response)


def _problem(body: bytes, sentence: str) -> Fields:
    """The word of an answer for what is wrong, where it is one that the sentence shows: it could be a secret else."""
    pairs = parse_qsl(body.decode(errors="replace"))
    return {name: value for name, value in pairs if name == "oauth_problem" and value in sentence}
