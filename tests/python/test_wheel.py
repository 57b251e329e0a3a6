"""The wheel: its name, what is in it, what its module exports and needs; and that it is what these tests run."""

import base64
import email
import hashlib
import os
import platform
import re
import subprocess
import sys
import sysconfig
import zipfile
from email.message import Message
from importlib import import_module
from pathlib import Path

import osign
import pytest

ROOT = Path(__file__).parents[2]
WHEEL = Path(os.environ["OSIGN_TEST_WHEEL"])
VERSION = re.findall('^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.M)[0]
INFO = f"osign-{VERSION}.dist-info"
MODULE = "osign/_native.abi3.so"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    with zipfile.ZipFile(WHEEL) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


def message(files: dict[str, bytes], name: str) -> Message:
    return email.message_from_bytes(files[f"{INFO}/{name}"])


def test_the_tags(files: dict[str, bytes]) -> None:
    machine = platform.machine()
    name = re.fullmatch(rf"osign-{VERSION}-(cp310-abi3-(manylinux_2_[0-9]+|linux)_{machine})\.whl", WHEEL.name)
    assert name, WHEEL.name
    tags = message(files, "WHEEL")
    assert tags.get_all("Tag") == [name[1]] and tags["Root-Is-Purelib"] == "false"


def test_the_files(files: dict[str, bytes]) -> None:
    source = ROOT / "bindings/python/osign"
    ours = {
        f"osign/{path.relative_to(source).as_posix()}": path.read_bytes()
        for path in source.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
    assert {"osign/py.typed", "osign/_native.pyi", "osign/__init__.py", "osign/django/migrations/0001_grants.py"} < ours.keys()
    others = {f"{INFO}/{name}" for name in ("METADATA", "WHEEL", "RECORD")}
    licences = {f"{INFO}/licenses/{name}": (ROOT / name).read_bytes() for name in ("LICENSE-MIT", "LICENSE-APACHE")}
    assert files.keys() == ours.keys() | licences.keys() | others | {MODULE}
    for name, content in (ours | licences).items():
        assert files[name] == content, name


def test_the_record_is_right(files: dict[str, bytes]) -> None:
    recorded = {line.split(",")[0]: line.split(",")[1] for line in files[f"{INFO}/RECORD"].decode().splitlines()}
    assert recorded.keys() == files.keys()
    for name, content in files.items():
        if not name.endswith("/RECORD"):
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            assert recorded[name] == f"sha256={digest}"


def test_what_it_says_of_itself(files: dict[str, bytes]) -> None:
    about = message(files, "METADATA")
    assert (about["Name"], about["Version"], about["Requires-Python"]) == ("osign", VERSION, ">=3.10")
    assert about["License-Expression"] == "MIT OR Apache-2.0"
    assert sorted(about.get_all("License-File", [])) == ["LICENSE-APACHE", "LICENSE-MIT"]
    assert about["Description-Content-Type"].startswith("text/markdown")
    _, description = files[f"{INFO}/METADATA"].split(b"\n\n", 1)
    assert description.strip() == (ROOT / "bindings/python/README.md").read_bytes().strip()
    assert about.get_all("Provides-Extra") == ["aiohttp", "httpx", "httpx2", "requests"]
    # By itself it needs nothing.
    assert sorted(about.get_all("Requires-Dist", [])) == [
        "aiohttp>=3.12.2,<3.15 ; extra == 'aiohttp'",
        "httpx2>=2,<3 ; extra == 'httpx2'",
        "httpx>=0.25,<1 ; extra == 'httpx'",
        "requests>=2.30,<3 ; extra == 'requests'",
        "urllib3>=1.26.20,<3 ; extra == 'requests'",
    ]
    assert "Programming Language :: Python :: Free Threading :: 2 - Beta" in about.get_all("Classifier", [])


def pins(name: str) -> dict[str, tuple[int, ...]]:
    """The releases of the clients that tests are run with."""
    text = (ROOT / f"tests/python/{name}.in").read_text()
    found = re.findall(r"^(aiohttp|httpx2?|requests|urllib3)==([0-9.]+)", text, re.M)
    return {client: tuple(map(int, version.split("."))) for client, version in found}


def test_the_lowest_and_the_newest_client_are_tested(files: dict[str, bytes]) -> None:
    """What an extra allows is between the two, and the lowest is one of them."""
    lowest = {**pins("oldest-2"), **pins("oldest")}
    newest = pins("clients")
    bounds = re.findall(r"^([a-z0-9]+)>=([0-9.]+),<([0-9.]+) ", "\n".join(message(files, "METADATA").get_all("Requires-Dist", [])), re.M)
    assert {name for name, _, _ in bounds} == lowest.keys() == newest.keys()
    for name, least, below in bounds:
        first, end = (tuple(map(int, bound.split("."))) for bound in (least, below))
        assert lowest[name][: len(first)] == first and not any(lowest[name][len(first) :]), name
        assert first <= newest[name] < end, name


def test_all_clients_are_here() -> None:
    """Each brings its tests along where it is installed: none is to be left out by accident."""
    for name in ("aiohttp", "httpx", "httpx2", "requests"):
        assert import_module(f"osign.{name}").OAuth1


def test_no_path_of_the_machine_that_built_it(files: dict[str, bytes]) -> None:
    paths = [str(ROOT), str(Path.home()), str(WHEEL.parent), sys.prefix, os.environ.get("CARGO_HOME", str(Path.home()))]
    for name, content in files.items():
        if name != MODULE:
            for path in paths:
                assert path == "/" or path.encode() not in content, (name, path)


def readelf(tmp_path: Path, module: bytes, option: str) -> str:
    file = tmp_path / "module.so"
    file.write_bytes(module)
    return subprocess.run(["readelf", "-W", option, file], check=True, capture_output=True, text=True).stdout


def test_the_module_exports_its_start_alone(files: dict[str, bytes], tmp_path: Path) -> None:
    lines = [line.split() for line in readelf(tmp_path, files[MODULE], "--dyn-syms").splitlines()]
    symbols = [words for words in lines if len(words) >= 8 and words[0].rstrip(":").isdigit()]
    assert len(symbols) > 50
    assert [words[7] for words in symbols if words[6] != "UND"] == ["PyInit__native"]
    # The C interface is another library.
    assert not [words[7] for words in symbols if words[7].startswith("osign_")]


def test_the_module_needs_only_the_system(files: dict[str, bytes], tmp_path: Path) -> None:
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", readelf(tmp_path, files[MODULE], "-d"))
    assert "libc.so.6" in needed
    assert {re.split(r"[.-]", library)[0] for library in needed} <= {"libc", "libm", "libgcc_s", "ld"}


def test_this_is_what_runs(files: dict[str, bytes]) -> None:
    installed = Path(sysconfig.get_path("platlib")) / "osign"
    assert Path(osign.__file__).parent == installed and installed.is_relative_to(sys.prefix) and sys.prefix != sys.base_prefix
    for name, content in files.items():
        if name.startswith("osign/"):
            assert (installed.parent / name).read_bytes() == content, name
    assert osign.__version__ == VERSION


def test_the_tests_run_strictly() -> None:
    assert sys.flags.dev_mode and sys.flags.bytes_warning == 2
    assert sys.warnoptions[-2:] == ["error", "error::BytesWarning"]  # The last ones count.
