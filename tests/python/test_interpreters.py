"""Other interpreters of one process are refused, with a reason; and on a free-threaded Python no lock comes back."""

import sys
import sysconfig

import pytest
from programs import run

IN_USE = (
    "osign is in use by another interpreter of this process, and can serve only one; use threads or processes instead of "
    "subinterpreters"
)
#: Python's own words, for interpreters with a lock of their own.
NOT_SUPPORTED = "module osign._native does not support loading in subinterpreters"

PROGRAM = """
import sys

IMPORT = '''
import os
try:
    import osign
    said = "served " + osign.oauth1.Signer("key", "secret").sign("GET", "http://h/").nonce
except ImportError as error:
    said = str(error)
os.write(1, said.encode() + bytes([10]))
'''

def import_elsewhere(own_lock):
    if sys.version_info >= (3, 13):
        import _interpreters as interpreters
        interpreter = interpreters.create("isolated" if own_lock else "legacy")
    else:
        import _xxsubinterpreters as interpreters
        options = {"isolated": own_lock} if sys.version_info >= (3, 12) else {}
        interpreter = interpreters.create(**options)
    interpreters.run_string(interpreter, IMPORT)
    interpreters.destroy(interpreter)

for where in sys.argv[1:]:
    if where == "here":
        exec(IMPORT)
    else:
        import_elsewhere(where == "own lock")
"""


def served(*where: str) -> list[str]:
    """What importing osign said in these interpreters, one after the other."""
    lines = run(PROGRAM, *where).splitlines()
    assert len(lines) == len(where)
    return [line.split()[0] if line.startswith("served ") else line for line in lines]


def test_a_second_interpreter_is_refused() -> None:
    assert served("here", "shared lock", "here", "shared lock") == ["served", IN_USE, "served", IN_USE]


def test_the_first_to_import_it_is_served() -> None:
    """As in a server that runs its application in an interpreter beside the main one."""
    assert served("shared lock", "shared lock", "here") == ["served", IN_USE, IN_USE]


if sys.version_info >= (3, 12):

    def test_an_interpreter_with_a_lock_of_its_own_is_refused() -> None:
        assert served("own lock", "here", "own lock", "here") == [NOT_SUPPORTED, "served", NOT_SUPPORTED, "served"]


def test_free_threading() -> None:
    """The module asks for no lock: where Python runs without, it still does after the import, and threads sign."""
    free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    printed = run(
        """
        import sys
        enabled = getattr(sys, "_is_gil_enabled", lambda: True)
        before = enabled()
        import threading
        from osign.oauth1 import Signer

        signer = Signer("key", "secret")
        expected = signer.authorization("GET", "http://h/", nonce="n", timestamp=1)
        nonces = []

        def work():
            drawn = [one.nonce for one in signer.sign_many([("GET", "http://h/")] * 2000)]
            drawn += [signer.sign("GET", "http://h/").nonce for _ in range(2000)]
            assert all(signer.authorization("GET", "http://h/", nonce="n", timestamp=1) == expected for _ in range(2000))
            nonces.append(drawn)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        drawn = [nonce for part in nonces for nonce in part]
        print(before, enabled(), len(drawn), len(set(drawn)))
        """
    )
    assert printed.split() == [str(not free_threaded), str(not free_threaded), "32000", "32000"]


if sysconfig.get_config_var("Py_GIL_DISABLED"):

    def test_this_very_run_has_no_lock() -> None:
        assert not sys._is_gil_enabled()
