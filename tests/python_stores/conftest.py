"""What these tests share with those of the package, and servers."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))
pytest.register_assert_rewrite("stores_suite")

from servers import MariaDB, PostgreSQL
from service import Service
from unskipped import pytest_sessionfinish as pytest_sessionfinish


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSIGN_ANCHORS", str(tmp_path / "anchors"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    import psycopg

    running = PostgreSQL()
    running.wait(lambda: psycopg.connect(running.dsn()))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    import pymysql

    running = MariaDB()
    running.wait(lambda: pymysql.connect(host="127.0.0.1", port=running.port, user="root"))
    yield running
    running.stop()
