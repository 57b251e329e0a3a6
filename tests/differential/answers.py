"""What signing a request gave: by osign, whoever calls it, and by rfc5849.py, which shares no code with it."""

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import rfc5849


@dataclass
class Signed:
    """What osign hands back."""

    authorization: str
    url: str
    body: bytes
    signature: str
    base_string: str


class Refused(Exception):
    """A status other than OSIGN_OK, by its name."""

    def __init__(self, status, message):
        super().__init__(f"{status}: {message}")
        self.status, self.message = status, message


@dataclass
class Answer:
    """What signing gave; None where the peer does not say."""

    base_string: str | bytes | None = None
    signature: str | bytes | None = None
    realm: bytes | None = None
    sent: list | None = None  # The pairs where the protocol parameters travel, decoded and sorted.
    refused: str | None = None


def header_pairs(header):
    """(realm, pairs) of a header, decoded."""
    realm, parameters = rfc5849.parse_authorization(header)
    pairs = [(unquote_to_bytes(name), unquote_to_bytes(value)) for name, value in parameters]
    return None if realm is None else unquote_to_bytes(realm), sorted(pairs)


def query_of(url):
    return url.partition("#")[0].partition("?")[2]


def osign_answer(osign, request):
    """By a caller of osign: anything with `sign(request)`, which gives a Signed or raises Refused."""
    try:
        signed = osign.sign(request)
    except Refused as refused:
        return Answer(refused=refused.status)
    answer = Answer(signed.base_string, signed.signature)
    if request["transmission"] == "header":
        answer.realm, answer.sent = header_pairs(signed.authorization)
    elif request["transmission"] == "query":
        answer.sent = sorted(rfc5849.form_decode(query_of(signed.url).encode()))
    else:
        answer.sent = sorted(rfc5849.form_decode(signed.body))
    return answer


def protocol_twice(request):
    """Whether the request brings a parameter that signing adds: RFC 5849 sections 3.1 and 3.5, each at most once."""
    own = {name for name, _ in rfc5849.protocol_parameters(request)} | {b"oauth_signature"}
    return any(name in own for name, _ in rfc5849.request_pairs(request) if name.startswith(b"oauth_"))


def recomputed_answer(request):
    if protocol_twice(request):
        return Answer(refused="OSIGN_DUPLICATE_PROTOCOL_PARAMETER")
    protocol = rfc5849.protocol_parameters(request)
    parts = (
        request["method"].upper(),
        rfc5849.base_string_uri(request["url"]),
        rfc5849.normalise(rfc5849.request_pairs(request) + protocol),
    )
    base_string = "&".join(map(rfc5849.percent_encode, parts))
    signature = rfc5849.sign(request, base_string)
    sent = protocol + [(b"oauth_signature", signature.encode())]
    if request["transmission"] == "query":
        sent += rfc5849.form_decode(rfc5849.as_sent(query_of(request["url"])).encode())
    elif request["transmission"] == "body":
        sent += rfc5849.form_decode(request["bytes"] or b"")
    realm = request["realm"].encode() if request["realm"] and request["transmission"] == "header" else None
    return Answer(base_string, signature, realm, sorted(sent))
