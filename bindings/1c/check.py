#!/usr/bin/env python3
"""Checks the bundles in dist: what the libraries export and need, and that manifest and files agree.

    check.py DIST TOOLCHAIN

A library that is not there is a failure.
"""

import hashlib
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPORTS = {"GetClassNames", "GetClassObject", "DestroyObject", "SetPlatformCapabilities", "GetAttachType"}
# What every system of the kind has. Neither a C++ runtime, nor libgcc_s, nor bcryptprimitives, which Windows 7 lacks.
NEEDED = {
    "Linux": {
        "libc.so.6",
        "libm.so.6",
        "libpthread.so.0",
        "libdl.so.2",
        "ld-linux-x86-64.so.2",
        "ld-linux.so.2",
        "ld-linux-aarch64.so.1",
    },
    "Windows": {"KERNEL32.dll", "msvcrt.dll", "ntdll.dll", "ADVAPI32.dll", "bcrypt.dll"},
    "MacOS": {"/usr/lib/libSystem.B.dylib"},
}
# What the class OSignTokens needs besides, for HTTP of its own: sockets, and the system's certificates.
NEEDED_FOR_TOKENS = {
    "Linux": set(),
    "Windows": {"WS2_32.dll", "crypt32.dll", "advapi32.dll", "kernel32.dll"},
    "MacOS": set(),
}
NEWEST_GLIBC = (2, 17)
LARGEST = {"OSign": 1_200_000, "OSignTokens": 4_000_000}
MACHINES = {
    ("Linux", "x86_64"): "Advanced Micro Devices X86-64",
    ("Linux", "i386"): "Intel 80386",
    ("Linux", "ARM64"): "AArch64",
    ("Windows", "x86_64"): 0x8664,
    ("Windows", "i386"): 0x14C,
    ("MacOS", "Universal"): {"x86_64": (10, 12), "arm64": (11, 0)},
}
NAMESPACE = "{http://v8.1c.ru/8.2/addin/bundle}"

passed = failed = 0


def check(what: str, holds: bool, details: object = "") -> None:
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"failed: {what}: {details}", file=sys.stderr)


def bundle_of(name: str) -> str:
    """The bundle that a library belongs to."""
    return name.split("_", 1)[0]


def needed_of(name: str, system: str) -> set[str]:
    """What every system of the kind has, as far as the bundle may need it."""
    return NEEDED[system] | (NEEDED_FOR_TOKENS[system] if bundle_of(name) == "OSignTokens" else set())


def run(*command: object, libraries: pathlib.Path | None = None) -> str:
    """What a command says; ``libraries`` is where the shared ones lie that it needs."""
    environment = {**os.environ, "LC_ALL": "C"}
    if libraries:
        environment["LD_LIBRARY_PATH"] = f"{libraries}:{environment.get('LD_LIBRARY_PATH', '')}".rstrip(":")
    return subprocess.run(
        [str(part) for part in command], check=True, capture_output=True, text=True, env=environment
    ).stdout


def linux(name: str, file: pathlib.Path, arch: str) -> None:
    header = run("readelf", "-hW", file)
    check(f"{name} is for {arch}", MACHINES["Linux", arch] in header, header)

    symbols = [line.split() for line in run("readelf", "--dyn-syms", "-W", file).splitlines()]
    symbols = [fields for fields in symbols if len(fields) > 7 and fields[0].rstrip(":").isdigit()]
    exports = {fields[7] for fields in symbols if fields[6] != "UND"}
    check(f"{name} exports the five functions", exports == EXPORTS, sorted(exports))

    dynamic = run("readelf", "-dW", file)
    needed = set(re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic))
    check(f"{name} needs the C library alone", "libc.so.6" in needed and needed <= needed_of(name, "Linux"), sorted(needed))
    check(f"{name} has its own name", re.findall(r"\(SONAME\).*\[(.+)\]", dynamic) == [name], dynamic)
    check(f"{name} looks into no folder of its own", "RPATH" not in dynamic and "RUNPATH" not in dynamic, dynamic)

    versions = re.findall(r"Name: GLIBC_([\d.]+)", run("readelf", "-VW", file))
    newest = max((tuple(map(int, version.split("."))) for version in versions), default=None)
    check(f"{name} runs with glibc 2.17", newest is not None and newest <= NEWEST_GLIBC, newest)
    # Nothing would take the handler back when the library is unloaded (src/nonce/pid.rs), nor a thread's destructors.
    imports = {fields[7].split("@")[0] for fields in symbols if fields[6] == "UND"}
    handlers = imports & {
        "pthread_atfork",
        "__register_atfork",
        "atexit",
        "__cxa_atexit",
        "__cxa_thread_atexit_impl",
        "pthread_key_create",
    }
    check(f"{name} registers no handler", "memcpy" in imports and not handlers, handlers)


