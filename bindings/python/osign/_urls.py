"""URLs of the clients: their origin, their server's name, and the pairs that signing put into them."""

from __future__ import annotations

import re
from typing import TypeAlias
from urllib.parse import SplitResult, unquote_plus, urlsplit


def same_origin(first: str, second: str) -> bool:
    """Whether a signature may follow from the first URL to the second: the same scheme, host and port, or the same host
    from http to https at their own ports."""
    one, two = urlsplit(first), urlsplit(second)
    if one.hostname != two.hostname:
        return False
    if (one.scheme, two.scheme) == ("http", "https"):
        return one.port in (80, None) and two.port in (443, None)
    return one.scheme == two.scheme and _port(one) == _port(two)


def _port(parts: SplitResult) -> int | None:
    # Port 0 is no default.
    return {"http": 80, "https": 443}.get(parts.scheme) if parts.port is None else parts.port


def authority(url: str) -> str:
    """Server and port of a URL, and what may stand before them."""
    return re.split("[/?#]", url.partition("://")[2], maxsplit=1)[0]


def host_without_dot(url: str) -> str | None:
    """Server and port of a URL whose server's name ends with a dot, without that; ``None`` where it does not."""
    host, colon, port = authority(url).rpartition("@")[2].partition(":")
    return f"{host.rstrip('.')}{colon}{port}" if host.endswith(".") else None


def with_authority(url: str, other: str) -> str:
    """The same URL of another server."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{other}{rest[len(authority(url)):]}" if mark else url


#: Name, equals sign and value, decoded: `a%3Db` is a name, and `a=b` is none.
Pair: TypeAlias = tuple[str, ...]


def added_pairs(url: str, signed_url: str) -> frozenset[Pair]:
    """The pairs that signing added to a URL's query. It adds none that was there: that is an error."""
    before, after = ({_decoded(pair) for pair in _pairs(one)} for one in (url, signed_url))
    return frozenset(after - before)


def without_pairs(url: str, pairs: frozenset[Pair]) -> str:
    """A URL without such pairs, which a server that redirects may repeat."""
    rest = "&".join(pair for pair in _pairs(url) if _decoded(pair) not in pairs)
    parts = urlsplit(url)
    return url if rest == parts.query else parts._replace(query=rest).geturl()


def _pairs(url: str) -> list[str]:
    return urlsplit(url).query.split("&")


def _decoded(pair: str) -> Pair:
    # Clients and servers write escapes in ways of their own.
    return tuple(unquote_plus(part) for part in pair.partition("="))
