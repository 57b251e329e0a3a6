"""Why peers differ from osign: each rule with the section that decides."""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

from answers import protocol_twice, query_of
from rfc5849 import FORM, is_form, is_utf8, protocol_parameters, request_pairs

README = Path(__file__).resolve().parent / "README.md"
# What oauthlib lets a query and a form hold (oauthlib/common.py, `urlencoded`).
OAUTHLIB_FORM = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-=&;:%+~,*@!()/?'$")


@dataclass
class Rule:
    peer: str
    name: str
    section: str
    what: str
    explains: object  # (facts, answer, differences) -> bool
    example: dict  # What makes an ordinary request one that the rule is about.


class Facts:
    """A request, as rules ask about it."""

    def __init__(self, request):
        self.request = request
        self.scheme, self.port = request["scheme"].lower(), request["port"]
        self.host, self.path, self.query = request["host"], request["path"], query_of(request["url"])
        self.is_form = is_form(request["content_type"])
        self.form = request["bytes"] or b""
        self.by = request["transmission"]
        self.is_plaintext = request["signature_method"] == "PLAINTEXT"
        self.pairs = request_pairs(request)
        self.own = protocol_parameters(request)

    def is_unknown_to_oauthlib(self, form):
        """Whether oauthlib takes this for no form data."""
        text = form if isinstance(form, str) else form.decode("latin-1")
        return not set(text) <= OAUTHLIB_FORM or INVALID_HEX.search(text) is not None

    def has_value(self, pairs, test):
        return any(test(name, value) for name, value in pairs)

    def pieces(self):
        """The pairs of query and form body as they came."""
        form = self.form.decode("latin-1") if self.is_form else ""
        return [piece for piece in f"{self.query}&{form}".split("&") if piece]

    def is_utf8(self):
        return all(is_utf8(part) for pair in self.pairs for part in pair)

    def decodes_twice(self):
        """Whether a value of an oauth_* parameter changes when it is decoded once more than it should be."""
        pairs = self.pairs + (self.own if self.by != "header" else [])
        return self.has_value(pairs, lambda name, value: name.startswith(b"oauth_") and HEX.search(value) is not None)

    def spells_ipv6_otherwise(self):
        if not self.host.startswith("["):
            return False
        return str(ipaddress.IPv6Address(self.host[1:-1])) != self.host[1:-1].lower()


SPECIAL = re.compile(r"[^A-Za-z0-9._~-]")
HEX = re.compile(b"%[0-9A-Fa-f]{2}")
INVALID_HEX = re.compile(r"%[^0-9A-Fa-f]|%[0-9A-Fa-f][^0-9A-Fa-f]")


def refuses(text, because=lambda facts: True):
    """The peer raises an error with this text; the request is as `because` says."""
    return lambda facts, answer, found: text in (answer.refused or "") and because(facts)


def differs(because):
    """The peer answers, and otherwise; the request is as `because` says."""
    return lambda facts, answer, found: answer.refused is None and "refused" not in found and because(facts)


def differs_only(what, because):
    """The same, and nothing but `what` differs."""
    return lambda facts, answer, found: differs(because)(facts, answer, found) and found <= what


def signs_twice(facts, answer, found):
    return found == {"refused"} and answer.refused is None and protocol_twice(facts.request)


