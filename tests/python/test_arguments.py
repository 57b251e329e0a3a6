"""Arguments: text and bytes in each of their types, parameters in any shape; wrong types, and text that is none."""

import inspect
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any

import osign
import pytest
from osign import InputError
from osign.oauth1 import Signer
from refusal import SECRET, refused, wrong_type

FORM = "application/x-www-form-urlencoded"
CREDENTIALS: dict[str, Any] = {
    "consumer_key": "key",
    "consumer_secret": "secret",
    "token": "token",
    "token_secret": "token secret",
    "signature_method": "HMAC-SHA1",
    "realm": "r",
}
REQUEST: dict[str, Any] = {
    "method": "POST",
    "url": "https://example.com/?a=1",
    "body": "b=2",
    "content_type": FORM,
    "parameters": {"oauth_verifier": "v"},
    "nonce": "n",
    "timestamp": 1,
}
HEADER = (
    'OAuth realm="r", oauth_consumer_key="key", oauth_nonce="n", oauth_signature_method="HMAC-SHA1", '
    'oauth_timestamp="1", oauth_token="token", oauth_version="1.0", oauth_verifier="v", '
    'oauth_signature="xulRv0R7XKtu24g6LeNhb1aVNJ8%3D"'
)


class Text(str):
    """Text of a type of the caller's own."""


class Unknown:
    """No argument is of this type, and none may be shown."""

    def __repr__(self) -> str:
        return SECRET

    __str__ = __repr__


def signed(**changed: Any) -> str:
    """The header of the request with some arguments changed, or added."""
    request = {name: changed.pop(name, value) for name, value in REQUEST.items()}
    return Signer(**{**CREDENTIALS, **changed}).authorization(**request)


# --- What is taken -----------------------------------------------------------------------------------------


TEXTS = [*CREDENTIALS, "method", "url", "body", "content_type", "nonce"]


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_str_or_bytes(name: str) -> None:
    text = {**CREDENTIALS, **REQUEST}[name]
    assert signed() == HEADER
    assert signed(**{name: text.encode()}) == HEADER
    assert signed(**{name: Text(text)}) == HEADER


def test_a_key_is_str_or_bytes(private_key: str) -> None:
    headers = {signed(signature_method="RSA-SHA1", private_key=key) for key in (private_key, private_key.encode())}
    assert len(headers) == 1 and 'oauth_signature_method="RSA-SHA1"' in headers.pop()


def test_transmission_is_str_or_bytes() -> None:
    signer = Signer("key", "secret")
    urls = {signer.sign("GET", "http://h/", nonce="n", timestamp=1, transmission=how).url for how in ("query", b"query")}
    assert urls == {
        "http://h/?oauth_consumer_key=key&oauth_nonce=n&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1"
        "&oauth_version=1.0&oauth_signature=rnnGwoAmc5IweI1zwdhAq%2BZ5A4c%3D"
    }


@pytest.mark.parametrize(
    "body",
    [
        "b=2",
        b"b=2",
        bytearray(b"b=2"),
        memoryview(b"b=2"),
        memoryview(b"b_=_2_")[::2],
        memoryview(array("B", b"b=2")),
    ],
)
def test_a_body_is_any_bytes(body: Any) -> None:
    request = Signer(**CREDENTIALS).sign(**{**REQUEST, "body": body})
    assert request.authorization == HEADER
    assert type(request.body) is bytes and request.body == b"b=2"


def test_a_body_that_changes_later_is_signed_as_it_was() -> None:
    body = bytearray(b"b=2")
    request = Signer(**CREDENTIALS).sign(**{**REQUEST, "body": body})
    body[:] = b"c=3"
    assert request.body == b"b=2"


def test_bytes_are_handed_back_without_a_copy() -> None:
    body = b"b=2"
    assert Signer(**CREDENTIALS).sign(**{**REQUEST, "body": body}).body is body


