#!/usr/bin/env python3
"""Whether the guide's code is 1C's language, and calls the add-in's methods with as many parameters as they have.

    guide.py DOCUMENT...

What the methods are, it takes from the guide's own table, which a test in src/onec/members.rs holds to the source.
"""

import pathlib
import re
import sys
import tomllib

import tree_sitter
import tree_sitter_bsl

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bsl.language()))

# The grammar lacks two forms of the language; these stand for them.
LACKING = (
    (re.compile(r'(?:Новый|New)\("(AddIn\.[\w.]+)"\)'), r'Новый Структура("\1")'),
    (re.compile(r"ВызватьИсключение;"), 'ВызватьИсключение "";'),
)
BLOCK = re.compile(r"^```bsl\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(\w+)\((.*?)\)` \| `(\w+)\(", re.MULTILINE)
# What is named after the version: the template, as БСП reads it, and the bundle.
NAMED = re.compile(r"\bOSign[_-](\d+[._]\d+[._]\d+(?:[._]\d+)?)")
PROPERTY = re.compile(r"^\| `(\w+)` \| `\w+` \|", re.MULTILINE)
READ = re.compile(r"\bПодпись\.(\w+)\b(?!\()")


def parsed(code: str) -> tree_sitter.Node:
    for pattern, replacement in LACKING:
        code = pattern.sub(replacement, code)
    return PARSER.parse(code.encode()).root_node


def nodes(node: tree_sitter.Node):
    yield node
    for child in node.children:
        yield from nodes(child)


def errors(root: tree_sitter.Node):
    """The lines within the block that are not 1C's language."""
    return sorted({node.start_point.row + 1 for node in nodes(root) if node.is_error or node.is_missing})


def methods(document: str) -> dict[str, range]:
    """How many parameters each method may be given. Platforms give each asynchronous twins, which take them all: one that
    answers a promise, and one that takes a notification before them. Properties have the latter."""
    known = {"НачатьПолучение" + name: range(1, 2) for name in PROPERTY.findall(document)}
    for russian, parameters, english in ROW.findall(document):
        names = [parameter for parameter in parameters.split(", ") if parameter]
        needed = sum("=" not in name for name in names)
        for name in (russian, english):
            known[name] = range(needed, len(names) + 1)
            known[name + "Асинх"] = range(len(names), len(names) + 1)
            known["НачатьВызов" + name] = range(len(names) + 1, len(names) + 2)
    return known


def calls(root: tree_sitter.Node):
    """The calls of the add-in's object, which the guide calls Подпись: name, number of arguments, line."""
    for node in nodes(root):
        if node.type != "method_call" or node.parent is None:
            continue
        before = node.parent.text.decode().split("(")[0]
        if not re.fullmatch(r"(?:Ждать\s+)?Подпись\.\w+", before):
            continue
        name, arguments = (child for child in node.children if child.type in ("identifier", "arguments"))
        given = sum(child.is_named for child in arguments.children)
        yield name.text.decode(), given, node.start_point.row + 1


def wrong_versions(document: str, version: str):
    return sorted(
        {found for found in NAMED.findall(document) if found.replace("_", ".") not in (version, f"{version}.0")}
    )


def problems(document: str, known: dict[str, range], properties: set[str]):
    for number, code in enumerate(BLOCK.findall(document), 1):
        root = parsed(code)
        found = [f"line {line} is not 1C's language" for line in errors(root)]
        for name, given, line in calls(root):
            if name not in known:
                found.append(f"line {line}: the add-in has no method {name}")
            elif given not in known[name]:
                found.append(f"line {line}: {name} is given {given} parameters")
        found += [f"the add-in has no property {name}" for name in READ.findall(code) if name not in properties]
        yield number, found


# Each must be found fault with, or what follows proves nothing.
FAULTY = (
    "Если А Тогда\nБ();\n",
    "А = Подпись.Подписать(1);\n",
    'А = Подпись.ЗаголовокАвторизации("GET");\n',
    "Ждать Подпись.УстановитьТокенАсинх(А);\n",
    "Подпись.НачатьВызовОдноразовыйКод();\n",
    "Подпись.НачатьПолучениеВерсия();\n",
    "А = Подпись.Адрес;\n",
)


def main() -> int:
    passed = failed = 0
    documents = [(path, pathlib.Path(path).read_text()) for path in sys.argv[1:]]
    known = {name: count for _, text in documents for name, count in methods(text).items()}
    properties = {name for _, text in documents for name in PROPERTY.findall(text)}
    checks = [
        (
            f"the fault {code!r}",
            [] if any(found for _, found in problems(f"```bsl\n{code}```\n", known, properties)) else ["passes"],
        )
        for code in FAULTY
    ]
    version = tomllib.loads(pathlib.Path("Cargo.toml").read_text())["package"]["version"]
    checks.append(("another version", [] if wrong_versions("`OSign_9_9_9_0`", version) else ["passes"]))
    called = 0
    for path, text in documents:
        checks.append((f"{path}, versions", wrong_versions(text, version)))
        checks += [(f"{path}, block {number}", found) for number, found in problems(text, known, properties)]
        called += sum(1 for code in BLOCK.findall(text) for _ in calls(parsed(code)))
    checks.append(("the calls of the add-in", [] if called > 10 else [f"only {called} are seen"]))
    for where, found in checks:
        if found:
            failed += 1
            print(f"failed: {where}: {'; '.join(found)}", file=sys.stderr)
        else:
            passed += 1
    print(f"guide: {passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
