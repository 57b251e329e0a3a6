"""The statements of a store in a table, and what each database must be asked before it is one."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from ._records import RecordsError

Dialect: TypeAlias = Literal["sqlite", "postgresql", "mysql"]
ParamStyle: TypeAlias = Literal["qmark", "numeric", "named", "format", "pyformat"]
#: Asks a database: a statement, and whether it has a row for an answer.
Ask: TypeAlias = Callable[[str, bool], tuple[Any, ...]]

#: How each database is called by its drivers: the modules that a connection's class comes from.
_DRIVERS: dict[str, Dialect] = {
    "sqlite3": "sqlite",
    "pysqlite3": "sqlite",
    "sqlcipher3": "sqlite",
    "psycopg": "postgresql",
    "psycopg2": "postgresql",
    "pg8000": "postgresql",
    "pymysql": "mysql",
    "MySQLdb": "mysql",
    "mysql": "mysql",
    "mariadb": "mysql",
}

#: Names are compared as they are written; MySQL would take CRM for crm. A record has 8192 bytes at most.
_TABLES: dict[Dialect, str] = {
    "sqlite": """\
CREATE TABLE IF NOT EXISTS {table} (
    name TEXT NOT NULL PRIMARY KEY,
    generation INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    record TEXT NOT NULL
)""",
    "postgresql": """\
CREATE TABLE IF NOT EXISTS {table} (
    name VARCHAR(100) NOT NULL PRIMARY KEY,
    generation BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    record TEXT NOT NULL
)""",
    "mysql": """\
