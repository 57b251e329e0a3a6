"""What holds for the clients alike: their arguments, their errors, and the protocol parameters of a URL."""

import asyncio
import base64
import contextlib
import copy
import gc
import hashlib
import inspect
import pickle
import re
import socket
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import quote

import aiohttp
import pytest
import requests
from provider import CREDENTIALS, METHODS
from refusal import SECRET, refused, wrong_type

import osign
from osign._types import Settings
from osign._urls import same_origin
from osign.oauth1 import Signer

#: httpx2 is not there for the oldest Python.
CLIENTS = ["requests", "httpx", "aiohttp", *(["httpx2"] if find_spec("httpx2") else [])]


def oauth(client, *arguments, **more):
    return getattr(osign, client).OAuth1(*(arguments or CREDENTIALS), **more)


def get(client, url, auth):
    """Gets a URL, following redirects, and returns the status."""
    if client == "requests":
        return requests.get(url, auth=auth, timeout=10).status_code
    if client.startswith("httpx"):
        return import_module(client).get(url, auth=auth, follow_redirects=True).status_code

    async def send():
        async with aiohttp.ClientSession(middlewares=[auth]) as session, session.get(url) as response:
            return response.status

    return asyncio.run(send())


def landed(client, url, auth):
    """Gets a URL, and returns the one that the answer is of."""
    if client == "requests":
        return requests.get(url, auth=auth, timeout=10).url
    if client.startswith("httpx"):
        return str(import_module(client).get(url, auth=auth, follow_redirects=True).url)

    async def send():
        async with aiohttp.ClientSession(middlewares=[auth]) as session, session.get(url) as response:
            return str(response.real_url)

    return asyncio.run(send())


pytestmark = pytest.mark.parametrize("client", CLIENTS)

# --- Arguments ---

TEXTS = ["client_key", "client_secret", "resource_owner_key", "resource_owner_secret", "callback_uri", "verifier"]
TEXTS += ["signature_method", "signature_type", "rsa_key", "realm", "nonce"]


def make(client, **arguments):
    return getattr(osign, client).OAuth1(**{"client_key": "key", "client_secret": SECRET, **arguments})


def test_all_have_the_same_arguments(client):
    """Those of requests_oauthlib stand between them for requests alone, and aiohttp has an origin."""
    shared, own = (
        {name: (one.default, one.kind) for name, one in inspect.signature(of).parameters.items()}
        for of in (osign.httpx.OAuth1, getattr(osign, client).OAuth1)
    )
    if client == "requests":
        positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
        assert own.pop("decoding") == ("utf-8", positional) and own.pop("client_class") == (None, positional)
        assert own.pop("encoding") == ("utf-8", inspect.Parameter.KEYWORD_ONLY)
        assert own["force_include_body"] == (False, positional)
        shared["force_include_body"] = own["force_include_body"]
    if client == "aiohttp":
        assert own.pop("origin") == (None, inspect.Parameter.KEYWORD_ONLY)
    assert own == shared and list(own) == list(shared)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("value", [0, 5, False, [], 1.5, bytearray(b"a"), object()], ids=lambda value: type(value).__name__)
def test_texts_of_a_wrong_type(client, name, value):
    wrong_type(f"{name} must be str or bytes, not {type(value).__name__}", lambda: make(client, **{name: value}))


@pytest.mark.parametrize("name", ["client_key", "signature_method", "signature_type"])
def test_what_has_a_value_is_not_none(client, name):
    wrong_type(f"{name} must be str or bytes, not NoneType", lambda: make(client, **{name: None}))


@pytest.mark.parametrize("value", [None, 1, "yes"])
def test_force_include_body_is_true_or_false(client, value):
    message = f"force_include_body must be bool, not {type(value).__name__}"
    wrong_type(message, lambda: make(client, force_include_body=value))


@pytest.mark.parametrize("value", [None, 1.5, "1"])
def test_the_clock_offset_is_a_number(client, value):
    wrong_type(f"clock_offset must be int, not {type(value).__name__}", lambda: make(client, clock_offset=value))


@pytest.mark.parametrize("value", [1.9, float("nan"), float("inf"), True, b"12", [1], object()], ids=repr)
def test_timestamps_of_a_wrong_type(client, value):
    message = f"timestamp must be int or str, not {type(value).__name__}"
    wrong_type(message, lambda: make(client, timestamp=value))


