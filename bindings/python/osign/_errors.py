"""The exceptions and the warnings. The native module chooses among them by the status of what failed."""

from __future__ import annotations

from typing import Any

from . import _native

__all__ = [
    "ConfigurationError",
    "Error",
    "GrantLost",
    "InputError",
    "InternalError",
    "InvalidKeyError",
    "LoginFailed",
    "NotSent",
    "StoreError",
    "TokenMissing",
    "TokenRequestDenied",
    "TryLater",
    "UnnormalizedUrlWarning",
    "UnsignedFormWarning",
    "VerifierMissing",
]


class Error(Exception):
    """What all of osign's exceptions are.

    ``str()`` is a sentence that says what was wrong, with what, and what to do. It never holds a secret.
    ``status`` is the number that every host of osign has for it, and ``name`` its name, such as
    ``"OSIGN_INVALID_URL"``. ``reason`` says more exactly what it was, in one word that stays the same when the sentence is
    reworded, such as ``"relative-url"``.
    """

    status: int
    reason: str

    def __init__(self, message: str, status: int, reason: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason

    @property
    def name(self) -> str:
        """The status's name, such as ``"OSIGN_INVALID_URL"``."""
        return _native.status_name(self.status)

    # An exception that a worker process raises is pickled on its way back.
    def __reduce__(self) -> tuple[type[Error], tuple[str, int, str]]:
        return type(self), (str(self), self.status, self.reason)


class InputError(Error, ValueError):
    """An argument or a request that cannot be signed (status 100 to 299)."""


class InvalidKeyError(Error, ValueError):
    """A private key that is missing, of the wrong kind, or unreadable (status 300)."""


class GrantLost(Error):
    """A grant gives no token until a person logs in (status 600). Trying again does not help."""


class TryLater(Error):
    """There is no token right now, and a later call may bring one (status 601): the service was not reached, or asks to wait,
    or another process renews the grant. Nothing is lost.
    """


class LoginFailed(Error):
    """A login came to nothing (status 500 to 502): the callback is foreign or none, the person or the service refused, or an answer
    is none that brings a token. The grant, where there is one, is as it was.
    """


class TokenRequestDenied(LoginFailed, ValueError):
    """A service turned a session's request for a token down, or failed: its HTTP status is none of success. The session is as
    it was.

    ``response`` is the HTTP client's, and ``status_code`` its status. A token may stand in it: it is nothing for a log.
    """

    #: What Authlib calls it.
    error: str = "fetch_token_denied"

    def __init__(self, message: str, status: int, reason: str, response: Any = None) -> None:
        super().__init__(message, status, reason)
        self.response: Any = response
        #: The HTTP status; 0 where there is no response.
        self.status_code: int = 0 if response is None else response.status_code

    # Without the response, in which a token may stand.
    def __reduce__(self) -> Any:
        return type(self), (str(self), self.status, self.reason), {"status_code": self.status_code}


class TokenMissing(LoginFailed, ValueError):
    """An answer or a callback gives a session no token that counts; ``reason`` says why, such as ``"other-callback-token"``. The
    session is as it was.

    ``response`` is a ``dict`` with ``oauth_problem``, where the answer has a known word for it, and nothing else: it could be secret.
    """

    #: What Authlib calls it.
    error: str = "missing_token"

    def __init__(self, message: str, status: int, reason: str, response: dict[str, str] | None = None) -> None:
        super().__init__(message, status, reason)
        self.response: dict[str, str] = {} if response is None else response


class VerifierMissing(LoginFailed, ValueError):
    """A session was to get a token, and has no verifier."""

    #: What Authlib calls it.
    error: str = "missing_verifier"


class ConfigurationError(Error):
    """Something is set wrong (status 503 to 506, 602, 700): the service refuses the client, a service, an address or an account
    is missing or none, the URL is none that the credential may be sent to, or a CA file or a proxy cannot be used. The grant
    is not lost.
    """


class StoreError(Error):
    """A store or a grant in it (status 603 to 610): there is none of that name, or one already; the store cannot be opened,
    read or written; the key is wrong; or the store was copied or restored, and waits for ``adopt_store``.
    """


class NotSent(Exception):
    """For a ``send`` of yours to raise, where nothing of a request can have reached the service: no name, no connection, no
    TLS. Then it may be sent again without harm.
    """


class InternalError(Error):
    """A defect of osign's own (status 900); please report it."""


class UnsignedFormWarning(UserWarning):
    """A body that looks like a form and is not signed as one, since it has no content type that says so.

    Give ``content_type="application/x-www-form-urlencoded"`` where it is a form. Python shows it once for each line that
    signs so; ``warnings.simplefilter("error", osign.UnsignedFormWarning)`` makes an error of it.
    """


class UnnormalizedUrlWarning(UserWarning):
    """A URL that ``authorization`` signs as it is given, and that HTTP clients may send in another form: with other escapes,
    without ``/../``, or with its user name and password in a header that takes the place of ours.

    Take ``sign`` and send the URL of its answer; or say ``url_form="as-given"`` where what sends it leaves it alone. Python
    shows it once for each line that signs so.
    """


for _name in __all__:
    globals()[_name].__module__ = "osign"
