#!/usr/bin/env python3
"""Runs the extension's modules over the stand-ins for the platform and for the add-in.

    logic.py

Each test says in its name what holds.
"""

import pathlib
import re
import sys
import traceback
import types
import urllib.parse

from add_in import Signer, Tokens
from bsl import walk
from interpreter import Error, Loaded
from platform_stub import Answer, Array, Binary, Map, Platform, Request, Sent, Structure

MODULES = pathlib.Path(__file__).resolve().parents[2] / "bindings/1c/extension"
TOKEN_URL = "https://oauth.example.com/token"
READY = ("Готово", {"Токен": "T1", "ПоколениеТокена": 3, "Результат": ""})
SEND = (
    "Отправить",
    {
        "МетодЗапроса": "POST",
        "АдресЗапроса": TOKEN_URL,
        "ЗаголовкиЗапроса": "Content-Type: application/x-www-form-urlencoded\nAccept: application/json",
        "ТелоЗапроса": Binary(b"grant_type=refresh_token"),
    },
)


class World:
    """The extension in one infobase, with an add-in that plays ``scripts``: one for each object that the modules make."""

    def __init__(self, *scripts: list, **platform: object) -> None:
        self.scripts = list(scripts)
        self.tokens: list[Tokens] = []
        self.signers: list[Signer] = []
        self.platform = Platform({"OSign": self.signer, "OSignTokens": self.new_tokens}, **platform)
        self.modules: dict[str, Loaded] = {}
        for name, file in (
            ("OSign", "sign"),
            ("OSignТокены", "tokens"),
            ("OSignОкружение", "environment"),
            ("OSignВызовСервера", "server_call"),
            ("osign_service", "callback"),
            ("OSignКлиент", "client"),
        ):
            text = (MODULES / f"{file}.bsl").read_text().replace("{{ВЕРСИЯ}}", "0_1_0_0")
            self.modules[name] = self.platform.interpreter.load(name, text)

    def signer(self) -> Signer:
        self.signers.append(Signer())
        return self.signers[-1]

    def new_tokens(self) -> Tokens:
        self.tokens.append(Tokens(self.scripts.pop(0)))
        return self.tokens[-1]

    def call(self, name: str, *arguments: object, module: str = "OSignТокены") -> object:
        return self.modules[module].call(name, list(arguments), inside=True)

    def sign(self, name: str, *arguments: object) -> object:
        return self.call(name, *arguments, module="OSign")

    def rows(self, register: str = "OSignТокены") -> dict:
        return self.platform.base.table("РегистрСведений." + register)

    def row(self, name: str, generation: int, revision: int, record: str = "старая") -> None:
        self.rows()[name] = {"Имя": name, "Запись": record, "Поколение": generation, "Ревизия": revision}

    def run(self, *script: tuple) -> Tokens:
        """The loop of steps over one object."""
        tokens = Tokens([*script, READY])
        assert self.call("ВыполнитьДоКонца", tokens) is True
        return tokens


def write(kind: str, name: str = "магазин", **properties: object) -> tuple:
    return ("Записать", {"ИмяЗаписи": name, "ВидЗаписи": kind, "Запись": "новая", **properties})


def change(**properties: object) -> tuple:
    return write("Изменить", **{"ОжидаемоеПоколение": 3, "ОжидаемаяРевизия": 0, "НовоеПоколение": 4, **properties})


def raises(call, *arguments: object) -> str:
    try:
        call(*arguments)
    except Error as error:
        return error.Описание
    raise AssertionError("nothing was raised")


def saved(tokens: Tokens) -> list[tuple]:
    return tokens.of("ЗаписьСохранена")


# Reading.


def test_a_row_is_handed_over_whole() -> None:
    world = World()
    world.row("магазин", 3, 7)
    tokens = world.run(("Прочитать", {"ИмяЗаписи": "магазин"}))
    assert tokens.of("Загрузить") == [("старая", 3, 7)]


def test_a_row_that_is_not_there_is_said_not_to_be() -> None:
    assert World().run(("Прочитать", {"ИмяЗаписи": "магазин"})).names() == ["СледующийШаг", "ЗаписиНет", "СледующийШаг"]


def test_a_read_that_fails_is_a_failure_of_the_store() -> None:
    world = World()
    world.platform.base.failures["read"] = Error("Диск", Error("недоступен"))
    assert world.run(("Прочитать", {"ИмяЗаписи": "магазин"})).of("ОшибкаХранения") == [("Диск: недоступен",)]


def test_a_name_longer_than_the_dimension_is_a_failure_and_no_other_row() -> None:
    world = World()
    assert len(world.run(("Прочитать", {"ИмяЗаписи": "я" * 101})).of("ОшибкаХранения")) == 1
    assert len(world.run(write("Добавить", "я" * 101)).of("ОшибкаХранения")) == 1
    assert world.rows() == {}


def test_a_base_that_tells_no_case_apart_gives_no_other_row() -> None:
    world = World()
    world.row("магазин", 3, 7)
    # As a database without case would answer.
    world.rows()["МАГАЗИН"] = world.rows()["магазин"]
    assert len(world.run(("Прочитать", {"ИмяЗаписи": "МАГАЗИН"})).of("ОшибкаХранения")) == 1
    before = dict(world.rows()["магазин"])
    assert len(world.run(change(ИмяЗаписи="МАГАЗИН")).of("ОшибкаХранения")) == 1
    assert world.rows()["магазин"] == before


def test_names_come_one_a_line() -> None:
    world = World()
    world.row("б", 1, 1)
    world.row("а", 1, 1)
    assert world.run(("Имена", {})).of("ИменаПрочитаны") == [("а\nб",)]
    assert World().run(("Имена", {})).of("ИменаПрочитаны") == [("",)]
    world.platform.base.failures["query"] = Error("нет связи")
    assert world.run(("Имена", {})).of("ОшибкаХранения") == [("нет связи",)]


# The conditional write.


def test_adding_writes_the_first_generation_and_revision() -> None:
    world = World()
    assert saved(world.run(write("Добавить"))) == [(True,)]
    assert world.rows()["магазин"] == {"Имя": "магазин", "Запись": "новая", "Поколение": 1, "Ревизия": 1}


def test_adding_leaves_a_row_that_is_there() -> None:
    world = World()
    world.row("магазин", 3, 7)
    assert saved(world.run(write("Добавить"))) == [(False,)]
    assert world.rows()["магазин"]["Запись"] == "старая"


def test_changing_writes_where_the_generation_is_the_one_expected() -> None:
    world = World()
    world.row("магазин", 3, 7)
    assert saved(world.run(change())) == [(True,)]
    assert world.rows()["магазин"] == {"Имя": "магазин", "Запись": "новая", "Поколение": 4, "Ревизия": 8}


def test_changing_writes_where_the_revision_is_the_one_expected() -> None:
    world = World()
    world.row("магазин", 3, 7)
    assert saved(world.run(change(ОжидаемаяРевизия=7, НовоеПоколение=3))) == [(True,)]
    assert world.rows()["магазин"]["Ревизия"] == 8


def test_changing_leaves_another_generation_another_revision_and_no_row() -> None:
    for generation, revision, expected in ((4, 7, 0), (2, 7, 7), (3, 8, 7)):
        world = World()
        world.row("магазин", generation, revision)
        assert saved(world.run(change(ОжидаемаяРевизия=expected))) == [(False,)]
        assert world.rows()["магазин"]["Запись"] == "старая"
    world = World()
    assert saved(world.run(change())) == [(False,)]
    assert world.rows() == {}


def test_removing_heeds_the_generation() -> None:
    world = World()
    world.row("магазин", 3, 7)
    assert saved(world.run(write("Удалить", ОжидаемоеПоколение=2))) == [(False,)]
    assert "магазин" in world.rows()
    assert saved(world.run(write("Удалить", ОжидаемоеПоколение=3))) == [(True,)]
    assert world.rows() == {}
    assert saved(world.run(write("Удалить", ОжидаемоеПоколение=3))) == [(False,)]


def renaming(generation: int = 3) -> tuple:
    return write("Переименовать", ОжидаемоеПоколение=generation, НовоеИмя="лавка")


def test_renaming_keeps_the_generation_and_locks_both_names_in_order() -> None:
    world = World()
    world.row("магазин", 3, 7)
    assert saved(world.run(renaming())) == [(True,)]
    assert world.rows() == {"лавка": {"Имя": "лавка", "Запись": "новая", "Поколение": 3, "Ревизия": 8}}
    assert [values["Имя"] for _, values in world.platform.base.taken] == ["лавка", "магазин"]


def test_renaming_takes_no_name_that_is_taken_and_heeds_the_generation() -> None:
    world = World()
    world.row("магазин", 3, 7)
    world.row("лавка", 1, 1)
    assert saved(world.run(renaming())) == [(False,)]
    del world.rows()["лавка"]
    assert saved(world.run(renaming(2))) == [(False,)]
    assert list(world.rows()) == ["магазин"]
    assert saved(World().run(renaming())) == [(False,)]


def test_another_session_that_was_first_is_seen() -> None:
    world = World()
    world.row("магазин", 3, 7)
    world.platform.base.at_lock = lambda: world.row("магазин", 4, 8, "чужая")
    assert saved(world.run(change())) == [(False,)]
    assert world.rows()["магазин"]["Запись"] == "чужая"


