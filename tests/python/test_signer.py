"""Signers and what they hand out: how they look, that they stay where they are; many requests; explanations."""

import copy
import gc
import pickle
import re
import warnings
import weakref
from collections.abc import Callable, Iterator
from typing import Any, get_args

import osign
import pytest
from osign.oauth1 import Comparison, Explanation, SignatureMethod, Signed, Signer, compare_base_strings, explain
from refusal import SECRET, wrong_type

FORM = "application/x-www-form-urlencoded"
URL = "https://example.com/items?b=2&a=1"
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
BASE_STRING = (
    "GET&https%3A%2F%2Fexample.com%2Fitems&a%3D1%26b%3D2%26oauth_consumer_key%3Dkey%26oauth_nonce%3Dn"
    "%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1%26oauth_version%3D1.0"
)
SIGNATURE = "dzvLHgu6Kq0mL1a3cWLXgiDl0VA="


def secretive(method: str = "HMAC-SHA1") -> Signer:
    return Signer(f"key{SECRET}", SECRET, f"token{SECRET}", SECRET, signature_method=method, realm=SECRET)


# --- A signer ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [method for method in get_args(SignatureMethod) if not method.startswith("RSA")])
def test_a_signer_shows_no_secret(method: str) -> None:
    signer = secretive(method)
    shown = f"Signer([redacted], signature_method='{method}')"
    assert repr(signer) == str(signer) == f"{signer}" == f"{signer!r}" == shown
    assert signer.signature_method == method
    assert not hasattr(signer, "__dict__")


def test_a_signer_is_not_pickled() -> None:
    signer = secretive()
    message = "a Signer is not pickled, since that would write its secrets where they are not wiped; make one where it is needed"
    for protocol in PROTOCOLS:
        wrong_type(message, lambda protocol=protocol: pickle.dumps(signer, protocol))  # type: ignore[misc]
        wrong_type(message, lambda protocol=protocol: pickle.dumps({"nested": [signer]}, protocol))  # type: ignore[misc]


def test_a_copy_is_the_signer_itself() -> None:
    signer = secretive()
    assert copy.copy(signer) is signer and copy.deepcopy(signer) is signer
    assert copy.deepcopy({"nested": [signer]})["nested"][0] is signer


def test_a_signer_goes_when_nobody_has_it() -> None:
    signer = secretive()
    reference = weakref.ref(signer)
    assert reference() is signer
    del signer
    assert reference() is None


def test_a_signer_does_not_change() -> None:
    signer = Signer("key", "secret")
    for name in ("signature_method", "consumer_key", "new"):
        with pytest.raises(AttributeError):
            setattr(signer, name, "x")
    with pytest.raises(TypeError):
        type("Subclass", (Signer,), {})
    assert signer == signer and signer != Signer("key", "secret") and len({signer, signer}) == 1


# --- What it signed ----------------------------------------------------------------------------------------


def test_a_signed_request() -> None:
    signed = Signer("key", "secret").sign("get", URL, nonce="n", timestamp=1)
    assert type(signed) is Signed
    assert signed.base_string == BASE_STRING
    assert signed.normalized_parameters == (
        "a=1&b=2&oauth_consumer_key=key&oauth_nonce=n&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1&oauth_version=1.0"
    )
    assert signed.signature == SIGNATURE
    header = (
        'OAuth oauth_consumer_key="key", oauth_nonce="n", oauth_signature_method="HMAC-SHA1", oauth_timestamp="1", '
        f'oauth_version="1.0", oauth_signature="{osign.percent_encode(SIGNATURE)}"'
    )
    assert signed.authorization == header and signed.headers == {"Authorization": header}
    assert (signed.url, signed.body, signed.nonce, signed.timestamp) == (URL, None, "n", 1)


def test_headers_have_the_content_type_that_was_given() -> None:
    signer = Signer("key", "secret")
    signed = signer.sign("POST", URL, "{}", content_type="application/json")
    assert signed.headers == {"Authorization": signed.authorization, "Content-Type": "application/json"}
    assert signed.headers is not signed.headers  # A new one each time, for the caller to add to.
    assert signer.sign("POST", URL, "{}").headers.keys() == {"Authorization"}
    assert signer.sign("GET", URL, transmission="query").headers == {}


