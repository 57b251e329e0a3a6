"""The table ``osign_grants``, as ``osign.stores.DBAPI.ddl`` has it: on MySQL its names must be compared letter by letter."""

from typing import TYPE_CHECKING, Any

from django.db import NotSupportedError, migrations  # type: ignore[import-untyped]
from osign.stores import DBAPI

if TYPE_CHECKING:
    # It has no types of its own.
    _Migration = object
else:
    _Migration = migrations.Migration


def create(_apps: Any, schema_editor: Any) -> None:
    """Makes it."""
    vendor = schema_editor.connection.vendor
    if vendor not in ("sqlite", "postgresql", "mysql"):
        raise NotSupportedError(f"osign keeps no grants in {vendor}; let a database router leave the app osign out there")
    schema_editor.execute(DBAPI.ddl(vendor))


def drop(_apps: Any, schema_editor: Any) -> None:
    """Drops it, and what is in it."""
    schema_editor.execute("DROP TABLE osign_grants")


class Migration(_Migration):
    """Makes it, and drops it."""

    operations: list[Any] = [migrations.RunPython(create, drop)]
