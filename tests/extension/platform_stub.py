"""A stand-in for the platform, as far as the extension's modules use it: registers with locks and transactions, constants, HTTP, the
session's functions. It is strict where the platform is not: it stops a test at a request within a transaction, at a write without a
transaction or without a lock on what is written, and at data that is read without the privileged mode, which users have no rights to.
"""

import copy
import dataclasses
import datetime
import hashlib
import json
import re
import types
import urllib.parse
import uuid
from collections.abc import Callable

from interpreter import Error, Interpreter, Missing, as_text, get_member, set_member


class Structure:
    """Структура: its fields, in order, by names that case does not tell apart."""

    def __init__(self, names: str = "", *values: object) -> None:
        self.fields: dict[str, tuple[str, object]] = {}
        parts = [name.strip() for name in names.split(",") if name.strip()]
        for at, name in enumerate(parts):
            self.set(name, values[at] if at < len(values) else None)

    def set(self, name: str, value: object) -> None:
        self.fields[name.lower()] = (self.fields.get(name.lower(), (name,))[0], value)

    def has_field(self, name: str) -> bool:
        return name.lower() in self.fields

    def get_field(self, name: str) -> object:
        return self.fields[name.lower()][1]

    def set_field(self, name: str, value: object) -> None:
        if not self.has_field(name):
            raise Error(f"Поле объекта не обнаружено ({name})")
        self.set(name, value)

    def Вставить(self, name: str, value: object = None) -> None:
        self.set(name, value)

    def Свойство(self, name: str) -> bool:
        return self.has_field(name)

    def __iter__(self):
        return iter([KeyAndValue(name, value) for name, value in self.fields.values()])


@dataclasses.dataclass
class KeyAndValue:
    Ключ: object
    Значение: object


class Map(dict):
    """Соответствие."""

    def Вставить(self, key: object, value: object = None) -> None:
        self[key] = value

    def Получить(self, key: object) -> object:
        return self.get(key)

    def __iter__(self):
        return iter([KeyAndValue(key, value) for key, value in self.items()])


class Array(list):
    """Массив."""

    def Добавить(self, value: object = None) -> None:
        self.append(value)

    def Количество(self) -> int:
        return len(self)


class Binary(bytes):
    """ДвоичныеДанные."""

    def Размер(self) -> int:
        return len(self)


@dataclasses.dataclass
class Transactions:
    """The base's state, its transactions and its locks."""

    tables: dict[str, dict] = dataclasses.field(default_factory=dict)
    saved: list[dict] = dataclasses.field(default_factory=list)
    locks: list[tuple[str, dict]] = dataclasses.field(default_factory=list)
    taken: list[tuple[str, dict]] = dataclasses.field(default_factory=list)
    # What goes wrong: a word, and the exception; and what another session does when a lock is taken.
    failures: dict[str, Error] = dataclasses.field(default_factory=dict)
    at_lock: Callable[[], None] | None = None
    privileged: Callable[[], bool] = lambda: True

    def begin(self) -> None:
        self.saved.append(copy.deepcopy(self.tables))

    def commit(self) -> None:
        self.fail("commit")
        self.saved.pop()
        self.locks = self.locks if self.saved else []

    def roll_back(self) -> None:
        if not self.saved:
            raise Error("Транзакция не активна")
        before = self.saved.pop()
        # In place: other sessions have the same tables.
        self.tables.clear()
        self.tables.update(before)
        self.locks = self.locks if self.saved else []

    def lock(self, table: str, values: dict) -> None:
        assert self.saved, "a lock outside a transaction"
        self.fail("lock")
        if self.at_lock:
            # What another session wrote before this one got its lock is no part of this one's transaction.
            hook, self.at_lock = self.at_lock, None
            hook()
            self.saved = [copy.deepcopy(self.tables) for _ in self.saved]
        self.locks.append((table, values))
        self.taken.append((table, values))

    def fail(self, where: str) -> None:
        assert self.privileged(), "data is touched without the privileged mode"
        if where in self.failures:
            raise self.failures.pop(where)

    def check_write(self, table: str, name: str | None) -> None:
        assert self.saved, f"{table} is written outside a transaction"
        held = [values.get("Имя") for locked, values in self.locks if locked == table]
        assert name in held or None in held, f"{table} is written without a lock on {name}"

    def table(self, name: str) -> dict:
        return self.tables.setdefault(name, {})


