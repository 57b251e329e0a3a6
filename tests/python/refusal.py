"""What a refusal must be: its class, its number and name, its sentence; and no secret anywhere in it."""

import re
import traceback
from collections.abc import Callable
from pathlib import Path

import osign
import pytest

ROOT = Path(__file__).parents[2]
#: Stands in every secret of these tests, and in no message.
SECRET = "s3cr3t" + "-MARKER"
#: Numbers by their names, as the C header has them for every host.
STATUSES = {
    name: int(number)
    for name, number in re.findall(r"^#define (OSIGN_\w+) ([0-9]+)$", (ROOT / "include/osign.h").read_text(), re.M)
    if not re.search("VERSION|REFRESH|HOSTED", name)
}


def all_of(error: BaseException) -> str:
    """Everything that is shown of an error, or can be reached from it."""
    shown = [repr(error), str(error), repr(error.args), repr(vars(error)), *traceback.format_exception(error)]
    shown += [all_of(other) for other in (error.__cause__, error.__context__) if other is not None]
    return "\n".join(shown)


def refused(kind: type[osign.Error], name: str, words: str, call: Callable[[], object]) -> str:
    """Calls, and returns the sentence of the refusal."""
    with pytest.raises(osign.Error) as caught:
        call()
    error = caught.value
    sentence = str(error)
    assert (type(error), error.name, error.status) == (kind, name, STATUSES[name]), sentence
    assert words in sentence
    assert sentence and not sentence.endswith(".")
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", error.reason)
    assert error.__cause__ is None and error.__context__ is None
    shown = all_of(error)
    assert SECRET not in shown and "MII" not in shown
    return sentence


def wrong_type(message: str, call: Callable[[], object]) -> None:
    """Calls, and holds the `TypeError` to its whole message."""
    with pytest.raises(TypeError) as caught:
        call()
    assert not isinstance(caught.value, osign.Error)
    assert str(caught.value) == message
    assert SECRET not in all_of(caught.value)
