#!/usr/bin/env python3
"""Runs the extension's modules over the real add-in, against a provider that takes each refresh token once.

    LD_PRELOAD=off_clock.so real.py OSIGN TOKENS

are the libraries of the two classes for this machine, of 64 bits. The platform is a stand-in, the add-in is not: what the modules and
the add-in tell each other is what they would in 1C. The clock is put ahead (see tests/support/off_clock.c), so that no token's end is
waited for, and a slow machine comes to no other result.
"""

import base64
import contextlib
import hashlib
import json
import os
import pathlib
import sys
import threading
import time
import traceback
import urllib.parse
from collections.abc import Iterator

from interpreter import Error, Loaded
from logic import MODULES, Callback, Connector, raises
from native import Component, Library
from platform_stub import Answer, Array, Map, Platform, Sent, Structure, Transactions

PROVIDER = "https://provider.example.com"
BACK = "https://base.example.com/b/hs/osign/callback"
SESSIONS, ROUNDS = 4, 8
LIFE = 3600

# One session works at a time, and lets others work where the platform would: while it waits, and while a request is away.
turn = threading.Lock()
libraries: dict[str, Library] = {}


def put_clock_ahead(seconds: int) -> None:
    """The clock of this process, of the add-in in it, and of what it forks."""
    os.environ["OSIGN_CLOCK_OFF"] = str(seconds)


@contextlib.contextmanager
def away() -> Iterator[None]:
    turn.release()
    try:
        yield
    finally:
        turn.acquire()


class Shared(Component):
    """The add-in's object, whose waiting is a time for others."""

    def method(self, name: str) -> object:
        called = super().method(name)
        if name not in ("Подождать", "СледующийШаг"):
            return called

        def method(*given: object) -> object:
            with away():
                time.sleep(0)
                return called(*given)

        return method


class Provider:
    """It gives a new refresh token with each access token, and takes one that comes again for stolen: then none works any more.
    A lenient one lets the old one live until the new one is used."""

    def __init__(self, lenient: bool = False) -> None:
        self.lenient = lenient
        self.exchanges = self.reused = self.count = 0
        self.access = ""
        self.living: set[str] = set()
        self.broken = ""
        self.delay = 0.002

    def tokens(self, spent: str = "") -> Answer:
        self.count += 1
        refresh, self.access = f"refresh-{self.count}", f"access-{self.count}"
        self.living = {refresh, spent} if self.lenient else {refresh}
        body = {
            "access_token": self.access,
            "refresh_token": refresh,
            "expires_in": LIFE,
            "token_type": "Bearer",
        }
        return Answer(200, json.dumps(body), {"content-type": "application/json"})

    def __call__(self, sent: Sent) -> Answer:
        with away():
            time.sleep(self.delay)
        if self.broken:
            raise Error("Ошибка при вызове метода контекста (ВызватьHTTPМетод)", Error(self.broken))
        form = dict(urllib.parse.parse_qsl(sent.body.decode()))
        if sent.resource != "/token":
            right = sent.headers.get("Authorization") == f"Bearer {self.access}"
            return Answer(200 if right else 401, b"{}")
        if form["grant_type"] == "authorization_code":
            assert form["code"].startswith("the-code") and form["redirect_uri"] == BACK
            return self.tokens()
        self.exchanges += 1
        token = form["refresh_token"]
        if token not in self.living:
            self.reused += 1
            self.living, self.access = set(), ""
            return Answer(400, '{"error":"invalid_grant"}', {"content-type": "application/json"})
        return self.tokens(token)


