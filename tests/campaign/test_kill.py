"""T3a, T3b: a killed hub loses nothing that it acknowledged."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from .figures import Plan
from .hubprocess import POINTS
from .links import check_links
from .processes import HubProcess, check_stored, company, type_on
from .schedule import Hands


@pytest.fixture
def hub(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[HubProcess]:
    """A hub in a process that the test kills."""
    hub = HubProcess()
    yield hub
    jp_asyncio_loop.run_until_complete(hub.close())


async def test_t3a_a_hub_that_is_killed_at_any_time_loses_nothing(
    plan_of: Callable[[str], Plan], tmp_path: Path, hub: HubProcess
) -> None:
    plan = plan_of("T3a")
    rng = random.Random(plan.seed)
    hands = Hands(rng)
    database = tmp_path / "rooms.db"
    async with company(hub) as working:
        typing = asyncio.create_task(type_on(working, hands))
        for _ in range(plan.count):
            await hub.start(database)
            enough = working.acknowledged + rng.choice((0, 1, 5, 20, 60))
            await working.until(partial(working.has_acknowledged, enough))
            # And then at any moment of what goes on.
            await asyncio.sleep(rng.random() * 0.02)
            await hub.kill()
        typing.cancel()
        await hub.start(database)
        await working.settled()
        await hub.kill()
        await check_stored(database, working)


@pytest.mark.parametrize("point", POINTS)
async def test_t3b_a_hub_that_ends_at_a_point_loses_nothing(
    plan_of: Callable[[str], Plan], tmp_path: Path, hub: HubProcess, point: str
) -> None:
    plan = plan_of("T3b")
    rng = random.Random(plan.seed + POINTS.index(point))
    hands = Hands(rng)
    for number in range(plan.count):
        database = tmp_path / f"{number}.db"
        first = number == 0 or point in ("migration", "create")
        async with company(hub) as working:
            typing = asyncio.create_task(type_on(working, hands))
            await hub.start(database, point, 1 if first else rng.randint(2, 12))
            assert await hub.end() == 137, "never got to the point"
            said = hub.said
            typing.cancel()
            await hub.start(database)
            await working.until(lambda: all(each.loaded for each in working.clients))
            for client in working.clients:
                hands.type(client)
            await working.settled()
            await hub.kill()
            await check_stored(database, working)
            await check_links(database, said)
