"""osign.aiohttp against a server that verifies with oauthlib."""

import asyncio
import base64
import copy
import gc
import gzip
import hashlib
import io
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import aiohttp
import pytest
from provider import CREDENTIALS, FORM, METHODS
from refusal import refused, wrong_type
from yarl import URL

import osign


def multipart():
    form = aiohttp.FormData({"a": "1"})
    form.add_field("file", b"\x00\xff" * 1000, filename="é.bin")
    return form


async def chunks():
    yield b"one"
    yield b"two"


#: A method, and what `ClientSession.request` takes besides the URL; data is made anew for each.
SHAPES = {
    "GET": ("GET", lambda: {}),
    "GET with a query": ("GET", lambda: {"params": {"b": "2", "a": "1 +&=é", "ф": "😀"}}),
    "HEAD": ("HEAD", lambda: {}),
    "form": ("POST", lambda: {"data": {"status": "Hello Ladies + Gentlemen!", "é": "ü"}}),
    "form as bytes": ("POST", lambda: {"data": b"a=1&b=+", "headers": {"Content-Type": f"{FORM}; charset=utf-8"}}),
    "JSON": ("POST", lambda: {"json": {"a": "b & c=d", "é": 1}}),
    "bytes": ("PUT", lambda: {"data": b"\x00\xff\xfe a=b"}),
    "text": ("PUT", lambda: {"data": "a=b"}),
    "multipart": ("POST", lambda: {"data": multipart()}),
    "a file": ("PUT", lambda: {"data": io.BytesIO(b"content of a file")}),
    "a stream": ("POST", lambda: {"data": chunks()}),
    "DELETE": ("DELETE", lambda: {"params": "force=yes&x"}),
    "PATCH": ("PATCH", lambda: {"json": [1]}),
}


def oauth(**more):
    return osign.aiohttp.OAuth1(*CREDENTIALS, **more)


def send(verb, url, auth, arguments=dict, **options):
    async def run():
        async with aiohttp.ClientSession(middlewares=[auth]) as session:
            async with session.request(verb, url, **arguments(), **options) as response:
                await response.read()
                return response

    return asyncio.run(run())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_sent_is_what_was_signed(provider, rsa_key, method, shape):
    verb, arguments = SHAPES[shape]
    auth = oauth(signature_method=method, rsa_key=rsa_key[0] if method.startswith("RSA") else None)
    response = send(verb, f"{provider.url}/a b/%7e/%2f/é;x?(y)=*!'&z=%2b", auth, arguments)
    seen = provider.only()
    assert seen.status == response.status == 200, seen.answer
    assert seen.protocol["oauth_signature_method"] == method


@pytest.mark.parametrize("signature_type", ["QUERY", "BODY"])
def test_query_and_body_reach_the_server(provider, signature_type):
    data = {"b": "2 +", "a": "é"}
    auth = oauth(signature_type=signature_type)
    response = send("POST", f"{provider.url}/x?q=1&é=%2b", auth, lambda: {"data": data})
    seen = provider.only()
    assert seen.status == response.status == 200, seen.answer
    assert "Authorization" not in seen.headers
    assert ("oauth_signature" in seen.path) == (signature_type == "QUERY")
    assert (b"oauth_signature" in seen.body) == (signature_type == "BODY")
    assert seen.headers["Content-Length"] == str(len(seen.body))


def test_a_wrong_secret_is_refused(provider):
    assert send("GET", provider.url, osign.aiohttp.OAuth1(CREDENTIALS[0], "wrong", *CREDENTIALS[2:])).status == 401
    provider.only()


def test_a_body_hash_where_it_is_asked_for(provider):
    auth = oauth(force_include_body=True)
    for data in (b'{"a": 1}', io.BytesIO(b'{"a": 1}')):
        send("PUT", provider.url, auth, lambda: {"data": data})  # noqa: B023
        seen = provider.only()
        assert (seen.status, seen.body) == (200, b'{"a": 1}')
        assert seen.protocol["oauth_body_hash"] == base64.b64encode(hashlib.sha1(seen.body).digest()).decode()
    send("POST", provider.url, auth, lambda: {"data": {"a": "1"}})
    seen = provider.only()
    assert seen.status == 200 and "oauth_body_hash" not in seen.protocol


@pytest.mark.parametrize("how", ["form", "hash", "body"])
def test_a_compressed_body_that_takes_part_is_refused(provider, how):
    auth = oauth(force_include_body=how == "hash", signature_type="BODY" if how == "body" else "AUTH_HEADER")
    data = b"text" if how == "hash" else {"a": "1"}
    sentence = "the body takes part in the signature, and aiohttp compresses it afterwards; leave compress out"
    call = lambda: send("POST", provider.url, auth, lambda: {"data": data, "compress": True})  # noqa: E731
    assert refused(osign.InputError, "OSIGN_INVALID_ARGUMENT", "compress", call) == sentence
    assert provider.take() == []


