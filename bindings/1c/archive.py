"""What every archive for 1C is made with: the version, the time of the last commit, and a ZIP that is the same each time."""

import os
import pathlib
import re
import subprocess
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def version() -> str:
    return re.findall(r'^version = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[0]


Moment = tuple[int, int, int, int, int, int]


def commit_time() -> Moment:
    seconds = (
        os.environ.get("SOURCE_DATE_EPOCH")
        or subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
    )
    year, month, day, hour, minute, second = time.gmtime(int(seconds))[:6]
    return (year, month, day, hour, minute, second // 2 * 2)  # As a ZIP has it.


def pack(files: dict[str, bytes], moment: Moment, target: pathlib.Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, moment)
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=9)
