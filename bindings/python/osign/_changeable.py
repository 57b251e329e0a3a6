"""Credentials that programs change part by part, under the names of the libraries that they were written for."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typing_extensions import Self

_Made = TypeVar("_Made")


class Changeable:
    """The attributes that it is made with, each of which can be set, and no other; and what was made of them last."""

    # Beside the attributes, and none of them.
    __slots__ = ("__dict__", "_last")
    _last: tuple[dict[str, Any], Any]

    def __init__(self, values: Mapping[str, object], made: object = None) -> None:
        vars(self).update({name: _text(value) for name, value in values.items()})
        object.__setattr__(self, "_last", (vars(self).copy() if made is not None else {}, made))

    def _latest(self, make: Callable[[dict[str, Any]], _Made]) -> _Made:
        """What ``make`` makes of the attributes as they are now."""
        # Set and read as one, so that threads need no lock, which a fork could leave held.
        values, (before, made) = vars(self).copy(), self._last
        if before != values:
            made = make(values)
            object.__setattr__(self, "_last", (values, made))
        latest: _Made = made
        return latest

    def _set(self, **values: object) -> None:
        """Sets several as one, so that nobody signs with a part of them."""
        vars(self).update({name: _text(value) for name, value in values.items()})

    if not TYPE_CHECKING:  # To a type checker this would say that any attribute can be set.

        def __setattr__(self, name: str, value: object) -> None:
            if name not in vars(self):
                raise AttributeError(f"setting {name} would change nothing; what can be set: {', '.join(vars(self))}")
            super().__setattr__(name, value)

    def __repr__(self) -> str:
        return f"{type(self).__module__}.{type(self).__qualname__}([redacted])"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"an {type(self).__qualname__} is not pickled, since its secrets would be")

    def __copy__(self) -> Self:
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        object.__setattr__(other, "_last", self._last)
        return other

    def __deepcopy__(self, _memo: object) -> Self:
        return self.__copy__()


def _text(value: object) -> object:
    """A text as ``str``, which programs write into files and databases."""
    if isinstance(value, bytes):
        with suppress(UnicodeDecodeError):  # Who signs with it says so.
            return value.decode()
    return value
