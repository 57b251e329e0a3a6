"""Stores in a table of the program's own, for ``osign.Store`` and ``osign.AsyncStore``.

- ``Django``: a database of a Django project.
- ``DBAPI``: any database with a driver of DB-API 2.0 (PEP 249).
- ``Records``: what any other object must have, and ``RecordsError`` for it to raise.
"""

from __future__ import annotations

from ._dbapi import DBAPI
from ._django import Django
from ._records import Records, RecordsError
from ._sql import Dialect, ParamStyle

__all__ = ["DBAPI", "Dialect", "Django", "ParamStyle", "Records", "RecordsError"]
