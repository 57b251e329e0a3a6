#!/usr/bin/env python3
"""Signs thousands of generated requests with osign, oauthlib and liboauth, and compares.

    pip install -r tests/requirements.txt          # and Debian's liboauth0
    cargo build --features capi
    python3 tests/differential/generate_and_compare.py [--count 5000] [--seed N] [--library PATH]

osign is called through its C ABI. Each answer of osign's must equal that of tests/vectors/recompute.py, which shares
no code with it. Where a peer answers otherwise, one of the RULES below must say why, with the section that decides;
a difference without a rule fails the run, and so does a rule that explained nothing in it.
"""

import argparse
import base64
import functools
import ipaddress
import json
import os
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent / "vectors")]

import recompute  # noqa: E402
from liboauth import METHODS as LIBOAUTH_METHODS, Liboauth  # noqa: E402
from oauthlib import oauth1  # noqa: E402
from oauthlib.oauth1.rfc5849 import signature as oauthlib_signature  # noqa: E402
from osign import Osign, Refused  # noqa: E402

FORM = recompute.FORM
SIGNATURE_METHODS = list(recompute.OAUTHLIB_SIGN)
KEYS = ["wiki-rsa-1024.pem", "wiki-rsa-1024-pkcs1.pem", "oauthlib-rsa-1024.pem"]
PEMS = {name: (recompute.OAUTH1 / "keys" / name).read_text() for name in KEYS}
# What oauthlib lets a query and a form hold (oauthlib/common.py, `urlencoded`).
OAUTHLIB_FORM = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-=&;:%+~,*@!()/?'$")


# --- Requests --------------------------------------------------------------------------------------------------------