def test_a_write_that_fails_leaves_all_as_it_was() -> None:
    for where in ("lock", "read", "write", "commit"):
        for step in (change(), renaming(), write("Удалить", ОжидаемоеПоколение=3)):
            world = World()
            world.row("магазин", 3, 7)
            world.platform.base.failures[where] = Error("Конфликт", Error(where))
            tokens = world.run(step)
            assert tokens.of("ОшибкаХранения") == [(f"Конфликт: {where}",)]
            assert saved(tokens) == []
            assert world.rows()["магазин"]["Запись"] == "старая"
            assert list(world.rows()) == ["магазин"]
            assert world.platform.base.saved == []


def test_renaming_that_fails_after_the_old_row_is_gone_brings_it_back() -> None:
    world = World()
    world.row("магазин", 3, 7)
    original = world.platform.base.check_write
    seen = []

    def second(table: str, name: str | None) -> None:
        original(table, name)
        seen.append(name)
        if len(seen) == 2:
            raise Error("нет места")

    world.platform.base.check_write = second
    assert world.run(renaming()).of("ОшибкаХранения") == [("нет места",)]
    assert seen == ["магазин", "лавка"] and list(world.rows()) == ["магазин"]


def test_an_unknown_kind_of_write_is_no_write() -> None:
    world = World()
    assert "обновите расширение" in world.run(write("Сжечь")).of("ОшибкаХранения")[0][0]
    assert world.platform.base.saved == []


# Within somebody's transaction.


def test_within_a_transaction_nothing_begins() -> None:
    for name, arguments in (
        ("ТокенДоступа", ("магазин",)),
        ("Авторизовать", ("магазин", "GET", "https://api.example.com/")),
        ("НачатьВход", ("магазин",)),
        ("Отозвать", ("магазин",)),
        ("Состояние", ()),
    ):
        world = World([READY])
        world.platform.base.begin()
        assert "вне транзакции" in raises(world.call, name, *arguments)
        assert world.tokens == [] and len(world.platform.base.saved) == 1


def test_within_a_transaction_no_step_is_made() -> None:
    world = World()
    world.platform.base.begin()
    tokens = Tokens([READY])
    assert "вне транзакции" in raises(world.call, "ВыполнитьДоКонца", tokens)
    assert tokens.calls == []


# Sending.


def answering(world: World, answer: object) -> Tokens:
    def service(sent: Sent) -> Answer:
        if isinstance(answer, Error):
            raise answer
        return answer

    world.platform.service = service
    return world.run(SEND)


def test_a_request_is_sent_once_as_it_is_given() -> None:
    world = World()
    body = b'{"access_token":"T"}'
    answer = Answer(200, body, {"content-type": "application/json"})
    assert answering(world, answer).of("ПринятьОтвет") == [(200, body, "application/json", 0)]
    assert world.platform.sent == [
        Sent(
            "POST",
            "oauth.example.com",
            443,
            "/token",
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            b"grant_type=refresh_token",
            None,
            30,
            ("платформа", None, "центры ОС"),
        )
    ]


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    world = World()
    answer = Answer(302, b"", {"Location": "https://evil.example.com/"})
    assert answering(world, answer).of("ПринятьОтвет") == [(302, b"", "", 0)]
    assert len(world.platform.sent) == 1


def test_a_service_that_asks_for_time_is_heard() -> None:
    for value, seconds in (
        ("120", 120),
        ("", 0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 0),
        ("-5", 0),
        ("1.5", 0),
        ("9" * 7, 0),
    ):
        answer = Answer(429, b"", {"RETRY-AFTER": value})
        assert answering(World(), answer).of("ПринятьОтвет") == [(429, b"", "", seconds)], value


NETWORK = "Ошибка при вызове метода контекста (ВызватьHTTPМетод)"
NOT_SENT = (
    "Ошибка работы с Интернет: Couldn't resolve host name",
    "Ошибка работы с Интернет: Could not resolve host: oauth.example.com",
    "Ошибка работы с Интернет: Couldn't resolve proxy name",
    "Ошибка работы с Интернет: Failed to connect to 127.0.0.1 port 443: Connection refused",
)
PERHAPS_SENT = (
    "Ошибка работы с Интернет: Timeout was reached",
    "Ошибка работы с Интернет: Server returned nothing (no headers, no data)",
    "Ошибка работы с Интернет: Failure when receiving data from the peer",
    "Ошибка работы с Интернет: SSL connect error",
    "Ошибка работы с Интернет: Удаленный узел не прошел проверку",
    "Couldn't connect to server",
    "",
)


def test_only_what_surely_was_not_sent_is_said_not_to_be() -> None:
    for texts, may_be_sent in ((NOT_SENT, False), (PERHAPS_SENT, True)):
        for text in texts:
            for error in (Error(NETWORK, Error(text)), Error(text)):
                assert answering(World(), error).of("ОтветаНет") == [(may_be_sent,)], text


def test_an_answer_that_cannot_be_read_may_have_been_one() -> None:
    tokens = answering(World(), Answer(200, unreadable=True))
    assert tokens.of("ОтветаНет") == [(True,)] and tokens.of("ПринятьОтвет") == []


def test_what_fails_before_the_request_was_not_sent() -> None:
    world = World()
    step = ("Отправить", {**SEND[1], "АдресЗапроса": "ftp://oauth.example.com/"})
    assert world.run(step).of("ОтветаНет") == [(False,)]
    assert world.platform.sent == []


def test_an_error_of_the_add_in_over_an_answer_is_none_of_the_network() -> None:
    world = World()
    tokens = Tokens([SEND, READY])
    tokens.failures["ПринятьОтвет"] = "ответ не разобрать"
    assert raises(world.call, "ВыполнитьДоКонца", tokens) == "ответ не разобрать"
    assert tokens.of("ОтветаНет") == []


def test_with_ssl_its_proxy_and_its_secure_connection_are_used() -> None:
    world = World(ssl=True)
    world.run(SEND)
    assert world.platform.sent[0].proxy == "прокси БСП для https"
    assert world.platform.sent[0].secure == ("БСП", None, "центры ОС")


def test_addresses_are_taken_apart() -> None:
    for url, server, port, resource, secure in (
        ("https://a.example.com", "a.example.com", 443, "/", True),
        ("https://a.example.com:8443/x?y=1#z", "a.example.com", 8443, "/x?y=1", True),
        ("http://127.0.0.1:5000/x", "127.0.0.1", 5000, "/x", False),
        ("https://[::1]/x", "[::1]", 443, "/x", True),
        ("https://[::1]:7000?x=/", "[::1]", 7000, "/?x=/", True),
    ):
        world = World()
        world.run(("Отправить", {**SEND[1], "АдресЗапроса": url}))
        sent = world.platform.sent[0]
        assert (sent.server, sent.port, sent.resource, sent.secure is not None) == (server, port, resource, secure)


# The loop.


def test_a_renewal_writes_sends_and_writes() -> None:
    world = World([("Прочитать", {"ИмяЗаписи": "магазин"}), change(НовоеПоколение=3), SEND, change(), READY])
    world.sign("Ключ")
    world.row("магазин", 3, 7)
    assert world.call("ТокенДоступа", "магазин") == "T1"
    assert world.tokens[0].of("НачатьТокен") == [("магазин", 60)]
    assert world.rows()["магазин"]["Поколение"] == 4 and world.rows()["магазин"]["Ревизия"] == 9
    assert len(world.platform.sent) == 1 and world.platform.base.saved == []


def test_the_store_has_an_id_a_key_and_an_environment_that_stay() -> None:
    world = World([READY], [READY])
    world.call("ТокенДоступа", "магазин")
    world.call("ТокенДоступа", "магазин", 300)
    first, second = (tokens.of("ХранитьВРегистре")[0] for tokens in world.tokens)
    assert first == second and len(first[0]) == 36 and first[1] == "ключ-хранилища"
    assert first[2] == "ref=base"
    assert world.tokens[1].of("НачатьТокен") == [("магазин", 300)]


def environment(world: World, connection: str) -> str:
    world.platform.interpreter.functions["строкасоединенияинформационнойбазы"] = lambda: connection
    return world.call("Окружение", module="OSignОкружение")


def test_every_session_of_a_base_has_the_same_environment() -> None:
    world = World()
    for connection in (
        'Srvr="a";Ref="Base";',
        'Srvr="a,b:1641";Ref="Base";',
        'Srvr="localhost";Ref="base";',
        'ref="BASE";srvr="x"',
    ):
        assert environment(world, connection) == "ref=base"
    assert environment(world, 'Srvr="a";Ref="Copy";') == "ref=copy"
    assert "OSignОкружение" in raises(environment, world, "ws=1")
    world.platform.base.table("Константа.OSignОкружение")[""] = "копия для проверок"
    assert environment(world, 'Srvr="a";Ref="Base";') == "копия для проверок"


def test_a_file_base_is_known_by_the_file_beside_it() -> None:
    for folder, file in (
        ("C:\\Base", "C:\\Base\\OSign-DoNotCopy.txt"),
        ("\\\\srv\\Base\\", "\\\\srv\\Base\\OSign-DoNotCopy.txt"),
        ("/srv/Base", "/srv/Base/OSign-DoNotCopy.txt"),
    ):
        world = World()
        first = environment(world, f'File="{folder}";')
        (made,) = world.platform.files.items()
        assert made == (file, first.removeprefix("file=") + "\n") and len(first) == len("file=") + 36
        assert environment(world, f'File="{folder}";') == first and world.platform.base.saved == []
        # From another computer it is another path to the same file.
        world.platform.files = {"Z:\\OSign-DoNotCopy.txt": made[1]}
        assert environment(world, 'File="Z:\\";') == first
        # A copy without the file.
        world.platform.files = {}
        assert environment(world, f'File="{folder}";') != first