def test_what_is_sent_by_query_and_by_body() -> None:
    signer = Signer("key", "secret")
    sent = "oauth_consumer_key=key&oauth_nonce=n&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1&oauth_version=1.0&oauth_signature="
    by_query = signer.sign("GET", URL, nonce="n", timestamp=1, transmission="query")
    assert by_query.authorization is None and by_query.body is None
    assert by_query.url == f"{URL}&{sent}{osign.percent_encode(SIGNATURE)}"
    for body in ("c=3", b"c=3", bytearray(b"c=3")):
        by_body = signer.sign("POST", URL, body, content_type=FORM, nonce="n", timestamp=1, transmission="body")
        assert by_body.authorization is None and by_body.url == URL
        assert by_body.body == f"c=3&{sent}{osign.percent_encode(by_body.signature)}".encode()
        assert by_body.headers == {"Content-Type": FORM}


def test_the_url_to_send_is_encoded() -> None:
    url = "https://user@EXAMPLE.com:443/x/../a b/\u00e9/%7e/{c3}?q=x y&%c3%a9#part"
    normal = "https://example.com/a%20b/%C3%A9/~/%7Bc3%7D?q=x%20y&%C3%A9"
    as_given = "https://user@EXAMPLE.com:443/x/../a%20b/%C3%A9/%7e/{c3}?q=x%20y&%c3%a9#part"
    forms: list[tuple[osign.oauth1.UrlForm, str]] = [("usual", normal), ("normal", normal), ("as-given", as_given)]
    for form, expected in forms:
        signer = Signer("key", "secret", url_form=form)
        assert signer.sign("GET", url).url == signer.sign_many([("GET", url)])[0].url == expected
        # The base string has the path of that URL.
        path = expected.partition("?")[0].partition(".com")[2].removeprefix(":443")
        for base_string in (signer.sign("GET", url).base_string, signer.explain("GET", url).base_string):
            assert base_string.split("&")[1] == osign.percent_encode(f"https://example.com{path}")


@pytest.mark.parametrize("method", ["HMAC-SHA1", "PLAINTEXT"])
def test_a_signed_request_shows_and_leaks_nothing(method: str) -> None:
    signed = secretive(method).sign("GET", f"{URL}&c={SECRET}", nonce="n", timestamp=1)
    assert repr(signed) == str(signed) == 'Signed(nonce="n", timestamp=1)'
    message = "a Signed is not pickled, since it may carry secrets; take of it what is needed"
    for protocol in PROTOCOLS:
        wrong_type(message, lambda protocol=protocol: pickle.dumps(signed, protocol))  # type: ignore[misc]
    assert copy.copy(signed) is signed and copy.deepcopy({"nested": [signed]})["nested"][0] is signed
    with pytest.raises(AttributeError):
        signed.nonce = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        Signed()
    assert secretive(method).authorization("GET", URL) != secretive(method).authorization("GET", URL)


def test_the_short_way_is_the_long_way() -> None:
    signer = secretive()
    request: dict[str, Any] = {"method": "PUT", "url": URL, "body": "c=3", "content_type": FORM, "nonce": "n", "timestamp": 7}
    assert signer.authorization(**request) == signer.sign(**request).authorization


def test_the_clock_and_its_offset() -> None:
    before = osign.timestamp()
    ahead = Signer("key", "secret", clock_offset=1000).sign("GET", URL).timestamp
    assert before + 1000 <= ahead <= osign.timestamp() + 1000


def test_switches() -> None:
    signer = Signer("key", "secret", send_version=False, body_hash=True)
    signed = signer.sign("POST", URL, "Hello World!", content_type="text/plain")
    assert "oauth_version" not in signed.base_string
    # The example of draft-eaton-oauth-bodyhash-00.
    assert "oauth_body_hash=Lve95gjOVATpfV8EL5X4nxwjKHE%3D" in signed.normalized_parameters


def test_what_is_not_sent_unless_it_is_asked_for() -> None:
    fixed: Any = {"nonce": "n", "timestamp": 1}
    header = Signer("key", "secret", realm="", send_empty_realm=True).authorization("GET", URL, **fixed)
    assert header.startswith('OAuth realm="", oauth_consumer_key=')
    assert 'oauth_token="", ' in Signer("key", "secret", send_empty_token=True).authorization("GET", URL, **fixed)
    assert 'oauth_version="1.0a"' in Signer("key", "secret", version="1.0a").authorization("GET", URL, **fixed)
    plain = Signer("key", "secret", signature_method="PLAINTEXT", plaintext_nonce=False)
    assert plain.authorization("GET", URL) == (
        'OAuth oauth_consumer_key="key", oauth_signature_method="PLAINTEXT", oauth_version="1.0", oauth_signature="secret%26"'
    )


