"""The shapes of arguments, for type checkers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias, Union

#: Text: ``bytes`` are UTF-8.
Text: TypeAlias = Union[str, bytes]
#: Bytes: a ``str`` is encoded as UTF-8.
Bytes: TypeAlias = Union[str, bytes, bytearray, memoryview]
#: Names and values.
Parameters: TypeAlias = Union[Mapping[str, Text], Mapping[bytes, Text], Iterable[tuple[Text, Text]]]
