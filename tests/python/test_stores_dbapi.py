"""A store in a table by a driver of DB-API 2.0: SQLite, and drivers that are none."""

import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import osign
import pytest
from osign.stores import DBAPI, RecordsError
from service import KEY, Service, log_in
from stores_suite import Place, Published, Suite


def sqlite_place(path: Path) -> Place:
    place = Place(
        f"import sqlite3, osign\nrecords = osign.stores.DBAPI(lambda: sqlite3.connect({str(path)!r}, timeout=20), id='shop')",
        lambda: sqlite3.connect(path),
        begin="BEGIN",
        has_many_writers=False,
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE program (id INTEGER)")
    records = place.records()
    records.create_table()
    records.close()
    return place


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("OSIGN_ANCHORS", str(tmp_path / "anchors"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    yield sqlite_place(tmp_path / "program.db")
    Place.close_all()


class TestSQLite(Suite, Published):
    """All of it."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "program.db"


def use(records: DBAPI) -> None:
    """The rows of a table that is there, or is made."""
    records.create_table()
    assert records.add("crm", "one") and records.commit("crm", 1, "two") and records.load("crm") == (2, 2, "two")
    assert records.names() == ["crm"] and not records.add("crm", "x") and not records.acquire("crm", 2, 1, "x")
    assert records.remove("crm", 2)
    records.close()


#: How sqlite3 begins transactions, by the arguments of each version.
KINDS: list[dict[str, Any]] = [{}, {"isolation_level": None}, {"isolation_level": "EXCLUSIVE"}]
if sys.version_info >= (3, 12):
    KINDS += [{"autocommit": True}, {"autocommit": False}]


@pytest.mark.parametrize("arguments", KINDS)
def test_connections_of_every_kind(path: Path, arguments: dict[str, Any]) -> None:
    use(DBAPI(lambda: sqlite3.connect(path, **arguments), id="shop"))


def test_rows_of_other_types(path: Path) -> None:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path)
        connection.row_factory = lambda cursor, row: {about[0]: value for about, value in zip(cursor.description, row, strict=True)}
        return connection

    use(DBAPI(connect, id="shop"))

    def connect_rows() -> sqlite3.Connection:
        connection = sqlite3.connect(path)
        connection.row_factory = sqlite3.Row
        return connection

    use(DBAPI(connect_rows, id="shop"))


class Driver:
    """A connection to SQLite that is of no driver that is known, and has nothing but what PEP 249 asks for."""

    def __init__(self, path: Path, said: list[str]) -> None:
        self._connection = sqlite3.connect(path)
        self._said = said

    def cursor(self) -> Any:
        return Cursor(self._connection.cursor(), self._said)

    def commit(self) -> None:
        self._said.append("commit")
        self._connection.commit()

    def rollback(self) -> None:
        self._said.append("rollback")
        self._connection.rollback()

    def close(self) -> None:
        self._connection.close()


class Cursor:
    """Of such a connection: it tells what it is given, in whatever paramstyle."""

    def __init__(self, cursor: sqlite3.Cursor, said: list[str]) -> None:
        self._cursor, self._said = cursor, said

    def execute(self, statement: str, parameters: Any = ()) -> None:
        self._said.append(statement.partition(" WHERE ")[2])
        statement = re.sub(r":[0-9]", "?", statement.replace("%s", "?"))
        if isinstance(parameters, dict):
            for name in parameters:
                statement = statement.replace(f"%({name})s", f":{name}")
        self._cursor.execute(statement, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@pytest.mark.parametrize(
    ("style", "where"),
    [
        ("qmark", "name = ? AND generation = ? AND revision = ?"),
        ("format", "name = %s AND generation = %s AND revision = %s"),
        ("numeric", "name = :2 AND generation = :3 AND revision = :4"),
        ("named", "name = :name AND generation = :generation AND revision = :revision"),
        ("pyformat", "name = %(name)s AND generation = %(generation)s AND revision = %(revision)s"),
    ],
)
def test_a_driver_that_is_not_known(path: Path, style: Any, where: str) -> None:
    said: list[str] = []
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(DBAPI.ddl("sqlite"))
    records = DBAPI(lambda: Driver(path, said), paramstyle=style, id="shop")
    assert records.add("crm", "one") and not records.add("crm", "x")
    said.clear()
    assert records.acquire("crm", 1, 1, "two") and records.load("crm") == (1, 2, "two")
    # Each write is committed, and each read ended, so that the next one sees what is new.
    assert said == [where, "commit", where.partition(" AND ")[0].replace(":2", ":1"), "rollback"]
    with pytest.raises(RecordsError, match="make the table by a statement of your own"):
        records.create_table()
    records.close()
    with pytest.raises(RecordsError, match="paramstyle must be given: test_stores_dbapi.Driver comes from no module"):
        DBAPI(lambda: Driver(path, said), id="shop").names()


def test_arguments() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        with pytest.raises(TypeError, match="connect must be a callable that returns a new connection, not Connection"):
            DBAPI(connection, id="shop")  # type: ignore[arg-type]
    for table in ("grants; DROP TABLE x", "", "a.b.c", "grants ", 'a"b', "ä"):
        with pytest.raises(ValueError, match="table is no name of a table"):
            DBAPI(sqlite3.connect, table, id="shop")
    with pytest.raises(TypeError, match="table must be str"):
        DBAPI(sqlite3.connect, 5, id="shop")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="dialect is sqlite"):
        DBAPI(sqlite3.connect, dialect="oracle", id="shop")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="paramstyle is qmark"):
        DBAPI(sqlite3.connect, paramstyle="percent", id="shop")  # type: ignore[arg-type]
    records = DBAPI(sqlite3.connect, "app.grants", id="billing")
    assert (records.id, records.table, repr(records)) == ("billing", "app.grants", "DBAPI('billing')")
    # No store takes part in another one's by chance: two programs of one user have the same table's name.
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'id'"):
        DBAPI(sqlite3.connect)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="id must be str, a text that tells this store from others, not NoneType"):
        DBAPI(sqlite3.connect, id=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("pragma", ["journal_mode = OFF", "journal_mode = MEMORY"])
def test_a_database_that_forgets_is_refused(path: Path, pragma: str) -> None:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path)
        connection.execute(f"PRAGMA {pragma}")
        return connection

    with pytest.raises(osign.StoreError, match="SQLite would not keep what it commits: journal_mode=") as caught:
        osign.Store(DBAPI(connect, id="shop"), KEY, create=True)
    assert caught.value.reason == "records-failed" and isinstance(caught.value.__cause__, RecordsError)
    use(DBAPI(connect, durable=False, id="shop"))


def test_commits_are_durable_whatever_the_connection_says(path: Path) -> None:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    records = DBAPI(connect, id="shop")
    use(records)
    records.names()
    assert records._own.held.connection.execute("PRAGMA synchronous").fetchone() == (2,)
    records.close()


class Lying(sqlite3.Connection):
    """A connection that does not tell how many rows it has changed."""

    def cursor(self, *_: Any) -> Any:
        class Cursor(sqlite3.Cursor):
            rowcount = -1

        return super().cursor(Cursor)


def test_a_rowcount_that_is_none_is_an_error(path: Path) -> None:
    good, lying = DBAPI(lambda: sqlite3.connect(path), id="shop"), DBAPI(lambda: sqlite3.connect(path, factory=Lying), id="shop")
    good.create_table()
    good.add("crm", "one")
    with pytest.raises(RecordsError, match="does not tell how many rows it has changed: -1"):
        lying.commit("crm", 1, "two")
    assert good.load("crm") == (1, 1, "one")  # It was undone.
    good.close(), lying.close()


class Failing(sqlite3.Connection):
    """A connection whose statements fail where they are told to."""

    fails: Callable[[str], BaseException | None] = staticmethod(lambda _: None)

    def cursor(self, *_: Any) -> Any:
        class Cursor(sqlite3.Cursor):
            def execute(self, statement: str, *arguments: Any) -> Any:
                error = Failing.fails(statement)
                if error is not None and "late" not in error.args:
                    raise error
                done = super().execute(statement, *arguments)
                if error is not None:
                    raise error
                return done

        return super().cursor(Cursor)


@pytest.fixture
def failing(path: Path) -> Iterator[Callable[..., DBAPI]]:
    """Records whose statement that begins so fails so many times."""
    plain = DBAPI(lambda: sqlite3.connect(path), id="shop")
    plain.create_table()
    plain.close()

    def made(start: str, error: BaseException, times: int = 1) -> DBAPI:
        left = [times]

        def fails(statement: str) -> BaseException | None:
            if not statement.startswith(start) or not left[0]:
                return None
            left[0] -= 1
            return error

        Failing.fails = staticmethod(fails)
        records = DBAPI(lambda: sqlite3.connect(path, factory=Failing), id="shop")
        all_made.append(records)
        return records

    all_made: list[DBAPI] = []
    yield made
    for records in all_made:
        records.close()
    Failing.fails = staticmethod(lambda _: None)


@pytest.mark.parametrize("late", ["", "late"])
def test_a_commit_that_fails_is_looked_at(failing: Callable[..., DBAPI], service: Service, place: Place, late: str) -> None:
    """Whether it has come about or not, the answer is kept, once."""
    store = osign.Store(failing("never", ValueError()), KEY)
    token = log_in(store, service)
    service.control(end_access=True)
    store = osign.Store(failing("COMMIT", sqlite3.OperationalError("disk I/O error", late), 2), KEY)
    # The one of the intent fails first: nothing is sent.
    with pytest.raises(osign.StoreError, match="its acquire raised sqlite3.OperationalError$") as caught:
        store.refused("crm", token)
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError) and service.counters()["refresh"] == 0


@pytest.mark.parametrize("late", ["", "late"])
@pytest.mark.parametrize("kind", [sqlite3.OperationalError, KeyboardInterrupt, SystemExit])
def test_a_pair_that_came_is_kept(
    failing: Callable[..., DBAPI],
    service: Service,
    place: Place,
    request: pytest.FixtureRequest,
    kind: type[BaseException],
    late: str,
) -> None:
    token = log_in(osign.Store(failing("never", ValueError()), KEY), service)
    service.control(end_access=True)
    armed = []

    class Records(DBAPI):
        def commit(self, *arguments: Any) -> bool:
            if not armed:
                armed.append(self)
                inner = failing("COMMIT", kind("disk I/O error", late))
                return inner.commit(*arguments)
            return super().commit(*arguments)

    records = Records(failing("never", ValueError())._connect, id="shop")
    request.addfinalizer(records.close)
    store = osign.Store(records, KEY)
    if kind is sqlite3.OperationalError:
        assert store.refused("crm", token).generation == 3
    else:
        # It comes once the answer is kept.
        with pytest.raises(kind):
            store.refused("crm", token)
    assert armed and store.token("crm").generation == 3
    assert (service.counters()["refresh"], service.counters()["rejected"]) == (1, 0)


def test_an_exception_s_text_is_not_told(failing: Callable[..., DBAPI], place: Place) -> None:
    records = failing("SELECT name", sqlite3.DatabaseError("near 'the record itself'"))
    with pytest.raises(osign.StoreError) as caught:
        osign.Store(records, KEY).grants()
    assert str(caught.value) == "the host's store of grants failed: its names raised sqlite3.DatabaseError"
    assert str(caught.value.__cause__) == "near 'the record itself'"


def test_a_program_that_has_written_to_the_same_sqlite_database(place: Place, service: Service, path: Path) -> None:
    """SQLite has one writer: nothing is begun, nothing sent, and nothing lost."""
    token = log_in(place.store(), service)
    service.control(end_access=True)
    records = DBAPI(lambda: sqlite3.connect(path, timeout=0.1), id="shop")
    store = osign.Store(records, KEY)
    own = place.connect()
    own.execute("INSERT INTO program (id) VALUES (1)")
    assert store.access_token("crm") == token.value  # Reading goes on.
    with pytest.raises(osign.StoreError, match="its acquire raised sqlite3.OperationalError"):
        store.refused("crm", token)
    assert service.counters()["refresh"] == 0
    own.rollback()
    own.close()
    assert store.refused("crm", token).generation == 3
    records.close()


class Server:
    """What a driver does at a server: it breaks, or refuses a statement. Behind it is SQLite."""

    def __init__(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(DBAPI.ddl("sqlite"))
        self.path = path
        self.connections: list[Any] = []
        #: Of all connections, but for what is asked of a new one.
        self.statements: list[str] = []
        #: What statement fails, with what, and whether it comes about first.
        self.fails, self.error, self.late = "", "", False

    def connect(self) -> "ServerConnection":
        self.connections.append(ServerConnection(self))
        return self.connections[-1]

    def fail(self, start: str, error: str = "server has gone away", *, late: bool = False) -> None:
        self.fails, self.error, self.late = start, error, late


class ServerConnection:
    """It commits each statement by itself, unless it is told to begin."""

    def __init__(self, server: Server) -> None:
        self.server, self.is_broken = server, False
        self.inner = sqlite3.connect(server.path, isolation_level=None)

    def cursor(self) -> Any:
        if self.is_broken:
            raise sqlite3.InterfaceError("closed")
        return ServerCursor(self)

    def commit(self) -> None:
        """As there is nothing to commit."""

    rollback = commit

    def close(self) -> None:
        self.inner.close()


class ServerCursor:
    def __init__(self, connection: ServerConnection) -> None:
        self.connection, self.inner = connection, connection.inner.cursor()

    def execute(self, statement: str, parameters: Any = ()) -> None:
        server = self.connection.server
        if statement.startswith("SELECT @@"):
            statement = "SELECT 1"
        else:
            server.statements.append(statement.split()[0])
        fails = server.fails and statement.startswith(server.fails)
        if not fails or server.late:
            self.inner.execute(statement.replace("START TRANSACTION", "BEGIN"), parameters)
        if fails:
            server.fails = ""
            if "lock" not in server.error:
                self.connection.close()
                self.connection.is_broken = True
            raise sqlite3.OperationalError(server.error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class MySQLConnection(ServerConnection):
    """One whose driver lets osign begin its transactions by statements."""

    def autocommit(self, on: bool) -> None:
        assert on


def mysql(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Server, DBAPI]:
    server = Server(path)
    monkeypatch.setattr(sys.modules[__name__], "ServerConnection", MySQLConnection)
    return server, DBAPI(server.connect, dialect="mysql", paramstyle="qmark", durable=False, id="shop")


@pytest.mark.parametrize(("start", "late"), [("START", False), ("START", True), ("UPDATE", False), ("UPDATE", True)])
def test_a_write_is_repeated_where_it_was_not_committed(
    path: Path, monkeypatch: pytest.MonkeyPatch, start: str, late: bool
) -> None:
    server, records = mysql(path, monkeypatch)
    records.add("crm", "one")
    server.statements.clear()
    server.fail(start, late=late)
    assert records.acquire("crm", 1, 1, "two") and records.load("crm") == (1, 2, "two") and len(server.connections) == 2
    assert server.statements.count("START") == 2 and server.statements.count("COMMIT") == 1
    # What fails at once on a new one is told.
    records.close()
    server.fail(start, late=late)
    with pytest.raises(sqlite3.OperationalError):
        records.acquire("crm", 1, 2, "three")
    assert records.load("crm") == (1, 2, "two")
    records.close()


@pytest.mark.parametrize("late", [False, True])
def test_no_write_is_repeated_once_a_commit_was_sent(path: Path, monkeypatch: pytest.MonkeyPatch, late: bool) -> None:
    server, records = mysql(path, monkeypatch)
    records.add("crm", "one")
    server.statements.clear()
    server.fail("COMMIT", late=late)
    with pytest.raises(sqlite3.OperationalError):
        records.acquire("crm", 1, 1, "two")
    assert server.statements == ["START", "UPDATE", "COMMIT"]
    assert records.load("crm") == ((1, 2, "two") if late else (1, 1, "one")) and len(server.connections) == 2
    records.close()


@pytest.mark.parametrize("late", [False, True])
def test_no_write_is_repeated_that_may_have_been_kept_at_once(path: Path, late: bool) -> None:
    """Of a driver that nobody knows, which commits each statement: a second one would say that nothing was changed."""
    server = Server(path)
    records = DBAPI(server.connect, paramstyle="qmark", id="shop")
    records.add("crm", "one")
    server.statements.clear()
    server.fail("UPDATE", late=late)
    with pytest.raises(RecordsError, match="^it is not known whether it was written: sqlite3.OperationalError$") as caught:
        records.acquire("crm", 1, 1, "two")
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
    assert server.statements == ["UPDATE"] and records.load("crm") == ((1, 2, "two") if late else (1, 1, "one"))
    records.close()


def test_a_store_looks_where_it_is_not_known(path: Path, service: Service, place: Place) -> None:
    """The intent was written, though its connection broke: whoever comes next takes it for another's, and sends nothing twice."""
    server = Server(path)
    store = osign.Store(DBAPI(server.connect, paramstyle="qmark", id="shop"), KEY)
    token = log_in(store, service)
    service.control(end_access=True)
    server.fail("UPDATE osign_grants SET record = ?, revision", late=True)
    with pytest.raises(osign.StoreError, match="it is not known whether it was written"):
        store.refused("crm", token)
    assert service.counters()["refresh"] == 0


@pytest.mark.parametrize("kind", ["mysql", "unknown"])
def test_reads_are_repeated(path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    if kind == "mysql":
        server, records = mysql(path, monkeypatch)
    else:
        server = Server(path)
        records = DBAPI(server.connect, paramstyle="qmark", id="shop")
    records.add("crm", "one")
    server.fail("SELECT")
    assert records.names() == ["crm"] and len(server.connections) == 2
    server.connections[-1].is_broken = True
    assert records.load("crm") == (1, 1, "one") and len(server.connections) == 3
    records.close()
    server.fail("SELECT")
    with pytest.raises(sqlite3.OperationalError):
        records.names()
    records.close()


def test_a_lock_that_is_not_had_is_no_broken_connection(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, records = mysql(path, monkeypatch)
    records.add("crm", "one")
    server.statements.clear()
    server.fail("UPDATE", "Lock wait timeout exceeded; its lock is another's")
    with pytest.raises(sqlite3.OperationalError, match="Lock wait timeout"):
        records.acquire("crm", 1, 1, "two")
    assert server.statements == ["START", "UPDATE", "ROLLBACK"]
    assert records.acquire("crm", 1, 1, "two") and len(server.connections) == 1
    records.close()


@pytest.mark.parametrize(("given", "waits"), [(60, 10_000), (3, 3000)])
def test_no_write_waits_for_long(path: Path, given: float, waits: int) -> None:
    records = DBAPI(lambda: sqlite3.connect(path, timeout=given), id="shop")
    use(records)
    records.names()
    assert records._own.held.connection.execute("PRAGMA busy_timeout").fetchone() == (waits,)
    records.close()


@pytest.mark.parametrize("fails", [False, True])
def test_whatever_is_interrupted_leaves_no_transaction_open(failing: Callable[..., DBAPI], path: Path, fails: bool) -> None:
    """Ctrl-C at each line of a write: before it, behind it, and while it is undone."""
    step = 0
    while True:
        step += 1
        left = step

        def at_each_line(frame: Any, event: str, _: Any) -> Any:
            nonlocal left
            # What interrupts a `__del__`, or what it calls, reaches nobody.
            of_del = "__del__" in (frame.f_code.co_name, frame.f_back.f_code.co_name)
            if not frame.f_code.co_filename.endswith("_dbapi.py") or of_del:
                return None
            if event == "line":
                left -= 1
                if left == 0:
                    raise KeyboardInterrupt
            return at_each_line

        records = failing("UPDATE" if fails else "never", sqlite3.OperationalError("disk I/O error"))
        if step == 1:
            records.add("crm", "one")
        found = records.load("crm")
        assert found is not None
        sys.settrace(at_each_line)
        try:
            changed = records.acquire("crm", *found[:2], "two")
        except (KeyboardInterrupt, sqlite3.OperationalError):
            changed = None
        finally:
            sys.settrace(None)
        Failing.fails = staticmethod(lambda _: None)
        with closing(sqlite3.connect(path, timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
            seen = other.execute("SELECT generation, revision, record FROM osign_grants").fetchone()
            other.rollback()
        assert records.load("crm") == seen and (changed is None or seen[1] == found[1] + 1), step
        assert records.acquire("crm", *seen[:2], "three"), step
        if left > 0:
            break
    assert step > 20


def test_the_forks_of_a_thread_s_parent_close_nothing(place: Place, path: Path) -> None:
    """What a child has of other threads' connections goes when it begins; it must not be closed."""
    program = place.program("""
import threading
class Watched(sqlite3.Connection):
    def close(self):
        os.write(1, b"closed by %d\\n" % (os.getpid() == parent))
        super().close()
parent = os.getpid()
records = osign.stores.DBAPI(lambda: sqlite3.connect(sys.argv[1], factory=Watched), id="shop")
go, there = threading.Event(), threading.Event()
def work():
    records.names()
    there.set()
    go.wait()
thread = threading.Thread(target=work)
thread.start()
there.wait()
records.names()
pid = os.fork()
if pid == 0:
    records.names()
    records.close()  # Its own.
    sys.stdout.flush()
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
go.set()
thread.join()
records.close()
""")
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split("\n")[:3] == ["closed by 0", "closed by 1", "closed by 1"], (done.stdout, done.stderr)


def test_one_object_in_many_threads(place: Place) -> None:
    store = place.store()
    store.add("key", kind="static", secret="k")
    threads = [threading.Thread(target=lambda: [store.access_token("key") for _ in range(200)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
