"""What every store in a table of the program's own must be able to do, whichever the database is."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import osign
import pytest
from programs import STRICT, run
from service import KEY, Service, log_in


CONTRACT = Path(__file__).parents[1] / "store_contract/contract.py"
#: What tests/store_contract/README.md asks for.
ADAPTER = """
import json, sys
for line in sys.stdin:
    call = json.loads(line)
    method = call.pop("call")
    said = getattr(records, method)(*call.values())
    if method == "names":
        answer = {"names": list(said)}
    elif method == "load":
        answer = {"row": said and dict(zip(("generation", "revision", "record"), said))}
    else:
        answer = {"written": said}
    print(json.dumps(answer), flush=True)
records.close()
"""


@dataclass
class Place:
    """A database with a table, and how a program comes to it."""

    #: What makes `records`, in a program of its own as well.
    source: str
    #: A connection of the program's own, and what begins its transactions: nothing where the driver does.
    connect: Callable[[], Any]
    begin: str = ""
    #: Whether other connections write while the program's own has written and not committed yet.
    has_many_writers: bool = True
    #: What ends every connection but the one that says so.
    break_all: Callable[[], None] | None = None
    #: Of every place.
    made: ClassVar[list[Any]] = []

    def records(self) -> Any:
        names: dict[str, Any] = {}
        exec(self.source, names)
        self.made.append(names["records"])
        return names["records"]

    @classmethod
    def close_all(cls) -> None:
        """The connections of this thread; others take theirs along."""
        while cls.made:
            cls.made.pop().close()

    def store(self, **arguments: Any) -> osign.Store:
        return osign.Store(self.records(), KEY, **arguments)

    def begun(self) -> Any:
        connection = self.connect()
        if self.begin:
            connection.cursor().execute(self.begin)
        return connection

    def program(self, body: str) -> str:
        return f"import os, sys, time, osign\n{self.source}\nstore = osign.Store(records, {KEY!r})\n{body}"


def row(place: Place, name: str = "crm") -> tuple[int, int, str]:
    records = place.records()
    found: tuple[int, int, str] = records.load(name)
    records.close()
    return found


def ended(place: Place, service: Service) -> tuple[osign.Store, osign.Token]:
    """A store with a token that the service takes no more."""
    store = place.store()
    token = log_in(store, service)
    service.control(end_access=True)
    return store, token


def is_one_refresh(service: Service) -> None:
    counters = service.counters()
    assert (counters["refresh"], counters["rejected"]) == (1, 0), counters


class Suite:
    """Each kind of a database is a class of these, with a fixture `place`."""

    def test_the_contract(self, place: Place) -> None:
        records = place.records()
        assert records.load("crm") is None and list(records.names()) == []
        assert records.add("crm", "one") is True and records.add("crm", "two") is False
        assert records.load("crm") == (1, 1, "one")
        # By generation and revision.
        assert [records.acquire("crm", *numbers, "x") for numbers in ((2, 1), (1, 2), (1, 0))] == [False] * 3
        assert records.acquire("ann", 1, 1, "x") is False
        assert records.acquire("crm", 1, 1, "three") is True and records.load("crm") == (1, 2, "three")
        # The same once more: rows are counted that were found, or changed; the revision changes.
        assert records.acquire("crm", 1, 2, "three") is True and records.load("crm") == (1, 3, "three")
        # By the generation alone.
        assert records.commit("crm", 2, "x") is False and records.commit("ann", 1, "x") is False
        assert records.commit("crm", 1, "four") is True and records.load("crm") == (2, 4, "four")
        assert records.add("ann", "five") is True and records.add("Ann", "six") is True and records.add("änn", "seven") is True
        assert sorted(records.names()) == ["Ann", "ann", "crm", "änn"] and records.load("ANN") is None
        assert records.rename("crm", 1, "shop", "x") is False and records.rename("crm", 2, "ann", "x") is False
        assert records.load("crm") == (2, 4, "four") and records.load("ann") == (1, 1, "five")
        assert records.rename("crm", 2, "shop", "eight") is True
        assert records.load("crm") is None and records.load("shop") == (2, 5, "eight")
        assert records.remove("shop", 1) is False and records.remove("shop", 2) is True and records.remove("shop", 2) is False
        # A record as long as can be.
        assert records.add("long", "x" * 8192) is True and records.load("long") == (1, 1, "x" * 8192)
        records.close()

    def test_a_table_is_made_by_many_at_once(self, place: Place) -> None:
        connection = place.connect()
        connection.cursor().execute("DROP TABLE osign_grants")
        connection.commit()
        connection.close()
        start = threading.Barrier(4)

        def make(_: int) -> None:
            start.wait()
            place.store(create=True).add(f"grant-{_}", kind="static", secret="k")

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(make, range(4)))
        assert place.store().grants() == [f"grant-{number}" for number in range(4)]

    def test_a_grant_from_its_login_to_its_end(self, place: Place, service: Service) -> None:
        store, token = ended(place, service)
        newer = store.refused("crm", token)
        assert newer.generation == 3 and newer.value == store.access_token("crm") and newer.value in service.issued()
        assert newer.value not in row(place)[2] and "demo-SECRET" not in row(place)[2]
        store.rename("crm", "shop")
        assert store.grants() == ["shop"] and store.token("shop").value == newer.value
        assert store.revoke("shop") is True
        store.remove("shop")
        assert store.grants() == [] and store.check() == [] and store.history("shop") == []
        is_one_refresh(service)

    def test_awaited(self, place: Place, service: Service) -> None:
        token = log_in(place.store(), service)
        service.control(end_access=True)

        async def main() -> set[str]:
            store = await osign.AsyncStore.open(place.records(), KEY)
            newer = await asyncio.gather(*(store.refused("crm", token) for _ in range(8)))
            return {one.value for one in newer} | {await store.access_token("crm")}

        assert len(asyncio.run(main())) == 1
        is_one_refresh(service)

    def test_eight_threads_at_expiry(self, place: Place, service: Service) -> None:
        store = place.store()
        service.control(access_lifetime=1)
        log_in(store, service)
        service.control(access_lifetime=3600)
        start = threading.Barrier(8)

        def work(_: int) -> set[str]:
            start.wait()
            seen = {store.access_token("crm", min_validity=0) for _ in range(30)}
            while len(seen) < 2:
                seen.add(store.access_token("crm", min_validity=0))
            return seen

        with ThreadPoolExecutor(8) as pool:
            seen = list(pool.map(work, range(8)))
        assert all(one == seen[0] and len(one) == 2 for one in seen)
        is_one_refresh(service)

    def test_four_processes(self, place: Place, service: Service) -> None:
        store, token = ended(place, service)
        program = place.program("print(store.refused('crm', int(sys.argv[1])).value)")
        command = [*STRICT, "-c", program, str(token.generation)]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        printed = [process.communicate(timeout=120)[0].strip() for process in running]
        assert [process.returncode for process in running] == [0] * 4 and set(printed) == {store.access_token("crm")}
        is_one_refresh(service)

    def test_workers_that_are_forked(self, place: Place, service: Service) -> None:
        """As gunicorn does with --preload: the application is loaded and used, and then workers are forked from it."""
        store, token = ended(place, service)
        program = place.program("""
