"""``osign.oauth1.Flow``: the steps of a login of OAuth 1.0a, with the answers and callbacks of the vectors."""

from __future__ import annotations

import copy
import json
import pickle
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

import osign
import pytest
from osign._flows import FlowSettings
from osign.oauth1 import Credentials, Flow, Signer

ROOT = Path(__file__).resolve().parents[2]
TEMPORARY = b"oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed=true"
CALLBACK = "https://example.com/cb?oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884"
TOKEN = b"oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00&user_id=7"
URLS = {
    "request_token_url": "https://photos.example.net/initiate",
    "authorize_url": "https://photos.example.net/authorize",
    "access_token_url": "https://photos.example.net/token",
    "renew_url": "https://photos.example.net/renew",
    "revoke_url": "https://photos.example.net/revoke",
}


def photos(**settings: Any) -> Flow:
    return Flow("dpf43f3p2l4k3l03", "kd94hf93k423kf44", **URLS, **({"callback": "https://example.com/cb"} | settings))


def begun() -> Flow:
    flow = photos()
    flow.request_temporary()
    flow.read_temporary(200, None, TEMPORARY)
    return flow


def vectors(name: str) -> list[dict[str, Any]]:
    return json.loads((ROOT / f"tests/vectors/flow/{name}.json").read_text(encoding="utf-8"))["vectors"]


def flow_of(vector: dict[str, Any]) -> Flow:
    """A flow by the profile of a vector, with its changes."""
    text = (ROOT / f"src/provider/services/{vector.get('profile', 'custom-oauth1')}.toml").read_text(encoding="utf-8")
    for old, new in vector.get("replace", ()):
        assert old in text
        text = text.replace(old, new, 1)
    flags = {"true": True, "false": False}
    settings = {name: flags.get(value, value) for name, value in vector.get("settings", {}).items()}
    if "profile" not in vector:
        settings = {name: URLS[name] for name in ("request_token_url", "access_token_url")} | settings
    return Flow(*vector.get("consumer", ("key", "secret")), profile=text, **settings)


# --- The steps -------------------------------------------------------------------------------------------------------


def test_a_login_goes_through() -> None:
    flow = photos()
    request = flow.request_temporary()
    assert (request.method, request.url, request.body, request.generation) == ("POST", URLS["request_token_url"], b"", 0)
    assert 'oauth_callback="https%3A%2F%2Fexample.com%2Fcb"' in request.headers["Authorization"]
    assert "Content-Type" not in request.headers
    flow.read_temporary(200, {"Content-Type": "text/html"}, TEMPORARY)
    assert flow.authorize_url() == f"{URLS['authorize_url']}?oauth_token=hh5s93j4hdidpola"
    assert flow.authorize_url({"perms": "write", "scope": ""}) == flow.authorize_url([("perms", "write")])
    assert flow.authorize_url([("perms", "a b")]).endswith("&perms=a%20b")
    flow.read_callback(CALLBACK)
    request = flow.request_token()
    assert request.url == URLS["access_token_url"]
    assert 'oauth_verifier="hfdp7dh39dks9884"' in request.headers["Authorization"]
    credentials = flow.read_token(200, "application/x-www-form-urlencoded", TOKEN)
    assert (credentials.token, credentials.token_secret) == ("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")
    assert credentials.session_handle is credentials.account is credentials.expires_in is None
    assert credentials.authorization_expires_in is None
    assert credentials.fields == {
        "oauth_token": "nnch734d00sl2jdk", "oauth_token_secret": "pfkkdhi9sl3r4s00", "user_id": "7",
    }
    with pytest.raises(osign.InputError, match="^this comes after the callback$") as raised:
        flow.request_token()
    assert raised.value.reason == "step-before"

    assert 'oauth_token="nnch734d00sl2jdk"' in flow.request_renewal().headers["Authorization"]
    renewed = flow.read_renewal(
        200, None, "oauth_token=a&oauth_token_secret=b&oauth_session_handle=h&oauth_expires_in=60&oauth_authorization_expires_in=90"
    )
    assert (renewed.token, renewed.session_handle, renewed.expires_in, renewed.authorization_expires_in) == ("a", "h", 60, 90)
    assert 'oauth_token="a"' in flow.request_disconnect().headers["Authorization"]
    flow.read_disconnect(204, None, b"")
    with pytest.raises(osign.InputError):
        flow.request_disconnect()
    flow.set_credentials("c", b"d", "e")
    assert 'oauth_session_handle="e"' in flow.request_renewal().headers["Authorization"]


