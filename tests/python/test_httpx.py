"""osign.httpx and osign.httpx2, sync and async, against a server that verifies with oauthlib."""

import asyncio
import base64
import hashlib
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import quote

import pytest
from provider import CREDENTIALS, FORM, METHODS

import osign

SHAPES = {
    "GET": ("GET", {}),
    "GET with a query": ("GET", {"params": {"b": "2", "a": "1 +&=é", "ф": "😀"}}),
    "HEAD": ("HEAD", {}),
    "form": ("POST", {"data": {"status": "Hello Ladies + Gentlemen!", "é": ["ü", "a"]}}),
    "form as bytes": ("POST", {"content": b"a=1&b=+", "headers": {"Content-Type": f"{FORM}; charset=utf-8"}}),
    "JSON": ("POST", {"json": {"a": "b & c=d", "é": 1}}),
    "bytes": ("PUT", {"content": b"\x00\xff\xfe a=b"}),
    "multipart": ("POST", {"data": {"a": "1"}, "files": {"file": ("é.bin", b"\x00\xff" * 1000)}}),
    "a stream": ("POST", {"stream": True}),
    "DELETE": ("DELETE", {"params": "force=yes&x"}),
    "PATCH": ("PATCH", {"json": [1]}),
}


#: The client whose turn it is.
httpx = None


@pytest.fixture(autouse=True, params=[name for name in ("httpx", "httpx2") if find_spec(name)])
def client(request, monkeypatch):
    """One client after the other; httpx2 is not there for the oldest Python."""
    monkeypatch.setitem(globals(), "httpx", import_module(request.param))
    return request.param


def ours():
    return getattr(osign, httpx.__name__)


def oauth(**more):
    return ours().OAuth1(*CREDENTIALS, **more)


def sync_send(verb, url, auth, **arguments):
    if arguments.pop("stream", False):
        arguments["content"] = iter([b"one", b"two"])
    with httpx.Client(auth=auth, follow_redirects=True) as client:
        return client.request(verb, url, **arguments)


def async_send(verb, url, auth, **arguments):
    async def chunks():
        yield b"one"
        yield b"two"

    async def send():
        async with httpx.AsyncClient(auth=auth, follow_redirects=True) as client:
            return await client.request(verb, url, **arguments)

    if arguments.pop("stream", False):
        arguments["content"] = chunks()
    return asyncio.run(send())


@pytest.fixture(params=[sync_send, async_send], ids=["sync", "async"])
def send(request):
    return request.param


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_sent_is_what_was_signed(provider, rsa_key, send, method, shape):
    verb, arguments = SHAPES[shape]
    auth = oauth(signature_method=method, rsa_key=rsa_key[0] if method.startswith("RSA") else None)
    response = send(verb, f"{provider.url}/a b/%7e/%2f/é;x?(y)=*!'&z=%2b", auth, **arguments)
    seen = provider.only()
    assert seen.status == response.status_code == 200, seen.answer
    assert seen.protocol["oauth_signature_method"] == method


@pytest.mark.parametrize("signature_type", ["QUERY", "BODY"])
def test_query_and_body_reach_the_server(provider, send, signature_type):
    data = {"b": "2 +", "a": "é"}
    response = send("POST", f"{provider.url}/x?q=1&é=%2b", oauth(signature_type=signature_type), data=data)
    seen = provider.only()
    assert seen.status == response.status_code == 200, seen.answer
    assert "Authorization" not in seen.headers
    assert ("oauth_signature" in seen.path) == (signature_type == "QUERY")
    assert (b"oauth_signature" in seen.body) == (signature_type == "BODY")
    assert seen.headers["Content-Length"] == str(len(seen.body))


def test_a_wrong_secret_is_refused_once(provider, send):
    assert send("GET", provider.url, ours().OAuth1(CREDENTIALS[0], "wrong", *CREDENTIALS[2:])).status_code == 401
    provider.only()


def test_a_body_hash_where_it_is_asked_for(provider, send):
    auth = oauth(force_include_body=True)
    send("PUT", provider.url, auth, json={"a": 1})
    seen = provider.only()
    assert seen.status == 200
    assert seen.protocol["oauth_body_hash"] == base64.b64encode(hashlib.sha1(seen.body).digest()).decode()
    send("POST", provider.url, auth, data={"a": "1"})
    seen = provider.only()
    assert seen.status == 200 and "oauth_body_hash" not in seen.protocol


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_origin_is_signed_anew(provider, send, code, signature_type):
    target = quote("/there/a%2fb/%c3%a9?x=1%202&y=%2b", safe="")
    response = send(
        "POST", f"{provider.url}/redirect/{code}/{target}", oauth(signature_type=signature_type), data={"a": "1 +"}
    )
    seen = provider.take()
    # The second is httpx's own, with the first one's signature, or without any.
    assert [one.status for one in seen] == [code, 401, 200], [one.answer for one in seen]
    assert response.status_code == 200
    assert seen[0].nonce != seen[2].nonce
    assert seen[2].method == ("POST" if code in (307, 308) else "GET")
    kept = [piece for piece in seen[2].body.split(b"&") if piece and not piece.startswith(b"oauth_")]
    assert kept == ([b"a=1+%2B"] if seen[2].method == "POST" else [])


