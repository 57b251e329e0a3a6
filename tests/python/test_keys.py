"""Private keys that are none, are damaged, or are of another kind, as tests/c/bad_keys.c has them."""

import os
from pathlib import Path
from typing import get_args

import pytest
from osign import InvalidKeyError
from osign.oauth1 import SignatureMethod, Signer
from refusal import SECRET, refused

#: What tests/c/keys.sh made.
KEYS = Path(os.environ["OSIGN_TEST_KEYS"])


def refuse_key(words: str, pem: str) -> None:
    for given in (pem, pem.encode()):
        make = lambda given=given: Signer("key", SECRET, signature_method="RSA-SHA256", private_key=given)  # noqa: E731
        refused(InvalidKeyError, "OSIGN_INVALID_KEY", words, make)


@pytest.mark.parametrize("method", [method for method in get_args(SignatureMethod) if method.startswith("RSA")])
def test_rsa_without_a_key(method: SignatureMethod) -> None:
    """It is told when the signer is made, and not when it signs."""
    for key in ({}, {"private_key": None}):
        make = lambda key=key: Signer("key", SECRET, signature_method=method, **key)  # noqa: E731
        refused(InvalidKeyError, "OSIGN_INVALID_KEY", "no private key", make)


@pytest.mark.parametrize(
    ("words", "pem"),
    [
        ("no PEM", ""),
        ("no PEM", f"garbage {SECRET}"),
        ("no PEM", "-----BEGIN"),
        ("holds no private key", f"-----BEGIN {SECRET}-----\n-----END {SECRET}-----\n"),
        ("damaged", f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----\n"),
        ("damaged", "-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----\n"),
        ("", f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n"),
        ("OpenSSH", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n"),
    ],
)
def test_no_key(words: str, pem: str) -> None:
    refuse_key(words, pem)


@pytest.mark.parametrize(
    ("words", "file"),
    [
        ("public key", "public.pem"),
        ("public key", "public-pkcs1.pem"),
        ("encrypted", "encrypted-pkcs8.pem"),
        ("encrypted", "encrypted-legacy.pem"),
        ("certificate", "certificate.pem"),
        ("no RSA key", "ec-pkcs8.pem"),
        ("no RSA key", "ec-sec1.pem"),
        ("no RSA key", "ed25519.pem"),
    ],
)
def test_another_kind_of_key(words: str, file: str) -> None:
    refuse_key(words, (KEYS / file).read_text())


def test_a_key_cut_short() -> None:
    pem = (KEYS / "rsa-2048.pem").read_text()
    lengths = range(len("-----BEGIN PRIVATE KEY-----\n") + 1, len(pem) - 30, 16)
    assert len(lengths) > 100
    for length in lengths:
        refuse_key("", pem[:length])


@pytest.mark.parametrize("file", ["rsa-2048.pem", "rsa-2048-pkcs1.pem"])
def test_good_keys(file: str) -> None:
    pem = (KEYS / file).read_text()
    signature = Signer("key", SECRET, signature_method="RSA-SHA256", private_key=pem).sign("GET", "https://h/").signature
    assert len(signature) == 344  # Base64 of 2048 bits.


def test_a_key_too_short_for_its_hash() -> None:
    """512 bits hold no PKCS#1 padding of SHA-512; SHA-1 fits."""
    pem = (KEYS / "rsa-512.pem").read_text()
    signer = Signer("key", SECRET, signature_method="RSA-SHA512", private_key=pem)
    for sign in (signer.sign, signer.authorization, signer.explain):
        refused(InvalidKeyError, "OSIGN_INVALID_KEY", "512 bits is too short", lambda sign=sign: sign("GET", "https://h/"))  # type: ignore[misc]
    signer = Signer("key", SECRET, signature_method="RSA-SHA1", private_key=pem)
    assert len(signer.sign("GET", "https://h/").signature) == 88