assert store.access_token("crm")
pids = []
for _ in range(4):
    pid = os.fork()
    if pid == 0:
        # An end by sys.exit, which clears up: nothing that is the parent's may be closed.
        os.write(1, store.refused("crm", int(sys.argv[1])).value.encode() + bytes([10]))
        sys.exit()
    pids.append(pid)
for pid in pids:
    assert os.waitpid(pid, 0)[1] == 0
mine = records._own.held
print(store.access_token("crm"))
assert records._own.held is mine  # The parent's connection is as it was.
""")
        values = run(program, str(token.generation)).split()
        assert len(values) == 5 and set(values) == {store.access_token("crm")}
        is_one_refresh(service)

    @pytest.mark.parametrize("step", ["before acquire", "after acquire", "before commit", "after commit"])
    def test_kill_at_each_step(self, place: Place, service: Service, step: str) -> None:
        store, token = ended(place, service)
        when, method = step.split()
        program = place.program(f"""
import signal
class Killed(type(records)):
    def {method}(self, *arguments):
        if {when!r} == "after":
            super().{method}(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)
records.__class__ = Killed
store.refused("crm", int(sys.argv[1]))
""")
        done = subprocess.run([*STRICT, "-c", program, str(token.generation)], timeout=120, check=False)
        assert done.returncode == -signal.SIGKILL
        generation, _, _ = row(place)
        other = place.store(patience=0)
        if step == "before acquire":  # Nothing was begun.
            assert generation == 2 and other.refused("crm", token).generation == 3
        elif step == "after commit":  # All was done, and nobody was told.
            assert generation == 3 and other.refused("crm", token).generation == 3
        else:  # Something was begun: nobody sends the token a second time before the one who did has had time to tell.
            assert generation == 2
            with pytest.raises(osign.TryLater):
                other.refused("crm", token)
            assert other.grant("crm")["sending_since"] is not None
            assert service.counters()["refresh"] == (0 if step == "after acquire" else 1)
        assert service.counters()["rejected"] == 0

    def test_a_transaction_of_the_program_s_that_is_rolled_back(self, place: Place, service: Service) -> None:
        store, token = ended(place, service)
        own = place.begun()
        cursor = own.cursor()
        cursor.execute("SELECT generation FROM osign_grants")
        assert [tuple(found) for found in cursor.fetchall()] == [(2,)]
        if place.has_many_writers:
            cursor.execute("INSERT INTO program (id) VALUES (1)")
        newer = store.refused("crm", token)
        own.rollback()
        own.close()
        assert place.store().token("crm").value == newer.value and row(place)[0] == 3
        is_one_refresh(service)

    def test_a_table_that_was_restored(self, place: Place, service: Service) -> None:
        store, token = ended(place, service)
        before = row(place)
        newer = store.refused("crm", token)
        own = place.begun()
        name, quote = "'crm'", before[2].replace("'", "''")
        own.cursor().execute(
            f"UPDATE osign_grants SET generation = {before[0]}, revision = {before[1]}, record = '{quote}' WHERE name = {name}"
        )
        own.commit()
        own.close()
        assert row(place) == before
        restored = place.store()
        with pytest.raises(osign.StoreError) as caught:
            restored.refused("crm", token)
        assert caught.value.reason == "quarantined" and service.counters()["refresh"] == 1
        # Once it is certain that nobody has the newer one. The service turns the old one down, and it was told of none twice.
        assert restored.adopt_store() == 1 and newer.generation == 3

    def test_a_broken_connection_is_replaced(self, place: Place, service: Service) -> None:
        if place.break_all is None:
            return  # There is no server.
        store, token = ended(place, service)
        place.break_all()
        assert store.access_token("crm") == token.value
        records = place.records()
        assert records.names() == ["crm"]
        place.break_all()
        # In a write, too.
        assert records.add("other", "x") is True
        place.break_all()
        assert store.refused("crm", token).generation == 3
        is_one_refresh(service)

    def test_threads_that_end_close_their_connections(self, place: Place) -> None:
        records = place.records()
        closed = []

        def work() -> None:
            records.names()
            held = records._own.held
            close = held.connection.close
            held.connection = Closing(held.connection, lambda: (closed.append(threading.get_ident()), close()))

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert closed == [thread.ident]
        records.close()
        assert os.getpid() and records.names() == []
        records.close()


class Published:
    """For one class of each database: it takes a while."""

    def test_the_published_contract(self, place: Place, tmp_path: Path) -> None:
        """By the program that checks any implementation, several connections at once and some of them killed."""
        adapter = tmp_path / "adapter.py"
        adapter.write_text(f"{place.source}\n{ADAPTER}")
        command = [sys.executable, str(CONTRACT), sys.executable, str(adapter)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0 and "ok " in done.stdout, done.stdout + done.stderr


class Closing:
    """A connection that tells who closes it."""

    def __init__(self, connection: Any, close: Callable[[], Any]) -> None:
        self.connection, self.close = connection, close

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)