def test_a_file_beside_the_base_is_made_once_and_its_failure_told() -> None:
    world = World()
    world.platform.base.at_lock = lambda: world.platform.files.update({"/b/OSign-DoNotCopy.txt": " чужая \n"})
    assert environment(world, 'File="/b";') == "file=чужая"
    for where in ("lock", "file"):
        world = World()
        world.platform.base.failures[where] = Error("нет доступа")
        assert raises(environment, world, 'File="/b";') == "нет доступа"
        assert world.platform.base.saved == [] and world.platform.files == {}
    world = World()
    world.platform.files = {"/b/OSign-DoNotCopy.txt": "a\n"}
    world.platform.base.failures["file"] = Error("занят")
    assert raises(environment, world, 'File="/b";') == "занят"
    world = World()
    world.platform.base.begin()
    assert "вне транзакции" in raises(environment, world, 'File="/b";')
    world = World()
    world.platform.files = {"/b/OSign-DoNotCopy.txt": ""}
    assert len(environment(world, 'File="/b";')) == len("file=") + 36


def test_waiting_is_the_add_ins_and_has_an_end() -> None:
    world = World([("Подождать", {})] * 3 + [READY])
    world.call("ТокенДоступа", "магазин")
    assert world.tokens[0].of("Подождать") == [(), (), ()]
    world = World([("Подождать", {})] * 100)
    functions = world.platform.interpreter.functions

    def later() -> int:
        world.platform.milliseconds += 5000
        return world.platform.milliseconds

    functions["текущаяуниверсальнаядатавмиллисекундах"] = later
    assert "слишком долго" in raises(world.call, "ТокенДоступа", "магазин")


def test_one_who_must_log_in_again_is_told_why() -> None:
    world = World([("Войти", {"ПоследняяОшибка": "Сервис отозвал доступ"})])
    text = raises(world.call, "ТокенДоступа", "магазин")
    assert "магазин" in text and "войти заново" in text and "Сервис отозвал доступ" in text
    assert text.count("Сервис отозвал доступ") == 1


def test_an_unknown_step_ends_the_work() -> None:
    world = World()
    tokens = Tokens([("Взорвать", {})])
    assert "неизвестный шаг" in raises(world.call, "ВыполнитьДоКонца", tokens)


def test_an_error_whose_text_got_lost_is_told_by_the_add_ins_own() -> None:
    for lost in (False, True):
        world = World([("Ошибка", {"Текст": "Хранилище из другой базы"})])
        made = world.new_tokens()
        made.lost = lost
        world.platform.add_ins["OSignTokens"] = lambda made=made: made
        assert raises(world.call, "ТокенДоступа", "магазин") == "Хранилище из другой базы"


OPERATIONS = (
    ("ТокенДоступа", ("магазин",), "НачатьТокен", ("магазин", 60)),
    (
        "Авторизовать",
        ("магазин", "GET", "https://api.example.com/", "тело", "text/plain", 90),
        "НачатьАвторизацию",
        ("магазин", "GET", "https://api.example.com/", "тело", "text/plain", 90),
    ),
    ("Добавить", ("магазин", "amocrm", "и", "с"), "НачатьДобавление", ("магазин",)),
    ("НачатьВход", ("магазин", "портал"), "НачатьВход", ("магазин", "портал")),
    (
        "ПринятьВозврат",
        ("магазин", "https://x.example/?code=1"),
        "НачатьПриемВозврата",
        ("магазин", "https://x.example/?code=1"),
    ),
    ("Заменить", ("магазин", "amocrm", "и", "с"), "НачатьЗамену", ("магазин",)),
    ("Отозвать", ("магазин",), "НачатьОтзыв", ("магазин", False)),
    ("Отозвать", ("магазин", True), "НачатьОтзыв", ("магазин", True)),
    ("Удалить", ("магазин",), "НачатьУдаление", ("магазин",)),
    ("ПродолжитьЗдесь", (), "НачатьПринятие", ("",)),
    ("ПродолжитьЗдесь", ("магазин",), "НачатьПринятие", ("магазин",)),
    ("ТокенОтвергнут", ("магазин", 3), "НачатьОтказ", ("магазин", 3, 401)),
    ("Состояние", (), "НачатьСписок", ("",)),
)


def test_each_operation_begins_with_its_own_call_and_is_done_to_its_end() -> None:
    for name, arguments, begins, given in OPERATIONS:
        world = World([LOGIN if name == "НачатьВход" else ("Готово", {"Результат": "[]"})])
        world.call(name, *arguments)
        names = world.tokens[0].names()
        assert world.tokens[0].of(begins) == [given] and names[-1] == "СледующийШаг", name


def test_each_operation_tells_of_its_failure() -> None:
    for name, arguments, begins, _ in OPERATIONS:
        for lost in (False, True):
            for script, failing in (([("Ошибка", {"Текст": "так нельзя"})], {}), ([READY], {begins: "так нельзя"})):
                world = World(script)
                made = world.new_tokens()
                made.lost, made.failures = lost, failing
                world.platform.add_ins["OSignTokens"] = lambda made=made: made
                assert raises(world.call, name, *arguments) == "так нельзя", name
                assert world.rows("OSignПодключения") == {}
    world = World([])
    made = world.new_tokens()
    made.failures = {"ХранитьВРегистре": "ключ не годится"}
    world.platform.add_ins["OSignTokens"] = lambda: made
    assert raises(world.call, "ТокенДоступа", "магазин") == "ключ не годится"


NO_NAMES = ("", " край", "край ", "я" * 101, 5, "два слова", "а/б", "а\nб", ".а", "а.", "а..б", "№1", "а«б")


def test_names_have_letters_digits_and_few_signs() -> None:
    for name in ("магазин", "Ё", "shop-2", "a_b.c@d", "7", "я" * 100):
        world = World([READY])
        world.call("Добавить", name, "amocrm", "и", "с")
        assert list(world.rows("OSignПодключения")) == [name]


def test_a_name_that_is_none_reaches_no_add_in() -> None:
    for name in NO_NAMES:
        world = World([READY])
        assert "до 100 букв" in raises(world.call, "Добавить", name, "amocrm", "и", "с")
        assert world.tokens == []


# Requests of the API.


def authorized(generation: int = 3) -> tuple:
    return (
        "Готово",
        {
            "МетодЗапроса": "GET",
            "АдресЗапроса": "https://api.example.com/v1?a=1",
            "ЗаголовкиЗапроса": "Authorization: Bearer T1",
            "ТелоЗапроса": Binary(),
            "ПоколениеТокена": generation,
        },
    )


def test_a_request_goes_with_its_token() -> None:
    world = World([authorized()])
    answer = world.call("ЗапросПодДоступом", "магазин", "GET", "https://api.example.com/v1?a=1")
    assert answer.КодСостояния == 200
    assert world.platform.sent[0].headers == {"Authorization": "Bearer T1"}
    assert world.platform.sent[0].resource == "/v1?a=1"


def test_a_token_that_is_refused_is_replaced_once() -> None:
    another = ("Готово", {**authorized(4)[1], "ЗаголовкиЗапроса": "Authorization: Bearer T2"})
    world = World([authorized()], [READY], [another])
    world.platform.service = lambda sent: Answer(401)
    assert world.call("ЗапросПодДоступом", "магазин", "GET", "https://api.example.com/v1").КодСостояния == 401
    assert world.tokens[1].of("НачатьОтказ") == [("магазин", 3, 401)]
    assert [sent.headers["Authorization"] for sent in world.platform.sent] == ["Bearer T1", "Bearer T2"]


def test_a_grant_without_generations_is_not_renewed() -> None:
    world = World([authorized(0)])
    world.platform.service = lambda sent: Answer(401)
    assert world.call("ЗапросПодДоступом", "магазин", "GET", "https://api.example.com/v1").КодСостояния == 401
    assert len(world.platform.sent) == 1


def test_a_request_that_got_no_answer_is_not_sent_again() -> None:
    world = World([authorized()])

    def service(sent: Sent) -> Answer:
        raise Error(NETWORK, Error("Timeout was reached"))

    world.platform.service = service
    text = raises(world.call, "ЗапросПодДоступом", "магазин", "POST", "https://api.example.com/v1")
    assert "мог быть получен" in text and len(world.platform.sent) == 1


# The login.

LOGIN = ("Готово", {"Результат": "https://amo.example.com/oauth?client_id=1&state=st%2Bate-12345"})
BACK = "https://base.example.com/b/hs/osign/callback"


class Callback:
    """HTTPСервисЗапрос."""

    def __init__(self, **parameters: str) -> None:
        self.ПараметрыЗапроса = Map(parameters)
        self.БазовыйURL = "http://inner:8080/b/hs/osign"
        self.ОтносительныйURL = "/callback"


def added(*scripts: list) -> World:
    world = World([READY], *scripts)
    world.call("Добавить", "магазин", "amocrm", "приложение", "секрет", BACK)
    return world


def page(world: World, **parameters: str) -> object:
    return world.call("ВозвратПолучить", Callback(**parameters), module="osign_service")


def test_a_grant_is_made_with_its_settings() -> None:
    world = World([READY])
    settings = Map({"scope": "crm"})
    world.call("Добавить", "магазин", "amocrm", "приложение", "секрет", BACK, settings)
    tokens = world.tokens[0]
    assert tokens.of("НовыйДоступ") == [("amocrm",)] and tokens.of("НачатьДобавление") == [("магазин",)]
    assert tokens.of("УстановитьНастройку") == [("scope", "crm")]
    assert tokens.of("УстановитьПриложение") == [("приложение", "секрет", BACK)]
    assert "секрет" not in str(world.rows("OSignПодключения"))
    assert world.rows("OSignПодключения")["магазин"]["НачатВход"].year == 1


