"""Checks an implementation of the store contract of docs/tokens.md, in whatever language it is.

    contract.py [--only CHECK]... COMMAND [ARGUMENT]...
    contract.py --list

COMMAND is started again and again, several at once; each is a connection to the same table, and reads calls and writes answers, one
JSON object a line. README.md beside this file has the protocol. It needs nothing but Python 3.10. Rows whose names do not begin
as this run's do are left alone, and so the table may have others; the rows of this run are removed at the end.
"""

import argparse
import contextlib
import json
import random
import secrets
import subprocess
import sys
import threading
import time

#: How many connections at once.
CONNECTIONS = 4
#: The most bytes of a record, and the most characters of a name.
MOST_RECORD, MOST_NAME = 8192, 100
#: An answer takes no longer, in seconds.
PATIENCE = 30


class Refused(Exception):
    """What an implementation did wrong."""


class Connection:
    """A process of the implementation."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", bufsize=1
        )
        self.said = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        with contextlib.suppress(ValueError):
            self.said.extend(self.process.stderr)

    def tell(self, call, **arguments):
        """Writes a call, and does not wait for its answer."""
        self.process.stdin.write(json.dumps({"call": call, **arguments}, ensure_ascii=False) + "\n")
        self.process.stdin.flush()

    def hear(self, call, what):
        """Reads the answer to a call."""
        alarm = threading.Timer(PATIENCE, self.process.kill)
        alarm.start()
        try:
            line = self.process.stdout.readline()
        finally:
            alarm.cancel()
        if not line:
            self.process.wait()
            raise Refused(f"it ended, or took too long, at {call}: {''.join(self.said).strip()[-500:]}")
        try:
            answer = json.loads(line)
        except ValueError:
            raise Refused(f"its answer to {call} is no JSON: {line[:200]!r}") from None
        if "failed" in answer:
            raise Refused(f"{call} failed: {answer['failed']}")
        if not isinstance(answer, dict) or what not in answer:
            raise Refused(f"its answer to {call} has no {what!r}: {line[:200]!r}")
        return answer[what]

    def ask(self, call, what, **arguments):
        try:
            self.tell(call, **arguments)
        except (BrokenPipeError, OSError):
            pass  # Why it has ended is found out by who reads.
        return self.hear(call, what)

    def load(self, name):
        """Generation, revision and record; None where there is no row."""
        row = self.ask("load", "row", name=name)
        if row is None:
            return None
        try:
            return row["generation"], row["revision"], row["record"]
        except (KeyError, TypeError):
            raise Refused(f"a row has no generation, revision or record: {row!r:.200}") from None

    def _write(self, call, **arguments):
        written = self.ask(call, "written", **arguments)
        if not isinstance(written, bool):
            raise Refused(f"whether {call} has written is neither true nor false: {written!r}")
        return written

    def acquire(self, name, generation, revision, record):
        return self._write("acquire", name=name, generation=generation, revision=revision, record=record)

    def commit(self, name, generation, record):
        return self._write("commit", name=name, generation=generation, record=record)

    def add(self, name, record):
        return self._write("add", name=name, record=record)

    def remove(self, name, generation):
        return self._write("remove", name=name, generation=generation)

    def rename(self, name, generation, new_name, record):
        return self._write("rename", name=name, generation=generation, new_name=new_name, record=record)

    def names(self):
        names = self.ask("names", "names")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise Refused(f"the names are no list of texts: {names!r:.200}")
        return names

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        """Lets it come to its end."""
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()


class Table:
    """The table under test."""

    def __init__(self, command):
        self.command = command
        self.run = "t" + secrets.token_hex(6)
        self.opened = []

    def open(self):
        connection = Connection(self.command)
        self.opened.append(connection)
        return connection

    def name(self, text=""):
        """A name of this run's that no other check has."""
        return f"{self.run}.{secrets.token_hex(4)}{text}"

    def end(self):
        for connection in self.opened:
            connection.kill()
        self.opened.clear()

    def clean(self):
        """Removes what is left."""
        connection = self.open()
        with contextlib.suppress(Refused, OSError):
            for name in connection.names():
                if name.startswith(self.run) and (row := connection.load(name)) is not None:
                    connection.remove(name, row[0])
        connection.close()
        self.end()


CHECKS = {}


def check(work):
    """A check: its name is that of its function."""
    CHECKS[work.__name__.replace("_", "-")] = work
    return work


def need(ok, wrong):
    if not ok:
        raise Refused(wrong)


def stands(connection, name, row, when):
    """The row of a name must be this one."""
    found = connection.load(name)
    need(found == row, f"{when} the row is {found!r:.300}, and should be {row!r:.300}")


