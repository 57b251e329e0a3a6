"""osign.requests, against a server that verifies with oauthlib."""

import base64
import hashlib
import io
import pickle
from urllib.parse import quote

import pytest
import requests
import requests_oauthlib
from provider import CREDENTIALS, FORM, METHODS
from refusal import SECRET
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

import osign

#: Requests of every shape; each is a method and what `requests.request` takes besides the URL.
SHAPES = {
    "GET": ("GET", {}),
    "GET with a query": ("GET", {"params": {"b": "2", "a": "1 +&=é", "": "x", "ф": "😀"}}),
    "HEAD": ("HEAD", {}),
    "form": ("POST", {"data": {"status": "Hello Ladies + Gentlemen, a signed OAuth request!", "é": "ü"}}),
    "form of pairs": ("POST", {"data": [("a", "2"), ("a", "1"), ("b", "")]}),
    "form as text": ("POST", {"data": "a=1&b=c%20d"}),
    "form with a charset": ("POST", {"data": "a=1&b=%D0%B9", "headers": {"Content-Type": f"{FORM}; charset=utf-8"}}),
    "form as bytes": ("POST", {"data": b"a=1&b=+", "headers": {"Content-Type": FORM}}),
    "JSON": ("POST", {"json": {"a": "b & c=d", "é": 1}}),
    "text that is no form": ("PUT", {"data": '{"a": 1}'}),
    "bytes": ("PUT", {"data": b"\x00\xff\xfe a=b"}),
    "multipart": ("POST", {"data": {"a": "1"}, "files": {"file": ("é.bin", b"\x00\xff" * 1000)}}),
    "a file": ("PUT", {"data": io.BytesIO(b"content of a file")}),
    "a stream": ("POST", {"data": (chunk for chunk in [b"one", b"two", b"three"])}),
    "DELETE": ("DELETE", {"params": "force=yes&x"}),
    "PATCH": ("PATCH", {"json": [1]}),
}


def oauth(**more):
    return osign.requests.OAuth1(*CREDENTIALS, **more)


def fresh(arguments):
    """The same arguments with streams that were not read yet."""
    data = arguments.get("data")
    if isinstance(data, io.BytesIO):
        return {**arguments, "data": io.BytesIO(data.getvalue())}
    return arguments if not hasattr(data, "send") else {**arguments, "data": iter([b"one", b"two", b"three"])}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_sent_is_what_was_signed(provider, rsa_key, method, shape):
    verb, arguments = SHAPES[shape]
    auth = oauth(signature_method=method, rsa_key=rsa_key[0] if method.startswith("RSA") else None)
    response = requests.request(verb, f"{provider.url}/a b/%7e/é", auth=auth, timeout=10, **fresh(arguments))
    seen = provider.only()
    assert seen.status == 200, seen.answer
    assert response.status_code == 200
    assert seen.protocol["oauth_signature_method"] == method


def test_a_wrong_secret_is_refused(provider):
    wrong = osign.requests.OAuth1(CREDENTIALS[0], "wrong", *CREDENTIALS[2:])
    assert requests.get(provider.url, auth=wrong, timeout=10).status_code == 401


@pytest.mark.parametrize("signature_type", ["QUERY", "BODY"])
def test_query_and_body_reach_the_server(provider, signature_type):
    data = {"b": "2 +", "a": "é"}
    response = requests.post(f"{provider.url}/x?q=1", data=data, auth=oauth(signature_type=signature_type), timeout=10)
    seen = provider.only()
    assert seen.status == response.status_code == 200, seen.answer
    assert "Authorization" not in seen.headers
    assert ("oauth_signature" in seen.path) == (signature_type == "QUERY")
    assert (b"oauth_signature" in seen.body) == (signature_type == "BODY")


@pytest.mark.parametrize("shape", ["JSON", "multipart", "GET with a query"])
def test_what_is_no_form_cannot_carry_them(shape):
    verb, arguments = SHAPES[shape]
    auth = oauth(signature_type="BODY")
    request = requests.Request(verb, "http://example.com/", auth=auth, **arguments)
    if verb == "GET":
        assert "oauth_signature=" in request.prepare().headers["Authorization"]
        return
    with pytest.raises(osign.InputError, match='^signature_type is "BODY", and the content type'):
        request.prepare()


