"""The exceptions and the warning. The native module chooses among them by the status of what failed."""

from __future__ import annotations

from . import _native

__all__ = [
    "Error",
    "InputError",
    "InternalError",
    "InvalidKeyError",
    "UnsignedFormWarning",
]


class Error(Exception):
    """What all of osign's exceptions are.

    ``str()`` is a sentence that says what was wrong, with what, and what to do. It never holds a secret.
    ``status`` is the number that every host of osign has for it, and ``name`` its name, such as
    ``"OSIGN_INVALID_URL"``.
    """

    status: int

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status

    @property
    def name(self) -> str:
        """The status's name, such as ``"OSIGN_INVALID_URL"``."""
        return _native.status_name(self.status)

    # An exception that a worker process raises is pickled on its way back.
    def __reduce__(self) -> tuple[type[Error], tuple[str, int]]:
        return type(self), (str(self), self.status)


class InputError(Error, ValueError):
    """An argument or a request that cannot be signed (status 100 to 299)."""


class InvalidKeyError(Error, ValueError):
    """A private key that is missing, of the wrong kind, or unreadable (status 300)."""


class InternalError(Error):
    """A defect of osign's own (status 900); please report it."""


class UnsignedFormWarning(UserWarning):
    """A body that looks like a form and is not signed as one, since it has no content type that says so.

    Give ``content_type="application/x-www-form-urlencoded"`` where it is a form. Python shows it once for each line that
    signs so; ``warnings.simplefilter("error", osign.UnsignedFormWarning)`` makes an error of it.
    """


for _class in (Error, InputError, InternalError, InvalidKeyError, UnsignedFormWarning):
    _class.__module__ = "osign"
