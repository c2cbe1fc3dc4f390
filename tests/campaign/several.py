"""Several servers on one database: hubs in this process, each with connections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from functools import partial

from jupyter_pairedit.peers.peers import Peers
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.stores import open_store
from tests.making import ROOM

from .hubprocess import START, Point, Server
from .live import LineWire, Typist
from .oracles import check
from .rooms import LIMITS

_WAIT = 0.5
"""Seconds that an append waits for a database which is locked, or silent."""


class Fleet:
    """Servers with one room between them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.hubs: list[Hub] = []
        self._peers: list[Peers] = []
        self._listening: list[asyncio.Server] = []

    async def start(self, count: int) -> None:
        """Start so many servers, and make the room."""
        for _ in range(count):
            store = open_store(self.url, wait=_WAIT)
            hub = Hub(store, LIMITS, now=time.time, clock=time.monotonic)
            peers = Peers(hub, hub.store.peers, None)
            peers.start()
            self._peers.append(peers)
            self.hubs.append(hub)
            await hub.create("Ann", room_id=ROOM, code=START)
            server = Server(hub, Point("-", 0))
            self._listening.append(
                await asyncio.start_server(server.serve, "127.0.0.1", limit=2**24)
            )

    def typists(self, each: int) -> list[Typist]:
        """Make so many typists on each server."""
        ports = [one.sockets[0].getsockname()[1] for one in self._listening]
        typists = [
            Typist(f"{number:022}", partial(LineWire.dial, ports[number % len(ports)]))
            for number in range(each * len(ports))
        ]
        for typist in typists:
            # As the browser's client: longer than the store waits for a database.
            typist.answer_within = 15.0
        return typists

    @property
    def conflicts(self) -> int:
        """The number of appends that another server preceded."""
        return sum(hub.counters.conflicts for hub in self.hubs)

    async def check(self, typists: Sequence[Typist]) -> None:
        """Ask the oracles about what each server shows, and what is stored."""
        clients = [each.client for each in typists]
        log = await self.hubs[0].store.revisions(ROOM, 0, -1)
        for hub in self.hubs:
            room = await hub.open(ROOM)
            check(START, log, room.code, clients if hub is self.hubs[0] else [])
            assert room.head == len(log)

    async def stop(self) -> None:
        """Stop all of them."""
        for listening in self._listening:
            listening.close()
        for peers in self._peers:
            await peers.stop()
        for hub in self.hubs:
            await hub.close()
