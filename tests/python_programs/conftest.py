"""Puts osign's classes in the place of requests_oauthlib's, before any program imports them; and a service in the place of theirs.

Nothing of a program's is changed: what goes to its hosts, by https, comes to the loopback.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import oauthlib.oauth1
import osign.requests
import pytest
import requests
import requests_oauthlib
from requests.adapters import HTTPAdapter

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))

from three_steps import Service
from unskipped import pytest_sessionfinish as pytest_sessionfinish

requests_oauthlib.OAuth1 = osign.requests.OAuth1
requests_oauthlib.OAuth1Session = osign.requests.OAuth1Session


@pytest.fixture(autouse=True)
def nothing_else_signs(monkeypatch):
    """oauthlib verifies here, and signs nothing."""

    def refuse(*_arguments, **_more):
        raise AssertionError("oauthlib signs")

    monkeypatch.setattr(oauthlib.oauth1.Client, "sign", refuse)


class Loopback(HTTPAdapter):
    """Sends to a service on the loopback, and says whom it speaks to."""

    def __init__(self, service):
        super().__init__()
        self.service = service

    def get_connection_with_tls_context(self, request, verify, proxies=None, cert=None):
        return self.poolmanager.connection_from_url(self.service.url)

    def add_headers(self, request, **_more):
        there = urlsplit(request.url)
        request.headers["Host"] = there.netloc
        request.headers["X-Forwarded-Proto"] = there.scheme


@pytest.fixture(scope="session")
def rsa_key():
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
def service(rsa_key, monkeypatch):
    """What every host of a program's is."""
    running = Service(public_key=rsa_key[1])
    adapter = Loopback(running)
    monkeypatch.setattr(requests.Session, "get_adapter", lambda _session, url: adapter)
    yield running
    adapter.close()
    running.stop()
