"""The types: stubs that say what the module has, a package that keeps to them, and a user's program that is checked."""

import ast
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args

import osign
import pytest

PROGRAM = '''
import asyncio
import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import assert_type

import aiohttp
import httpx
import httpx2
import osign
import requests
from osign.oauth1 import (
    Comparison, Explanation, Flow, Parameter, SignatureMethod, Signed, Signer, Transmission, compare_base_strings, explain,
    netsuite_passport,
)

method: SignatureMethod = "RSA-SHA256"
where: Transmission = "query"
signer: Signer = Signer(
    "key", b"secret", "token", None, signature_method="HMAC-SHA256", realm="r", clock_offset=5, send_version=True, body_hash=False,
    send_empty_realm=True, send_empty_token=True, version="1.0", plaintext_nonce=False, url_form="as-given",
    mastercard_form=True,
)
assert_type(signer.authorization("GET", "https://example.com/", bytearray(b"a"), content_type=b"text/plain"), str)
signed = signer.sign(
    "POST", "https://example.com/", memoryview(b"a=1"), parameters={"oauth_callback": "oob"}, nonce="n", timestamp=1, transmission="body"
)
assert_type(signed, Signed)
assert_type(signed.authorization, str | None)
assert_type(signed.headers, dict[str, str])
assert_type(signed.body, bytes | None)
assert_type(signer.sign("GET", "http://h/", parameters=[("a", b"b")]), Signed)
assert_type(signer.sign("GET", "http://h/", parameters=[["a", "b"], ["c", "d"]]), Signed)
assert_type(signer.sign("GET", "http://h/", parameters=(pair for pair in [(b"a", "b")])), Signed)
assert_type(signer.sign_many([("GET", "http://h/"), ["GET", "http://h/", b"", None], {"method": "GET", "url": "http://h/"}]), list[Signed])
split: list[list[str]] = [line.split() for line in ["GET http://h/"]]
assert_type(signer.sign_many(split), list[Signed])
assert_type(signer.sign_many({b"method": b"GET", b"url": b"http://h/"} for _ in range(2)), list[Signed])
assert_type(signer.authorization_many([("GET", "http://h/"), ("PUT", "http://h/", b"", None)]), list[str])
assert_type(signer.signature_method, SignatureMethod)
assert_type(Flow("key").signer(), Signer)
assert_type(explain(signer, "GET", "http://h/", transmission=where), Explanation)
steps = explain(signer, "GET", "http://h/")
assert_type(steps, Explanation)
assert_type(signer.explain("GET", "http://h/").parameters, list[Parameter])
assert_type(steps.compare("GET&"), Comparison)
assert_type(compare_base_strings("a", b"b").same, bool)
assert_type(netsuite_passport("1", "k", b"s", "t", "s", nonce="n", timestamp=1), str)
assert_type(osign.nonce(), str)
assert_type(osign.timestamp(), int)
assert_type(osign.hmac("SHA1", "key", b"data"), bytes)
assert_type(osign.percent_encode(b"a"), str)
assert_type(osign.equal_constant_time("a", b"a"), bool)

def send(method: str, url: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
    answer = requests.request(method, url, headers=headers, data=body, timeout=30, allow_redirects=False)
    return answer.status_code, answer.headers["Content-Type"], answer.content


store = osign.Store("sqlite:tokens.db", osign.new_key(), create=True, ca_file="ca.pem", proxy="http://p:1", environment="e", patience=5, send=send)
store = osign.Store("sqlite:tokens.db", passphrase=b"a passphrase", patience=timedelta(seconds=5))
store.add("crm", provider="amocrm", client_id="id", client_secret=b"secret", api_origin=["https://a", "https://b"], pkce=True)
store.replace("crm", kind="static", secret="key", header="X-Key: {}", expires_at=2_000_000_000, scope=None)
assert_type(store.access_token("crm", min_validity=60), str)
token = store.token("crm")
assert_type(token.expires_at, datetime | None)
assert_type(store.refused("crm", token, status=403).generation, int)
login = store.login("crm")
assert_type(login.finish("https://app.example.com/back?code=1").value, str)
assert_type(osign.Login.from_dict(store, login.to_dict()).url, str)
assert_type(store.grants(), list[str])
assert_type(store.grant("crm")["expires_at"], int | None)
assert_type(store.check(warn=timedelta(days=1))[0]["urgent"], bool)
assert_type(store.history("crm", most=2)[0]["event"], str)
bundle = store.export("crm", passphrase="a passphrase", purpose="backup")
store.exported("crm", bundle)
assert_type(store.import_(bundle.text, passphrase="a passphrase", grant="other"), str)
assert_type(store.authorize("crm", "POST", "https://a/", b"{}", content_type="application/json").headers, dict[str, str])
requests.get("https://a/", auth=osign.requests.Auth(store, "crm", origin="https://a", min_validity=5))
httpx.Client(auth=osign.httpx.Auth(store, "crm", origin="https://a"))


class Rows:
    def load(self, key: str, /) -> tuple[int, int, str] | None:
        return None

    def acquire(self, key: str, generation: int, revision: int, sealed: str) -> bool:
        return False

    def commit(self, key: str, generation: int, sealed: str) -> bool:
        return False

    def add(self, key: str, sealed: str) -> bool:
        return False

    def remove(self, key: str, generation: int) -> bool:
        return False

    def rename(self, key: str, generation: int, new_key: str, sealed: str) -> bool:
        return False

    def names(self) -> Iterable[str]:
        return iter(())


records: osign.stores.Records = Rows()
table = osign.stores.DBAPI(lambda: sqlite3.connect("a.db"), "a.b", id="x", dialect="sqlite", paramstyle="qmark", durable=False)
assert_type(table.load("crm"), tuple[int, int, str] | None)
assert_type(osign.stores.DBAPI.ddl("mysql", table="a"), str)
records = osign.stores.Django("default", id="x")
osign.Store(table, osign.new_key(), create=True)
osign.Store(Rows(), osign.new_key(), id="x")
osign.AsyncStore(osign.stores.Django(id="shop"), osign.new_key())


async def awaited() -> None:
    store = await osign.AsyncStore.open("sqlite:tokens.db", osign.new_key())
    assert_type(await store.access_token("crm"), str)
    assert_type((await store.grant("crm"))["failures"], int)
    assert_type((await (await store.login("crm")).finish("?code=1")).type, str)
    await store.add("crm", provider="amocrm")
    httpx2.AsyncClient(auth=osign.httpx2.Auth(store, "crm", origin="https://a"))
    aiohttp.ClientSession(middlewares=[osign.aiohttp.Auth(osign.AsyncStore.of(store.store), "crm", origin="https://a")])


try:
    pass
except osign.InputError as error:
    assert_type(error.status, int)
    assert_type(error.name, str)
    assert_type(error.reason, str)

session = requests.Session()
session.auth = osign.requests.OAuth1("key", "secret", "token", "secret", signature_method="HMAC-SHA1")
requests.get("http://h/", auth=osign.requests.OAuth1("key"))
three = osign.requests.OAuth1Session("key", "secret", callback_uri="oob", callback_confirmed=False, send_version=False)
assert_type(three.fetch_request_token("http://h/", ["a"], timeout=5), dict[str, str])
assert_type(three.authorization_url("http://h/", perms="read", expires=5), str)
assert_type(three.parse_authorization_response("http://h/?oauth_token=t")["oauth_token"], str)
assert_type(three.fetch_access_token("http://h/", verifier="v", headers={"a": "b"}), dict[str, str])
assert_type(three.authorized, bool)
three.token = {"oauth_token": "t", "oauth_token_secret": "s"}
three.token = three.token
assert_type(osign.requests.OAuth1("key").client.resource_owner_key, str | bytes | None)
osign.requests.OAuth1("key").client.signature_method = "RSA-SHA1"
assert_type(three.get("http://h/"), requests.Response)
try:
    pass
except osign.requests.TokenRequestDenied as denied:
    assert_type(denied.status_code, int)
except (osign.httpx.TokenMissing, osign.httpx2.VerifierMissing) as missing:
    assert_type(missing.reason, str)
httpx.get("http://h/", auth=osign.httpx.OAuth1Auth("key", "secret", token="t", signature_type="HEADER"))
with osign.httpx.OAuth1Client("key", "secret", redirect_uri="oob", signature_type="QUERY", timeout=5, verify=True) as of_httpx:
    assert_type(of_httpx.fetch_request_token("http://h/", headers={"a": "b"}), dict[str, str])
    assert_type(of_httpx.create_authorization_url("http://h/", perms="read"), str)
    of_httpx.token = None
    of_httpx.redirect_uri = "http://h/"
    of_httpx.auth.token_secret = "s"
    assert_type(of_httpx.get("http://h/"), httpx.Response)
with httpx.Client(auth=osign.httpx.OAuth1("key", "secret")) as client:
    assert_type(client.get("http://h/"), httpx.Response)
with httpx2.Client(auth=osign.httpx2.OAuth1("key", "secret", signature_type="query", url_form="normal", plaintext_nonce=False)) as client2:
    assert_type(client2.get("http://h/"), httpx2.Response)


async def main() -> None:
    async with aiohttp.ClientSession(middlewares=[osign.aiohttp.OAuth1("key", "secret", origin="http://h")]) as session:
        await session.get("http://h/")


    async with osign.httpx2.AsyncOAuth1Client("key", "secret", token="t", token_secret="s") as of_httpx2:
        assert_type(await of_httpx2.fetch_access_token("http://h/", "v"), dict[str, str])
        assert_type(await of_httpx2.get("http://h/"), httpx2.Response)


asyncio.run(main())
'''