@pytest.mark.parametrize("value", ["", "soon", " 7 ", "12_3", "1.5", "-1", "+1", "\u0663", "9" * 20, "9" * 5000])
def test_timestamps_that_are_no_number(client, value):
    words = "timestamp is no whole number of seconds in digits"
    assert refused(osign.InputError, "OSIGN_INVALID_ARGUMENT", words, lambda: make(client, timestamp=value)) == words


@pytest.mark.parametrize("value", [0, -1, "0", 2**63, "9" * 19])
def test_timestamps_that_cannot_be_sent(client, value):
    refused(osign.InputError, "OSIGN_INVALID_ARGUMENT", "timestamp", lambda: make(client, timestamp=value))


def test_a_timestamp_is_any_whole_number(client, provider):
    class Whole:
        def __index__(self):
            return 7

    get(client, provider.url, oauth(client, timestamp=Whole()))
    assert provider.only().protocol["oauth_timestamp"] == "7"


# --- Settings of the signer ---


def test_they_have_every_setting_of_the_signer(client):
    """By the same name, if not by one that is known from requests_oauthlib."""
    ours = {*inspect.signature(getattr(osign, client).OAuth1).parameters, *Settings.__annotations__}
    others = {"private_key": "rsa_key", "body_hash": "force_include_body"}
    parameters = inspect.signature(Signer).parameters.values()
    keywords = {others.get(one.name, one.name) for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY}
    assert keywords <= ours and set(Settings.__annotations__) <= keywords


def test_settings_reach_the_signer(client, provider):
    get(client, provider.url, oauth(client, version="1.0a", realm="", send_empty_realm=True))
    header = provider.only().headers["Authorization"]
    assert header.startswith('OAuth realm="", ') and 'oauth_version="1.0a"' in header
    get(client, provider.url, oauth(client, *CREDENTIALS[:2], send_empty_token=True, send_version=False))
    header = provider.take()[0].headers["Authorization"]
    assert 'oauth_token=""' in header and "oauth_version" not in header
    get(client, provider.url, oauth(client, signature_method="PLAINTEXT", plaintext_nonce=False))
    header = provider.only().headers["Authorization"]
    assert "oauth_nonce" not in header and "oauth_timestamp" not in header


def post(client, url, auth, data, headers):
    if client == "requests":
        return requests.post(url, auth=auth, data=data, headers=headers, timeout=10).status_code
    if client.startswith("httpx"):
        return import_module(client).post(url, auth=auth, content=data, headers=headers).status_code

    async def send():
        middlewares = [auth]
        async with aiohttp.ClientSession(middlewares=middlewares, skip_auto_headers=["Content-Type"]) as session:
            async with session.post(url, data=data, headers=headers) as response:
                return response.status

    return asyncio.run(send())


@pytest.mark.parametrize("content_type", [None, "application/json", "application/x-www-form-urlencoded"])
def test_mastercards_form_hashes_every_body(client, provider, content_type):
    headers, body = {} if content_type is None else {"Content-Type": content_type}, b'{"a": 1}'
    # The service is one of RFC 5849, and turns that form down.
    assert post(client, provider.url, oauth(client, mastercard_form=True), body, headers) == 401
    header = provider.only().headers["Authorization"]
    assert 'oauth_body_hash="' + base64.b64encode(hashlib.sha1(body).digest()).decode() + '"' in header


def test_settings_that_are_none(client):
    for name in ("send_empty_realm", "send_empty_token", "send_version", "plaintext_nonce", "mastercard_form"):
        wrong_type(f"{name} must be bool, not int", lambda name=name: make(client, **{name: 1}))
    for name in ("version", "url_form"):
        wrong_type(f"{name} must be str or bytes, not NoneType", lambda name=name: make(client, **{name: None}))
    wrong_type("OAuth1.__init__() got an unexpected keyword argument 'relm'", lambda: make(client, relm=SECRET))
    refused(osign.InputError, "OSIGN_INVALID_ARGUMENT", "usual, as-given, normal", lambda: make(client, url_form="other"))


# --- URLs that clients spell in ways of their own ---

AWKWARD = ["/\u00e9", "/%2f", "/%7e/%7E", "/a/../b", "/a/./b/", "/%2e%2e/x", "/{id}", "/a|b", "/a b", "/[x]", "/a^c`d<e>"]
AWKWARD += ["/?\u00e9=%c3%a9", "/?%7e=%2f+%2B&b", "/?a=b c&d='e'", "/;a=1,2", "", "?a=1", "/a//b", "/x#part"]


