"""T1b, T17: the schedules of T1a with the real room and a real database."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import unsynced_store

from .cores import on_all_cores
from .figures import Plan
from .rooms import StoredServer
from .schedule import play


def test_t1b_clients_and_stored_log_agree_whatever_happened(
    plan_of: Callable[[str], Plan],
) -> None:
    on_all_cores(plan_of("T1b"), _play)


def _play(seeds: Sequence[int]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(_play_in(Path(folder), seeds))


async def _play_in(folder: Path, seeds: Sequence[int]) -> None:
    store = unsynced_store(folder / "rooms.db")
    for seed in seeds:
        await play(seed, StoredServer(store))
    await store.close()


async def test_t17_a_clock_that_jumps_changes_neither_order_nor_text(
    plan_of: Callable[[str], Plan], quick_store: SQLiteStore
) -> None:
    plan = plan_of("T17")
    rng = random.Random(plan.seed)
    # An hour and a day to and fro, the end of 32 bits, the beginning; no step at all.
    times = (1.7e9, 1.7e9 + 3600, 1.7e9 - 86_400, 2.0**31, 2.0**31 - 1, 0.0, 1.7e9)

    for seed in plan.seeds:
        server = StoredServer(quick_store, now=lambda: rng.choice(times))
        await play(seed, server)
        stored = await quick_store.revisions(server.room_id, 0, -1)
        assert all(each.at in times for each in stored)
