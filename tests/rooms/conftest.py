"""Fixtures of the tests of rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.stores import open_store
from tests.loops import jp_asyncio_loop
from tests.making import SteeredStore, migrated

__all__ = ["jp_asyncio_loop"]


@pytest.fixture
def store(
    tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[SteeredStore]:
    """A store whose appends wait or fail if the test says so."""
    inner = open_store(f"sqlite:///{migrated(tmp_path / 'rooms.db')}")
    yield SteeredStore(inner)
    jp_asyncio_loop.run_until_complete(inner.close())
