"""T14, T16: ten rooms of ten people, and rooms that leave memory."""

from __future__ import annotations

import asyncio
import gc
import random
import time
import weakref
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.rooms.endings import ServerFull
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.room import Room
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import unsynced_store

from .figures import Plan
from .jupyter import JupyterProcess
from .live import GIVE_UP, Company, Typist
from .oracles import check
from .schedule import Hands
from .stored import read_stored

START = "Āāăą"
ROOMS, PEOPLE = 10, 10
KEYS_PER_SECOND = 5
MIB = 1024 * 1024

Note = Callable[[str, object], None]


@pytest.fixture
def limits() -> dict[str, object]:
    """All come from one address, and as one person."""
    return {"connects": 1_000, "unseated": 200, "unseated_per_address": 200}


@pytest.fixture
def extensions() -> tuple[str, ...]:
    """One measures the event loop of the server."""
    return ("tests.campaign.probe",)


async def test_t14_ten_rooms_of_ten_people_are_served_in_time(
    plan_of: Callable[[str], Plan], jupyter: JupyterProcess, record_property: Note
) -> None:
    plan = plan_of("T14")
    hands = Hands(random.Random(plan.seed))
    await jupyter.start()
    rooms: dict[str, Company] = {}
    async with AsyncExitStack() as stack:
        for _ in range(ROOMS):
            wanted = {"code": START, "limit": 100}
            made = await jupyter.call("POST", "pairedit/rooms", wanted)
            dial = partial(jupyter.dial, made["roomId"])
            typists = [Typist(f"{number:022}", dial) for number in range(PEOPLE)]
            for each in typists:
                each.answer_within = 15.0
            working = await stack.enter_async_context(Company(typists))
            rooms[made["roomId"]] = working
        clients = [each for working in rooms.values() for each in working.clients]
        for working in rooms.values():
            await working.until(lambda: all(each.loaded for each in clients))

        await jupyter.call("GET", "probe")
        begun = time.monotonic()
        while time.monotonic() - begun < plan.count:
            for client in clients:
                hands.anything(client)
                # That is the speed of the typing.
                await asyncio.sleep(1 / KEYS_PER_SECOND / len(clients))
        felt = await jupyter.call("GET", "probe")

        record_property("figure", _words(felt))
        for room_id, working in rooms.items():
            await working.settled()
            log, code = await read_stored(jupyter.database, room_id)
            check(START, log, code, working.clients)
            assert not any(each.codes for each in working.typists), "was cut off"


def _words(felt: dict[str, float]) -> str:
    late = ", ".join(f"{name} {felt[name]:.1f}" for name in ("median", "p99", "p999"))
    return (
        f"loop late by {late}, at most {felt['most']:.1f} ms; "
        f"{felt['resident'] / MIB:.0f} MiB"
    )


async def test_t16_unused_rooms_leave_memory(
    plan_of: Callable[[str], Plan], tmp_path: Path, record_property: Note
) -> None:
    plan = plan_of("T16")
    file = tmp_path / "rooms.db"
    store = unsynced_store(file)
    hours = [0.0]
    limits = Limits(rooms=plan.count)

    def hub_of(store: SQLiteStore) -> Hub:
        return Hub(store, limits, now=lambda: 1.7e9, clock=lambda: hours[0] * 3600)

    stored = 5 * plan.count
    code = "x = 1\n" * 2_000
    made = [(await hub_of(store).create("Ann", code=code))[0] for _ in range(stored)]
    await store.close()

    begun = time.perf_counter()
    store = SQLiteStore(file)
    hub = hub_of(store)
    assert len(await hub.store.rooms()) == stored
    started = time.perf_counter() - begun
    open_rooms = [weakref.ref(await hub.open(each)) for each in made[: plan.count]]
    assert all(isinstance(each(), Room) for each in open_rooms)
    with pytest.raises(ServerFull):
        await hub.open(made[-1])
    hours[0] += 1
    hub.evict()
    await hub.open(made[-1])  # the thread that built the last one may still have it
    # What they still do as they are left comes to an end.
    async with asyncio.timeout(GIVE_UP):
        while True:
            gc.collect()
            if not any(each() for each in open_rooms):
                break
            await asyncio.sleep(0.01)  # between two attempts
    assert (await hub.open(made[0])).code == code
    record_property("figure", f"{stored} rooms listed {started:.2f} s after a start")
    await store.close()
