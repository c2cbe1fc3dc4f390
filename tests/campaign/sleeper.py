"""Typists in a process of their own, which a test can put to sleep.

``python -m tests.campaign.sleeper <port> <room> <database> <people> <seed>`` says
``ready``, types until a line comes in, waits for quiet, asks the oracles, and says
``equal`` with the number of edits.
"""

from __future__ import annotations

import asyncio
import random
import sys
from functools import partial
from pathlib import Path

from .jupyter import HEADERS
from .live import Company, Typist, Wire
from .oracles import check
from .processes import type_on
from .schedule import Hands
from .sockets import dial
from .stored import read_stored

START = "Āāăą"
"""The code of the room at version 0."""


async def main(port: int, room_id: str, database: Path, people: int, seed: int) -> None:
    """Type, wait for quiet, and ask the oracles."""

    async def wire() -> Wire:
        return await dial(f"ws://127.0.0.1:{port}/pairedit/ws/{room_id}", HEADERS)

    typists = [Typist(f"{number:022}", wire) for number in range(people)]
    async with Company(typists) as working:
        await working.until(lambda: all(each.loaded for each in working.clients))
        typing = asyncio.create_task(type_on(working, Hands(random.Random(seed))))
        await working.until(partial(working.has_acknowledged, 20))
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        assert not typing.done()
        typing.cancel()
        await working.settled()
        log, code = await read_stored(database, room_id)
        check(START, log, code, working.clients)
        print("equal", working.acknowledged, flush=True)


if __name__ == "__main__":
    port, room_id, database, people, seed = sys.argv[1:]
    asyncio.run(main(int(port), room_id, Path(database), int(people), int(seed)))
