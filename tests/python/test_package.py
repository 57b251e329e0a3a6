"""The package where no client is installed."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
for name in ("aiohttp", "httpx", "httpx2", "requests"):
    sys.modules[name] = None  # As if it were not installed.
import osign
from osign import *
assert not hasattr(osign, "httpx") and getattr(osign, "aiohttp", None) is None
import pydoc, inspect
assert "Signs API requests" in pydoc.render_doc(osign)
inspect.getmembers(osign)
try:
    osign.requests.OAuth1
except AttributeError as error:
    print(error)
"""


def test_a_client_that_is_not_installed_is_no_attribute():
    done = subprocess.run([sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.stdout == "osign.requests needs requests: pip install 'osign[requests]'\n", done.stderr


IMPORTS = """
import sys
client = sys.argv[1]
sys.modules[client] = None  # As if it were not installed.
for statement in (f"from osign.{client} import OAuth1", f"import osign.{client}", f"from osign import {client}"):
    try:
        exec(statement)
    except ModuleNotFoundError as error:  # An ImportError.
        print(error, error.name)
"""


@pytest.mark.parametrize("client", ["aiohttp", "httpx", "httpx2", "requests"])
def test_importing_without_the_client_says_how_to_install_it(client):
    command = [sys.executable, "-W", "error", "-c", IMPORTS, client]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == f"osign.{client} needs {client}: pip install 'osign[{client}]' {client}\n" * 3, done.stderr


HALF_INSTALLED = """
import sys
sys.modules["yarl"] = None  # As if aiohttp were there, and something that it needs were not.
import osign
try:
    osign.aiohttp
except ModuleNotFoundError as error:
    print(error.name)
"""


def test_what_else_is_missing_is_said_as_it_is():
    done = subprocess.run([sys.executable, "-W", "error", "-c", HALF_INSTALLED], capture_output=True, text=True, check=False)
    assert done.stdout == "yarl\n", done.stderr


def test_the_clients_are_listed():
    listed = subprocess.run(
        [sys.executable, "-c", "import osign; print(*dir(osign))"], capture_output=True, text=True, check=True
    )
    names = listed.stdout.split()
    assert names == sorted(names) and {"aiohttp", "httpx", "httpx2", "oauth1", "requests", "InputError", "nonce"} < set(names)


def test_what_nothing_raises_is_not_there():
    listed = subprocess.run(
        [sys.executable, "-c", "import osign; print(*(n for n in dir(osign) if n.endswith(('Error', 'Warning'))))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert listed.stdout.split() == [
        "ConfigurationError", "Error", "InputError", "InternalError", "InvalidKeyError", "StoreError", "UnnormalizedUrlWarning", "UnsignedFormWarning"
    ]


def test_importing_it_imports_little():
    # Some Pythons import one or another by themselves.
    heavy = "{'asyncio', 'urllib', 'http', 'ssl', 'socket', 'datetime'}"
    program = f"import sys; before = set(sys.modules); import osign; print(*({heavy} & set(sys.modules) - before))"
    listed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert listed.stdout.split() == []