def test_the_three_legged_parameters(provider):
    callback = "https://example.com/back?x=1&y=é"
    requests.post(provider.url, auth=oauth(callback_uri=callback, verifier="v/1", realm="a b"), timeout=10)
    seen = provider.only()
    assert seen.status == 200
    assert seen.headers["Authorization"].startswith('OAuth realm="a b", ')
    assert (seen.protocol["oauth_callback"], seen.protocol["oauth_verifier"]) == (callback, "v/1")


def test_a_body_hash_where_it_is_asked_for(provider):
    body = b'{"a": 1}'
    auth = oauth(force_include_body=True)
    for data in (body, io.BytesIO(body)):
        requests.put(provider.url, data=data, headers={"Content-Type": "application/json"}, auth=auth, timeout=10)
        seen = provider.only()
        assert (seen.status, seen.body) == (200, body)
        assert seen.protocol["oauth_body_hash"] == base64.b64encode(hashlib.sha1(body).digest()).decode()
    for arguments in ({"data": {"a": "1"}}, {}):
        requests.post(provider.url, auth=auth, timeout=10, **arguments)
        seen = provider.only()
        assert seen.status == 200 and "oauth_body_hash" not in seen.protocol


def test_a_stream_that_would_have_to_be_read_is_refused():
    for content_type, auth in ((FORM, oauth()), ("image/png", oauth(force_include_body=True))):
        request = requests.Request(
            "POST", "http://example.com/", data=iter([b"a=1"]), headers={"Content-Type": content_type}, auth=auth
        )
        with pytest.raises(osign.InputError, match="stream that cannot be read twice"):
            request.prepare()


# --- Redirects ---


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_origin_is_signed_anew(provider, code, signature_type):
    target = quote("/there/a%2fb/%c3%a9?x=1 2&y=%2b", safe="")
    response = requests.post(
        f"{provider.url}/redirect/{code}/{target}", data={"a": "1 +"}, auth=oauth(signature_type=signature_type), timeout=10
    )
    first, second = provider.take()
    assert (first.status, second.status) == (code, 200), second.answer
    assert response.status_code == 200
    assert first.nonce != second.nonce
    assert second.method == ("POST" if code in (307, 308) else "GET")
    kept = [piece for piece in second.body.split(b"&") if piece and not piece.startswith(b"oauth_")]
    assert kept == ([b"a=1+%2B"] if second.method == "POST" else [])


def test_a_chain_of_redirects(provider):
    target = "/end"
    for code in (302, 307, 301):
        target = f"/redirect/{code}/{quote(target, safe='')}"
    response = requests.get(provider.url + target, auth=oauth(), timeout=10)
    seen = provider.take()
    assert [one.status for one in seen] == [301, 307, 302, 200]
    assert len({one.nonce for one in seen}) == 4 and len(response.history) == 3