class Generator:
    """An ordinary request, with none to three things that are not."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *choices):
        return self.random.choice(choices)

    def word(self, alphabet="abcdefghijklmnopqrstuvwxyzABCDEFXYZ0123456789_.-~", most=8):
        return "".join(self.random.choice(alphabet) for _ in range(self.random.randint(1, most)))

    def form(self, most=4):
        pairs = [f"{self.word()}={self.value()}" for _ in range(self.random.randint(0, most))]
        return "&".join(pairs)

    def value(self):
        return "".join(
            self.pick(
                self.word(most=3), "%20", "%2B", "%26", "%3D", "%25", "%C3%A9", "%e2%98%83", "+", "%21", "*", "!", "'"
            )
            for _ in range(self.random.randint(0, 3))
        )

    def request(self):
        request = self.ordinary()
        for feature in self.random.sample(FEATURES, self.pick(0, 1, 1, 1, 2, 3)):
            feature(self, request)
        return finish(request)

    def example(self, of):
        """The plainest request that a rule is about."""
        plain = {
            "scheme": "http",
            "host": "example.com",
            "path": "/",
            "query": "?b=1",
            "method": "POST",
            "token": "t",
            "signature_method": "HMAC-SHA1",
            "transmission": "header",
            "content_type": None,
            "bytes": None,
        }
        return finish({**self.ordinary(), **plain, **of})

    def ordinary(self):
        request = {
            "method": self.pick("GET", "POST", "PUT", "DELETE", "PATCH"),
            "scheme": self.pick("http", "https"),
            "userinfo": "",
            "host": self.pick("api.example.com", "localhost", "192.0.2.7", "a-b.example"),
            "port": "",
            "path": self.pick("/", "/a", "/rest/V1/items", "/%7Euser/a%20b", "/a/b.json"),
            "query": self.pick("", f"?{self.form()}", f"?{self.form()}"),
            "fragment": "",
            "content_type": None,
            "bytes": None,
            "consumer_key": self.word(most=20),
            "consumer_secret": self.word(most=20),
            "token": self.pick(None, self.word(most=20)),
            "token_secret": self.word(most=20),
            "signature_method": self.pick(*SIGNATURE_METHODS, "HMAC-SHA1", "HMAC-SHA1"),
            "realm": None,
            "parameters": [],
            "nonce": self.word("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 32),
            "timestamp": self.random.randint(1, 2**33),
            "send_version": True,
            "body_hash": False,
            "transmission": self.pick("header", "header", "query", "body"),
        }
        if request["method"] != "GET" and (request["transmission"] == "body" or self.random.random() < 0.4):
            request["content_type"], request["bytes"] = FORM, self.form().encode()
        elif request["transmission"] == "body":
            request["transmission"] = "query"
        return request


def finish(request):
    """The URL in one piece, and the fields that recompute.py reads."""
    if request["transmission"] == "body" and not recompute.is_form(request["content_type"]):
        request["transmission"] = "header"
    authority = request["userinfo"] + request["host"] + request["port"]
    request["url"] = f"{request['scheme']}://{authority}{request['path']}{request['query']}{request['fragment']}"
    request["body_base64"] = base64.b64encode(request["bytes"] or b"").decode()
    if request["token"] is None:
        request["token_secret"] = None
    is_rsa = request["signature_method"].startswith("RSA-")
    request.setdefault("key", KEYS[0])
    request["pem"] = PEMS[request["key"]] if is_rsa else None
    request["private_key"] = f"keys/{request['key']}" if is_rsa else None
    return request


FEATURES = []


def feature(function):
    FEATURES.append(function)
    return function


def add_piece(request, piece):
    request["query"] += ("&" if "?" in request["query"] else "?") + piece


@feature
def awkward_query(generator, request):
    add_piece(
        request,
        generator.pick(
            "a=%",
            "a=%4",
            "%=1",
            "a=%zz",
            "%zz=1",
            "%4g",
            "a=%FF",
            "%ff%FE=1",
            "a=%00b",
            "%00=1",
            "a=b;c=d",
            ";",
            "a[0]=1",
            "a[]=1&a[]=2",
            "a={x}",
            'a="b"',
            "a=b c",
            "é=ü",
            "a=日本",
            "a=1&a=1",
            "a=2&a=1&a=10",
            "a=1&a-=1&a1=1&a.=0",
            "b&b=&b=1",
            "=v",
            "=",
            "a==b",
            "a=b=c",
            "a&&b",
            "&a=1",
            "a=1&",
            "a=x!y&a=x+y",
            "a=~%7E",
            "a=%7e",
            "A=1&a=1&B=1",
            "x+y=1",
            "%6Fauthx=1",
            "a=%2541",
            "a=|^`",
            "a\\b=<c>",
            "a=%c3%A9&a=%C3%a9",
            "z=1&%C3%9F=2",
            "a/b?c=d?e",
            "$=@:,",
        ),
    )


@feature
def foreign_oauth_query(generator, request):
    add_piece(
        request,
        generator.pick(
            "oauth_zzz=1",
            "oauth_zzz=%2541",
            "oauth_zzz=a%2Bb",
            "oauth_=",
            "oauth=%2541",
            "oauth_a%20b=c",
            "OAUTH_TOKEN=x",
        ),
    )


@feature
def protocol_parameter_in_query(generator, request):
    add_piece(
        request, generator.pick("oauth_nonce=x", "oauth_consumer_key=x", "oauth%5Ftimestamp=5", "oauth_signature=x")
    )


@feature
def awkward_path(generator, request):
    request["path"] = generator.pick(
        "",
        "/",
        "//",
        "/a//b",
        "/a/../b",
        "/a/.",
        "/%2f",
        "/%2F%2f",
        "/a b",
        "/é",
        "/日本/x",
        "/a;v=1",
        "/a;",
        "/;",
        "/a+b",
        "/~u",
        "/{id}",
        "/a%zz",
        "/%",
        "/a:b@c",
        "/a'b(c)*!",
        "/a|b",
        "/a\\b",
        '/"a"',
        "/a[0]",
        "/A/B",
        "/a&b=c",
        "/%E9",
        "/%c3%a9",
        "/,$",
        "/a;x;y/b;z",
    )


@feature
def authority(generator, request):
    request["host"] = generator.pick(
        "EXAMPLE.com",
        "Api.Example.COM",
        "[::1]",
        "[2001:db8::1]",
        "[2001:DB8:0:0:0:0:0:1]",
        "[::ffff:192.0.2.1]",
        "[FE80::A]",
        "a_b.example",
        "xn--e1afmkfd.xn--p1ai",
        "a.example.",
        "h",
    )


@feature
def port(generator, request):
    request["port"] = generator.pick(":80", ":443", ":8080", ":1", ":65535", ":", ":080", ":0443", ":08080")


@feature
def scheme_case(generator, request):
    request["scheme"] = generator.pick("HTTP", "HTTPS", "hTTp", "Https")


@feature
def userinfo(generator, request):
    request["userinfo"] = generator.pick("user@", "user:pass@", ":@", "u%40v:p@")


@feature
def fragment(generator, request):
    request["fragment"] = generator.pick("#", "#a", "#a=1&b=2", "#/x?y")


@feature
def method(generator, request):
    request["method"] = generator.pick("get", "post", "Patch", "HEAD", "OPTIONS", "X-CUSTOM", "a.b~c", "A!b#$%&'*+^_`|")


@feature
def credentials(generator, request):
    name = generator.pick("consumer_key", "consumer_secret", "token", "token_secret", "nonce")
    request["token"] = request["token"] or "t"
    request[name] = generator.pick(
        "a b",
        "a+b",
        "a%20b",
        "%41",
        "%2541",
        "a&b=c",
        "é",
        "日本",
        "☃",
        'a"b',
        "a,b",
        "a\\b",
        "a'b",
        "~",
        "a/b==",
        "😀",
        "a%",
        "%zz",
        "=",
        " ",
        "x" * 300,
    )


@feature
def empty_secrets(generator, request):
    request[generator.pick("consumer_secret", "token_secret")] = ""


@feature
def no_token(generator, request):
    request["token"] = None


@feature
def long_token(generator, request):
    request["token"] = generator.word(most=9) * 200


@feature
def form_body(generator, request):
    request["content_type"] = FORM
    request["bytes"] = generator.pick(
        b"",
        b"&",
        b"a=1&a=1",
        b"a=%zz",
        b"a=%FF",
        b"a=\xff\xfe",
        "é=ü".encode(),
        b"a=b c",
        b"c2&a3=2+q",
        b"a=1\r\n",
        b"=v",
        b"=",
        b"a=%2541",
        b"oauth_zzz=%2541",
        b"a[0]=1",
        b"a&&b",
        b"a=1&",
        b"a=%00",
        b"a;b=c",
        b"a=%",
    )
    if generator.random.random() < 0.8 and request["method"] in ("GET", "HEAD", "get"):
        request["method"] = "POST"


@feature
def form_type(generator, request):
    request["content_type"] = generator.pick(
        f"{FORM}; charset=utf-8",
        f"{FORM};charset=UTF-8",
        "Application/X-WWW-Form-Urlencoded",
        f"{FORM} ; x=y",
    )
    request["bytes"] = generator.pick(b"", b"a=1", b"a=b+c&d=%C3%A9")


@feature
def form_with_get(generator, request):
    request["method"] = generator.pick("GET", "HEAD")
    request["content_type"], request["bytes"] = FORM, b"a=1"


@feature
def other_body(generator, request):
    request["content_type"] = generator.pick(
        "application/json", "text/xml; charset=utf-8", "multipart/form-data; boundary=x", None
    )
    request["bytes"] = generator.pick(b'{"a":1}', b"a=1", b"plain", b"\x00\x01\xff", b"", '{"é":1}'.encode(), None)
    request["body_hash"] = generator.pick(True, True, False)


@feature
def extra_parameters(generator, request):
    names = generator.random.sample(
        [
            "oauth_callback",
            "oauth_verifier",
            "oauth_session_handle",
            "oauth_zz",
            "oauth_a",
            "xoauth_requestor_id",
            "a b",
        ],
        generator.pick(1, 1, 2),
    )
    values = ["oob", "http://client.example/cb?a=b&c=d", "hfdp7dh39dks9884", "a b", "é", "%41", "", "+"]
    request["parameters"] = [(name, generator.pick(*values)) for name in names]


@feature
def realm(generator, request):
    request["realm"] = generator.pick("Photos", "http://example.com/", "a b", 'a"b', "é", "1234567_SB1", "a, b=c")


@feature
def no_version(generator, request):
    request["send_version"] = False


@feature
def another_key(generator, request):
    request["signature_method"] = generator.pick("RSA-SHA1", "RSA-SHA256", "RSA-SHA512")
    request["key"] = generator.pick(*KEYS)


# --- Answers ---------------------------------------------------------------------------------------------------------


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
    realm, parameters = recompute.parse_authorization(header)
    pairs = [(unquote_to_bytes(name), unquote_to_bytes(value)) for name, value in parameters]
    return None if realm is None else unquote_to_bytes(realm), sorted(pairs)


def query_of(url):
    return url.partition("#")[0].partition("?")[2]


def osign_answer(osign, request):
    try:
        signed = osign.sign(request)
    except Refused as refused:
        return Answer(refused=refused.status)
    answer = Answer(signed.base_string, signed.signature)
    if request["transmission"] == "header":
        answer.realm, answer.sent = header_pairs(signed.authorization)
    elif request["transmission"] == "query":
        answer.sent = sorted(recompute.form_decode(query_of(signed.url).encode()))
    else:
        answer.sent = sorted(recompute.form_decode(signed.body))
    return answer


def protocol_twice(request):
    """Whether the request brings a parameter that signing adds: RFC 5849 sections 3.1 and 3.5, each at most once."""
    own = {name for name, _ in recompute.protocol_parameters(request)} | {b"oauth_signature"}
    return any(name in own for name, _ in recompute.request_pairs(request) if name.startswith(b"oauth_"))


def recomputed_answer(request):
    if protocol_twice(request):
        return Answer(refused="OSIGN_DUPLICATE_PROTOCOL_PARAMETER")
    protocol = recompute.protocol_parameters(request)
    parts = (
        request["method"].upper(),
        recompute.base_string_uri(request["url"]),
        recompute.normalise(recompute.request_pairs(request) + protocol),
    )
    base_string = "&".join(map(recompute.percent_encode, parts))
    signature = recompute.sign(request, base_string)
    sent = protocol + [(b"oauth_signature", signature.encode())]
    if request["transmission"] == "query":
        sent += recompute.form_decode(recompute.as_sent(query_of(request["url"])).encode())
    elif request["transmission"] == "body":
        sent += recompute.form_decode(request["bytes"] or b"")
    realm = request["realm"].encode() if request["realm"] and request["transmission"] == "header" else None
    return Answer(base_string, signature, realm, sorted(sent))


class OauthlibClient(oauth1.Client):
    """Sends the parameters that the request asks for, in oauthlib's own way."""

    def __init__(self, request):
        types = {
            "header": oauth1.SIGNATURE_TYPE_AUTH_HEADER,
            "query": oauth1.SIGNATURE_TYPE_QUERY,
            "body": oauth1.SIGNATURE_TYPE_BODY,
        }
        super().__init__(
            request["consumer_key"],
            request["consumer_secret"],
            request["token"],
            request["token_secret"] if request["token"] else None,
            signature_method=request["signature_method"],
            signature_type=types[request["transmission"]],
            rsa_key=request["pem"],
            realm=request["realm"],
            nonce=request["nonce"],
            timestamp=str(request["timestamp"]),
        )
        self.asked = request

    def get_oauth_params(self, request):
        left_out = set()
        if not self.asked["send_version"]:
            left_out.add("oauth_version")
        if not self.asked["body_hash"]:
            left_out.add("oauth_body_hash")
        params = [pair for pair in super().get_oauth_params(request) if pair[0] not in left_out]
        return params + [tuple(pair) for pair in self.asked["parameters"]]