def test_a_setting_that_is_none() -> None:
    with pytest.raises(TypeError) as caught:
        Signer("key", "secret", relm="r")  # type: ignore[call-arg]
    assert str(caught.value) == "Signer.__new__() got an unexpected keyword argument 'relm'"
    with pytest.raises(osign.InputError, match="usual, as-given, normal") as refused:
        Signer("key", "secret", url_form="Normal")  # type: ignore[arg-type]
    assert (refused.value.status, refused.value.reason) == (103, "unknown-url-form")


# --- Many --------------------------------------------------------------------------------------------------


def test_rows_are_sequences_or_mappings() -> None:
    signer = Signer("key", "secret")
    rows: list[Any] = [
        ("GET", URL),
        ["POST", URL, "c=3"],
        ("POST", URL, b"c=3", FORM),
        ("POST", URL, None, None),
        {"method": "GET", "url": URL, "nonce": "n", "timestamp": 1},
        {b"method": "GET", "url": URL, "transmission": "query", "parameters": [("oauth_x", "1")], "body": None},
    ]
    signed = signer.sign_many(rows)
    assert type(signed) is list and [type(one) for one in signed] == [Signed] * len(rows)
    assert [one.body for one in signed] == [None, b"c=3", b"c=3", None, None, None]
    assert signed[1].headers.keys() == {"Authorization"} and signed[2].headers["Content-Type"] == FORM
    assert "c=3" not in signed[1].normalized_parameters and "c=3" in signed[2].normalized_parameters
    assert signed[4].base_string == BASE_STRING and signed[4].signature == SIGNATURE
    assert signed[5].authorization is None and "&oauth_x=1&" in signed[5].url
    assert len({one.nonce for one in signed}) == len(rows)
    assert [one.url for one in signer.sign_many(iter(rows))[:5]] == [URL] * 5
    assert signer.sign_many([]) == signer.sign_many(()) == signer.sign_many({}) == []


def headers(signer: Signer, rows: list[Any]) -> list[str | None]:
    return [one.authorization for one in signer.sign_many(rows)]


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT", "RSA-SHA1"])
def test_many_headers_are_those_of_many_signatures(method: Any, private_key: str) -> None:
    signer = Signer("key", SECRET, "token", SECRET, signature_method=method, private_key=private_key, realm="r")
    fixed = {"nonce": "n", "timestamp": 1}
    long = "x" * 5000
    rows: list[Any] = [
        {"method": "GET", "url": URL, **fixed},
        {"method": "GET", "url": URL, **fixed, "parameters": {"oauth_verifier": long}},
        {"method": b"POST", "url": URL, "body": bytearray(b"c=3"), "content_type": FORM, **fixed},
        {"method": "GET", "url": URL, **fixed, "parameters": [("oauth_verifier", "\u00e9")]},
    ]
    rows *= 20
    assert signer.authorization_many(rows) == headers(signer, rows)
    assert all(type(header) is str for header in signer.authorization_many(iter(rows)))


def test_many_headers_of_many_shapes() -> None:
    signer = Signer("key", "secret")

    def row(number: int) -> Any:
        url = f"{URL}&n={number}"
        return [("GET", url), ["GET", url], ("POST", url, b"c=3", FORM), (b"PUT", url.encode(), None, None), ("PUT", url, memoryview(b""))][number % 5]

    rows = [row(number) for number in range(2500)]
    made = signer.authorization_many(rows)
    assert len(made) == 2500
    for header, each in zip(made, rows, strict=True):
        nonce, timestamp = (re.findall(f'oauth_{name}="([^"]*)"', header)[0] for name in ("nonce", "timestamp"))
        method, url, *body = each
        content_type = body[1] if len(body) > 1 else None
        again = signer.authorization(
            method, url, body[0] if body else None, content_type=content_type, nonce=nonce, timestamp=int(timestamp)
        )
        assert header == again
    assert len(set(made)) == 2500
    assert signer.authorization_many([]) == []