def test_a_redirect_that_repeats_our_parameters(provider, elsewhere):
    """As a server does that keeps the query: they are signed anew here, and taken away elsewhere."""
    auth = oauth(signature_type="QUERY")
    provider.repeats_query = True
    assert requests.get(f"{provider.url}/redirect/301/%2Fx?a=1", auth=auth, timeout=10).status_code == 200
    first, second = provider.take()
    assert second.path.count("oauth_nonce=") == 1 and first.nonce != second.nonce
    requests.get(f"{provider.url}/redirect/301/{quote(f'{elsewhere.url}/x', safe='')}?a=1", auth=auth, timeout=10)
    assert elsewhere.only().path == "/x?a=1"


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY"])
def test_the_host_header_is_signed(provider, signature_type):
    """As requests_oauthlib does, and as the server sees it."""
    for module in (requests_oauthlib, osign.requests):
        auth = module.OAuth1(*CREDENTIALS, signature_type=signature_type)
        requests.get(f"{provider.url}/x?a=1", headers={"Host": "Example.com:8080"}, auth=auth, timeout=10)
        seen = provider.only()
        assert (seen.status, seen.headers["Host"]) == (200, "Example.com:8080"), seen.answer


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
@pytest.mark.parametrize("code", [302, 307])
def test_a_redirect_to_another_origin_is_not_signed(provider, elsewhere, code, signature_type):
    # Redirects whoever comes: oauthlib decodes PLAINTEXT's signature twice in a query or a body.
    provider.endpoint.validate_request = lambda *_: (True, None)
    for method in ("HMAC-SHA1", "PLAINTEXT"):
        auth = oauth(signature_type=signature_type, signature_method=method)
        target = quote(f"{elsewhere.url}/there?x=1", safe="")
        requests.post(f"{provider.url}/redirect/{code}/{target}", data={"a": "1"}, auth=auth, timeout=10)
        assert provider.only().status == code
        seen = elsewhere.only()
        assert "Authorization" not in seen.headers
        assert "oauth" not in seen.path and b"oauth" not in seen.body
        assert seen.body == (b"a=1" if code == 307 else b"")


def test_a_redirect_there_and_back_is_not_signed(provider, elsewhere):
    back = quote(quote(f"{provider.url}/x", safe=""), safe="")
    elsewhere.endpoint.validate_request = lambda *_: (True, None)  # Redirects whoever comes.
    there = quote(f"{elsewhere.url}/redirect/302/{back}", safe="")
    requests.get(f"{provider.url}/redirect/302/{there}", auth=oauth(), timeout=10)
    first, last = provider.take()
    assert first.status == 302 and "Authorization" not in last.headers


def test_what_looks_like_a_redirect_keeps_the_query(provider):
    """As HTTPDigestAuth does it: a copy of the request, with its cookies set once more, is sent again."""

    def again(response, **options):
        prepared = response.request.copy()
        prepared.prepare_cookies(prepared._cookies)
        repeated = response.connection.send(prepared, **options)
        repeated.history.append(response)
        return repeated

    requests.get(f"{provider.url}/x?oauth_verifier=V1", auth=oauth(), hooks={"response": again}, timeout=10)
    first, second = provider.take()
    assert first.path == second.path == "/x?oauth_verifier=V1" and first.nonce != second.nonce


# --- Attempts ---


def test_a_retry_gets_a_new_nonce(provider):
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=Retry(3, status_forcelist=[503], allowed_methods=None)))
    session.auth = oauth()
    response = session.put(f"{provider.url}/flaky/2/{session}", data=b"body", timeout=10)
    seen = provider.take()
    assert [one.status for one in seen] == [503, 503, 200], [one.answer for one in seen]
    assert len({one.nonce for one in seen}) == 3
    assert response.request.headers["Authorization"] == seen[0].headers["Authorization"]


def test_a_file_is_hashed_whole_each_time(provider):
    body = b'{"a": 1}'
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=Retry(3, status_forcelist=[503], allowed_methods=None)))
    session.auth = oauth(force_include_body=True)
    session.headers["Content-Type"] = "application/json"
    for path in (f"/flaky/1/{session}", "/redirect/307/%2Fthere"):
        assert session.put(provider.url + path, data=io.BytesIO(body), timeout=10).status_code == 200
        for seen in provider.take():
            assert seen.body == body
            assert seen.protocol["oauth_body_hash"] == base64.b64encode(hashlib.sha1(body).digest()).decode()


class Own(requests.PreparedRequest):
    """A prepared request of somebody's own."""


def test_a_prepared_request_of_another_class(provider, elsewhere):
    provider.endpoint.validate_request = lambda *_: (True, None)
    prepared = Own()
    auth = oauth(signature_type="BODY", signature_method="PLAINTEXT")
    target = quote(f"{elsewhere.url}/there", safe="")
    prepared.prepare("POST", f"{provider.url}/redirect/307/{target}", data={"a": "1"}, auth=auth, hooks={})
    assert isinstance(prepared, Own)
    response = requests.Session().send(prepared, timeout=10)
    assert elsewhere.only().body == b"a=1" and b"oauth_signature" in provider.only().body
    assert type(pickle.loads(pickle.dumps(response.history[0])).request) is Own


