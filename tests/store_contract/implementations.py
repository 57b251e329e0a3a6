"""Runs contract.py against what keeps the contract, a plain file in C and SQLite in Python, and against what does not: each must be
refused by the check that is for it."""

import concurrent.futures
import subprocess
import sys
import tempfile
from pathlib import Path

import sqlite_rows

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
#: In memory where there is such a place: each row is written for the disk.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


def contract(*arguments):
    """Exit code and lines."""
    done = subprocess.run(
        [sys.executable, HERE / "contract.py", *arguments], capture_output=True, text=True, timeout=300, encoding="utf-8"
    )
    return done.returncode, done.stdout.splitlines() + done.stderr.splitlines()


def plain_file(folder):
    """The table of examples/c, as a program that speaks the protocol."""
    program = Path(folder, "plain_file")
    subprocess.run(
        ["gcc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT}/include", f"-I{ROOT}/examples/c",
         HERE / "plain_file.c", "-o", program, "-lcjson"],
        check=True,
    )
    return program


def run(check):
    """check(what, ok, said) counts."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        checks = contract("--list")[1]
        check("each check has a fault that it finds", sorted(checks) == sorted(sqlite_rows.FAULTS.values()), checks)
        sqlite = [sys.executable, HERE / "sqlite_rows.py"]
        sound = {"a plain file": [plain_file(folder), f"{folder}/rows.txt"], "SQLite": [*sqlite, f"{folder}/rows.db"]}

        def broken(fault):
            return contract("--only", sqlite_rows.FAULTS[fault], *sqlite, f"{folder}/{fault}.db", "--fault", fault)

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            kept = {name: pool.submit(contract, *command) for name, command in sound.items()}
            found = {fault: pool.submit(broken, fault) for fault in sqlite_rows.FAULTS}
        for name, result in kept.items():
            code, lines = result.result()
            passed = [line.split()[1] for line in lines if line.startswith("ok ")]
            check(f"{name} keeps the contract", code == 0 and passed == checks, "\n".join(lines))
        for fault, result in found.items():
            code, lines = result.result()
            refused = any(line.startswith(f"REFUSED {sqlite_rows.FAULTS[fault]}: ") for line in lines)
            check(f"{fault} is refused by {sqlite_rows.FAULTS[fault]}", code == 1 and refused, "\n".join(lines))
        code, lines = contract("--only", "a-row-is-added-once", "/bin/false")
        check("what ends at once is refused", code == 1 and "it ended" in lines[0], lines)
        code, lines = contract("--only", "no-such", "x")
        check("a check that there is not", code == 2 and "no such check" in lines[-1], lines)
        left = subprocess.run(
            [*sound["SQLite"]], input='{"call": "names"}\n', capture_output=True, text=True, check=True
        ).stdout
        check("no row is left behind", left == '{"names": []}\n', left)


if __name__ == "__main__":
    counts = [0, 0]

    def count(what, ok, said):
        counts[not ok] += 1
        if not ok:
            print(f"failed: {what}: {said}")

    run(count)
    print(f"store contract: {counts[0]} passed, {counts[1]} failed")
    sys.exit(1 if counts[1] or not counts[0] else 0)
