"""What the tests share: servers, and an RSA key."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from provider import Provider


@pytest.fixture(scope="session")
def rsa_key() -> tuple[str, str]:
    """A private and its public key, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


@pytest.fixture
def provider(rsa_key):
    """A server that verifies signatures."""
    running = Provider(rsa_key[1])
    yield running
    running.stop()


@pytest.fixture
def elsewhere(rsa_key):
    """Another server, and so another origin."""
    running = Provider(rsa_key[1])
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """The machine's proxy, if it has one, is not for the loopback."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
