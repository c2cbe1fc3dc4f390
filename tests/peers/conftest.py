"""A database that two servers open, on each store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from tests.making import migrated
from tests.stores.conftest import database_url

from .servers import GUARD

__all__ = ["database_url"]


@pytest.fixture(params=["sqlite", "postgresql"])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Return a function that opens the database, as each of two servers does."""
    if request.param == "sqlite":
        url = f"sqlite:///{migrated(tmp_path / 'rooms.db')}"
    else:
        url = request.getfixturevalue("database_url")
    return lambda: open_store(url, wait=GUARD)
