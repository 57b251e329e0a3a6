"""The arguments of the clients' classes: their types, and errors that name them as the caller does."""

from __future__ import annotations

import re
from contextlib import suppress
from operator import index
from typing import TYPE_CHECKING, Any, TypeVar

from ._errors import Error, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ._types import Text

INVALID_ARGUMENT = 103

_Made = TypeVar("_Made")


def checked(value: object, name: str) -> Text:
    """A text by its type; what it may hold is for the signer to say."""
    if isinstance(value, (str, bytes)):
        return value
    raise _wrong_type(value, name, "str or bytes")


def checked_or_none(value: object, name: str) -> Text | None:
    """The same, where ``None`` is no text."""
    return None if value is None else checked(value, name)


def true_or_false(value: object, name: str) -> bool:
    """A flag; another object's truth would be a guess."""
    if isinstance(value, bool):
        return value
    raise _wrong_type(value, name, "bool")


def as_str(text: Text) -> str:
    """A text as ``str``, to be compared with others that are ASCII: ``bytes`` equal no ``str``."""
    return text if isinstance(text, str) else text.decode("latin-1")


def seconds(timestamp: Any) -> int | None:
    """A timestamp, which requests_oauthlib has as text."""
    if timestamp is None:
        return None
    if isinstance(timestamp, str):
        if timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 20:
            return int(timestamp)
        raise InputError("timestamp is no whole number of seconds in digits", INVALID_ARGUMENT, "timestamp-not-digits")
    if not isinstance(timestamp, bool):
        with suppress(TypeError):
            return index(timestamp)
    raise _wrong_type(timestamp, "timestamp", "int or str")


def reworded(
    reword: Callable[[str], str], call: Callable[[], _Made], errors: tuple[type[Exception], ...] = (Error, TypeError)
) -> _Made:
    """Calls the signer, and says its errors of these classes in other words."""
    try:
        return call()
    except errors as error:
        kind: type[Exception] = type(error) if isinstance(error, Error) else TypeError
        ours = [error.status, error.reason] if isinstance(error, Error) else []
        arguments: tuple[object, ...] = (reword(str(error)), *ours)
    # Here, and not in the clause: there it would bring the other error along. And no variable holds what is raised: its
    # traceback has this frame, and they would hold each other.
    raise kind(*arguments)


def renamed(names: Mapping[str, str]) -> Callable[[str], str]:
    """Rewords a sentence that begins with one of these names."""

    def reword(sentence: str) -> str:
        for name, other in names.items():
            if re.match(rf"{name}\b", sentence):
                return other + sentence.removeprefix(name)
        return sentence

    return reword


def _wrong_type(value: object, name: str, wanted: str) -> TypeError:
    return TypeError(f"{name} must be {wanted}, not {type(value).__name__}")
