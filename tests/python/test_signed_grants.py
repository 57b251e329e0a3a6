"""Grants of OAuth 1.0a: each client signs each request, by servers that verify with oauthlib."""

import base64
import hashlib
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osign
import pytest
import requests
from service import KEY, Service, agree  # First: provider puts a folder before this one that has another module of the name.
from osign import ConfigurationError, GrantLost, InputError, LoginFailed, Store
from provider import CREDENTIALS, FORM, METHODS, Provider
from requests.adapters import HTTPAdapter
from senders import CLIENTS, Send
from test_stores import Memory
from urllib3.util import Retry

SERVICE = Path(__file__).parents[1] / "server/service.py"


def settings(provider: Provider, **more: Any) -> dict[str, Any]:
    key, secret, token, token_secret = CREDENTIALS
    usual = {
        "kind": "oauth1", "consumer_key": key, "consumer_secret": secret, "token": token, "token_secret": token_secret,
        "api_origin": provider.url, "allow_insecure_http": True,
    }
    return {**usual, **more}


def add(store: Store, provider: Provider, **more: Any) -> None:
    """A grant of the provider's, named photos."""
    store.add("photos", **settings(provider, **more))


@pytest.fixture(params=CLIENTS)
def send(request: pytest.FixtureRequest) -> Send:
    return CLIENTS[request.param]


def ask(send: Send, store: Store, provider: Provider, method: str, path: str, **more: Any) -> int:
    return send(store, "photos", provider.url, method, provider.url + path, **more)[0]


FORM_HEADER = {"Content-Type": FORM}
JSON_HEADER = {"Content-Type": "application/json"}


@pytest.mark.parametrize("method, path, more", [
    ("GET", "/items?b=%20x&a=1&a=0", {}),
    ("DELETE", "/items/%C3%A9", {}),
    ("POST", "/items", {"data": b"name=T%C3%A9+and%20sugar&a=1", "headers": FORM_HEADER}),
    ("PUT", "/items?a=2", {"data": b"a=1", "headers": {"Content-Type": FORM + "; charset=utf-8"}}),
    ("POST", "/items", {"data": b'{"a": 1}', "headers": JSON_HEADER}),
    ("PATCH", "/items", {"data": b"\xff\x00", "headers": {"Content-Type": "application/octet-stream"}}),
])
def test_method_url_and_body_are_signed(
    send: Send, store: Store, provider: Provider, method: str, path: str, more: dict[str, Any]
) -> None:
    add(store, provider)
    assert ask(send, store, provider, method, path, **more) == 200
    seen = provider.only()
    assert (seen.method, seen.path, seen.body) == (method, path, more.get("data", b""))
    assert seen.protocol["oauth_token"] == CREDENTIALS[2] and "oauth_body_hash" not in seen.protocol


@pytest.mark.parametrize("method", METHODS)
def test_every_method(send: Send, store: Store, provider: Provider, rsa_key: tuple[str, str], method: str) -> None:
    add(store, provider, signature_method=method, private_key=rsa_key[0])
    assert ask(send, store, provider, "POST", "/x?a=1", data=b"b=2", headers=FORM_HEADER) == 200
    assert provider.only().protocol["oauth_signature_method"] == method


def test_the_query_may_carry_it(send: Send, store: Store, provider: Provider) -> None:
    add(store, provider, transmission="query")
    assert ask(send, store, provider, "POST", "/x?a=1", data=b"b=2", headers=FORM_HEADER) == 200
    seen = provider.only()
    assert "Authorization" not in seen.headers and seen.path.startswith("/x?a=1&oauth_")


