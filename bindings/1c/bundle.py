#!/usr/bin/env python3
"""Packs the libraries of target/addin/lib into dist/OSign-VERSION.zip, with SHA256SUMS and what they were built with.

    bundle.py LIBRARIES DIST

The same libraries make the same ZIP: its files stand in order and bear the time of the last commit.
"""

import hashlib
import pathlib
import sys
import xml.etree.ElementTree as xml

import licences
from archive import commit_time, pack, version

NAME = "OSign"

# The folder of a library, and what the platform calls such a machine.
MACHINES = {
    "windows_x86_64": ("Windows", "x86_64"),
    "windows_i386": ("Windows", "i386"),
    "linux_x86_64": ("Linux", "x86_64"),
    "linux_i386": ("Linux", "i386"),
    "linux_arm64": ("Linux", "ARM64"),
    "macos_universal": ("MacOS", "Universal"),
}


def manifest(libraries: dict[str, pathlib.Path]) -> bytes:
    bundle = xml.Element("bundle", xmlns="http://v8.1c.ru/8.2/addin/bundle", name=NAME)
    for target, file in libraries.items():
        os_name, arch = MACHINES[target]
        xml.SubElement(bundle, "component", os=os_name, path=file.name, type="native", arch=arch)
    return document(bundle)


def info() -> bytes:
    """What БСП shows in its catalogue. Its versions have four numbers: with fewer it cannot compare two of them."""
    root = xml.Element("info")
    for tag, text in (("progid", NAME), ("name", "OSign: подпись запросов OAuth 1.0a"), ("version", version() + ".0")):
        xml.SubElement(root, tag).text = text
    return document(root)


def document(root: xml.Element) -> bytes:
    xml.indent(root)
    text = xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def main() -> None:
    folder, dist = map(pathlib.Path, sys.argv[1:])
    libraries = {
        target: file
        for target in MACHINES
        for file in sorted((folder / target).glob(f"{NAME}_{version().replace('.', '_')}_*"))
    }
    if not libraries:
        sys.exit(f"addin: {folder} holds no library of version {version()}")
    dist.mkdir(exist_ok=True)
    archive = dist / f"{NAME}-{version()}.zip"
    pack(
        {
            "MANIFEST.XML": manifest(libraries),
            "INFO.XML": info(),
            "LICENSES.txt": licences.text().encode(),
            **{file.name: file.read_bytes() for file in libraries.values()},
        },
        commit_time(),
        archive,
    )
    toolchain = dist / f"{NAME}-{version()}-toolchain.txt"
    toolchain.write_bytes((folder.parent / "toolchain.txt").read_bytes())
    (dist / "SHA256SUMS").write_text(
        "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in (archive, toolchain))
    )
    print(f"addin: {archive}: {archive.stat().st_size} bytes, {len(libraries)} of {len(MACHINES)} libraries")


main()