def test_a_login_ends_at_the_callback() -> None:
    world = added([LOGIN], [READY])
    assert world.call("НачатьВход", "магазин").startswith("https://amo.example.com/")
    assert world.sign("ВходНачат", "магазин") is True
    assert world.rows("OSignПодключения")["магазин"]["НачатВход"].year == 2026
    answer = page(world, code="c&de", state="st+ate-12345", referer="shop.amocrm.ru")
    assert answer.КодСостояния == 200 and "магазин" in answer.text and "Готово" in answer.text
    assert world.tokens[2].of("НачатьПриемВозврата") == [
        ("магазин", BACK + "?code=c%26de&state=st%2Bate-12345&referer=shop.amocrm.ru")
    ]
    assert world.sign("ВходНачат", "магазин") is False


def test_a_login_that_nobody_began_changes_nothing() -> None:
    world = added([LOGIN])
    world.call("НачатьВход", "магазин")
    for parameters in ({"code": "c", "state": "another-state"}, {"code": "c"}, {"state": ""}, {}):
        answer = page(world, **parameters)
        assert answer.КодСостояния == 400 and "не начинали" in answer.text
    assert len(world.tokens) == 2


def test_a_callback_serves_once() -> None:
    world = added([LOGIN], [READY])
    world.call("НачатьВход", "магазин")
    assert page(world, code="c", state="st+ate-12345").КодСостояния == 200
    assert page(world, code="c", state="st+ate-12345").КодСостояния == 400


def test_the_page_has_no_secret_and_its_text_is_escaped() -> None:
    world = added([LOGIN], [("Ошибка", {"Текст": "Код secret-code-1 от <b>\"me\"</b> & 'you' не принят"})])
    world.call("НачатьВход", "магазин")
    answer = page(world, code="secret-code-1", state="st+ate-12345")
    assert answer.КодСостояния == 400
    for secret in ("secret-code-1", "st+ate-12345", "<b>"):
        assert secret not in answer.text
    assert "Код … от &lt;b&gt;&quot;me&quot;&lt;/b&gt; &amp; &#39;you&#39; не принят" in answer.text
    assert "secret-code-1" not in " ".join(world.platform.log) and len(world.platform.log) == 1
    assert {pair.Ключ: pair.Значение for pair in answer.Заголовки} == {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    }


def test_a_code_is_hidden_as_it_is_and_as_it_came() -> None:
    text = "Адрес ?code=secret%20code%2B1: код secret code+1, error=access_denied"
    world = added([LOGIN], [("Ошибка", {"Текст": text})])
    world.call("НачатьВход", "магазин")
    answer = page(
        world, code="secret code+1", state="st+ate-12345", error="access_denied", error_description="access_denied"
    )
    assert "Адрес ?code=…: код …, error=access_denied" in answer.text


def test_a_login_that_failed_can_be_tried_again() -> None:
    world = added([LOGIN], [("Ошибка", {"Текст": "Сервис недоступен"})], [READY])
    world.call("НачатьВход", "магазин")
    assert page(world, code="c", state="st+ate-12345").КодСостояния == 400
    assert page(world, code="c", state="st+ate-12345").КодСостояния == 200


def test_only_a_hash_of_the_state_is_kept() -> None:
    world = added([LOGIN])
    world.call("НачатьВход", "магазин")
    assert "st+ate" not in str(world.rows("OSignПодключения"))


def test_the_client_starts_a_login_only_with_the_right_to() -> None:
    world = added([LOGIN])
    world.platform.allowed = False
    assert "роль" in raises(lambda: world.call("НачатьВход", "магазин", module="OSignВызовСервера"))
    world.platform.allowed = True
    started = world.call("НачатьВход", "магазин", module="OSignВызовСервера")
    assert started.get_field("Адрес").startswith("https://") and started.get_field("КодВводится") is False
    assert outcome(world) == (False, "")
    world.platform.allowed = False
    for name, arguments in (("ИтогВхода", ("магазин",)), ("ПринятьКод", ("магазин", "1"))):
        assert "роль" in raises(lambda name=name, given=arguments: world.call(name, *given, module="OSignВызовСервера"))


def outcome(world: World, name: str = "магазин") -> tuple[bool, str]:
    found = world.call("ИтогВхода", name, module="OSignВызовСервера")
    return found.get_field("Завершен"), found.get_field("Отказ")


def status_of(status: str) -> list:
    return [("Готово", {"Результат": f'{{"grant":"магазин","status":"{status}"}}'})]


def test_a_login_has_ended_where_the_grant_works() -> None:
    for status, ended in (("active", True), ("not logged in", False), ("needs login", False)):
        world = added(status_of(status))
        assert outcome(world) == (ended, "") and world.tokens[-1].of("НачатьСписок") == [("магазин",)]
    world = signing()
    assert outcome(world, "учёт") == (False, "")
    world.sign("НачатьВход", "учёт")
    world.sign("ПринятьВозврат", "учёт", "v")
    assert outcome(world, "учёт") == (True, "")
    # The next login has not ended, though the token of the one before is there.
    world.sign("НачатьВход", "учёт")
    assert outcome(world, "учёт") == (False, "")


def test_a_login_that_was_refused_is_told_so_until_the_next() -> None:
    world = added([LOGIN], [("Ошибка", {"Текст": "Отказано по st+ate-12345"})], [LOGIN])
    world.call("НачатьВход", "магазин")
    page(world, error="access_denied", state="st+ate-12345")
    assert outcome(world) == (False, "Отказано по …")
    world.call("НачатьВход", "магазин")
    assert outcome(world) == (False, "")
    world = signing()
    world.sign("НачатьВход", "учёт")
    service, world.platform.service = world.platform.service, lambda sent: Answer(401)
    before = dict(world.rows("OSignПодключения")["учёт"])
    page(world, oauth_token="temporary-1", oauth_verifier="v")
    refused = {**before, "ОтказВхода": "Сервис ответил 401"}
    assert outcome(world, "учёт") == (False, "Сервис ответил 401") and world.rows("OSignПодключения")["учёт"] == refused
    world.platform.service = service
    page(world, oauth_token="temporary-1", oauth_verifier="v")
    assert outcome(world, "учёт") == (True, "")


def test_neither_page_nor_button_tell_what_the_base_said() -> None:
    fixed = "в журнале регистрации"
    for text, reason in (("SQL Server 10.0.0.5", ""), ("хранилище: SQL Server 10.0.0.5", "records-failed")):
        world = added([LOGIN], [("Ошибка", {"Текст": text, "Причина": reason})])
        world.call("НачатьВход", "магазин")
        answer = page(world, code="c", state="st+ate-12345")
        assert "SQL" not in answer.text and fixed in answer.text and "SQL" in world.platform.log[0]
        told = outcome(world)[1]
        assert "SQL" not in told and fixed in told
    for where in ("lock", "query", "commit"):
        world = signing()
        world.sign("НачатьВход", "учёт")
        world.platform.base.failures[where] = Error("SQL Server 10.0.0.5")
        answer = page(world, oauth_token="temporary-1", oauth_verifier="v")
        assert answer.КодСостояния == 400 and "SQL" not in answer.text and fixed in answer.text
        assert "SQL" in world.platform.log[0] and world.platform.base.saved == []
    # Nothing more goes wrong where the refusal itself cannot be kept.
    for where in ("lock", "commit"):
        world = added([LOGIN], [("Ошибка", {"Текст": "Отказано"})])
        world.call("НачатьВход", "магазин")
        world.platform.base.failures[where] = Error("SQL Server 10.0.0.5")
        assert "Отказано" in page(world, code="c", state="st+ate-12345").text and world.platform.base.saved == []


def test_a_grant_of_oauth1_is_awaited_by_its_temporary_token() -> None:
    login = ("Готово", {"Результат": "https://qb.example.com/consent?oauth_token=temporary-1"})
    world = added([login], [READY])
    world.call("НачатьВход", "магазин")
    assert world.sign("ВходНачат", "магазин") is True
    assert page(world, oauth_token="temporary-1", oauth_verifier="v").КодСостояния == 200
    back = BACK + "?oauth_token=temporary-1&oauth_verifier=v"
    assert world.tokens[-1].of("НачатьПриемВозврата") == [("магазин", back)]
    world = added([("Готово", {"Результат": "https://qb.example.com/consent?a=1"})])
    assert "oauth_token" in raises(world.call, "НачатьВход", "магазин")


def test_a_name_that_a_connection_has_is_not_added() -> None:
    world = signing()
    assert "OAuth 1.0a" in raises(world.call, "Добавить", "учёт", "amocrm", "и", "с")
    assert world.tokens == []


