"""``osign.stores.DBAPI``: a table in any database that Python has a driver for (PEP 249)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import local
from typing import Any, TypeVar

from ._native import keep_for_ever
from ._records import RecordsError
from ._sql import BEGIN, STATEMENTS, Dialect, ParamStyle, bound, ddl, driver, is_durable, table_name, wait_shortly

__all__ = ["DBAPI"]

_Result = TypeVar("_Result")


class DBAPI:
    """A table in any database with a driver of DB-API 2.0 (PEP 249): SQLite, PostgreSQL, MySQL, MariaDB.

    >>> import osign, sqlite3
    >>> records = osign.stores.DBAPI(lambda: sqlite3.connect("program.db"), id="the shop's grants")
    >>> store = osign.Store(records, osign.new_key(), create=True)
    >>> store.add("shop", kind="static", secret="k", header="X-Api-Key: {}")
    >>> store.grants()
    ['shop']

    - ``connect``: a callable that returns a new connection. Each thread of each process gets one, which stays open; none is
      ever your program's own, so that nothing here stands in a transaction of yours.
    - ``table``: the table's name, with its schema or without. ``create_table`` makes it; ``ddl`` is the statement.
    - ``id``: a text that tells this store from every other one of this user, and stays the same: every record is bound to it, and so
      is what is kept on this machine while the database is away. Two programs that give the same one would take each other's.
    - ``dialect``, ``paramstyle``: where the connection's class does not tell them by its module.
    - ``durable``: ``False`` is for tests alone: a database may forget what it has committed.

    Each write is a short transaction of its own. A connection that is broken is replaced once. What was to be read is read again
    then; a write is repeated where it is certain that the first one was not committed: its transaction was begun by a
    statement of osign's own, and none that ends it was sent. Of another driver's connection nobody knows, as it may commit each
    statement by itself: that is an exception, and the store looks. What a database says otherwise is an ``osign.StoreError``, and
    its exception the ``__cause__``. Somebody else's lock is waited for for 10 seconds at most, where the dialect is known.

    ``connect`` must lead to the database that takes the writes: a replica that lags behind would have a token sent twice.
    """

    def __init__(
        self,
        connect: Callable[[], Any],
        table: str = "osign_grants",
        *,
        id: str,
        dialect: Dialect | None = None,
        paramstyle: ParamStyle | None = None,
        durable: bool = True,
    ) -> None:
        # A connection of sqlite3 can be called as well.
        if not callable(connect) or hasattr(connect, "cursor"):
            raise TypeError(f"connect must be a callable that returns a new connection, not {type(connect).__name__}")
        if not isinstance(id, str):
            raise TypeError(f"id must be str, a text that tells this store from others, not {type(id).__name__}")
        if dialect not in (None, *BEGIN):
            raise ValueError("dialect is sqlite, postgresql or mysql")
        if paramstyle not in (None, "qmark", "numeric", "named", "format", "pyformat"):
            raise ValueError("paramstyle is qmark, numeric, named, format or pyformat")
        self._table = table_name(table)
        self._id = id
        self._connect = connect
        self._dialect = dialect
        self._paramstyle = paramstyle
        self._durable = durable
        self._statements = {name: statement.format(table=table) for name, statement in STATEMENTS.items()}
        self._own = local()

    @property
    def id(self) -> str:
        """What tells this store from others."""
        return self._id

    @property
    def table(self) -> str:
        """The table's name."""
        return self._table

    @staticmethod
    def ddl(dialect: Dialect, table: str = "osign_grants") -> str:
        """The statement that makes the table, for a migration of your own: of ``"sqlite"``, ``"postgresql"`` or ``"mysql"``."""
        return ddl(dialect, table)

    def create_table(self) -> None:
        """Makes the table where there is none."""
        def create(held: _Held) -> None:
            if held.dialect is None:
                raise RecordsError("the database is none that is known; make the table by a statement of your own")
            held.execute(ddl(held.dialect, self._table))
            held.end(reads=held.by_statements)

        try:
            self._on_a_connection(create)
        except Exception as error:
            # Where two make it at once, PostgreSQL turns one of them down, whatever IF NOT EXISTS says.
            if not _is(error, "IntegrityError", "ProgrammingError"):
                raise
            self._on_a_connection(create)

    def close(self) -> None:
        """Closes the connection of this thread. The next call opens another one."""
        held: _Held | None = self._own.__dict__.pop("held", None)
        # Not when nobody has it any more: the traceback of an exception may, and its transaction would stay open.
        if held is not None:
            held.close()

    def load(self, name: str, /) -> tuple[int, int, str] | None:
        """The row of a name, as ``Records.load``."""
        rows = self._read("load", {"name": name})
        if not rows:
            return None
        row = rows[0]
        generation, revision, record = (
            (row["generation"], row["revision"], row["record"]) if isinstance(row, Mapping) else row
        )
        return int(generation), int(revision), record

    def acquire(self, name: str, generation: int, revision: int, record: str, /) -> bool:
        """As ``Records.acquire``."""
        parameters = {"name": name, "generation": generation, "revision": revision, "record": record}
        return self._write("acquire", parameters)

    def commit(self, name: str, generation: int, record: str, /) -> bool:
        """As ``Records.commit``."""
        return self._write("commit", {"name": name, "generation": generation, "record": record})

    def add(self, name: str, record: str, /) -> bool:
        """As ``Records.add``."""
        return self._write("add", {"name": name, "record": record}, taken=name)

    def remove(self, name: str, generation: int, /) -> bool:
        """As ``Records.remove``."""
        return self._write("remove", {"name": name, "generation": generation})

    def rename(self, name: str, generation: int, new_name: str, record: str, /) -> bool:
        """As ``Records.rename``."""
        parameters = {"name": name, "generation": generation, "new_name": new_name, "record": record}
        return self._write("rename", parameters, taken=new_name)

    def names(self) -> list[str]:
        """All names, as ``Records.names``."""
        return [next(iter(row.values())) if isinstance(row, Mapping) else row[0] for row in self._read("names", {})]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._id!r})"

    def _read(self, name: str, parameters: dict[str, object]) -> list[Any]:
        def read(held: _Held) -> list[Any]:
            rows: list[Any] = held.execute(self._statements[name], parameters, rows=True)
            # Else the next one would see the same snapshot.
            held.end(reads=True)
            return rows

        return self._on_a_connection(read)

    def _write(self, name: str, parameters: dict[str, object], taken: str | None = None) -> bool:
        refusals: list[Exception] = []

        def write(held: _Held) -> bool:
            held.begin()
            try:
                count: int = held.execute(self._statements[name], parameters)
            except Exception as error:
                refusals.append(error)
                raise
            if count not in (0, 1):
                raise RecordsError(f"the database does not tell how many rows it has changed: {count}")
            held.end()
            return count == 1

        try:
            return self._on_a_connection(write)
        except Exception as error:
            # PEP 249: the relational integrity is affected, so the name is taken; or something else is wrong with the row.
            if taken is not None and error in refusals and _is(error, "IntegrityError") and self.load(taken) is not None:
                return False
            raise

    def _on_a_connection(self, work: Callable[[_Held], _Result]) -> _Result:
        """Does something in a transaction of its own; once more on a new connection, where the one that was there is broken, and
        nothing that is to be done once can have been done.
        """
        while True:
            held, is_new = self._held()
            try:
                held.is_busy, held.may_be_written = True, False
                result = work(held)
                held.is_busy = False
                return result
            except Exception as error:
                held.is_busy = not held.undo()
                if not _is(error, "OperationalError", "InterfaceError"):
                    raise
                if held.may_be_written:
                    if held.by_statements:
                        raise
                    kind = f"{type(error).__module__}.{type(error).__qualname__}"
                    raise RecordsError(f"it is not known whether it was written: {kind}") from error
                # What can be undone is not broken: a lock was waited for, or two have met. Of a driver that is not known that is not
                # said, as it may do nothing where it has begun nothing.
                if is_new or held.dialect == "sqlite" or (held.by_statements and not held.is_busy):
                    raise
                held.is_busy = True
            finally:
                # What comes next must not stand in the same transaction. Ctrl-C may come anywhere, in the midst of the driver's work too,
                # and while something is undone.
                if held.is_busy:
                    self._own.__dict__.pop("held", None)
                    held.close()

    def _held(self) -> tuple[_Held, bool]:
        """This thread's connection, and whether it is new."""
        held = getattr(self._own, "held", None)
        if held is not None and held.process == os.getpid() and not held.is_busy:
            return held, False
        # A child's is its parent's. One that is busy has something of a call that was torn away from it, or of one that is under way
        # below a signal's handler.
        if held is not None:
            self.close()
        held = _Held(self._connect(), self._dialect, self._paramstyle)
        try:
            held.set_up(self._durable)
        except BaseException:
            held.close()
            raise
        self._own.held = held
        return held, True


