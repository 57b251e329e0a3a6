#!/usr/bin/env python3
"""Runs every code block of the guides, so that what they show is what happens.

    make build python && tests/docs.py [--python PATH] [DOCUMENT...]

The interpreter of --python, or of OSIGN_PYTHON, has the package osign and what tests/requirements.txt names; it runs the
Python blocks, and the examples in the package's docstrings.

A comment before a block says what to do with it. The blocks of a document run in their order, in one folder, with an
installed osign: its commands in PATH, its library and its pkg-config file found.

    <!-- test: first.c -->           C99 with gcc and clang, every warning an error; then it is run
    <!-- test: raii.cpp -->          the same as C++17 with g++ and clang++
    <!-- test: sign.sh -->           run by sh -eu; sign.php by PHP, sign.lua by LuaJIT
    <!-- test: client.py -->         run by Python
    <!-- test: get.py, served -->    the same; https://api.example.com is the service of tests/server/service.py, which
                                     verifies each signature with oauthlib; a Flow may do without TLS there
    <!-- test: login.sh, granted --> amoCRM is the service of tests/provider/provider.py, the browser is a person who agrees at
                                     once, and secret.txt is there; `, granted at NAME` is in a home folder of its own;
                                     `, served, granted` has both services, and consumer-secret.txt is of the first
    <!-- test: batch.sh exits 1 -->  wants that exit code instead of 0
    <!-- test: shop.toml -->         any other name: the block is written to that file, for the blocks after it
    <!-- output -->                  what the block before it prints, on stdout and stderr together; `…` stands for
                                     any text within a line, and a line that is `…` alone for any lines
    <!-- no test: the reason -->     left alone

A block in C, C++, shell, Python, PHP, Lua, TOML or JSON without such a comment fails, and so does a relative link to nothing.
"""

import argparse
import glob
import os
import re
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = (ROOT / os.environ.get("CARGO_TARGET_DIR", "target")).resolve()
BUILT = TARGET / os.environ.get("OSIGN_BUILT", "release")
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
COMPILERS = {
    ".c": [["gcc", "-std=c99"], ["clang", "-std=c99"]],
    ".cpp": [["g++", "-std=c++17"], ["clang++", "-std=c++17"]],
}
RUNNERS = {".sh": ["sh", "-eu"], ".php": ["php", "-d", "ffi.enable=1"], ".lua": ["luajit"]}
# A block that needs more of Python than itself.
NEEDS_OSIGN = re.compile(r"^\s*(?:import|from) (?:\w+, )*osign\b", re.MULTILINE)
NEEDED = ("osign", "requests", "httpx", "httpx2", "aiohttp", "oauthlib", "django")
SERVICE = ROOT / "tests" / "server" / "service.py"
SERVED = "https://api.example.com"
PROVIDER = ROOT / "tests" / "provider"
MUST_BE_MARKED = {"c", "cpp", "c++", "sh", "bash", "shell", "console", "python", "php", "lua", "toml", "json"}

FENCE = re.compile(r"^```(\S*)\s*$")
TEST = re.compile(r"^<!-- test: ([\w.-]+)(?: exits (\d+))?(, served)?(, granted(?: at (\w+))?)? -->$")
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


