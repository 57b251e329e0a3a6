"""A store in an object of the program's own: the contract, what it may return and raise, and who runs meanwhile."""

import gc
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import osign
import pytest
from osign.stores import Records, RecordsError
from programs import STRICT
from service import KEY, Service, log_in

#: A program's rows in memory, with a lock; what a subprocess takes as well.
SOURCE = '''
import threading

class Memory:
    """Rows in memory."""

    def __init__(self):
        self.rows = {}
        self.lock = threading.Lock()

    def load(self, name, /):
        with self.lock:
            return self.rows.get(name)

    def acquire(self, name, generation, revision, record, /):
        with self.lock:
            if self.rows.get(name, ())[:2] != (generation, revision):
                return False
            self.rows[name] = (generation, revision + 1, record)
            return True

    def commit(self, name, generation, record, /):
        with self.lock:
            if self.rows.get(name, ())[:1] != (generation,):
                return False
            self.rows[name] = (generation + 1, self.rows[name][1] + 1, record)
            return True

    def add(self, name, record, /):
        with self.lock:
            row = (1, 1, record)
            return self.rows.setdefault(name, row) is row

    def remove(self, name, generation, /):
        with self.lock:
            return self.rows.get(name, ())[:1] == (generation,) and bool(self.rows.pop(name))

    def rename(self, name, generation, new_name, record, /):
        with self.lock:
            if self.rows.get(name, ())[:1] != (generation,) or new_name in self.rows:
                return False
            self.rows[new_name] = (generation, self.rows.pop(name)[1] + 1, record)
            return True

    def names(self):
        return (name for name in list(self.rows))
'''
_names: dict[str, Any] = {}
exec(SOURCE, _names)
Memory: Any = _names["Memory"]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSIGN_ANCHORS", str(tmp_path / "anchors"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def opened(records: Any, **arguments: Any) -> osign.Store:
    return osign.Store(records, KEY, id="a program", **arguments)


def test_an_object_of_the_program_s(service: Service) -> None:
    records: Records = Memory()
    store = opened(records)
    token = log_in(store, service)
    service.control(end_access=True)
    assert store.refused("crm", token).generation == 3 and records.load("crm")[0] == 3
    store.rename("crm", "shop")
    assert store.grants() == ["shop"]
    bundle = store.export("shop", key=KEY)
    other = osign.Store(Memory(), KEY, id="another")
    assert other.import_(bundle.text, key=KEY) == "shop"
    store.exported("shop", bundle)
    other.adopt("shop")
    assert other.access_token("shop") in service.issued()
    assert repr(store) == "Store([redacted])"


def test_arguments() -> None:
    with pytest.raises(TypeError, match="^a store is a URL, or an object with the seven methods of osign.stores.Records; int has no method load$"):
        osign.Store(5, KEY)  # type: ignore[call-overload, arg-type, unused-ignore]

    class NoRename(Memory):  # type: ignore[misc]
        rename = None

    with pytest.raises(TypeError, match="; NoRename has no method rename$"):
        opened(NoRename())
    with pytest.raises(TypeError, match="^give an id: every record is bound to it"):
        osign.Store(Memory(), KEY)
    with pytest.raises(osign.InputError) as caught:
        osign.Store(Memory(), KEY, id=" ")
    assert caught.value.reason == "bad-store-id"
    with pytest.raises(TypeError, match="^id must be str or bytes, not int$"):
        osign.Store(Memory(), KEY, id=5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="^id is for a store in a table of your own$"):
        osign.Store("sqlite:tokens.db", KEY, id="x")
    with pytest.raises(TypeError, match="^create needs an object that has a method create_table$"):
        opened(Memory(), create=True)
    with pytest.raises(osign.StoreError):
        osign.Store(Memory(), "no key", id="x")
    with pytest.raises(TypeError, match="^give either a key or a passphrase$"):
        osign.Store(Memory(), id="x")

    class Named(Memory):  # type: ignore[misc]
        id = "its own"

        def create_table(self) -> None:
            self.made = True

    records = Named()
    store = osign.Store(records, passphrase="a long passphrase", create=True)
    store.add("key", kind="static", secret="k")
    assert records.made and '"store":"its own"' in records.load("key")[2]
    osign.Store(records, passphrase="a long passphrase", id="its own").access_token("key")


def test_another_store_s_rows_are_not_taken() -> None:
    records = Memory()
    opened(records).add("key", kind="static", secret="k")
    for other in (osign.Store(records, KEY, id="another"), opened(records, environment="elsewhere")):
        with pytest.raises(osign.StoreError):
            other.access_token("key")


