"""The memory of idle connections."""

from __future__ import annotations

import asyncio

from .contestants import Contestant
from .typists import Typist

CONNECTIONS = 1_000

_SIZE = 1_000
_WARM_UP = 20
"""Pairs that are not counted, because they load code and fill caches."""
_SETTLE = 2.0


async def bytes_each(contestant: Contestant) -> float:
    """Return bytes for each of many connections, two in each room."""
    warm = await _join(contestant, _WARM_UP)
    await asyncio.sleep(_SETTLE)
    before = contestant.server.cost.memory
    idle = await _join(contestant, CONNECTIONS // 2)
    await asyncio.sleep(_SETTLE)
    after = contestant.server.cost.memory
    for each in (*warm, *idle):
        each.connection.close()
    return (after - before) / len(idle)


async def _join(contestant: Contestant, rooms: int) -> list[Typist]:
    typists = [each for _ in range(rooms) for each in contestant.room(_SIZE, 2)]
    for each in typists:
        await each.join()
    return typists
