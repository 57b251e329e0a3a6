#!/usr/bin/env python3
"""Checks the extension for 1C without 1C: whether its modules and the guides' code are 1C's language and call what there is, whether
its files agree with each other, and whether two builds are equal.

    check.py

What the modules do, logic.py checks.
"""

import hashlib
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
import zipfile
from collections.abc import Iterator

import bsl
import grammar
import members
from platform_stub import FIELDS, Platform

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
FOLDER = ROOT / "bindings/1c"
SOURCE = FOLDER / "extension"
sys.path.insert(0, str(FOLDER))
from archive import version
from extension import MODULES, extension, template_version
from metadata import document, node

BLOCK = re.compile(r"^```bsl\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MD = "{http://v8.1c.ru/8.3/MDClasses}"
READABLE = "{http://v8.1c.ru/8.3/xcf/readable}"
FORM = "{http://v8.1c.ru/8.3/xcf/logform}"
ROLES = "{http://v8.1c.ru/8.2/roles}"
CORE = "{http://v8.1c.ru/8.1/data/core}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

# What only a client has; the stand-in for the platform has what the server's modules call.
CLIENT = {
    "показатьвопрос",
    "показатьпредупреждение",
    "показатьвводстроки",
    "перейтипонавигационнойссылке",
    "выполнитьобработкуоповещения",
    "вычислить",
}
# By these names the modules know the add-in's objects.
OBJECTS = {"токены": "OSignTokens", "подпись": "OSign"}
ANY_OBJECT = "компонента"
EVERY_CLASS = {"Версия", "ПоследняяОшибка", "КодОшибки", "ПричинаОшибки"}

passed = failed = 0


def check(what: str, problems: list) -> None:
    global passed, failed
    if problems:
        failed += 1
        print(f"failed: {what}: {'; '.join(map(str, problems[:5]))}", file=sys.stderr)
    else:
        passed += 1


# The language.


def language(text: str) -> list[str]:
    try:
        bsl.parse(text)
    except bsl.NotTheLanguage as error:
        return [str(error)]
    return [f"line {line} is not 1C's language" for line in grammar.errors(text)]


def parameters(method: bsl.Method) -> range:
    needed = sum(default is None for _, default in method.parameters)
    return range(needed, len(method.parameters) + 1)


def count(arguments: list) -> int:
    return len(arguments)


def calls(module: bsl.Module, others: dict[str, bsl.Module], functions: set[str] | None) -> Iterator[str]:
    """Calls of what is not there, or with a number of parameters that it does not take. A guide's block may call any function of the
    platform or of its reader's."""
    for found in bsl.nodes(module):
        if found.kind == "call":
            name, arguments = found.parts
            method = module.methods.get(name.lower())
            if method:
                if count(arguments) not in parameters(method):
                    yield f"line {found.line}: {name} is given {count(arguments)} parameters"
            elif functions is not None and name.lower() not in functions:
                yield f"line {found.line}: there is no {name}"
        elif found.kind == "method" and found.parts[0].kind == "name":
            owner, name, arguments = found.parts
            other = others.get(owner.parts[0].lower())
            if other:
                method = other.methods.get(name.lower())
                if not method or not method.export:
                    yield f"line {found.line}: {owner.parts[0]} exports no {name}"
                elif count(arguments) not in parameters(method):
                    yield f"line {found.line}: {owner.parts[0]}.{name} is given {count(arguments)} parameters"


def add_in_members(module: bsl.Module, classes: dict[str, members.Class]) -> Iterator[str]:
    """Members of the add-in's objects that its contract does not have."""
    for found in bsl.nodes(module):
        if found.kind not in ("method", "member"):
            continue
        owner, name = found.parts[:2]
        known = None
        if owner.kind == "name":
            known = classes.get(OBJECTS.get(owner.parts[0].lower(), ""))
            if owner.parts[0].lower() == ANY_OBJECT and name not in EVERY_CLASS:
                yield f"line {found.line}: not every class has {name}"
        elif owner.kind == "call" and owner.parts[0].lower() == ANY_OBJECT:
            known = classes[owner.parts[1][0].parts[0]]
        if known and found.kind == "member" and name not in known.properties:
            yield f"line {found.line}: there is no property {name}"
        if known and found.kind == "method" and count(found.parts[2]) not in known.methods.get(name, range(0)):
            yield f"line {found.line}: there is no {name} with {count(found.parts[2])} parameters"


def assigned_parameters(module: bsl.Module) -> Iterator[str]:
    """Assigning to a parameter would change the caller's variable."""
    for method in module.methods.values():
        names = {name.lower() for name, _ in method.parameters}
        for found in bsl.walk(method.body):
            target = found.parts[0] if found.kind == "assign" else None
            if target and target.kind == "name" and target.parts[0].lower() in names:
                yield f"line {found.line}: {method.name} assigns to its parameter {target.parts[0]}"


def notified(module: bsl.Module) -> Iterator[str]:
    """A handler of a notification must be an exported procedure with two parameters."""
    for found in bsl.nodes(module):
        if found.kind == "new" and found.parts[0] == "ОписаниеОповещения" and found.parts[1][0].kind == "string":
            method = module.methods.get(found.parts[1][0].parts[0].lower())
            if not method or not method.export or len(method.parameters) != 2:
                yield f"line {found.line}: {found.parts[1][0].parts[0]} is no handler"


def check_language() -> None:
    for path in sorted(SOURCE.glob("*.bsl")):
        check(path.name, language(path.read_text()))
    blocks = 0
    for path in sorted(FOLDER.rglob("*.md")):
        for at, text in enumerate(BLOCK.findall(path.read_text()), 1):
            blocks += 1
            check(f"{path.relative_to(FOLDER)}, block {at}", language(text))
    check("the guides' code is seen", [] if blocks > 10 else [f"only {blocks} blocks"])
    faults = (
        "Если А Тогда\nБ();\n",
        "А = (1;\n",
        "Для А = 1 Цикл КонецЦикла;\n",
        "А = Б В;\n",
        "Процедура П() КонецФункции\n",
    )
    for fault in faults:
        check(f"the fault {fault!r} by ours", [] if fails(bsl.parse, fault) else ["passes"])
    for fault in faults[:1] + faults[3:]:
        check(
            f"the fault {fault!r} by the grammar",
            [] if fails(bsl.tokens, fault) or grammar.errors(fault) else ["passes"],
        )


def fails(parse: object, text: str) -> bool:
    try:
        parse(text)
    except bsl.NotTheLanguage:
        return True
    return False


def check_settings() -> None:
    """Each setting of a grant is in the guide, and no other."""
    source = (ROOT / "src/grant/settings.rs").read_text()
    known = set(re.findall(r'Setting::\w+\("(\w+)"', source))
    guide = (SOURCE / "README.md").read_text().partition("### Настройки доступа")[2].partition("\n## ")[0]
    rows = [line.split(" | ")[0] for line in guide.splitlines() if line.startswith("| `")]
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    check("the guide has the settings of a grant", sorted(known ^ told))
    check("the settings are seen", [] if len(known) > 30 else [len(known)])


def check_calls() -> None:
    functions = set(Platform({}).interpreter.functions) | CLIENT
    modules = {name.lower(): bsl.parse((SOURCE / file).read_text()) for name, (file, *_) in MODULES.items()}
    classes = members.contract()
    for path in sorted(SOURCE.glob("*.bsl")):
        module = bsl.parse(path.read_text())
        check(f"{path.name}, calls", list(calls(module, modules, functions)))
        check(f"{path.name}, the add-in's members", list(add_in_members(module, classes)))
        check(f"{path.name}, parameters", list(assigned_parameters(module)))
        check(f"{path.name}, handlers", list(notified(module)))
    seen = 0
    for path in sorted(SOURCE.glob("*.md")):
        for at, text in enumerate(BLOCK.findall(path.read_text()), 1):
            seen += len(re.findall(r"\bOSign\w*\.\w+\(", text))
            check(f"{path.name}, block {at}, calls", list(calls(bsl.parse(text), modules, None)))
    check("the guides' calls are seen", [] if seen > 8 else [f"only {seen}"])
    for text, finds in (
        ("OSignТокены.ТокенДоступа();", lambda module: calls(module, modules, None)),
        ("НетТакого();", lambda module: calls(module, modules, functions)),
        ("Процедура П(А) КонецПроцедуры П();", lambda module: calls(module, modules, functions)),
        ("OSign.Прокси(1);", lambda module: calls(module, modules, functions)),
        ("OSign.Вызвать(1);", lambda module: calls(module, modules, functions)),
        ("Токены.НачатьТокен();", lambda module: add_in_members(module, classes)),
        ("А = Токены.Секрет;", lambda module: add_in_members(module, classes)),
        ("Подпись.СледующийШаг();", lambda module: add_in_members(module, classes)),
        ('А = Компонента("OSign").СледующийШаг();', lambda module: add_in_members(module, classes)),
        ("Процедура П(А) А = 1; КонецПроцедуры", assigned_parameters),
        ('А = Новый ОписаниеОповещения("Нет", Б);', notified),
    ):
        check(f"the fault {text!r}", [] if list(finds(bsl.parse(text))) else ["passes"])


def check_contract() -> None:
    """The contract against the add-in's source, as soon as that has the class."""
    for name, path in members.SOURCES.items():
        file = ROOT / path
        if not file.exists():
            print(f"extension: {path} is not there; {name} is known by its contract alone")
            continue
        known, found = members.contract()[name], members.source(file.read_text())
        wrong = [
            f"{method} takes {taken}, not {found.methods.get(method)}"
            for method, taken in known.methods.items()
            # The source may have more parameters that can be left out.
            if found.methods.get(method, range(0)).start != taken.start or len(found.methods[method]) < len(taken)
        ]
        check(f"{name}, as its source has it", [*wrong, *sorted(known.properties - found.properties - EVERY_CLASS)])


# The files.


def parsed(files: dict[str, bytes]) -> dict[str, xml.Element]:
    return {
        name: xml.fromstring(content.decode("utf-8-sig")) for name, content in files.items() if name.endswith(".xml")
    }


def object_of(root: xml.Element) -> xml.Element:
    return root[0]


def text_of(element: xml.Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else found.text or ""


FOLDERS = {
    "Subsystem": "Subsystems",
    "CommonTemplate": "CommonTemplates",
    "Role": "Roles",
    "CommonModule": "CommonModules",
    "HTTPService": "HTTPServices",
    "Constant": "Constants",
    "CommonForm": "CommonForms",
    "InformationRegister": "InformationRegisters",
}
# What belongs to an object of each kind.
PARTS = {
    "CommonTemplate": ["Template.bin"],
    "Role": ["Rights.xml"],
    "CommonModule": ["Module.bsl"],
    "HTTPService": ["Module.bsl"],
    "CommonForm": ["Form.xml", "Form/Module.bsl"],
}


def files_and_root(files: dict[str, bytes], roots: dict[str, xml.Element]) -> Iterator[str]:
    """Where the root's list and the files do not agree."""
    expected = {"Configuration.xml"}
    for child in roots["Configuration.xml"].find(f"{MD}Configuration/{MD}ChildObjects"):
        kind = child.tag.removeprefix(MD)
        path = f"{FOLDERS[kind]}/{child.text}"
        expected |= {f"{path}.xml", *(f"{path}/Ext/{part}" for part in PARTS.get(kind, []))}
        if f"{path}.xml" in roots:
            described = object_of(roots[f"{path}.xml"])
            if described.tag != MD + kind or text_of(described, f"{MD}Properties/{MD}Name") != child.text:
                yield f"{path}.xml describes another object"
    yield from sorted(expected ^ set(files))


def identifiers(roots: dict[str, xml.Element]) -> list[str]:
    found = []
    for root in roots.values():
        for element in root.iter():
            found += [element.get("uuid")] if element.get("uuid") else []
            if element.tag in (f"{READABLE}TypeId", f"{READABLE}ValueId", f"{READABLE}ObjectId"):
                found.append(element.text)
    return found


def broken_references(roots: dict[str, xml.Element]) -> Iterator[str]:
    """Objects that the subsystem or a role names, and that are not there."""
    known = set()
    for child in roots["Configuration.xml"].find(f"{MD}Configuration/{MD}ChildObjects"):
        known.add(f"{child.tag.removeprefix(MD)}.{child.text}")
    service = object_of(roots["HTTPServices/osign.xml"])
    for template in service.iter(f"{MD}URLTemplate"):
        for method in template.iter(f"{MD}Method"):
            names = (text_of(part, f"{MD}Properties/{MD}Name") for part in (template, method))
            known.add("HTTPService.osign.URLTemplate.{}.Method.{}".format(*names))
    for name, root in roots.items():
        wanted = [item.text for item in root.iter(f"{READABLE}Item")]
        wanted += [item.text for item in root.iter(f"{ROLES}name") if "." in (item.text or "")]
        yield from (f"{name} names {item}" for item in wanted if item not in known)


def unknown_prefixes(files: dict[str, bytes]) -> Iterator[str]:
    """A type that is named with a prefix which the file does not declare: a parser of XML does not look at it."""
    for name, content in files.items():
        if name.endswith(".xml"):
            text = content.decode("utf-8-sig")
            declared = set(re.findall(r"xmlns:(\w+)=", text))
            used = re.findall(r'xsi:type="(\w+):|<v8:Type>(\w+):', text)
            yield from (f"{name}: {prefix}" for pair in used for prefix in pair if prefix and prefix not in declared)


# An extension that adopts nothing names neither roles nor a language of its own.
OPTIONAL = {"DefaultRoles", "DefaultLanguage", "InterfaceCompatibilityMode"}


def shapes(roots: dict[str, xml.Element]) -> Iterator[str]:
    """Objects whose properties are not those of public dumps, in their order."""
    lines = (HERE / "shapes.txt").read_text().splitlines()
    known = dict(line.split(": ") for line in lines if not line.startswith("#"))
    for name, root in roots.items():
        for element in root.iter():
            properties = element.find(f"{MD}Properties")
            if properties is not None:
                kind = element.tag.removeprefix(MD)
                found = [child.tag.removeprefix(MD) for child in properties]
                wanted = [tag for tag in known[kind].split() if tag in found or tag not in OPTIONAL]
                if found != wanted:
                    yield f"{name}, {kind}: {found}"


def registers(roots: dict[str, xml.Element]) -> Iterator[str]:
    """Registers whose fields are not those that the logic was run over."""
    for name, fields in FIELDS.items():
        children = object_of(roots[f"InformationRegisters/{name}.xml"]).find(f"{MD}ChildObjects")
        found = {
            text_of(child, f"{MD}Properties/{MD}Name"): text_of(child, f"{MD}Properties/{MD}Type/{CORE}Type")
            for child in children
        }
        if set(found) != set(fields):
            yield f"{name}: {sorted(set(found) ^ set(fields))}"
        dimensions = [text_of(child, f"{MD}Properties/{MD}Name") for child in children if child.tag == f"{MD}Dimension"]
        if dimensions != ["Имя"]:
            yield f"{name} has the dimensions {dimensions}"
        for field, value in fields.items():
            kind = {str: "xs:string", int: "xs:decimal"}.get(type(value), "xs:dateTime")
            if found.get(field) != kind:
                yield f"{name}.{field} is {found.get(field)}"


def handlers(files: dict[str, bytes], roots: dict[str, xml.Element]) -> Iterator[str]:
    """Handlers that the form and the service name, and their modules lack; fields without their data."""
    service = bsl.parse(files["HTTPServices/osign/Ext/Module.bsl"].decode("utf-8-sig"))
    for handler in roots["HTTPServices/osign.xml"].iter(f"{MD}Handler"):
        method = service.methods.get((handler.text or "").lower())
        if not method or not method.function or len(method.parameters) != 1:
            yield f"osign has no handler {handler.text}"
    place = "CommonForms/OSignПодключения/Ext/Form"
    module, form = bsl.parse(files[f"{place}/Module.bsl"].decode("utf-8-sig")), roots[f"{place}.xml"]
    named = [*form.iter(f"{FORM}Event"), *form.iter(f"{FORM}Action")]
    yield from (f"the form has no {item.text}" for item in named if (item.text or "").lower() not in module.methods)
    commands = {f"Form.Command.{command.get('name')}" for command in form.iter(f"{FORM}Command")}
    yield from (f"no {item.text}" for item in form.iter(f"{FORM}CommandName") if item.text not in commands)
    paths = set()
    for attribute in form.find(f"{FORM}Attributes"):
        paths.add(attribute.get("name"))
        paths |= {f"{attribute.get('name')}.{column.get('name')}" for column in attribute.iter(f"{FORM}Column")}
    yield from (f"no {item.text}" for item in form.iter(f"{FORM}DataPath") if item.text not in paths)
    elements = [item for item in form.find(f"{FORM}ChildItems").iter() if item.get("id")]
    elements += [item for item in form.find(f"{FORM}AutoCommandBar").iter() if item.get("id")]
    for key in ("id", "name"):
        values = [item.get(key) for item in elements]
        yield from (
            f"two elements have the {key} {value}" for value in {value for value in values if values.count(value) > 1}
        )


# A module, and what calls it. Nothing from outside the server: modules put the privileged mode on and check no right, but for the one
# that clients call.
CONTEXTS = {
    "OSign": {"Server"},
    "OSignТокены": {"Server"},
    "OSignОкружение": {"Server"},
    "OSignКлиент": {"ClientManagedApplication"},
    "OSignВызовСервера": {"Server", "ServerCall"},
}


def contexts(roots: dict[str, xml.Element]) -> Iterator[str]:
    """Modules that are called from elsewhere than they should be."""
    for name, root in roots.items():
        if name.startswith("CommonModules/"):
            properties = object_of(root).find(f"{MD}Properties")
            found = {child.tag.removeprefix(MD) for child in properties if child.text == "true"}
            if found != CONTEXTS.get(text_of(properties, f"{MD}Name")):
                yield f"{name}: {sorted(found)}"


BUNDLES = {"OSign": b"the bundle of OSign", "OSignTokens": b"the bundle of OSignTokens"}


def check_files() -> None:
    files = extension(SOURCE, BUNDLES, version())
    roots = parsed(files)
    check("every file of XML is whole", [] if len(roots) > 15 else [len(roots)])
    texts = {name: content for name, content in files.items() if not name.endswith(".bin")}
    marked = [name for name, content in texts.items() if not content.startswith(b"\xef\xbb\xbf")]
    check("every text has its mark", marked)
    check(
        "every text has lines as on Windows",
        [name for name, text in texts.items() if text.count(b"\n") != text.count(b"\r\n")],
    )
    check("every description has its format", [name for name, root in roots.items() if root.get("version") != "2.17"])
    check("the root lists the files", list(files_and_root(files, roots)))
    found = identifiers(roots)
    check("no identifier is there twice", sorted({one for one in found if found.count(one) > 1}))
    check("there are identifiers", [] if len(found) > 60 else [len(found)])
    check("no reference is broken", list(broken_references(roots)))
    check("every prefix is declared", list(unknown_prefixes(files)))
    check("the objects look as in dumps", list(shapes(roots)))
    check("the registers are those of the tests", list(registers(roots)))
    check("every handler is there", list(handlers(files, roots)))
    check("the modules are called from where they should be", list(contexts(roots)))
    left = [name for name, content in texts.items() if b"{{" in content]
    check("no placeholder is left", left)
    for class_name, content in BUNDLES.items():
        name = f"{class_name}_{template_version(version())}"
        template = files.get(f"CommonTemplates/{name}/Ext/Template.bin")
        check(f"the template {name} is the bundle", [] if template == content else ["another"])
        kind = text_of(object_of(roots[f"CommonTemplates/{name}.xml"]), f"{MD}Properties/{MD}TemplateType")
        check(f"{name} is an add-in", [] if kind == "AddIn" else [kind])
    used = re.findall(rb"_(\d+_\d+_\d+_\d+)", files["CommonModules/OSign/Ext/Module.bsl"])
    check("the module knows the template", [] if used == [template_version(version()).encode()] else used)
    newer = identifiers(parsed(extension(SOURCE, BUNDLES, "9.8.7")))
    check("the next version is the same extension", [] if newer == found else ["other identifiers"])
    check_faults(files)


def check_faults(files: dict[str, bytes]) -> None:
    """Each must be found fault with."""

    def changed(name: str, old: str, new: str) -> dict[str, bytes]:
        text = files[name].decode()
        if old not in text:
            check(f"{name} has {old}", ["it does not"])
        return {**files, name: text.replace(old, new, 1).encode()}

    form = "CommonForms/OSignПодключения/Ext/Form.xml"
    register = "InformationRegisters/OSignТокены.xml"
    for what, faulty, finds in (
        ("a file too many", {**files, "Roles/X.xml": b"<a/>"}, files_and_root),
        ("another name", changed(register, "<Name>OSignТокены<", "<Name>OSignТокен<"), files_and_root),
        ("another field", changed(register, "<Name>Ревизия<", "<Name>Версия<"), lambda _, roots: registers(roots)),
        ("another type", changed(register, "xs:decimal", "xs:string"), lambda _, roots: registers(roots)),
        ("a property too many", changed(register, "<Comment/>", "<Comment/><Note/>"), lambda _, roots: shapes(roots)),
        (
            "a module for COM",
            changed(
                "CommonModules/OSign.xml",
                "<ExternalConnection>false<",
                "<ExternalConnection>true<",
            ),
            lambda _, roots: contexts(roots),
        ),
        ("another handler", changed(form, "<Action>Войти<", "<Action>Выйти<"), handlers),
        ("another path", changed(form, ">Подключения.Имя<", ">Подключения.Нет<"), handlers),
        ("a number twice", changed(form, 'id="12"', 'id="13"'), handlers),
        (
            "a broken right",
            changed("Roles/OSignВозврат/Ext/Rights.xml", "Method.Получить", "Method.Взять"),
            lambda _, roots: broken_references(roots),
        ),
        (
            "a prefix",
            changed("Configuration.xml", 'xsi:type="app:', 'xsi:type="foo:'),
            lambda files, _: unknown_prefixes(files),
        ),
    ):
        check(f"the fault {what}", [] if list(finds(faulty, parsed(faulty))) else ["passes"])
    whole = document("a", "b", {}, [node("c", name='<&"')])
    check(
        "texts are escaped",
        [] if xml.fromstring(whole.decode("utf-8-sig"))[0].get("name") == '<&"' else ["they are not"],
    )


# The archive.


def run(dist: pathlib.Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, FOLDER / "extension.py", *options, SOURCE, dist]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


def check_archive() -> None:
    with tempfile.TemporaryDirectory() as folder:
        dist = pathlib.Path(folder)
        target = dist / f"OSign-{version()}-1c.zip"
        (dist / "SHA256SUMS").write_text("0  another.zip\n")
        missing = run(dist)
        refused = missing.returncode != 0 and f"OSign-{version()}.zip" in missing.stderr and not target.exists()
        check("without the bundle there is an error", [] if refused else [missing])
        (dist / f"OSign-{version()}.zip").write_bytes(BUNDLES["OSign"])
        check("without the tokens' bundle there is an error", [] if run(dist).returncode != 0 else ["none"])
        check(
            "the tokens' bundle can be left out", [] if run(dist, "--without-tokens").returncode == 0 else ["an error"]
        )
        with zipfile.ZipFile(target) as archive:
            check("then its template is left out", [name for name in archive.namelist() if "OSignTokens_" in name])
        (dist / f"OSignTokens-{version()}.zip").write_bytes(BUNDLES["OSignTokens"])
        builds = []
        for _ in range(2):
            done = run(dist)
            check("it is packed", [] if done.returncode == 0 else [done.stderr])
            builds.append(target.read_bytes())
            target.unlink()
        check("two builds are equal", [] if builds[0] == builds[1] else ["they are not"])
        target.write_bytes(builds[0])
        sums = (dist / "SHA256SUMS").read_text().splitlines()
        expected = ["0  another.zip", f"{hashlib.sha256(builds[0]).hexdigest()}  {target.name}"]
        check("SHA256SUMS has it once, and what it had", [] if sums == expected else sums)
        with zipfile.ZipFile(target) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            check("the archive is whole", [archive.testzip()] if archive.testzip() else [])
            check("its files stand in order, once each", [] if names == sorted(set(names)) else names)
            check("its files are of one time", [] if len({entry.date_time for entry in entries}) == 1 else ["more"])
            foreign = [
                entry.filename for entry in entries if not entry.filename.isascii() and not entry.flag_bits & 0x800
            ]
            check("names in Russian are marked as UTF-8", foreign)
            content = {name: archive.read(name) for name in names}
            same = content == extension(SOURCE, BUNDLES, version())
            check("its files are the extension's", [] if same else ["others"])


def main() -> int:
    check_language()
    check_calls()
    check_settings()
    check_contract()
    check_files()
    check_archive()
    print(f"extension, files: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
