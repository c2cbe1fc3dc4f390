"""People who come in at the same time: how many a second."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from itertools import chain
from time import perf_counter

from .contestants import Contestant
from .pace import Pace
from .typists import Typist

ROOMS = 10
PEOPLE = 90
AT_A_TIME = 32
"""Clients that are about to connect: fewer than the server's limit ``unseated``."""

_SIZE = 1_000
_SETTLE = 1.0


async def come_in(contestant: Contestant) -> Pace:
    """Return the people who come into ten rooms.

    A person has come in when the text has arrived; for echo, when the socket is open.
    """
    cost = contestant.server.cost
    rooms = [contestant.room(_SIZE, PEOPLE) for _ in range(ROOMS)]
    # One after the other into each room, as into a class.
    people = list(chain.from_iterable(zip(*rooms, strict=True)))
    await asyncio.sleep(_SETTLE)
    gc.collect()
    gc.disable()
    try:
        spent, began = cost.cpu, perf_counter()
        await _join_all(people)
        rate = len(people) / (perf_counter() - began)
        return Pace(rate, (cost.cpu - spent) / len(people))
    finally:
        gc.enable()
        for each in people:
            each.connection.close()
        await asyncio.sleep(_SETTLE)


async def _join_all(people: Sequence[Typist]) -> None:
    waiting = iter(people)

    async def join() -> None:
        for each in waiting:
            await each.join()

    await asyncio.gather(*(join() for _ in range(AT_A_TIME)))