def test_many_headers_are_sent_by_header() -> None:
    with pytest.raises(osign.InputError, match="^request 1: only a request transmitted by header") as caught:
        Signer("key", "secret").authorization_many([("GET", URL), {"method": "GET", "url": URL, "transmission": "query"}])
    assert caught.value.name == "OSIGN_INVALID_ARGUMENT"


# --- A form that is not signed ---


UNSIGNED = "the body looks like a form, but without the content type application/x-www-form-urlencoded it is not signed as one"


def both(signer: Signer, *arguments: Any, **more: Any) -> None:
    signer.sign(*arguments, **more)
    signer.authorization(*arguments, **more)


@pytest.mark.parametrize("body", ["c=3", b"c=3&d=%20", bytearray(b"a=1")])
def test_a_form_without_a_content_type_is_warned_of(body: Any) -> None:
    """As an explanation warns."""
    signer = Signer("key", "secret")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        both(signer, "POST", URL, body)
    assert [(w.category, str(w.message), w.filename) for w in caught] == [(osign.UnsignedFormWarning, UNSIGNED, __file__)] * 2
    assert signer.explain("POST", URL, body).warnings == [UNSIGNED]


def test_other_bodies_are_not_warned_of() -> None:
    signer = Signer("key", "secret", body_hash=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for body in (None, "", "text", '{"a": "b=c"}', "<a b='c'/>", b"\x00=\xff", "a = b"):
            both(signer, "POST", URL, body)
        for content_type in (FORM, "text/plain"):
            both(signer, "POST", URL, "c=3", content_type=content_type)


def test_the_warning_comes_once_for_each_line_and_may_be_an_error() -> None:
    signer = Signer("key", "secret")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(5):
            signer.sign("POST", URL, "c=3")
            signer.sign("POST", URL, "c=3")
    assert len(caught) == 2
    with warnings.catch_warnings(), pytest.raises(osign.UnsignedFormWarning):
        warnings.simplefilter("error", osign.UnsignedFormWarning)
        signer.sign("POST", URL, "c=3")


# --- A URL that clients send otherwise ---


RESPELLED = [
    "https://example.com/\u00e9",
    "https://example.com/%2f",
    "https://example.com/%7E",
    "https://example.com/a/../b",
    "https://example.com/{id}",
    "https://example.com/a|b",
    "https://user:password@example.com/",
]


# Clients may respell these too, and what is signed stays the same.
SIGNED_ALIKE = [
    "https://example.com",
    "https://EXAMPLE.com/A",
    "https://example.com:443/?a=%7e",
    "https://example.com/?a={id}|[1]&\u00e9=1 2",
    "https://example.com/a#part",
]


@pytest.mark.parametrize("url", RESPELLED)
def test_a_url_that_clients_send_otherwise_is_warned_of(url: str) -> None:
    """In the short way, where the caller sends a URL of their own."""
    signer = Signer("key", "secret")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        signer.authorization("GET", url)
        signer.authorization_many([("GET", URL), ("GET", url), ("GET", url)])
        signer.sign("GET", url)
        signer.explain("GET", url)
    sentence = "the URL is signed as it was given, and clients that normalise URLs send it otherwise; sign the normal form"
    shown = [(w.category, str(w.message), w.filename) for w in caught]
    assert shown == [(osign.UnnormalizedUrlWarning, sentence, __file__)] * 2


@pytest.mark.parametrize("url", ["http://127.1/", "http://0x7f.1/a", "http://[0:0:0:0:0:0:0:1]/"])
def test_an_address_that_clients_respell_is_warned_of(url: str) -> None:
    with pytest.warns(osign.UnnormalizedUrlWarning, match="the host is an address in a spelling that clients change"):
        Signer("key", "secret").authorization("GET", url)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for fine in ["http://127.0.0.1/", "http://[::1]/", "http://example.com/", "http://1.example.com:8080/"]:
            Signer("key", "secret").authorization("GET", fine)


@pytest.mark.parametrize("url", RESPELLED)
def test_what_needs_no_such_warning(url: str) -> None:
    """The form that the full way hands back, and a form that was asked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        signer = Signer("key", "secret")
        fixed: Any = {"nonce": "n", "timestamp": 1}
        signed = signer.sign("GET", url, **fixed)
        assert signer.authorization("GET", signed.url, **fixed) == signed.authorization
        assert Signer("key", "secret", url_form="normal").authorization("GET", url, **fixed) == signed.authorization
        as_given = Signer("key", "secret", url_form="as-given")
        assert as_given.authorization("GET", url, **fixed) == as_given.sign("GET", url, **fixed).authorization


@pytest.mark.parametrize("url", SIGNED_ALIKE)
def test_a_url_that_is_signed_the_same_in_normal_form_needs_none_either(url: str) -> None:
    """The base string is that of the normal form, which `sign` signs."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        signer = Signer("key", "secret")
        fixed: Any = {"nonce": "n", "timestamp": 1}
        signed = signer.sign("GET", url, **fixed)
        assert signed.url != url
        assert signer.authorization("GET", url, **fixed) == signed.authorization
        signer.authorization_many([("GET", url)])


def test_that_warning_comes_once_for_each_line_and_may_be_an_error() -> None:
    signer = Signer("key", "secret")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for number in range(5):
            signer.authorization("GET", f"http://h/{{{number}}}")
    assert len(caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error", osign.UnnormalizedUrlWarning)
        with pytest.raises(osign.UnnormalizedUrlWarning):
            signer.authorization("GET", "http://h/{}")
        with pytest.raises(osign.UnnormalizedUrlWarning):
            signer.authorization_many([("GET", "http://h/{}")])


SHAPE = "a request must be a sequence (method, url, body, content_type) or a mapping of the arguments of sign"


class Odd(dict[str, str]):
    """A mapping whose items are whatever it was given."""

    def __init__(self, odd: Any) -> None:
        super().__init__()
        self.odd = odd

    def items(self) -> Any:
        return self.odd


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (1, "requests must be an iterable of requests, not int"),
        (None, "requests must be an iterable of requests, not NoneType"),
        (SECRET, f"request 0: {SHAPE}, not str"),
        ([SECRET.encode()], f"request 0: {SHAPE}, not bytes"),
        ([("GET", URL), 5], f"request 1: {SHAPE}, not int"),
        ([("GET", URL), None], f"request 1: {SHAPE}, not NoneType"),
        ([("GET",)], "request 0: a request of many has two to four items"),
        ([("GET", URL, "", FORM, SECRET)], "request 0: a request of many has two to four items"),
        ([{"method": "GET"}], "request 0: a request of many lacks its method or its url"),
        ([{"method": "GET", "url": URL, SECRET: 1}], "request 0: a mapping holds what is no argument of sign"),
        ([{1: "GET"}], "request 0: an argument's name must be str or bytes, not int"),
        ([Odd([("nonce", "n"), (b"nonce", None)])], "request 0: a mapping holds nonce twice"),
        ([Odd(5)], f"request 0: {SHAPE}, not Odd"),
        ([Odd([5])], "request 0: an item of a request's mapping must be a pair, not int"),
        ([Odd(["ab"])], "request 0: an item of a request's mapping must be a pair, not str"),
        ([Odd([("method", "GET", SECRET)])], "request 0: an item of a request's mapping must be a pair, not tuple"),
        ([("GET", URL), ("GET", 5)], "request 1: url must be str or bytes, not int"),
        ([{"method": "GET", "url": URL, "timestamp": SECRET}], "request 0: timestamp must be int, not str"),
    ],
)
def test_rows_that_are_none(rows: Any, message: str) -> None:
    wrong_type(message, lambda: Signer("key", SECRET).sign_many(rows))
    wrong_type(message, lambda: Signer("key", SECRET).authorization_many(rows))


