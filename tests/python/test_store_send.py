"""A client of one's own sends the requests to the token endpoint: what it is given, what it may return, and how it fails."""

import gc
import re
import urllib.error
import urllib.request
import weakref
from pathlib import Path
from typing import Any

import osign
import pytest
from osign import ConfigurationError, NotSent, Store, TryLater
from service import KEY, Service, log_in

ANSWER = b'{"access_token":"new","token_type":"Bearer","expires_in":3600,"refresh_token":"next"}'


def by_urllib(method: str, url: str, headers: dict[str, str], body: bytes) -> tuple[int, Any, bytes]:
    request = urllib.request.Request(url, body, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def opened(tmp_path: Path, send: Any) -> Store:
    return Store(f"sqlite:{tmp_path}/tokens.db", KEY, create=True, send=send, patience=0)


@pytest.fixture
def logged_in(store: Store, service: Service) -> osign.Token:
    """A grant whose access token has ended."""
    token = log_in(store, service)
    service.control(end_access=True)
    return token


def test_what_is_sent_is_the_whole_request(service: Service, tmp_path: Path) -> None:
    sent: list[tuple[str, str, dict[str, str], bytes]] = []

    def send(*request: Any) -> Any:
        sent.append(request)
        return by_urllib(*request)

    store = opened(tmp_path, send)
    token = log_in(store, service)
    service.control(end_access=True)
    assert store.refused("crm", token).value in service.issued()
    assert store.revoke("crm")
    assert [(method, url, type(headers), type(body)) for method, url, headers, body in sent] == [
        ("POST", f"{service.url}/token", dict, bytes),
        ("POST", f"{service.url}/token", dict, bytes),
        ("POST", f"{service.url}/revoke", dict, bytes),
    ]
    assert sent[0][2]["Content-Type"] == "application/x-www-form-urlencoded" and sent[0][2]["Authorization"].startswith("Basic ")
    assert sent[1][3].startswith(b"grant_type=refresh_token&refresh_token=refresh-")


@pytest.mark.parametrize(
    "headers", ["application/json", {"content-type": "application/json", "X": "y"}, None, b"application/json"]
)
@pytest.mark.parametrize("body", [ANSWER, ANSWER.decode(), bytearray(ANSWER)])
def test_what_may_be_returned(logged_in: osign.Token, tmp_path: Path, headers: Any, body: Any) -> None:
    store = opened(tmp_path, lambda *_: (200, headers, body))
    assert store.refused("crm", logged_in).value == "new"


def test_how_long_to_wait_is_in_a_header(logged_in: osign.Token, tmp_path: Path) -> None:
    store = opened(tmp_path, lambda *_: (429, {"retry-after": "17"}, b""))
    with pytest.raises(TryLater, match="try again in 1[67] s$"):
        store.refused("crm", logged_in)


@pytest.mark.parametrize("returned", [None, 200, (200, "x"), ("200", "x", b""), (200, 1, b""), (200, {"a": 1}, b""), (200, "x", None)])
def test_what_is_no_answer_is_one_that_was_lost(logged_in: osign.Token, tmp_path: Path, returned: Any) -> None:
    store = opened(tmp_path, lambda *_: returned)
    with pytest.raises(TryLater) as caught:
        store.refused("crm", logged_in)
    assert isinstance(caught.value.__cause__, TypeError) and re.search("send|header", str(caught.value.__cause__))


def test_what_it_raises_is_the_cause(logged_in: osign.Token, tmp_path: Path) -> None:
    def send(*_: Any) -> Any:
        raise ConnectionResetError("reset")

    with pytest.raises(TryLater) as caught:
        opened(tmp_path, send).refused("crm", logged_in)
    assert repr(caught.value.__cause__) == "ConnectionResetError('reset')"


def test_what_was_not_sent_may_be_sent_again(logged_in: osign.Token, service: Service, tmp_path: Path) -> None:
    def send(*_: Any) -> Any:
        raise NotSent("no route")

    store = opened(tmp_path, send)
    with pytest.raises(TryLater) as caught:
        store.refused("crm", logged_in)
    assert repr(caught.value.__cause__) == "NotSent('no route')"
    # Nothing stands in the store of a request that may have arrived.
    assert store.grant("crm")["sending_since"] is None and store.grant("crm")["failures"] == 1


def test_what_was_lost_may_have_arrived(logged_in: osign.Token, service: Service, tmp_path: Path) -> None:
    def send(*request: Any) -> Any:
        by_urllib(*request)
        raise TimeoutError

    store = opened(tmp_path, send)
    with pytest.raises(TryLater):
        store.refused("crm", logged_in)
    assert store.grant("crm")["sending_since"] is not None and service.counters()["refresh"] == 1
    # Nobody sends it again at once: this service would take it for a theft.
    with pytest.raises(TryLater, match="try again in [0-9]+ s$"):
        Store(f"sqlite:{tmp_path}/tokens.db", KEY, patience=0).refused("crm", logged_in)
    assert service.counters()["refresh"] == 1


class Ended(BaseException):
    """As Ctrl-C is: no Exception."""


def test_what_is_no_exception_goes_through(logged_in: osign.Token, tmp_path: Path) -> None:
    def send(*_: Any) -> Any:
        raise Ended

    with pytest.raises(Ended):
        opened(tmp_path, send).refused("crm", logged_in)


def test_an_error_of_an_earlier_call_is_no_cause_of_a_later(logged_in: osign.Token, tmp_path: Path) -> None:
    answers: list[Any] = [OSError("first"), (401, "application/json", b'{"error":"invalid_client"}')]

    def send(*_: Any) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise NotSent from answer
        return answer

    store = Store(f"sqlite:{tmp_path}/tokens.db", KEY, send=send)
    with pytest.raises(ConfigurationError) as caught:
        store.refused("crm", logged_in)
    assert not answers and caught.value.__cause__ is None and caught.value.reason == "client-refused"


def test_a_store_whose_client_holds_it_is_collected(tmp_path: Path, store: Store) -> None:
    class Client:
        def __init__(self) -> None:
            self.store = opened(tmp_path, self.send)

        def send(self, *_: Any) -> Any:
            raise NotSent

    client = Client()
    gone = weakref.ref(client.store)
    del client
    gc.collect()
    assert gone() is None
