"""osign.requests beside requests_oauthlib: the same arguments make the same request."""

import warnings
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import requests_oauthlib
from oauthlib.oauth1.rfc5849.utils import parse_authorization_header
from provider import CREDENTIALS, FORM
from test_requests import SHAPES, fresh

import osign

SAME_AS = {
    "callback_uri": "http://back/?é",
    "verifier": "ver ifier",
    "realm": "Photos",
    "nonce": "n0nce",
    "timestamp": "1191242096",
}
FORMS = ("form", "form of pairs", "form as text")


def by_both(verb, arguments, **settings):
    """The same prepared request, signed by requests_oauthlib and by osign."""
    prepared = requests.Request(verb, "http://example.com/a b/%7e/é?q=1", **fresh(arguments)).prepare()
    signed = []
    for module in (requests_oauthlib, osign.requests):
        request = prepared.copy()
        with warnings.catch_warnings():
            if module is requests_oauthlib:  # oauthlib shows a body of bytes in an error, which it handles.
                warnings.simplefilter("ignore", BytesWarning)
            request.prepare_auth(module.OAuth1(*CREDENTIALS, **settings))
        signed.append(request)
    return signed


def pairs(form):
    return sorted(parse_qsl(as_text(form), keep_blank_values=True))


def headers(request):
    """All headers; the protocol parameters in an order of their own, which means nothing."""
    rest = {name.lower(): as_text(value) for name, value in request.headers.items()}
    header = rest.pop("authorization", None)
    if header is None:
        return rest
    assert header.startswith('OAuth realm="Photos", ')
    return {**rest, "authorization": sorted(parse_authorization_header(header))}


def as_text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else value


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_header_as_requests_oauthlib(shape, method):
    theirs, ours = by_both(*SHAPES[shape], **SAME_AS, signature_method=method)
    if shape == "form with a charset":
        assert as_text(theirs.headers.pop("Content-Type")) == FORM  # The charset is lost there, and kept here.
        assert ours.headers.pop("Content-Type") == f"{FORM}; charset=utf-8"
    assert (ours.method, ours.url, as_text(ours.body)) == (theirs.method, theirs.url, as_text(theirs.body))
    assert headers(ours) == headers(theirs)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_query_as_requests_oauthlib(shape):
    theirs, ours = by_both(*SHAPES[shape], **SAME_AS, signature_type="query")
    assert ours.url.split("?")[0] == theirs.url.split("?")[0]
    assert pairs(urlsplit(ours.url).query) == pairs(urlsplit(theirs.url).query)
    assert as_text(ours.body) == as_text(theirs.body)
    assert "Authorization" not in ours.headers


@pytest.mark.parametrize("shape", FORMS)
def test_the_same_body_as_requests_oauthlib(shape):
    theirs, ours = by_both(*SHAPES[shape], **SAME_AS, signature_type="BODY")
    assert ours.url == theirs.url
    assert pairs(ours.body) == pairs(theirs.body)
    for request in ours, theirs:  # A space is %20 here and + there.
        assert request.headers.pop("Content-Length") == str(len(request.body))
    assert headers(ours) == headers(theirs)


@pytest.mark.parametrize("realm", ["http://sp.example.com/", "movies user", "a%20b", "a=b;c"])
def test_a_realm_is_the_same_in_both(realm):
    theirs, ours = (as_text(one.headers["Authorization"]) for one in by_both("GET", {}, **{**SAME_AS, "realm": realm}))
    start = f'OAuth realm="{realm}", '
    assert theirs.startswith(start) and ours.startswith(start)
    assert sorted(parse_authorization_header(ours)) == sorted(parse_authorization_header(theirs))


def test_a_body_of_another_type_is_made_a_form_there_and_refused_here():
    """As the guide says, where this differs."""
    prepared = requests.Request("POST", "http://h/", data="a=1", headers={"Content-Type": "text/plain"}).prepare()
    theirs = prepared.copy()
    theirs.prepare_auth(requests_oauthlib.OAuth1(*CREDENTIALS, signature_type="BODY"))
    assert as_text(theirs.headers["Content-Type"]) == FORM and "&oauth_signature=" in as_text(theirs.body)
    with pytest.raises(osign.InputError, match='^signature_type is "BODY", and the content type'):
        prepared.prepare_auth(osign.requests.OAuth1(*CREDENTIALS, signature_type="BODY"))
