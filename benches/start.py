"""How long the command line takes from start to end, beside a program that does nothing: a process each, in turn."""

import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

ROUNDS = 400
BUDGET = 2


def once(command: list[str], quiet: int) -> float:
    begun = time.perf_counter()
    actions = [(os.POSIX_SPAWN_DUP2, quiet, 1), (os.POSIX_SPAWN_DUP2, quiet, 2)]
    child = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    _, status = os.waitpid(child, 0)
    took = time.perf_counter() - begun
    if status != 0:
        sys.exit(f"{command[0]} ended with {status}")
    return took


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        credentials = pathlib.Path(folder, "credentials.json")
        credentials.write_text(json.dumps({"consumer_key": "key", "consumer_secret": "secret"}))
        credentials.chmod(0o600)
        signs = [sys.argv[1], "sign", "GET", "https://api.example.com/items?limit=5", "--credentials", str(credentials)]
        quiet = os.open(os.devnull, os.O_RDWR)
        pairs = [(once(["/bin/true"], quiet), once(signs, quiet)) for _ in range(ROUNDS)]
    nothing, signed = (sorted(column) for column in zip(*pairs))
    low = signed[ROUNDS // 10] / nothing[ROUNDS // 10]
    ratio = statistics.median(signed) / statistics.median(nothing)
    print(f"osign sign, a process from start to end: {statistics.median(signed) * 1e6:.0f} µs, "
          f"{ratio:.2f} x /bin/true, p10 {low:.2f} x (budget {BUDGET} x)")


main()