def test_a_compressed_body_that_does_not_take_part(provider):
    assert send("POST", provider.url, oauth(), lambda: {"json": {"a": 1}, "compress": "gzip"}).status == 200
    assert provider.only().headers["Content-Encoding"] == "gzip"
    # Without a body there is nothing to compress.
    assert send("GET", provider.url, oauth(force_include_body=True), lambda: {"compress": True}).status == 200
    # What the caller compressed is sent as it is signed.
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/plain"}
    auth = oauth(force_include_body=True)
    assert send("PUT", provider.url, auth, lambda: {"data": gzip.compress(b"text"), "headers": headers}).status == 200


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_origin_is_signed_anew(provider, code, signature_type):
    target = quote("/there/a%2fb/%c3%a9?x=1%202&y=%2b", safe="")
    auth = oauth(signature_type=signature_type)
    response = send("POST", f"{provider.url}/redirect/{code}/{target}", auth, lambda: {"data": {"a": "1 +"}})
    first, second = provider.take()
    assert (first.status, second.status) == (code, 200), second.answer
    assert response.status == 200
    assert first.nonce != second.nonce
    assert second.method == ("POST" if code in (307, 308) else "GET")
    kept = [piece for piece in second.body.split(b"&") if piece and not piece.startswith(b"oauth_")]
    assert kept == ([b"a=1+%2B"] if second.method == "POST" else [])


def test_a_chain_of_redirects(provider):
    target = f"/redirect/307/{quote('/redirect/301/%2Fend', safe='')}"
    response = send("GET", provider.url + target, oauth())
    seen = provider.take()
    assert [one.status for one in seen] == [307, 301, 200] and response.status == 200
    assert len({one.nonce for one in seen}) == 3


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
@pytest.mark.parametrize("code", [302, 307])
def test_a_redirect_to_another_origin_is_not_signed(provider, elsewhere, code, signature_type):
    target = quote(f"{elsewhere.url}/there?x=1", safe="")
    auth = oauth(signature_type=signature_type)
    response = send("POST", f"{provider.url}/redirect/{code}/{target}", auth, lambda: {"data": {"a": "1"}})
    assert provider.only().status == code
    seen = elsewhere.only()
    assert seen.status == response.status == 401
    assert "Authorization" not in seen.headers and "oauth" not in seen.path and b"oauth" not in seen.body


def test_a_redirect_there_and_back_is_not_signed(provider, elsewhere):
    back = quote(quote(f"{provider.url}/x", safe=""), safe="")
    elsewhere.endpoint.validate_request = lambda *_: (True, None)  # Redirects whoever comes.
    there = quote(f"{elsewhere.url}/redirect/302/{back}", safe="")
    send("GET", f"{provider.url}/redirect/302/{there}", oauth())
    first, last = provider.take()
    assert first.status == 302 and "Authorization" not in last.headers


def test_a_redirect_that_repeats_our_parameters(provider, elsewhere):
    """As a server does that keeps the query: they are signed anew here, and taken away elsewhere."""
    auth = oauth(signature_type="QUERY")
    provider.repeats_query = True
    assert send("GET", f"{provider.url}/redirect/301/%2Fx?a=1", auth).status == 200
    first, second = provider.take()
    assert second.path.count("oauth_nonce=") == 1 and first.nonce != second.nonce
    send("GET", f"{provider.url}/redirect/301/{quote(f'{elsewhere.url}/x', safe='')}?a=1", auth)
    assert elsewhere.only().path == "/x?a=1"


