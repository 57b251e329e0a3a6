"""A store and its grants: every call, what it returns, and what it raises."""

import copy
import inspect
import pickle
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import osign
import pytest
from osign import ConfigurationError, Error, GrantLost, InputError, LoginFailed, Store, StoreError, TryLater
from osign._grants import Finding, GrantReport, GrantSettings, Happening, StoreReport
from service import KEY, Service, agree, log_in

PASSPHRASE = "a long passphrase"


def refusal(call: Callable[[], object], kind: type[Error], reason: str) -> str:
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind and caught.value.reason == reason, repr(caught.value)
    return str(caught.value)


def test_a_grant_from_its_login_to_its_end(store: Store, service: Service) -> None:
    store.add("crm", **service.settings())
    assert store.grants() == ["crm"] and store.grant("crm")["status"] == "not logged in"
    message = refusal(lambda: store.access_token("crm"), GrantLost, "not-logged-in")
    assert message == "nobody has logged in for the grant crm yet: store.login('crm')"

    login = store.login("crm")
    assert (login.grant, login.url.split("?")[0]) == ("crm", f"{service.url}/authorize")
    token = osign.Login.from_dict(store, login.to_dict()).finish(agree(login.url))
    assert token.value in service.issued() and token.type == "Bearer" and token.generation == 2
    assert token.expires_at is not None and token.expires_at.tzinfo is timezone.utc
    left = token.expires_at - datetime.now(timezone.utc)
    assert timedelta(seconds=3580) < left <= timedelta(seconds=3600)
    assert repr(token) == f"Token([redacted], type='Bearer', expires_at='{token.expires_at}', generation=2)"
    assert store.access_token("crm") == store.token("crm", min_validity=5).value == token.value

    service.control(end_access=True)
    newer = store.refused("crm", token)
    assert newer.generation == 3 and newer.value != token.value and newer.value in service.issued()
    # Whoever comes late with the old one gets the one that is there.
    assert store.refused("crm", token.generation, 401).value == newer.value
    assert service.counters()["refresh"] == 1

    store.rename("crm", "shop")
    assert store.revoke("shop") is True and service.counters()["revoke"] == 1
    refusal(lambda: store.access_token("shop"), GrantLost, "revoked")
    assert [line["event"] for line in store.history("shop")] == [
        "revoked", "renamed", "refreshed", "sending", "logged-in", "sending", "added"
    ]
    store.remove("shop")
    assert store.grants() == []


def test_a_grant_ends_here_alone(store: Store, service: Service) -> None:
    log_in(store, service)
    assert store.revoke("crm", here=True) is False and service.counters()["revoke"] == 0
    refusal(lambda: store.access_token("crm"), GrantLost, "revoked")
    with pytest.raises(TypeError, match="^here must be bool, not int$"):
        store.revoke("crm", here=1)  # type: ignore[arg-type]


def test_a_time_that_is_longer_than_a_token_lives(store: Store, service: Service) -> None:
    service.control(access_lifetime=100)
    token = log_in(store, service)
    # Half of its life at most: else each call would renew it.
    assert store.access_token("crm", min_validity=49) == store.access_token("crm", min_validity=timedelta(hours=9)) == token.value


def test_reports_have_the_fields_of_their_types(store: Store, service: Service) -> None:
    log_in(store, service)
    assert list(store.grant("crm")) == list(get_type_hints(GrantReport))
    assert list(store.history("crm", most=1)[0]) == list(get_type_hints(Happening)) and len(store.history("crm", most=1)) == 1
    store.add("new", **service.settings())
    assert store.check() == [{"grant": "new", "what": "not-logged-in", "urgent": True, "ends_at": None, "said": None}]
    assert list(store.check(warn=5)[0]) == list(get_type_hints(Finding))
    assert list(store.info()) == list(get_type_hints(StoreReport)) and store.info()["grants"] == 2


def test_what_ends_soon(store: Store) -> None:
    end = datetime.now(timezone.utc) + timedelta(days=2)
    store.add("key", kind="static", secret="k", expires_at=int(end.timestamp()))
    assert store.check(warn=3600) == store.check(warn=timedelta(days=1)) == []
    found = [{"grant": "key", "what": "key-ends", "urgent": False, "ends_at": int(end.timestamp()), "said": None}]
    assert store.check() == store.check(timedelta(days=3)) == found