def windows(name: str, file: pathlib.Path, arch: str, toolchain: pathlib.Path, version: str) -> None:
    content = file.read_bytes()
    pe = struct.unpack_from("<I", content, 0x3C)[0]
    machine, _, timestamp = struct.unpack_from("<HHI", content, pe + 4)
    check(f"{name} is for {arch}", machine == MACHINES["Windows", arch], hex(machine))
    check(f"{name} bears no time", timestamp == 0, timestamp)

    tool = "i686" if arch == "i386" else "x86_64"
    text = run(toolchain / f"usr/bin/{tool}-w64-mingw32-objdump", "-p", file)
    table = text.split("[Ordinal/Name Pointer] Table")[-1]
    exports = set(
        re.findall(
            r"^\s*\[ *\d+\](?: \+base\[ *\d+\])?(?:\s+[0-9a-f]{4,8})* (\S+)$", table.split("\n\n")[0], re.MULTILINE
        )
    )
    check(f"{name} exports the five functions, undecorated", exports == EXPORTS, sorted(exports))
    needed = set(re.findall(r"DLL Name: (\S+)", text))
    check(f"{name} needs what Windows 7 has", "KERNEL32.dll" in needed and needed <= needed_of(name, "Windows"), sorted(needed))
    lowest = tuple(
        int(re.search(rf"^Major{part}\w*\s+(\d+)", text, re.MULTILINE)[1])
        for part in ("OSystemVersion", "SubsystemVersion")
    )
    check(f"{name} asks for no newer Windows than 7", max(lowest) <= 6, lowest)
    for flag in ("DYNAMIC_BASE", "NX_COMPAT"):
        check(f"{name} is {flag}", flag in text)
    # A resource's strings begin at multiples of four bytes.
    versions = (f"FileVersion{zeros}{version}\0".encode("utf-16-le") for zeros in ("\0", "\0\0"))
    check(f"{name} tells its version", any(text in content for text in versions))
    check(f"{name} tells its name", f"\0{name}\0".encode("utf-16-le") in content)


def macos(name: str, file: pathlib.Path, arch: str, toolchain: pathlib.Path) -> None:
    oldest = MACHINES["MacOS", arch]
    tools = toolchain / "llvm/bin"
    libraries = toolchain.resolve() / "usr/lib/x86_64-linux-gnu"
    parts = run(tools / "llvm-lipo", "-archs", file, libraries=libraries).split()
    check(f"{name} is for {' and '.join(oldest)}", sorted(parts) == sorted(oldest), parts)
    for part in parts:
        objdump = (tools / "llvm-objdump", "--macho", f"--arch={part}")

        def dump(what: str) -> str:
            return run(*objdump, what, file, libraries=libraries)

        trie = dump("--exports-trie")
        exports = set(re.findall(r"^0x[0-9A-F]+ +_(\S+)", trie, re.MULTILINE))
        check(f"{name} for {part} exports the five functions", exports == EXPORTS, trie)
        used = re.findall(r"^\t(\S+) \(compat", dump("--dylibs-used"), re.MULTILINE)
        check(f"{name} for {part} has its own name", used[:1] == [name], used)
        check(f"{name} for {part} needs the system library alone", set(used[1:]) == needed_of(name, "MacOS"), used)
        headers = dump("--private-headers")
        # The newer of two ways to tell it comes with the linker's own version.
        tag = "minos" if "LC_BUILD_VERSION" in headers else "version"
        versions = re.findall(rf"^ *{tag} (\d+)\.(\d+)$", headers, re.MULTILINE)
        lowest = {tuple(map(int, found)) for found in versions}
        check(f"{name} for {part} asks for no newer macOS", lowest == {oldest[part]}, lowest)
        # Apple's processors run nothing without a signature, which may be one by nobody.
        if part == "arm64":
            check(f"{name} for {part} is signed", "LC_CODE_SIGNATURE" in headers)


