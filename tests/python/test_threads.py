"""Threads on one signer, and processes made of one: every signature is right, and no nonce comes twice."""

import itertools
import operator
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import osign
import pytest
from osign.oauth1 import Signer
from programs import run

URL = "https://example.com/resource?b=2&a=1&c=%20x"
THREADS = 8


def at_once(work: Callable[[], list[str]]) -> list[str]:
    """What so many threads made that began together."""
    barrier = threading.Barrier(THREADS)

    def begin() -> list[str]:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(THREADS) as pool:
        return [one for part in [pool.submit(begin) for _ in range(THREADS)] for one in part.result()]


@pytest.fixture(autouse=True)
def _often() -> object:
    """Threads take turns a hundred times as often as they would."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 100)
    yield
    sys.setswitchinterval(usual)


def test_nonces_of_threads_are_distinct() -> None:
    nonces = at_once(lambda: [osign.nonce() for _ in range(5000)])
    assert len(set(nonces)) == len(nonces) == THREADS * 5000


def test_one_signer_serves_all_threads() -> None:
    signer = Signer("key", "secret", "token", "secret", signature_method="HMAC-SHA256")
    expected = signer.authorization("GET", URL, nonce="n", timestamp=1)
    headers = at_once(lambda: [signer.authorization("GET", URL, nonce="n", timestamp=1) for _ in range(2000)])
    assert set(headers) == {expected} and len(headers) == THREADS * 2000

    def fresh() -> list[str]:
        nonces = [signer.sign("GET", URL).nonce for _ in range(1000)]
        nonces += [signed.nonce for signed in signer.sign_many([("GET", URL)] * 1000)]
        return nonces + [signer.explain("GET", URL).nonce for _ in range(500)]

    nonces = at_once(fresh)
    assert len(set(nonces)) == len(nonces) == THREADS * 2500


def test_threads_fail_each_for_themselves() -> None:
    signer = Signer("key", "secret")

    def sentences() -> list[str]:
        caught = []
        for _ in range(500):
            with pytest.raises(osign.InputError) as error:
                signer.sign("GET", "example.com")
            caught.append(str(error.value))
        return caught

    assert set(at_once(sentences)) == {"the URL is relative; begin it with https:// or http://"}


def test_a_body_changes_while_it_is_signed() -> None:
    """What one thread writes, another may sign: the signature is of one state of it, and of what is handed back."""
    body, done = bytearray(b"a" * (1 << 20)), threading.Event()

    def change() -> None:
        while not done.is_set():
            for letter in b"ab":
                body[:] = bytes([letter]) * (1 << 20)

    signer = Signer("key", "secret", body_hash=True)
    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(30):
            signed = signer.sign("PUT", URL, body, content_type="text/plain", nonce="n", timestamp=1)
            again = signer.sign("PUT", URL, signed.body, content_type="text/plain", nonce="n", timestamp=1)
            assert again.signature == signed.signature
    finally:
        done.set()
        thread.join()


@contextmanager
def another_thread() -> Iterator[list[int]]:
    """Counts the turns of another thread, which has none unless this one gives way."""
    turns, stop, began = [0], threading.Event(), threading.Event()

    def count() -> None:
        began.set()
        while not stop.is_set():
            turns[0] += 1
            time.sleep(0.0005)

    thread = threading.Thread(target=count)
    thread.start()
    began.wait()
    # Should work keep the interpreter, then nothing but work's end makes this thread give way.
    sys.setswitchinterval(60)
    try:
        yield turns
    finally:
        stop.set()
        thread.join()


def others_run_during(work: Callable[[], object]) -> int:
    """How often another thread had its turn while this one did `work`, which must take a while."""
    with another_thread() as turns:
        before = turns[0]
        work()
        return turns[0] - before


@pytest.mark.parametrize("what", ["sign_many", "authorization_many", "body", "rsa"])
def test_long_work_lets_other_threads_run(what: str, private_key: str) -> None:
    rsa = Signer("key", "secret", signature_method="RSA-SHA256", private_key=private_key)
    hashing = Signer("key", "secret", body_hash=True)
    rows, body = [("GET", URL)] * 300, b"x" * (64 << 20)
    work: dict[str, Callable[[], object]] = {
        "sign_many": lambda: rsa.sign_many(rows),
        "authorization_many": lambda: rsa.authorization_many(rows),
        "body": lambda: hashing.authorization("PUT", URL, body, content_type="text/plain"),
        "rsa": lambda: [rsa.authorization("GET", URL) for _ in range(300)],
    }
    start = time.perf_counter()
    turns = others_run_during(work[what])
    assert time.perf_counter() - start > 0.01, "this took no time, and so shows nothing"
    assert turns >= 5
    # It is no accident: other work of that length keeps the interpreter, where there is a lock.
    if getattr(sys, "_is_gil_enabled", lambda: True)():
        assert others_run_during(lambda: sum(range(10_000_000))) <= 2


@pytest.mark.parametrize("many", ["sign_many", "authorization_many"])
@pytest.mark.parametrize(
    ("row", "rows", "at_once"),
    [
        (("GET", URL), 50_000, 1000),
        (("PUT", URL, b"x" * (4 << 20), "text/plain"), 60, 1),
        (("GET", f"{URL}&d={'x' * (8 << 20)}"), 30, 2),
    ],
    ids=["plain", "large bodies", "large URLs"],
)
def test_other_threads_run_between_the_rows_of_many(row: tuple[Any, ...], rows: int, at_once: int, many: str) -> None:
    """No stall is as long as all rows: others run every thousand of them, every 16 MiB, and while a large body is signed."""
    seen: list[int] = []
    with another_thread() as turns:
        # Who waits for the interpreter asks for it after so long, and then it is not taken back before they had it. Rows that
        # come without a line of Python in between leave it to the signer to give way.
        sys.setswitchinterval(0.0005)
        noted = map(seen.append, map(turns.__getitem__, itertools.repeat(0, rows)))
        getattr(Signer("key", "secret", body_hash=True), many)(map(operator.itemgetter(0), zip(itertools.repeat(row), noted)))
    assert len(seen) == rows
    # A busy machine gives the other thread fewer turns than there are chances.
    assert len(set(seen)) >= 3
    if getattr(sys, "_is_gil_enabled", lambda: True)():
        turns_at = [index for index in range(1, len(seen)) if seen[index] != seen[index - 1]]
        # On a busy machine one or two more were seen, in another place; without a break of the signer's own all of them are there.
        elsewhere = sum(index % at_once != 0 for index in turns_at)
        assert elsewhere <= max(1, len(turns_at) // 4)


@pytest.mark.skipif(sys.platform == "win32", reason="the signal is sent as POSIX has it")
@pytest.mark.parametrize("rows", ["[('GET', URL)] * 10_000", "[{'method': 'GET', 'url': URL}] * 10_000", "[Row()] * 10_000"])
def test_an_interrupt_ends_many(rows: str, private_key: str) -> None:
    """Soon, and not when all are signed, which takes seconds."""
    printed = run(
        """
        import collections.abc, os, signal, sys, threading, time
        from osign.oauth1 import Signer

        URL = "http://h/"

        class Row(collections.abc.Sequence):
            def __len__(self):
                return 2

            def __getitem__(self, index):
                return ("GET", URL)[index]

        signer = Signer("key", "secret", signature_method="RSA-SHA1", private_key=sys.argv[1])
        rows = eval(sys.argv[2])
        sent = []
        # What runs in the background was told to ignore it.
        signal.signal(signal.SIGINT, signal.default_int_handler)

        def interrupt():
            sent.append(time.perf_counter())
            os.kill(os.getpid(), signal.SIGINT)

        threading.Timer(0.2, interrupt).start()
        try:
            print(len(signer.sign_many(rows)))
        except KeyboardInterrupt:
            print(time.perf_counter() - sent[0] < 1)
        """,
        private_key,
        rows,
    )
    assert printed.split() == ["True"]


def test_fork() -> None:
    """Both sides go on, and no nonce comes twice; also of a child's child, and of a fork while threads draw."""
    printed = run("""
        import os, sys, threading, warnings
        import osign
        from osign.oauth1 import Signer

        signer = Signer("key", "secret")
        expected = signer.authorization("GET", "http://h/", nonce="n", timestamp=1)

        def show(count=500):
            nonces = [osign.nonce() for _ in range(count)] + [signer.sign("GET", "http://h/").nonce for _ in range(count)]
            assert signer.authorization("GET", "http://h/", nonce="n", timestamp=1) == expected
            os.write(1, "".join(nonce + "\\n" for nonce in nonces).encode())

        def fork(work):
            child = os.fork()
            if child == 0:
                work()
                os._exit(0)
            return child

        def child():
            show()
            grandchild = fork(show)
            show()
            assert os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1]) == 0

        show()
        children = [fork(child) for _ in range(4)]
        show()

        stop = threading.Event()
        def draw():
            while not stop.is_set():
                osign.nonce()
        threads = [threading.Thread(target=draw) for _ in range(3)]
        for thread in threads:
            thread.start()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Of forks with threads, from 3.12 on.
            children += [fork(show) for _ in range(20)]
        stop.set()
        for thread in threads:
            thread.join()
        for child in children:
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    """)
    nonces = printed.splitlines()
    assert len(nonces) == 1000 * (1 + 4 * 3 + 1 + 20)
    assert len(set(nonces)) == len(nonces)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(method: str, tmp_path: object) -> None:
    """Workers draw their own nonces, and their errors come back as they were."""
    program = f"{tmp_path}/program.py"
    with open(program, "w") as file:
        file.write(PROGRAM)
    printed = run("import runpy, sys; sys.argv.pop(0); runpy.run_path(sys.argv[0], run_name='__main__')", program, method)
    nonces = printed.splitlines()
    assert len(nonces) == 4000 and len(set(nonces)) == len(nonces)


PROGRAM = '''
import multiprocessing
import sys

import osign
from osign.oauth1 import Signer

signer = Signer("key", "secret")


def sign(number):
    if number < 0:
        signer.sign("GET", "example.com")
    return [signer.sign("GET", "http://h/").nonce for _ in range(100)]


def main():
    own = [nonce for number in range(20) for nonce in sign(number)]
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        drawn = [nonce for part in pool.map(sign, range(20), chunksize=1) for nonce in part]
        try:
            pool.apply(sign, (-1,))
        except osign.InputError as error:
            assert (error.status, error.name) == (200, "OSIGN_INVALID_URL"), error
            assert str(error) == "the URL is relative; begin it with https:// or http://", error
        else:
            raise AssertionError("no error came back")
        pool.close()
        pool.join()
    print("\\n".join(own + drawn))


if __name__ == "__main__":
    main()
'''
