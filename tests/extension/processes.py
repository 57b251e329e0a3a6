#!/usr/bin/env python3
"""Runs the extension's modules over the real add-in in processes that share a base, and kills them.

    LD_PRELOAD=off_clock.so processes.py OSIGN TOKENS

The base's tables lie in a file, the service is a process of its own. The clock of each process is put ahead (see
tests/support/off_clock.c), so that no token's end and no lease is waited for, and a slow machine comes to no other result.
"""

import contextlib
import fcntl
import os
import pathlib
import pickle
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Client, Connection, Listener

from interpreter import Error
from platform_stub import Answer, Sent, Transactions
from real import LIFE, Provider, Session, Shared, add, log_in, open_as, put_clock_ahead, run, turn

FORK = get_context("fork")
PROCESSES, EXPIRIES = 4, 20
# When the token that the login brought has ended; while the lease of an intent from then lasts; and after that.
ENDED, DURING, LATER = LIFE + 1, LIFE + 11, LIFE + 81
# What a process may take, in seconds: then something is wrong.
LONGEST = 120
# One that asks for a token takes these steps. What stands for the end of one is the beginning of the next.
REQUEST = (
    ["СледующийШаг", "read", "Загрузить"]
    + ["СледующийШаг", "lock", "read", "write", "commit", "ЗаписьСохранена"]
    + ["СледующийШаг", "send", "answer", "ПринятьОтвет"]
    + ["СледующийШаг", "lock", "read", "write", "commit", "ЗаписьСохранена"]
    + ["СледующийШаг"]
)


class Steps:
    """What this process has done, and what happens to it before its next step."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.before: Callable[[list[str]], object] = len

    def begin(self, name: str) -> None:
        self.before(self.names)
        self.names.append(name)


steps = Steps()


def at(count: int, sign: int = signal.SIGKILL) -> Callable[[list[str]], object]:
    """A process gets the signal once it has done so many steps."""
    return lambda names: len(names) == count and os.kill(os.getpid(), sign)


class Watched(Shared):
    """The add-in's object; what tells it what came of a step is the beginning of the next."""

    def method(self, name: str) -> object:
        called = super().method(name)
        if name not in (*REQUEST, "Подождать"):
            return called

        def method(*given: object) -> object:
            steps.begin(name)
            return called(*given)

        return method


class File(Transactions):
    """Tables in a file. A lock is the system's, which it takes back from the dead, and is held until the transaction ends: on the
    whole base, which is more than is asked for."""

    def __init__(self, path: pathlib.Path) -> None:
        super().__init__()
        self.path, self.held = path, None

    def begin(self) -> None:
        assert not self.saved, "a transaction within another one"
        self.saved.append({})

    def lock(self, table: str, values: dict) -> None:
        super().lock(table, values)
        if not self.held:
            self.held = self.path.with_suffix(".lock").open("w")
            fcntl.flock(self.held, fcntl.LOCK_EX)
            self.read()

    def commit(self) -> None:
        super().commit()
        if self.held:
            written = self.path.with_suffix(".new")
            written.write_bytes(pickle.dumps(self.tables))
            written.replace(self.path)
        self.release()

    def roll_back(self) -> None:
        super().roll_back()
        self.release()

    def fail(self, where: str) -> None:
        super().fail(where)
        if where in REQUEST:
            steps.begin(where)

    def table(self, name: str) -> dict:
        if not self.held:
            self.read()
        return super().table(name)

    def read(self) -> None:
        self.tables = pickle.loads(self.path.read_bytes()) if self.path.exists() else {}

    def release(self) -> None:
        if self.held:
            self.held.close()
        self.held = None


class OnFile(Session):
    component = Watched

    def __init__(self, provider: object, path: pathlib.Path) -> None:
        super().__init__(provider, base=File(path))