def test_a_row_that_cannot_be_signed_is_told_by_its_number() -> None:
    rows = [("GET", URL)] * 99 + [("GET", "example.com"), ("BAD METHOD", URL)]
    with pytest.raises(osign.InputError) as caught:
        Signer("key", "secret").sign_many(rows)
    assert str(caught.value) == "request 99: the URL is relative; begin it with https:// or http://"
    assert caught.value.status == 200


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2000, 2500])
def test_every_row_comes_back_in_its_place(count: int) -> None:
    """However many are read at a time."""
    signed = Signer("key", "secret").sign_many(("GET", f"http://h/{number}") for number in range(count))
    assert [one.url for one in signed] == [f"http://h/{number}" for number in range(count)]
    assert len({one.nonce for one in signed}) == count


def test_a_row_is_what_it_was_when_it_was_given() -> None:
    """A generator may use the same objects for each."""

    def bodies() -> Iterator[tuple[str, str, bytearray, str]]:
        body = bytearray(b"a=")
        for number in range(1500):
            body[2:] = str(number).encode()
            yield "POST", URL, body, FORM

    def parameters() -> Iterator[dict[str, Any]]:
        parameters, request = {"oauth_verifier": ""}, {"method": "GET", "url": URL}
        for number in range(40):
            parameters["oauth_verifier"] = str(number)
            request["nonce"] = f"n{number}"
            yield {**request, "parameters": parameters}

    def lists() -> Iterator[list[Any]]:
        row: list[Any] = ["GET", ""]
        for number in range(40):
            row[1] = f"http://h/{number}"
            yield row

    class Clock:
        now = 0

        def __index__(self) -> int:
            return self.now

    def timestamps() -> Iterator[dict[str, Any]]:
        clock = Clock()
        for clock.now in range(1, 41):
            yield {"method": "GET", "url": URL, "timestamp": clock}

    signer = Signer("key", SECRET)
    assert [one.timestamp for one in signer.sign_many(timestamps())] == list(range(1, 41))
    signed = signer.sign_many(bodies())
    assert [one.body for one in signed] == [f"a={number}".encode() for number in range(1500)]
    assert all(f"a={number}&" in one.normalized_parameters for number, one in enumerate(signed))
    signed = signer.sign_many(parameters())
    assert all(f"oauth_verifier={number}" in one.normalized_parameters.split("&") for number, one in enumerate(signed))
    assert [one.nonce for one in signed] == [f"n{number}" for number in range(40)]
    assert [one.url for one in signer.sign_many(lists())] == [f"http://h/{number}" for number in range(40)]