#: Each line is a mistake that a type checker must see.
MISTAKES = """
import sqlite3
import osign
from osign.oauth1 import Signed, Signer

signer = Signer("key", "secret")
store = osign.Store("sqlite:tokens.db", "key")
Signer("key")
Signer("key", 1)
Signer("key", "secret", "token", "secret", "HMAC-SHA1")
Signer(bytearray(b"key"), "secret")
signer.sign("GET", "http://h/", {"a": "b"})
signer.sign("GET", "http://h/", parameters="oauth_callback=oob")
signer.sign("GET", "http://h/", parameters=["ab"])
signer.sign("GET", "http://h/", parameters=[[1, 2]])
signer.sign("GET", "http://h/", timestamp="1")
signer.sign("GET", "http://h/", transmission=None)
signer.sign_many("GET")
signer.sign_many(["http://h/"])
signer.sign_many([("http://h/",)])
signer.sign_many([("GET", "http://h/", 5)])
signer.authorization("GET", "http://h/", transmission="query")
signer.sign("GET", "http://h/").body.decode()
signer.signature_method = "PLAINTEXT"
osign.nonse()
osign.requests.OAuth1()
osign.httpx.OAuth1("key", timestamp=1.5)
osign.requests.OAuth1Session()
osign.requests.OAuth1Session("key", callback_confirmed="no")
osign.requests.OAuth1Session("key", relm="r")
osign.requests.OAuth1Session("key").authorized = True
osign.requests.OAuth1Session("key").fetch_access_token()
osign.requests.OAuth1("key").client.verfier = "v"
osign.requests.OAuth1("key").client.signature_method = "HMAC-SHA"
osign.httpx.OAuth1Client()
osign.httpx.OAuth1Client("key", signature_type="HEADERS")
osign.httpx.OAuth1Auth("key", resource_owner_key="t")
osign.httpx2.AsyncOAuth1Client("key").fetch_request_token("http://h/")["oauth_token"]
osign.aiohttp.OAuth1("key", force_include_body=None)
osign.httpx.OAuth1("key", origin="http://h")
osign.httpx.OAuth1("key", send_empty_token="yes")
osign.requests.OAuth1("key", url_form="given")
Signer("key", "secret", url_form="given")
Signer("key", "secret", relm="r")
osign.httpx2.OAuth1("key", signature_method="HMAC-SHA")
osign.requests.OAuth1("key", signature_type="HEADER")
osign.requests.OAuth1("key").realm = "x"
Signer("key", "secret", signature_method="hmac-sha1")
signer.sign("GET", "http://h/", transmission="head")
signer.authorization_many([("http://h/",)])
osign.hmac("MD5", b"", b"")
osign.Store("sqlite:tokens.db", "key", "passphrase")
osign.Store("sqlite:tokens.db", "key", send=print)
osign.Store(sqlite3.connect("a.db"), "key")
osign.stores.DBAPI("a.db", id="shop")
osign.stores.DBAPI(sqlite3.connect, dialect="oracle", id="shop")
osign.stores.Django(5, id="shop")
osign.stores.Django("default")
store.add("crm", provider=1)
store.add("crm", providr="amocrm")
store.add("crm", kind="token")
store.access_token("crm", min_validity=1.5)
store.token("crm").value = "x"
store.refused("crm", "token")
store.grant("crm")["expires"]
store.export("crm", purpose="archive")
osign.requests.Auth(store, "crm")
osign.httpx.Auth("store", "crm", origin="https://a")
class Mine(osign.Store): pass
class Own(Signer): pass
"""


