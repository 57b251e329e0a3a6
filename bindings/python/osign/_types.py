"""The shapes of arguments, for type checkers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, Union

#: Text: ``bytes`` are UTF-8.
Text: TypeAlias = Union[str, bytes]
#: Bytes: a ``str`` is encoded as UTF-8.
Bytes: TypeAlias = Union[str, bytes, bytearray, memoryview]
#: A name and its value.
Pair: TypeAlias = Union[tuple[Text, Text], list[str], list[bytes], list[Text]]
#: Names and values.
Parameters: TypeAlias = Union[Mapping[str, Text], Mapping[bytes, Text], Iterable[Pair]]
#: A request of many, or the arguments of ``sign`` by their names. A ``str`` is a sequence too, and not meant.
Row: TypeAlias = Union[
    tuple[Text, Text],
    tuple[Text, Text, Union[Bytes, None]],
    tuple[Text, Text, Union[Bytes, None], Union[Text, None]],
    list[Any],
    Mapping[str, Any],
    Mapping[bytes, Any],
]
