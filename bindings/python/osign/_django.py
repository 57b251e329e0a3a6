"""``osign.stores.Django``: a table in a database of a Django project."""

from __future__ import annotations

from typing import Any

from ._dbapi import DBAPI

__all__ = ["Django"]


class Django(DBAPI):
    """A table in a database of a Django project, by its alias in ``DATABASES``: SQLite, PostgreSQL, MySQL, MariaDB.

    With ``"osign.django"`` in ``INSTALLED_APPS``, ``manage.py migrate`` makes the table; ``create_table``, or ``create=True`` of the
    store, does so without. There is no model of it: nothing but a store should change a row.

    - ``alias``: the database.
    - ``table``: the table's name; the one of the migration where it is left out.
    - ``id``: a text that tells this store from every other one of this user, and stays the same: every record is bound to it, and so
      is what is kept on this machine while the database is away. Two programs that give the same one would take each other's.
    - ``durable``: ``False`` is for tests alone: a database may forget what it has committed.

    Each thread has a connection of its own, made as Django makes them, with what ``OPTIONS`` says; it is none of
    ``django.db.connections``. So a call within ``transaction.atomic()`` is no part of that transaction: what a service has given is
    kept, though the transaction is rolled back.
    """

    def __init__(
        self,
        alias: str = "default",
        table: str = "osign_grants",
        *,
        id: str,
        durable: bool = True,
    ) -> None:
        def connect() -> Any:
            from django.db import connections  # type: ignore[import-untyped]

            connections[alias]  # Which says what is wrong with the alias.
            own = connections.create_connection(alias)
            # A pool is for connections that go back.
            options = {name: value for name, value in (own.settings_dict.get("OPTIONS") or {}).items() if name != "pool"}
            own.settings_dict = {**own.settings_dict, "OPTIONS": options}
            own.ensure_connection()
            return own.connection

        super().__init__(connect, table, id=id, durable=durable)
        self._alias = alias

    @property
    def alias(self) -> str:
        """The database's alias."""
        return self._alias


Django.__module__ = "osign.stores"
