"""The package where no client is installed."""

import subprocess
import sys

PROGRAM = """
import sys
for name in ("aiohttp", "httpx", "requests"):
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
    assert names == sorted(names) and {"aiohttp", "httpx", "oauth1", "requests", "InputError", "nonce"} < set(names)
