"""``osign.oauth1.Flow`` over a service that is made of oauthlib's endpoints (tests/server/service.py), and over those on oauthlib and
on Authlib that lie (three_steps.py)."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import osign
import pytest
from osign.oauth1 import Flow, Signer
from three_steps import KEY, SECRET, ByOauthlib, Service, as_told, by_authlib

#: The consumer of RFC 5849's examples, whom the service knows.
CONSUMER = ("dpf43f3p2l4k3l03", "kd94hf93k423kf44")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    program = Path(__file__).parents[1] / "server/service.py"
    with subprocess.Popen([sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield running.stdout.readline().strip()
        running.communicate()


#: The settings of its addresses, and their paths.
ADDRESSES = {"request_token_url": "initiate", "authorize_url": "authorize", "access_token_url": "token"}


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        return None


def send(method: str, url: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
    request = urllib.request.Request(url, method=method, headers=headers, data=body if method == "POST" else None)
    if "Content-Type" not in headers:
        request.add_unredirected_header("Content-Type", "text/plain")  # urllib would call no body a form.
    try:
        with opener.open(request, timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, dict(refused.headers), refused.read()


def sent(request: osign.AuthorizedRequest) -> tuple[int, dict[str, str], bytes]:
    return send(request.method, request.url, request.headers, request.body)


def flow_at(url: str, **settings: Any) -> Flow:
    urls = {name: f"{url}/{path}" for name, path in ADDRESSES.items()}
    return Flow(*CONSUMER, callback="http://127.0.0.1:9/ready?x=1", allow_insecure_http=True, **(urls | settings))


@pytest.mark.parametrize("transmission", ["header", "query", "body"])
@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"])
def test_a_login_brings_a_token_that_signs(url: str, transmission: Any, method: Any) -> None:
    flow = flow_at(url, transmission=transmission, signature_method=method)
    flow.read_temporary(*sent(flow.request_temporary()))
    kept = flow.to_dict()
    status, headers, _ = send("GET", flow.authorize_url(), {})
    assert status == 302 and headers["Location"].startswith("http://127.0.0.1:9/ready?x=1&")
    flow.read_callback(headers["Location"])
    flow.read_token(*sent(flow.request_token()))
    signed = flow.signer().sign("GET", f"{url}/photos?size=original")
    assert send("GET", signed.url, signed.headers)[0] == 200
    # What was used once is refused.
    flow.resume(kept)
    with pytest.raises(osign.LoginFailed) as raised:
        flow.read_token(*sent(flow.request_token("x")))
    assert raised.value.reason == "request-refused"


def test_what_the_service_refuses_is_a_failed_login(url: str) -> None:
    flow = flow_at(url)
    flow.read_temporary(*sent(flow.request_temporary()))
    send("GET", flow.authorize_url(), {})
    with pytest.raises(osign.LoginFailed, match="the service refused with HTTP 401") as raised:
        flow.read_token(*sent(flow.request_token("another")))
    assert (raised.value.name, raised.value.reason) == ("OSIGN_DENIED", "request-refused")
    wrong = Flow(CONSUMER[0], "wrong", callback="oob", request_token_url=f"{url}/initiate", allow_insecure_http=True)
    with pytest.raises(osign.LoginFailed) as refused:
        wrong.read_temporary(*sent(wrong.request_temporary()))
    assert refused.value.reason == "request-refused"
    elsewhere = flow_at(url, request_token_url=f"{url}/echo/x")
    with pytest.raises(osign.LoginFailed) as json:
        elsewhere.read_temporary(*sent(elsewhere.request_temporary()))
    assert json.value.reason == "json-answer"


# --- Services that lie -----------------------------------------------------------------------------------------------


@pytest.fixture(params=[ByOauthlib, by_authlib], ids=["oauthlib", "authlib"])
def liar(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    running = Service(request.param)
    yield running
    running.stop()


def begun(service: Service) -> Flow:
    """A login whose temporary credentials have come."""
    urls = {name: f"{service.url}/{path}" for name, path in ADDRESSES.items()}
    flow = Flow(KEY, SECRET, callback="http://127.0.0.1:9/ready", allow_insecure_http=True, **urls)  # type: ignore[arg-type]
    flow.read_temporary(*sent(flow.request_temporary()))
    return flow


def goes_through(flow: Flow, service: Service) -> None:
    """A login that went wrong goes on, and its token is one."""
    flow.read_callback(service.agree(flow.authorize_url()))
    credentials = flow.read_token(*sent(flow.request_token()))
    signed = Signer(KEY, SECRET, credentials.token, credentials.token_secret).sign("GET", f"{service.url}/photos")
    assert send("GET", signed.url, signed.headers)[0] == 200


def answers() -> list[dict[str, Any]]:
    """What a server of HTTP can answer, at a service without a profile."""
    path = Path(__file__).parents[1] / "vectors/flow/answers.json"
    vectors = json.loads(path.read_text(encoding="utf-8"))["vectors"]
    return [one for one in vectors if one["status"] >= 200 and not one.keys() & {"profile", "settings", "replace"}]


@pytest.mark.parametrize("step", ["temporary", "token"])
def test_each_answer_over_http(liar: Service, step: str) -> None:
    for vector in answers():
        expected, flow = vector["expected"], begun(liar)
        # What is refused is so at either step, save what tells of the login that ends there.
        is_of_both = expected.get("word", "login-not-taken") != "login-not-taken"
        if vector["step"] != step and (step == "token" or not is_of_both):
            continue
        flow.read_callback(liar.agree(flow.authorize_url()))
        liar.lies[step] = lambda _honest, vector=vector: as_told(vector)
        read, request = (flow.read_temporary, flow.request_temporary) if step == "temporary" else (flow.read_token, flow.request_token)
        if "word" in expected:
            with pytest.raises(osign.LoginFailed) as raised:
                read(*sent(request()))
            assert raised.value.reason == expected["word"], vector["name"]
        else:
            came = read(*sent(request()))
            kept = flow.to_dict() if step == "temporary" else {"token": came.token, "token_secret": came.token_secret}
            assert (kept["token"], kept["token_secret"]) == (expected["token"], expected["secret"])
        del liar.lies[step]
    goes_through(begun(liar), liar)


def changed(text: str, place: int) -> str:
    return text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]


def test_each_byte_of_the_callback(liar: Service) -> None:
    """Whichever of its query is another, the callback is refused, or its verifier by the service; and the right one still counts."""
    flow = begun(liar)
    kept, came_to = flow.to_dict(), liar.agree(flow.authorize_url())
    verifier = dict(parse_qsl(urlsplit(came_to).query))["oauth_verifier"]
    its_place = range(came_to.index(verifier), came_to.index(verifier) + len(verifier))
    for place in range(came_to.index("?") + 1, len(came_to)):
        if place not in its_place:
            with pytest.raises(osign.LoginFailed):
                flow.read_callback(changed(came_to, place))
            assert flow.to_dict() == kept
    goes_through(flow, liar)
    # A wrong verifier ends a login at Authlib's service, so that each has one of its own.
    for place in its_place:
        flow = begun(liar)
        flow.read_callback(changed(liar.agree(flow.authorize_url()), place))
        with pytest.raises(osign.LoginFailed) as raised:
            flow.read_token(*sent(flow.request_token()))
        assert raised.value.reason == "request-refused"
