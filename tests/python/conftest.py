"""What the tests share: keys, servers, and that nothing is skipped.

What needs more than pytest is imported where it is used, so that other interpreters run the other tests without it.
"""

from pathlib import Path

import pytest

from unskipped import pytest_sessionfinish as pytest_sessionfinish

pytest.register_assert_rewrite("stores_suite")


@pytest.fixture(scope="session")
def private_key() -> str:
    """A published RSA key of 1024 bits."""
    return (Path(__file__).parents[1] / "vectors/oauth1/keys/wiki-rsa-1024.pem").read_text()


@pytest.fixture(scope="session")
def rsa_key() -> tuple[str, str]:
    """A private and its public key, as PEM."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

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
    from provider import Provider

    running = Provider(rsa_key[1])
    yield running
    running.stop()


@pytest.fixture
def elsewhere(rsa_key):
    """Another server, and so another origin."""
    from provider import Provider

    running = Provider(rsa_key[1])
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """The machine's proxy, if it has one, is not for the loopback."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def service(tmp_path, monkeypatch):
    """A service with OAuth 2.0; and anchors of stores where no other test's are."""
    from service import Service

    monkeypatch.setenv("OSIGN_ANCHORS", str(tmp_path / "anchors"))
    running = Service()
    yield running
    running.stop()


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store without any grant."""
    import osign
    from service import KEY

    monkeypatch.setenv("OSIGN_ANCHORS", str(tmp_path / "anchors"))
    return osign.Store(f"sqlite:{tmp_path}/tokens.db", KEY, create=True)