def library(entry: xml.Element, content: bytes, folder: pathlib.Path, toolchain: pathlib.Path, version: str) -> None:
    name, system, arch = entry.get("path"), entry.get("os"), entry.get("arch")
    file = folder / name
    file.write_bytes(content)
    print(f"{name}: {len(content)} bytes")
    largest = LARGEST[bundle_of(name)] * (2 if system == "MacOS" else 1)  # One file for two processors.
    check(f"{name} is no larger than {largest}", len(content) <= largest, len(content))
    check(f"{name} has the version in its name", f"_{version.replace('.', '_')}_" in name)
    homes = (pathlib.Path.home(), ROOT, tempfile.gettempdir(), os.environ.get("CARGO_HOME", "/home"))
    folders = "|".join(map(re.escape, ("/home/", "/target/", "/registry/src/", *(f"{home}/" for home in homes))))
    paths = re.findall(rf"[\w./-]*(?:{folders})[\w./-]+".encode(), content)
    check(f"{name} tells nothing of the machine that built it", not paths, paths[:3])
    if system == "Linux":
        linux(name, file, arch)
    elif system == "Windows":
        windows(name, file, arch, toolchain, version)
    elif system == "MacOS":
        macos(name, file, arch, toolchain)


def main() -> int:
    dist, toolchain = map(pathlib.Path, sys.argv[1:])
    version = re.search(r'^version = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
    sums = [line.split("  ") for line in (dist / "SHA256SUMS").read_text().splitlines()]
    for digest, name in sums:
        check(f"SHA256SUMS is right about {name}", hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest)
    for kind in ("signing", "tokens"):
        class_name = re.search(
            r'const NAME: &.static str = "(\w+)"', (ROOT / f"src/onec/{kind}/members.rs").read_text()
        )[1]
        check(f"SHA256SUMS has {class_name}'s bundle", f"{class_name}-{version}.zip" in [name for _, name in sums], sums)
        bundle(dist / f"{class_name}-{version}.zip", class_name, toolchain, version)
    print(f"addin: {passed} passed, {failed} failed")
    return 1 if failed else 0


def bundle(bundle: pathlib.Path, class_name: str, toolchain: pathlib.Path, version: str) -> None:
    with zipfile.ZipFile(bundle) as archive, tempfile.TemporaryDirectory() as folder:
        check("the bundle is whole", archive.testzip() is None)
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        check("the bundle's files stand in order, once each", names == sorted(set(names)), names)
        check("the bundle's files are of one time", len({entry.date_time for entry in entries}) == 1)
        check("the bundle's files are not encrypted", not any(entry.flag_bits & 1 for entry in entries))

        manifest = xml.fromstring(archive.read("MANIFEST.XML"))
        check(
            "the manifest is a bundle named as the class",
            (manifest.tag, manifest.get("name")) == (f"{NAMESPACE}bundle", class_name),
            manifest.attrib,
        )
        info = {child.tag: child.text for child in xml.fromstring(archive.read("INFO.XML"))}
        check("INFO.XML is of the class", info["progid"] == class_name, info)
        check("INFO.XML has four numbers", info["version"] == f"{version}.0", info)

        components = manifest.findall(f"{NAMESPACE}component")
        check("every component is native", {entry.get("type") for entry in components} == {"native"})
        machines = [(entry.get("os"), entry.get("arch")) for entry in components]
        check(
            "the manifest has every machine once",
            len(machines) == len(set(machines)) and set(machines) == set(MACHINES),
            machines,
        )
        files = {"MANIFEST.XML", "INFO.XML", "LICENSES.txt"} | {entry.get("path") for entry in components}
        check("the bundle has the manifest's files and no others", set(names) == files, sorted(set(names) ^ files))
        for entry in components:
            library(entry, archive.read(entry.get("path")), pathlib.Path(folder), toolchain, version)
    print(f"{bundle.name}: {bundle.stat().st_size} bytes")


sys.exit(main())