class Service:
    """The provider's process: one request after the other, as they come. None asks for what it has counted."""

    def __init__(self, provider: Provider, folder: pathlib.Path) -> None:
        self.address = str(folder / "service")
        self.listener = Listener(self.address, "AF_UNIX", backlog=2 * PROCESSES)
        self.process = FORK.Process(target=self.serve, args=(provider,), daemon=True)
        self.process.start()

    def serve(self, provider: Provider) -> None:
        while True:
            # Whoever has asked may be dead.
            with self.listener.accept() as connection, contextlib.suppress(OSError, EOFError):
                sent = connection.recv()
                with turn:
                    answer = provider(sent) if sent else (provider.exchanges, provider.reused, provider.access)
                connection.send(answer)

    def __call__(self, sent: Sent) -> Answer:
        steps.begin("send")
        with Client(self.address) as connection:
            connection.send(sent)
            steps.begin("answer")
            return connection.recv()

    def counts(self) -> tuple[int, int, str]:
        """How many exchanges of a refresh token there were, how many of one that had ended, and the access token that is right."""
        with Client(self.address) as connection:
            connection.send(None)
            return connection.recv()

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.listener.close()


class Child:
    """A process that works in the session of a case: what came of it, or that it was killed."""

    def __init__(self, case: "Case", clock: int, work: Callable, before: Callable) -> None:
        self.ended, told = FORK.Pipe(duplex=False)
        self.process = FORK.Process(target=self.work, args=(case, clock, work, before, told), daemon=True)
        self.process.start()
        told.close()

    @staticmethod
    def work(case: "Case", clock: int, work: Callable, before: Callable, told: Connection) -> None:
        put_clock_ahead(clock)
        steps.names, steps.before = [], before
        try:
            came = (work(case.session), "")
        except Error as error:
            came = (None, error.Описание)
        except Exception:  # noqa: BLE001 what is no error of the language's fails the test, which finds nothing told
            traceback.print_exc(limit=-6)
            return
        told.send((*came, steps.names))

    def end(self) -> tuple[object, str, list[str]]:
        assert self.ended.poll(LONGEST), "a process that goes on and on"
        came = self.ended.recv()
        self.process.join()
        return came

    def is_killed(self) -> bool:
        self.process.join(LONGEST)
        return self.process.exitcode == -signal.SIGKILL

    def is_stopped(self) -> bool:
        return os.WIFSTOPPED(os.waitpid(self.process.pid, os.WUNTRACED)[1])

    def goes_on(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)


def token(session: Session) -> object:
    return session.call("ТокенДоступа", "магазин", 0)


def it_is_dead(session: Session) -> object:
    """A person knows that nobody renews the grant any more."""
    return session.call("ПродолжитьЗдесь", "магазин")


def go_on_here(session: Session) -> object:
    return session.call("ПродолжитьЗдесь")


def log_in_again(session: Session) -> object:
    return log_in(session, "the-code-of-another-login")


class Case:
    """A base with a grant that somebody has logged in to, its service, and what its machine keeps beside."""

    def __init__(self, folder: pathlib.Path, lenient: bool = False, delay: float = 0.002) -> None:
        self.path, self.children = folder / "base", []
        for variable in ("OSIGN_ANCHORS", "XDG_DATA_HOME"):
            os.environ[variable] = str(folder / variable)
        put_clock_ahead(0)
        provider = Provider(lenient)
        provider.delay = delay
        self.session = OnFile(provider, self.path)
        add(self.session, "until-used" if lenient else "strict")
        log_in(self.session)
        self.service = Service(provider, folder)
        self.session.platform.service = self.service

    def start(self, clock: int, work: Callable = token, before: Callable = len) -> Child:
        self.children.append(Child(self, clock, work, before))
        return self.children[-1]

    def does(self, clock: int, work: Callable) -> None:
        """Another process does what brings nothing."""
        assert self.start(clock, work).end()[:2] == (None, "")

    def end(self) -> None:
        for child in self.children:
            child.process.kill()
            child.process.join()
        self.service.end()

    def token(self, clock: int) -> None:
        """Another process asks for a token, and gets the right one."""
        came, error, _ = self.start(clock).end()
        assert came and came == self.service.counts()[2], (came, error)

    def error(self, clock: int) -> str:
        """Why another process gets none."""
        came, error, names = self.start(clock).end()
        assert came is None and len(names) < 2 * len(REQUEST), (came, names)
        return error

    def is_silent(self, clock: int, said: str) -> None:
        """Whoever asks is told this, and nobody sends anything."""
        before = self.service.counts()
        for _ in range(3):
            error = self.error(clock)
            assert said in error, error
        assert self.service.counts() == before

    def sends(self) -> tuple[int, int]:
        return self.service.counts()[:2]