def test_the_host_header_is_signed(provider):
    for signature_type in ("AUTH_HEADER", "QUERY"):
        auth = oauth(signature_type=signature_type)
        response = send("GET", f"{provider.url}/x?a=1", auth, headers={"Host": "Example.com:8080"})
        seen = provider.only()
        assert seen.status == response.status == 200, seen.answer
        assert seen.headers["Host"] == "Example.com:8080"


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
@pytest.mark.parametrize("way", ["fragment", "user", "URI", "escapes", "task"])
def test_no_way_of_redirecting_takes_secrets_elsewhere(provider, elsewhere, signature_type, way):
    """Each is a way in which the URL that follows is not the one that the server wrote."""
    provider.endpoint.validate_request = lambda *_: (True, None)
    auth = oauth(signature_type=signature_type, signature_method="PLAINTEXT")
    target = f"{elsewhere.url}/%7ex"
    if way == "fragment":
        target += "#there"
    elif way == "user":
        target = target.replace("http://", "http://u:p@")
    elif way == "URI":
        provider.location_header = "URI"

    async def in_a_task(request, handler):
        return await asyncio.create_task(handler(request))

    async def run():
        outer = [in_a_task] if way == "task" else []
        async with aiohttp.ClientSession(middlewares=[*outer, auth], requote_redirect_url=way != "escapes") as session:
            url = f"{provider.url}/redirect/307/{quote(target, safe='')}"
            async with session.post(url, data={"a": "1"}) as response:
                await response.read()

    asyncio.run(run())
    provider.only()
    seen = elsewhere.only()
    assert "oauth" not in seen.headers.get("Authorization", "").lower()
    assert "oauth" not in seen.path and seen.body == b"a=1"


async def of_its_own(request, handler):
    """Answers with what aiohttp did not make."""
    response = await handler(request)
    await response.read()
    return copy.copy(response)


async def in_a_task_of_its_own(request, handler):
    return await asyncio.create_task(of_its_own(request, handler))


async def in_time(request, handler):
    return await asyncio.wait_for(of_its_own(request, handler), 60)


@pytest.mark.parametrize("outer", [of_its_own, in_a_task_of_its_own, in_time])
def test_a_redirect_that_another_middleware_answers(provider, elsewhere, outer):
    """Even where aiohttp keeps nothing that was signed, the call is known when it goes on."""

    async def run():
        async with aiohttp.ClientSession(middlewares=[outer, oauth()]) as session:
            async with session.get(f"{provider.url}/redirect/307/{quote(f'{elsewhere.url}/x', safe='')}") as response:
                return response.status

    assert asyncio.run(run()) == 401
    assert provider.only().status == 307 and "Authorization" not in elsewhere.only().headers


def test_a_call_from_within_another(provider, elsewhere):
    """A middleware that fetches something first, and logs afterwards, with the same credentials."""
    auth = oauth()

    async def run():
        async with aiohttp.ClientSession(middlewares=[auth]) as inner:

            async def asks(request, handler):
                async with inner.get(f"{provider.url}/before") as before:
                    assert before.status == 200
                response = await of_its_own(request, handler)
                async with inner.get(f"{provider.url}/after") as after:
                    assert after.status == 200
                return response

            async with aiohttp.ClientSession(middlewares=[asks, auth]) as session:
                async with session.get(f"{provider.url}/redirect/307/{quote(f'{elsewhere.url}/x', safe='')}") as response:
                    return response.status

    assert asyncio.run(run()) == 401
    assert [one.status for one in provider.take()] == [200, 307, 200, 200, 200]
    assert "Authorization" not in elsewhere.only().headers


def test_a_response_may_be_of_any_class(provider):
    class Unhashable(aiohttp.ClientResponse):
        def __eq__(self, other):
            return self is other

    async def plain(request, handler):
        response = await handler(request)
        await response.read()
        return types.SimpleNamespace(status=response.status)

    async def run():
        async with aiohttp.ClientSession(middlewares=[oauth()], response_class=Unhashable) as session:
            async with session.get(f"{provider.url}/redirect/302/%2Fx") as response:
                assert response.status == 200

        async def outermost(request, handler):
            kept.append(await handler(request))
            raise LookupError("the session itself wants a response")

        kept = []
        # `plain` is called by the middleware that signs.
        async with aiohttp.ClientSession(middlewares=[outermost, oauth(), plain]) as session:
            with pytest.raises(LookupError):
                await session.get(provider.url)
        return kept[0].status

    assert asyncio.run(run()) == 200


def test_a_redirect_that_was_not_followed_leaves_nothing_behind(provider, elsewhere):
    async def run():
        async with aiohttp.ClientSession(middlewares=[oauth()]) as session:
            target = f"{elsewhere.url}/there"
            url = f"{provider.url}/redirect/302/{quote(target, safe='')}"
            async with session.get(url, allow_redirects=False) as first:
                assert first.headers["Location"] == target
            async with session.get(target) as second:
                return second.status

    assert asyncio.run(run()) == 200


def test_a_request_after_a_redirect_that_was_not_followed_is_signed(provider, elsewhere):
    target = quote(f"{elsewhere.url}/there", safe="")

    async def run():
        async with aiohttp.ClientSession(middlewares=[oauth()]) as session:
            async with session.get(f"{provider.url}/redirect/302/{target}", allow_redirects=False) as first:
                assert first.status == 302
            async with session.get(f"{provider.url}/x") as second:
                return second.status

    assert asyncio.run(run()) == 200