class Interrupts:
    """Asks of what kind it is, and is interrupted."""

    @property
    def __class__(self) -> Any:
        raise KeyboardInterrupt

    def __len__(self) -> int:
        return 2


@pytest.mark.parametrize(
    "call",
    [
        lambda signer: signer.sign_many([Interrupts()]),
        lambda signer: signer.sign("GET", URL, parameters=Interrupts()),
        lambda signer: signer.sign("GET", URL, parameters=[Interrupts()]),
    ],
)
def test_an_interrupt_while_arguments_are_read(call: Callable[[Signer], object]) -> None:
    with pytest.raises(KeyboardInterrupt):
        call(Signer("key", SECRET))


@pytest.mark.parametrize("number", [0, 999, 1000, 1001, 2499])
def test_a_late_row_that_cannot_be_signed(number: int) -> None:
    rows: list[Any] = [("GET", URL)] * 2500
    for bad, message in ((("GET", 5), "url must be str or bytes, not int"), (5, f"{SHAPE}, not int")):
        rows[number] = bad
        wrong_type(f"request {number}: {message}", lambda: Signer("key", SECRET).sign_many(rows))
    rows[number] = ("GET", "example.com")
    with pytest.raises(osign.InputError) as caught:
        Signer("key", "secret").sign_many(rows)
    assert str(caught.value) == f"request {number}: the URL is relative; begin it with https:// or http://"


# --- Explanations ------------------------------------------------------------------------------------------


def explained(**changed: Any) -> Explanation:
    return Signer("key", "secret").explain(**{"method": "get", "url": URL, "nonce": "n", "timestamp": 1, **changed})


def test_every_step() -> None:
    steps = explained(url="https://EXAMPLE.com:443/items?b=2&a=%31")
    assert (steps.method, steps.base_string_uri) == ("GET", "https://example.com/items")
    assert [(p.origin, p.name, p.value) for p in steps.parameters] == [
        ("query", b"b", b"2"),
        ("query", b"a", b"1"),
        ("protocol", b"oauth_consumer_key", b"key"),
        ("protocol", b"oauth_nonce", b"n"),
        ("protocol", b"oauth_signature_method", b"HMAC-SHA1"),
        ("protocol", b"oauth_timestamp", b"1"),
        ("protocol", b"oauth_version", b"1.0"),
    ]
    assert steps.sorted == [1, 0, 2, 3, 4, 5, 6]
    assert (steps.base_string, steps.signature) == (BASE_STRING, SIGNATURE)
    assert (steps.signature_method, steps.nonce, steps.timestamp, steps.realm) == ("HMAC-SHA1", "n", 1, None)
    assert steps.body == {"use": "absent", "bytes": 0}
    assert steps.key == {"consumer_secret": (6, 6), "token_secret": (0, 0)}
    assert steps.authorization == Signer("key", "secret").authorization("GET", URL, nonce="n", timestamp=1)
    assert osign.percent_encode(steps.normalized_parameters) == BASE_STRING.split("&")[2]
    assert len(steps.uri_notes) == 4 and all(note in str(steps) for note in steps.uri_notes)
    assert BASE_STRING in str(steps) and SIGNATURE in str(steps)
    assert repr(steps) == "<Explanation of 7 parameters, HMAC-SHA1>"
    assert repr(steps.parameters[0]) == "<Parameter of the query>"


