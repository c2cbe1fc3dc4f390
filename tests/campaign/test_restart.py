"""T10c: a Jupyter server is killed and started again while many people are in rooms."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from itertools import chain

import pytest

from jupyter_pairedit.protocol import Close

from .figures import Plan
from .jupyter import JupyterProcess
from .live import Company, Typist
from .oracles import check
from .schedule import Hands
from .stored import read_stored

CODE = "Āāăą"
ROOMS = 10
WITHIN = 10.0
"""Seconds after the restart in which all clients are equal, asserted at night."""
LONGEST_PAUSE = 2.0
"""Seconds between two attempts to connect. That of browsers grows to 30 with the time
in which the server is away, which would be measured in the place of the server."""


@pytest.fixture
def limits() -> dict[str, object]:
    """Many clients are taken; the other limits are the defaults."""
    return {"clients": 2_000}


async def test_t10c_all_are_equal_soon_after_a_restart_of_the_server(
    plan_of: Callable[[str], Plan],
    jupyter: JupyterProcess,
    record_property: Callable[[str, object], None],
) -> None:
    plan = plan_of("T10c")
    hands = Hands(random.Random(plan.seed))
    in_each = max(2, plan.count // ROOMS)

    def pause(in_vain: int) -> float:
        """As ``js/src/client/connection.ts`` does: any time up to one that doubles."""
        return hands.rng.random() * min(LONGEST_PAUSE, 0.25 * 2.0**in_vain)

    await jupyter.start()
    rooms: dict[str, Company] = {}
    async with AsyncExitStack() as stack:
        for _ in range(ROOMS):
            wanted = {"code": CODE, "limit": in_each}
            made = await jupyter.call("POST", "pairedit/rooms", wanted)
            dial = partial(jupyter.dial, made["roomId"])
            typists = [Typist(f"{n:022}", dial, pause) for n in range(in_each)]
            for each in typists:
                each.answer_within = 15.0
            working = await stack.enter_async_context(Company(typists))
            rooms[made["roomId"]] = working
            await working.until(partial(_are_loaded, working))
        people = list(chain.from_iterable(each.typists for each in rooms.values()))

        for typist in people:
            hands.anything(typist.client)
        ended = time.monotonic()
        await jupyter.end()
        await jupyter.start()
        began = time.monotonic()
        for working in rooms.values():
            await working.until(partial(_are_back, working))
        back = time.monotonic() - began
        for working in rooms.values():
            await working.settled()
        equal = time.monotonic() - began

        codes = Counter(code for each in people for code in each.codes)
        record_property(
            "figure",
            f"{len(people)} back in {back:.1f} s, equal in {equal:.1f} after a restart "
            f"of {began - ended:.1f} s; {dict(codes)}",
        )
        for room_id, working in rooms.items():
            log, code = await read_stored(jupyter.database, room_id)
            check(CODE, log, code, working.clients)
        # Browsers that are sent away wait for ten seconds.
        assert not codes[Close.TRY_LATER]
        assert not plan.nightly or equal <= WITHIN


def _are_loaded(working: Company) -> bool:
    return all(each.loaded for each in working.clients)


def _are_back(working: Company) -> bool:
    return all(each.following for each in working.clients)