FIELDS = {
    "OSignТокены": {"Имя": "", "Запись": "", "Поколение": 0, "Ревизия": 0},
    "OSignПодключения": {
        "Имя": "",
        "Вид": "",
        "Состояние": "",
        "Настройки": "",
        "АдресВозврата": "",
        "КлючВозврата": "",
        "НачатВход": datetime.datetime(1, 1, 1),
        "ОтказВхода": "",
        "Ревизия": 0,
    },
}


class RecordManager(Structure):
    """МенеджерЗаписи of a register whose one dimension is Имя."""

    def __init__(self, base: Transactions, register: str) -> None:
        super().__init__()
        self.base, self.register, self.found = base, register, False
        self.key = ""
        for name, value in FIELDS[register].items():
            self.set(name, value)

    @property
    def table(self) -> dict:
        return self.base.table("РегистрСведений." + self.register)

    def Прочитать(self) -> None:
        self.base.fail("read")
        row = self.table.get(self.get_field("Имя"))
        self.found = row is not None
        self.key = self.get_field("Имя")
        for name, value in (row or FIELDS[self.register]).items():
            self.set(name, value)

    def Выбран(self) -> bool:
        return self.found

    def Записать(self, replace: bool = True) -> None:
        self.base.fail("write")
        name = self.get_field("Имя")
        assert name, "a record without a name is written"
        self.base.check_write("РегистрСведений." + self.register, name)
        self.table[name] = {field: value for field, value in self.fields.values()}
        self.found = True

    def Удалить(self) -> None:
        self.base.fail("write")
        name = self.get_field("Имя")
        self.base.check_write("РегистрСведений." + self.register, name)
        self.table.pop(name, None)
        self.found = False


class Lock:
    """БлокировкаДанных."""

    def __init__(self, base: Transactions) -> None:
        self.base, self.entries = base, []

    def Добавить(self, table: str) -> "LockEntry":
        self.entries.append(LockEntry(table))
        return self.entries[-1]

    def Заблокировать(self) -> None:
        for entry in self.entries:
            assert entry.Режим == "Исключительный", "a lock that others may share"
            self.base.lock(entry.table, entry.values)


class LockEntry:
    def __init__(self, table: str) -> None:
        self.table, self.values, self.Режим = table, {}, ""

    def УстановитьЗначение(self, name: str, value: object) -> None:
        self.values[name] = value


QUERY = re.compile(
    r"ВЫБРАТЬ (?:ПЕРВЫЕ 1 )?(\w+)\.Имя КАК Имя ИЗ (РегистрСведений\.\w+) КАК \1(?:\s+ГДЕ \1\.(\w+) = &(\w+))? УПОРЯДОЧИТЬ ПО Имя"
)


class Query:
    """Запрос of the one kind that the modules ask: names of a register, perhaps where a field has a value."""

    def __init__(self, base: Transactions, text: str) -> None:
        match = QUERY.fullmatch(text)
        if not match:
            raise Missing(f"the query {text}")
        self.base, self.parameters = base, {}
        _, self.table, self.field, self.parameter = match.groups()

    def УстановитьПараметр(self, name: str, value: object) -> None:
        self.parameters[name] = value

    def Выполнить(self) -> "Query":
        self.base.fail("query")
        return self

    def Выбрать(self) -> "Selection":
        rows = [
            row
            for row in self.base.table(self.table).values()
            if not self.field or row[self.field] == self.parameters[self.parameter]
        ]
        return Selection(sorted(rows, key=lambda row: row["Имя"]))


class Selection:
    def __init__(self, rows: list[dict]) -> None:
        self.rows, self.Имя = rows, ""

    def Следующий(self) -> bool:
        if not self.rows:
            return False
        self.Имя = self.rows.pop(0)["Имя"]
        return True