def test_a_redirect_that_is_not_followed(provider):
    response = httpx.get(f"{provider.url}/redirect/302/%2Fx", auth=oauth())
    assert response.status_code == provider.only().status == 302


def test_a_chain_of_redirects(provider, send):
    target = f"/redirect/307/{quote('/redirect/301/%2Fend', safe='')}"
    response = send("GET", provider.url + target, oauth())
    seen = provider.take()
    assert response.status_code == 200
    signed = [one for one in seen if one.status != 401]
    assert [one.status for one in signed] == [307, 301, 200] and len({one.nonce for one in signed}) == 3


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
@pytest.mark.parametrize("code", [302, 307])
def test_a_redirect_to_another_origin_is_not_signed_anew(provider, elsewhere, send, code, signature_type):
    target = quote(f"{elsewhere.url}/there?x=1", safe="")
    response = send(
        "POST", f"{provider.url}/redirect/{code}/{target}", oauth(signature_type=signature_type), data={"a": "1"}
    )
    assert provider.only().status == code
    seen = elsewhere.only()
    assert seen.status == response.status_code == 401
    assert "Authorization" not in seen.headers and "oauth" not in seen.path
    assert seen.body == (b"a=1" if code == 307 else b"")


def test_the_host_header_is_signed(provider, send):
    for signature_type in ("AUTH_HEADER", "QUERY"):
        auth = oauth(signature_type=signature_type)
        response = send("GET", f"{provider.url}/x?a=1", auth, headers={"Host": "Example.com:8080"})
        seen = provider.only()
        assert seen.status == response.status_code == 200, seen.answer
        assert seen.headers["Host"] == "Example.com:8080"


def test_a_streamed_form_has_one_length(provider):
    auth = oauth(signature_type="BODY")
    headers = {"Content-Type": FORM}
    with httpx.Client(auth=auth) as client:
        request = client.build_request("POST", provider.url, content=iter([b"a=1"]), headers=headers)
        assert [client.send(request).status_code for _ in range(2)] == [200, 200]
    for seen in provider.take():
        assert "Transfer-Encoding" not in seen.headers and seen.headers["Content-Length"] == str(len(seen.body))


def test_other_transports_get_the_signed_form():
    def answer(request):
        return httpx.Response(200, content=request.content)

    with httpx.Client(auth=oauth(signature_type="BODY"), transport=httpx.MockTransport(answer)) as client:
        assert b"oauth_signature" in client.post("http://example.com/", data={"a": "1"}).content


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
def test_every_request_has_a_nonce_of_its_own(provider, signature_type):
    with httpx.Client(auth=oauth(signature_type=signature_type)) as client:
        request = client.build_request("POST", f"{provider.url}/x?a=1", data={"b": "2"})
        assert [client.send(request).status_code for _ in range(3)] == [200] * 3
    assert len({one.nonce for one in provider.take()}) == 3


def test_many_at_once(provider):
    async def send():
        async with httpx.AsyncClient(auth=oauth()) as client:
            return await asyncio.gather(*(client.get(f"{provider.url}/{i}") for i in range(20)))

    assert {response.status_code for response in asyncio.run(send())} == {200}
    assert len({one.nonce for one in provider.take()}) == 20


# --- Another auth that calls this one ---


def delegates(inner, reads=False):
    """An auth that does something of its own, and has the rest done."""

    class Delegates(httpx.Auth):
        requires_request_body = reads and inner.requires_request_body

        def auth_flow(self, request):
            request.headers["X-Own"] = "1"
            yield from inner.auth_flow(request)

    return Delegates()


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
def test_another_auth_may_call_it(provider, send, signature_type):
    auth = delegates(oauth(signature_type=signature_type))
    response = send("POST", f"{provider.url}/redirect/307/%2Fx", auth, data={"a": "1 +"})
    first, *_, last = provider.take()
    assert (first.status, last.status, response.status_code) == (307, 200, 200), last.answer
    assert last.headers["X-Own"] == "1" and first.nonce != last.nonce


def test_a_stream_that_another_auth_did_not_read(provider, send):
    inner = oauth(force_include_body=True)
    words = "the body takes part in the signature, and it is a stream that was not read"
    arguments = {"stream": True, "headers": {"Content-Type": "text/plain"}}
    with pytest.raises(osign.InputError, match=f"^{words}; set requires_request_body = True") as caught:
        send("POST", provider.url, delegates(inner), **arguments)
    assert caught.value.status == 103 and caught.value.__context__ is None
    assert provider.take() == []
    assert send("POST", provider.url, delegates(inner, reads=True), **arguments).status_code == 200
    assert provider.only().body == b"onetwo"
    # What does not take part is not read.
    assert send("POST", provider.url, delegates(oauth()), **arguments).status_code == 200
