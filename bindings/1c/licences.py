"""The licences of what a library of the add-in holds: ours, and those of the crates in it.

They ask to be handed on with the binary, and a configuration hands on the ZIP alone.
"""

import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULE = "\n" + "=" * 78 + "\n\n"


def text(features: str) -> str:
    parts = ["OSign is made of the software below, under these licences.\n"]
    for package in packages(features):
        parts.append(f"{package['name']} {package['version']}: {package['license']}\n" + texts(package))
    return RULE.join(parts)


def packages(features: str) -> list[dict]:
    """Ours, then the crates by name: all that some target needs when it runs."""
    metadata = json.loads(
        subprocess.run(
            ["cargo", "metadata", "--locked", "--format-version=1", f"--features={features}"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout
    )
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    wanted, queue = set(), [root]
    while queue:
        id = queue.pop()
        if id not in wanted:
            wanted.add(id)
            queue += [
                dependency["pkg"]
                for dependency in nodes[id]["deps"]
                if any(kind["kind"] is None for kind in dependency["dep_kinds"])
            ]
    found = [package for package in metadata["packages"] if package["id"] in wanted]
    return sorted(found, key=lambda package: (package["id"] != root, package["name"], package["version"]))


def texts(package: dict) -> str:
    """MIT's text where there is a choice: the shortest. A crate without a file of its own has named a known licence."""
    folder = pathlib.Path(package["manifest_path"]).parent
    files = sorted(
        file
        for file in folder.iterdir()
        if file.is_file() and file.name.upper().startswith(("LICENSE", "LICENCE", "COPYING"))
    )
    files = [file for file in files if "MIT" in file.name.upper()] or files
    return "".join("\n" + file.read_text(errors="replace").strip() + "\n" for file in files)