class Session:
    """The extension in one session; sessions of one base have the same tables."""

    component = Shared

    def __init__(self, provider: object, tables: dict | None = None, base: Transactions | None = None) -> None:
        made = {name: lambda name=name: self.create(name) for name in libraries}
        self.platform = Platform(made, base=base)
        if tables is not None:
            self.platform.base.tables = tables
        self.platform.service = provider
        self.modules: dict[str, Loaded] = {}
        for name, file in (
            ("OSign", "sign"),
            ("OSignТокены", "tokens"),
            ("OSignОкружение", "environment"),
            ("osign_service", "callback"),
        ):
            self.modules[name] = self.platform.interpreter.load(name, (MODULES / f"{file}.bsl").read_text())

    def create(self, class_name: str) -> Component:
        return libraries[class_name].create(class_name, self.component)

    @property
    def tables(self) -> dict:
        return self.platform.base.tables

    def call(self, name: str, *arguments: object, module: str = "OSignТокены") -> object:
        self.platform.interpreter.steps = 0
        with turn:
            return self.modules[module].call(name, list(arguments), inside=True)


def connected(provider: Provider) -> Session:
    """A base whose grant «магазин» somebody has logged in to, through the page."""
    session = Session(provider)
    add(session, "strict")
    log_in(session)
    return session


def add(session: Session, rotation: str) -> None:
    settings = Map(
        {
            "authorize_url": PROVIDER + "/authorize",
            "token_url": PROVIDER + "/token",
            "api_origin": PROVIDER,
            "rotation": rotation,
        }
    )
    session.call("Добавить", "магазин", "custom", "приложение", "секрет", BACK, settings)


def log_in(session: Session, code: str = "the-code") -> None:
    url = session.call("НачатьВход", "магазин")
    assert url.startswith(PROVIDER + "/authorize?"), url
    state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["state"]
    page = session.call("ВозвратПолучить", Callback(code=code, state=state), module="osign_service")
    assert page.КодСостояния == 200, page.text


def open_as(session: Session, connection: str) -> None:
    """The session's base is one that is reached by this."""
    session.platform.interpreter.functions["строкасоединенияинформационнойбазы"] = lambda: connection


def rows(session: Session) -> list[list[object]]:
    return [[pair.Значение for pair in row][:3] for row in session.call("Состояние")]


def test_a_login_brings_a_token_that_requests_go_with() -> None:
    provider = Provider()
    session = connected(provider)
    assert session.call("ТокенДоступа", "магазин") == "access-1"
    answer = session.call("ЗапросПодДоступом", "магазин", "GET", PROVIDER + "/v1/items?limit=5")
    assert answer.КодСостояния == 200
    assert rows(session) == [["магазин", "custom", "работает"]]
    record = session.tables["РегистрСведений.OSignТокены"]["магазин"]
    assert "access-1" not in str(record) and "секрет" not in str(session.tables) and len(record["Запись"]) < 8192


def test_a_state_that_is_not_the_login_s_is_refused() -> None:
    provider = Provider()
    session = connected(provider)
    page = session.call("ВозвратПолучить", Callback(code="the-code", state="another"), module="osign_service")
    assert page.КодСостояния == 400 and provider.count == 1


def test_a_refused_token_is_renewed_for_the_request() -> None:
    provider = Provider()
    session = connected(provider)
    provider.access = "ended"
    answer = session.call("ЗапросПодДоступом", "магазин", "GET", PROVIDER + "/v1/items")
    assert answer.КодСостояния == 200 and provider.exchanges == 1


def test_the_clock_can_be_put_ahead() -> None:
    now = time.time()
    put_clock_ahead(1000)
    ahead = time.time() - now
    put_clock_ahead(0)
    assert ahead >= 1000, "LD_PRELOAD has no off_clock.so"


