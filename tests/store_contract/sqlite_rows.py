"""An implementation of the store contract over SQLite, and with --fault one of those that must be refused.

    sqlite_rows.py PATH [--fault NAME]

It shows how small an adapter is, and that contract.py finds each fault by its name.
"""

import json
import sqlite3
import sys
import time

#: What each fault must be refused by.
FAULTS = {
    "adds-over": "a-row-is-added-once",
    "ignores-revision": "acquire-asks-for-the-revision",
    "ignores-generation-to-acquire": "acquire-asks-for-the-generation",
    "ignores-generation": "commit-asks-for-the-generation",
    "commits-by-revision": "commit-does-not-ask-for-the-revision",
    "removes-any": "remove-asks-for-the-generation",
    "renames-over": "rename-takes-no-other-s-place",
    "lists-a-page": "all-names-are-listed",
    "ignores-case": "names-are-compared-as-they-are",
    "short-names": "the-longest-names",
    "short-records": "the-largest-records",
    "old-snapshot": "others-see-what-was-written",
    "lost-update": "no-update-is-lost",
    "says-written": "one-of-many-commits-wins",
    "names-not-unique": "one-of-many-names-wins",
    "not-durable": "what-was-told-outlives-a-kill",
    "torn": "a-kill-leaves-no-half-a-row",
    "two-writes": "who-reads-sees-whole-rows",
}


class Rows:
    """The table."""

    def __init__(self, path, fault):
        self.fault = fault
        self.database = sqlite3.connect(path, timeout=20, isolation_level=None)
        self.database.execute("PRAGMA synchronous = FULL")
        collation = "NOCASE" if fault == "ignores-case" else "BINARY"
        unique = "" if fault == "names-not-unique" else "PRIMARY KEY"
        self.database.execute(
            f"CREATE TABLE IF NOT EXISTS grants (name TEXT COLLATE {collation} {unique}, generation INTEGER, revision INTEGER,"
            " record TEXT)"
        )
        #: Rows as they were first read, and calls that are put off.
        self.seen, self.later = {}, []

    def run(self, sql, *values):
        return self.database.execute(sql, values).rowcount == 1

    def _row(self, name):
        return self.database.execute("SELECT generation, revision, record FROM grants WHERE name = ?", [name]).fetchone()

    def load(self, name):
        row = self.seen.get(name) if self.fault == "old-snapshot" else None
        row = row or self._row(name)
        self.seen[name] = row
        return {"row": row and dict(zip(["generation", "revision", "record"], row))}

    def acquire(self, name, generation, revision, record):
        if self.fault == "lost-update":
            found = self._row(name)
            if found is None or found[:2] != (generation, revision):
                return False
            time.sleep(0.002)
            return self.run("UPDATE grants SET record = ?, revision = ? WHERE name = ?", record, revision + 1, name)
        sql = "UPDATE grants SET record = ?1, revision = revision + 1 WHERE name = ?2"
        if self.fault != "ignores-generation-to-acquire":
            sql += " AND generation = ?3"
        if self.fault != "ignores-revision":
            sql += " AND revision = ?4"
        if self.fault == "short-records":
            record = record[:4000]
        return self.run(f"{sql} AND ?3 = ?3 AND ?4 = ?4", record, name, generation, revision)

    def commit(self, name, generation, record):
        sql = "UPDATE grants SET record = ?1, generation = generation + 1, revision = revision + 1 WHERE name = ?2 AND ?3 = ?3"
        if self.fault != "ignores-generation":
            sql += " AND generation = ?3"
        if self.fault == "commits-by-revision" and self.seen.get(name):
            sql += f" AND revision = {self.seen[name][1]}"
        if self.fault in ("torn", "two-writes"):
            found = self._row(name)
            if found is None or found[0] != generation:
                return False
            self.run("UPDATE grants SET record = ? WHERE name = ?", record[: len(record) // 2], name)
            time.sleep(0.004)
        if self.fault == "not-durable":
            self.later.append((sql, record, name, generation))
            return True
        return self.run(sql, record, name, generation) or self.fault == "says-written"

    def add(self, name, record):
        if self.fault == "short-names":
            name = name[:64]
        if self.fault == "names-not-unique":
            if self._row(name):
                return False
            time.sleep(0.01)
        verb = "INSERT OR REPLACE" if self.fault == "adds-over" else "INSERT OR IGNORE"
        return self.run(f"{verb} INTO grants VALUES (?, 1, 1, ?)", name, record)

    def remove(self, name, generation):
        if self.fault == "removes-any":
            return self.run("DELETE FROM grants WHERE name = ?", name)
        return self.run("DELETE FROM grants WHERE name = ? AND generation = ?", name, generation)

    def rename(self, name, generation, new_name, record):
        verb = "UPDATE OR REPLACE" if self.fault == "renames-over" else "UPDATE OR IGNORE"
        return self.run(
            f"{verb} grants SET name = ?, record = ?, revision = revision + 1 WHERE name = ? AND generation = ?",
            new_name, record, name, generation,
        )

    def names(self):
        limit = "LIMIT 20" if self.fault == "lists-a-page" else ""
        return {"names": [name for (name,) in self.database.execute(f"SELECT name FROM grants {limit}")]}


def main():
    fault = sys.argv[3] if len(sys.argv) > 3 else None
    if fault is not None and fault not in FAULTS:
        sys.exit(f"no such fault: {fault}")
    rows = Rows(sys.argv[1], fault)
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        arguments = json.loads(line)
        try:
            answer = getattr(rows, arguments.pop("call"))(**arguments)
        except sqlite3.Error as error:
            answer = {"failed": str(error)}
        print(json.dumps({"written": answer} if isinstance(answer, bool) else answer, ensure_ascii=False), flush=True)
    for sql, *values in rows.later:
        rows.run(sql, *values)


if __name__ == "__main__":
    main()
