"""Programs that need a Python of their own: as strict as the one that runs the tests."""

import os
import subprocess
import sys
import textwrap

#: As the tests are run: nothing is ignored, and -P keeps this folder out of the program's path.
STRICT = [sys.executable, "-bb", "-X", "dev", "-W", "error"]


def run(program: str, *arguments: str, timeout: float = 300, **environment: str) -> str:
    """Runs a program, which must end well and say nothing on stderr; returns what it printed."""
    ended = subprocess.run(
        [*STRICT, "-c", textwrap.dedent(program), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, ""), f"{ended.returncode}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout
