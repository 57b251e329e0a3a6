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
