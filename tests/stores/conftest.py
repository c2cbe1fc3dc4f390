"""Fixtures that run a test on each store."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from tests.making import migrated
from tests.postgres import Postgres


@pytest.fixture
def database_url(postgres: Postgres) -> str:
    """A new database of PostgreSQL."""
    return postgres.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Return a function that opens the one database of this test."""
    if request.param == "sqlite":
        file = migrated(tmp_path / "with a space" / "rooms.db")
        return lambda: open_store(f"sqlite:///{file}", wait=0.05)
    url = request.getfixturevalue("database_url")
    return lambda: open_store(url)


@pytest.fixture
def store(
    open_again: Callable[[], Store], jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Store]:
    """An empty store."""
    store = open_again()
    yield store
    jp_asyncio_loop.run_until_complete(store.close())


@pytest.fixture
def do_sql(
    request: pytest.FixtureRequest, open_again: Callable[[], Store], tmp_path: Path
) -> Callable[[str], None]:
    """Return a function that runs SQL on another connection.

    It replaces ``{schema}`` and ``{long_ago}`` in the statement.
    """

    def do_sql(statement: str) -> None:
        file = tmp_path / "with a space" / "rooms.db"
        if file.exists():
            with closing(sqlite3.connect(file)) as database, database:
                database.execute(statement.format(schema="", long_ago=0))
        else:
            postgres: Postgres = request.getfixturevalue("postgres")
            long_ago = "now() - interval '1 day'"
            statement = statement.format(schema="pairedit.", long_ago=long_ago)
            postgres.do(statement, request.getfixturevalue("database_url"))

    return do_sql
