"""Bad requests and credentials, as tests/c/bad_input.c has them: each has its class, its number and its sentence."""

from collections.abc import Callable
from typing import Any

import osign
import pytest
from osign import InputError
from osign.oauth1 import Signer
from refusal import SECRET, refused

FORM = "application/x-www-form-urlencoded"


def refuse_request(name: str, words: str, method: str, url: str, **others: Any) -> None:
    """Refused each way; in a row of many it is said which one it was."""
    signer = Signer("key", SECRET, "token", SECRET)
    request = {"method": method, "url": url, **others}
    ways: list[Callable[[], object]] = [lambda: signer.sign(**request), lambda: signer.explain(**request)]
    if "transmission" not in others:
        ways.append(lambda: signer.authorization(**request))
    sentences = {refused(InputError, name, words, way) for way in ways}
    assert len(sentences) == 1
    rows = [{"method": "GET", "url": "http://h/"}, request]
    assert refused(InputError, name, words, lambda: signer.sign_many(rows)) == f"request 1: {sentences.pop()}"


URLS = [
    ("", "empty"),
    (f"/path?a={SECRET}", "relative"),
    ("path", "relative"),
    ("example.com", "relative"),
    ("//example.com/", "relative"),
    ("?a=1", "relative"),
    ("http", "relative"),
    ("http:", "relative"),
    ("ftp://example.com/", "scheme"),
    ("ws://example.com/", "scheme"),
    ("file:///etc/passwd", "scheme"),
    ("httpx://example.com/", "scheme"),
    ("http://", "no host"),
    ("http:///path", "no host"),
    ("http://?a=1", "no host"),
    ("http://#a", "no host"),
    ("http://:80/", "no host"),
    (f"http://user:{SECRET}@/", "no host"),
    ("http://example.com:0/", "65535"),
    ("http://example.com:65536/", "65535"),
    ("http://example.com:99999999999999999999999/", "65535"),
    ("http://example.com:80a/", "not a number"),
    ("http://example.com:-1/", "not a number"),
    ("http://example.com:+80/", "not a number"),
    ("http://example.com: 80/", "not a number"),
    ("http://example.com:8\u0660/", "not a number"),
    ("http://[::1", "closing bracket"),
    ("http://[::1/", "closing bracket"),
    ("http://[]/", "IPv6"),
    ("http://[::g]/", "IPv6"),
    ("http://[1:2:3]/", "IPv6"),
    ("http://[1:2:3:4:5:6:7:8:9]/", "IPv6"),
    ("http://[::1]x/", "only a port"),
    ("http://[::1]:x/", "not a number"),
    ("http://[fe80::1%25eth0]/", "IPv6"),
    ("http://::1/", "brackets"),
    ("http://exa mple.com/", "host"),
    ("http://ex%61mple.com/", "host"),
    ("http://\u043f\u0440.example/", "xn--"),
    ("http://exam\\ple.com/", "host"),
    ("http://example.com/\r\nX: y", "control"),
    ("http://example.com/\n", "control"),
    ("http://example.com/\x01", "control"),
    ("http://example.com/\0", "control"),
    ("http://example.com/\x7f", "control"),
    ("http://example.com/\t", "control"),
    ("\nhttp://example.com/", "control"),
]


@pytest.mark.parametrize(("url", "words"), URLS)
def test_urls(url: str, words: str) -> None:
    refuse_request("OSIGN_INVALID_URL", words, "GET", url)


METHODS = ["GET ", " GET", "GE T", "GET\r\n", "GET\n", "GET\r\nHost: x", "G\x01T", "GET\x7f", "G/T", "G:T", "(GET)"]
METHODS += ["G@T", "G,T", "G;T", "G=T", 'G"T', "G\\T", "G\xc4T", "G[T", "G{T}", "GET\t", "<GET>", "GET?", "\v", "G\0T"]


@pytest.mark.parametrize(("method", "words"), [("", "empty"), (SECRET + " ", "method"), *[(m, "method") for m in METHODS]])
def test_methods(method: str, words: str) -> None:
    refuse_request("OSIGN_INVALID_METHOD", words, method, "https://example.com/")


NAMES = ["", "HMAC", "HMAC-SHA", "HMAC-SHA224", "hmac-sha1", "HMAC_SHA1", "RSA-SHA", "HMAC-SHA1 ", "PLAINTEXT\n"]
NAMES += ["RSA-PSS", "none", "HMAC-MD5", "HMAC-SHA1x", "rsa-sha256", "HMAC-SHA1\0", SECRET]


@pytest.mark.parametrize("name", NAMES)
def test_signature_methods(name: str) -> None:
    make = lambda: Signer("key", SECRET, signature_method=name)  # noqa: E731
    refused(InputError, "OSIGN_UNSUPPORTED_SIGNATURE_METHOD", "signature method", make)


PAIRS = ["oauth_consumer_key=x", "oauth_token=", "oauth_nonce=1", "oauth_timestamp=1", "oauth_signature=x"]
PAIRS += ["oauth_signature_method=PLAINTEXT", "oauth_version=1.0", "a=1&oauth_nonce", "%6fauth_nonce=x"]
PAIRS += [f"oauth%5Fnonce={SECRET}", "oauth_token=a&oauth_token=b"]