def check(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    # mypy itself is none of what -W error is about.
    command = [sys.executable, "-m", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all, and a configuration that is as strict as can be."""
    folder = tmp_path_factory.mktemp("typing")
    (folder / "mypy.ini").write_text("[mypy]\nstrict = True\nwarn_unreachable = True\n")
    return folder


def test_the_stubs_are_the_modules(folder: Path) -> None:
    # Of a Literal of several texts it says that it is no Union, which is what mypy makes of it.
    literals = [f"_types.{name}" for name in ("Algorithm", "Origin", "SignatureMethod", "SignatureType", "Transmission", "UrlForm")]
    literals += ["_grants.GrantKind", "_grants.Purpose", "_grants.SignedBodies", "_sql.Dialect", "_sql.ParamStyle"]
    # Django has no types of its own: what is of its classes is nothing here.
    literals += [r"django\.apps\._AppConfig.*", r"django\.migrations\.0001_grants\._Migration.*"]
    (folder / "literals").write_text("".join(f"osign.{name}\n" for name in literals))
    ended = check("mypy.stubtest", "--concise", "--allowlist", "literals", "osign", cwd=folder)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stdout + ended.stderr


def test_every_signature_method_has_its_name_in_the_type() -> None:
    assert get_args(osign.oauth1.SignatureMethod) == import_module("osign._native").SIGNATURE_METHODS


def documented(node: ast.Module | ast.ClassDef, of: object, name: str) -> Iterator[tuple[str, str | None, str | None]]:
    """Each public name of a stub with its docstring there, and that of the object itself."""
    for one in node.body:
        if isinstance(one, (ast.ClassDef, ast.FunctionDef)) and not one.name.startswith("__"):
            itself = getattr(of, one.name)
            yield f"{name}.{one.name}", ast.get_docstring(one), inspect.cleandoc(itself.__doc__ or "")
            if isinstance(one, ast.ClassDef):
                yield from documented(one, itself, one.name)


def test_the_stubs_say_what_the_module_says() -> None:
    """An editor shows the stub's docstrings, `help()` the module's."""
    stub = ast.parse((Path(osign.__file__).parent / "_native.pyi").read_text())
    found = list(documented(stub, import_module("osign._native"), "_native"))
    assert [name for name, ours, theirs in found if not ours or ours != theirs] == []
    assert len(found) > 50


def test_the_package_keeps_to_its_types(folder: Path) -> None:
    ended = check("mypy", "--config-file", "mypy.ini", "-p", "osign", cwd=folder)
    sources = len([path for path in Path(osign.__file__).parent.rglob("*.py*") if path.suffix in (".py", ".pyi")])
    assert ended.stdout == f"Success: no issues found in {sources} source files\n", ended.stdout + ended.stderr


def test_a_users_program_is_checked(folder: Path) -> None:
    (folder / "program.py").write_text(PROGRAM)
    ended = check("mypy", "--config-file", "mypy.ini", "program.py", cwd=folder)
    assert ended.stdout == "Success: no issues found in 1 source file\n", ended.stdout + ended.stderr


def test_a_users_mistakes_are_seen(folder: Path) -> None:
    (folder / "mistakes.py").write_text(MISTAKES)
    ended = check("mypy", "--config-file", "mypy.ini", "mistakes.py", cwd=folder)
    seen = {int(line.split(":")[1]) for line in ended.stdout.splitlines() if ": error: " in line}
    lines = MISTAKES.splitlines()
    assert seen == set(range(lines.index('Signer("key")') + 1, len(lines) + 1)), ended.stdout


def test_pyright_knows_every_type(folder: Path) -> None:
    """Of every public name, as an editor shows it."""
    ended = subprocess.run(
        [os.environ["OSIGN_TEST_PYRIGHT"], "--pythonpath", sys.executable, "--verifytypes", "osign", "--ignoreexternal", "--outputjson"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    completeness = json.loads(ended.stdout)["typeCompleteness"]
    counts = completeness["exportedSymbolCounts"]
    unknown = [symbol for symbol in completeness["symbols"] if symbol["isExported"] and not symbol["isTypeKnown"]]
    assert completeness["completenessScore"] == 1 and not unknown, unknown
    assert counts["withKnownType"] > 30 and counts["withAmbiguousType"] == counts["withUnknownType"] == 0
