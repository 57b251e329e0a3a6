#!/usr/bin/env python3
"""Runs every code block of the guides, so that what they show is what happens.

    make build && tests/docs.py [DOCUMENT...]

A comment before a block says what to do with it. The blocks of a document run in their order, in one folder, with an
installed osign: its commands in PATH, its library and its pkg-config file found.

    <!-- test: first.c -->           C99 with gcc and clang, every warning an error; then it is run
    <!-- test: raii.cpp -->          the same as C++17 with g++ and clang++
    <!-- test: sign.sh -->           run by sh -eu
    <!-- test: client.py -->         run by python3
    <!-- test: batch.sh exits 1 -->  wants that exit code instead of 0
    <!-- test: shop.toml -->         any other name: the block is written to that file, for the blocks after it
    <!-- output -->                  what the block before it prints, on stdout and stderr together; `…` stands for
                                     any text within a line, and a line that is `…` alone for any lines
    <!-- no test: the reason -->     left alone

A block in C, C++, shell, Python, TOML or JSON without such a comment fails, and so does a relative link to nothing.
"""

import glob
import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = (ROOT / os.environ.get("CARGO_TARGET_DIR", "target")).resolve()
RELEASE = TARGET / "release"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
COMPILERS = {
    ".c": [["gcc", "-std=c99"], ["clang", "-std=c99"]],
    ".cpp": [["g++", "-std=c++17"], ["clang++", "-std=c++17"]],
}
RUNNERS = {".sh": ["sh", "-eu"], ".py": [sys.executable]}
MUST_BE_MARKED = {"c", "cpp", "c++", "sh", "bash", "shell", "console", "python", "toml", "json"}

FENCE = re.compile(r"^```(\S*)\s*$")
TEST = re.compile(r"^<!-- test: ([\w.-]+)(?: exits (\d+))? -->$")
NO_TEST = re.compile(r"^<!-- no test: .+ -->$")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")

passed = failed = 0


def outcome(where, problem=None):
    """Counts one check, and says what is wrong with it."""
    global passed, failed
    if problem is None:
        passed += 1
    else:
        failed += 1
        print(f"failed: {where}: {problem}", file=sys.stderr)


def blocks(text):
    """(line, comment before it, language, text) of each fenced block."""
    before, lines = "", enumerate(text.splitlines(), 1)
    for number, line in lines:
        fence = FENCE.match(line)
        if fence:
            inside = []
            for _, line in lines:
                if line == "```":
                    break
                inside.append(line)
            yield number, before, fence[1], "\n".join(inside) + "\n"
            before = ""
        elif line.strip():
            before = line.strip()


def run(command, folder, environment):
    """Exit code and all that is printed."""
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=120,
    )
    return done.returncode, done.stdout.decode(errors="replace")


def matches(shown, said):
    """Whether this was printed, `…` being any text."""
    lines = [
        r"(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n"
        for line in shown.rstrip("\n").split("\n")
    ]
    return re.fullmatch("".join(lines), said.rstrip("\n") + "\n") is not None


def commands(path, folder, environment):
    """The ways to run a block; compiles it first where it is to be compiled."""
    if path.suffix in RUNNERS:
        yield path.suffix[1:], [*RUNNERS[path.suffix], path.name]
    for compiler in COMPILERS.get(path.suffix, []):
        program = folder / f"{path.stem}.{compiler[0]}"
        code, said = run(
            [*compiler, *WARNINGS, f"-I{ROOT / 'include'}", path.name, "-o", program, f"-L{RELEASE}", "-losign",
             f"-Wl,-rpath,{RELEASE}"],
            folder, environment,
        )
        yield compiler[0], [program] if code == 0 else f"does not compile:\n{said}"


def check_block(where, path, code, shown, folder, environment):
    """Runs one block each way that there is."""
    for how, command in commands(path, folder, environment):
        if isinstance(command, str):
            outcome(f"{where} ({how})", command)
            continue
        found, said = run(command, folder, environment)
        if found != code:
            outcome(f"{where} ({how})", f"exit code {found}, not {code}:\n{said}")
        elif shown is not None and not matches(shown, said):
            outcome(f"{where} ({how})", f"printed\n{said}where the document shows\n{shown}")
        else:
            outcome(f"{where} ({how})")


def check_document(document, folder, environment):
    text = document.read_text(encoding="utf-8")
    name = document.relative_to(ROOT)
    found = list(blocks(text))
    tested = 0
    for index, (line, comment, language, content) in enumerate(found):
        test = TEST.match(comment)
        where = f"{name}:{line}"
        if test:
            path = folder / test[1]
            path.write_text(content, encoding="utf-8")
            path.chmod(stat.S_IRUSR | stat.S_IWUSR)
            following = found[index + 1] if index + 1 < len(found) else None
            shown = following[3] if following and following[1] == "<!-- output -->" else None
            tested += 1
            check_block(f"{where}: {test[1]}", path, int(test[2] or 0), shown, folder, environment)
        elif comment == "<!-- output -->":
            if index == 0 or not TEST.match(found[index - 1][1]):
                outcome(where, "an output without a block that prints it")
        elif language in MUST_BE_MARKED and not NO_TEST.match(comment):
            outcome(where, "a block that is not tested, and no word why")
    if tested == 0:
        outcome(name, "it has no block to test")
    for link in LINK.findall(text):
        if not re.match(r"[a-z]+:", link):
            outcome(f"{name}: the link to {link}", None if (document.parent / link).exists() else "leads nowhere")


def install(folder):
    """Installs what is built, and an environment that finds it and has no credentials of the caller's."""
    prefix = folder / "prefix"
    subprocess.run(
        ["make", "--no-print-directory", "install", f"PREFIX={prefix}", "DESTDIR="], cwd=ROOT, check=True,
        env=os.environ | {"CARGO_TARGET_DIR": str(TARGET)}, stdout=subprocess.DEVNULL,
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OSIGN_", "MAKE", "MFLAGS"))}
    return kept | {
        "PATH": f"{prefix}/bin:{os.environ['PATH']}",
        "PKG_CONFIG_PATH": f"{prefix}/lib/pkgconfig",
        "LD_LIBRARY_PATH": f"{prefix}/lib",
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder),
    }


def main():
    names = sys.argv[1:] or ["README.md", "README.ru.md", *sorted(glob.glob("docs/*.md", root_dir=ROOT))]
    for name in ("osign", "libosign.so", "libosign.a"):
        if not (RELEASE / name).exists():
            sys.exit(f"docs: there is no {RELEASE / name}; run make build")
    with tempfile.TemporaryDirectory() as temporary:
        environment = install(Path(temporary))
        for number, name in enumerate(names):
            folder = Path(temporary) / str(number)
            folder.mkdir()
            check_document(ROOT / name, folder, environment)
    print(f"docs: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