def test_sessions_renew_once_and_all_have_the_right_token() -> None:
    provider = Provider()
    first = connected(provider)
    sessions = [first, *(Session(provider, first.tables) for _ in range(SESSIONS - 1))]
    ends = iter(range(1, ROUNDS + 1))
    start = threading.Barrier(SESSIONS, lambda: put_clock_ahead(next(ends) * (LIFE + 1)))
    end = threading.Barrier(SESSIONS)
    right: list[bool] = []
    errors: list[BaseException] = []

    def work(session: Session) -> None:
        try:
            for _ in range(ROUNDS):
                start.wait()
                token = session.call("ТокенДоступа", "магазин", 0)
                end.wait()
                right.append(token == provider.access)
        except BaseException as error:  # noqa: BLE001 the main thread raises it
            errors.append(error)
            start.abort()
            end.abort()

    threads = [threading.Thread(target=work, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    put_clock_ahead(0)
    if errors:
        raise errors[0]
    print(
        f"extension: {SESSIONS} sessions, {ROUNDS} ends of a token: {provider.exchanges} sends, {sum(right)} right ones"
    )
    assert (provider.exchanges, provider.reused, sum(right)) == (ROUNDS, 0, SESSIONS * ROUNDS)


def test_an_answer_that_got_lost_needs_a_login_and_no_second_send() -> None:
    provider = Provider()
    session = connected(provider)
    provider.broken = "Ошибка работы с Интернет: Timeout was reached"
    generation = session.tables["РегистрСведений.OSignТокены"]["магазин"]["Поколение"]
    raises(session.call, "ТокенОтвергнут", "магазин", generation)
    assert len([sent for sent in session.platform.sent if b"refresh_token" in sent.body]) == 1


def test_a_request_that_surely_was_not_sent_may_be_sent_later() -> None:
    provider = Provider()
    session = connected(provider)
    provider.broken = "Ошибка работы с Интернет: Couldn't resolve host name"
    generation = session.tables["РегистрСведений.OSignТокены"]["магазин"]["Поколение"]
    raises(session.call, "ТокенОтвергнут", "магазин", generation)
    provider.broken = ""
    # The add-in leaves a service that just failed in peace for a while: the record knows no other token, and none was spent.
    assert provider.reused == 0 and provider.exchanges == 0
    assert rows(session) == [["магазин", "custom", "работает"]]


def test_a_copy_of_the_base_is_noticed_and_can_go_on() -> None:
    provider = Provider()
    session = connected(provider)
    copy = Session(provider, session.tables)
    open_as(copy, 'Srvr="Other";Ref="Copy";')
    assert raises(copy.call, "ТокенДоступа", "магазин")
    assert provider.exchanges == 0
    copy.call("ПродолжитьЗдесь")
    assert copy.call("ТокенДоступа", "магазин") == "access-1"
    assert raises(session.call, "ТокенДоступа", "магазин")


def test_a_grant_of_oauth1_is_logged_in_to_through_the_page() -> None:
    answers = {"/request": "oauth_token=temporary&oauth_token_secret=s1&oauth_callback_confirmed=true"}
    answers["/access"] = "oauth_token=permanent&oauth_token_secret=s2"
    form = {"content-type": "application/x-www-form-urlencoded"}
    session = Session(lambda sent: Answer(200, answers.get(sent.resource, "{}"), form))
    settings = Map(
        {
            "kind": "oauth1",
            "consumer_key": "key",
            "consumer_secret": "secret",
            "callback": BACK,
            "request_token_url": PROVIDER + "/request",
            "authorize_url": PROVIDER + "/consent",
            "access_token_url": PROVIDER + "/access",
            "api_origin": PROVIDER,
        }
    )
    session.call("Добавить", "учёт", "custom-oauth1", "", "", "", settings)
    assert session.call("НачатьВход", "учёт") == PROVIDER + "/consent?oauth_token=temporary"
    assert session.call("ВходНачат", "учёт", module="OSign") and session.call("Работает", "учёт") is False
    back = Callback(oauth_token="temporary", oauth_verifier="v")
    page = session.call("ВозвратПолучить", back, module="osign_service")
    assert page.КодСостояния == 200, page.text
    assert session.call("Работает", "учёт") is True and not session.call("ВходНачат", "учёт", module="OSign")


def test_a_refusal_is_told_in_the_add_ins_words_and_the_bases_words_are_not() -> None:
    session = connected(Provider())
    url = session.call("НачатьВход", "магазин")
    state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["state"]
    base, reads = session.platform.base, []
    usual = base.fail

    def fail(where: str) -> None:
        usual(where)
        reads.append(where == "read")
        # The first finds the connection, the add-in asks for the second.
        if where == "read" and sum(reads) > 1:
            raise Error("SQL Server 10.0.0.5")

    base.fail = fail
    page = session.call("ВозвратПолучить", Callback(code="the-code", state=state), module="osign_service")
    base.fail = usual
    assert page.КодСостояния == 400 and "SQL" not in page.text and "в журнале" in page.text, page.text
    assert any("SQL" in line for line in session.platform.log)
    assert session.call("ОтказВхода", "магазин", module="OSign") == ""
    refused = Callback(error="access_denied", state=state)
    page = session.call("ВозвратПолучить", refused, module="osign_service")
    assert page.КодСостояния == 400 and "не согласился" in page.text, page.text
    assert "не согласился" in session.call("ОтказВхода", "магазин", module="OSign")


def test_a_services_kind_is_found_by_its_profile() -> None:
    session = Session(lambda sent: Answer(401, b"refused"))
    session.call("Добавить", "учёт", "quickbooks-oauth1", "key", "secret", BACK)
    assert session.call("КодВводится", "учёт", module="OSign") is False
    session.call("Добавить", "ключ", "custom", "", "the-key", "", Map({"kind": "static", "api_origin": PROVIDER}))
    answer = session.call("ЗапросПодДоступом", "ключ", "GET", PROVIDER + "/v1")
    assert answer.КодСостояния == 401 and answer.body == b"refused"
    assert session.platform.sent[-1].headers["Authorization"] == "Bearer the-key"
    for provider, account in (("bitrix24", "my.bitrix24.ru"), ("shopify", "my.myshopify.com")):
        session.call("Добавить", provider, provider, "id", "secret", BACK, Map({"account": account, "scope": "crm"}))
        assert session.call("НачатьВход", provider).startswith(f"https://{account}/")


def test_another_secret_of_the_same_application_costs_no_login() -> None:
    provider = Provider()
    session = connected(provider)
    settings = Map({"authorize_url": PROVIDER + "/authorize", "token_url": PROVIDER + "/token", "rotation": "strict"})
    settings["api_origin"] = Array([PROVIDER, "https://api.example.com"])
    session.call("Заменить", "магазин", "custom", "приложение", "новый", BACK, settings)
    assert session.call("ТокенДоступа", "магазин") == "access-1"
    request = session.call("Авторизовать", "магазин", "GET", "https://api.example.com/v1")
    assert request.get_field("Заголовки")["Authorization"] == "Bearer access-1"
    provider.access = "ended"
    session.call("ЗапросПодДоступом", "магазин", "GET", PROVIDER + "/v1")
    assert provider.exchanges == 1 and session.call("ТокенДоступа", "магазин") == "access-2"


def test_sessions_by_other_names_of_the_server_share_their_tokens() -> None:
    provider = Provider()
    session = connected(provider)
    for connection in ('Srvr="Server,Server2";Ref="Base";', 'Srvr="localhost";Ref="base";'):
        other = Session(provider, session.tables)
        open_as(other, connection)
        assert other.call("ТокенДоступа", "магазин") == "access-1"


def test_a_key_goes_to_its_service_alone() -> None:
    session = Session(lambda sent: Answer(200))
    for place, value in (("header", "X-Api-Key: {}"), ("query", "key")):
        settings = Map({"kind": "static", "secret": "the-key", place: value, "api_origin": PROVIDER})
        session.call("Добавить", place, "custom", "", "", "", settings)
        connector = Connector(session, "OSign", place, "GET", PROVIDER + "/v1")
        with turn:
            for _ in range(2):
                headers = connector.sign()
                sent = str(headers) + connector.request.АдресРесурса
                assert sent.count("the-key") == 1, sent
            headers = connector.sign("https://evil.example.com/x")
        assert "the-key" not in str(headers), headers


def test_another_key_opens_nothing_and_says_so() -> None:
    provider = Provider()
    session = connected(provider)
    key = session.modules["OSign"].call("Компонента", ["OSignTokens"]).get_field("НовыйКлюч")()
    session.tables["Константа.OSignКлюч"][""] = key
    assert "ключ" in raises(session.call, "ТокенДоступа", "магазин").lower()


def test_a_key_that_got_lost_is_missed_and_serves_again_when_it_is_back() -> None:
    session = connected(Provider())
    key = session.tables["Константа.OSignКлюч"].pop("")
    assert "OSignКлюч" in raises(session.call, "ТокенДоступа", "магазин")
    assert session.tables["Константа.OSignКлюч"] == {}
    session.tables["Константа.OSignКлюч"][""] = key
    assert session.call("ТокенДоступа", "магазин") == "access-1"


def test_a_grant_is_removed_with_its_connection() -> None:
    session = connected(Provider())
    session.call("Удалить", "магазин")
    assert rows(session) == [] and session.tables["РегистрСведений.OSignПодключения"] == {}


def test_a_name_that_is_not_there_is_said_not_to_be() -> None:
    assert "нет" in raises(connected(Provider()).call, "ТокенДоступа", "другой")


def test_three_steps_of_oauth1_end_in_signed_requests() -> None:
    answers = {
        "/request": "oauth_token=temporary&oauth_token_secret=s1&oauth_callback_confirmed=true",
        "/access": "oauth_token=permanent&oauth_token_secret=s2&realmId=123",
        "/v1?a=1": "{}",
    }
    session = Session(lambda sent: Answer(200, answers[sent.resource]))
    names = "АдресВременногоТокена,АдресСогласия,АдресПостоянногоТокена,АдресВозврата"
    addresses = Structure(names, PROVIDER + "/request", PROVIDER + "/consent", PROVIDER + "/access", BACK)
    session.call("Добавить", "учёт", "key", "secret", addresses, Map({"realm": "R"}), module="OSign")
    assert session.call("НачатьВход", "учёт", module="OSign") == PROVIDER + "/consent?oauth_token=temporary"
    back = Callback(oauth_token="temporary", oauth_verifier="v")
    page = session.call("ВозвратПолучить", back, module="osign_service")
    assert page.КодСостояния == 200, page.text
    assert session.call("Вызвать", "учёт", "GET", PROVIDER + "/v1?a=1", module="OSign").КодСостояния == 200
    header = session.platform.sent[-1].headers["Authorization"]
    assert (
        header.startswith('OAuth realm="R", ') and 'oauth_token="permanent"' in header and "oauth_signature=" in header
    )
    assert session.call("ДополнительноеПоле", "учёт", "realmId", module="OSign") == "123"
    kept = str(session.tables["РегистрСведений.OSignПодключения"])
    assert "permanent" not in kept and "secret" not in kept


def test_a_hash_of_the_body_is_of_the_body() -> None:
    right = urllib.parse.quote(base64.b64encode(hashlib.sha1(b"{}").digest()), safe="")
    for settings in ({"body_hash": True}, {"Body_Hash": "true"}, {"BODY_HASH": "1"}):
        session = Session(lambda sent: Answer(200))
        session.call("Добавить", "учёт", "key", "secret", None, Map(settings), "token", "s", module="OSign")
        session.call("Вызвать", "учёт", "POST", PROVIDER + "/v1", "{}", "application/json", module="OSign")
        assert f'oauth_body_hash="{right}"' in session.platform.sent[-1].headers["Authorization"], settings


def run(tests: dict[str, object], what: str) -> int:
    """Runs the tests of a module over the libraries of the command line."""
    osign, tokens = map(pathlib.Path, sys.argv[1:])
    libraries.update(OSign=Library(osign), OSignTokens=Library(tokens))
    passed = failed = 0
    for name, test in list(tests.items()):
        if name.startswith("test_"):
            try:
                test()
                passed += 1
            except Exception:  # noqa: BLE001 a test that fails may raise anything
                failed += 1
                print(f"failed: {name}", file=sys.stderr)
                traceback.print_exc(limit=-6)
    print(f"extension, {what}: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run(globals(), "over the add-in"))