def test_every_setting_is_in_the_type_and_in_the_docstring() -> None:
    settings = import_module("osign._native").GRANT_SETTINGS
    assert tuple(GrantSettings.__annotations__) == settings
    for name in settings:
        assert f"`{name}`" in (Store.add.__doc__ or "")


def test_settings_by_name(store: Store) -> None:
    store.add("key", kind="static", secret=b"k", header="X-Api-Key: {}", api_origin=["https://a.example.com", "https://b.example.com"])
    for host in ("a", "b"):
        request = store.authorize("key", "GET", f"https://{host}.example.com/x?y=1")
        assert (request.method, request.url, request.headers) == ("GET", f"https://{host}.example.com/x?y=1", {"X-Api-Key": "k"})
    with pytest.raises(TypeError, match=r"^Store\.add\(\) got an unexpected keyword argument 'providr'$"):
        store.add("crm", providr="amocrm")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^Store\.replace\(\) got an unexpected keyword argument 'a'$"):
        store.replace("crm", a=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="^pkce must be bool, not str$"):
        store.add("crm", pkce="yes")  # type: ignore[typeddict-item]
    with pytest.raises(TypeError, match="^provider must be str or bytes, not list$"):
        store.add("crm", provider=["amocrm"])  # type: ignore[typeddict-item]
    # None is as if it were left out.
    store.add("other", kind="static", secret="k", header=None, expires_at=None, pkce=None, provider=None)


def test_what_is_wrong_with_a_grant_is_said_when_it_is_added(store: Store) -> None:
    refusal(lambda: store.add("crm"), ConfigurationError, "no-provider")
    refusal(lambda: store.add("crm", provider="nobody"), ConfigurationError, "unknown-provider")
    refusal(lambda: store.add("crm", provider="amocrm"), ConfigurationError, "no-client-id")
    refusal(lambda: store.add("crm", kind="token"), InputError, "unknown-kind")  # type: ignore[typeddict-item]
    refusal(lambda: store.add("a name", kind="static", secret="k"), InputError, "bad-grant-name")
    store.add("key", kind="static", secret="k")
    refusal(lambda: store.add("key", kind="static", secret="k"), StoreError, "grant-exists")
    assert store.grants() == ["key"]


def test_another_secret_in_its_place(store: Store, service: Service) -> None:
    token = log_in(store, service)
    store.replace("crm", **{**service.settings(), "client_secret": "another"})
    assert store.access_token("crm") == token.value
    service.control(end_access=True)
    message = refusal(lambda: store.refused("crm", store.token("crm")), ConfigurationError, "client-refused")
    assert "look at its id, secret and redirect URI; the grant itself is not lost" in message and "another" not in message
    store.replace("crm", **service.settings())
    assert store.replace("new", kind="static", secret="k") is None


def test_a_request_with_its_credential(store: Store, service: Service) -> None:
    token = log_in(store, service)
    request = store.authorize("crm", "POST", f"{service.url}/api/echo", '{"a":1}', content_type="application/json")
    assert request.headers == {"Authorization": f"Bearer {token.value}", "Content-Type": "application/json"}
    assert (request.method, request.body, request.generation) == ("POST", b'{"a":1}', token.generation)
    assert repr(request) == f"AuthorizedRequest(POST {service.url}/api/echo […], generation=2)"
    refusal(lambda: store.authorize("crm", "GET", "https://elsewhere.example.com/"), ConfigurationError, "host-elsewhere")
    assert store.is_expired("crm", 401) and not store.is_expired("crm", 403) and not store.is_expired("crm", 200, b"x")
    store.add("key", kind="static", secret="k&", query="api_key", api_origin="https://a.example.com")
    request = store.authorize("key", "GET", "https://a.example.com/x?y=1")
    assert (request.url, request.headers, request.body) == ("https://a.example.com/x?y=1&api_key=k%26", {}, b"")