# The first rule that fits explains a difference: what a peer refuses stands before what it gets wrong.
RULES = [
    Rule(
        "oauthlib",
        "protocol parameter twice",
        "RFC 5849 3.1, 3.5",
        "Signs a request that brings a protocol parameter of its own, and sends two. Each may stand there once.",
        signs_twice,
        {"query": "?oauth_nonce=x"},
    ),
    Rule(
        "oauthlib",
        "GET with a form",
        "RFC 5849 3.4.1.3.1",
        "Refuses a form body with GET and HEAD. The conditions for a body to be signed do not name the method.",
        refuses("GET/HEAD requests should not include body", lambda f: f.request["method"] in ("GET", "HEAD", "get")),
        {"method": "GET", "content_type": FORM, "bytes": b"a=1"},
    ),
    Rule(
        "oauthlib",
        "form type with parameters or capitals",
        "RFC 5849 3.4.1.3.1, RFC 9110 8.3.1",
        "Takes that exact text alone. A media type has no case, and may have parameters such as charset.",
        refuses(
            "instead of application/x-www-form-urlencoded", lambda f: f.is_form and f.request["content_type"] != FORM
        ),
        {"content_type": f"{FORM}; charset=utf-8", "bytes": b"a=1"},
    ),
    Rule(
        "oauthlib",
        "body that looks like a form",
        "RFC 5849 3.4.1.3.1",
        "Refuses a body whose bytes could be form data when its type is another or none. The type alone decides.",
        refuses("instead of application/x-www-form-urlencoded", lambda f: not f.is_form),
        {"content_type": "application/json", "bytes": b"1"},
    ),
    Rule(
        "oauthlib",
        "multipart that looks like a form",
        "RFC 5849 3.4.1.3.1",
        "The same for a multipart body, with another message.",
        refuses("Headers indicate a multipart body", lambda f: not f.is_form),
        {"content_type": "multipart/form-data; boundary=x", "bytes": b"1"},
    ),
    Rule(
        "oauthlib",
        "form with unusual bytes",
        "RFC 5849 3.4.1.3.1",
        "Refuses a form with a character that it should have encoded, or a stray %. Services decode it all the same.",
        refuses("body was not decodable", lambda f: f.is_form and f.is_unknown_to_oauthlib(f.form)),
        {"content_type": FORM, "bytes": b"a[0]=%zz"},
    ),
    Rule(
        "oauthlib",
        "query with unusual bytes",
        "RFC 5849 3.4.1.3.1",
        "Refuses a query with a character that it should have encoded, such as [ or a quotation mark.",
        refuses("Found invalid characters", lambda f: f.is_unknown_to_oauthlib(f.query)),
        {"query": "?a[0]=1"},
    ),
    Rule(
        "oauthlib",
        "query with a stray %",
        "RFC 5849 3.4.1.3.1",
        "Refuses a query with a % that no two hex digits follow. Servers take it as it stands.",
        refuses("Invalid hex encoding", lambda f: INVALID_HEX.search(f.query) is not None),
        {"query": "?a=%zz"},
    ),
    Rule(
        "oauthlib",
        "body that is not UTF-8",
        "RFC 5849 3.4.1.3.1, draft-eaton-oauth-bodyhash-00 3.2",
        "Cannot take a body that is not UTF-8. A body is bytes.",
        refuses("UnicodeDecodeError", lambda f: not is_utf8(f.form)),
        {"content_type": FORM, "bytes": b"a=\xff"},
    ),
    Rule(
        "oauthlib",
        "escapes that are not UTF-8",
        "RFC 5849 3.4.1.3.1, 3.6",
        "Replaces bytes that are not UTF-8 by U+FFFD, and signs that.",
        differs(lambda f: not f.is_utf8()),
        {"query": "?a=%FF"},
    ),
    Rule(
        "oauthlib",
        "path outside ASCII",
        "RFC 5849 3.4.1.2, RFC 3986 2.1",
        "Encodes a raw non-ASCII path once, as part of the base string. It is sent as %XX, so it is signed as %25XX.",
        differs(lambda f: not f.path.isascii()),
        {"path": "/\u00e9"},
    ),
    Rule(
        "oauthlib",
        "path that ends with ;",
        "RFC 5849 3.4.1.2",
        "Drops a semicolon at the end of the path (urllib takes it for empty parameters).",
        differs(lambda f: f.path.endswith(";")),
        {"path": "/a;"},
    ),
    Rule(
        "oauthlib",
        "IPv6 spelled anew",
        "RFC 5849 3.4.1.2",
        "Writes an IPv6 address in its shortest form. The host is that of the Host header, in lower case.",
        differs(Facts.spells_ipv6_otherwise),
        {"host": "[2001:db8:0:0:0:0:0:1]"},
    ),
    Rule(
        "oauthlib",
        "oauth_* decoded twice",
        "RFC 5849 3.4.1.3.1",
        "Decodes the values of oauth_* parameters in query and body once more than it should.",
        differs(Facts.decodes_twice),
        {"query": "?oauth_zzz=%2541"},
    ),
    Rule(
        "oauthlib",
        "body hash",
        "draft-eaton-oauth-bodyhash-00 3.2",
        "Hashes with SHA-1 whatever the signature method, and leaves the hash out without a body or a Content-Type.",
        differs(lambda f: f.request["body_hash"] and not f.is_form),
        {"content_type": "application/json", "bytes": b"{}", "signature_method": "HMAC-SHA256", "body_hash": True},
    ),
    Rule(
        "oauthlib",
        "parameters without oauth_",
        "RFC 5849 3.5.1",
        "Leaves an extra parameter out of the header when its name does not begin with oauth_.",
        differs(lambda f: f.by == "header" and f.has_value(f.own, lambda name, _: not name.startswith(b"oauth_"))),
        {"parameters": [("xoauth_requestor_id", "1")]},
    ),
    Rule(
        "oauthlib",
        "realm not escaped",
        "RFC 5849 3.5.1, RFC 9110 5.6.4",
        "Puts the realm between quotation marks as it is: one in the realm ends the value, and a backslash is lost.",
        differs_only({"realm", "sent"}, lambda f: f.by == "header" and re.search(r'["\\]', f.request["realm"] or "") is not None),
        {"realm": 'a"b, c'},
    ),
    Rule(
        "liboauth",
        "protocol parameter twice",
        "RFC 5849 3.1, 3.5",
        "As with oauthlib.",
        signs_twice,
        {"query": "?oauth_nonce=x"},
    ),
    Rule(
        "liboauth",
        "scheme or host in capitals",
        "RFC 5849 3.4.1.2 (1)",
        "Signs scheme and host in the case that they came in.",
        differs(lambda f: f.request["scheme"] != f.scheme or f.host != f.host.lower()),
        {"host": "EXAMPLE.com"},
    ),
    Rule(
        "liboauth",
        "user information",
        "RFC 5849 3.4.1.2",
        "Signs the user information of the URL, which is no part of the Host header.",
        differs(lambda f: f.request["userinfo"] != ""),
        {"userinfo": "user@"},
    ),
    Rule(
        "liboauth",
        "port 80 with https",
        "RFC 5849 3.4.1.2 (3)",
        "Drops :80 whatever the scheme.",
        differs(lambda f: f.scheme == "https" and f.port == ":80"),
        {"scheme": "https", "port": ":80"},
    ),
    Rule(
        "liboauth",
        "port 443",
        "RFC 5849 3.4.1.2 (3)",
        "Keeps :443 with https.",
        differs(lambda f: f.scheme == "https" and f.port == ":443"),
        {"scheme": "https", "port": ":443"},
    ),
    Rule(
        "liboauth",
        "port without digits or with zeros before",
        "RFC 5849 3.4.1.2 (3), RFC 3986 3.2.3",
        "Keeps a port as it is written: an empty one, or 080. As a number it may be the default one.",
        differs(lambda f: f.port == ":" or f.port.startswith(":0")),
        {"port": ":"},
    ),
    Rule(
        "liboauth",
        "fragment",
        "RFC 5849 3.4.1.2",
        "Takes the fragment for a part of the last parameter.",
        differs(lambda f: f.request["fragment"] != ""),
        {"fragment": "#a"},
    ),
    Rule(
        "liboauth",
        "method in small letters",
        "RFC 5849 3.4.1.1 (1)",
        "Signs the method in the case that it came in.",
        differs(lambda f: f.request["method"] != f.request["method"].upper()),
        {"method": "get"},
    ),
    Rule(
        "liboauth",
        "path with raw characters",
        "RFC 5849 3.4.1.2, RFC 3986 2.1",
        "Encodes a raw space or non-ASCII character in the path once, as part of the base string. It is sent as %XX.",
        differs(lambda f: any(not " " < character < "\x7f" for character in f.path)),
        {"path": "/a b"},
    ),
    Rule(
        "liboauth",
        "NUL",
        "RFC 5849 3.4.1.3.1",
        "Ends a value at %00.",
        differs(lambda f: f.has_value(f.pairs, lambda name, value: b"\0" in name + value)),
        {"query": "?a=b%00c"},
    ),
    Rule(
        "liboauth",
        "plus or ampersand in the path",
        "RFC 5849 3.4.1.2",
        "Reads the path as form data: + becomes a space, and & begins a parameter.",
        differs(lambda f: "+" in f.path or "&" in f.path),
        {"path": "/a+b"},
    ),
    Rule(
        "liboauth",
        "question mark in the query",
        "RFC 5849 3.4.1.3.1, RFC 3986 3.4",
        "Begins a parameter at every ?. Only the first one begins the query.",
        differs(lambda f: "?" in f.query),
        {"query": "?a=b?c=d"},
    ),
    Rule(
        "liboauth",
        "name alone",
        "RFC 5849 3.4.1.3.2, 3.6",
        "Does not encode the name of a parameter that comes without an equals sign.",
        differs(lambda f: any("=" not in piece and SPECIAL.search(piece) for piece in f.pieces())),
        {"query": "?%4g"},
    ),
    Rule(
        "liboauth",
        "long values",
        "RFC 5849 3.4.1.3.2",
        "Cuts a parameter off after 1 KiB.",
        differs(lambda f: f.has_value(f.own, lambda name, value: len(name + value) > 1000)),
        {"token": "t" * 1100},
    ),
    Rule(
        "liboauth",
        "plus in a posted form",
        "RFC 5849 3.4.1.3.1",
        "Keeps + as a plus sign when it signs for a form body, where it is a space.",
        differs_only({"sent"}, lambda f: f.by == "body" and any("+" in piece for piece in f.pieces())),
        {"method": "POST", "content_type": FORM, "bytes": b"a=b+c", "transmission": "body"},
    ),
]


def row(rule):
    return f"| {rule.peer} | {rule.name} | {rule.section} | {rule.what} |"


def rows_missing_from_readme():
    """The README carries the rules as a table; `--table` prints it."""
    text = README.read_text(encoding="utf-8")
    return [rule.name for rule in RULES if row(rule) not in text]
