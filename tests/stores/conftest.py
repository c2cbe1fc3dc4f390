"""Every store, for one suite."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from tests.postgres import Postgres


@pytest.fixture
def database_url(postgres: Postgres) -> str:
    """A new database of PostgreSQL."""
    return postgres.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Opens the database of this test, which holds what it held before."""
    if request.param == "sqlite":
        return lambda: open_store(
            f"sqlite:///{tmp_path}/new folder/rooms.db", wait=0.05
        )
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