@contextlib.contextmanager
def case(**kind: object) -> Iterator[Case]:
    with tempfile.TemporaryDirectory(prefix="osign-") as folder:
        made = Case(pathlib.Path(folder), **kind)
        try:
            yield made
        finally:
            made.end()


def test_processes_renew_once_at_each_end_and_all_have_the_right_token() -> None:
    began = time.monotonic()
    with case(delay=0.05) as made:
        together = FORK.Barrier(PROCESSES)

        def work(session: Session) -> list[object]:
            tokens = []
            for ended in range(1, EXPIRIES + 1):
                together.wait(LONGEST)
                put_clock_ahead(ended * ENDED)
                tokens.append(token(session))
            return tokens

        came = [child.end() for child in [made.start(0, work) for _ in range(PROCESSES)]]
        assert [error for _, error, _ in came] == [""] * PROCESSES
        exchanges, reused = made.sends()
        # The login brought the first one.
        wanted = [f"access-{count}" for count in range(2, EXPIRIES + 2)]
        right = sum(one == other for tokens, _, _ in came for one, other in zip(tokens, wanted, strict=True))
        waits = sum(names.count("Подождать") for _, _, names in came)
        print(
            f"extension: {PROCESSES} processes, {EXPIRIES} ends of a token: {exchanges} sends, {reused} of a spent token, "
            f"{right} right ones, {waits} waits, {time.monotonic() - began:.1f} s"
        )
        assert (exchanges, reused, right) == (EXPIRIES, 0, PROCESSES * EXPIRIES)
        assert waits >= EXPIRIES, "they came one after the other"


def killed(lenient: bool) -> Iterator[tuple[Case, list[str], int, bool]]:
    """A process that is killed before each step of its request for a token: what it had done, how often it had written, and whether
    its request was on its way."""
    for last in range(len(REQUEST)):
        with case(lenient=lenient) as made:
            assert made.start(ENDED, before=at(last)).is_killed()
            done = REQUEST[:last]
            yield made, done, done.count("commit"), "send" in done
    print(f"extension: {len(REQUEST)} processes killed, where an old token {'lives on' if lenient else 'ends'}")


def test_a_request_for_a_token_has_these_steps() -> None:
    for lenient in (False, True):
        with case(lenient=lenient) as made:
            _, error, names = made.start(ENDED).end()
            assert (names, error) == (REQUEST, "")


def test_a_killed_process_costs_what_the_service_cannot_forgive() -> None:
    for made, done, commits, was_sent in killed(lenient=False):
        if commits != 1:
            # Nothing was begun, or all is done.
            made.token(ENDED)
            assert made.sends() == (1, 0), done
            continue
        # Nobody sends on a guess: whether the dead one has, and lives after all, cannot be known.
        made.is_silent(LATER, "ПродолжитьЗдесь")
        assert made.sends() == (int(was_sent), 0), done
        made.does(LATER, it_is_dead)
        if was_sent:
            # A person has said that it is dead, and so the token is tried.
            assert "войти заново" in made.error(LATER)
            made.is_silent(LATER, "войти заново")
            assert made.sends() == (2, 1), done
            made.does(LATER, log_in_again)
        made.token(LATER)
        assert made.sends() == ((2, 1) if was_sent else (1, 0)), done


