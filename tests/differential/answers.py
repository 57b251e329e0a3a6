"""What signing a request gave: by osign, whoever calls it, and by rfc5849.py, which shares no code with it."""

import re
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
    realm: str | None = None
    sent: list | None = None  # The pairs where the protocol parameters travel, decoded and sorted.
    url: str | None = None  # The URL to send; by query without it, which is among the pairs.
    refused: str | None = None


def header_pairs(header):
    """(realm, pairs) of a header: text, and bytes."""
    realm, parameters = rfc5849.parse_authorization(header)
    pairs = [(unquote_to_bytes(name), unquote_to_bytes(value)) for name, value in parameters]
    return realm, sorted(pairs)


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
    answer.url = without_query_where_it_grows(signed.url, request)
    return answer


def without_query_where_it_grows(url, request):
    return url.partition("#")[0].partition("?")[0] if request["transmission"] == "query" else url


def in_normal_form(request):
    """The same request with its URL in normal form, and the parts of that."""
    url = rfc5849.normal_form(request["url"])
    scheme, authority, path, query = rfc5849.split_url(url)
    host, port = re.fullmatch(r"(\[.*\]|[^:]*)(:\d+)?", authority).groups("")
    parts = {"scheme": scheme, "userinfo": "", "host": host, "port": port, "path": path, "fragment": ""}
    parts["query"] = f"?{query}" if "?" in url else ""
    return {**request, **parts, "url": url}


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
    realm = request["realm"] if request["transmission"] == "header" else None
    url = without_query_where_it_grows(rfc5849.as_sent(request["url"]), request)
    return Answer(base_string, signature, realm, sorted(sent), url=url)