PAIR = ("oauth_verifier", "v")


@pytest.mark.parametrize(
    "parameters",
    [
        dict([PAIR]),
        OrderedDict([PAIR]),
        MappingProxyType(dict([PAIR])),
        dict([PAIR]).items(),
        [PAIR],
        (PAIR,),
        {PAIR},
        [list(PAIR)],
        iter([PAIR]),
        (pair for pair in [PAIR]),
        {b"oauth_verifier": b"v"},
        [(Text("oauth_verifier"), b"v")],
    ],
)
def test_parameters_are_a_mapping_or_pairs(parameters: Any) -> None:
    assert signed(parameters=parameters) == HEADER


@pytest.mark.parametrize("parameters", [None, {}, [], (), iter([])])
def test_no_parameters(parameters: Any) -> None:
    assert "oauth_verifier" not in signed(parameters=parameters)
    assert signed(parameters=parameters) == signed(parameters=None)


def test_pairs_keep_their_order() -> None:
    pairs = [("oauth_z", "2"), ("oauth_a", "1")]
    assert 'oauth_z="2", oauth_a="1", oauth_signature=' in signed(parameters=pairs)


def test_none_is_as_if_left_out() -> None:
    signer = Signer("key", "secret", **dict.fromkeys(["token", "token_secret", "private_key", "realm"]))
    request = dict.fromkeys(["body", "content_type", "parameters"])
    header = signer.sign("GET", "http://h/", nonce="n", timestamp=1, **request).authorization
    assert header == Signer("key", "secret").authorization("GET", "http://h/", nonce="n", timestamp=1)
    assert "oauth_token" not in str(header)
    fresh = signer.authorization("GET", "http://h/", nonce=None, timestamp=None)
    assert 'oauth_nonce="' in fresh and 'oauth_timestamp="1"' not in fresh


def test_whole_numbers() -> None:
    class Whole:
        def __index__(self) -> int:
            return 1

    assert signed(timestamp=Whole()) == HEADER
    assert 'oauth_timestamp="9223372036854775807"' in signed(timestamp=2**63 - 1)
    # A timestamp that is given is taken as it is.
    assert signed(clock_offset=-(2**63)) == HEADER


# --- Wrong types -------------------------------------------------------------------------------------------


WANTED = {
    **dict.fromkeys([*CREDENTIALS, "private_key", "version", "url_form"], "str or bytes"),
    **dict.fromkeys(["method", "url", "content_type", "nonce", "transmission"], "str or bytes"),
    "body": "str, bytes, bytearray or memoryview",
    "clock_offset": "int",
    "timestamp": "int",
    **dict.fromkeys(["send_empty_realm", "send_empty_token", "send_version", "plaintext_nonce", "body_hash", "mastercard_form"], "bool"),
    "parameters": "a mapping or an iterable of pairs",
}
OF_SIGNER = list(inspect.signature(Signer).parameters)


def test_every_argument_is_tried() -> None:
    assert set(OF_SIGNER) < set(WANTED)


@pytest.mark.parametrize("name", WANTED)
@pytest.mark.parametrize("value", [Unknown(), 1.5, object, ..., 1j], ids=lambda value: type(value).__name__)
def test_a_wrong_type_is_named_with_its_argument(name: str, value: Any) -> None:
    message = f"{name} must be {WANTED[name]}, not {type(value).__name__}"
    if name in OF_SIGNER:
        wrong_type(message, lambda: Signer(**{"consumer_key": "k", "consumer_secret": "s", name: value}))
        return
    signer = Signer("key", SECRET)
    request = {"method": "GET", "url": "http://h/", name: value}
    wrong_type(message, lambda: signer.sign(**request))
    wrong_type(message, lambda: signer.explain(**request))
    wrong_type(message, lambda: osign.oauth1.explain(signer, **request))
    wrong_type(f"request 0: {message}", lambda: signer.sign_many([request]))
    if name != "transmission":
        wrong_type(message, lambda: signer.authorization(**request))