@check
def a_row_is_added_once(table):
    one, name = table.open(), table.name()
    need(one.load(name) is None, "there is a row that nobody has added")
    need(one.add(name, "first"), "a row is not added")
    stands(one, name, (1, 1, "first"), "behind add")
    need(not one.add(name, "second"), "a row is added where there is one of its name")
    stands(one, name, (1, 1, "first"), "behind a second add")


@check
def acquire_asks_for_the_revision(table):
    one, name = table.open(), table.name()
    one.add(name, "a")
    need(one.acquire(name, 1, 1, "b"), "acquire does not write where generation and revision are as said")
    stands(one, name, (1, 2, "b"), "behind acquire")
    for revision in [1, 3]:
        need(not one.acquire(name, 1, revision, "c"), f"acquire writes where the revision is 2 and not {revision}")
    stands(one, name, (1, 2, "b"), "behind acquire with another revision")
    need(not one.acquire(table.name(), 1, 1, "c"), "acquire writes where there is no row")


@check
def acquire_asks_for_the_generation(table):
    one, name = table.open(), table.name()
    one.add(name, "a")
    one.commit(name, 1, "b")
    need(one.load(name) == (2, 2, "b"), "behind commit the row is not of generation 2 and revision 2")
    for generation in [1, 3]:
        need(not one.acquire(name, generation, 2, "c"), f"acquire writes where the generation is 2 and not {generation}")
    need(one.acquire(name, 2, 2, "c"), "acquire does not write behind commit")
    stands(one, name, (2, 3, "c"), "behind acquire")


@check
def commit_asks_for_the_generation(table):
    one, name = table.open(), table.name()
    one.add(name, "a")
    for generation in [0, 2]:
        need(not one.commit(name, generation, "b"), f"commit writes where the generation is 1 and not {generation}")
    stands(one, name, (1, 1, "a"), "behind commit with another generation")
    need(one.commit(name, 1, "b"), "commit does not write where the generation is as said")
    stands(one, name, (2, 2, "b"), "behind commit")
    need(not one.commit(name, 1, "c"), "commit writes twice for one generation")
    need(not one.commit(table.name(), 1, "c"), "commit writes where there is no row")


@check
def commit_does_not_ask_for_the_revision(table):
    """A change of something else must not cost a pair of tokens."""
    one, two, name = table.open(), table.open(), table.name()
    one.add(name, "a")
    one.load(name)
    need(two.acquire(name, 1, 1, "b") and two.acquire(name, 1, 2, "c"), "acquire does not write")
    need(one.commit(name, 1, "d"), "commit does not write where another connection has raised the revision")
    stands(two, name, (2, 4, "d"), "behind commit")


@check
def remove_asks_for_the_generation(table):
    one, name = table.open(), table.name()
    one.add(name, "a")
    one.commit(name, 1, "b")
    need(not one.remove(name, 1), "remove removes where the generation is 2 and not 1")
    stands(one, name, (2, 2, "b"), "behind remove with another generation")
    need(one.remove(name, 2), "remove does not remove")
    need(one.load(name) is None, "a row is there that was removed")
    need(not one.remove(name, 2), "remove says that it has removed what is not there")
    need(one.add(name, "c"), "a name is not free that was removed")
    stands(one, name, (1, 1, "c"), "behind add after remove")


@check
def rename_takes_no_other_s_place(table):
    one, name, new, other = table.open(), table.name(), table.name(), table.name()
    one.add(name, "a")
    one.add(other, "other")
    need(not one.rename(name, 2, new, "b"), "rename writes where the generation is 1 and not 2")
    need(not one.rename(table.name(), 1, new, "b"), "rename writes where there is no row")
    try:
        taken = one.rename(name, 1, other, "b")
    except Refused as why:
        raise Refused(f"rename to a name that is taken must be false, and no failure: {why}") from None
    need(not taken, "rename takes a name that is another row's")
    stands(one, name, (1, 1, "a"), "behind rename to a name that is taken")
    stands(one, other, (1, 1, "other"), "behind rename to its name")
    need(one.rename(name, 1, new, "b"), "rename does not rename")
    need(one.load(name) is None, "a row has its old name beside the new one")
    stands(one, new, (1, 2, "b"), "behind rename")


@check
def all_names_are_listed(table):
    one, prefix = table.open(), table.name()
    names = {f"{prefix}.{index}" for index in range(30)}
    need(all(one.add(name, "a") for name in names), "a row is not added")
    one.remove(f"{prefix}.7", 1)
    listed = [name for name in one.names() if name.startswith(prefix)]
    need(len(listed) == len(set(listed)), "a name is listed twice")
    need(set(listed) == names - {f"{prefix}.7"}, f"{len(listed)} names are listed of 29")


