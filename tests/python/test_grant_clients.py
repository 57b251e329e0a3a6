"""A grant's token with each HTTP client: where it goes and where it does not, and what happens when it has ended."""

import io
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import osign
import pytest
import requests
from osign import ConfigurationError, GrantLost, InputError, Store
from senders import CLIENTS, OF_HTTPX, Send, by_requests
from service import Api, Service, log_in


@pytest.fixture(params=CLIENTS)
def send(request: pytest.FixtureRequest) -> Send:
    return CLIENTS[request.param]


@pytest.fixture
def api() -> Iterator[Api]:
    running = Api()
    yield running
    running.stop()


@pytest.fixture
def other() -> Iterator[Api]:
    running = Api()
    yield running
    running.stop()


def static(store: Store, api: Api, **where: Any) -> None:
    store.add("crm", kind="static", secret="s3cret", api_origin=api.url, allow_insecure_http=True, **where)


def test_the_token_is_taken(send: Send, store: Store, service: Service) -> None:
    log_in(store, service)
    status, body = send(store, "crm", service.url, "GET", f"{service.url}/api/me")
    assert status == 200 and b'"user": "ann"' in body


@pytest.mark.parametrize("body", [None, b'{"a": 1}'])
def test_an_ended_token_is_renewed_and_the_request_sent_again(send: Send, store: Store, service: Service, body: bytes | None) -> None:
    log_in(store, service)
    service.control(end_access=True)
    more = {} if body is None else {"data": body, "headers": {"Content-Type": "application/json"}}
    status, answer = send(store, "crm", service.url, "GET" if body is None else "POST", f"{service.url}/api/echo", **more)
    assert status == 200 and (body is None or b'{\\"a\\": 1}' in answer)
    assert service.counters()["refresh"] == 1 and service.counters()["api_refused"] == 1


def test_it_is_sent_again_once(send: Send, store: Store, service: Service, api: Api) -> None:
    log_in(store, service, api_origin=api.url)
    assert send(store, "crm", api.url, "GET", f"{api.url}/status/401?times=9")[0] == 401
    first, second = api.headers("authorization")
    assert first != second and service.counters()["refresh"] == 1


def test_another_refusal_is_none_of_the_token_s(send: Send, store: Store, service: Service, api: Api) -> None:
    log_in(store, service, api_origin=api.url)
    assert send(store, "crm", api.url, "GET", f"{api.url}/status/403?times=9")[0] == 403
    assert len(api.came) == 1 and service.counters()["refresh"] == 0


def test_a_body_that_cannot_be_sent_again(send: Send, store: Store, service: Service, api: Api) -> None:
    """Its answer comes back; and whoever asks next has a token that is good."""
    log_in(store, service, api_origin=api.url)
    old = store.access_token("crm")
    assert send(store, "crm", api.url, "POST", f"{api.url}/status/401", data=iter([b"a", b"b"]))[0] == 401
    assert [body for *_, body in api.came] == [b"ab"] and store.access_token("crm") != old
    assert service.counters()["refresh"] == 1


def test_a_form_and_json_are_sent_again(send: Send, store: Store, service: Service, api: Api) -> None:
    log_in(store, service, api_origin=api.url)
    assert send(store, "crm", api.url, "POST", f"{api.url}/status/401", json={"a": 1})[0] == 200
    first, second = (body for *_, body in api.came)
    assert first == second and first.replace(b" ", b"") == b'{"a":1}'


def test_nothing_goes_elsewhere(send: Send, store: Store, service: Service, api: Api, other: Api) -> None:
    log_in(store, service, api_origin=[api.url, other.url])
    assert send(store, "crm", api.url, "GET", f"{other.url}/")[0] == 200
    assert other.headers("authorization") == [None]
    # A refusal from there says nothing of the token.
    assert send(store, "crm", api.url, "GET", f"{other.url}/status/401")[0] == 401
    assert service.counters()["refresh"] == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", [{}, {"header": "X-Api-Key: {}"}, {"query": "key"}])
def test_nothing_follows_a_redirect_elsewhere(
    send: Send, store: Store, api: Api, other: Api, status: int, where: dict[str, str]
) -> None:
    static(store, api, **where)
    # There, back, and there again.
    back = f"{api.url}/to?url={other.url}/end"
    assert send(store, "crm", api.url, "GET", f"{api.url}/to?status={status}&url={other.url}/to?url={back}")[0] == 200
    assert len(other.came) == 2 and "s3cret" not in str(other.came)
    assert "s3cret" in str(api.came[0])


@pytest.mark.parametrize("where", [{}, {"header": "X-Api-Key: {}"}])
def test_a_redirect_within_the_origin_has_it(send: Send, store: Store, api: Api, where: dict[str, str]) -> None:
    static(store, api, **where)
    assert send(store, "crm", api.url, "GET", f"{api.url}/to?url=/end")[0] == 200
    names = [name for name, value in api.came[0][2].items() if "s3cret" in value]
    assert len(names) == 1
    if api.headers(names[0])[-1] is None:
        # httpx takes no header of its own along; where the service turns that down, it is sent once more.
        assert send(store, "crm", api.url, "GET", f"{api.url}/to?url=/status/401")[0] == 200
    assert "s3cret" in (api.headers(names[0])[-1] or "")