@pytest.mark.parametrize("name", ["timestamp", "clock_offset"])
def test_truth_is_no_number(name: str) -> None:
    for value in (True, False):
        wrong_type(f"{name} must be int, not bool", lambda value=value: signed(**{name: value}))  # type: ignore[misc]


NOT_NONE = ["consumer_key", "consumer_secret", "method", "url", "transmission"]
NOT_NONE += [name for name, one in inspect.signature(Signer).parameters.items() if one.default not in (None, one.empty)]


@pytest.mark.parametrize("name", NOT_NONE)
def test_what_is_required_or_has_a_value_is_not_none(name: str) -> None:
    arguments: dict[str, Any] = {"consumer_key": "k", "consumer_secret": "s", "method": "GET", "url": "http://h/", name: None}
    request = {each: arguments.pop(each) for each in ("method", "url", "transmission") if each in arguments}
    message = f"{name} must be {WANTED[name]}, not NoneType"
    wrong_type(message, lambda: Signer(**arguments).sign(**request))
    if name in request:
        wrong_type(f"request 0: {message}", lambda: Signer(**arguments).sign_many([request]))


def test_text_does_not_change() -> None:
    for value in (bytearray(b"key"), memoryview(b"key")):
        kind = type(value).__name__
        wrong_type(f"consumer_key must be str or bytes, not {kind}", lambda value=value: Signer(value, "secret"))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (SECRET, "parameters must be a mapping or an iterable of pairs, not str"),
        (SECRET.encode(), "parameters must be a mapping or an iterable of pairs, not bytes"),
        ([SECRET], "an item of parameters must be a pair, not str"),
        (["ab"], "an item of parameters must be a pair, not str"),
        ([b"ab"], "an item of parameters must be a pair, not bytes"),
        ([Unknown()], "an item of parameters must be a pair, not Unknown"),
        ([None], "an item of parameters must be a pair, not NoneType"),
        ([()], "an item of parameters must be a pair, not tuple"),
        ([(SECRET,)], "an item of parameters must be a pair, not tuple"),
        ([[SECRET, SECRET, SECRET]], "an item of parameters must be a pair, not list"),
        ([{"a", "b"}], "an item of parameters must be a pair, not set"),
        ([(1, SECRET)], "a parameter's name must be str or bytes, not int"),
        ([("oauth_x", Unknown())], "a parameter's value must be str or bytes, not Unknown"),
        ({"oauth_x": None}, "a parameter's value must be str or bytes, not NoneType"),
        ({None: SECRET}, "a parameter's name must be str or bytes, not NoneType"),
    ],
)
def test_no_parameters_of_ours(parameters: Any, message: str) -> None:
    wrong_type(message, lambda: Signer("key", SECRET).sign("GET", "http://h/", parameters=parameters))


def test_form_data_as_a_mapping_gets_a_hint() -> None:
    hint = "body must be str, bytes, bytearray or memoryview, not dict; urllib.parse.urlencode() makes form data of it"
    wrong_type(hint, lambda: Signer("key", "secret").sign("POST", "http://h/", {"a": SECRET}))  # type: ignore[arg-type]


def test_keywords_are_keywords() -> None:
    signer = Signer("key", "secret")
    too_many: list[Callable[[], object]] = [
        lambda: Signer("key", "secret", "token", "secret", "HMAC-SHA1"),  # type: ignore[misc]
        lambda: signer.sign("GET", "http://h/", None, FORM),  # type: ignore[misc]
        lambda: signer.sign("GET", "http://h/", unknown=SECRET),  # type: ignore[call-arg]
        lambda: signer.authorization("GET", "http://h/", transmission="query"),  # type: ignore[call-arg]
    ]
    for call in too_many:
        with pytest.raises(TypeError) as caught:
            call()
        assert SECRET not in str(caught.value)


