"""Fixtures of the campaign: the figures, the real server, and a quick database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.handlers.conftest import clean_environment, database, start
from tests.making import unsynced_store

from .figures import FIGURES, Plan
from .jupyter import JupyterProcess

__all__ = ["clean_environment", "database", "start"]


@pytest.fixture
def plan_of(record_property: Callable[[str, object], None]) -> Callable[[str], Plan]:
    """Return what runs of a row of the plan, and have it in the report."""

    def plan_of(row: str) -> Plan:
        plan = Plan.of(row)
        what = f"{plan.count} {FIGURES[row].unit}"
        record_property("campaign", (row, what, plan.seed))
        print(f"{row}: {what} from seed {plan.seed}")
        return plan

    return plan_of


@pytest.fixture
def limits() -> dict[str, object]:
    """What of ``jupyter`` differs from the default limits. Test files replace it."""
    return {}


@pytest.fixture
def extensions() -> tuple[str, ...]:
    """What else ``jupyter`` loads. Test files replace it."""
    return ()


@pytest.fixture
def jupyter(
    tmp_path: Path,
    jp_asyncio_loop: asyncio.AbstractEventLoop,
    limits: dict[str, object],
    extensions: tuple[str, ...],
) -> Iterator[JupyterProcess]:
    """A Jupyter server that the test starts, and stops or kills."""
    jupyter = JupyterProcess(tmp_path, limits, extensions)
    yield jupyter
    jp_asyncio_loop.run_until_complete(jupyter.end())
    jupyter.close()


@pytest.fixture
def quick_store(
    tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[SQLiteStore]:
    """A real database that does not wait for the disk."""
    store = unsynced_store(tmp_path / "rooms.db")
    yield store
    jp_asyncio_loop.run_until_complete(store.close())