def test_the_middleware_of_one_request(provider):
    async def run():
        async with aiohttp.ClientSession() as session:
            async with session.get(provider.url, middlewares=[oauth()]) as response:
                return response.status

    assert asyncio.run(run()) == 200


def test_a_call_without_a_timeout(provider):
    response = send("GET", f"{provider.url}/redirect/302/%2Fx", oauth(), timeout=aiohttp.ClientTimeout(total=None))
    assert response.status == 200 and len({one.nonce for one in provider.take()}) == 2


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY"])
def test_a_websocket_is_opened_with_a_signature(provider, signature_type):
    """The server of these tests speaks no WebSocket: it verifies the GET, and answers as to any other."""

    async def run():
        async with aiohttp.ClientSession(middlewares=[oauth(signature_type=signature_type)]) as session:
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await session.ws_connect(f"{provider.url.replace('http', 'ws')}/x?a=1", params={"b": "2"})
            return caught.value

    assert asyncio.run(run()).status == 200
    seen = provider.only()
    assert (seen.status, seen.headers["Upgrade"]) == (200, "websocket"), seen.answer
    assert seen.path.startswith("/x?a=1&b=2")


# --- An origin that is given ---


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
def test_a_redirect_out_of_a_cache_is_not_signed_for_where_it_leads(provider, elsewhere, signature_type):
    """The call's first request never comes to the middleware that signs."""
    auth = oauth(signature_method="PLAINTEXT", signature_type=signature_type, origin=provider.url)
    target = quote(f"{elsewhere.url}/x", safe="")

    async def run():
        kept = []

        async def from_a_cache(request, handler):
            if kept and request.url.path.startswith("/redirect"):
                return kept[0]
            return await handler(request)

        async with aiohttp.ClientSession() as unsigned:
            provider.endpoint.validate_request = lambda *_: (True, None)
            kept.append(await unsigned.get(f"{provider.url}/redirect/307/{target}", allow_redirects=False))
            provider.only()
            async with aiohttp.ClientSession(middlewares=[from_a_cache, auth]) as session:
                async with session.post(f"{provider.url}/redirect/307/{target}", data={"a": "1"}) as response:
                    return response.status

    assert asyncio.run(run()) == 401
    assert provider.take() == []
    seen = elsewhere.only()
    assert "Authorization" not in seen.headers and "oauth" not in seen.path and seen.body == b"a=1"


def test_within_the_origin_that_is_given(provider, elsewhere):
    for origin in (provider.url, provider.url.encode() + b"/", provider.url.upper()):
        response = send("GET", f"{provider.url}/redirect/302/%2Fx", oauth(origin=origin))
        assert response.status == 200 and len({one.nonce for one in provider.take()}) == 2
    auth = oauth(origin=elsewhere.url)
    assert send("GET", f"{provider.url}/x", auth).status == provider.only().status == 401
    # Once it is out, or began there, nothing is signed on the way back.
    provider.endpoint.validate_request = lambda *_: (True, None)
    send("GET", f"{provider.url}/redirect/302/{quote(f'{elsewhere.url}/x', safe='')}", auth)
    assert "Authorization" not in elsewhere.only().headers


def test_another_authorization_goes_where_nothing_is_signed(provider, elsewhere):
    auth = oauth(origin=elsewhere.url)
    send("GET", provider.url, auth, headers={"Authorization": "Basic dTpw"})
    assert provider.only().headers["Authorization"] == "Basic dTpw"


def test_a_session_with_the_credentials_of_two_services(provider, elsewhere):
    async def run():
        middlewares = [oauth(origin=provider.url), oauth(origin=elsewhere.url)]
        async with aiohttp.ClientSession(middlewares=middlewares) as session:
            for url in (provider.url, elsewhere.url):
                async with session.get(f"{url}/x") as response:
                    assert response.status == 200

    asyncio.run(run())
    assert provider.only().nonce != elsewhere.only().nonce


def test_ours_does_not_go_where_another_middleware_sends_it_again(provider, elsewhere):
    async def there(request, handler):
        (await handler(request)).release()
        request.url = request.url.with_port(elsewhere.server_port)
        return await handler(request)

    async def run():
        async with aiohttp.ClientSession(middlewares=[there, oauth()]) as session:
            async with session.get(f"{provider.url}/x") as response:
                return response.status

    assert asyncio.run(run()) == 401
    assert provider.only().status == 200 and "Authorization" not in elsewhere.only().headers


