"""What a store in a table of the program's own is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Records", "RecordsError"]


class Records(Protocol):
    """The rows of a table of your own, one for each grant: its ``name``, which is unique; two whole numbers, ``generation`` and
    ``revision``; and the ``record``, a sealed text of at most 8192 bytes. Nothing but ``osign`` reads or writes the text.

    >>> import osign
    >>> class InMemory:
    ...     def __init__(self):
    ...         self.rows = {}
    ...     def load(self, name):
    ...         return self.rows.get(name)
    ...     def acquire(self, name, generation, revision, record):
    ...         if self.rows.get(name, ())[:2] != (generation, revision):
    ...             return False
    ...         self.rows[name] = (generation, revision + 1, record)
    ...         return True
    ...     def commit(self, name, generation, record):
    ...         if self.rows.get(name, ())[:1] != (generation,):
    ...             return False
    ...         self.rows[name] = (generation + 1, self.rows[name][1] + 1, record)
    ...         return True
    ...     def add(self, name, record):
    ...         return self.rows.setdefault(name, row := (1, 1, record)) is row
    ...     def remove(self, name, generation):
    ...         return self.rows.get(name, ())[:1] == (generation,) and bool(self.rows.pop(name))
    ...     def rename(self, name, generation, new_name, record):
    ...         if self.rows.get(name, ())[:1] != (generation,) or new_name in self.rows:
    ...             return False
    ...         self.rows[new_name] = (generation, self.rows.pop(name)[1] + 1, record)
    ...         return True
    ...     def names(self):
    ...         return list(self.rows)
    >>> store = osign.Store(InMemory(), osign.new_key(), id="an example, for one thread")
    >>> store.add("shop", kind="static", secret="k", header="X-Api-Key: {}")
    >>> store.grants()
    ['shop']

    Each write is one step: it stands there whole and durable before the call returns, or nothing of it does. Threads call at
    the same time, and other processes and hosts may write to the same table. The two conditional writes are all that keeps
    two of them from spending one token: their conditions and what they write belong into one statement of the database.

    What a method raises makes an ``osign.StoreError`` of the call, with the exception as its ``__cause__``; then nobody
    knows whether it has written, and ``osign`` looks. Its sentence names the exception's class alone, as the text may quote
    what was written; raise ``osign.stores.RecordsError`` for words of your own. ``KeyboardInterrupt`` and ``SystemExit`` go
    through once what was begun is kept.
    """

    def load(self, name: str, /) -> tuple[int, int, str] | None:
        """The row of a name: generation, revision and record. It must be the newest: no replica that lags behind, and no
        snapshot of a transaction.
        """

    def acquire(self, name: str, generation: int, revision: int, record: str, /) -> bool:
        """``UPDATE … SET record = :record, revision = revision + 1 WHERE name = :name AND generation = :generation AND revision =
        :revision``: whether a row was changed.
        """

    def commit(self, name: str, generation: int, record: str, /) -> bool:
        """``UPDATE … SET record = :record, generation = generation + 1, revision = revision + 1 WHERE name = :name AND generation =
        :generation``: whether a row was changed. By the generation alone: a change of something else must not cost a token.
        """

    def add(self, name: str, record: str, /) -> bool:
        """``INSERT … VALUES (:name, 1, 1, :record)``, name, generation, revision, record: ``False`` where there is a row of that name."""

    def remove(self, name: str, generation: int, /) -> bool:
        """``DELETE … WHERE name = :name AND generation = :generation``: whether a row went."""

    def rename(self, name: str, generation: int, new_name: str, record: str, /) -> bool:
        """``UPDATE … SET name = :new_name, record = :record, revision = revision + 1 WHERE name = :name AND generation =
        :generation``: whether a row was changed; ``False`` where there is one of the new name.
        """

    def names(self) -> Iterable[str]:
        """All names, in any order."""


class RecordsError(Exception):
    """For a store of your own to raise: its text is in the ``osign.StoreError`` that comes of it, so it must hold no secret."""


for _class in (Records, RecordsError):
    _class.__module__ = "osign.stores"
