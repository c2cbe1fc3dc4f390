"""Every store, for one suite."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store


@pytest.fixture(params=["sqlite"])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Opens the database of this test, which holds what it held before."""
    urls = {"sqlite": f"sqlite:///{tmp_path}/new folder/rooms.db"}
    return lambda: open_store(urls[request.param], wait=0.05)


@pytest.fixture
def store(
    open_again: Callable[[], Store], jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Store]:
    """An empty store."""
    store = open_again()
    yield store
    jp_asyncio_loop.run_until_complete(store.close())