@check
def names_are_compared_as_they_are(table):
    one, prefix = table.open(), table.name()
    # Upper case; letters that look alike in Latin and Cyrillic; ё and е, ß and ss, which collations take for one.
    names = [prefix + end for end in ["crm", "CRM", "c", "с", "ё", "е", "ss", "ß", "i", "ı", "a-b", "a_b", "a.b", "a@b"]]
    for name in names:
        need(one.load(name) is None, f"{name!r} is taken for another name")
        need(one.add(name, f"of {name}"), f"{name!r} is taken for another name")
    for name in names:
        stands(one, name, (1, 1, f"of {name}"), f"of {name!r}")
    need(one.load(f"{prefix}%") is None and one.load(f"{prefix}cr_") is None, "a name is taken for a pattern")


@check
def the_longest_names(table):
    one = table.open()
    # One, two, three and four bytes of UTF-8 a letter.
    for letter in ["z", "Я", "漢", "𐐀"]:
        name = table.name()
        name += letter * (MOST_NAME - len(name))
        other = name[:-1] + "x"
        need(one.add(name, "a"), f"a name of {MOST_NAME} letters like {letter} is not added")
        need(one.add(other, "b"), f"a name of {MOST_NAME} letters like {letter} is taken for another with the same beginning")
        stands(one, name, (1, 1, "a"), f"of a name of letters like {letter}")
        need(name in one.names(), f"a name of letters like {letter} is not listed as it was added")


@check
def the_largest_records(table):
    one, two, name = table.open(), table.open(), table.name()
    ascii_only = "".join(chr(33 + index % 94) for index in range(MOST_RECORD))
    wide = ("я漢𐐀\"\\ '%{}$" * MOST_RECORD).encode()[:MOST_RECORD].decode(errors="ignore")
    records = ["", "{}", '{"sealed": "\\"\\\\"}', " spaces ", "'; DROP TABLE grants; --", ascii_only, wide]
    need(one.add(name, "a"), "a row is not added")
    for revision, record in enumerate(records, 1):
        need(one.acquire(name, 1, revision, record), "acquire does not write")
        found = two.load(name)
        need(found == (1, revision + 1, record), f"a record of {len(record.encode())} bytes comes back as another")
    for generation, record in enumerate([ascii_only, wide], 1):
        need(one.commit(name, generation, record), "commit does not write")
        need(two.load(name)[2] == record, f"a record of {len(record.encode())} bytes comes back as another")


@check
def others_see_what_was_written(table):
    """At once, also who has read before, and also where nobody has closed a connection."""
    one, two, name = table.open(), table.open(), table.name()
    need(two.load(name) is None and name not in two.names(), "there is a row that nobody has added")
    one.add(name, "a")
    stands(two, name, (1, 1, "a"), "on another connection, behind add,")
    need(name in two.names(), "another connection does not list what was added")
    for revision in range(1, 6):
        need(one.acquire(name, 1, revision, f"record {revision}"), "acquire does not write")
        stands(two, name, (1, revision + 1, f"record {revision}"), "on another connection")
    need(two.commit(name, 1, "b"), "commit on another connection does not write")
    stands(one, name, (2, 7, "b"), "on the first connection, behind commit on another,")
    need(two.remove(name, 2), "remove on another connection does not remove")
    need(one.load(name) is None, "a row is there on one connection that another has removed")


def several(table):
    """As many connections, each of which has started."""
    connections = [table.open() for _ in range(CONNECTIONS)]
    for connection in connections:
        connection.names()
    return connections


