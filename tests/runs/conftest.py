"""A room whose runs are tested without sockets and without a kernel."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.loops import jp_asyncio_loop
from tests.making import migrated, unsynced_store

from .rooms import RunRoom

__all__ = ["jp_asyncio_loop"]


@pytest.fixture
def at(tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[RunRoom]:
    """A room with a kernel that records what it is given."""
    store = unsynced_store(migrated(tmp_path / "rooms.db"))
    room = RunRoom(store)
    jp_asyncio_loop.run_until_complete(room.open())
    yield room
    jp_asyncio_loop.run_until_complete(room.close())
    jp_asyncio_loop.run_until_complete(store.close())