@pytest.mark.parametrize("url_form", ["usual", "as-given", "normal"])
@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY"])
def test_the_url_that_a_client_sends_is_the_one_that_was_signed(client, provider, signature_type, url_form):
    auth = oauth(client, signature_type=signature_type, url_form=url_form)
    for awkward in AWKWARD:
        status = get(client, provider.url + awkward, auth)
        seen = provider.only()
        assert seen.status == status == 200, (awkward, seen.path, seen.answer)


@pytest.mark.parametrize("url_form", ["usual", "normal"])
def test_a_fragment_stays_for_where_a_redirect_leads(client, provider, url_form):
    landed_at = landed(client, f"{provider.url}/redirect/302/%2Fx#part", oauth(client, url_form=url_form))
    assert landed_at == f"{provider.url}/x" + ("" if client == "aiohttp" else "#part")  # aiohttp keeps none.
    assert all("#" not in seen.path for seen in provider.take())


# --- Others ---


def test_port_0_is_not_the_default(client):
    assert not same_origin("http://h:0/", "http://h/") and not same_origin("https://h:443/", "https://h:0/")
    assert same_origin("http://h:0/a", "http://h:0/b") and same_origin("http://h:80/", "http://h/")


def test_a_clock_that_cannot_be_is_told_at_once(client):
    refused(osign.InputError, "OSIGN_INVALID_ARGUMENT", "time", lambda: make(client, clock_offset=-(10**12)))