def test_netrc_does_not_replace_the_signature_of_a_redirect(provider, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login u password p\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert requests.get(f"{provider.url}/redirect/302/%2Fthere", auth=oauth(), timeout=10).status_code == 200
    assert [one.status for one in provider.take()] == [302, 200]


def test_reading_headers_changes_nothing(provider):
    response = requests.get(f"{provider.url}/redirect/302/%2Fthere", auth=oauth(), timeout=10)
    for sent, seen in zip([*response.history, response], provider.take(), strict=True):
        shown = sent.request.headers["Authorization"]
        assert shown == seen.headers["Authorization"]
        sent.request.headers.copy()
        assert sent.request.headers["Authorization"] == shown
        assert pickle.loads(pickle.dumps(sent.request.headers))["Authorization"] == shown


def test_copies_of_a_request_get_nonces_of_their_own(provider):
    session = requests.Session()
    prepared = session.prepare_request(requests.Request("GET", provider.url, auth=oauth()))
    again = prepared.copy()
    assert [session.send(one, timeout=10).status_code for one in (prepared, prepared, again, again)] == [200] * 4
    assert len({one.nonce for one in provider.take()}) == 4


def test_a_prepared_request_sent_twice_gets_a_new_nonce(provider):
    session = requests.Session()
    prepared = session.prepare_request(requests.Request("GET", provider.url, auth=oauth()))
    assert [session.send(prepared, timeout=10).status_code for _ in range(3)] == [200] * 3
    assert len({one.nonce for one in provider.take()}) == 3


def test_a_nonce_that_is_given_stays(provider):
    session = requests.Session()
    prepared = session.prepare_request(requests.Request("GET", provider.url, auth=oauth(nonce="mine")))
    assert session.send(prepared, timeout=10).status_code == 200
    assert "the nonce has been used" in session.send(prepared, timeout=10).text


# --- Objects ---


def test_a_response_is_pickled_without_secrets(provider):
    response = requests.get(provider.url, auth=oauth(), timeout=10)
    pickled = pickle.dumps(response)
    assert CREDENTIALS[1].encode() not in pickled and CREDENTIALS[3].encode() not in pickled
    again = pickle.loads(pickled)
    assert again.status_code == 200 and again.request.headers["Authorization"].startswith("OAuth ")
    assert again.request.copy().url == again.request.url


def test_how_a_request_was_signed_shows_no_secret():
    auth = osign.requests.OAuth1("key", SECRET, signature_method="PLAINTEXT", signature_type="QUERY")
    prepared = requests.Request("GET", "http://example.com/", auth=auth).prepare()
    assert SECRET in prepared.url and SECRET not in repr(prepared.signing)


def test_arguments_that_cannot_be_taken():
    for encoding in ("latin-1", b"latin-1", ""):
        with pytest.raises(osign.InputError, match="the encoding is UTF-8"):
            oauth(encoding=encoding)
    for encoding in ("UTF-8", "utf8", b"utf_8"):
        oauth(encoding=encoding)
    with pytest.raises(TypeError, match="encoding must be str or bytes, not NoneType"):
        oauth(encoding=None)
    with pytest.raises(TypeError, match="client_class"):
        oauth(client_class=object)
    for host in ("h/x", "a@b", "h\\x", "h?x", "h#x"):
        with pytest.raises(osign.InputError, match="Host header"):
            requests.Request("GET", "http://example.com/", headers={"Host": host}, auth=oauth()).prepare()


@pytest.mark.parametrize("decoding", ["utf-8", None])
def test_a_header_is_text_whatever_the_decoding(provider, decoding):
    prepared = requests.Request("GET", provider.url, auth=oauth(decoding=decoding)).prepare()
    assert isinstance(prepared.headers["Authorization"], str)
    assert requests.Session().send(prepared, timeout=10).status_code == 200
