"""Two servers on one database, without HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.guests.invites import Invites
from jupyter_pairedit.peers.peers import Peers
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.runs.service import Runs
from jupyter_pairedit.stores.base import Store
from tests.making import ROOM

GUARD = 30.0
"""Seconds after which a test that hangs fails."""


ANN, BOB = Writer("ann-1", "Ann"), Writer("bob-1", "Bob")


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(GUARD):
        while True:
            if condition():
                return
            await asyncio.sleep(0.005)  # between two attempts


@dataclass
class Pair:
    """Two servers with the same room open."""

    servers: tuple[Server, Server]
    here: Room
    there: Room

    def __post_init__(self) -> None:
        self.hubs = self.servers[0].hub, self.servers[1].hub
        self._joined: list[tuple[Room, EditReader]] = []

    def join(self, room: Room, reader: EditReader) -> EditReader:
        """Add a reader until the end of the test; it has no connection."""
        room.audience.join(reader)
        self._joined.append((room, reader))
        return reader

    async def close(self) -> None:
        """Remove all readers, and stop the servers."""
        for room, joined in self._joined:
            room.audience.leave(joined)
        for server in self.servers:
            await server.close()

    def names(self) -> list[list[str]]:
        """Return the names of the people in the room, for each server."""
        return [
            sorted(each.name for each in room.audience.presence.people)
            for room in (self.here, self.there)
        ]


def reader(name: str, number: int = 1) -> EditReader:
    return EditReader(f"{name.lower()}-{number}", name.lower(), name)


class RecordingInvites(Invites):
    """Records the requests of other servers."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, time.time)
        self.kicked: list[tuple[str, str, str]] = []
        self.locked: list[str] = []
        self.error: Exception | None = None

    async def kick_for_peer(self, room_id: str, client_id: str, by: str) -> None:
        if self.error is not None:
            raise self.error
        self.kicked.append((room_id, client_id, by))

    async def reload(self, room_id: str) -> None:
        if await self._hub.store.invites.is_locked(room_id):
            self.locked.append(room_id)


@dataclass
class Server:
    """A hub, and its connection to other servers."""

    hub: Hub
    invites: RecordingInvites
    peers: Peers
    runs: Runs

    async def close(self) -> None:
        """Stop."""
        await self.hub.say_goodbye()
        await self.peers.stop()
        await self.runs.close()
        await self.hub.close()


class AnyKernel:
    """Has every kernel, and can do nothing with it."""

    def info(self, kernel_id: str) -> Mapping[str, object]:
        return {}

    def name(self, kernel_id: str) -> str:
        return "Any"

    def specs(self) -> dict[str, str]:
        return {}

    async def start(self, spec: str) -> str:
        raise NotImplementedError

    async def shut_down(self, kernel_id: str) -> None:
        raise NotImplementedError

    async def interrupt(self, kernel_id: str) -> None:
        raise NotImplementedError

    def on_end(self, kernel_id: str, ended: Callable[[], None]) -> None:
        """Never call it."""


def started(store: Store) -> Server:
    hub = Hub(store, Limits(people=3), now=time.time, clock=time.monotonic)
    invites = RecordingInvites(hub)
    runs = Runs(hub, AnyKernel(), time.monotonic)
    peers = Peers(
        hub,
        store.peers,
        invites,
        reload_runs=runs.following.reload,
        is_running=runs.runner.is_running,
    )
    server = Server(hub, invites, peers, runs)
    server.peers.start()
    return server


@asynccontextmanager
async def pair(open_again: Callable[[], Store], code: str = "") -> AsyncIterator[Pair]:
    servers = started(open_again()), started(open_again())
    hubs = servers[0].hub, servers[1].hub
    await hubs[0].create("Ann", room_id=ROOM, code=code)
    two = Pair(servers, await hubs[0].open(ROOM), await hubs[1].open(ROOM))
    try:
        yield two
    finally:
        await two.close()
