#!/usr/bin/env python3
"""Lays out the extension for 1C, a configuration dumped to files, and packs it.

    extension.py [--without-tokens] SOURCE DIST

SOURCE is the folder with the modules, bindings/1c/extension; DIST holds the add-in's bundles, OSign-VERSION.zip and
OSignTokens-VERSION.zip, and gets OSign-VERSION-1c.zip, which SHA256SUMS lists then. A bundle that is not there is an error; with
--without-tokens that of OSignTokens may be missing, and so is its template then.
"""

import argparse
import hashlib
import pathlib
import sys

from archive import commit_time, pack, version
from metadata import (
    FormWriter,
    Node,
    Part,
    add_in_template,
    common_form,
    common_module,
    configuration,
    constant,
    form,
    http_service,
    leaf,
    moment,
    node,
    number,
    phrase,
    register,
    rights,
    role,
    string,
    subsystem,
    text_file,
)

NAME = "OSign"
CLASSES = {"OSign": "OSign: подпись запросов", "OSignTokens": "OSign: токены"}
FORM = "OSignПодключения"
# The version in a template's name, as БСП reads it: four numbers.
PLACEHOLDER = "{{ВЕРСИЯ}}"

# A module of the extension, its file here, its synonym and where it runs.
MODULES = {
    "OSign": ("sign.bsl", "OSign: подписанные запросы", {}),
    "OSignТокены": ("tokens.bsl", "OSign: токены", {}),
    "OSignОкружение": ("environment.bsl", "OSign: окружение", {}),
    "OSignКлиент": ("client.bsl", "OSign: клиент", {"client": True}),
    "OSignВызовСервера": ("server_call.bsl", "OSign: вызов сервера", {"call": True}),
}
# What the list shows. Each row knows its module as well.
COLUMNS = {"Имя": "Имя", "Вид": "Вид", "Состояние": "Состояние", "Срок": "Токен до", "Пояснение": "Пояснение"}
INPUTS = {
    "НовоеИмя": "Имя подключения",
    "Поставщик": "Сервис (amocrm, bitrix24, …)",
    "Учетная": "Учётная запись (адрес портала, магазина)",
    "Идентификатор": "Идентификатор приложения (ключ потребителя)",
    "Секрет": "Секрет приложения (или готовый ключ)",
    "АдресВозврата": "Адрес возврата",
    "ОбластьДоступа": "Область доступа (scope)",
    "ПрочиеНастройки": "Прочие настройки, строками ИМЯ=ЗНАЧЕНИЕ",
}
COMMANDS = {
    "Обновить": "Обновить",
    "Войти": "Войти",
    "Отозвать": "Отозвать",
    "Удалить": "Удалить",
    "Добавить": "Добавить подключение",
    "Заменить": "Заменить настройки подключения",
}


class Dump:
    """The files of the extension, and what its root lists of them."""

    def __init__(self, source: pathlib.Path, number_of_version: str) -> None:
        self.source = source
        self.version = number_of_version
        self.files: dict[str, bytes] = {}
        self.objects: list[tuple[str, str]] = []

    def add(self, kind: str, folder: str, name: str, description: bytes, **parts: bytes) -> None:
        """``parts`` are files below Ext, with __ for a slash and _ for a dot."""
        self.objects.append((kind, name))
        self.files[f"{folder}/{name}.xml"] = description
        for part, content in parts.items():
            path = part.replace("__", "/").replace("_", ".")
            self.files[f"{folder}/{name}/Ext/{path}"] = content

    def module(self, file: str) -> bytes:
        text = (self.source / file).read_text()
        return text_file(text.replace(PLACEHOLDER, template_version(self.version)))


def template_version(number_of_version: str) -> str:
    return number_of_version.replace(".", "_") + "_0"


def templates(dump: Dump, bundles: dict[str, bytes]) -> None:
    for class_name, content in bundles.items():
        name = f"{class_name}_{template_version(dump.version)}"
        # Another version is the same template under another name.
        description = add_in_template(name, CLASSES[class_name], key=class_name)
        dump.add("CommonTemplate", "CommonTemplates", name, description, Template_bin=content)


def modules(dump: Dump) -> None:
    for name, (file, synonym, where) in MODULES.items():
        dump.add(
            "CommonModule", "CommonModules", name, common_module(name, synonym, **where), Module_bsl=dump.module(file)
        )


def service(dump: Dump) -> None:
    description = http_service(
        "osign",
        "OSign: возврат из браузера",
        "osign",
        template=("Возврат", "/callback"),
        method=("Получить", "GET", "ВозвратПолучить"),
    )
    dump.add("HTTPService", "HTTPServices", "osign", description, Module_bsl=dump.module("callback.bsl"))