# --- Text that is none -------------------------------------------------------------------------------------


NOT_UTF8 = [b"\xff", b"a\x80", b"\xc3", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80"]


def with_text(name: str, text: str | bytes) -> object:
    if name in OF_SIGNER:
        return Signer(**{"consumer_key": "k", "consumer_secret": "s", name: text})
    return Signer("key", SECRET).sign(**{"method": "GET", "url": "http://h/", name: text})


@pytest.mark.parametrize("name", [*CREDENTIALS, "private_key", "method", "url", "content_type", "nonce", "transmission"])
def test_bytes_that_are_no_text(name: str) -> None:
    for end in NOT_UTF8:
        sentence = refused(InputError, "OSIGN_INVALID_UTF8", name, lambda: with_text(name, SECRET.encode() + end))
        assert sentence == f"{name} is not UTF-8"


@pytest.mark.parametrize("name", [*TEXTS, "private_key", "transmission"])
@pytest.mark.parametrize("text", [SECRET + "\ud800", "\udfff" + SECRET, SECRET + "\udcff\U0001f600"])
def test_half_of_a_surrogate_pair(name: str, text: str) -> None:
    sentence = refused(InputError, "OSIGN_INVALID_UTF8", name, lambda: with_text(name, text))
    assert sentence == f"{name} holds half of a surrogate pair, which UTF-8 cannot carry"


def test_parameters_that_are_no_text() -> None:
    for pair, what in [((SECRET + "\ud800", "v"), "name"), (("oauth_x", SECRET + "\ud800"), "value")]:
        words = f"a parameter's {what} holds half of a surrogate pair"
        sign = Signer("key", SECRET).sign
        refused(InputError, "OSIGN_INVALID_UTF8", words, lambda pair=pair: sign("GET", "http://h/", parameters=[pair]))  # type: ignore[misc]
    refused(
        InputError,
        "OSIGN_INVALID_UTF8",
        "request 1: body holds half",
        lambda: Signer("key", SECRET).sign_many([("GET", "http://h/"), ("GET", "http://h/", SECRET + "\ud800")]),
    )


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**1000])
def test_numbers_beyond_64_bits(number: int) -> None:
    words = "is more than 64 bits hold"
    refused(InputError, "OSIGN_INVALID_ARGUMENT", f"timestamp {words}", lambda: signed(timestamp=number))
    refused(
        InputError, "OSIGN_INVALID_ARGUMENT", f"clock_offset {words}", lambda: Signer("k", "s", clock_offset=number)
    )


# --- What the caller's own objects raise -------------------------------------------------------------------


class Own(Exception):
    """An error of the caller's, with a number that means nothing to osign."""

    status = 200


def raising(error: BaseException) -> Iterator[Any]:
    yield PAIR
    raise error


class Iterable:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __iter__(self) -> Iterator[Any]:
        raise self.error


class Whole:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __index__(self) -> int:
        raise self.error


@pytest.mark.parametrize("kind", [Own, KeyboardInterrupt, MemoryError, ValueError, RecursionError])
def test_errors_of_the_callers_objects_stay_theirs(kind: type[BaseException]) -> None:
    error, signer = kind("of the caller's"), Signer("key", "secret")
    calls: list[Callable[[], object]] = [
        lambda: signed(parameters=raising(error)),
        lambda: signed(parameters=Iterable(error)),
        lambda: signed(timestamp=Whole(error)),
        lambda: Signer("key", "secret", clock_offset=Whole(error)),  # type: ignore[arg-type]
        lambda: signer.sign_many(Iterable(error)),  # type: ignore[arg-type]
        lambda: signer.sign_many([{**REQUEST, "parameters": raising(error)}]),
        lambda: signer.sign_many([{**REQUEST, "timestamp": Whole(error)}]),
    ]
    for call in calls:
        with pytest.raises(kind) as caught:
            call()
        assert caught.value is error
