"""The exceptions: the tree, their numbers and names, and that they travel between processes."""

import copy
import pickle

import osign
import pytest
from osign import (
    ConfigurationError,
    Error,
    GrantLost,
    InputError,
    InternalError,
    InvalidKeyError,
    LoginFailed,
    StoreError,
    TryLater,
)
from osign.oauth1 import Signer
from refusal import STATUSES

OF_GRANTS = [ConfigurationError, GrantLost, LoginFailed, StoreError, TryLater]
ALL = [Error, InputError, InternalError, InvalidKeyError, *OF_GRANTS]


def test_the_tree() -> None:
    assert Error.__bases__ == (Exception,)
    assert InputError.__bases__ == InvalidKeyError.__bases__ == (Error, ValueError)
    assert all(kind.__bases__ == (Error,) for kind in [InternalError, *OF_GRANTS])
    # What a caller's own code raises, and osign catches.
    assert osign.NotSent.__bases__ == (Exception,) and osign.NotSent.__module__ == "osign" and osign.NotSent.__doc__


@pytest.mark.parametrize("kind", ALL)
def test_they_are_named_where_they_are_found(kind: type[Error]) -> None:
    assert kind.__module__ == "osign" and getattr(osign, kind.__name__) is kind
    assert kind.__name__ in osign.__all__ and kind.__doc__


def test_a_refusal() -> None:
    with pytest.raises(ValueError) as caught:
        Signer("key", "secret").sign("GET", "example.com")
    error = caught.value
    assert isinstance(error, InputError)
    sentence = "the URL is relative; begin it with https:// or http://"
    assert (str(error), error.args) == (sentence, (sentence,))
    assert (error.status, error.name, error.reason) == (200, "OSIGN_INVALID_URL", "relative-url")
    assert repr(error) == f"InputError({sentence!r})"


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_they_travel(kind: type[Error], protocol: int) -> None:
    error = kind("what was wrong", 202, "why")
    for other in (pickle.loads(pickle.dumps(error, protocol)), copy.copy(error), copy.deepcopy(error)):
        assert type(other) is kind and str(other) == "what was wrong"
        assert (other.status, other.name, other.reason) == (202, "OSIGN_INVALID_PARAMETER", "why")


def test_every_status_has_its_name() -> None:
    for name, status in STATUSES.items():
        assert Error("sentence", status, "why").name == name
    assert Error("sentence", 499, "why").name == "OSIGN_UNKNOWN"


def test_status_and_reason_are_needed() -> None:
    with pytest.raises(TypeError):
        Error("sentence")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Error("sentence", 200)  # type: ignore[call-arg]


def test_the_reason_outlasts_other_words() -> None:
    """Of one request of many."""
    with pytest.raises(InputError) as caught:
        Signer("key", "secret").sign_many([("GET", "http://h/"), ("GET", "example.com")])
    assert str(caught.value).startswith("request 1: ") and caught.value.reason == "relative-url"