class Desk:
    """A client, with БСП or without: what it opened and asked."""

    def __init__(self, world: World, ssl: bool = False) -> None:
        self.world = world
        self.opened: list[tuple[str, str]] = []
        self.asked: list[list] = []
        self.typed: list[list] = []
        self.warned: list[str] = []
        self.told: list[bool] = []
        interpreter = world.platform.interpreter
        interpreter.classes["описаниеоповещения"] = lambda *parts: list(parts)
        interpreter.functions |= {
            "показатьвопрос": lambda notification, text, mode: self.asked.append(notification),
            "показатьвводстроки": lambda notification, value, title: self.typed.append(notification),
            "показатьпредупреждение": lambda notification, text: self.warned.append(text),
            "перейтипонавигационнойссылке": lambda url: self.opened.append(("платформа", url)),
            "выполнитьобработкуоповещения": lambda notification, result: self.told.append(result),
        }
        interpreter.values |= {
            "режимдиалогавопрос": types.SimpleNamespace(ОКОтмена="ОКОтмена"),
            "кодвозвратадиалога": types.SimpleNamespace(ОК="ОК", Отмена="Отмена"),
        }
        if ssl:
            by_ssl = types.SimpleNamespace(ОткрытьНавигационнуюСсылку=lambda url: self.opened.append(("БСП", url)))
            interpreter.values["файловаясистемаклиент"] = by_ssl

    def answer(self, result: str) -> None:
        handler, module, parameters = self.asked.pop()
        module.call(handler, [result, parameters])

    def type(self, code: str | None) -> None:
        handler, module, parameters = self.typed.pop()
        module.call(handler, [code, parameters])


def test_the_button_opens_the_page_and_tells_whether_it_ended() -> None:
    for ssl, by in ((False, "платформа"), (True, "БСП")):
        for result, back, told, warned in (("ОК", True, True, 0), ("ОК", False, False, 1), ("Отмена", True, False, 0)):
            world = added([LOGIN], *([[READY]] if back else []), status_of("active"))
            desk = Desk(world, ssl)
            world.call("НачатьВход", "магазин", "оповещение", module="OSignКлиент")
            assert desk.opened == [(by, LOGIN[1]["Результат"])]
            if back:
                page(world, code="c", state="st+ate-12345")
            desk.answer(result)
            assert (desk.told, len(desk.warned)) == ([told], warned)


def test_the_button_tells_of_a_refusal() -> None:
    world = added([LOGIN], [("Ошибка", {"Текст": "Человек не согласился"})])
    desk = Desk(world)
    world.call("НачатьВход", "магазин", "оповещение", module="OSignКлиент")
    page(world, error="access_denied", state="st+ate-12345")
    desk.answer("ОК")
    assert desk.warned == ["Доступ не получен: Человек не согласился"] and desk.told == [False]


def test_a_code_that_the_service_shows_is_typed_at_the_button() -> None:
    for code, told, warned in ((" 12345 ", True, 0), (None, False, 0), (" ", False, 0), ("wrong", False, 1)):
        world = signing()
        where = addresses()
        where.set_field("АдресВозврата", "oob")
        world.sign("Добавить", "учёт", "потребитель", "секрет", where)
        desk = Desk(world)
        world.call("НачатьВход", "учёт", "оповещение", module="OSignКлиент")
        assert desk.asked == [] and len(desk.opened) == 1
        if code == "wrong":
            world.platform.service = lambda sent: Answer(401)
        desk.type(code)
        assert (desk.told, len(desk.warned)) == ([told], warned), code
        assert outcome(world, "учёт")[0] is told
        given = [call for signer in world.signers for call in signer.of("ПринятьВозврат")]
        assert given == ([(code.strip(),)] if code and code.strip() else [])
    world = added([READY])
    world.call("ПринятьКод", "магазин", " 12345 ", module="OSignВызовСервера")
    assert world.tokens[-1].of("НачатьПриемВозврата") == [("магазин", "12345")]


def test_the_client_opens_nothing_but_pages() -> None:
    world = added([("Готово", {"Результат": "file:///c:/windows/system32/calc.exe?state=1"})])
    desk = Desk(world)
    assert "https" in raises(lambda: world.call("НачатьВход", "магазин", module="OSignКлиент"))
    assert desk.opened == []


LISTED = [("Готово", {"Результат": '[{"grant":"учёт","status":"active"}]'})]


class Form:
    """The form's module over its attributes. What its procedures assign to an attribute does not stay."""

    def __init__(self, world: World, **attributes: object) -> None:
        interpreter = world.platform.interpreter
        self.rows = Array()
        self.chosen: Structure | None = None
        self.asked: list[tuple] = []
        table = types.SimpleNamespace(Очистить=self.rows.clear, Добавить=self.add)
        interpreter.values |= {
            "подключения": table,
            "этотобъект": self,
            "элементы": types.SimpleNamespace(Подключения=types.SimpleNamespace(ТекущиеДанные=None)),
            "режимдиалогавопрос": types.SimpleNamespace(ДаНет="ДаНет"),
            "кодвозвратадиалога": types.SimpleNamespace(Да="Да"),
            **{name.lower(): value for name, value in attributes.items()},
        }
        interpreter.classes["описаниеоповещения"] = lambda *parts: list(parts)
        interpreter.functions["показатьвопрос"] = lambda notification, text, mode: self.asked.append(notification)
        self.elements = interpreter.values["элементы"]
        self.module = interpreter.load("Форма", (MODULES / "form.bsl").read_text())

    def add(self) -> Structure:
        self.rows.append(Structure("Имя,Вид,Состояние,Срок,Пояснение,Модуль"))
        return self.rows[-1]

    def call(self, name: str, *arguments: object) -> None:
        self.module.call(name, list(arguments), inside=True)

    def command(self, name: str, row: int) -> None:
        """A command about a row, and yes to what it asks."""
        self.elements.Подключения.ТекущиеДанные = self.rows[row]
        self.call(name, None)
        handler, _, parameters = self.asked.pop()
        self.call(handler, "Да", parameters)


def both(*scripts: list) -> World:
    """A connection and a grant of one name, as they could come to be before that was refused."""
    world = signing()
    world.scripts += [LISTED, *scripts]
    return world


def test_the_form_removes_and_revokes_what_its_row_is() -> None:
    world = both(LISTED)
    form = Form(world)
    form.call("ОбновитьНаСервере")
    assert [row.get_field("Модуль") for row in form.rows] == ["OSign", "OSignТокены"]
    assert "отзыва нет" in raises(form.command, "Отозвать", 0)
    form.command("Удалить", 0)
    assert world.rows("OSignПодключения") == {} and world.tokens[-1].of("НачатьУдаление") == []
    for command, begins in (("Удалить", "НачатьУдаление"), ("Отозвать", "НачатьОтзыв")):
        world = both([READY], LISTED)
        form = Form(world)
        form.call("ОбновитьНаСервере")
        form.command(command, 1)
        assert [call[0] for call in world.tokens[1].of(begins)] == ["учёт"]
        assert "учёт" in world.rows("OSignПодключения")


def test_the_form_adds_and_replaces_with_all_its_settings() -> None:
    attributes = {"НовоеИмя": "портал", "Поставщик": "bitrix24", "Идентификатор": "и", "Секрет": "с"}
    attributes |= {"АдресВозврата": BACK, "Учетная": " my.bitrix24.ru ", "ОбластьДоступа": "crm"}
    lines = "pkce=true\n\n authorize_parameter = a=1\nauthorize_parameter=b=2\nauthorize_parameter=c=3\nempty="
    for replace, begins in ((False, "НачатьДобавление"), (True, "НачатьЗамену")):
        world = World([READY], LISTED)
        Form(world, **attributes, ПрочиеНастройки=lines).call("ЗаписатьНаСервере", replace)
        tokens = world.tokens[0]
        assert tokens.of("НовыйДоступ") == [("bitrix24",)] and tokens.of(begins) == [("портал",)]
        assert tokens.of("УстановитьПриложение") == [("и", "с", BACK)]
        assert tokens.of("УстановитьНастройку") == [
            ("pkce", "true"),
            ("authorize_parameter", "a=1"),
            ("authorize_parameter", "b=2"),
            ("authorize_parameter", "c=3"),
            ("account", "my.bitrix24.ru"),
            ("scope", "crm"),
        ]
    world = World()
    form = Form(world, **attributes, ПрочиеНастройки="pkce")
    assert "ИМЯ=ЗНАЧЕНИЕ" in raises(form.call, "ЗаписатьНаСервере", False) and world.tokens == []
    world = World([READY], LISTED)
    empty = {**attributes, "Учетная": "", "ОбластьДоступа": "", "ПрочиеНастройки": ""}
    Form(world, **empty).call("ЗаписатьНаСервере", False)
    assert world.tokens[0].of("УстановитьНастройку") == []


WRONG_KIND = [("Ошибка", {"Текст": "client_id не подходит", "Причина": "not-of-kind"})]


def test_an_application_is_named_as_its_kind_wants_it() -> None:
    consumer = [("consumer_key", "и"), ("consumer_secret", "с")]
    for settings, scripts, options, client, kept in (
        ({}, [[READY]], [], [("и", "с", BACK)], BACK),
        # What kind the service's profile is, only the add-in knows.
        ({}, [WRONG_KIND, [READY]], [*consumer, ("callback", BACK)], [], BACK),
        ({"Kind": "oauth1"}, [[READY]], [("Kind", "oauth1"), *consumer, ("callback", BACK)], [], BACK),
        ({"kind": "static"}, [[READY]], [("kind", "static"), ("secret", "с")], [], BACK),
    ):
        for name, begins in (("Добавить", "НачатьДобавление"), ("Заменить", "НачатьЗамену")):
            world = World(*[list(script) for script in scripts])
            world.call(name, "магазин", "сервис", "и", "с", BACK, Map(settings))
            assert len(world.tokens) == len(scripts) and world.tokens[-1].of(begins) == [("магазин",)]
            assert world.tokens[-1].of("УстановитьНастройку") == options
            assert world.tokens[-1].of("УстановитьПриложение") == client
            assert world.rows("OSignПодключения")["магазин"]["АдресВозврата"] == kept
    for settings, kept in (({}, "oob"), ({"callback": BACK}, BACK)):
        world = World([*WRONG_KIND], [READY])
        world.call("Добавить", "магазин", "trello", "", "", "", Map({**settings, "consumer_key": "к"}))
        assert world.rows("OSignПодключения")["магазин"]["АдресВозврата"] == kept
        given = [("callback", BACK)] if settings else []
        assert world.tokens[1].of("УстановитьНастройку") == [*given, ("consumer_key", "к")]