def signed_by(signer: Signer) -> str | None:
    return signer.sign(
        "POST", "https://api.example.net/items?a=1", b"{}", content_type="application/json", nonce="chapoH", timestamp=137131202
    ).authorization


def test_a_signer_of_what_a_login_brought() -> None:
    flow = begun()
    flow.set(signature_method="HMAC-SHA256", realm="Photos", send_version=False)
    with pytest.raises(osign.InputError, match="^this comes after the answer with token credentials$") as raised:
        flow.signer()
    assert raised.value.reason == "step-before"
    flow.read_callback(CALLBACK)
    flow.request_token()
    flow.read_token(200, None, TOKEN)

    def by_hand(token: str, secret: str) -> str | None:
        key, key_secret = "dpf43f3p2l4k3l03", "kd94hf93k423kf44"
        return signed_by(Signer(key, key_secret, token, secret, signature_method="HMAC-SHA256", realm="Photos", send_version=False))

    signer = flow.signer()
    assert isinstance(signer, Signer) and signed_by(signer) == by_hand("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")
    # Where the parameters travel is said of each request, and a renewal does not change a signer.
    flow.set(transmission="query")
    flow.request_renewal()
    flow.read_renewal(200, None, "oauth_token=a&oauth_token_secret=b")
    assert signed_by(signer) == by_hand("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")
    assert signed_by(flow.signer()) == by_hand("a", "b")
    flow.set(signature_method="RSA-SHA256")
    with pytest.raises(osign.InvalidKeyError):
        flow.signer()


def test_a_signer_as_the_service_wants_it(private_key: str) -> None:
    flow = Flow("key", "secret", provider="netsuite")
    flow.set_credentials("a", "b")
    with pytest.raises(osign.ConfigurationError) as raised:
        flow.signer()
    assert raised.value.reason == "no-account"
    flow.set(account="1234567-sb1.suitetalk.api.netsuite.com")
    by_hand = Signer("key", "secret", "a", "b", signature_method="HMAC-SHA256", realm="1234567_SB1")
    assert signed_by(flow.signer()) == signed_by(by_hand)
    # There a consumer signs alone.
    flow = Flow("key", "", provider="mastercard", private_key=private_key)
    by_hand = Signer("key", "", signature_method="RSA-SHA256", private_key=private_key, mastercard_form=True)
    assert signed_by(flow.signer()) == signed_by(by_hand)


def test_name_and_password() -> None:
    with pytest.raises(osign.ConfigurationError) as raised:
        photos().request_xauth("anna", "hunter2")
    assert raised.value.reason == "no-xauth"
    flow = photos(xauth=True)
    request = flow.request_xauth("anna", "hunter2")
    assert request.body == b"x_auth_username=anna&x_auth_password=hunter2&x_auth_mode=client_auth"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "hunter2" not in repr(request)
    assert flow.read_token(200, None, TOKEN).token == "nnch734d00sl2jdk"


def test_a_verifier_may_come_from_elsewhere() -> None:
    flow = begun()
    assert 'oauth_verifier="8234572"' in flow.request_token("8234572").headers["Authorization"]
    assert 'oauth_verifier="b"' in flow.request_token(verifier=b"b").headers["Authorization"]
    with pytest.raises(osign.LoginFailed) as raised:
        flow.request_token("")
    assert raised.value.reason == "no-verifier"
    flow = photos(callback_in="authorize")
    assert "oauth_callback" not in flow.request_temporary().headers["Authorization"]
    flow.read_temporary(200, None, "oauth_token=a&oauth_token_secret=b")
    assert flow.authorize_url().endswith("?oauth_token=a&oauth_callback=https%3A%2F%2Fexample.com%2Fcb")
    assert "oauth_verifier" not in flow.request_token("").headers["Authorization"]


def test_a_failure_ends_nothing_and_a_refusal_does() -> None:
    flow = begun()
    for callback in (CALLBACK.replace("hh5s", "hh6s"), "https://example.com/cb?denied=other", ""):
        with pytest.raises(osign.LoginFailed):
            flow.read_callback(callback)
    flow.read_callback(CALLBACK)
    for status, body in ((503, b""), (200, b"<html>"), (200, b"oauth_token=a")):
        with pytest.raises(osign.LoginFailed):
            flow.read_token(status, None, body)
    flow.request_token()
    with pytest.raises(osign.LoginFailed, match=r"HTTP 401 \(verifier_invalid\)") as raised:
        flow.read_token(401, {"www-authenticate": 'OAuth realm="x", oauth_problem="verifier_invalid"'}, b"")
    assert (raised.value.status, raised.value.reason) == (501, "login-not-taken")
    with pytest.raises(osign.InputError):
        flow.request_token()