@pytest.mark.parametrize("pair", PAIRS)
def test_protocol_parameters_of_the_request(pair: str) -> None:
    name = "OSIGN_DUPLICATE_PROTOCOL_PARAMETER"
    refuse_request(name, "oauth_", "GET", f"https://example.com/?{pair}")
    refuse_request(name, "oauth_", "POST", "https://example.com/", body=pair, content_type=f"{FORM}; charset=utf-8")
    # The same bytes are no parameters in a body that is no form.
    signed = Signer("key", SECRET).sign("POST", "https://example.com/", pair, content_type="text/plain")
    assert signed.body == pair.encode()


OWN = ["consumer_key", "token", "nonce", "timestamp", "signature", "version", "signature_method"]


@pytest.mark.parametrize("own", [f"oauth_{name}" for name in OWN])
def test_protocol_parameters_among_the_further_ones(own: str) -> None:
    refuse_request(
        "OSIGN_DUPLICATE_PROTOCOL_PARAMETER", own, "GET", "https://example.com/", parameters={own: SECRET}
    )


def test_further_parameters() -> None:
    url = "https://example.com/"
    refuse_request("OSIGN_INVALID_PARAMETER", "realm", "GET", url, parameters={"realm": SECRET})
    refuse_request("OSIGN_INVALID_PARAMETER", "empty", "GET", url, parameters={"": SECRET})
    twice = {"oauth_verifier": "2"}
    refuse_request(
        "OSIGN_DUPLICATE_PROTOCOL_PARAMETER", "oauth_verifier", "GET", f"{url}?oauth_verifier=1", parameters=twice
    )


@pytest.mark.parametrize("body", [{}, {"body": "{}", "content_type": "application/json"}, {"body": "a=1"}])
def test_transmission_by_body_needs_a_form(body: dict[str, str]) -> None:
    words = "application/x-www-form-urlencoded"
    refuse_request("OSIGN_INVALID_ARGUMENT", words, "POST", "https://example.com/", transmission="body", **body)


@pytest.mark.parametrize("transmission", ["Header", "", SECRET, "header\0"])
def test_transmissions(transmission: str) -> None:
    refuse_request("OSIGN_INVALID_ARGUMENT", "transmission", "GET", "https://example.com/", transmission=transmission)


@pytest.mark.parametrize("byte", [*range(32), 127])
def test_control_bytes(byte: int) -> None:
    text, url, invalid = SECRET + chr(byte), "https://example.com/", "OSIGN_INVALID_PARAMETER"
    refused(InputError, invalid, "consumer key", lambda: Signer(text, SECRET))
    refused(InputError, invalid, "token", lambda: Signer("key", SECRET, text, SECRET))
    refused(InputError, invalid, "realm", lambda: Signer("key", SECRET, realm=text))
    refuse_request(invalid, "nonce", "GET", url, nonce=text)
    refuse_request(invalid, "value", "GET", url, parameters={"oauth_x": text})
    refuse_request(invalid, "name", "GET", url, parameters={text: SECRET})
    if chr(byte) != "\t":  # White space, in a header.
        refuse_request(invalid, "content type", "POST", url, content_type=text, body="a")
    # A secret is never sent as it is: it may hold anything.
    assert Signer("key", text, "token", text).authorization("GET", url)


def test_empty_texts() -> None:
    invalid = "OSIGN_INVALID_PARAMETER"
    refused(InputError, invalid, "consumer key", lambda: Signer("", SECRET))
    refuse_request(invalid, "nonce", "GET", "https://example.com/", nonce="")
    signer = Signer("key", "", "", "", realm="")
    header = signer.authorization("GET", "https://example.com/", b"", content_type="")
    assert "realm" not in header and "oauth_token" not in header


@pytest.mark.parametrize("timestamp", [0, -1, -(2**63)])
def test_timestamps(timestamp: int) -> None:
    refuse_request("OSIGN_INVALID_ARGUMENT", "timestamp", "GET", "https://example.com/", timestamp=timestamp)


@pytest.mark.parametrize("offset", [-(2**63), 2**63 - 1, -(2**40)])
def test_clock_offsets(offset: int) -> None:
    signer = Signer("key", SECRET, clock_offset=offset)
    if offset > 0:
        assert f'oauth_timestamp="{2**63 - 1}"' in signer.authorization("GET", "https://example.com/")
    else:
        sign = lambda: signer.sign("GET", "https://example.com/")  # noqa: E731
        refused(InputError, "OSIGN_INVALID_ARGUMENT", "timestamp", sign)


@pytest.mark.parametrize("algorithm", ["", "MD5", "sha1", "SHA-1", "SHA1\0", SECRET])
def test_hmac_algorithms(algorithm: str) -> None:
    refused(InputError, "OSIGN_INVALID_ARGUMENT", "algorithm", lambda: osign.hmac(algorithm, SECRET, SECRET))