def test_the_hash_of_a_body(send: Send, store: Store, provider: Provider) -> None:
    profile = "name = 'hashing'\ntitle = 'Hashing'\ngrant = 'oauth1'\n[oauth1]\nbody_hash = 'not-form'\n"
    add(store, provider, profile=profile)
    assert store.signed_bodies("photos") == "all"
    for data, headers in ((b'{"a": 1}', JSON_HEADER), (b"", {})):
        more = {"data": data, "headers": headers} if data else {}
        assert ask(send, store, provider, "POST", "/x", **more) == 200
        seen = provider.only()
        assert (seen.body, seen.protocol["oauth_body_hash"]) == (data, base64.b64encode(hashlib.sha1(data).digest()).decode())
    assert ask(send, store, provider, "POST", "/x", data=b"b=2", headers=FORM_HEADER) == 200
    assert "oauth_body_hash" not in provider.only().protocol


def test_a_body_that_is_streamed(send: Send, store: Store, provider: Provider) -> None:
    """One that takes no part is sent as it comes; of a form all is read, where the client can send it afterwards."""
    add(store, provider)
    assert ask(send, store, provider, "POST", "/x", data=iter([b"a", b"b"]), headers=JSON_HEADER) == 200
    assert provider.only().body == b"ab"
    if send is CLIENTS["requests"]:
        with pytest.raises(InputError, match="cannot be read twice"):
            ask(send, store, provider, "POST", "/x", data=iter([b"a=", b"b"]), headers=FORM_HEADER)
        assert provider.take() == []
    else:
        assert ask(send, store, provider, "POST", "/x", data=iter([b"a=", b"b"]), headers=FORM_HEADER) == 200
        assert provider.only().body == b"a=b"


def test_nothing_goes_elsewhere(send: Send, store: Store, provider: Provider, elsewhere: Provider) -> None:
    add(store, provider, api_origin=[provider.url, elsewhere.url])
    assert send(store, "photos", provider.url, "GET", f"{elsewhere.url}/x")[0] == 401
    assert "Authorization" not in elsewhere.only().headers
    # Nor where the grant does not let it.
    with pytest.raises(ConfigurationError) as caught:
        send(store, "photos", "https://evil.example", "GET", "https://evil.example/")
    assert caught.value.reason == "host-elsewhere"


def test_a_host_header_opens_no_other_place(send: Send, store: Store, provider: Provider, elsewhere: Provider) -> None:
    """The grant must allow both: whom the server takes itself for, and where the bytes go."""
    add(store, provider)
    ours, theirs = (one.url.partition("://")[2] for one in (provider, elsewhere))
    for origin, host in ((elsewhere.url, ours), (provider.url, theirs)):
        with pytest.raises(ConfigurationError) as caught:
            send(store, "photos", origin, "GET", f"{origin}/x", headers={"Host": host})
        assert caught.value.reason == "host-elsewhere"
    assert (provider.take(), elsewhere.take()) == ([], [])
    store.replace("photos", **settings(provider, api_origin=[provider.url, elsewhere.url]))
    assert send(store, "photos", elsewhere.url, "GET", f"{elsewhere.url}/x", headers={"Host": ours})[0] == 200
    assert elsewhere.only().headers["Host"] == ours


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["header", "query"])
def test_a_redirect(send: Send, store: Store, provider: Provider, elsewhere: Provider, code: int, where: str) -> None:
    """Within the origin it is signed anew, and elsewhere not at all, nor when it comes back from there."""
    add(store, provider, transmission=where, api_origin=[provider.url, elsewhere.url])
    assert ask(send, store, provider, "GET", f"/redirect/{code}/%2Fend") == 200
    seen = provider.take()
    assert seen[0].status == code and seen[-1].status == 200 and seen[0].nonce != seen[-1].nonce
    target = f"{elsewhere.url}/end".replace(":", "%3A").replace("/", "%2F")
    ask(send, store, provider, "GET", f"/redirect/{code}/{target}")
    provider.take()
    seen = elsewhere.take()
    assert [one.status for one in seen] == [401]
    assert all("Authorization" not in one.headers and "oauth_signature" not in one.path for one in seen)


def test_a_form_that_is_redirected(send: Send, store: Store, provider: Provider) -> None:
    add(store, provider)
    assert ask(send, store, provider, "POST", "/redirect/307/%2Fend", data=b"a=1", headers=FORM_HEADER) == 200
    assert provider.take()[-1].body == b"a=1"


