"""``osign.oauth1.Flow`` over a service that is made of oauthlib's endpoints (tests/server/service.py)."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osign
import pytest
from osign.oauth1 import Flow, Signer

#: The consumer of RFC 5849's examples, whom the service knows.
CONSUMER = ("dpf43f3p2l4k3l03", "kd94hf93k423kf44")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    program = Path(__file__).parents[1] / "server/service.py"
    with subprocess.Popen([sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield running.stdout.readline().strip()
        running.communicate()


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
    addresses = {"request_token_url": "initiate", "authorize_url": "authorize", "access_token_url": "token"}
    urls = {name: f"{url}/{path}" for name, path in addresses.items()}
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
    credentials = flow.read_token(*sent(flow.request_token()))
    signer = Signer(*CONSUMER, credentials.token, credentials.token_secret, signature_method=method)
    signed = signer.sign("GET", f"{url}/photos?size=original")
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