def data(dump: Dump) -> None:
    constants = {
        "OSignКлюч": ("OSign: ключ шифрования", string(200), True),
        "OSignИдентификатор": ("OSign: идентификатор хранилища", string(36), False),
        "OSignОкружение": ("OSign: окружение, если задано", string(200), False),
    }
    for name, (synonym, kind, password) in constants.items():
        dump.add("Constant", "Constants", name, constant(name, synonym, kind, password))
    dump.add("CommonForm", "CommonForms", FORM, common_form(FORM, "OSign: подключения"), **connections_form(dump))
    tokens = register(
        "OSignТокены",
        "OSign: токены",
        Part("Имя", "Имя", string(100), dimension=True),
        Part("Запись", "Запись", string(0)),
        Part("Поколение", "Поколение", number(15)),
        Part("Ревизия", "Ревизия", number(15)),
    )
    dump.add("InformationRegister", "InformationRegisters", "OSignТокены", tokens)
    connections = register(
        "OSignПодключения",
        "OSign: подключения",
        Part("Имя", "Имя", string(100), dimension=True),
        Part("Вид", "Вид", string(10)),
        Part("Состояние", "Состояние", string(0)),
        Part("Настройки", "Настройки", string(0)),
        Part("АдресВозврата", "Адрес возврата", string(500)),
        Part("КлючВозврата", "Ключ возврата", string(64), indexed=True),
        Part("НачатВход", "Вход начат", moment()),
        Part("ОтказВхода", "Почему вход не удался", string(500)),
        Part("Ревизия", "Ревизия", number(15)),
    )
    dump.add("InformationRegister", "InformationRegisters", "OSignПодключения", connections)


def connections_form(dump: Dump) -> dict[str, bytes]:
    columns = (
        node("Column", phrase("Title", title), string(0), name=name, id=str(at))
        for at, (name, title) in enumerate({**COLUMNS, "Модуль": "Модуль"}.items(), 1)
    )
    table = node(
        "Attribute",
        phrase("Title", "Подключения"),
        node("Type", leaf("v8:Type", "v8:ValueTable")),
        node("Columns", *columns),
        name="Подключения",
        id="1",
    )
    strings = {**INPUTS, "Ошибка": "Почему списка токенов нет"}
    attributes = [
        table,
        *(
            node("Attribute", phrase("Title", title), string(0), name=name, id=str(at))
            for at, (name, title) in enumerate(strings.items(), 2)
        ),
    ]
    content = form(elements, attributes, COMMANDS)
    return {"Form_xml": content, "Form__Module_bsl": dump.module("form.bsl")}


def elements(writer: FormWriter) -> tuple[Node, list[Node]]:
    # The form's own bar has the number -1 in every dump.
    buttons = node("ChildItems", *map(writer.button, COMMANDS))
    bar = node("AutoCommandBar", leaf("Autofill", False), buttons, name="ФормаКоманднаяПанель", id="-1")
    unusual = {"Секрет": leaf("PasswordMode", True), "ПрочиеНастройки": leaf("MultiLine", True)}
    inputs = (
        writer.field("InputField", name, name, unusual.get(name, leaf("EditMode", "EnterOnInput"))) for name in INPUTS
    )
    return bar, [
        writer.table("Подключения", COLUMNS),
        writer.field("LabelField", "Ошибка", "Ошибка"),
        writer.group("ГруппаДобавить", "Новое подключение", *inputs),
    ]


def access(dump: Dump) -> None:
    """One role for who connects services, one for the user that the callback is published under. The modules need none."""
    roles = {
        "OSignПодключения": ("OSign: подключения", {f"CommonForm.{FORM}": ["View"], "Subsystem.OSign": ["View"]}),
        "OSignВозврат": (
            "OSign: возврат из браузера",
            {"HTTPService.osign.URLTemplate.Возврат.Method.Получить": ["Use"]},
        ),
    }
    content = [f"{kind}.{name}" for kind, name in dump.objects]
    content += [f"Role.{name}" for name in roles]
    dump.add("Subsystem", "Subsystems", "OSign", subsystem("OSign", "OSign", content))
    for name, (synonym, granted) in roles.items():
        dump.add("Role", "Roles", name, role(name, synonym), Rights_xml=rights(granted))


# The order of kinds in a dump's root.
ORDER = (
    "Subsystem",
    "CommonTemplate",
    "Role",
    "CommonModule",
    "HTTPService",
    "Constant",
    "CommonForm",
    "InformationRegister",
)


def extension(source: pathlib.Path, bundles: dict[str, bytes], number_of_version: str) -> dict[str, bytes]:
    dump = Dump(source, number_of_version)
    templates(dump, bundles)
    modules(dump)
    service(dump)
    data(dump)
    access(dump)
    objects = sorted(dump.objects, key=lambda entry: ORDER.index(entry[0]))
    root = configuration(NAME, NAME, "OSign: подпись запросов и токены", number_of_version, objects)
    return {"Configuration.xml": root, **dump.files}


def read_bundles(dist: pathlib.Path, number_of_version: str, without_tokens: bool) -> dict[str, bytes]:
    bundles = {}
    for class_name in CLASSES:
        file = dist / f"{class_name}-{number_of_version}.zip"
        if file.exists():
            bundles[class_name] = file.read_bytes()
        elif class_name == "OSign" or not without_tokens:
            sys.exit(f"extension: there is no {file}; make addin builds it")
    return bundles


def list_sum(target: pathlib.Path) -> None:
    """SHA256SUMS has the archive once, behind what the add-in's build has listed."""
    sums = target.parent / "SHA256SUMS"
    lines = sums.read_text().splitlines() if sums.exists() else []
    others = [line for line in lines if not line.endswith("  " + target.name)]
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    sums.write_text("".join(f"{line}\n" for line in (*others, f"{digest}  {target.name}")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--without-tokens", action="store_true")
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("dist", type=pathlib.Path)
    arguments = parser.parse_args()
    bundles = read_bundles(arguments.dist, version(), arguments.without_tokens)
    files = extension(arguments.source, bundles, version())
    target = arguments.dist / f"{NAME}-{version()}-1c.zip"
    pack(files, commit_time(), target)
    list_sum(target)
    print(f"extension: {target}: {target.stat().st_size} bytes, {len(files)} files")


if __name__ == "__main__":
    main()