def test_of_two_errors_the_one_that_says_more_is_told() -> None:
    other = [("Ошибка", {"Текст": "consumer_key не подходит", "Причина": "not-of-kind"})]
    bad = [("Ошибка", {"Текст": "адреса нет", "Причина": "no-address"})]
    for settings, scripts, text in (
        ({}, [WRONG_KIND, other], "client_id не подходит"),
        ({}, [WRONG_KIND, bad], "адреса нет"),
        ({}, [bad], "адреса нет"),
        ({"kind": "code"}, [WRONG_KIND], "client_id не подходит"),
    ):
        world = World(*[list(script) for script in scripts])
        assert raises(world.call, "Добавить", "магазин", "сервис", "и", "с", BACK, Map(settings)) == text
        assert len(world.tokens) == len(scripts) and world.rows("OSignПодключения") == {}


def test_what_cannot_be_renewed_hands_its_401_over() -> None:
    for reason in ("static-refused", "signs-each-request"):
        world = World([authorized()], [("Войти", {"ПоследняяОшибка": "ключ не принят", "ПричинаОшибки": reason})])
        world.platform.service = lambda sent: Answer(401, "плохой ключ")
        answer = world.call("ЗапросПодДоступом", "ключ", "GET", "https://api.example.com/v1")
        assert answer.КодСостояния == 401 and answer.body.decode() == "плохой ключ" and len(world.platform.sent) == 1
    world = World([authorized()], [("Войти", {"ПоследняяОшибка": "отозван", "ПричинаОшибки": "rejected"})])
    world.platform.service = lambda sent: Answer(401)
    text = raises(world.call, "ЗапросПодДоступом", "магазин", "GET", "https://api.example.com/v1")
    assert "войти заново" in text and "отозван" in text


def test_a_grant_that_is_removed_leaves_no_connection() -> None:
    world = added([READY])
    world.call("Удалить", "магазин")
    assert world.rows("OSignПодключения") == {}


def test_the_list_is_told_in_russian() -> None:
    grants = (
        '[{"grant":"а","provider":"amocrm","status":"active","expires_at":1796126400},'
        '{"grant":"б","provider":null,"status":"needs login","expires_at":null},'
        '{"grant":"в","status":"damaged","message":"не тот ключ"},{"grant":"г","status":"frozen"},'
        '{"grant":"д","status":"not logged in","expires_at":0},{"grant":"е","status":"revoked"},'
        '{"grant":"ж","status":"exported"},{"grant":"з","status":"imported"}]'
    )
    world = World([("Готово", {"Результат": grants})])
    rows = [[pair.Значение for pair in row] for row in world.call("Состояние")]
    assert rows == [
        ["а", "amocrm", "работает", "01.12.2026 12:00", "", "OSignТокены"],
        ["б", "OAuth 2.0", "нужен новый вход", "", "", "OSignТокены"],
        ["в", "OAuth 2.0", "не читается", "", "не тот ключ", "OSignТокены"],
        ["г", "OAuth 2.0", "frozen", "", "", "OSignТокены"],
        ["д", "OAuth 2.0", "нужен вход", "", "", "OSignТокены"],
        ["е", "OAuth 2.0", "отозвано", "", "", "OSignТокены"],
        ["ж", "OAuth 2.0", "выгружено", "", "", "OSignТокены"],
        ["з", "OAuth 2.0", "загружено", "", "", "OSignТокены"],
    ]


# Signed requests.


def addresses() -> Structure:
    names = "АдресВременногоТокена,АдресСогласия,АдресПостоянногоТокена,АдресВозврата"
    where = "https://qb.example.com/"
    return Structure(names, where + "request", where + "consent", where + "access", BACK)


def signing(**platform: object) -> World:
    world = World(**platform)
    world.sign("Добавить", "учёт", "потребитель", "секрет", addresses(), Map({"realm": "R"}))
    world.platform.service = lambda sent: Answer(
        200, {"/request": "temporary-1", "/access": "постоянный"}[sent.resource]
    )
    return world


def test_three_steps_bring_a_token_that_requests_are_signed_with() -> None:
    world = signing()
    assert world.sign("НачатьВход", "учёт") == "https://qb.example.com/consent?oauth_token=temporary-1"
    answer = page(world, oauth_token="temporary-1", oauth_verifier="v")
    assert answer.КодСостояния == 200, answer.text
    assert world.sign("ВходНачат", "учёт") is False
    assert page(world, oauth_token="temporary-1", oauth_verifier="v").КодСостояния == 400
    world.platform.service = lambda sent: Answer(200, "ок")
    assert world.sign("Вызвать", "учёт", "GET", "https://qb.example.com/v1?a=1").КодСостояния == 200
    assert world.platform.sent[-1].headers == {"Authorization": "OAuth потребитель постоянный"}
    assert [sent.method for sent in world.platform.sent] == ["POST", "POST", "GET"]
    assert world.sign("ДополнительноеПоле", "учёт", "realmId") == "поле realmId"
    assert all(signer.options.get("realm") == "R" for signer in world.signers if signer.of("ВосстановитьСостояние"))


def test_a_code_that_a_person_typed_serves_as_well() -> None:
    world = signing()
    world.sign("НачатьВход", "учёт")
    world.sign("ПринятьВозврат", "учёт", " 12345 ")
    assert [row.get_field("Состояние") for row in world.sign("Состояние")] == ["работает"]


def test_a_state_is_one_write_and_of_its_name_alone() -> None:
    world = signing()
    before = world.rows("OSignПодключения")["учёт"]
    assert before["Ревизия"] == 1 and "OSign:учёт" in before["Состояние"] and "OSign:учёт" in before["Настройки"]
    world.sign("НачатьВход", "учёт")
    assert world.rows("OSignПодключения")["учёт"]["Ревизия"] == 2
    stolen = {**world.rows("OSignПодключения")["учёт"], "Имя": "чужое"}
    world.rows("OSignПодключения")["чужое"] = stolen
    assert (
        "запечатано не этим ключом"
        in raises(world.sign, "ПодписанныйЗапрос", "чужое", "GET", "https://x.example").lower()
    )


def test_a_connection_that_another_session_changed_is_not_overwritten() -> None:
    world = signing()
    original = world.platform.service

    def service(sent: Sent) -> Answer:
        world.rows("OSignПодключения")["учёт"]["Ревизия"] = 9
        return original(sent)

    world.platform.service = service
    assert "в другом сеансе" in raises(world.sign, "НачатьВход", "учёт")
    assert world.rows("OSignПодключения")["учёт"]["КлючВозврата"] == ""


def test_a_refusal_of_the_service_leaves_the_connection_as_it_was() -> None:
    world = signing()
    before = dict(world.rows("OSignПодключения")["учёт"])
    world.platform.service = lambda sent: Answer(401, "oauth_problem=signature_invalid")
    assert raises(world.sign, "НачатьВход", "учёт") == "Сервис ответил 401"
    assert world.rows("OSignПодключения")["учёт"] == before


def test_a_body_goes_to_the_add_in_only_where_it_is_signed() -> None:
    world = signing()
    url = "https://qb.example.com/v1"
    form = "application/x-www-form-urlencoded; charset=utf-8"
    request = world.sign("ПодписанныйЗапрос", "учёт", "POST", url, "a=1", form)
    assert world.signers[-1].of("ЗаголовокАвторизации") == [("POST", url, b"a=1", form)]
    assert request.get_field("Тело") == b"a=1"
    world.sign("ПодписанныйЗапрос", "учёт", "POST", url, '{"a":1}', "application/json")
    assert world.signers[-1].of("ЗаголовокАвторизации") == [("POST", url)]
    json = ("POST", url, b'{"a":1}', "application/json")
    for settings, given in (
        ({"body_hash": True}, json),
        ({"Body_Hash": "true"}, json),
        ({"BODY_HASH": "1"}, json),
        ({"Mastercard_Form": True}, json),
        ({"body_hash": False}, json[:2]),
        ({"body_hash": "false"}, json[:2]),
        ({"Body_Hash": "0", "realm": "true"}, json[:2]),
        ({"mastercard_form": False}, json[:2]),
    ):
        world.sign("Добавить", "учёт", "п", "с", addresses(), Map(settings))
        world.sign("ПодписанныйЗапрос", "учёт", "POST", url, '{"a":1}', "application/json")
        assert world.signers[-1].of("ЗаголовокАвторизации") == [given], settings
    world.sign("ПодписанныйЗапрос", "учёт", "POST", url, "a=1", " " + form)
    assert world.signers[-1].of("ЗаголовокАвторизации") == [("POST", url, b"a=1", " " + form)]


def test_a_ready_token_needs_no_login() -> None:
    world = World()
    world.sign("Добавить", "учёт", "потребитель", "секрет", None, None, "токен", "секрет токена")
    assert [row.get_field("Состояние") for row in world.sign("Состояние")] == ["работает"]