def at_once(connections, work):
    """What comes of the same on several connections at once."""
    barrier, results, wrong = threading.Barrier(CONNECTIONS), [], []

    def one(index):
        try:
            barrier.wait()
            results.append(work(connections[index], index))
        except Refused as why:
            wrong.append(why)

    threads = [threading.Thread(target=one, args=(index,)) for index in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    return results


@check
def no_update_is_lost(table):
    """Each counts up by what it has read; the sum tells whether two have written over each other."""
    times, name, connections = 15, table.name(), several(table)
    connections[0].add(name, "0")

    def count(connection, _):
        done = 0
        while done < times:
            generation, revision, record = connection.load(name)
            done += connection.acquire(name, generation, revision, str(int(record) + 1))

    at_once(connections, count)
    generation, revision, record = connections[0].load(name)
    wanted = times * CONNECTIONS
    need(int(record) == wanted, f"of {wanted} updates on {CONNECTIONS} connections {wanted - int(record)} are lost")
    need((generation, revision) == (1, wanted + 1), f"behind {wanted} updates the revision is {revision}")


@check
def one_of_many_commits_wins(table):
    name, rounds, connections = table.name(), 8, several(table)
    connections[0].add(name, "0")
    for generation in range(1, rounds + 1):
        written = at_once(connections, lambda connection, index: connection.commit(name, generation, f"of {index}"))
        need(sum(written) == 1, f"{sum(written)} of {CONNECTIONS} commits of one generation have written")
    found = connections[1].load(name)[:2]
    need(found == (rounds + 1, rounds + 1), f"behind {rounds} commits the row is of generation and revision {found}")


@check
def one_of_many_names_wins(table):
    connections = several(table)
    for _ in range(4):
        name = table.name()
        added = at_once(connections, lambda connection, index: connection.add(name, f"of {index}"))
        need(sum(added) == 1, f"{sum(added)} of {CONNECTIONS} have added the same name")
        olds = [table.name() for _ in range(CONNECTIONS)]
        connection, new = connections[0], table.name()
        need(all(connection.add(old, old) for old in olds), "a row is not added")
        renamed = at_once(connections, lambda connection, index: connection.rename(olds[index], 1, new, olds[index]))
        need(sum(renamed) == 1, f"{sum(renamed)} of {CONNECTIONS} have taken the same name")
        left = [old for old in olds if connection.load(old) is not None]
        need(len(left) == CONNECTIONS - 1, f"{len(left)} of {CONNECTIONS - 1} rows are left that were not renamed")


@check
def what_was_told_outlives_a_kill(table):
    """What it has said that it has written is there when it is killed in the next moment."""
    name = table.name()
    table.open().add(name, "a")
    for generation in range(1, 6):
        connection = table.open()
        need(connection.commit(name, generation, f"pair {generation + 1}"), "commit does not write")
        connection.kill()
        found = table.open().load(name)
        wanted = (generation + 1, generation + 1, f"pair {generation + 1}")
        need(found == wanted, f"after kill -9 the row is {found!r:.200}, and {wanted!r} was written")


@check
def a_kill_leaves_no_half_a_row(table):
    """Killed in the midst of writes: each row is as it was before one of them or behind it."""
    name, size = table.name(), MOST_RECORD
    table.open().add(name, "0" * size)
    generation = 1
    for round_ in range(8):
        connection = table.open()
        connection.names()
        for step in range(12):
            connection.tell("commit", name=name, generation=generation + step, record=f"{(generation + step) % 10}" * size)
        # Some are done by then, one may be under way.
        need(connection.hear("commit", "written") is True, "commit does not write")
        time.sleep(random.random() * 0.02)
        connection.kill()
        found = table.open().load(name)
        need(found is not None, "after kill -9 the row is gone")
        need(found[0] > generation, "after kill -9 a commit is gone that was told")
        whole = f"{(found[0] - 1) % 10}" * size
        need(found == (found[0], found[0], whole), f"after kill -9 in round {round_} the row is of two writes, or cut off")
        generation = found[0]


@check
def who_reads_sees_whole_rows(table):
    """While others write."""
    name, size, connections = table.name(), MOST_RECORD, several(table)
    connections[0].add(name, "1" * size)
    stop = threading.Event()

    def work(connection, index):
        if index == 0:
            try:
                for generation in range(1, 40):
                    need(connection.commit(name, generation, f"{(generation + 1) % 10}" * size), "commit does not write")
            finally:
                stop.set()
            return
        while not stop.is_set():
            found = connection.load(name)
            need(found is not None, "a row is not there while it is written")
            whole = f"{found[0] % 10}" * size
            need(found[2] == whole and found[1] == found[0], "who reads while others write sees a row of two writes")

    at_once(connections, work)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], add_help=True)
    parser.add_argument("--only", action="append", default=[], metavar="CHECK", help="this check alone; may be given again")
    parser.add_argument("--list", action="store_true", help="the names of the checks")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what is to be checked")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(CHECKS))
        return 0
    unknown = [name for name in arguments.only if name not in CHECKS]
    if unknown or not arguments.command:
        parser.error(f"no such check: {unknown[0]}" if unknown else "name the command to check")
    failed = 0
    chosen = {name: work for name, work in CHECKS.items() if not arguments.only or name in arguments.only}
    for name, work in chosen.items():
        table = Table(arguments.command)
        try:
            work(table)
            print(f"ok      {name}")
        except Refused as why:
            failed += 1
            print(f"REFUSED {name}: {why}")
        finally:
            table.end()
            table.clean()
    print(f"store contract: {len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