def test_what_is_tried_again_has_another_nonce(store: Store, provider: Provider) -> None:
    add(store, provider)
    with requests.Session() as session:
        session.trust_env = False
        session.auth = osign.requests.Auth(store, "photos", origin=provider.url)
        session.mount("http://", HTTPAdapter(max_retries=Retry(3, status_forcelist=[503], backoff_factor=0)))
        assert session.get(f"{provider.url}/flaky/2/x").status_code == 200
    seen = provider.take()
    assert [one.status for one in seen] == [503, 503, 200] and len({one.nonce for one in seen}) == 3


def test_a_refusal_renews_nothing(send: Send, store: Store, provider: Provider) -> None:
    add(store, provider, consumer_secret="another")
    assert ask(send, store, provider, "GET", "/x") == 401
    assert len(provider.take()) == 1
    assert store.grant("photos")["generation"] == 1 and not store.is_expired("photos", 401)


def test_a_longer_life(service: Service, store: Store, provider: Provider) -> None:
    """Of a token, where the service gives it one and the grant is of that kind."""
    add(store, provider)
    with pytest.raises(ConfigurationError) as raised:
        store.renew("photos")
    assert raised.value.reason == "no-endpoint"
    add_again = {"kind": "oauth1", "consumer_key": "k", "consumer_secret": "s", "token": "old", "token_secret": "s",
                 "api_origin": provider.url, "allow_insecure_http": True}
    store.replace("photos", **add_again, renew_url=f"{service.url}/nowhere")
    with pytest.raises(LoginFailed) as refused:
        store.renew("photos")
    assert refused.value.reason == "request-refused"
    store.replace("photos", **add_again, renew_url=f"{service.url}/renew")
    generation = store.grant("photos")["generation"]
    token = store.renew("photos")
    assert (token.value, token.type, token.generation) == ("", "", generation + 1)
    header = store.authorize("photos", "GET", f"{provider.url}/x").headers["Authorization"]
    assert 'oauth_token="token-' in header and service.counters()["renew"] == 1
    store.add("key", kind="static", secret="k")
    with pytest.raises(ConfigurationError) as raised:
        store.renew("key")
    assert raised.value.reason == "other-grant"
    with pytest.raises(osign.StoreError):
        store.renew("nobody")


def test_an_answer_that_is_lost_may_have_had_another_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSIGN_ANCHORS", str(tmp_path / "anchors"))

    def send(*_: object) -> Any:
        raise OSError("hung up")

    store = Store(f"sqlite:{tmp_path}/tokens.db", KEY, create=True, send=send)
    store.add("photos", kind="oauth1", consumer_key="k", consumer_secret="s", token="old", token_secret="s",
              renew_url="https://photos.example/renew")
    with pytest.raises(GrantLost) as raised:
        store.renew("photos")
    assert raised.value.reason == "renewal-lost" and isinstance(raised.value.__cause__, OSError)
    assert store.grant("photos")["generation"] == 1


def test_another_grant_takes_its_name(send: Send, store: Store, provider: Provider) -> None:
    """What is asked is the store, each time."""
    add(store, provider)
    assert ask(send, store, provider, "GET", "/x") == 200
    store.replace("photos", kind="static", secret="s3cret", api_origin=provider.url, allow_insecure_http=True)
    ask(send, store, provider, "GET", "/x")
    assert [one.headers["Authorization"][:6] for one in provider.take()] == ["OAuth ", "Bearer"]


def test_what_the_store_raises_comes_through(send: Send, store: Store, provider: Provider) -> None:
    add(store, provider)
    store.revoke("photos")
    with pytest.raises(GrantLost):
        ask(send, store, provider, "GET", "/x")
    assert provider.take() == []