def test_an_ended_token_after_a_redirect(send: Send, store: Store, service: Service, api: Api) -> None:
    log_in(store, service, api_origin=api.url)
    assert send(store, "crm", api.url, "GET", f"{api.url}/to?url=/status/401")[0] == 200
    assert [path.partition("?")[0] for _, path, *_ in api.came] == ["/to", "/status/401", "/status/401"]
    assert service.counters()["refresh"] == 1


def test_a_key_in_the_query(send: Send, store: Store, api: Api) -> None:
    static(store, api, query="key")
    assert send(store, "crm", api.url, "GET", f"{api.url}/x?a=1")[0] == 200
    assert [path for _, path, *_ in api.came] == ["/x?a=1&key=s3cret"]


def test_what_the_store_raises_comes_through(send: Send, store: Store, service: Service) -> None:
    store.add("crm", **service.settings())
    with pytest.raises(GrantLost):
        send(store, "crm", service.url, "GET", f"{service.url}/api/me")
    # The origin is one thing, and what the grant allows another.
    with pytest.raises((ConfigurationError, GrantLost)):
        send(store, "crm", "https://a.example.com", "GET", "https://a.example.com/")


@pytest.mark.parametrize("client", ["requests", "aiohttp", *OF_HTTPX])
def test_its_arguments(store: Store, client: str) -> None:
    auth = getattr(osign, client).Auth
    made = auth(osign.AsyncStore.of(store), b"crm", origin=b"https://api.example.com/", min_validity=5)
    assert repr(made) == f"osign.{client}.Auth(grant='crm', origin='https://api.example.com')"
    for origin in ("api.example.com", "https://", "https://h/path", "https://h?q", "ftp://h", "https://u@h", "https://h:x", "https://h:99999"):
        with pytest.raises(InputError) as caught:
            auth(store, "crm", origin=origin)
        assert caught.value.reason == "bad-origin"
    for arguments in ((store, 1), ("store", "crm")):
        with pytest.raises((TypeError, AttributeError)):
            auth(*arguments, origin="https://h")
    with pytest.raises(TypeError):
        auth(store, "crm")
    with pytest.raises(TypeError, match="is not pickled"):
        pickle.dumps(made)


def test_the_docstrings_say_the_same() -> None:
    texts = {(getattr(osign, client).Auth.__doc__ or "").partition("\n\n")[2] for client in ("requests", "aiohttp", *OF_HTTPX)}
    assert len(texts) == 1 and "``origin``" in texts.pop()


def test_requests_sends_a_file_again_from_where_it_was(store: Store, service: Service, api: Api) -> None:
    log_in(store, service, api_origin=api.url)
    file = io.BytesIO(b"before the body")
    file.seek(7)
    assert by_requests(store, "crm", api.url, "PUT", f"{api.url}/status/401", data=file)[0] == 200
    assert [body for *_, body in api.came] == [b"the body"] * 2


def test_an_answer_of_requests_is_pickled(store: Store, service: Service, api: Api) -> None:
    log_in(store, service, api_origin=api.url)
    answer = requests.get(f"{api.url}/status/401", auth=osign.requests.Auth(store, "crm", origin=api.url), stream=True)
    assert answer.status_code == 200 and [one.status_code for one in answer.history] == [401] and answer.raw.read() == b"{}"
    again = pickle.loads(pickle.dumps(requests.get(api.url, auth=osign.requests.Auth(store, "crm", origin=api.url))))
    assert again.status_code == 200 and again.request.url == f"{api.url}/"


@pytest.mark.parametrize("name", OF_HTTPX)
def test_httpx_shows_the_header_to_whoever_sends_it(name: str, store: Store) -> None:
    """A transport of a test's own, an application behind WSGI or ASGI."""
    store.add("crm", kind="static", secret="k", header="X-Api-Key: {}", api_origin="https://a.example.com")
    of = import_module(name)
    seen = []

    def handler(request: Any) -> Any:
        seen.append((request.headers["x-api-key"], "X-API-KEY" in request.headers, "y" in request.headers))
        seen.append([value for name, value in request.headers.raw if name.lower() == b"x-api-key"])
        return of.Response(200)

    auth = getattr(osign, name).Auth(store, "crm", origin="https://a.example.com")
    with of.Client(auth=auth, transport=of.MockTransport(handler), headers={"X-Api-Key": "another"}) as client:
        client.get("https://a.example.com/")
    assert seen == [("k", True, False), [b"k"]]


@pytest.mark.parametrize("name", OF_HTTPX)
def test_httpx_streams_an_answer(name: str, store: Store, service: Service) -> None:
    of = import_module(name)
    log_in(store, service)
    service.control(end_access=True)
    auth = getattr(osign, name).Auth(store, "crm", origin=service.url)
    with of.Client(auth=auth, trust_env=False) as client, client.stream("GET", f"{service.url}/api/bytes") as answer:
        assert b"".join(answer.iter_raw()) == bytes(range(256))


def test_threads_share_one(store: Store, service: Service) -> None:
    log_in(store, service)
    service.control(end_access=True)
    auth = osign.requests.Auth(store, "crm", origin=service.url)
    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(lambda _: requests.get(f"{service.url}/api/me", auth=auth).status_code, range(40)))
    assert statuses == {200} and service.counters()["refresh"] == 1