@dataclasses.dataclass
class Sent:
    """A request as the stand-in's connection got it."""

    method: str
    server: str
    port: int
    resource: str
    headers: dict
    body: bytes
    proxy: object
    timeout: int
    secure: object


class Answer:
    """HTTPОтвет."""

    def __init__(self, status: int, body: bytes | str = b"", headers: dict | None = None, unreadable: bool = False):
        self.КодСостояния = status
        self.Заголовки = Map(headers or {})
        self.body = body.encode() if isinstance(body, str) else body
        self.unreadable = unreadable

    def ПолучитьТелоКакДвоичныеДанные(self) -> Binary:
        if self.unreadable:
            raise Error("Ошибка при вызове метода контекста", Error("Не хватает места на диске"))
        return Binary(self.body)

    def ПолучитьТелоКакСтроку(self) -> str:
        return self.body.decode()


class Request:
    """HTTPЗапрос."""

    def __init__(self, resource: str, headers: Map) -> None:
        self.АдресРесурса, self.Заголовки, self.body = resource, headers, b""

    def УстановитьТелоИзДвоичныхДанных(self, body: bytes) -> None:
        assert body, "a body that is none"
        self.body = bytes(body)

    def ПолучитьТелоКакДвоичныеДанные(self) -> "Binary":
        return Binary(self.body)


class Connection:
    """HTTPСоединение."""

    def __init__(self, platform: "Platform", *arguments: object) -> None:
        self.platform = platform
        server, port, user, password, proxy, timeout, secure = arguments
        assert user is None and password is None, "a user's name and password for a service"
        self.arguments = (server, port, proxy, timeout, secure)

    def ВызватьHTTPМетод(self, method: str, request: Request) -> Answer:
        assert not self.platform.base.saved, "a request is sent within a transaction"
        server, port, proxy, timeout, secure = self.arguments
        headers = {pair.Ключ: pair.Значение for pair in request.Заголовки}
        sent = Sent(method, server, port, request.АдресРесурса, headers, request.body, proxy, timeout, secure)
        self.platform.sent.append(sent)
        return self.platform.service(sent)


class ServiceAnswer:
    """HTTPСервисОтвет."""

    def __init__(self, status: int) -> None:
        self.КодСостояния, self.Заголовки, self.text = status, Map(), ""

    def УстановитьТелоИзСтроки(self, text: str) -> None:
        self.text = text


class Hashing:
    """ХешированиеДанных, with SHA-256 alone."""

    def __init__(self, algorithm: str) -> None:
        assert algorithm == "SHA256"
        self.data = b""

    def Добавить(self, text: str) -> None:
        self.data += text.encode()

    @property
    def ХешСумма(self) -> Binary:
        return Binary(hashlib.sha256(self.data).digest())


class File:
    """Файл."""

    def __init__(self, platform: "Platform", path: str) -> None:
        self.platform, self.path = platform, path

    def Существует(self) -> bool:
        return self.path in self.platform.files


class TextReader:
    """ЧтениеТекста."""

    def __init__(self, platform: "Platform", path: str, encoding: str) -> None:
        assert encoding == "UTF8"
        platform.base.fail("file")
        self.lines = platform.files[path].splitlines()

    def ПрочитатьСтроку(self) -> str | None:
        return self.lines.pop(0) if self.lines else None

    def Закрыть(self) -> None:
        pass


class TextWriter:
    """ЗаписьТекста. What it wrote is there when it is closed."""

    def __init__(self, platform: "Platform", path: str, encoding: str) -> None:
        assert encoding == "UTF8"
        platform.base.fail("file")
        self.platform, self.path, self.text = platform, path, ""

    def ЗаписатьСтроку(self, line: str) -> None:
        self.text += line + "\n"

    def Закрыть(self) -> None:
        self.platform.files[self.path] = self.text


class JSONReader:
    """ЧтениеJSON."""

    def УстановитьСтроку(self, text: str) -> None:
        self.text = text

    def Закрыть(self) -> None:
        pass