@pytest.mark.parametrize(
    "origin",
    ["", "example.com", "//example.com", "ftp://example.com", "https://u:p@example.com", "https://example.com/x", b"\xff"]
    + ["https://example.com/?a", "https://example.com/#a", "https://example.com:99999", "https://"],
)
def test_what_is_no_origin(origin):
    words = "origin is no scheme, host and port, such as https://api.example.com"
    assert refused(osign.InputError, "OSIGN_INVALID_ARGUMENT", words, lambda: oauth(origin=origin)) == words


def test_an_origin_of_a_wrong_type():
    wrong_type("origin must be str or bytes, not URL", lambda: oauth(origin=URL("https://example.com")))


def test_threads_that_share_one_from_the_start(provider, elsewhere, monkeypatch):
    """Both find the same calls, however slowly these are made: else one would sign for where a server leads."""
    made = osign.aiohttp._Calls
    monkeypatch.setattr(osign.aiohttp, "_Calls", lambda: time.sleep(0.05) or made())
    auth = oauth(signature_method="PLAINTEXT")
    url = f"{provider.url}/redirect/307/{quote(f'{elsewhere.url}/x', safe='')}"
    together = threading.Barrier(2)

    async def run():
        async with aiohttp.ClientSession(middlewares=[auth]) as session:
            together.wait()
            async with session.get(url) as response:
                return response.status

    with ThreadPoolExecutor(2) as pool:
        statuses = [one.result() for one in [pool.submit(asyncio.run, run()) for _ in range(2)]]
    assert statuses == [401, 401]
    assert [one.status for one in provider.take()] == [307, 307]
    assert [one.headers.get("Authorization") for one in elsewhere.take()] == [None, None]


def test_calls_that_are_over_are_forgotten(provider):
    auth = oauth()
    most = 0

    async def run():
        nonlocal most
        async with aiohttp.ClientSession(middlewares=[auth]) as session:
            for number in range(300):
                async with session.get(f"{provider.url}/redirect/302/%2F{number}") as response:
                    assert response.status == 200
                most = max(most, len(auth._calls._by_timer))

    asyncio.run(run())
    assert most < 150
    gc.collect()
    auth._calls._sweep()
    assert len(auth._calls._by_timer) == 0


def test_a_call_that_is_under_way_is_not_forgotten(provider, elsewhere, monkeypatch):
    """However often the others are: else it would be signed where it leads."""
    monkeypatch.setattr(osign.aiohttp, "_FEW", 0)
    auth = oauth()

    async def sweeps(request, handler):
        try:
            return await in_a_task_of_its_own(request, handler)
        finally:
            gc.collect()
            auth._calls._sweep()

    async def run():
        async with aiohttp.ClientSession(middlewares=[sweeps, auth]) as session:

            async def get(number):
                async with session.get(f"{provider.url}/redirect/307/{quote(f'{elsewhere.url}/{number}', safe='')}") as it:
                    return it.status

            return await asyncio.gather(*map(get, range(10)))

    assert set(asyncio.run(run())) == {401}
    assert {one.headers.get("Authorization") for one in elsewhere.take()} == {None}


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
def test_another_middleware_may_send_it_again(provider, signature_type):
    async def thrice(request, handler):
        for _ in range(2):
            (await handler(request)).release()
        return await handler(request)

    async def run():
        middlewares = [thrice, oauth(signature_type=signature_type)]
        async with aiohttp.ClientSession(middlewares=middlewares) as session:
            async with session.post(f"{provider.url}/x?a=1", data={"b": "2"}) as response:
                return response.status

    assert asyncio.run(run()) == 200
    seen = provider.take()
    assert [one.status for one in seen] == [200] * 3 and len({one.nonce for one in seen}) == 3


def test_what_another_middleware_does_is_not_said_of_the_server(provider):
    async def spoils(request, handler):
        (await handler(request)).release()
        request.url = request.url.update_query(oauth_nonce="1")
        return await handler(request)

    async def run():
        async with aiohttp.ClientSession(middlewares=[spoils, oauth()]) as session:
            with pytest.raises(osign.InputError) as caught:
                await session.get(f"{provider.url}/x")
            return str(caught.value)

    assert "redirects" not in asyncio.run(run())


def test_many_at_once(provider):
    async def run():
        async with aiohttp.ClientSession(middlewares=[oauth()]) as session:

            async def get(number):
                async with session.get(f"{provider.url}/redirect/302/%2F{number}") as response:
                    return response.status

            return await asyncio.gather(*map(get, range(20)))

    assert set(asyncio.run(run())) == {200}
    assert len({one.nonce for one in provider.take()}) == 40