@pytest.mark.parametrize(
    ("method", "returned", "said"),
    [
        ("load", 5, "what load returned must be None, or a generation, a revision and a record"),
        ("load", (1, 1), "what load returned must be None, or a generation, a revision and a record"),
        ("load", ("1", 1, "x"), "the generation that load returned must be int, not str"),
        ("load", (True, 1, "x"), "the generation that load returned must be int, not bool"),
        ("load", (1, -1, "x"), "the revision that load returned is negative"),
        ("load", (1, 1, None), "the record that load returned must be str or bytes, not NoneType"),
        ("commit", 1, "what commit returned must be bool, not int"),
        ("commit", None, "what commit returned must be bool, not NoneType"),
        ("acquire", -1, "what acquire returned must be bool, not int"),
        ("add", "yes", "what add returned must be bool, not str"),
        ("names", "crm", "what names returned must be an iterable of names, not str"),
        ("names", None, "what names returned must be an iterable of names, not NoneType"),
        ("names", [5], "a name that names returned must be str or bytes, not int"),
    ],
)
def test_what_it_returns_is_looked_at(service: Service, method: str, returned: Any, said: str) -> None:
    records = Memory()
    store = opened(records)
    if method != "add":
        token = log_in(store, service)
        service.control(end_access=True)
    setattr(records, method, lambda *_: returned)
    with pytest.raises(osign.StoreError) as caught:
        {"names": store.grants, "add": lambda: store.add("crm", **service.settings())}.get(
            method, lambda: store.refused("crm", token)
        )()
    if method == "commit":  # It lies beside the store then.
        assert caught.value.reason == "not-saved"
        del records.commit
        assert store.token("crm").generation == 3
    else:
        assert (caught.value.reason, str(caught.value)) == ("records-failed", f"the host's store of grants failed: {said}")
        assert isinstance(caught.value.__cause__, (TypeError, ValueError))


def raising(error: BaseException) -> Callable[..., Any]:
    def method(*_: Any) -> Any:
        raise error

    return method


class OwnError(Exception):
    """Whose text quotes a record."""


def test_what_it_raises_is_told_by_its_class() -> None:
    records = Memory()
    store = opened(records)
    records.load = raising(OwnError("parameters: 'a secret'"))
    with pytest.raises(osign.StoreError) as caught:
        store.access_token("crm")
    assert str(caught.value) == "the host's store of grants failed: its load raised test_stores.OwnError"
    assert isinstance(caught.value.__cause__, OwnError)
    records.load = raising(RecordsError("the table is being moved\n"))
    with pytest.raises(osign.StoreError, match="^the host's store of grants failed: the table is being moved$"):
        store.access_token("crm")
    # That of one call is no cause of another's.
    del records.load
    with pytest.raises(osign.StoreError) as caught:
        store.access_token("crm")
    assert caught.value.reason == "unknown-grant" and caught.value.__cause__ is None


class Ended(BaseException):
    """As Ctrl-C is: no Exception."""


@pytest.mark.parametrize("method", ["load", "acquire", "commit"])
@pytest.mark.parametrize("late", [False, True])
def test_what_is_no_exception_goes_through_and_nothing_is_lost(service: Service, method: str, late: bool) -> None:
    records = Memory()
    store = opened(records)
    token = log_in(store, service)
    service.control(end_access=True)
    inner = getattr(records, method)
    left = [1]

    def interrupted(*arguments: Any) -> Any:
        if not left:
            return inner(*arguments)
        left.clear()
        if late:
            inner(*arguments)
        raise Ended

    setattr(records, method, interrupted)
    with pytest.raises(Ended):
        store.refused("crm", token)
    sent = service.counters()["refresh"]
    assert sent == (1 if method == "commit" else 0)
    if method == "acquire" and late:
        # It stands written that somebody begins: others wait for a lease, and nothing was sent.
        with pytest.raises(osign.TryLater):
            opened(records, patience=0).refused("crm", token)
    else:
        assert store.refused("crm", token).generation == 3
        assert (service.counters()["refresh"], service.counters()["rejected"]) == (1, 0)


