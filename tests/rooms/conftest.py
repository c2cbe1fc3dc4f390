"""Fixtures of the tests of rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.stores import open_store
from tests.making import SteeredStore, migrated


@pytest.fixture
def store(
    tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[SteeredStore]:
    """A store whose appends wait or fail if the test says so."""
    inner = open_store(f"sqlite:///{migrated(tmp_path / 'rooms.db')}")
    yield SteeredStore(inner)
    jp_asyncio_loop.run_until_complete(inner.close())


@pytest.fixture(autouse=True)
def jp_asyncio_loop(
    jp_asyncio_loop: asyncio.AbstractEventLoop,
) -> Iterator[asyncio.AbstractEventLoop]:
    """Return the loop of a test. What rooms still do at the end, such as a sync, ends.

    Otherwise asyncio reports it when the loop is collected.
    """
    yield jp_asyncio_loop
    tasks = asyncio.all_tasks(jp_asyncio_loop)
    for task in tasks:
        task.cancel()
    if tasks:
        jp_asyncio_loop.run_until_complete(asyncio.wait(tasks))