def test_the_two_kinds_do_not_take_each_others_name() -> None:
    world = signing()
    world.scripts.append([READY])
    assert "OAuth 1.0a" in raises(world.call, "Добавить", "учёт", "amocrm", "и", "с")
    world = added()
    assert "OAuth 2.0" in raises(world.sign, "Добавить", "магазин", "п", "с")
    assert "OSignТокены" in raises(world.sign, "НачатьВход", "магазин")


def test_what_is_not_there_is_said_not_to_be() -> None:
    assert raises(World().sign, "Вызвать", "нет", "GET", "https://x.example") == "Подключения «нет» нет"
    for name in NO_NAMES:
        assert "до 100 букв" in raises(World().sign, "Добавить", name, "п", "с")


def test_each_step_of_oauth1_tells_of_its_failure() -> None:
    url = "https://qb.example.com/v1"
    for fails, name, arguments in (
        ("УстановитьПотребителя", "Добавить", ("учёт", "п", "с", addresses())),
        ("УстановитьНастройку", "Добавить", ("учёт", "п", "с", addresses(), Map({"realm": "?"}))),
        ("ВосстановитьСостояние", "НачатьВход", ("учёт",)),
        ("Распечатать", "НачатьВход", ("учёт",)),
        ("ЗаголовокВременногоТокена", "НачатьВход", ("учёт",)),
        ("АдресСогласия", "НачатьВход", ("учёт",)),
        ("ПринятьВозврат", "ПринятьВозврат", ("учёт", "v")),
        ("ПринятьПостоянныйТокен", "ПринятьВозврат", ("учёт", "v")),
        ("ЗаголовокАвторизации", "Вызвать", ("учёт", "GET", url)),
        ("ЗаголовокАвторизации", "ПодписанныйЗапрос", ("учёт", "GET", url)),
    ):
        for instead in ("", "Ошибка при вызове метода контекста"):
            world = signing()
            before = dict(world.rows("OSignПодключения")["учёт"])

            def failing(fails: str = fails, instead: str = instead) -> Signer:
                made = Signer()
                made.lost, made.instead, made.failures = True, instead, {fails: "так нельзя"}
                return made

            world.platform.add_ins["OSign"] = failing
            wanted = f"{instead}: так нельзя" if instead else "так нельзя"
            assert raises(world.sign, name, *arguments) == wanted, (fails, name)
            assert world.rows("OSignПодключения")["учёт"] == before


def test_a_write_of_oauth1_that_fails_changes_nothing() -> None:
    for name, arguments in (
        ("Добавить", ("учёт", "другой", "с", addresses())),
        ("НачатьВход", ("учёт",)),
        ("Удалить", ("учёт",)),
    ):
        for where in ("lock", "write", "commit"):
            world = signing()
            before = dict(world.rows("OSignПодключения")["учёт"])
            world.platform.base.failures[where] = Error("Конфликт")
            assert raises(world.sign, name, *arguments) == "Конфликт"
            assert world.rows("OSignПодключения")["учёт"] == before and world.platform.base.saved == []


def test_within_a_transaction_oauth1_neither_sends_nor_writes() -> None:
    for name, arguments in (
        ("НачатьВход", ("учёт",)),
        ("ПринятьВозврат", ("учёт", "v")),
        ("Удалить", ("учёт",)),
        ("Добавить", ("учёт", "п", "с")),
    ):
        world = signing()
        world.platform.base.begin()
        assert "вне транзакции" in raises(world.sign, name, *arguments)
        assert world.platform.sent == [] and len(world.platform.base.saved) == 1


def test_a_connection_is_removed() -> None:
    world = signing()
    world.sign("Удалить", "учёт")
    world.sign("Удалить", "учёт")
    assert world.rows("OSignПодключения") == {} and world.platform.base.saved == []


def test_a_connection_that_cannot_be_read_hides_no_other() -> None:
    world = signing()
    world.rows("OSignПодключения")["порча"] = {**world.rows("OSignПодключения")["учёт"], "Имя": "порча"}
    rows = {row.get_field("Имя"): row for row in world.sign("Состояние")}
    assert rows["порча"].get_field("Состояние") == "не читается" and rows["порча"].get_field("Пояснение")
    assert rows["учёт"].get_field("Состояние") == "нужен вход" and rows["учёт"].get_field("Пояснение") == ""


def test_a_request_has_its_content_type_and_its_error_its_reason() -> None:
    world = signing()
    world.platform.service = lambda sent: Answer(200)
    world.sign("Вызвать", "учёт", "POST", "https://qb.example.com/v1", "{}", "application/json")
    assert (
        world.platform.sent[-1].headers["Content-Type"] == "application/json" and world.platform.sent[-1].body == b"{}"
    )

    def service(sent: Sent) -> Answer:
        raise Error(NETWORK, Error("Could not resolve host: qb.example.com"))

    world.platform.service = service
    text = raises(world.sign, "Вызвать", "учёт", "GET", "https://qb.example.com/v1")
    assert text == f"Запрос не отправлен: {NETWORK}: Could not resolve host: qb.example.com"
    for url, reason in (
        ("https://user:password@qb.example.com/v1", "имя и пароль"),
        ("https:///v1", "нет сервера"),
        ("ftp://qb.example.com/", "https://"),
    ):
        text = raises(world.sign, "Вызвать", "учёт", "GET", url)
        assert text.startswith("Запрос не отправлен: ") and reason in text
    assert len(world.platform.sent) == 2


def test_the_callback_is_told_as_the_service_knows_it() -> None:
    for known, told in (
        (BACK + "?base=1", BACK + "?base=1&oauth_token=temporary-1&oauth_verifier=v"),
        ("oob", "http://inner:8080/b/hs/osign/callback?oauth_token=temporary-1&oauth_verifier=v"),
    ):
        world = signing()
        where = addresses()
        where.set_field("АдресВозврата", known)
        world.sign("Добавить", "учёт", "потребитель", "секрет", where)
        world.sign("НачатьВход", "учёт")
        assert page(world, oauth_token="temporary-1", oauth_verifier="v").КодСостояния == 200
        given = [call for signer in world.signers for call in signer.of("ПринятьВозврат")]
        assert given == [(told,)]


def test_a_person_who_refused_is_told_of_at_the_page() -> None:
    world = signing()
    world.sign("НачатьВход", "учёт")
    world.platform.service = lambda sent: Answer(401)
    assert page(world, denied="temporary-1").КодСостояния == 400
    assert world.sign("ВходНачат", "учёт") is True


def test_a_new_application_ends_the_login_under_way() -> None:
    world = signing()
    world.sign("НачатьВход", "учёт")
    row = world.rows("OSignПодключения")["учёт"]
    assert row["НачатВход"].year == 2026 and len(row["КлючВозврата"]) == 64 and row["АдресВозврата"] == BACK
    world.sign("Добавить", "учёт", "другой", "секрет", addresses())
    assert world.sign("ВходНачат", "учёт") is False


def test_lines_of_headers_are_read_as_they_are() -> None:
    headers = World().sign("ЗаголовкиИзСтрок", "A: b: c\nD:e\n\nнет\n:f\n")
    assert {pair.Ключ: pair.Значение for pair in headers} == {"A": "b: c", "D": "e"}
    for url, value in (
        ("https://x.example/?a=1&&state=b%20c+d&state=e#state=f", "b c d"),
        ("https://x.example/?a=1#?state=f", ""),
        ("https://x.example/state=f", ""),
        ("https://x.example/?astate=f", ""),
    ):
        assert World().sign("ПараметрАдреса", url, "state") == value


def test_another_name_of_a_base_without_case_is_not_taken() -> None:
    world = signing()
    world.rows("OSignПодключения")["УЧЁТ"] = world.rows("OSignПодключения")["учёт"]
    assert raises(world.sign, "НачатьВход", "УЧЁТ") == "Подключения «УЧЁТ» нет"


# The key and the add-in.


def test_a_key_and_an_id_that_could_not_be_written_are_none() -> None:
    for name, table in (("Ключ", "Константа.OSignКлюч"), ("Идентификатор", "Константа.OSignИдентификатор")):
        for where in ("lock", "commit"):
            world = World()
            world.platform.base.failures[where] = Error("Конфликт")
            assert raises(world.sign, name) == "Конфликт"
            assert world.platform.base.table(table) == {} and world.platform.base.saved == []
    world = World()
    table = world.platform.base.table
    world.platform.base.at_lock = lambda: table("Константа.OSignИдентификатор").update({"": "чужой"})
    assert world.sign("Идентификатор") == "чужой"


def test_the_key_lies_in_ssls_safe_storage_in_one_write() -> None:
    world = signing(ssl=True)
    common = world.platform.ssl["ОбщегоНазначения"]
    assert common.storage == {("OSign.КлючХранилища", "Ключ"): "ключ-хранилища"} and common.writes == 1
    assert world.platform.base.table("Константа.OSignКлюч") == {}
    world.sign("НачатьВход", "учёт")
    assert common.writes == 1


def test_without_ssl_the_key_lies_in_the_constant() -> None:
    world = signing()
    assert world.platform.base.table("Константа.OSignКлюч") == {"": "ключ-хранилища"}