class BaseStrings:
    """Keeps what oauthlib signs, which it tells nobody."""

    def __init__(self):
        self.last, self.original = None, oauthlib_signature.signature_base_string
        oauthlib_signature.signature_base_string = self

    def __call__(self, *arguments):
        self.last = self.original(*arguments)
        return self.last


class Oauthlib:
    name = "oauthlib"

    def __init__(self):
        self.base_strings = BaseStrings()

    def inexpressible(self, request):
        return None

    def answer(self, request):
        self.base_strings.last = None
        headers = {} if request["content_type"] is None else {"Content-Type": request["content_type"]}
        try:
            url, headers, body = OauthlibClient(request).sign(
                request["url"], request["method"], request["bytes"], headers, request["realm"]
            )
        except ValueError as error:  # UnicodeDecodeError is one.
            return Answer(refused=f"{type(error).__name__}: {error}"[:200])
        realm = None
        if request["transmission"] == "header":
            try:
                realm, sent = header_pairs(headers["Authorization"])
            except ValueError:
                sent = []  # A realm that is not encoded can break the header.
            signature = headers["Authorization"].rpartition('oauth_signature="')[2].rstrip('"')
            signature = recompute.percent_decode(signature.encode()).decode()
        else:
            form = query_of(url) if request["transmission"] == "query" else body
            sent = sorted(recompute.form_decode(form.encode()))
            signature = next(value for name, value in sent if name == b"oauth_signature").decode()
        return Answer(self.base_strings.last, signature, realm, sent)