def test_other_threads_run_and_use_the_same_lock(service: Service) -> None:
    """A method that waits for a lock, which another thread has that needs the interpreter."""
    records = Memory()
    store = opened(records)
    log_in(store, service)
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        with records.lock:
            held.set()
            go.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    asked: list[str] = []
    asking = [threading.Thread(target=lambda: asked.append(store.access_token("crm"))) for _ in range(4)]
    for thread in asking:
        thread.start()
    time.sleep(0.05)
    assert not asked
    go.set()
    for thread in (holder, *asking):
        thread.join(20)
    assert len(set(asked)) == 1 and len(asked) == 4


def test_a_store_in_a_method_of_another(service: Service) -> None:
    """A method may use another store: it needs a password, say."""
    inner = opened(Memory())
    inner.add("password", kind="static", secret="k")

    class Asking(Memory):  # type: ignore[misc]
        def load(self, name: str, /) -> Any:
            assert inner.access_token("password") == "k"
            return super().load(name)

    token = log_in(store := osign.Store(Asking(), KEY, id="outer"), service)
    assert store.access_token("crm") == token.value


def test_a_store_whose_records_hold_it_is_collected() -> None:
    class Holding(Memory):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.store = opened(self)

    records = Holding()
    gone = weakref.ref(records.store)
    del records
    gc.collect()
    assert gone() is None


ENDING = SOURCE + """
import sys, time, os, sqlite3
import osign

class Slow:
    def __del__(self, sleep=time.sleep):
        sleep(4)

# What is left of a daemon thread's is closed by the main one.
records = osign.stores.DBAPI(lambda: sqlite3.connect(sys.argv[1], check_same_thread=False), id="shop")
store = osign.Store(records, sys.argv[2])
# In a module of its own: this one's names live as long as the thread.
sys.modules["kept"] = type(sys)("kept")
sys.modules["kept"].slow = Slow()
threading.Thread(target=store.refused, args=("crm", int(sys.argv[3])), daemon=True).start()
sys.stdin.readline()
"""


def test_an_answer_that_comes_while_the_interpreter_ends(service: Service, tmp_path: Path) -> None:
    """No Python can be called any more: the answer is kept beside the table."""
    path = str(tmp_path / "program.db")
    records = osign.stores.DBAPI(lambda: sqlite3.connect(path), id="shop")
    store = osign.Store(records, KEY, create=True)
    token = log_in(store, service)
    service.control(end_access=True)
    service.control(fault="slow", seconds=0.7)
    command = [*STRICT, "-c", ENDING, path, KEY, str(token.generation)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    service.wait_for("refresh", 1)
    assert process.communicate("\n", timeout=60) == ("", "") and process.returncode == 0
    after = store.refused("crm", token)
    records.close()
    assert after.generation == 3 and (service.counters()["refresh"], service.counters()["rejected"]) == (1, 0)


INTERRUPTED = """
import signal, sqlite3, sys, time
import osign

signal.signal(signal.SIGINT, signal.default_int_handler)  # Whoever was started in the background ignores it.
records = osign.stores.DBAPI(lambda: sqlite3.connect(sys.argv[1]), id="shop")
store = osign.Store(records, sys.argv[2])
try:
    store.refused("crm", int(sys.argv[3]))
    print("returned")
except KeyboardInterrupt:
    print("interrupted", store.token("crm").generation)
records.close()
"""


def test_ctrl_c_in_mid_refresh(service: Service, tmp_path: Path) -> None:
    """It comes in the method that is to keep the answer, which is called once more; and out of the call in the end."""
    path = str(tmp_path / "program.db")
    records = osign.stores.DBAPI(lambda: sqlite3.connect(path), id="shop")
    store = osign.Store(records, KEY, create=True)
    token = log_in(store, service)
    service.control(end_access=True)
    service.control(fault="hold")
    command = [*STRICT, "-c", INTERRUPTED, path, KEY, str(token.generation)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    service.wait_for("refresh", 1)
    process.send_signal(signal.SIGINT)
    service.control(release=True)
    assert process.communicate(timeout=60)[0].split() == ["interrupted", "3"] and process.returncode == 0
    assert store.token("crm").generation == 3
    assert (service.counters()["refresh"], service.counters()["rejected"]) == (1, 0)
    records.close()


@pytest.fixture
def often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_many_threads_that_change_hands_often(service: Service, often: None) -> None:
    records = Memory()
    store = opened(records)
    token = log_in(store, service)
    service.control(end_access=True)
    seen: list[str] = []

    def work() -> None:
        seen.append(store.refused("crm", token).value)
        seen.extend(store.access_token("crm") for _ in range(100))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(seen) == 808 and len(set(seen)) == 1 and service.counters()["refresh"] == 1
