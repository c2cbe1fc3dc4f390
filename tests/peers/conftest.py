"""A database that two servers open, on each store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from tests.stores.conftest import database_url

from .servers import (
    GUARD,
)

__all__ = ["database_url"]


@pytest.fixture(params=["sqlite", "postgresql"])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Return a function that opens the database, as each of two servers does."""
    url = f"sqlite:///{tmp_path}/rooms.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("database_url")
    return lambda: open_store(url, wait=GUARD)
