"""A store in a database of a Django project: the app's migration, transactions, and the suite of every store."""

import asyncio
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import osign
import pytest
from programs import run
from service import KEY, Service, log_in
from stores_suite import Place, Suite, is_one_refresh

#: A project of one file, over a database whose settings are a dict.
PROJECT = '''
import django
from django.conf import settings
if not settings.configured:
    settings.configure(
        DATABASES={{"default": {database}}}, INSTALLED_APPS=["osign.django"], USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField"
    )
    django.setup()
'''


def django_place(database: dict[str, Any], **about: Any) -> Place:
    """The first place decides of which project this process is; each other changes its database."""
    project = PROJECT.format(database=database)
    source = project + "import osign\nrecords = osign.stores.Django(id='shop')\n"
    exec(project, {})
    from django.core.management import call_command
    from django.db import connections

    connections["default"].close()
    connections.settings["default"].update(database)
    del connections["default"]
    call_command("migrate", verbosity=0)

    def connect() -> Any:
        own = connections.create_connection("default")
        own.ensure_connection()
        return Committing(own)

    return Place(source, connect, **about)


class Committing:
    """A connection of Django's, as a driver's: its transactions begin by themselves."""

    def __init__(self, own: Any) -> None:
        own.set_autocommit(False)
        self.cursor, self.commit, self.rollback, self.close = own.cursor, own.commit, own.rollback, own.close


def sqlite_database(path: Path) -> dict[str, Any]:
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": {"timeout": 20, "init_command": "PRAGMA journal_mode=WAL"}}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("OSIGN_ANCHORS", str(tmp_path / "anchors"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    yield django_place(sqlite_database(tmp_path / "project.db"), has_many_writers=False)
    from django.db import connections

    connections.close_all()
    Place.close_all()


class TestDjangoOnSQLite(Suite):
    """All of it."""


def test_the_migration_and_no_model(place: Place) -> None:
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection

    assert apps.get_app_config("osign").name == "osign.django" and not list(apps.get_app_config("osign").get_models())
    call_command("makemigrations", "--check", verbosity=0)
    assert "osign_grants" in connection.introspection.table_names()
    call_command("migrate", "osign", "zero", verbosity=0)
    assert "osign_grants" not in connection.introspection.table_names()
    # Without the app.
    osign.Store(osign.stores.Django(id="shop"), KEY, create=True).add("key", kind="static", secret="k")
    call_command("migrate", verbosity=0)
    assert osign.Store(osign.stores.Django(id="shop"), KEY).grants() == ["key"]


def test_arguments(place: Place) -> None:
    records = osign.stores.Django("default", "other_grants", id="billing")
    assert (records.alias, records.table, records.id) == ("default", "other_grants", "billing")
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'id'"):
        osign.stores.Django()  # type: ignore[call-arg]
    with pytest.raises(osign.StoreError, match="its names raised django.utils.connection.ConnectionDoesNotExist$"):
        osign.Store(osign.stores.Django("nowhere", id="shop"), KEY).grants()


def test_atomic_around_a_call_is_no_part_of_it(place: Place, service: Service) -> None:
    from django.db import connection, transaction

    store = place.store()
    token = log_in(store, service)
    service.control(end_access=True)

    class RolledBack(Exception):
        pass

    with pytest.raises(RolledBack), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT generation FROM osign_grants")
            assert cursor.fetchall() == [(2,)]
        newer = store.refused("crm", token)
        raise RolledBack
    assert place.store().token("crm").value == newer.value
    is_one_refresh(service)


def test_connections_are_none_of_django_s(place: Place) -> None:
    from django.db import connection, connections

    records = osign.stores.Django(id="shop")
    seen: list[Any] = []
    from django.db.backends.signals import connection_created

    connection_created.connect(handler := lambda connection, **_: seen.append(connection))
    connection.close()
    try:
        records.names()
        connection.ensure_connection()
    finally:
        connection_created.disconnect(handler)
    assert len(seen) == 2 and seen[0] is not connections["default"] and records._own.held.connection is not connection.connection
    # What closes Django's, such as the end of a request, leaves them open.
    held = records._own.held
    connections.close_all()
    records.names()
    assert records._own.held is held
    records.close()


def test_a_pool_of_django_s_is_left_alone(place: Place) -> None:
    from django.db import connections

    connections.settings["default"]["OPTIONS"]["pool"] = True
    records = osign.stores.Django(id="shop")
    assert records.names() == []  # SQLite's driver would refuse the option.
    records.close()
    del connections.settings["default"]["OPTIONS"]["pool"]


def test_in_an_async_view(place: Place) -> None:
    from django.core.exceptions import SynchronousOnlyOperation

    async def main() -> list[str]:
        # What holds up the loop opens no connection.
        with pytest.raises(osign.StoreError) as caught:
            place.store().grants()
        assert isinstance(caught.value.__cause__, SynchronousOnlyOperation)
        return await osign.AsyncStore.of(place.store()).grants()

    assert asyncio.run(main()) == []


def test_without_django_it_is_said() -> None:
    said = run("""
        import sys, osign
        sys.modules["django"] = None
        try:
            osign.Store(osign.stores.Django(id="shop"), osign.new_key()).grants()
        except osign.StoreError as error:
            print(error.__cause__.__class__.__name__, error)
    """)
    assert said == "ModuleNotFoundError the host's store of grants failed: its names raised ModuleNotFoundError\n"


def test_a_project_by_manage_py(tmp_path: Path) -> None:
    """As a developer writes it, with a router that keeps the table to one database."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/__init__.py").touch()
    (tmp_path / "shop/settings.py").write_text(textwrap.dedent("""
        from pathlib import Path
        HERE = Path(__file__).parent
        DATABASES = {
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "db.sqlite3"},
            "grants": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "grants.sqlite3"},
        }
        INSTALLED_APPS = ["osign.django"]
        DATABASE_ROUTERS = ["shop.settings.Router"]
        SECRET_KEY = "x"
        USE_TZ = True
        class Router:
            def allow_migrate(self, db, app_label, **hints):
                return (db == "grants") == (app_label == "osign")
    """))
    program = textwrap.dedent("""
        import os, sys, django
        sys.path.insert(0, os.getcwd())
        os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
        from django.core.management import execute_from_command_line
        for database in ("default", "grants"):
            execute_from_command_line(["manage.py", "migrate", "-v0", "--database", database])
        from django.db import connections
        print([len([t for t in connections[a].introspection.table_names() if t == "osign_grants"]) for a in ("default", "grants")])
        import osign
        store = osign.Store(osign.stores.Django("grants", id="shop"), osign.new_key())
        store.add("key", kind="static", secret="k")
        print(store.grants())
    """)
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "[0, 1]\n['key']\n", done.stderr