class Service:
    """The service that the guides' Python talks to, started when it is first asked for."""

    def __init__(self, python):
        self.python = python
        self.process = None
        self.url = None

    def start(self):
        if self.process is None:
            self.process = subprocess.Popen(
                [self.python, SERVICE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            self.url = self.process.stdout.readline().strip()
        return self.url

    def stop(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait(timeout=10)


# A person who agrees at once, while whoever opened the browser goes on.
BROWSER = """#!/usr/bin/env python3
import os, sys, urllib.request
if os.fork() == 0:
    urllib.request.urlopen(sys.argv[1]).read()
"""


class Grants:
    """A service with OAuth 2.0 in the place of amoCRM, and a person's home, started when a document first asks for them."""

    def __init__(self, folder):
        self.folder = folder
        self.process = None

    def start(self):
        if self.process is not None:
            return
        sys.path.insert(0, str(PROVIDER))
        from provider import CLIENT_ID, CLIENT_SECRET

        self.process = subprocess.Popen(
            [sys.executable, PROVIDER / "provider.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        url = self.process.stdout.readline().strip()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        place = f"--authorize-url {url}/authorize --token-url {url}/token --set revoke_url={url}/revoke --api-origin {url}"
        #: What a block shows, and what is run.
        self.words = {
            "--provider amocrm": f"--provider custom {place} --allow-insecure-http",
            'provider="amocrm"': (
                f'provider="custom", authorize_url="{url}/authorize", token_url="{url}/token", '
                f'revoke_url="{url}/revoke", api_origin="{url}", allow_insecure_http=True'
            ),
            "https://example.amocrm.ru": url,
            "http://127.0.0.1:8484": f"http://127.0.0.1:{port}",
            '"127.0.0.1", 8484': f'"127.0.0.1", {port}',
            "3f1d7c0e": CLIENT_ID,
            # Of the service of OAuth 1.0a, where a block is served as well.
            "--kind oauth1": "--kind oauth1 --allow-insecure-http",
            'kind="oauth1"': 'kind="oauth1", allow_insecure_http=True',
        }
        browser = self.folder / "browser" / "xdg-open"
        browser.parent.mkdir()
        browser.write_text(BROWSER, encoding="utf-8")
        browser.chmod(0o755)
        self.secret = CLIENT_SECRET

    def set_up(self, folder, environment, home):
        """The environment of a block."""
        for name, text in (("secret.txt", self.secret), ("consumer-secret.txt", "kd94hf93k423kf44")):
            secret = folder / name
            secret.write_text(f"{text}\n", encoding="utf-8")
            secret.chmod(stat.S_IRUSR | stat.S_IWUSR)
        at = folder / f"home-{home or 'first'}"
        at.mkdir(exist_ok=True)
        browsers = self.folder / "browser"
        # Python's webbrowser would take another one first.
        own = {"HOME": str(at), "PATH": f"{browsers}:{environment['PATH']}", "BROWSER": str(browsers / "xdg-open")}
        return environment | own

    def stop(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait(timeout=10)


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
            [*compiler, *WARNINGS, f"-I{ROOT / 'include'}", path.name, "-o", program, f"-L{BUILT}", "-losign",
             f"-Wl,-rpath,{BUILT}"],
            folder, environment,
        )
        yield compiler[0], [program] if code == 0 else f"does not compile:\n{said}"


def check_block(where, path, code, shown, folder, environment, served=None):
    """Runs one block each way that there is."""
    for how, command in commands(path, folder, environment):
        if isinstance(command, str):
            outcome(f"{where} ({how})", command)
            continue
        found, said = run(command, folder, environment)
        said = said.replace(served, SERVED) if served else said
        if found != code:
            outcome(f"{where} ({how})", f"exit code {found}, not {code}:\n{said}")
        elif shown is not None and not matches(shown, said):
            outcome(f"{where} ({how})", f"printed\n{said}where the document shows\n{shown}")
        else:
            outcome(f"{where} ({how})")


def on_loopback(content, served):
    """A block that speaks to the service of the guides."""
    return re.sub(r"(oauth1\.Flow\(\s*[^,()]+, [^,()]+,)", r"\1 allow_insecure_http=True,", content.replace(SERVED, served))


def check_document(document, folder, environment, service, grants):
    text = document.read_text(encoding="utf-8")
    name = document.relative_to(ROOT)
    found = list(blocks(text))
    tested = 0
    for index, (line, comment, language, content) in enumerate(found):
        test = TEST.match(comment)
        where = f"{name}:{line}"
        if test:
            path = folder / test[1]
            served = service.start() if test[3] else None
            content, around = on_loopback(content, served) if served else content, environment
            if test[4]:
                grants.start()
                around = grants.set_up(folder, environment, test[5])
                for shown, real in grants.words.items():
                    content = content.replace(shown, real)
            path.write_text(content, encoding="utf-8")
            path.chmod(stat.S_IRUSR | stat.S_IWUSR)
            following = found[index + 1] if index + 1 < len(found) else None
            shown = following[3] if following and following[1] == "<!-- output -->" else None
            tested += 1
            check_block(f"{where}: {test[1]}", path, int(test[2] or 0), shown, folder, around, served)
        elif comment == "<!-- output -->":
            if index == 0 or not TEST.match(found[index - 1][1]):
                outcome(where, "an output without a block that prints it")
        elif language in MUST_BE_MARKED and not NO_TEST.match(comment):
            outcome(where, "a block that is not tested, and no word why")
    # 1C's language does not run without 1C; `make test-addin` parses what these guides show.
    if tested == 0 and "bindings/1c/" not in str(name):
        outcome(name, "it has no block to test")
    for link in LINK.findall(text):
        if not re.match(r"[a-z]+:", link):
            outcome(f"{name}: the link to {link}", None if (document.parent / link).exists() else "leads nowhere")


# Prints a line for each docstring with examples, and for each public name: what it is, a tab, what is wrong or nothing.
DOCSTRINGS = r"""
import doctest, importlib, inspect, io, re, typing
for name in ("osign", "osign.oauth1", "osign.requests", "osign.httpx", "osign.httpx2", "osign.aiohttp", "osign.stores"):
    module = importlib.import_module(name)
    for test in doctest.DocTestFinder().find(module):
        if test.examples:
            out = io.StringIO()
            doctest.DocTestRunner().run(test, out=out.write)
            print(f"the examples of {test.name}", repr(out.getvalue())[1:-1], sep="\t")
    public = {f"{name}.{each}": getattr(module, each) for each in module.__all__ if each != "__version__"} | {name: module}
    for what, value in list(public.items()):
        if typing.get_origin(value) is typing.Literal:
            del public[what]  # A list of texts for type checkers, which can have none.
        if inspect.isclass(value):
            own = {f"{what}.{each}": getattr(value, each) for each in vars(value) if not each.startswith("_")}
            public |= own
    for what, value in public.items():
        text = inspect.getdoc(value) or ""
        # A paragraph that is indented has kept the indentation of the source.
        wrong = "no docstring" if not text else "indented" if re.search(r"(?:\A|\n\n) +\S", text) else ""
        print(f"the docstring of {what}", wrong, sep="\t")
"""


def check_docstrings(folder, environment):
    """Runs the examples in the package's docstrings, and looks whether `help()` has something to show."""
    code, said = run([*RUNNERS[".py"], "-c", DOCSTRINGS], folder, environment)
    if code != 0:
        outcome("the package's docstrings", said)
        return
    for line in said.splitlines():
        what, wrong = line.split("\t")
        outcome(what, wrong.replace("\\n", "\n") or None)


def interpreter(wanted, names):
    """The Python that runs the blocks: the one that is asked for, or this one where no document needs osign."""
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in names}
    needy = [
        name for name, text in texts.items()
        if any(language == "python" and NEEDS_OSIGN.search(content) for _, _, language, content in blocks(text))
    ]
    if wanted is None and needy:
        sys.exit(f"docs: {needy[0]} has Python blocks; say with --python PATH, or OSIGN_PYTHON, who runs them (make python)")
    if wanted is None:
        return sys.executable, False
    # As it is called: the target of the link that a virtual environment has knows nothing of the environment.
    python = os.path.abspath(wanted)
    if not os.access(python, os.X_OK):
        sys.exit(f"docs: there is no {python} to run Python blocks; run make python")
    missing = [
        name for name in NEEDED if subprocess.run([python, "-c", f"import {name}"], stderr=subprocess.DEVNULL).returncode
    ]
    if missing:
        sys.exit(f"docs: {python} has no {', '.join(missing)}; run make python")
    return python, True


def install(folder):
    """Installs what is built, and an environment that finds it and has no credentials of the caller's."""
    prefix = folder / "prefix"
    subprocess.run(
        ["make", "--no-print-directory", "install", f"PREFIX={prefix}", "DESTDIR="], cwd=ROOT, check=True,
        env=os.environ | {"CARGO_TARGET_DIR": str(TARGET)}, stdout=subprocess.DEVNULL,
    )
    kept = {
        name: value for name, value in os.environ.items()
        # A proxy is not for the loopback.
        if not name.startswith(("OSIGN_", "XDG_", "MAKE", "MFLAGS", "PYTHON")) and not name.lower().endswith("_proxy")
    }
    return kept | {
        "PATH": f"{prefix}/bin:{os.environ['PATH']}",
        "PKG_CONFIG_PATH": f"{prefix}/lib/pkgconfig",
        "LD_LIBRARY_PATH": f"{prefix}/lib",
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder),
    }


def main():
    parser = argparse.ArgumentParser(description="Runs every code block of the guides.")
    parser.add_argument("documents", nargs="*", metavar="DOCUMENT", help="from the root of the source; all of them unless named")
    parser.add_argument(
        "--python", metavar="PATH", default=os.environ.get("OSIGN_PYTHON"), help="the interpreter that has the package osign"
    )
    given = parser.parse_args()
    guides = ["README.md", "README.ru.md"]
    guides += [name for folder in ("docs/*.md", "bindings/*/README*.md") for name in sorted(glob.glob(folder, root_dir=ROOT))]
    names = given.documents or guides
    for name in ("osign", "libosign.so", "libosign.a"):
        if not (BUILT / name).exists():
            sys.exit(f"docs: there is no {BUILT / name}; run make build")
    python, has_osign = interpreter(given.python, names)
    RUNNERS[".py"] = [python, "-W", "error::DeprecationWarning"]
    service = Service(python)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            grants = Grants(Path(temporary))
            environment = install(Path(temporary))
            for number, name in enumerate(names):
                folder = Path(temporary) / str(number)
                folder.mkdir()
                check_document(ROOT / name, folder, environment, service, grants)
            grants.stop()
            if has_osign and not given.documents:
                check_docstrings(Path(temporary), environment)
    finally:
        service.stop()
    print(f"docs: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