class Common:
    """ОбщегоНазначения of БСП: its safe storage, and how it attaches an add-in."""

    def __init__(self, platform: "Platform", parameters: int) -> None:
        self.platform, self.parameters = platform, parameters
        self.storage: dict[tuple[str, str], object] = {}
        self.writes = 0

    def ПодключитьКомпонентуИзМакета(self, class_name: str, template: str, *isolated: bool) -> object:
        if len(isolated) + 2 > self.parameters:
            raise Error("Слишком много фактических параметров")
        assert template == "ОбщийМакет." + class_name and isolated in ((), (False,))
        return self.platform.add_in(class_name)

    def ПрочитатьДанныеИзБезопасногоХранилища(self, owner: str, key: str) -> object:
        self.platform.base.fail("safe storage")
        return self.storage.get((owner, key))

    def ЗаписатьДанныеВБезопасноеХранилище(self, owner: str, value: object, key: str) -> None:
        self.platform.base.fail("safe storage")
        assert self.platform.base.saved, "the key is written outside a transaction"
        self.storage[owner, key] = value
        self.writes += 1


class Internet:
    """ПолучениеФайловИзИнтернета of БСП."""

    def ПолучитьПрокси(self, scheme: str) -> str:
        return "прокси БСП для " + scheme


class CommonBoth:
    """ОбщегоНазначенияКлиентСервер of БСП."""

    def НовоеЗащищенноеСоединение(self, client: object = None, authorities: object = None) -> tuple:
        return ("БСП", client, authorities)