def test_authorize(store: Store, provider: Provider) -> None:
    add(store, provider, realm="Photos")
    assert store.signed_bodies("photos") == "forms"
    request = store.authorize("photos", "POST", f"{provider.url}/x/../y?a=%7e", b"b=2", content_type=FORM)
    assert (request.method, request.url, request.body) == ("POST", f"{provider.url}/y?a=~", b"b=2")
    assert list(request.headers) == ["Authorization", "Content-Type"]
    assert request.headers["Authorization"].startswith('OAuth realm="Photos", oauth_consumer_key="consumer%20key%2F1", ')
    sent = urllib.request.Request(request.url, request.body, request.headers, method=request.method)
    with urllib.request.build_opener().open(sent) as answer:
        assert answer.status == 200
    for secret in CREDENTIALS[1::2]:
        assert secret not in repr(request)
    store.add("key", kind="static", secret="k")
    assert store.signed_bodies("key") is None


def test_nothing_is_handed_out(store: Store, provider: Provider) -> None:
    add(store, provider)
    for call in (store.access_token, store.token, lambda grant: store.refused(grant, 1)):
        with pytest.raises(ConfigurationError) as caught:
            call("photos")
        assert caught.value.reason == "signs-each-request"
        assert str(caught.value) == (
            "the grant photos signs each request, and has no token to hand out: store.authorize('photos', ...)"
        )


class Photos:
    """A service that hands out tokens in three steps, by oauthlib's endpoints, in a process of its own."""

    def __init__(self) -> None:
        self.process = subprocess.Popen([sys.executable, str(SERVICE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()

    def settings(self) -> dict[str, Any]:
        return {
            "kind": "oauth1", "consumer_key": "dpf43f3p2l4k3l03", "consumer_secret": "kd94hf93k423kf44",
            "request_token_url": f"{self.url}/initiate", "authorize_url": f"{self.url}/authorize",
            "access_token_url": f"{self.url}/token", "callback": "http://127.0.0.1:9/back", "api_origin": self.url,
            "allow_insecure_http": True,
        }


@pytest.fixture
def photos() -> Iterator[Photos]:
    running = Photos()
    yield running
    running.process.communicate(timeout=10)


def test_a_login(send: Send, store: Store, photos: Photos) -> None:
    store.add("photos", **photos.settings())
    with pytest.raises(GrantLost):
        send(store, "photos", photos.url, "GET", f"{photos.url}/me")
    login = store.login("photos")
    callback = agree(login.url)
    for wrong in (callback.replace("oauth_token=", "oauth_token=x"), "http://127.0.0.1:9/back?denied=x", "http://127.0.0.1:9/back"):
        with pytest.raises(LoginFailed):
            login.finish(wrong)
    token = login.finish(callback)
    assert (token.value, token.type, token.generation) == ("", "", 2)
    status, body = send(store, "photos", photos.url, "POST", f"{photos.url}/me", data=b"a=1", headers=FORM_HEADER)
    assert status == 200 and b'"signed": true' in body
    with pytest.raises(GrantLost) as caught:
        login.finish(callback)
    assert caught.value.reason == "no-login"


def test_parameters_of_the_address_where_a_person_agrees(store: Store, photos: Photos) -> None:
    several = ["name=a b", "perms=", "scope=x"]
    cases: list[tuple[Any, str]] = [("perms=write", "perms=write"), (several, "name=a%20b&scope=x")]
    for parameters, query in cases:
        store.replace("photos", **photos.settings(), authorize_parameter=parameters)
        login = store.login("photos")
        assert login.url.partition("&")[2] == query
        login.finish(agree(login.url))


def test_a_login_of_a_store_in_a_table_of_your_own(photos: Photos) -> None:
    store = Store(Memory(), KEY, id="mine")
    store.add("photos", **photos.settings())
    store.finish_login("photos", agree(store.login("photos").url))
    request = store.authorize("photos", "GET", f"{photos.url}/me")
    sent = urllib.request.Request(request.url, headers=request.headers)
    with urllib.request.build_opener().open(sent) as answer:
        assert answer.status == 200
