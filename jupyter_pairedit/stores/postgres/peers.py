"""Notices of changes by other servers on the same PostgreSQL, by LISTEN and NOTIFY.

The tables ``server`` and ``seat`` are unlogged: their rows are lost when the database
crashes, and servers announce their clients again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from ..errors import StorageFailure
from ..peers import EVERYTHING, HEARTBEAT, Notice
from ..sql.peers import SQLPeers
from .connection import PostgresConnection, Work
from .driver import PostgresDriver
from .session import Connection

_CHANNEL = "pairedit"
_RETRY = 0.1
"""Seconds between two attempts to listen. The connection adds a growing delay."""


class PostgresPeers(SQLPeers):
    """Listens, and announces clients, on a connection of its own."""

    def __init__(self, url: str, server: str, first: Work[None] | None = None) -> None:
        # These tables do not survive a crash, so that commits need not wait for it.
        self._connection = PostgresConnection(
            url,
            timeout=HEARTBEAT,
            settings={"synchronous_commit": "off"},
            prepare=self._listen,
            first=first,
        )
        super().__init__(PostgresDriver(self._connection, server), server)
        self._listening: object = None
        """The connection that receives notices."""
        self._received: set[Notice] = set()
        self._changed = asyncio.Event()

    async def wait(
        self, needed: Callable[[], bool] = lambda: True
    ) -> Collection[Notice]:
        """Wait for notices; see ``PeerStore.wait``."""
        while not self._received:
            self._changed.clear()
            if self._listening is not None:
                await self._changed.wait()
                continue
            try:
                await self._connection.do(lambda db: db.fetchval("select 1"))
            except StorageFailure:
                await asyncio.sleep(_RETRY)
        received, self._received = self._received, set()
        return received

    async def close(self) -> None:
        """Withdraw all clients, close the connection; see ``PeerStore.close``."""
        await super().close()
        await self._connection.close()

    async def _listen(self, db: Connection) -> None:
        await db.add_listener(_CHANNEL, self._receive)
        db.add_termination_listener(self._disconnected)
        self._listening = db
        # Notices before this one were missed.
        self._add(EVERYTHING)

    def _receive(self, _: object, _pid: int, _channel: str, payload: object) -> None:
        match str(payload).split(" "):
            case ["log" | "people" | "room" | "run" | "seat" as what, server, room_id]:
                if server != self.server:
                    self._add(Notice(what, room_id))

    def _disconnected(self, db: object) -> None:
        # An old connection may end after a new one was made.
        if db is self._listening:
            self._listening = None
            self._changed.set()

    def _add(self, notice: Notice) -> None:
        self._received.add(notice)
        self._changed.set()
