"""Stores that rooms are exported from, and imported into."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from tests.making import migrated
from tests.postgres import Postgres


@pytest.fixture
def opened(
    jp_asyncio_loop: asyncio.AbstractEventLoop,
) -> Iterator[Callable[[str], Store]]:
    """Return a function that opens a store until the end of the test."""
    stores: list[Store] = []

    def opened(url: str) -> Store:
        stores.append(open_store(url))
        return stores[-1]

    yield opened
    for store in stores:
        jp_asyncio_loop.run_until_complete(store.close())


@pytest.fixture
def here(opened: Callable[[str], Store], tmp_path: Path) -> Store:
    """The source store, in SQLite."""
    return opened(f"sqlite:///{migrated(tmp_path / 'here.db')}")


@pytest.fixture(params=["sqlite", "postgresql"])
def there(
    opened: Callable[[str], Store], tmp_path: Path, request: pytest.FixtureRequest
) -> Store:
    """The target store."""
    if request.param == "sqlite":
        return opened(f"sqlite:///{migrated(tmp_path / 'there.db')}")
    postgres: Postgres = request.getfixturevalue("postgres")
    return opened(postgres.new_database())