# --- Between two web requests ----------------------------------------------------------------------------------------


def test_a_login_goes_on_from_a_dict() -> None:
    kept = json.loads(json.dumps(begun().to_dict()))
    assert kept.keys() == {"token", "token_secret", "callback", "account", "begun_at"}
    assert (kept["token"], kept["token_secret"], kept["account"]) == ("hh5s93j4hdidpola", "hdhd0244k9j7ao03", None)
    assert abs(kept["begun_at"] - osign.timestamp()) < 60
    flow = photos(callback="oob")
    flow.resume(kept)
    assert flow.to_dict() == kept
    flow.read_callback(CALLBACK)
    flow.request_token()
    with pytest.raises(osign.LoginFailed) as raised:
        flow.resume(kept | {"begun_at": kept["begun_at"] - 86_401})
    assert raised.value.reason == "old-pending"
    with pytest.raises(KeyError):
        flow.resume({})  # type: ignore[typeddict-item]
    with pytest.raises(TypeError, match="begun_at must be int, not str"):
        flow.resume(kept | {"begun_at": "1"})
    with pytest.raises(osign.InputError):
        photos().to_dict()


def test_a_login_goes_on_from_a_sealed_text() -> None:
    key, flow = osign.new_key(), begun()
    sealed = flow.seal(key, "session")
    assert sealed.startswith("osign-pending-1.") and sealed.isascii() and sealed != flow.seal(key, "session")
    other = photos()
    other.open(sealed, key, "session")
    assert other.id == flow.id and len(flow.id) == 16
    other.read_callback(CALLBACK)
    other.request_token()
    # Flipped within: a base64url text's last character may hold bits that mean nothing.
    changed = sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:]
    for text, with_key, context in (
        (sealed, key, ""), (sealed, key, None), (sealed, osign.new_key(), "session"), (changed, key, "session"), ("", key, "session"),
    ):
        with pytest.raises(osign.LoginFailed) as raised:
            photos().open(text, with_key, context)
        assert raised.value.reason == "no-pending"
    for elsewhere in (Flow("another", "kd94hf93k423kf44"), Flow("dpf43f3p2l4k3l03", "kd94hf93k423kf44", provider="quickbooks-oauth1")):
        with pytest.raises(osign.LoginFailed):
            elsewhere.open(sealed, key, "session")
    with pytest.raises(osign.StoreError) as bad_key:
        flow.seal(b"hunter2")
    assert "hunter2" not in str(bad_key.value)
    with pytest.raises(osign.InputError):
        photos().seal(key)


# --- What is wrong ---------------------------------------------------------------------------------------------------


def test_settings_are_those_of_the_core() -> None:
    assert tuple(FlowSettings.__annotations__) == import_module("osign._native").FLOW_SETTINGS
    flow = photos()
    flow.set(realm="Photos", clock_offset=-90, send_version=False)
    header = flow.request_temporary().headers["Authorization"]
    assert header.startswith('OAuth realm="Photos", ') and "oauth_version" not in header
    flow.set(realm=None)
    with pytest.raises(TypeError, match=r"Flow.set\(\) got an unexpected keyword argument 'token_url'"):
        flow.set(token_url="x")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="xauth must be bool, not str"):
        flow.set(xauth="true")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "settings", "wanted", "reason"),
    [
        (("",), {}, osign.InputError, "empty-consumer-key"),
        (("k",), {"provider": "hunter2"}, osign.ConfigurationError, "unknown-provider"),
        (("k",), {"provider": "amocrm"}, osign.ConfigurationError, "other-grant"),
        (("k",), {"profile": "hunter2"}, osign.ConfigurationError, "profile-syntax"),
        (("k",), {"provider": "custom-oauth1", "profile": "x"}, osign.InputError, "two-profiles"),
        (("k",), {"callback": "hunter2"}, osign.InputError, "bad-callback"),
        (("k",), {"signature_method": "hunter2"}, osign.InputError, "unknown-signature-method"),
        (("k",), {"private_key": "hunter2"}, osign.InvalidKeyError, "not-pem"),
        (("k",), {"account": "hunter2.example.com"}, osign.ConfigurationError, "same-for-all"),
        (("k",), {"transmission": "hunter2"}, osign.InputError, "unknown-transmission"),
        (("k",), {"http_method": "hunter2"}, osign.InputError, "bad-choice"),
    ],
)
def test_what_cannot_be_is_refused(
    arguments: tuple[str, ...], settings: dict[str, Any], wanted: type[osign.Error], reason: str
) -> None:
    with pytest.raises(wanted) as raised:
        Flow(*arguments, **settings)
    assert raised.value.reason == reason and "hunter2" not in str(raised.value)