CREATE TABLE IF NOT EXISTS {table} (
    name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
    generation BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    record TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL
) ENGINE=InnoDB""",
}

#: The contract's statements, each parameter by its name.
STATEMENTS = {
    "load": "SELECT generation, revision, record FROM {table} WHERE name = :name",
    "acquire": "UPDATE {table} SET record = :record, revision = revision + 1 "
    "WHERE name = :name AND generation = :generation AND revision = :revision",
    "commit": "UPDATE {table} SET record = :record, generation = generation + 1, revision = revision + 1 "
    "WHERE name = :name AND generation = :generation",
    "add": "INSERT INTO {table} (name, generation, revision, record) VALUES (:name, 1, 1, :record)",
    "remove": "DELETE FROM {table} WHERE name = :name AND generation = :generation",
    "rename": "UPDATE {table} SET name = :new_name, record = :record, revision = revision + 1 "
    "WHERE name = :name AND generation = :generation",
    "names": "SELECT name FROM {table}",
}

#: What begins a transaction of one write. It reads what was committed last, whatever the server's default is; MySQL's writes do
#: so at every level. SQLite takes its lock with it, for which it waits as long as the connection says.
BEGIN: dict[Dialect, str] = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "BEGIN ISOLATION LEVEL READ COMMITTED",
    "mysql": "START TRANSACTION",
}

_TABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}(?:\.[A-Za-z_][A-Za-z0-9_]{0,62})?", re.ASCII)
_PARAMETER = re.compile(r":(\w+)")


def table_name(table: str) -> str:
    """A name that needs no quotes, with its schema or without: it becomes part of each statement."""
    if not isinstance(table, str):
        raise TypeError(f"table must be str, not {type(table).__name__}")
    if not _TABLE_NAME.fullmatch(table):
        raise ValueError("table is no name of a table: letters, digits and _, with one dot at most")
    return table


def ddl(dialect: Dialect, table: str) -> str:
    """What makes the table."""
    return _TABLES[dialect].format(table=table_name(table))


def bound(
    statement: str, style: ParamStyle, parameters: dict[str, object]
) -> tuple[str, dict[str, object] | tuple[object, ...]]:
    """A statement and its parameters, as a driver takes them (PEP 249, ``paramstyle``)."""
    spelling = (statement, style)
    # Kept, as it takes longer than to read a row.
    if spelling not in _spellings:
        _spellings[spelling] = _spelled(statement, style)
    spelled, names = _spellings[spelling]
    if style in ("named", "pyformat"):
        return spelled, {name: parameters[name] for name in names}
    return spelled, tuple([parameters[name] for name in names])


#: There are as many as a program has tables.
_spellings: dict[tuple[str, ParamStyle], tuple[str, tuple[str, ...]]] = {}


def _spelled(statement: str, style: ParamStyle) -> tuple[str, tuple[str, ...]]:
    """A statement in a style, and the names of its parameters in their order."""
    names = tuple(_PARAMETER.findall(statement))
    if style == "pyformat":
        statement = _PARAMETER.sub(r"%(\1)s", statement)
    elif style != "named":
        for number, name in enumerate(names, 1):
            mark = {"qmark": "?", "format": "%s"}.get(style, f":{number}")
            # What is numbered already is no name.
            statement = re.sub(rf":{name}\b", mark, statement, count=1)
    return statement, names


def driver(connection: object) -> tuple[Dialect | None, ParamStyle | None]:
    """What is known of a connection by its class, or by one that it comes from."""
    dialect: Dialect | None = None
    for kind in type(connection).__mro__:
        path = kind.__module__
        dialect = dialect or _DRIVERS.get(path.partition(".")[0])
        while path:
            style = getattr(sys.modules.get(path), "paramstyle", None)
            if style is not None:
                return dialect, style
            path = path.rpartition(".")[0]
    return dialect, None


def is_durable(dialect: Dialect | None, ask: Ask) -> None:
    """Refuses a database that says a commit is done, and may forget it with the next power failure: the service has spent the
    old token by then.
    """
    if dialect == "sqlite":
        ask("PRAGMA synchronous = FULL", False)
        (synchronous,) = ask("PRAGMA synchronous", True)
        (journal,) = ask("PRAGMA journal_mode", True)
        if int(synchronous) < 2 or str(journal).lower() in ("off", "memory"):
            raise RecordsError(
                f"SQLite would not keep what it commits: journal_mode={journal}, synchronous={synchronous}; a database in "
                "memory is for tests, with durable=False"
            )
    elif dialect == "postgresql":
        commit, fsync = ask("SELECT current_setting('synchronous_commit'), current_setting('fsync')", True)
        if commit == "off" or fsync == "off":
            raise RecordsError(
                f"PostgreSQL would not keep what it commits: synchronous_commit={commit}, fsync={fsync}; SET synchronous_commit "
                "TO on for these connections"
            )
    elif dialect == "mysql":
        (flush,) = ask("SELECT @@innodb_flush_log_at_trx_commit", True)
        if int(flush) != 1:
            raise RecordsError(f"InnoDB would not keep what it commits: innodb_flush_log_at_trx_commit={flush}; set it to 1")


#: The most milliseconds that a write waits for somebody else's lock. What waited for longer would land when nobody waits for
#: it any more: others take a request that was begun for lost after 75 seconds.
LOCK_WAIT = 10_000


def wait_shortly(dialect: Dialect | None, ask: Ask) -> str:
    """Sets how long to wait for locks, where it would be longer: what is to be said in each transaction for that, if anything.

    PostgreSQL's setting is the transaction's, as a session may be shared with others by what stands in between (pgbouncer).
    """
    if dialect == "sqlite":
        (wait,) = ask("PRAGMA busy_timeout", True)
        if int(wait) > LOCK_WAIT:
            ask(f"PRAGMA busy_timeout = {LOCK_WAIT}", True)
    elif dialect == "postgresql":
        (wait,) = ask("SELECT setting FROM pg_settings WHERE name = 'lock_timeout'", True)
        if not 0 < int(wait) <= LOCK_WAIT:
            return f"SET LOCAL lock_timeout = {LOCK_WAIT}"
    elif dialect == "mysql":
        # The second is for whoever changes the table itself.
        for name in ("innodb_lock_wait_timeout", "lock_wait_timeout"):
            (wait,) = ask(f"SELECT @@{name}", True)
            if int(wait) > LOCK_WAIT // 1000:
                ask(f"SET SESSION {name} = {LOCK_WAIT // 1000}", False)
    return ""
