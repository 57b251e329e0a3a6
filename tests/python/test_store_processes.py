"""Threads, processes, forks, Ctrl-C and an interpreter that ends: one refresh, and nothing is lost."""

import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import osign
import pytest
from programs import STRICT, run
from service import KEY, Service, log_in

#: A grant in a store whose path and key are the first two arguments.
BEGIN = """
import os, sys, threading, time
import osign

store = osign.Store(f"sqlite:{sys.argv[1]}", sys.argv[2])
"""


def ended(store: osign.Store, service: Service) -> osign.Token:
    """A token that the service takes no more."""
    token = log_in(store, service)
    service.control(end_access=True)
    return token


def is_one_refresh(service: Service) -> None:
    counters = service.counters()
    assert (counters["refresh"], counters["rejected"]) == (1, 0), counters


def test_eight_threads_at_expiry(store: osign.Store, service: Service) -> None:
    service.control(access_lifetime=1)
    log_in(store, service)
    service.control(access_lifetime=3600)
    start = threading.Barrier(8)

    def work(_: int) -> set[str]:
        start.wait()
        seen = {store.access_token("crm", min_validity=0) for _ in range(300)}
        while len(seen) < 2:
            seen.add(store.access_token("crm", min_validity=0))
        return seen

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(work, range(8)))
    assert all(one == seen[0] and len(one) == 2 for one in seen)
    is_one_refresh(service)


def test_other_threads_run_while_one_waits(store: osign.Store, service: Service) -> None:
    token = ended(store, service)
    service.control(fault="hold")
    waiting = threading.Thread(target=store.refused, args=("crm", token))
    waiting.start()
    service.wait_for("refresh", 1)
    assert waiting.is_alive()
    service.control(release=True)
    waiting.join()
    is_one_refresh(service)