class LiboauthPeer:
    name = "liboauth"

    def __init__(self):
        self.liboauth = Liboauth()

    def inexpressible(self, request):
        if request["signature_method"] not in LIBOAUTH_METHODS:
            return "no such signature method"
        if not request["send_version"]:
            return "always sends oauth_version"
        if request["private_key"] and request["key"] != KEYS[0]:
            return "reads PKCS#8 keys alone"
        return None

    def answer(self, request):
        # Nonce, timestamp and the rest are taken from the query; a form body is written there too.
        pieces = [("oauth_nonce", request["nonce"]), ("oauth_timestamp", str(request["timestamp"]))]
        pieces += request["parameters"]
        if request["body_hash"] and not recompute.is_form(request["content_type"]):
            body = request["bytes"] or b""
            pieces.append(("oauth_body_hash", recompute.b64(recompute.digest("SHA1", body))))
        extra = "&".join("=".join(map(recompute.percent_encode, pair)) for pair in pieces).encode()
        url, hash_sign, fragment = request["url"].encode().partition(b"#")
        if recompute.is_form(request["content_type"]) and request["bytes"]:
            extra = request["bytes"] + b"&" + extra
        # Before the query's own parameters, since a fragment becomes a part of the last.
        before, _, query = url.partition(b"?")
        url = before + b"?" + extra + (b"&" + query if query else b"") + hash_sign + fragment
        is_rsa = request["private_key"] is not None
        credentials = (
            request["signature_method"],
            request["method"].encode(),
            request["consumer_key"].encode(),
            (request["pem"] if is_rsa else request["consumer_secret"]).encode(),
            None if request["token"] is None else request["token"].encode(),
            None if is_rsa or request["token"] is None else request["token_secret"].encode(),
        )
        base_string, signature = self.liboauth.sign(url, *credentials)
        sent_url, sent_body = self.liboauth.url(url, request["transmission"] == "body", *credentials)
        sent = sent_body if sent_body is not None else sent_url.partition(b"?")[2]
        return Answer(base_string, signature, None, sorted(recompute.form_decode(sent)))