def test_an_error_leaves_no_cycle_behind(client):
    """Else it, and what its traceback holds, would stay until the garbage is collected."""

    def fails():
        for more in ({"realm": 5}, {"realm": "a\n"}, {"callback_uri": "a\n"}):
            with contextlib.suppress(TypeError, osign.InputError):
                make(client, **more)

    fails()
    gc.collect()
    gc.disable()
    try:
        gc.set_debug(gc.DEBUG_SAVEALL)
        fails()
        gc.collect()
        assert not [one for one in gc.garbage if isinstance(one, BaseException)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def test_texts_are_bytes_as_well(client, provider):
    texts = {"callback_uri": b"http://back/", "verifier": b"v", "signature_method": b"HMAC-SHA256", "realm": b"r"}
    auth = oauth(client, **texts, nonce=b"n", signature_type=b"auth_header", rsa_key=b"", timestamp="7")
    get(client, f"{provider.url}/x", auth)
    parameters = {"oauth_callback": "http://back/", "oauth_verifier": "v"}
    signer = Signer(*CREDENTIALS, signature_method="HMAC-SHA256", realm="r")
    expected = signer.authorization("GET", f"{provider.url}/x", parameters=parameters, nonce="n", timestamp=7)
    assert provider.only().headers["Authorization"] == expected


@pytest.mark.parametrize("name", [name for name in TEXTS if not name.startswith("signature_")])
def test_texts_that_are_none_are_named_as_they_are_here(client, name):
    more = {"signature_method": "RSA-SHA1"} if name == "rsa_key" else {}
    for text, words in ((b"a\xff", "is not UTF-8"), ("a\ud800", "holds half of a surrogate pair, which UTF-8 cannot carry")):
        call = lambda text=text: make(client, **{name: text}, **more)  # noqa: E731
        assert refused(osign.InputError, "OSIGN_INVALID_UTF8", name, call) == f"{name} {words}"


@pytest.mark.parametrize("name", ["client_key", "resource_owner_key", "callback_uri", "verifier", "realm", "nonce"])
def test_line_breaks_are_named_as_they_are_here(client, name):
    words = "holds a control character, such as a line break at its end; remove it"
    sentence = refused(osign.InputError, "OSIGN_INVALID_PARAMETER", name, lambda: make(client, **{name: "a\n"}))
    assert sentence.removeprefix("the ") == f"{name} {words}"


def test_what_is_empty(client):
    for name, sentence in (
        ("client_key", "client_key is empty; set the one that the service gave you"),
        ("nonce", "the nonce is empty; give one, or none for a fresh one"),
    ):
        call = lambda name=name: make(client, **{name: ""})  # noqa: E731
        assert refused(osign.InputError, "OSIGN_INVALID_PARAMETER", name, call) == sentence
    make(client, **dict.fromkeys(["client_secret", "resource_owner_key", "callback_uri", "verifier", "realm"], ""))


@pytest.mark.parametrize("method", [method for method in METHODS if method.startswith("RSA")])
def test_rsa_needs_its_key_at_once(client, method):
    sentence = f"{method} needs an rsa_key; give it as PEM text"
    call = lambda: make(client, signature_method=method)  # noqa: E731
    assert refused(osign.InvalidKeyError, "OSIGN_INVALID_KEY", "rsa_key", call) == sentence


def test_values_that_are_none_of_those(client):
    words = "signature_type is none of AUTH_HEADER, QUERY, BODY"
    for value in ("HEADER", b"\xff", ""):
        call = lambda value=value: make(client, signature_type=value)  # noqa: E731
        assert refused(osign.InputError, "OSIGN_INVALID_ARGUMENT", words, call) == words
    unsupported = "OSIGN_UNSUPPORTED_SIGNATURE_METHOD"
    for value in ("HMAC-MD5", "RSA-MD5"):
        call = lambda value=value: make(client, signature_method=value)  # noqa: E731
        refused(osign.InputError, unsupported, "signature method", call)
    call = lambda: make(client, signature_method="RSA-SHA1", rsa_key="no key")  # noqa: E731
    assert refused(osign.InvalidKeyError, "OSIGN_INVALID_KEY", "rsa_key", call).startswith("rsa_key is no PEM text")
    # An RSA key that HMAC has no use for is not looked at, as with requests_oauthlib.
    make(client, rsa_key="no key")


ATTRIBUTES = [*TEXTS, *Settings.__annotations__, "force_include_body", "timestamp", "clock_offset", "origin"]
ATTRIBUTES += ["client", "signature", "requires_request_body"]


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_an_attribute_that_would_do_nothing_cannot_be_set(client, name):
    auth = oauth(client)
    message = f"^setting {name} would change nothing: an OAuth1 stays as it was made; make another$"
    with pytest.raises(AttributeError, match=message):
        setattr(auth, name, "x")
    assert name not in vars(auth)


def test_a_class_of_ones_own_has_its_attributes(client):
    class Own(getattr(osign, client).OAuth1):
        def __init__(self):
            super().__init__("key", SECRET)
            self.tag = 1

    own = Own()
    own.tag = 2
    assert own.tag == 2
    with pytest.raises(AttributeError, match="setting realm"):
        own.realm = "x"


def test_the_docstring_says_of_each_argument_what_the_others_say(client):
    """Each has its own, written out, for editors; what is alike is alike."""

    def items(of):
        doc = inspect.cleandoc(of.__doc__)
        return re.findall(r"^- .*(?:\n  .*)*", doc, re.M)

    found = items(getattr(osign, client).OAuth1)
    assert found == items(osign.requests.OAuth1)
    described = {name for item in found for name in re.findall(r"``(\w+)``", item.partition(":")[0])}
    described.add("send_empty_realm")  # It stands with the realm.
    assert described == {*inspect.signature(osign.httpx.OAuth1).parameters, *Settings.__annotations__} - {"settings"}


def test_secrets_are_neither_shown_nor_pickled(client):
    auth = oauth(client)
    assert repr(auth) == f"osign.{client}.OAuth1([redacted], signature_method='HMAC-SHA1')"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(auth)
    assert "[redacted]" in repr(type(auth).__new__(type(auth)))
    secretive = make(client, signature_method="PLAINTEXT", signature_type="QUERY")
    assert SECRET not in repr(secretive._signed("GET", "http://h/", None, None, None))
    assert copy.copy(auth) is auth
    # What is set of the one's `client` is not of the other's, for requests.
    assert (copy.deepcopy(auth) is auth) == (client != "requests")


# --- Protocol parameters of a URL ---


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY"])
def test_those_of_the_callers_are_sent_and_signed(client, provider, signature_type):
    get(client, f"{provider.url}/x?oauth_verifier=V1&a=1", oauth(client, signature_type=signature_type))
    seen = provider.only()
    assert seen.path.startswith("/x?oauth_verifier=V1&a=1")
    if signature_type == "QUERY":  # oauthlib refuses a request that has some here and some there.
        assert seen.status == 200, seen.answer
        return
    sent = {"nonce": seen.nonce, "timestamp": int(seen.protocol["oauth_timestamp"])}
    assert seen.headers["Authorization"] == Signer(*CREDENTIALS).authorization("GET", provider.url + seen.path, **sent)


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY"])
def test_those_that_signing_adds_are_refused(client, provider, signature_type):
    sentence = "oauth_token stands in the query or the form body, and signing adds its own; remove it there"
    call = lambda: get(client, f"{provider.url}/x?oauth_token=t", oauth(client, signature_type=signature_type))  # noqa: E731
    assert refused(osign.InputError, "OSIGN_DUPLICATE_PROTOCOL_PARAMETER", "oauth_token", call) == sentence
    assert provider.take() == []


def test_those_of_the_callers_outlast_a_redirect(client, provider):
    """A server that redirects may repeat the query: ours are signed anew, the caller's stay."""
    provider.repeats_query = True
    url = f"{provider.url}/redirect/301/%2Fx?oauth_verifier=V+1&a=1"
    assert get(client, url, oauth(client, signature_type="QUERY")) == 200
    first, *_, last = provider.take()
    assert last.path.startswith("/x?oauth_verifier=V+1&a=1&oauth_consumer_key=")
    assert last.path.count("oauth_nonce=") == 1 and first.nonce != last.nonce


def test_those_that_a_server_redirects_to(client, provider):
    words = "the server redirects to a URL that cannot be signed: oauth_nonce stands in the query or the form body, and "
    words += "signing adds its own"
    call = lambda: get(client, f"{provider.url}/redirect/302/%2Fx%3Foauth_nonce%3D1", oauth(client))  # noqa: E731
    assert refused(osign.InputError, "OSIGN_DUPLICATE_PROTOCOL_PARAMETER", "redirects", call) == words


@pytest.mark.parametrize("query", ["oauth_token%3Dt", "oauth_token%3Dtoken", "oauth_token%3D", "oauth_version%3d1.0=", "a"])
def test_those_that_only_look_like_ours_outlast_a_redirect(client, provider, query):
    """A server that repeats the query has them follow, and ours are replaced."""
    provider.repeats_query = True
    auth = oauth(client, signature_type="QUERY")
    assert get(client, f"{provider.url}/redirect/302/%2Fx?{query}", auth) == 200
    seen = provider.take()[-1]
    # Clients may write an escape in another way.
    assert seen.path.lower().startswith(f"/x?{query.lower()}&") and seen.path.count("oauth_nonce=") == 1


# --- Hosts and user information of a URL ---


@pytest.fixture
def dotted(provider, elsewhere, monkeypatch):
    """The URL of the provider by a name that ends with a dot, and of the other server by a plain one."""
    resolve = socket.getaddrinfo
    ours = {"provider.test", "provider.test.", "elsewhere.test"}

    def getaddrinfo(host, *more, **options):
        name = host.decode() if isinstance(host, bytes) else host
        return resolve("127.0.0.1" if name in ours else host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return f"http://provider.test.:{provider.server_port}", f"http://elsewhere.test:{elsewhere.server_port}"


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY"])
def test_a_name_that_ends_with_a_dot(client, provider, dotted, signature_type):
    """The host that the server sees is the one that is signed, whether or not the client keeps the dot."""
    assert get(client, f"{dotted[0]}/x?a=1", oauth(client, signature_type=signature_type)) == 200
    host = provider.only().headers["Host"]
    kept = "." if client.startswith("httpx") else ""
    assert host == f"provider.test{kept}:{provider.server_port}"


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY"])
def test_a_redirect_from_a_name_that_ends_with_a_dot(client, provider, elsewhere, dotted, signature_type):
    """Its host does not follow to another server."""
    auth = oauth(client, signature_type=signature_type)
    assert get(client, f"{dotted[0]}/redirect/302/%2Fx", auth) == 200
    provider.take()
    assert get(client, f"{dotted[0]}/redirect/302/{quote(dotted[1] + '/x', safe='')}", auth) == 401
    seen = elsewhere.only()
    assert seen.headers["Host"] == f"elsewhere.test:{elsewhere.server_port}"
    assert "Authorization" not in seen.headers and "oauth" not in seen.path


def test_user_name_and_password_in_the_url(client, provider):
    """They are not signed (RFC 5849 §3.4.1.2), and no Basic takes the place of what was signed."""
    url = provider.url.replace("//", "//user:pass%40word@")
    assert get(client, f"{url}/x?a=1", oauth(client)) == 200
    assert provider.only().headers["Authorization"].startswith("OAuth ")
    assert get(client, f"{url}/redirect/302/%2Fx", oauth(client)) == 200
    assert all(seen.headers["Authorization"].startswith("OAuth ") for seen in provider.take())
