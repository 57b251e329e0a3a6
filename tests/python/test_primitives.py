"""Nonce, clock, percent-encoding, HMAC; and the names of statuses."""

import hashlib
import hmac
import re
import time
from typing import Any

import osign
import pytest
from osign import InputError, _native
from refusal import SECRET, STATUSES, refused, wrong_type

BYTES: list[Any] = ["a b", b"a b", bytearray(b"a b"), memoryview(b"a b"), memoryview(b"a_ _b_")[::2]]


def test_nonces() -> None:
    nonces = {osign.nonce() for _ in range(10_000)}
    assert len(nonces) == 10_000
    assert all(re.fullmatch("[a-z2-7]{24}", nonce) for nonce in nonces)


def test_the_clock() -> None:
    before = int(time.time())
    assert before <= osign.timestamp() <= int(time.time())


@pytest.mark.parametrize("text", BYTES)
def test_bytes_are_of_any_type(text: Any) -> None:
    assert osign.percent_encode(text) == "a%20b"
    assert osign.hmac("SHA1", text, text) == osign.hmac(b"SHA1", b"a b", "a b")
    assert osign.equal_constant_time(text, "a b") and osign.equal_constant_time(b"a b", text)


def test_all_bytes_are_encoded() -> None:
    unreserved = set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    expected = "".join(chr(byte) if byte in unreserved else f"%{byte:02X}" for byte in range(256))
    assert osign.percent_encode(bytes(range(256))) == expected
    assert osign.percent_encode("") == ""
    assert osign.percent_encode("\N{SNOWMAN}\U0001f600\0") == "%E2%98%83%F0%9F%98%80%00"


@pytest.mark.parametrize("algorithm", ["SHA1", "SHA256", "SHA512"])
def test_hmac(algorithm: str) -> None:
    for size in (0, 1, 63, 64, 65, 127, 128, 129, 1000):
        key, data = bytes(range(size % 256)), b"x" * size
        expected = hmac.new(key, data, getattr(hashlib, algorithm.lower())).digest()
        assert osign.hmac(algorithm, key, data) == osign.hmac(algorithm=algorithm, key=key, data=data) == expected


def test_comparison_in_constant_time() -> None:
    assert osign.equal_constant_time("", b"") is True
    assert osign.equal_constant_time(b"\0", b"") is False
    assert osign.equal_constant_time("a", "b") is False


@pytest.mark.parametrize("value", [None, 1, 1.5, object(), ["a"]], ids=lambda value: type(value).__name__)
def test_wrong_types(value: Any) -> None:
    kind = type(value).__name__
    any_bytes = "str, bytes, bytearray or memoryview"
    wrong_type(f"text must be {any_bytes}, not {kind}", lambda: osign.percent_encode(value))
    wrong_type(f"algorithm must be str or bytes, not {kind}", lambda: osign.hmac(value, "", ""))
    wrong_type(f"key must be {any_bytes}, not {kind}", lambda: osign.hmac("SHA1", value, ""))
    wrong_type(f"data must be {any_bytes}, not {kind}", lambda: osign.hmac("SHA1", "", value))
    wrong_type(f"a must be {any_bytes}, not {kind}", lambda: osign.equal_constant_time(value, ""))
    wrong_type(f"b must be {any_bytes}, not {kind}", lambda: osign.equal_constant_time("", value))
    wrong_type(f"content_type must be str or bytes, not {kind}", lambda: _native.is_form(value))
    wrong_type(f"ours must be str or bytes, not {kind}", lambda: osign.oauth1.compare_base_strings(value, ""))
    wrong_type(f"theirs must be str or bytes, not {kind}", lambda: osign.oauth1.compare_base_strings("", value))
    if value != 1:
        wrong_type(f"status must be int, not {kind}", lambda: _native.status_name(value))


def test_half_of_a_surrogate_pair() -> None:
    half = SECRET + "\ud800"
    for name, call in {
        "text": lambda: osign.percent_encode(half),
        "algorithm": lambda: osign.hmac(half, "", ""),
        "key": lambda: osign.hmac("SHA1", half, ""),
        "data": lambda: osign.hmac("SHA1", "", half),
        "a": lambda: osign.equal_constant_time(half, ""),
        "b": lambda: osign.equal_constant_time("", half),
        "content_type": lambda: _native.is_form(half),
        "ours": lambda: osign.oauth1.compare_base_strings(half, ""),
        "theirs": lambda: osign.oauth1.compare_base_strings("", half),
    }.items():
        sentence = refused(InputError, "OSIGN_INVALID_UTF8", name, call)
        assert sentence == f"{name} holds half of a surrogate pair, which UTF-8 cannot carry"


def test_names_of_statuses() -> None:
    assert STATUSES["OSIGN_OK"] == 0 and len(STATUSES) == 33
    for name, status in STATUSES.items():
        assert _native.status_name(status) == name
    for unknown in (-1, 1, 99, 105, 2**31, -(2**31) - 1, 2**64):
        assert _native.status_name(unknown) == "OSIGN_UNKNOWN"


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/x-www-form-urlencoded", True),
        (b"Application/X-WWW-Form-URLencoded ; charset=utf-8", True),
        ("application/x-www-form-urlencodedx", False),
        ("multipart/form-data", False),
        ("", False),
    ],
)
def test_forms(content_type: Any, expected: bool) -> None:
    assert _native.is_form(content_type) is expected


def test_the_passport_of_netsuite() -> None:
    """Its value is among the vectors; here is what cannot be one."""
    passport: Any = osign.oauth1.netsuite_passport
    arguments: Any = dict.fromkeys(["account", "consumer_key", "consumer_secret", "token", "token_secret", "nonce"], b"a")
    assert passport(**arguments, timestamp=1) == passport("a", "a", "a", "a", "a", nonce="a", timestamp=1)
    for name in arguments:
        wrong_type(f"{name} must be str or bytes, not int", lambda name=name: passport(**{**arguments, name: 5, "timestamp": 1}))
    wrong_type("timestamp must be int, not str", lambda: passport(**arguments, timestamp="1"))
    refused(InputError, "OSIGN_INVALID_ARGUMENT", "timestamp", lambda: passport(**arguments, timestamp=0))
    refused(InputError, "OSIGN_INVALID_PARAMETER", "nonce", lambda: passport(**{**arguments, "nonce": ""}, timestamp=1))
    refused(InputError, "OSIGN_INVALID_PARAMETER", "token", lambda: passport(**{**arguments, "token": SECRET + "\n"}, timestamp=1))