def test_a_killed_process_costs_nothing_where_an_old_token_lives_on() -> None:
    for made, done, commits, was_sent in killed(lenient=True):
        made.token(LATER if commits == 1 else ENDED)
        # The pair that died with the process is asked for once more.
        assert made.sends() == (2 if was_sent and commits == 1 else 1, 0), done


def test_whoever_waits_sends_nothing_when_killed_nor_when_the_lease_has_ended() -> None:
    waiting = ["СледующийШаг", "read", "Загрузить"]
    # The first look at the lock needs no other read.
    waiting += ["СледующийШаг", "Подождать", *waiting, "СледующийШаг", "Подождать"]

    def until_the_lease_ends(names: list[str]) -> None:
        if names == waiting:
            put_clock_ahead(LATER)

    for step in ("send", "answer"):
        with case() as made:
            assert made.start(ENDED, before=at(REQUEST.index(step))).is_killed()
            before, base = made.sends(), made.path.read_bytes()
            for last in range(len(waiting) + 1):
                assert made.start(DURING, before=at(last)).is_killed()
            came, error, names = made.start(DURING, before=until_the_lease_ends).end()
            assert came is None and "обновлял" in error and names[: len(waiting)] == waiting, (error, names)
            assert (made.sends(), made.path.read_bytes()) == (before, base), step
    print(f"extension: {2 * (len(waiting) + 1)} processes killed that waited for a dead one")


def test_one_that_was_only_held_up_goes_on_and_its_pair_counts() -> None:
    for step in ("send", "answer", "ПринятьОтвет"):
        with case() as made:
            slow = made.start(ENDED, before=at(REQUEST.index(step), signal.SIGSTOP))
            assert slow.is_stopped()
            waits = made.start(DURING)
            made.is_silent(LATER, "обновлял")
            slow.goes_on()
            assert slow.end()[0] == waits.end()[0] == "access-2"
            made.token(LATER)
            assert made.sends() == (1, 0), step


def test_a_login_ends_what_a_killed_process_has_left() -> None:
    with case() as made:
        assert made.start(ENDED, before=at(REQUEST.index("answer"))).is_killed()
        made.is_silent(LATER, "обновлял")
        made.does(LATER, log_in_again)
        made.token(LATER)
        assert made.sends() == (1, 0)


def test_a_restored_base_is_noticed_in_each_process() -> None:
    for lenient in (False, True):
        with case(lenient=lenient) as made:
            backup = made.path.read_bytes()
            made.token(ENDED)
            newer = made.path.read_bytes()
            made.path.write_bytes(backup)
            made.is_silent(ENDED, "восстановлен")
            assert made.path.read_bytes() == backup
            # With the newer one all is well.
            made.path.write_bytes(newer)
            made.token(ENDED)
            # A person may go on with the older one, which costs what it must.
            made.path.write_bytes(backup)
            made.does(ENDED, go_on_here)
            if lenient:
                made.token(ENDED)
                assert made.sends() == (2, 0)
            else:
                assert "войти заново" in made.error(ENDED)
                made.is_silent(ENDED, "войти заново")
                assert made.sends() == (2, 1)


def test_a_copy_of_the_base_is_noticed_in_each_process() -> None:
    def in_the_copy(session: Session) -> object:
        open_as(session, 'Srvr="Server";Ref="Copy";')
        session.platform.base.path = copied
        return token(session)

    with case() as made:
        copied = made.path.with_name("copy")
        shutil.copyfile(made.path, copied)
        for clock in (0, ENDED, LATER):
            came, error, _ = made.start(clock, in_the_copy).end()
            assert came is None and "скопирован" in error, error
        assert made.sends() == (0, 0) and copied.read_bytes() == made.path.read_bytes()
        made.token(ENDED)
        assert made.sends() == (1, 0)


if __name__ == "__main__":
    sys.exit(run(globals(), "in processes"))