class _Held:
    """A connection of one thread, and how it is spoken to."""

    def __init__(self, connection: Any, dialect: Dialect | None, style: ParamStyle | None) -> None:
        self.process = os.getpid()
        self.connection = connection
        known_dialect, known_style = driver(connection)
        self.dialect: Dialect | None = dialect or known_dialect
        #: Whether its driver commits each statement by itself, so that transactions are begun and ended by statements.
        self.by_statements = False
        #: Whether a transaction may be open on it.
        self.is_busy = False
        #: Whether something was sent that may have been written for good.
        self.may_be_written = False
        #: What each transaction is told at its beginning.
        self.first = ""
        if style is None and known_style is None:
            kind = f"{type(connection).__module__}.{type(connection).__qualname__}"
            raise RecordsError(f"paramstyle must be given: {kind} comes from no module that has one")
        self.style: ParamStyle = style or known_style or "qmark"

    def set_up(self, durable: bool) -> None:
        # What connect has said to it, such as SET, is not to be undone.
        self.connection.commit()
        self.by_statements = self.dialect is not None and self._commit_by_itself()
        if durable:
            is_durable(self.dialect, self._ask)
        if self.by_statements:
            self.first = wait_shortly(self.dialect, self._ask)
        self.end(reads=True)

    def _ask(self, statement: str, rows: bool) -> tuple[Any, ...]:
        found = self.execute(statement, rows=rows)
        if not rows:
            return ()
        return tuple(found[0].values() if isinstance(found[0], Mapping) else found[0])

    def _commit_by_itself(self) -> bool:
        """Reading takes one round to the server then, and no transaction stays open."""
        connection = self.connection
        if callable(getattr(connection, "autocommit", None)):  # MySQLdb, PyMySQL
            connection.autocommit(True)
        elif hasattr(connection, "isolation_level") and self.dialect == "sqlite":
            # Before Python 3.12 there is no other way; since then it has a meaning only where autocommit is LEGACY.
            if getattr(connection, "autocommit", -1) == -1:
                connection.isolation_level = None
            else:
                connection.autocommit = True
        elif hasattr(connection, "autocommit"):
            connection.autocommit = True
        else:
            return False
        return True

    def execute(self, statement: str, parameters: dict[str, object] | None = None, *, rows: bool = False) -> Any:
        """Its rows, or how many it has changed."""
        cursor = self.connection.cursor()
        try:
            if parameters:
                cursor.execute(*bound(statement, self.style, parameters))
            else:
                cursor.execute(statement)
            if rows:
                return cursor.fetchall()
            # PostgreSQL says ROLLBACK where a commit has come to nothing.
            if statement == "COMMIT" and getattr(cursor, "statusmessage", None) not in (None, "COMMIT"):
                raise RecordsError("the database has undone what was to be committed")
            return cursor.rowcount
        finally:
            # What it raises at a broken connection must not stand in the place of what told so first.
            with suppress(Exception):
                cursor.close()

    def begin(self) -> None:
        """Begins what writes. The next statement is kept for good at once, for all that is known, where no statement began it."""
        if self.by_statements and self.dialect is not None:
            self.execute(BEGIN[self.dialect])
            if self.first:
                self.execute(self.first)
        else:
            self.may_be_written = True

    def end(self, *, reads: bool = False) -> None:
        """Commits; nothing is to be committed where there were `reads` alone."""
        self.may_be_written = not reads
        if not self.by_statements:
            self.connection.rollback() if reads else self.connection.commit()
        elif not reads:
            self.execute("COMMIT")

    def undo(self) -> bool:
        """Whether the connection is as good as new."""
        try:
            if not self.by_statements:
                self.connection.rollback()
            elif not (self.dialect == "sqlite" and not self.connection.in_transaction):
                self.execute("ROLLBACK")
        except Exception:
            return False
        return True

    def close(self) -> None:
        """Closes it, unless it is another process's, where it must stay open."""
        connection, self.connection = self.connection, None
        if connection is None:
            return
        if self.process == os.getpid():
            with suppress(Exception):
                connection.close()
        else:
            keep_for_ever(connection)

    def __del__(self) -> None:
        # A thread that ends takes its connection along, in itself; and a child of `fork` those of its parent's other threads.
        with suppress(TypeError, AttributeError):  # Of an interpreter that has taken its modules apart.
            self.close()


def _is(error: BaseException, *names: str) -> bool:
    """Whether it is one of these exceptions of PEP 249, which each driver has for itself."""
    return any(kind.__name__ in names for kind in type(error).__mro__)


DBAPI.__module__ = "osign.stores"
