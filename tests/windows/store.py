#!/usr/bin/env python3
"""The command line with its store as Windows runs it, by wine: against tests/provider/provider.py, over HTTP.

    store.py WINE OSIGN.EXE FOLDER
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

WINE, PROGRAM, ROOT = sys.argv[1], Path(sys.argv[2]).resolve(), Path(sys.argv[3]).resolve()
SOURCE = Path(__file__).resolve().parents[2]
PROVIDER = SOURCE / "tests" / "provider" / "provider.py"
CLIENT, SECRET = "demo-client", "demo-SECRET-of-the-client"

passed = 0


def check(what: str, is_so: bool, *details: object) -> None:
    global passed
    if not is_so:
        print(f"windows: {what}:", *details, file=sys.stderr)
        print(f"windows: {passed} passed, 1 failed")
        sys.exit(1)
    passed += 1


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def location(url: str) -> str:
    """Where the browser of a person is sent who agrees."""
    try:
        urllib.request.build_opener(NoRedirects).open(url)
    except urllib.error.HTTPError as answer:
        return str(answer.headers["Location"])
    raise AssertionError("no redirect")


class Provider:
    def __init__(self, *settings: str) -> None:
        words = [word for setting in settings for word in ("--set", setting)]
        self.process = subprocess.Popen([sys.executable, str(PROVIDER), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def __enter__(self) -> Provider:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def control(self, **changes: object) -> None:
        urllib.request.urlopen(f"{self.url}/control", json.dumps(changes).encode()).read()

    def count(self, name: str) -> int:
        return int(json.load(urllib.request.urlopen(f"{self.url}/counters"))[name])


def windows(path: Path) -> str:
    return "Z:" + str(path).replace("/", "\\")


class Home:
    """A folder with a store in it, or in the place that the system has for one."""

    def __init__(self, name: str, store: str | None = "tokens.db") -> None:
        self.folder = ROOT / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.environment = {
            "HOME": str(ROOT),
            "WINEPREFIX": str(ROOT / "prefix"),
            "WINEDEBUG": "-all",
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
        }
        if store:
            self.environment |= {
                "OSIGN_STORE": f"sqlite:{windows(self.folder / store)}",
                "OSIGN_STORE_KEY_FILE": windows(self.folder / "store.key"),
            }
        (self.folder / "secret").write_text(SECRET + "\n")

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [WINE, str(PROGRAM), *words],
            cwd=self.folder, env=self.environment, stdin=pipe, stdout=pipe, stderr=pipe,
        )  # fmt: skip

    def run(self, *words: str, stdin: str = "") -> tuple[int, str, str]:
        process = self.start(*words)
        out, err = process.communicate(stdin.encode(), timeout=120)
        return process.returncode, out.decode(), err.decode()

    def well(self, *words: str, stdin: str = "") -> str:
        code, out, err = self.run(*words, stdin=stdin)
        check(" ".join(words[:3]), code == 0, code, out, err)
        return out

    def add(self, provider: Provider, *more: str, by: str = "custom") -> str:
        if "OSIGN_STORE" in self.environment:
            self.well("key", "new", "store.key")
        code, out, err = self.run(
            "grant", "add", "crm", "--provider", by, "--client-id", CLIENT, "--client-secret-file", "secret",
            "--redirect-uri", "http://127.0.0.1:1/callback", "--authorize-url", f"{provider.url}/authorize",
            "--token-url", f"{provider.url}/token", "--api-origin", provider.url, "--allow-insecure-http", *more,
        )  # fmt: skip
        check("grant add", code == 0, code, out, err)
        return out + err

    def login(self) -> None:
        process = self.start("grant", "login", "crm", "--no-browser")
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip()
        out, err = process.communicate(f"{location(url)}\n".encode(), timeout=120)
        check("grant login", process.returncode == 0 and out.startswith(b"logged in: crm"), out, err)

    def token(self) -> str:
        return self.well("token", "crm", "--min-validity", "0").strip()


def from_nothing_to_a_token() -> None:
    with Provider() as provider:
        home = Home("nothing", store=None)
        said = home.add(provider)
        check("where the store is", "made the store" in said and "AppData" in said, said)
        home.login()
        check("a token", len(home.token()) > 20)
        check("a call", "Bearer" in home.well("call", "crm", "GET", f"{provider.url}/api/echo"))
        stores = list((ROOT / "prefix" / "drive_c" / "users").rglob("grants.sqlite"))
        check("the store is in the user's folder", len(stores) == 1, stores)


def one_of_many_refreshes() -> None:
    with Provider("access_lifetime=1") as provider:
        home = Home("many ключей", store="мои токены.db")
        home.add(provider)
        home.login()
        time.sleep(1.1)
        provider.control(access_lifetime=3600)
        processes = [home.start("token", "crm", "--min-validity", "0") for _ in range(6)]
        ended = [process.communicate(timeout=120) for process in processes]
        check("all ended well", all(process.returncode == 0 for process in processes), ended)
        check("with the same token", len({out for out, _ in ended}) == 1, ended)
        check("which was asked for once", provider.count("refresh") == 1, provider.count("refresh"))


def killed_with_the_answer_under_way(policy: str, rotation: str) -> tuple[int, str, str]:
    with Provider(f"policy={policy}", "access_lifetime=1") as provider:
        home = Home(f"killed {policy.replace(':', ' ')}")
        # A lost answer of it may be asked for once more: by default that could cost the family, and is waited for.
        profile = (SOURCE / "src" / "provider" / "services" / "custom.toml").read_text()
        profile = profile.replace('name = "custom"', 'name = "mine"')
        profile = profile.replace("revokes_family = true", "revokes_family = false")
        (home.folder / "mine.toml").write_text(profile)
        home.add(provider, "--rotation", rotation, by=".\\mine.toml")
        home.login()
        time.sleep(1.1)
        provider.control(fault="hold")
        process = home.start("token", "crm", "--min-validity", "0")
        while provider.count("refresh") == 0 and process.poll() is None:
            time.sleep(0.02)
        check("the request is sent", process.poll() is None, process.returncode)
        process.kill()
        process.communicate()
        provider.control(release=True)
        ended = home.run("token", "crm", "--min-validity", "0")
        if ended[0] == 10:
            home.login()
            home.token()
        return ended


def a_process_is_killed() -> None:
    code, token, err = killed_with_the_answer_under_way("idempotent", "idempotent")
    check("the token is sent again where that helps", code == 0 and len(token) > 20, code, token, err)
    code, token, err = killed_with_the_answer_under_way("strict", "strict")
    check("and else a person is told", code == 10 and "osign grant login crm" in err, code, token, err)


def copied_and_restored() -> None:
    with Provider("access_lifetime=1") as provider:
        home = Home("copied")
        home.add(provider)
        home.login()
        # A copy in another place.
        shutil.rmtree(ROOT / "elsewhere", ignore_errors=True)
        shutil.copytree(home.folder, ROOT / "elsewhere")
        copy = Home("copy")
        shutil.copytree(home.folder, copy.folder, dirs_exist_ok=True)
        code, _, err = copy.run("token", "crm", "--min-validity", "0")
        check("a copy is noticed", code == 12 and "osign grant adopt" in err, code, err)
        check("and has sent nothing", provider.count("refresh") == 0)
        # An older state in its own place.
        time.sleep(1.1)
        home.token()
        sent = provider.count("refresh")
        older = ROOT / "elsewhere"
        for name in ("tokens.db", "tokens.db-wal", "tokens.db-shm"):
            (home.folder / name).unlink(missing_ok=True)
            if (older / name).exists():
                shutil.copy(older / name, home.folder)
        code, _, err = home.run("token", "crm", "--min-validity", "0")
        check("an older state is noticed", code == 12 and "restored" in err, code, err)
        check("and has sent nothing", provider.count("refresh") == sent)


def moved_and_sealed_anew() -> None:
    with Provider() as provider:
        home = Home("moved")
        home.add(provider)
        home.login()
        token = home.token()
        home.well("store", "backup", "copy.db")
        check("a backup is a file", (home.folder / "copy.db").stat().st_size > 4096)
        home.well("key", "new", "other.key")
        home.well("store", "rekey", "other.key")
        code, _, err = home.run("token", "crm")
        check("the old key opens nothing", code == 12, code, err)
        home.environment["OSIGN_STORE_KEY_FILE"] = windows(home.folder / "other.key")
        check("the new one does", home.token() == token)
        (home.folder / "move.txt").write_text("a passphrase of the move\n")
        home.well("grant", "export", "crm", "--to", "crm.bundle", "--bundle-passphrase-file", "move.txt")
        check("it has gone from here", home.run("token", "crm")[0] != 0)
        other = Home("arrived")
        other.well("key", "new", "store.key")
        for name in ("crm.bundle", "move.txt"):
            shutil.copy(home.folder / name, other.folder)
        other.well("grant", "import", "crm.bundle", "--bundle-passphrase-file", "move.txt")
        other.well("grant", "adopt", "crm")
        check("and goes on there", other.token() == token)
        listed = json.loads(other.well("grant", "list", "--json"))
        check("a list", [grant["grant"] for grant in listed] == ["crm"], listed)
        check("nothing ends soon", other.run("grant", "check", "--warn", "1m")[0] == 0)
        other.well("grant", "remove", "crm")
        check("nothing is left", json.loads(other.well("grant", "list", "--json")) == [])


def a_file_that_is_in_the_way() -> None:
    with Provider() as provider:
        home = Home("bars")
        (home.folder / "tokens.db").mkdir()
        code, _, err = home.run("grant", "list")
        check("a folder is no store", code == 12, code, err)
        (home.folder / "tokens.db").rmdir()
        home.add(provider)
        (home.folder / "tokens.db").write_bytes(b"no database" * 1000)
        code, _, err = home.run("grant", "list")
        check("nor is another file", code == 12, code, err)


TESTS: list[Callable[[], None]] = [
    from_nothing_to_a_token,
    one_of_many_refreshes,
    a_process_is_killed,
    copied_and_restored,
    moved_and_sealed_anew,
    a_file_that_is_in_the_way,
]


def main() -> None:
    # What wine makes of a user's folder stays, as it takes long; what an earlier run put there does not.
    for folder in (ROOT / "prefix" / "drive_c" / "users").rglob("osign"):
        shutil.rmtree(folder, ignore_errors=True)
    for test in TESTS:
        before = passed
        test()
        print(f"{test.__name__}: {passed - before} passed")
    print(f"{len(TESTS)} tests, 0 failed")


main()
