"""The sessions that get a token: against a service on Authlib's server, and beside Authlib's own clients."""

import asyncio
from urllib.parse import parse_qsl, urlsplit

import pytest
from sessions import CLIENTS, Driven
from three_steps import CALLBACK, KEY, SECRET, Answer, Service, by_authlib

import osign


@pytest.fixture
def service(rsa_key, monkeypatch):
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    running = Service(by_authlib, public_key=rsa_key[1])
    yield running
    running.stop()


# By query and by body its server reads PLAINTEXT otherwise than RFC 5849 §3.4.4 has it.
WAYS = [("HMAC-SHA1", "AUTH_HEADER"), ("RSA-SHA1", "AUTH_HEADER"), ("PLAINTEXT", "AUTH_HEADER"), ("HMAC-SHA1", "QUERY"), ("HMAC-SHA1", "BODY")]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(("method", "signature_type"), WAYS)
def test_all_three_steps(client, service, rsa_key, method, signature_type):
    key = rsa_key[0] if method.startswith("RSA") else None
    names = {"client_key": KEY, "client_secret": SECRET, "callback_uri": CALLBACK}
    ours = Driven(client, **names, signature_method=method, signature_type=signature_type, rsa_key=key)
    temporary = ours.request_token(f"{service.url}/initiate")
    assert temporary["oauth_callback_confirmed"] == "True"
    came_to = service.agree(ours.address(f"{service.url}/authorize"))
    assert ours.callback(came_to)["oauth_token"] == temporary["oauth_token"]
    token = ours.access_token(f"{service.url}/token")
    assert token.keys() == {"oauth_token", "oauth_token_secret"}
    assert ours.send("POST", f"{service.url}/items?a=1", data={"b": "2 +"}).json()["signed"], service.seen[-1].answer
    ours.set("resource_owner_key", "other")
    assert ours.send("GET", f"{service.url}/items").status_code == 401
    ours.close()


# --- Beside Authlib's clients ---


@pytest.fixture(params=["authlib", "osign"])
def module(request):
    if request.param == "osign":
        return osign.httpx2
    return pytest.importorskip("authlib.integrations.httpx_client")


def test_a_program_for_authlib(module, service):
    with module.OAuth1Client(KEY, SECRET, redirect_uri=CALLBACK, timeout=10) as client:
        assert client.token == {"oauth_token": None, "oauth_token_secret": None, "oauth_verifier": None}
        temporary = client.fetch_request_token(f"{service.url}/initiate")
        assert service.take()[0].protocol["oauth_callback"] == CALLBACK
        pair = {"oauth_token": temporary["oauth_token"], "oauth_token_secret": temporary["oauth_token_secret"]}
        assert client.token == {**pair, "oauth_verifier": None}
        address = client.create_authorization_url(f"{service.url}/authorize", perms="read & write")
        query = f"perms=read+%26+write&oauth_token={pair['oauth_token']}&oauth_callback=https%3A%2F%2Fapp.example.com%2Fback%3Fx%3D1"
        assert sorted(address.split("?")[1].split("&")) == sorted(query.split("&"))
        came_to = service.agree(address)
        brought = client.parse_authorization_response(came_to)
        assert brought == dict(parse_qsl(urlsplit(came_to).query))
        assert client.token == {**pair, "oauth_verifier": brought["oauth_verifier"]}
        token = client.fetch_access_token(f"{service.url}/token")
        assert client.token == {**token, "oauth_verifier": None}
        assert client.redirect_uri == client.auth.redirect_uri == CALLBACK
        assert client.get(f"{service.url}/items", params={"q": "a b"}).json()["signed"]
        assert client.post(f"{service.url}/items", data={"a": "1"}).json()["signed"]
        client.auth.token_secret = "other"
        assert client.get(f"{service.url}/items").status_code == 401
        client.token = token
        assert client.get(f"{service.url}/items").status_code == 200
        client.redirect_uri = "oob"
        assert client.auth.redirect_uri == "oob"
        client.token = None
        assert client.token["oauth_token"] is None
        with pytest.raises(Exception, match="missing_verifier|no verifier") as caught:
            client.fetch_access_token(f"{service.url}/token")
        assert caught.value.error == "missing_verifier"
        with pytest.raises(Exception) as caught:
            client.token = {"oauth_token_secret": "s"}
        assert caught.value.error == "missing_token"
        service.lies["temporary"] = lambda _answer: Answer(401, {}, "no")
        with pytest.raises(Exception, match="401") as caught:
            client.fetch_request_token(f"{service.url}/initiate")
        assert caught.value.error == "fetch_token_denied"


def test_an_awaited_program_for_authlib(module, service):
    async def program():
        async with module.AsyncOAuth1Client(KEY, client_secret=SECRET, redirect_uri=CALLBACK) as client:
            await client.fetch_request_token(f"{service.url}/initiate")
            came_to = service.agree(client.create_authorization_url(f"{service.url}/authorize"))
            verifier = dict(parse_qsl(urlsplit(came_to).query))["oauth_verifier"]
            token = await client.fetch_access_token(f"{service.url}/token", verifier=verifier)
            return token, (await client.get(f"{service.url}/items")).json()["signed"]

    token, signed = asyncio.run(program())
    assert token.keys() == {"oauth_token", "oauth_token_secret"} and signed