def as_bytes(text):
    return text.encode() if isinstance(text, str) else text


def differences(request, peer, answer, ours):
    """What a peer answers otherwise than osign."""
    if bool(answer.refused) != bool(ours.refused):
        return {"refused"}
    if ours.refused:
        return set()
    found = set()
    if answer.base_string is not None and as_bytes(answer.base_string) != ours.base_string.encode():
        found.add("base string")
    if as_bytes(answer.signature) != ours.signature.encode():
        found.add("signature")
    if peer == "liboauth":
        # It sends everything that it signs in one place.
        all_of_it = recompute.request_pairs(request) + recompute.protocol_parameters(request)
        if answer.sent != sorted(all_of_it + [(b"oauth_signature", ours.signature.encode())]):
            found.add("sent")
    else:
        if answer.sent != ours.sent:
            found.add("sent")
        if answer.realm != ours.realm:
            found.add("realm")
    return found


# --- Why peers differ ------------------------------------------------------------------------------------------------


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
        self.is_form = recompute.is_form(request["content_type"])
        self.form = request["bytes"] or b""
        self.by = request["transmission"]
        self.is_plaintext = request["signature_method"] == "PLAINTEXT"
        self.pairs = recompute.request_pairs(request)
        self.own = recompute.protocol_parameters(request)

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
        return all(recompute.is_utf8(part) for pair in self.pairs for part in pair)

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
        refuses("UnicodeDecodeError", lambda f: not recompute.is_utf8(f.form)),
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
        "realm not encoded",
        "RFC 5849 3.5.1, RFC 2617 1.2",
        "Puts the realm between quotation marks as it is: one in the realm ends the value, and a comma splits readers.",
        differs_only({"realm", "sent"}, lambda f: bool(f.request["realm"]) and f.by == "header"),
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
    text = (HERE / "README.md").read_text(encoding="utf-8")
    return [rule.name for rule in RULES if row(rule) not in text]