def test_a_key_that_got_lost_is_not_replaced() -> None:
    for ssl in (False, True):
        for register in ("OSignПодключения", "OSignТокены"):
            world = World(ssl=ssl)
            world.rows(register)["учёт"] = {"Имя": "учёт"}
            text = raises(world.sign, "Ключ")
            assert "в константе OSignКлюч" in text and ("«OSign.КлючХранилища»" in text) == ssl, text
            assert world.platform.base.table("Константа.OSignКлюч") == {} and world.platform.base.saved == []
            assert not ssl or world.platform.ssl["ОбщегоНазначения"].writes == 0
    # Another session made it, and has sealed a row by now.
    world = World()
    table = world.platform.base.table

    def first() -> None:
        table("Константа.OSignКлюч")[""] = "чужой ключ"
        world.rows()["магазин"] = {"Имя": "магазин"}

    world.platform.base.at_lock = first
    assert world.sign("Ключ") == "чужой ключ"


def test_a_key_that_another_session_made_first_is_the_key() -> None:
    world = World()
    table = world.platform.base.table

    def first() -> None:
        table("Константа.OSignКлюч")[""] = "чужой ключ"

    world.platform.base.at_lock = first
    assert world.sign("Ключ") == "чужой ключ"


def test_a_key_is_not_made_within_a_transaction() -> None:
    world = World()
    world.platform.base.begin()
    assert "вне транзакции" in raises(world.sign, "Ключ")
    assert "вне транзакции" in raises(world.sign, "Идентификатор")


def test_the_add_in_is_attached_with_ssl_and_without() -> None:
    world = World(ssl=True)
    assert world.sign("Компонента", "OSign").class_name == "OSign" and world.platform.attached == []
    world = World()
    assert world.sign("Компонента", "OSign").class_name == "OSign"
    assert world.platform.attached == ["ОбщийМакет.OSign_0_1_0_0"]
    # Before its version 3.1.8, БСП takes two parameters.
    world = World(ssl=True, ssl_parameters=2)
    assert world.sign("Компонента", "OSign").class_name == "OSign"
    assert world.platform.attached == ["ОбщийМакет.OSign_0_1_0_0"]
    world.platform.add_ins.clear()
    assert "безопасном режиме" in raises(world.sign, "Компонента", "OSign")


def test_an_older_platform_attaches_with_three_parameters() -> None:
    world = World()
    given = []

    def attach(*arguments: object) -> bool:
        given.append(len(arguments))
        if len(arguments) > 3:
            raise Error("Слишком много фактических параметров")
        return True

    world.platform.interpreter.functions["подключитьвнешнююкомпоненту"] = attach
    assert world.sign("Компонента", "OSign").class_name == "OSign"
    assert given == [4, 3]


# The recipe for КоннекторHTTP.


class Connector:
    """What the recipe calls of КоннекторHTTP, and a request that it has prepared."""

    def __init__(self, world: World, kind: str, name: str, method: str, url: str, body: bytes = b"") -> None:
        self.world = world
        text = (MODULES / "connector.md").read_text()
        block = next(
            block for block in re.findall(r"```bsl\n(.*?)```", text, re.DOTALL) if "Процедура ПодписатьOSign" in block
        )
        self.module = world.platform.interpreter.load("КоннекторHTTP", block)
        world.platform.interpreter.functions |= {
            "разобратьurl": self.take_apart,
            "удалитьзаголовки": lambda headers, names: [
                headers.pop(name) for name in [pair.Ключ for pair in headers] if name.lower() in names.split(",")
            ],
            "значениезаголовка": lambda name, headers: next(
                (pair.Значение for pair in headers if pair.Ключ.lower() == name), False
            ),
        }
        self.request = Request("/?", Map())
        self.request.body = body
        headers = Map({"content-type": "application/json", "AUTHORIZATION": "old"})
        authentication = Structure("Тип,Имя", kind, name)
        names = "Аутентификация,Метод,Заголовки,URL,HTTPЗапрос"
        self.prepared = Structure(names, authentication, method, headers, url, self.request)

    def take_apart(self, url: str) -> Structure:
        parts = urllib.parse.urlsplit(url)
        return Structure("Схема,Сервер,Порт", parts.scheme, parts.hostname, parts.port or 0)

    def sign(self, url: str | None = None) -> dict:
        """Before one send; ``url`` is where the answer before has redirected to."""
        if url:
            self.prepared.set("URL", url)
        self.module.call("ПодписатьOSign", [self.prepared], inside=True)
        return {pair.Ключ: pair.Значение for pair in self.request.Заголовки}


def test_the_recipe_signs_at_each_send_and_never_for_another_server() -> None:
    world = signing()
    connector = Connector(world, "OAuth1", "учёт", "GET", "https://qb.example.com/v1?a=1")
    assert connector.sign() == {"content-type": "application/json", "Authorization": "OAuth потребитель "}
    assert connector.request.АдресРесурса == "/v1?a=1"
    connector.sign()
    assert sum(len(signer.of("ЗаголовокАвторизации")) for signer in world.signers) == 2
    assert "Authorization" in connector.sign("https://QB.example.com:443/v2")
    assert connector.request.АдресРесурса == "/v2"
    for url in ("https://evil.example.com/v1", "http://qb.example.com/v1", "https://qb.example.com:444/v1"):
        assert "authorization" not in {name.lower() for name in connector.sign(url)}, url
    assert sum(len(signer.of("ЗаголовокАвторизации")) for signer in world.signers) == 3


def test_the_recipe_takes_a_grants_request() -> None:
    world = World([authorized()])
    connector = Connector(world, "OSign", "магазин", "POST", "https://api.example.com/v1", b"{}")
    assert connector.sign()["Authorization"] == "Bearer T1"
    assert connector.prepared.get_field("URL") == "https://api.example.com/v1?a=1"
    assert connector.request.АдресРесурса == "/v1?a=1"
    given = ("магазин", "POST", "https://api.example.com/v1", b"{}", "application/json", 60)
    assert world.tokens[0].of("НачатьАвторизацию") == [given]
    connector = Connector(world, "Bearer", "магазин", "GET", "https://api.example.com/v1")
    assert connector.sign() == {}


def test_no_header_of_a_key_goes_to_another_server() -> None:
    headers = "X-Api-Key: secret\nX-Account: 7\nContent-Type: text/plain"
    ready = ("Готово", {**authorized(0)[1], "АдресЗапроса": "https://api.example.com/v1", "ЗаголовкиЗапроса": headers})
    world = World([ready], [ready])
    connector = Connector(world, "OSign", "ключ", "GET", "https://api.example.com/v1")
    connector.prepared.get_field("Заголовки")["x-api-key"] = "another"
    kept = {"content-type": "application/json"}
    assert connector.sign() == {**kept, "X-Api-Key": "secret", "X-Account": "7"}
    assert connector.sign() == {**kept, "X-Api-Key": "secret", "X-Account": "7"}
    assert connector.sign("https://evil.example.com/x") == kept
    assert connector.prepared.get_field("HTTPЗапрос").Заголовки is connector.prepared.get_field("Заголовки")


def test_a_key_of_the_query_is_there_once_at_a_second_send() -> None:
    ready = ("Готово", {**authorized(0)[1], "АдресЗапроса": "https://api.example.com/v1?a=1&key=secret"})
    world = World([ready], [ready], [ready])
    connector = Connector(world, "OSign", "ключ", "GET", "https://api.example.com/v1?a=1")
    connector.sign()
    connector.sign()
    connector.sign("https://api.example.com/v2")
    signed = [tokens.of("НачатьАвторизацию")[0][2] for tokens in world.tokens]
    assert signed == ["https://api.example.com/v1?a=1"] * 2 + ["https://api.example.com/v2"]


# The stand-ins themselves: they must find fault, or what passes above proves nothing.


def test_the_stand_ins_are_strict() -> None:
    for text, fault in (
        ("НачатьТранзакцию(); Соединение.ВызватьHTTPМетод(1, 2);", AssertionError),
        (
            "Запись = РегистрыСведений.OSignТокены.СоздатьМенеджерЗаписи(); Запись.Имя = 1; Запись.Записать();",
            AssertionError,
        ),
        ("Попытка НетТакого(); Исключение КонецПопытки;", Exception),
    ):
        world = World()
        module = world.platform.interpreter.load("Проба", f"Процедура П(Соединение) {text} КонецПроцедуры")
        connection = world.platform.classes()["httpсоединение"]("s", 1, None, None, None, 30, None)
        try:
            module.call("П", [connection], inside=True)
        except Error as error:
            raise AssertionError("an error of the language") from error
        except fault:
            continue
        raise AssertionError(text)


def test_the_language_runs_as_it_should() -> None:
    world = World()
    text = """
    Функция П(А, Б = 2) Экспорт
        Сумма = 0;
        Для Сч = 1 По 5 Цикл
            Если Сч = 2 Тогда Продолжить; ИначеЕсли Сч > 4 Тогда Прервать; КонецЕсли;
            Сумма = Сумма + Сч * (А - 1);
        КонецЦикла;
        Попытка
            Попытка ВызватьИсключение "раз" + "два"; Исключение ВызватьИсключение; КонецПопытки;
        Исключение
            Возврат ?(Не (Сумма = 8) Или Ложь, "плохо", КраткоеПредставлениеОшибки(ИнформацияОбОшибке()) + Сумма + Б);
        КонецПопытки;
    КонецФункции
    """
    module = world.platform.interpreter.load("Проба", text)
    assert module.call("П", [2]) == "раздва82"
    assert list(walk(module.module.methods["п"].body)) and isinstance(Array([1]), list)


def main() -> int:
    passed = failed = 0
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            try:
                test()
                passed += 1
            except Exception:  # noqa: BLE001 a test that fails may raise anything
                failed += 1
                print(f"failed: {name}", file=sys.stderr)
                traceback.print_exc(limit=-6)
    print(f"extension, logic: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