def test_four_processes(store: osign.Store, service: Service, tmp_path: Path) -> None:
    token = ended(store, service)
    program = BEGIN + "print(store.refused('crm', int(sys.argv[3])).value)"
    command = [*STRICT, "-c", program, str(tmp_path / "tokens.db"), KEY, str(token.generation)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    printed = [process.communicate(timeout=60)[0].strip() for process in running]
    assert [process.returncode for process in running] == [0] * 4 and set(printed) == {store.access_token("crm")}
    is_one_refresh(service)


def test_children_of_a_fork_go_on_with_it(store: osign.Store, service: Service, tmp_path: Path) -> None:
    token = ended(store, service)
    program = BEGIN + """
generation = int(sys.argv[3])
assert store.access_token("crm")

def child():
    pid = os.fork()
    if pid == 0:
        try:
            os.write(1, store.refused("crm", generation).value.encode() + bytes([10]))
            os._exit(0)
        finally:
            os._exit(1)
    return pid

pids = [child() for _ in range(4)]
for pid in pids:
    assert os.waitpid(pid, 0)[1] == 0
os.write(1, store.refused("crm", generation).value.encode() + bytes([10]))
"""
    values = run(program, str(tmp_path / "tokens.db"), KEY, str(token.generation)).split()
    assert len(values) == 5 and set(values) == {store.access_token("crm")}
    is_one_refresh(service)


MULTIPROCESSING = '''
import multiprocessing, sys
import osign

def opened():
    return osign.Store(f"sqlite:{sys.argv[1]}", sys.argv[2])

def work(generation):
    return (store if "store" in globals() else opened()).refused("crm", generation).value

if __name__ == "__main__":
    if sys.argv[4] == "fork":
        store = opened()
        store.access_token("crm")
    with multiprocessing.get_context(sys.argv[4]).Pool(4) as pool:
        print(*pool.map(work, [int(sys.argv[3])] * 8, chunksize=1))
'''


def test_multiprocessing(store: osign.Store, service: Service, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(MULTIPROCESSING)
    for round_, method in enumerate(("fork", "spawn", "forkserver"), 1):
        token = log_in(store, service, method)
        service.control(end_access=True)
        command = [*STRICT, str(program), str(tmp_path / "tokens.db"), KEY, str(token.generation), method]
        program.write_text(MULTIPROCESSING.replace('"crm"', repr(method)))
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        values = done.stdout.split()
        assert len(values) == 8 and set(values) == {store.access_token(method)}
        assert service.counters()["refresh"] == round_


PREFORK = BEGIN + """
import signal
# As gunicorn does with --preload: the application is loaded once, and then workers are forked, and again where one dies.
assert store.access_token("crm")

def worker():
    pid = os.fork()
    if pid:
        return pid
    try:
        for _ in range(50):
            store.access_token("crm")
        os.write(1, store.refused("crm", int(sys.argv[3])).value.encode() + bytes([10]))
        os._exit(0)
    finally:
        os._exit(1)

workers = {worker() for _ in range(3)}
killed = min(workers)
os.kill(killed, signal.SIGKILL)
done = 0
while workers:
    pid, status = os.wait()
    workers.remove(pid)
    if status:
        assert pid == killed and os.WTERMSIG(status) == signal.SIGKILL
        workers.add(worker())
    done += 1
"""


def test_workers_that_are_forked_and_killed(store: osign.Store, service: Service, tmp_path: Path) -> None:
    token = log_in(store, service)
    service.control(policy="timed:60")
    values = run(PREFORK, str(tmp_path / "tokens.db"), KEY, str(token.generation)).split()
    assert set(values) == {store.access_token("crm")} and len(values) >= 3
    assert service.counters()["rejected"] == 0


INTERRUPTED = BEGIN + """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # Whoever was started in the background ignores it.
try:
    store.refused("crm", int(sys.argv[3]))
    print("returned")
    time.sleep(5)
except KeyboardInterrupt:
    print("interrupted", store.token("crm").generation)
"""


def test_ctrl_c_in_mid_refresh(store: osign.Store, service: Service, tmp_path: Path) -> None:
    """It comes once the answer has come, and is kept."""
    token = ended(store, service)
    service.control(fault="hold")
    command = [*STRICT, "-c", INTERRUPTED, str(tmp_path / "tokens.db"), KEY, str(token.generation)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    service.wait_for("refresh", 1)
    process.send_signal(signal.SIGINT)
    service.control(release=True)
    printed = process.communicate(timeout=60)[0].split()
    assert printed[-2:] == ["interrupted", "3"], printed
    assert store.token("crm").generation == 3
    is_one_refresh(service)


WAITING = BEGIN + """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
print("begun", flush=True)
try:
    store.refused("crm", int(sys.argv[3]))
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_while_another_process_refreshes(store: osign.Store, service: Service, tmp_path: Path) -> None:
    """Whoever waits for others has nothing to lose, and ends at once."""
    token = ended(store, service)
    service.control(fault="hold")
    arguments = [str(tmp_path / "tokens.db"), KEY, str(token.generation)]
    holder = subprocess.Popen([*STRICT, "-c", INTERRUPTED, *arguments], stdout=subprocess.PIPE, text=True)
    service.wait_for("refresh", 1)
    waiting = subprocess.Popen([*STRICT, "-c", WAITING, *arguments], stdout=subprocess.PIPE, text=True)
    assert waiting.stdout is not None and waiting.stdout.readline() == "begun\n"
    time.sleep(1)
    assert waiting.poll() is None
    waiting.send_signal(signal.SIGINT)
    # The other one holds on.
    assert waiting.communicate(timeout=15)[0].split() == ["interrupted"] and holder.poll() is None
    service.control(release=True)
    assert holder.stdout is not None and holder.stdout.readline() == "returned\n"
    holder.communicate(timeout=60)
    assert store.token("crm").generation == 3
    is_one_refresh(service)


DAEMON = BEGIN + """
threading.Thread(target=store.refused, args=("crm", int(sys.argv[3])), daemon=True).start()
sys.stdin.readline()
"""


def test_an_interpreter_that_ends_in_mid_refresh(store: osign.Store, service: Service, tmp_path: Path) -> None:
    """A daemon thread ends with it, wherever it is: as if the process had been killed."""
    token = ended(store, service)
    service.control(fault="hold")
    command = [*STRICT, "-c", DAEMON, str(tmp_path / "tokens.db"), KEY, str(token.generation)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    service.wait_for("refresh", 1)
    assert process.communicate("\n", timeout=60) == ("", "") and process.returncode == 0
    service.control(release=True)
    # Others know that it may have arrived, and send nothing until an answer would have come.
    with pytest.raises(osign.TryLater, match="try again in [23][0-9] s$"):
        osign.Store(f"sqlite:{tmp_path}/tokens.db", KEY, patience=0).refused("crm", token)
    is_one_refresh(service)


ANSWERED_AT_THE_END = BEGIN + """
import atexit
# The answer comes while the interpreter is about to end.
class Slow:
    def __del__(self, sleep=time.sleep):
        sleep(1.5)
keep = Slow()
threading.Thread(target=store.refused, args=("crm", int(sys.argv[3])), daemon=True).start()
sys.stdin.readline()
"""


def test_an_answer_that_comes_while_the_interpreter_ends(store: osign.Store, service: Service, tmp_path: Path) -> None:
    token = ended(store, service)
    service.control(fault="slow", seconds=0.7)
    command = [*STRICT, "-c", ANSWERED_AT_THE_END, str(tmp_path / "tokens.db"), KEY, str(token.generation)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    service.wait_for("refresh", 1)
    assert process.communicate("\n", timeout=60) == ("", "") and process.returncode == 0
    # It was kept: the core needs no interpreter for that.
    assert store.token("crm").generation == 3
    is_one_refresh(service)


def test_a_thread_that_is_no_daemon_ends_first(store: osign.Store, service: Service, tmp_path: Path) -> None:
    token = ended(store, service)
    service.control(fault="slow", seconds=0.7)
    run(DAEMON.replace(", daemon=True", "").replace("sys.stdin.readline()", ""), str(tmp_path / "tokens.db"), KEY, str(token.generation))
    assert store.token("crm").generation == 3
    is_one_refresh(service)