def main():
    parser = argparse.ArgumentParser(description="Compares osign with oauthlib and liboauth on generated requests.")
    parser.add_argument("--count", type=int, default=5000, help="at least one for each rule")
    parser.add_argument("--seed", type=int, default=None, help="default: a new one, which is printed")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--library", type=Path, default=target / "debug" / "libosign.so")
    parser.add_argument("--show", type=int, default=5, help="how many failures to print in full")
    parser.add_argument("--table", action="store_true", help="print the rules as the README has them, and stop")
    arguments = parser.parse_args()
    if arguments.table:
        print("\n".join(map(row, RULES)))
        return 0
    seed = random.SystemRandom().randrange(2**32) if arguments.seed is None else arguments.seed

    # A key is read once, not for every signature.
    recompute.load_pem_private_key = functools.cache(recompute.load_pem_private_key)
    osign = Osign(arguments.library)
    peers = [Oauthlib(), LiboauthPeer()]
    generator = Generator(seed)
    print(f"osign {osign.version()}; {arguments.count} requests; seed {seed}")

    agreed, inexpressible, explained, transmissions = Counter(), Counter(), Counter(), Counter()
    failures = []
    passed = refused = short = 0
    for number in range(arguments.count):
        request = generator.example(RULES[number].example) if number < len(RULES) else generator.request()
        facts = Facts(request)
        ours, expected = osign_answer(osign, request), recomputed_answer(request)
        if ours != expected:
            failures.append((number, "osign differs from the recomputation", request, ours, expected))
        else:
            passed += 1
        refused += bool(ours.refused)
        if not ours.refused and request["transmission"] == "header" and not request["parameters"]:
            # The short way draws its nonce and timestamp; with the same ones the full way gives the same header.
            header = osign.authorization(request)
            drawn = dict(header_pairs(header)[1])
            same = {**request, "nonce": drawn[b"oauth_nonce"].decode(), "timestamp": int(drawn[b"oauth_timestamp"])}
            full = osign.sign(same).authorization
            if header == full:
                passed, short = passed + 1, short + 1
            else:
                failures.append((number, "the short way differs from the full way", request, header, full))
        for peer in peers:
            reason = peer.inexpressible(request)
            if reason:
                inexpressible[peer.name, reason] += 1
                continue
            answer = peer.answer(request)
            found = differences(request, peer.name, answer, ours)
            if not found:
                agreed[peer.name] += 1
                transmissions[peer.name, request["signature_method"], request["transmission"]] += 1
                passed += 1
                continue
            rule = next((r for r in RULES if r.peer == peer.name and r.explains(facts, answer, found)), None)
            if rule:
                explained[peer.name, rule.name] += 1
                passed += 1
            else:
                failures.append(
                    (number, f"{peer.name} differs in {sorted(found)} and no rule says why", request, answer, ours)
                )

    for number, what, request, one, other in failures[: arguments.show]:
        print(f"FAILED request {number}: {what}")
        shown = {k: v for k, v in request.items() if k not in ("pem", "body_base64")}
        print(f"  {json.dumps(shown, default=repr, ensure_ascii=False)}\n  {one}\n  {other}")
    print("\nWhere peers differ from osign and RFC 5849:")
    for rule in RULES:
        count = explained[rule.peer, rule.name]
        print(f"  {rule.peer:9} {count:6}  {rule.name} ({rule.section})")
        if not count:
            failures.append((None, f"the rule {rule.peer}/{rule.name} explained nothing", None, None, None))
            print(f"FAILED the rule {rule.name} explained nothing: remove it, or generate what it is about")
    missing = rows_missing_from_readme()
    if missing:
        failures.append((None, "the README lacks rules", None, None, None))
        print(f"FAILED README.md lacks {', '.join(missing)}: copy the output of --table there")
    print("\nNot asked:")
    for (peer, reason), count in sorted(inexpressible.items()):
        print(f"  {peer:9} {count:6}  {reason}")
    print("\nAgreed in base string, signature and what is sent:")
    for (peer, signature_method, where), count in sorted(transmissions.items()):
        print(f"  {peer:9} {count:6}  {signature_method} by {where}")
    for peer in peers:
        total = agreed[peer.name] + sum(count for (name, _), count in explained.items() if name == peer.name)
        print(f"{peer.name}: {agreed[peer.name]} agreed, {total - agreed[peer.name]} differ for a known reason")
    print(
        f"osign: {arguments.count} answers as recomputed, {refused} of them refusals; {short} headers by the short way"
    )
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