def test_types_are_looked_at() -> None:
    flow = begun()
    for call in (
        lambda: Flow(None),  # type: ignore[arg-type]
        lambda: Flow("k", 5),  # type: ignore[arg-type]
        lambda: flow.read_temporary("200", None, b""),  # type: ignore[arg-type]
        lambda: flow.read_token(200, 5, b""),  # type: ignore[arg-type]
        lambda: flow.read_token(200, None, None),  # type: ignore[arg-type]
        lambda: flow.read_callback(None),  # type: ignore[arg-type]
        lambda: flow.authorize_url("a=b"),
        lambda: flow.seal(5),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError):
            call()
    flow.read_callback(CALLBACK)  # It is as it was.


def test_nothing_shows_a_secret() -> None:
    flow = begun()
    flow.read_callback(CALLBACK)
    flow.request_token()
    credentials = flow.read_token(200, None, TOKEN)
    assert repr(flow) == "Flow([redacted], provider='custom-oauth1')"
    assert repr(credentials) == "Credentials([redacted])"
    assert copy.copy(credentials) is copy.deepcopy(credentials) is credentials
    for thing in (flow, credentials):
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(thing)
    assert isinstance(credentials, Credentials)


def test_a_code_alone_answers_no_login_that_comes_back_to_an_address() -> None:
    flow = begun()
    with pytest.raises(osign.LoginFailed) as raised:
        flow.read_callback("8234572")
    assert raised.value.reason == "code-for-address"
    flow.read_callback(CALLBACK)


# --- The vectors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", vectors("answers"), ids=lambda vector: vector["name"])
def test_answers(vector: dict[str, Any]) -> None:
    flow, expected = flow_of(vector), vector["expected"]
    headers = {"Content-Type": vector.get("content_type", "x"), "WWW-Authenticate": vector.get("challenge", "")}
    answer = (vector["status"], headers, vector["body"] * vector.get("times", 1))
    flow.request_temporary()
    if vector["step"] == "temporary":
        read = lambda: flow.read_temporary(*answer)  # noqa: E731
    else:
        flow.read_temporary(200, None, TEMPORARY)
        flow.read_callback("8234572")
        flow.request_token()
        read = lambda: flow.read_token(*answer)  # type: ignore[assignment,return-value] # noqa: E731
    if "word" in expected:
        with pytest.raises(osign.LoginFailed) as raised:
            read()
        assert raised.value.reason == expected["word"]
        return
    credentials = read()
    if vector["step"] == "temporary":
        assert (flow.to_dict()["token"], flow.to_dict()["token_secret"]) == (expected["token"], expected["secret"])
        return
    assert isinstance(credentials, Credentials)
    ends = (credentials.session_handle, credentials.expires_in, credentials.authorization_expires_in)
    assert ends == tuple(expected.get(name) for name in ("session_handle", "expires_in", "authorization_expires_in"))
    handle = {"oauth_session_handle": expected["session_handle"]} if "session_handle" in expected else {}
    assert credentials.fields == dict(
        [("oauth_token", expected["token"]), ("oauth_token_secret", expected["secret"]), *expected.get("others", [])]
    ) | handle


@pytest.mark.parametrize("vector", vectors("callbacks"), ids=lambda vector: vector["name"])
def test_callbacks(vector: dict[str, Any]) -> None:
    flow, expected = flow_of(vector), vector["expected"]
    kept = begun().to_dict() | {"token": vector["token"] or "of a login that has none", "callback": "oob"}
    flow.resume(kept)  # type: ignore[arg-type]
    if "word" in expected:
        with pytest.raises(osign.LoginFailed) as raised:
            flow.read_callback(vector["callback"])
        assert raised.value.reason == expected["word"]
        return
    flow.read_callback(vector["callback"])
    header = flow.request_token().headers["Authorization"]
    verifier = f'oauth_verifier="{osign.percent_encode(expected["verifier"])}"' if "verifier" in expected else "oauth_signature"
    assert verifier in header and ("oauth_verifier" in header) == ("verifier" in expected)
    fields = flow.read_token(200, None, TOKEN).fields
    assert [[name, fields[name]] for name, _ in expected.get("kept", [])] == expected.get("kept", [])


def test_threads_share_a_flow() -> None:
    flow, failed = begun(), []
    flow.read_callback(CALLBACK)

    def work() -> None:
        try:
            for _ in range(200):
                flow.request_token()
                flow.authorize_url()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