def test_the_bodys_use() -> None:
    hashing = Signer("key", "secret", body_hash=True)
    request: dict[str, Any] = {"method": "POST", "url": URL, "body": "c=\u00e9"}
    assert explained(**request, content_type=FORM).body == {"use": "form", "bytes": 4}
    assert explained(**request, content_type="text/plain").body == {"use": "not signed", "bytes": 4}
    assert hashing.explain(**request, content_type="text/plain").body == {"use": "hashed", "bytes": 4, "algorithm": "SHA-1"}


def test_explain_is_a_function_too() -> None:
    signer = Signer("key", "secret")
    arguments: dict[str, Any] = {"body": "c=3", "content_type": FORM, "parameters": {"oauth_x": "1"}, "nonce": "n"}
    ours = explain(signer, "POST", URL, timestamp=1, transmission="query", **arguments)
    theirs = signer.explain("POST", URL, timestamp=1, transmission="query", **arguments)
    assert str(ours) == str(theirs)
    assert ours.base_string == signer.sign("POST", URL, timestamp=1, transmission="query", **arguments).base_string


@pytest.mark.parametrize("method", ["HMAC-SHA1", "PLAINTEXT"])
def test_an_explanation_holds_no_secret(method: str) -> None:
    signer = Signer("key", SECRET, "token", SECRET, signature_method=method)
    for transmission in ("header", "query", "body"):
        steps = signer.explain("POST", f"https://user:{SECRET}@example.com/", "a=1", content_type=FORM, transmission=transmission)
        shown = [str(steps), repr(steps)]
        shown += [repr(getattr(steps, name)) for name in dir(steps) if not name.startswith("_") and name != "compare"]
        assert SECRET not in "\n".join(shown)
        assert (steps.signature is None) == (method == "PLAINTEXT")
    for what in (steps, steps.parameters[0], steps.compare("x")):
        message = f"a {type(what).__name__} is not pickled; take of it what is needed".replace("a Exp", "an Exp")
        for protocol in PROTOCOLS:
            wrong_type(message, lambda what=what, protocol=protocol: pickle.dumps(what, protocol))  # type: ignore[misc]


def test_comparison_with_a_servers_base_string() -> None:
    steps = explained()
    same = steps.compare(BASE_STRING)
    assert type(same) is Comparison and same and same.same and not same.other_request
    assert repr(same) == "Comparison(same=True)"
    other = steps.compare(BASE_STRING.replace("https", "http").encode())
    assert not other and not other.same and not other.other_request
    assert repr(other) == "Comparison(same=False)"
    assert "https" in other.message and str(other) == other.message
    assert str(compare_base_strings(BASE_STRING, BASE_STRING.replace("https", "http"))) == str(other)
    assert steps.compare(BASE_STRING.replace("oauth_nonce%3Dn", "oauth_nonce%3Dm")).other_request
    wrong_type("server_base_string must be str or bytes, not NoneType", lambda: steps.compare(None))  # type: ignore[arg-type]


# --- Memory ------------------------------------------------------------------------------------------------


def test_nothing_is_left_in_cycles() -> None:
    calls: list[Callable[[], object]] = [
        lambda: secretive().sign("GET", URL),
        lambda: secretive().sign_many([("GET", URL)] * 10),
        lambda: secretive().explain("GET", URL).compare("x"),
    ]
    gc.collect()
    gc.disable()
    try:
        for call in calls:
            call()
        assert gc.collect() == 0
    finally:
        gc.enable()
