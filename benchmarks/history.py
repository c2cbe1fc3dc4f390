"""Joining a room with a long history: while it is open, and after a restart of the
server."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from . import servers
from .servers import Server
from .typists import EditTypist, Place, text_of

SIZE = 100_000
EDITS = 20_000

_PUSH = 500
"""Edits in a push: the largest number that the hub accepts."""
_WARM = 20
_SETTLE = 0.5
_STARTED = 1.0
"""Seconds until a server that answers has finished its start: other extensions still
work then, such as the search for language servers."""


@dataclass(frozen=True)
class Joins:
    """Medians, in seconds."""

    warm: float
    cold: float


def joins(folder: Path, core: set[int] | None, restarts: int) -> Joins:
    """Create a room with a long history; join it while open and after restarts."""
    with servers.hub(folder, core) as server:
        room_id = asyncio.run(_work(server))
        warm = asyncio.run(_join_often(server, room_id))
    cold = []
    for _ in range(restarts):
        with servers.hub(folder, core) as server:
            time.sleep(_STARTED)
            cold.append(asyncio.run(_join(server, room_id)))
    return Joins(warm, statistics.median(cold))


async def _work(server: Server) -> str:
    # Not by ``aconnect``: it makes one edit of all that is typed during a push.
    room_id = server.make_room(text_of(SIZE - EDITS))
    writer = EditTypist(server, room_id, Place(SIZE - EDITS, behind=False))
    await writer.join()
    for _ in range(EDITS // _PUSH):
        writer.keys(_PUSH)
        while writer.busy:  # noqa: ASYNC110 - nothing is measured here
            await asyncio.sleep(0.01)
    writer.connection.close()
    # The snapshot may not have been stored yet.
    await asyncio.sleep(_SETTLE)
    return room_id


async def _join_often(server: Server, room_id: str) -> float:
    return statistics.median([await _join(server, room_id) for _ in range(_WARM)])


async def _join(server: Server, room_id: str) -> float:
    reader = EditTypist(server, room_id, Place(SIZE, behind=False))
    seconds = await reader.join()
    reader.connection.close()
    await asyncio.sleep(_SETTLE / 10)
    return seconds
