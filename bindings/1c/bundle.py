#!/usr/bin/env python3
"""Packs the libraries of target/addin/lib into dist/OSign-VERSION.zip, with SHA256SUMS and what they were built with.

    bundle.py ADDIN DIST

and those of target/addin/tokens, where they are, into dist/OSignTokens-VERSION.zip.

The same libraries make the same ZIP: its files stand in order and bear the time of the last commit.
"""

import hashlib
import pathlib
import sys
import xml.etree.ElementTree as xml

import licences
from archive import commit_time, pack, version

# Each bundle: its name, which is its class's too, its libraries' folder, what БСП calls it, and the features they are built with.
BUNDLES = (
    ("OSign", "lib", "OSign: подпись запросов OAuth 1.0a", "onec"),
    ("OSignTokens", "tokens", "OSign: доступы OAuth 2.0 и их хранение", "onec-tokens,roots"),
)

# The folder of a library, and what the platform calls such a machine.
MACHINES = {
    "windows_x86_64": ("Windows", "x86_64"),
    "windows_i386": ("Windows", "i386"),
    "linux_x86_64": ("Linux", "x86_64"),
    "linux_i386": ("Linux", "i386"),
    "linux_arm64": ("Linux", "ARM64"),
    "macos_universal": ("MacOS", "Universal"),
}


def manifest(name: str, libraries: dict[str, pathlib.Path]) -> bytes:
    bundle = xml.Element("bundle", xmlns="http://v8.1c.ru/8.2/addin/bundle", name=name)
    for target, file in libraries.items():
        os_name, arch = MACHINES[target]
        xml.SubElement(bundle, "component", os=os_name, path=file.name, type="native", arch=arch)
    return document(bundle)


def info(name: str, title: str) -> bytes:
    """What БСП shows in its catalogue. Its versions have four numbers: with fewer it cannot compare two of them."""
    root = xml.Element("info")
    for tag, text in (("progid", name), ("name", title), ("version", version() + ".0")):
        xml.SubElement(root, tag).text = text
    return document(root)


def document(root: xml.Element) -> bytes:
    xml.indent(root)
    text = xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def bundle(name: str, folder: pathlib.Path, title: str, features: str, dist: pathlib.Path) -> pathlib.Path | None:
    """The archive of a bundle; none where no library of it was built."""
    libraries = {
        target: file
        for target in MACHINES
        for file in sorted((folder / target).glob(f"{name}_{version().replace('.', '_')}_*"))
    }
    if not libraries:
        return None
    archive = dist / f"{name}-{version()}.zip"
    pack(
        {
            "MANIFEST.XML": manifest(name, libraries),
            "INFO.XML": info(name, title),
            "LICENSES.txt": licences.text(features).encode(),
            **{file.name: file.read_bytes() for file in libraries.values()},
        },
        commit_time(),
        archive,
    )
    print(f"addin: {archive}: {archive.stat().st_size} bytes, {len(libraries)} of {len(MACHINES)} libraries")
    return archive


def main() -> None:
    addin, dist = map(pathlib.Path, sys.argv[1:])
    dist.mkdir(exist_ok=True)
    archives = [
        archive
        for name, folder, title, features in BUNDLES
        if (archive := bundle(name, addin / folder, title, features, dist))
    ]
    if not archives:
        sys.exit(f"addin: {addin} holds no library of version {version()}")
    toolchain = dist / f"OSign-{version()}-toolchain.txt"
    toolchain.write_bytes((addin / "toolchain.txt").read_bytes())
    (dist / "SHA256SUMS").write_text(
        "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in (*archives, toolchain))
    )


main()