def json_value(value: object) -> object:
    if isinstance(value, dict):
        return Map({key: json_value(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return Array(json_value(inner) for inner in value)
    return value


def read_json(reader: "JSONReader", as_map: bool = False) -> object:
    assert as_map, "names that are none of a Структура's"
    return json_value(json.loads(reader.text))


def internal_text(value: object) -> str:
    """ЗначениеВСтрокуВнутр, in a form of our own."""
    return json.dumps(plain(value), ensure_ascii=False)


def plain(value: object) -> object:
    if isinstance(value, Structure):
        return {"s": [[name, plain(inner)] for name, inner in value.fields.values()]}
    if isinstance(value, Map):
        return {"m": [[key, plain(inner)] for key, inner in value.items()]}
    return value


def internal_value(text: str) -> object:
    def read(value: object) -> object:
        if not isinstance(value, dict):
            return value
        if "m" in value:
            return Map({key: read(inner) for key, inner in value["m"]})
        found = Structure()
        for name, inner in value["s"]:
            found.set(name, read(inner))
        return found

    return read(json.loads(text))


def short(error: Error) -> str:
    parts = []
    link: Error | None = error
    while link:
        parts.append(link.Описание)
        link = link.Причина
    return ": ".join(parts)


def fill(target: object, source: object, names: str = "") -> None:
    wanted = [name.strip() for name in names.split(",")] if names else [pair.Ключ for pair in source]
    for name in wanted:
        set_member(target, name, get_member(source, name))


def template(text: str, *values: object) -> str:
    for at, value in enumerate(values, 1):
        text = text.replace(f"%{at}", as_text(value))
    return text


TYPES = {
    "строка": str,
    "число": int,
    "двоичныеданные": Binary,
    "структура": Structure,
    "соответствие": Map,
    "массив": Array,
}


def split(text: str, separators: str, empty: bool = True) -> Array:
    parts = re.split("[" + re.escape(separators) + "]", text) if separators else [text]
    return Array(part for part in parts if empty or part)


def find(text: str, wanted: str, direction: str = "СНачала", start: int = 1) -> int:
    return (text.rfind(wanted) if direction == "СКонца" else text.find(wanted, start - 1)) + 1


def formatted(value: object, how: str) -> str:
    if isinstance(value, int) and how == "ЧГ=":
        return str(value)
    assert isinstance(value, datetime.datetime) and how == "ДФ='dd.MM.yyyy HH:mm'", how
    return value.strftime("%d.%m.%Y %H:%M")


def whole(text: str) -> int:
    if not re.fullmatch(r"\s*\d+\s*", text):
        raise Error("Преобразование значения к типу Число не может быть выполнено")
    return int(text)


def truthy(value: object) -> bool:
    return value not in (None, "", 0) and value != datetime.datetime(1, 1, 1)


class Platform:
    """One infobase, with or without БСП. ``add_ins`` makes the objects of the add-in's classes."""

    def __init__(
        self,
        add_ins: dict[str, Callable],
        ssl: bool = False,
        ssl_parameters: int = 3,
        base: Transactions | None = None,
    ) -> None:
        self.add_ins = add_ins
        self.base = base or Transactions()
        self.sent: list[Sent] = []
        self.service: Callable[[Sent], Answer] = lambda sent: Answer(200)
        self.milliseconds = 1_000_000
        self.log: list[str] = []
        self.attached: list[str] = []
        self.files: dict[str, str] = {}
        self.allowed = True
        modules = (
            {
                "ОбщегоНазначения": Common(self, ssl_parameters),
                "ПолучениеФайловИзИнтернета": Internet(),
                "ОбщегоНазначенияКлиентСервер": CommonBoth(),
            }
            if ssl
            else {}
        )
        self.ssl = modules
        self.interpreter = Interpreter(self.functions(), self.classes(), self.values(modules))
        self.base.privileged = lambda: self.interpreter.privileged

    def add_in(self, class_name: str) -> object:
        if class_name not in self.add_ins:
            return None
        return self.add_ins[class_name]()

    def set_privileged(self, on: bool) -> None:
        self.interpreter.privileged = on

    def attach(self, template_name: str, class_name: str, *_: object) -> bool:
        self.attached.append(template_name)
        return class_name in self.add_ins

    def classes(self) -> dict[str, Callable]:
        named = {
            "Структура": Structure,
            "Соответствие": Map,
            "Массив": Array,
            "БлокировкаДанных": lambda: Lock(self.base),
            "Запрос": lambda text: Query(self.base, text),
            "HTTPСоединение": lambda *arguments: Connection(self, *arguments),
            "HTTPЗапрос": Request,
            "HTTPСервисОтвет": ServiceAnswer,
            "ХешированиеДанных": Hashing,
            "ЧтениеJSON": JSONReader,
            "Файл": lambda path: File(self, path),
            "ЧтениеТекста": lambda *arguments: TextReader(self, *arguments),
            "ЗаписьТекста": lambda *arguments: TextWriter(self, *arguments),
            "СертификатыУдостоверяющихЦентровОС": lambda: "центры ОС",
            "ЗащищенноеСоединениеOpenSSL": lambda client=None, authorities=None: ("платформа", client, authorities),
            "УникальныйИдентификатор": lambda: str(uuid.uuid4()),
            "AddIn.OSign.OSign": lambda: self.add_in("OSign"),
            "AddIn.OSignTokens.OSignTokens": lambda: self.add_in("OSignTokens"),
        }
        return {name.lower(): made for name, made in named.items()}

    def values(self, modules: dict[str, object]) -> dict[str, object]:
        registers = types.SimpleNamespace(
            **{
                name: types.SimpleNamespace(
                    СоздатьМенеджерЗаписи=lambda name=name: RecordManager(self.base, name),
                )
                for name in FIELDS
            }
        )
        found = types.SimpleNamespace(Найти=lambda name: name if name in modules else None)
        named = {
            "РегистрыСведений": registers,
            "Константы": types.SimpleNamespace(
                OSignКлюч=Constant(self.base, "OSignКлюч"),
                OSignИдентификатор=Constant(self.base, "OSignИдентификатор"),
                OSignОкружение=Constant(self.base, "OSignОкружение"),
            ),
            "Метаданные": types.SimpleNamespace(
                ОбщиеМодули=found, ОбщиеФормы=types.SimpleNamespace(OSignПодключения="форма")
            ),
            "КодировкаТекста": types.SimpleNamespace(UTF8="UTF8"),
            "Символы": types.SimpleNamespace(ПС="\n"),
            "РежимБлокировкиДанных": types.SimpleNamespace(Исключительный="Исключительный"),
            "НаправлениеПоиска": types.SimpleNamespace(СНачала="СНачала", СКонца="СКонца"),
            "СпособКодированияСтроки": types.SimpleNamespace(КодировкаURL="КодировкаURL"),
            "ТипВнешнейКомпоненты": types.SimpleNamespace(Native="Native"),
            "ТипПодключенияВнешнейКомпоненты": types.SimpleNamespace(НеИзолированно="НеИзолированно"),
            "ХешФункция": types.SimpleNamespace(SHA256="SHA256"),
            "УровеньЖурналаРегистрации": types.SimpleNamespace(Ошибка="Ошибка"),
            **modules,
        }
        return {name.lower(): value for name, value in named.items()}

    def functions(self) -> dict[str, Callable]:
        base = self.base
        named = {
            "НачатьТранзакцию": base.begin,
            "ЗафиксироватьТранзакцию": base.commit,
            "ОтменитьТранзакцию": base.roll_back,
            "ТранзакцияАктивна": lambda: bool(base.saved),
            "УстановитьПривилегированныйРежим": self.set_privileged,
            "ПодключитьВнешнююКомпоненту": self.attach,
            "ТекущаяУниверсальнаяДатаВМиллисекундах": lambda: self.milliseconds,
            "ТекущаяУниверсальнаяДата": lambda: datetime.datetime(2026, 12, 1, 12),
            "МестноеВремя": lambda moment: moment,
            "СтрокаСоединенияИнформационнойБазы": lambda: 'Srvr="Server";Ref="Base";',
            "ИнформацияОбОшибке": lambda: self.interpreter.handled[-1],
            "КраткоеПредставлениеОшибки": short,
            "ЗаписьЖурналаРегистрации": lambda *parts: self.log.append(parts[-1]),
            "ПравоДоступа": lambda right, what: self.allowed,
            "СтрНайти": find,
            "СтрЗаменить": lambda text, old, new: text.replace(old, new),
            "СтрРазделить": split,
            "СтрСоединить": lambda parts, separator="": separator.join(parts),
            "СтрНачинаетсяС": lambda text, start: text.startswith(start),
            "СтрДлина": len,
            "СтрШаблон": template,
            "Лев": lambda text, count: text[: max(count, 0)],
            "Прав": lambda text, count: text[-count:],
            "Сред": lambda text, start, count=None: text[start - 1 :] if count is None else text[start - 1 :][:count],
            "СокрЛП": lambda text: text.strip(),
            "ВРег": lambda text: text.upper(),
            "НРег": lambda text: text.lower(),
            "ПустаяСтрока": lambda text: not text.strip(),
            "ЗначениеЗаполнено": truthy,
            "Строка": as_text,
            "Число": whole,
            "Тип": lambda name: TYPES[name.lower()],
            "ТипЗнч": type,
            "Формат": formatted,
            "КодироватьСтроку": lambda text, _: urllib.parse.quote(text, safe=""),
            "РаскодироватьСтроку": lambda text, _: urllib.parse.unquote(text),
            "ПолучитьДвоичныеДанныеИзСтроки": lambda text, _: Binary(text.encode()),
            "ПолучитьHexСтрокуИзДвоичныхДанных": lambda data: data.hex().upper(),
            "ЗначениеВСтрокуВнутр": internal_text,
            "ЗначениеИзСтрокиВнутр": internal_value,
            "ЗаполнитьЗначенияСвойств": fill,
            "ПрочитатьJSON": read_json,
        }
        return {name.lower(): function for name, function in named.items()}


class Constant:
    def __init__(self, base: Transactions, name: str) -> None:
        self.base, self.name = base, name

    def Получить(self) -> str:
        self.base.fail("constant")
        return self.base.table("Константа." + self.name).get("", "")

    def Установить(self, value: str) -> None:
        self.base.fail("constant")
        self.base.check_write("Константа." + self.name, None)
        self.base.table("Константа." + self.name)[""] = value