def test_a_grant_moves(store: Store, service: Service, tmp_path: Path) -> None:
    token = log_in(store, service)
    bundle = store.export("crm", passphrase=PASSPHRASE)
    assert (bundle.purpose, repr(bundle)) == ("move", f"Bundle(purpose='move', revision={bundle.revision})")
    other = Store(f"sqlite:{tmp_path}/other.db", passphrase=PASSPHRASE, create=True)
    refusal(lambda: other.import_(bundle.text, passphrase="another passphrase"), StoreError, "bundle-key")
    assert other.import_(bundle.text, passphrase=PASSPHRASE, grant="shop") == "shop"
    store.exported("crm", bundle)
    refusal(lambda: store.access_token("crm"), GrantLost, "exported")
    refusal(lambda: other.access_token("shop"), StoreError, "imported")
    other.adopt("shop")
    assert other.access_token("shop") == token.value
    backup = other.export("shop", key=KEY, purpose="backup")
    service.control(end_access=True)
    other.refused("shop", other.token("shop"))
    refusal(lambda: other.exported("shop", backup), TryLater, "changed-meanwhile")


def test_a_store_that_was_copied(store: Store, service: Service, tmp_path: Path) -> None:
    token = log_in(store, service)
    assert store.adopt_store() == 0
    for end in ("", "-wal"):
        if (tmp_path / f"tokens.db{end}").exists():
            (tmp_path / f"copy.db{end}").write_bytes((tmp_path / f"tokens.db{end}").read_bytes())
            (tmp_path / f"copy.db{end}").chmod(0o600)
    copied = Store(f"sqlite:{tmp_path}/copy.db", KEY)
    assert ": store.adopt_store()" in refusal(lambda: copied.access_token("crm"), StoreError, "quarantined")
    assert copied.adopt_store() == 1 and copied.access_token("crm") == token.value


def test_another_key(store: Store, service: Service, tmp_path: Path) -> None:
    token, url = log_in(store, service), f"sqlite:{tmp_path}/tokens.db"
    refusal(lambda: Store(url, passphrase=PASSPHRASE).rekey(), StoreError, "foreign-key")
    both = Store(url, passphrase=PASSPHRASE, old_key=KEY)
    assert both.access_token("crm") == token.value
    assert (both.rekey(), both.rekey()) == (1, 0)
    refusal(lambda: store.access_token("crm"), StoreError, "foreign-key")
    assert Store(url, passphrase=PASSPHRASE).access_token("crm") == token.value
    assert Store(url, KEY, old_passphrase=PASSPHRASE).rekey() == 1
    assert store.access_token("crm") == token.value
    with pytest.raises(TypeError, match="either a key or a passphrase"):
        Store(url, KEY, old_key=KEY, old_passphrase=PASSPHRASE)
    refusal(lambda: Store(url, KEY, old_key="short"), StoreError, "bad-store-key")
    refusal(lambda: Store(f"sqlite:{tmp_path}/none.db", KEY, old_key="short", create=True), StoreError, "bad-store-key")
    assert not (tmp_path / "none.db").exists()


def test_a_backup(store: Store, service: Service, tmp_path: Path) -> None:
    token = log_in(store, service)
    store.backup(tmp_path / "backup.db")
    refusal(lambda: store.backup(str(tmp_path / "backup.db")), StoreError, "store-exists")
    copied = Store(f"sqlite:{tmp_path}/backup.db", KEY)
    assert copied.info()["quarantine"] == "moved" and store.info()["quarantine"] is None
    assert copied.adopt_store() == 1 and copied.access_token("crm") == token.value


def test_opening(tmp_path: Path, service: Service) -> None:
    url = f"sqlite:{tmp_path}/new.db"
    refusal(lambda: Store(url, KEY), StoreError, "no-store")
    refusal(lambda: Store("mysql:x", KEY), InputError, "bad-store-url")
    refusal(lambda: Store(url, "key", create=True), StoreError, "bad-store-key")
    refusal(lambda: Store(url, passphrase="short", create=True), StoreError, "short-passphrase")
    for given in ({}, {"key": KEY, "passphrase": PASSPHRASE}):
        with pytest.raises(TypeError, match="^give either a key or a passphrase$"):
            Store(url, **given)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="^create must be bool, not int$"):
        Store(url, KEY, create=1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="^send must be callable$"):
        Store(url, KEY, create=True, send=1)  # type: ignore[arg-type]
    store = Store(url, bytearray(bytes(32)), create=True)  # The key that `KEY` is the line of.
    store.add("key", kind="static", secret="k")
    assert Store(url, KEY, create=True).access_token("key") == "k"
    refusal(lambda: Store(url, osign.new_key()).access_token("key"), StoreError, "foreign-key")


