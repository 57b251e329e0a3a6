"""The suite of every store at real servers; and what each of them does in its own way."""

import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import osign
import psycopg
import pymysql
import pytest
from osign.stores import DBAPI
from servers import MariaDB, PostgreSQL
from service import KEY, Service, log_in
from stores_suite import Place, Published, Suite, is_one_refresh
from test_stores_django import django_place

numbers = itertools.count()


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    Place.close_all()


@pytest.fixture
def database(postgresql: PostgreSQL) -> str:
    """A new one, with a table of the program's."""
    name = f"program_{next(numbers)}"
    with psycopg.connect(postgresql.dsn(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    with psycopg.connect(postgresql.dsn(name)) as connection:
        connection.execute("CREATE TABLE program (id integer)")
    return name


def break_postgresql(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def postgresql_place(dsn: str, arguments: str = "") -> Place:
    place = Place(
        f"import psycopg, osign\nrecords = osign.stores.DBAPI(lambda: psycopg.connect({dsn!r}{arguments}), id='shop')",
        lambda: psycopg.connect(dsn),
        break_all=lambda: break_postgresql(dsn),
    )
    records = place.records()
    records.create_table()
    records.close()
    return place


class TestPostgreSQL(Suite, Published):
    @pytest.fixture
    def place(self, postgresql: PostgreSQL, database: str) -> Place:
        return postgresql_place(postgresql.dsn(database))


class TestPostgreSQLByPsycopg2(Suite):
    @pytest.fixture
    def place(self, postgresql: PostgreSQL, database: str) -> Place:
        place = postgresql_place(postgresql.dsn(database))
        return replace(place, source=place.source.replace("psycopg", "psycopg2"))


class TestPostgreSQLWhereAllIsSerializable(Suite):
    """A server whose transactions fail where two meet, and connections that commit by themselves."""

    @pytest.fixture
    def place(self, postgresql: PostgreSQL, database: str) -> Place:
        with psycopg.connect(postgresql.dsn(database)) as connection:
            connection.execute(f"ALTER DATABASE {database} SET default_transaction_isolation TO 'serializable'")
        return postgresql_place(postgresql.dsn(database), ", autocommit=True")


class TestDjangoOnPostgreSQL(Suite):
    @pytest.fixture
    def place(self, postgresql: PostgreSQL, database: str) -> Iterator[Place]:
        yield django_place(
            {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": database,
                "USER": "postgres",
                "HOST": "127.0.0.1",
                "PORT": postgresql.port,
                "OPTIONS": {},
            },
            break_all=lambda: break_postgresql(postgresql.dsn(database)),
        )
        from django.db import connections

        connections.close_all()

    def test_atomic_that_has_written_and_is_rolled_back(self, place: Place, service: Service) -> None:
        from django.db import connection, transaction

        store = place.store()
        token = log_in(store, service)
        service.control(end_access=True)

        class RolledBack(Exception):
            pass

        with pytest.raises(RolledBack), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO program (id) VALUES (1)")
            newer = store.refused("crm", token)
            raise RolledBack
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM program")
            assert cursor.fetchone() == (0,)
        assert place.store().token("crm").value == newer.value
        is_one_refresh(service)


@pytest.fixture
def schema(mariadb: MariaDB) -> str:
    """A database with a table of the program's, in which names are compared as MariaDB likes it."""
    name = f"program_{next(numbers)}"
    connection = pymysql.connect(host="127.0.0.1", port=mariadb.port, user="root")
    connection.cursor().execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    connection.cursor().execute(f"CREATE TABLE {name}.program (id INTEGER)")
    connection.close()
    return name


def mariadb_place(port: int, schema: str, arguments: str = "") -> Place:
    source = f"pymysql.connect(host='127.0.0.1', port={port}, user='root', database={schema!r}{arguments})"

    def connect() -> Any:
        return pymysql.connect(host="127.0.0.1", port=port, user="root", database=schema)

    def break_all() -> None:
        own = connect()
        cursor = own.cursor()
        cursor.execute("SELECT id FROM information_schema.processlist WHERE db = %s AND id <> connection_id()", (schema,))
        for (one,) in cursor.fetchall():
            cursor.execute(f"KILL CONNECTION {one}")
        own.close()

    place = Place(f"import pymysql, osign\nrecords = osign.stores.DBAPI(lambda: {source}, id='shop')", connect, break_all=break_all)
    records = place.records()
    records.create_table()
    records.close()
    return place


class TestMariaDB(Suite, Published):
    """Its driver counts the rows that were changed."""

    @pytest.fixture
    def place(self, mariadb: MariaDB, schema: str) -> Place:
        return mariadb_place(mariadb.port, schema)


class TestMariaDBWhereFoundRowsCount(Suite):
    """As Django's connections do; and rows are dictionaries, and commits come by themselves."""

    @pytest.fixture
    def place(self, mariadb: MariaDB, schema: str) -> Place:
        more = ", client_flag=pymysql.constants.CLIENT.FOUND_ROWS, cursorclass=pymysql.cursors.DictCursor, autocommit=True"
        return mariadb_place(mariadb.port, schema, more)


class TestMariaDBWhereAllIsSerializable(Suite):
    @pytest.fixture
    def place(self, mariadb: MariaDB, schema: str) -> Place:
        more = ", init_command='SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE'"
        return mariadb_place(mariadb.port, schema, more)


def test_a_commit_that_postgresql_may_forget_is_refused(postgresql: PostgreSQL, database: str) -> None:
    dsn = postgresql.dsn(database)
    records = DBAPI(lambda: psycopg.connect(dsn, options="-c synchronous_commit=off"), id="shop")
    with pytest.raises(osign.StoreError, match="synchronous_commit=off, fsync=on"):
        osign.Store(records, KEY).grants()

    # What connect says to the connection holds.
    def connect() -> Any:
        connection = psycopg.connect(dsn, options="-c synchronous_commit=off")
        connection.execute("SET synchronous_commit TO on")
        return connection

    assert osign.Store(DBAPI(connect, id="shop"), KEY, create=True).grants() == []


def test_a_commit_that_innodb_may_forget_is_refused(mariadb: MariaDB, schema: str) -> None:
    place = mariadb_place(mariadb.port, schema)
    own = place.connect()
    own.cursor().execute("SET GLOBAL innodb_flush_log_at_trx_commit = 2")
    try:
        with pytest.raises(osign.StoreError, match="innodb_flush_log_at_trx_commit=2; set it to 1"):
            place.store().grants()
    finally:
        own.cursor().execute("SET GLOBAL innodb_flush_log_at_trx_commit = 1")
    own.close()
    assert place.store().grants() == []


def test_a_commit_that_comes_to_nothing_is_an_error(postgresql: PostgreSQL, database: str) -> None:
    """A check that comes at the end: the server answers COMMIT with an error, and the row is as it was."""
    place = postgresql_place(postgresql.dsn(database))
    with place.connect() as own:
        own.execute("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
            CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON osign_grants DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION refuse();
        """)
    records = place.records()
    records.add("crm", "one")
    with pytest.raises(psycopg.errors.RaiseException):
        records.acquire("crm", 1, 1, "two")
    assert records.load("crm") == (1, 1, "one")
    records.close()


def test_a_role_that_may_do_no_more(postgresql: PostgreSQL, database: str, service: Service) -> None:
    place = postgresql_place(postgresql.dsn(database))
    with place.connect() as own:
        own.execute(f"CREATE ROLE worker_{database} LOGIN")
        own.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON osign_grants TO worker_{database}")
    dsn = postgresql.dsn(database).replace("user=postgres", f"user=worker_{database}")
    store = osign.Store(DBAPI(lambda: psycopg.connect(dsn), id="shop"), KEY)
    token = log_in(store, service)
    service.control(end_access=True)
    assert store.refused("crm", token).generation == 3


def test_a_row_that_another_holds_is_waited_for(postgresql: PostgreSQL, database: str, service: Service) -> None:
    """A program that has locked the row: the write waits, and other threads run."""
    place = postgresql_place(postgresql.dsn(database))
    store = place.store()
    token = log_in(store, service)
    service.control(end_access=True)
    own = place.connect()
    own.execute("SELECT * FROM osign_grants FOR UPDATE")
    done: list[Any] = []
    waiting = threading.Thread(target=lambda: done.append(store.refused("crm", token)))
    waiting.start()
    waiting.join(0.5)
    assert not done and store.access_token("crm") == token.value
    own.rollback()
    waiting.join(20)
    own.close()
    assert done[0].generation == 3
    is_one_refresh(service)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_lock_is_waited_for_shortly_and_once(
    kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    """PostgreSQL would wait for ever, and MariaDB for 50 seconds; then the write would land when nobody waits for it."""
    monkeypatch.setattr("osign._sql.LOCK_WAIT", 1000)
    if kind == "postgresql":
        database = request.getfixturevalue("database")
        place = postgresql_place(request.getfixturevalue("postgresql").dsn(database))
    else:
        place = mariadb_place(request.getfixturevalue("mariadb").port, request.getfixturevalue("schema"))
    records = place.records()
    store = osign.Store(records, KEY)
    token = log_in(store, service)
    service.control(end_access=True)
    before = records.load("crm")
    held = records._own.held
    own = place.connect()
    own.cursor().execute("SELECT * FROM osign_grants FOR UPDATE")
    began = time.monotonic()
    with pytest.raises(osign.StoreError, match="its acquire raised psycopg|its acquire raised pymysql"):
        store.refused("crm", token)
    assert 0.9 < time.monotonic() - began < 5
    # Its connection is whole, and nothing is left of what it wanted.
    assert records.load("crm") == before and records._own.held is held
    own.rollback()
    own.close()
    assert records.load("crm") == before and service.counters()["refresh"] == 0
    assert store.refused("crm", token).generation == 3


def test_a_shorter_wait_of_the_program_s_own_holds(postgresql: PostgreSQL, database: str) -> None:
    dsn = postgresql.dsn(database)
    for options, waits in (("", "10s"), ("-c lock_timeout=700", "700ms"), ("-c lock_timeout=20s", "10s")):
        records = DBAPI(lambda options=options: psycopg.connect(dsn, options=options), id="shop")  # type: ignore[misc]
        records.create_table()
        held, _ = records._held()
        held.begin()
        assert held.execute("SHOW lock_timeout", rows=True) == [(waits,)]
        records.close()