def test_another_environment_is_another_machine(tmp_path: Path, service: Service) -> None:
    url = f"sqlite:{tmp_path}/new.db"
    Store(url, KEY, create=True, environment="one").add("key", kind="static", secret="k")
    assert Store(url, KEY, environment="one").access_token("key") == "k"
    refusal(lambda: Store(url, KEY, environment="two").access_token("key"), StoreError, "quarantined")


def test_new_keys_differ() -> None:
    keys = {osign.new_key() for _ in range(100)}
    assert len(keys) == 100 and all(key.startswith("osign-key-1:") and len(key) == 56 for key in keys)


def test_a_login_that_comes_to_nothing(store: Store, service: Service) -> None:
    store.add("crm", **service.settings())
    refusal(lambda: store.finish_login("crm", "?code=1&state=2"), GrantLost, "no-login")
    service.control(authorize="foreign")
    login = store.login("crm")
    refusal(lambda: login.finish(agree(login.url)), LoginFailed, "other-state")
    service.control(authorize="deny")
    refusal(lambda: login.finish(agree(login.url)), LoginFailed, "access-denied")
    refusal(lambda: login.finish("http://127.0.0.1:9/back"), LoginFailed, "not-callback")
    assert "state=" in login.url and "state" not in repr(login) and repr(login) == "Login(grant='crm')"


def test_a_code_that_was_had_in_another_way(store: Store, service: Service) -> None:
    store.add("crm", **service.settings(), pkce=False)
    url = f"{service.url}/authorize?client_id=demo-client&redirect_uri=http://127.0.0.1:9/back"
    code = agree(url).split("code=")[1].split("&")[0]
    assert store.exchange("crm", code).value == store.access_token("crm")
    refusal(lambda: store.exchange("crm", code), GrantLost, "code-used")


def test_a_service_that_is_not_there(store: Store, service: Service) -> None:
    token = log_in(store, service)
    service.control(fault="500", times=-1, access_lifetime=0)
    refusal(lambda: store.refused("crm", token), TryLater, "waiting")
    refusal(lambda: store.access_token("nobody"), StoreError, "unknown-grant")
    refusal(lambda: store.refused("crm", token, 404), TryLater, "not-expired")
    refusal(lambda: store.refused("crm", 99), InputError, "unknown-generation")


def test_a_grant_that_was_turned_down(store: Store, service: Service) -> None:
    token = log_in(store, service)
    service.control(end_access=True, refresh_lifetime=0.001)
    message = refusal(lambda: store.refused("crm", token), GrantLost, "rejected")
    assert "invalid_grant" in message and token.value not in message


def test_nothing_shows_a_secret_or_travels(store: Store, service: Service) -> None:
    token = log_in(store, service)
    request = store.authorize("crm", "GET", f"{service.url}/api/me")
    for one in (store, token, request):
        assert token.value not in repr(one) and copy.copy(one) is one and copy.deepcopy(one) is one
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError, match="is not pickled"):
                pickle.dumps(one, protocol)


@pytest.mark.parametrize("call", ["access_token", "token", "login", "grant", "history", "adopt", "revoke", "remove"])
def test_arguments_of_another_type(store: Store, call: str) -> None:
    with pytest.raises(TypeError, match="^grant must be str or bytes, not int$"):
        getattr(store, call)(5)
    with pytest.raises(InputError):
        getattr(store, call)("\ud800")


def test_numbers_of_another_type(store: Store) -> None:
    others: list[tuple[Any, str]] = [(1.5, "float"), ("60", "str"), (True, "bool"), (None, "NoneType")]
    for value, name in others:
        if value is not None:
            with pytest.raises(TypeError, match=f"^min_validity must be int, not {name}$"):
                store.access_token("crm", value)
        with pytest.raises(TypeError):
            store.refused("crm", value)


def test_the_awaited_store_has_the_same_calls() -> None:
    def signature(of: object) -> list[str]:
        given = inspect.signature(of)  # type: ignore[arg-type]
        return [f"{p.kind.name} {name}" for name, p in given.parameters.items() if name != "self"]

    names = [name for name in dir(Store) if not name.startswith("_")]
    assert set(names) | {"open", "of", "store"} == {name for name in dir(osign.AsyncStore) if not name.startswith("_")}
    for name in names:
        assert signature(getattr(Store, name)) == signature(getattr(osign.AsyncStore, name)), name
