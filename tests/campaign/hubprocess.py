"""A hub without Jupyter, as a process to kill: a JSON message a line, over TCP.

``python -m tests.campaign.hubprocess`` reads lines ``<point> <hits> <database>``. For
each (a file of SQLite, or the URL of another database) it forks a hub, so that nothing
is to be imported again. That says ``ready <port>
<pid>`` when it is, and ``ended <status>`` is said when it has ended; then the next line
is read. What is said in between is of links, see ``links``.

A hub ends itself as ``kill -9`` would when it is at a fail-point for so many times; the
points are in ``POINTS``, and ``-`` is none.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from jupyter_pairedit.core.retention import Keep
from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.peers.peers import Peers
from jupyter_pairedit.protocol import decode, encode
from jupyter_pairedit.rooms.audience import Audience
from jupyter_pairedit.rooms.compaction import compact
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.sql.compaction import SQLCompaction
from jupyter_pairedit.stores.sqlite.database import connect
from jupyter_pairedit.stores.sqlite.file import SQLiteFile
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from jupyter_pairedit.stores.sqlite.worker import Job
from tests.making import ROOM

from . import links
from .rooms import LIMITS, RoomSeat

POINTS = (
    "before_begin",
    "after_insert",
    "after_commit",
    "before_wake",
    "mid_send",
    "checkpoint",
    "before_snapshot",
    "after_snapshot",
    "compaction",
    "migration",
    "create",
    "delete",
    "close",
    *links.POINTS,
)
START = "Āāăą"
"""The code of the room at version 0."""


def _die() -> NoReturn:
    os._exit(137)


class Point:
    """A place in the code where the process ends, at the n-th time it is reached."""

    def __init__(self, name: str, hits: int) -> None:
        self.name = name
        self.hits = hits

    def at(self, name: str) -> bool:
        """Count; return whether this is the time."""
        if name != self.name:
            return False
        self.hits -= 1
        return self.hits <= 0

    def reach(self, name: str) -> None:
        """Count, and end the process at the n-th time."""
        if self.at(name):
            _die()


class FragileFile(SQLiteFile):
    """The real file, ending the process at its point."""

    def __init__(self, path: Path, point: Point) -> None:
        self._point = point
        self._path = path
        self.now = ""
        """The current operation."""
        super().__init__(path, "process", 2.0, server=secrets.token_urlsafe(6))

    def finish(self) -> None:
        """Run the waiting jobs, and none after them."""
        self._writer.close()

    def _commit(self, batch: Sequence[Job[Any]]) -> None:
        self._point.reach("before_begin")
        super()._commit([*batch, Job(self._inserted, batch[0].future)])
        self._point.reach("after_commit")
        if self._point.at("checkpoint"):
            threading.Thread(target=self._checkpoint).start()
            time.sleep(0.0005)
            _die()

    def _inserted(self) -> None:
        if self.now in ("create", "delete"):
            self._point.hits = 0
            self._point.reach(self.now)
        self._point.reach("after_insert")

    def _checkpoint(self) -> None:
        connection = connect(self._path, 1.0)
        connection.execute("pragma wal_checkpoint(truncate)")


class FragileStore(SQLiteStore):
    """The real store on such a file."""

    file: FragileFile

    def __init__(self, path: Path, point: Point) -> None:
        self._point = point
        super().__init__(path)
        self.invites = links.FragileInvites(self.file, point.reach)

    def _open(self, path: Path, *_: Any) -> FragileFile:
        return FragileFile(path, self._point)

    async def create(self, *args: Any) -> bool:
        """See ``Store.create``."""
        self.file.now = "create"
        made = await super().create(*args)
        self.file.now = ""
        return made

    async def delete(self, room_id: str, at: float) -> None:
        """See ``Store.delete``."""
        self.file.now = "delete"
        await super().delete(room_id, at)

    async def compact(self, room_id: str, merged: Sequence[Revision]) -> None:
        """See ``Store.compact``; ends when all is done and not committed."""
        driver = links.FragileDriver(self.file, self._point.reach, "compaction")
        await SQLCompaction(driver).compact(room_id, merged)

    async def snapshot(self, *args: Any) -> None:
        """See ``Store.snapshot``."""
        self._point.reach("before_snapshot")
        await super().snapshot(*args)
        self._point.reach("after_snapshot")

    async def close(self) -> None:
        """See ``Store.close``."""
        self.file.finish()
        self._point.reach("close")
        await super().close()


class Server:
    """Serves one room."""

    def __init__(self, hub: Hub, point: Point) -> None:
        self._hub = hub
        self._point = point
        self._tasks: set[asyncio.Task[None]] = set()
        self._makes_links = False

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Serve one connection."""
        seat = RoomSeat(await self._hub.open(ROOM))
        pump = None
        with suppress(OSError):
            while line := await reader.readline():
                replies = await seat.take(decode(line))
                for reply in replies:
                    await self._send(writer, encode(reply))
                if pump is None:
                    pump = self._begin(self._pump(seat, writer))
                self._maybe_end()
        seat.leave()
        if pump is not None:
            pump.cancel()
        writer.close()

    def _begin(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _maybe_end(self) -> None:
        """Run an operation during which the process ends."""
        if self._point.name == "delete" and self._point.at("delete"):
            self._begin(self._hub.delete(ROOM))
        if self._point.name == "close" and self._point.at("close"):
            self._begin(self._hub.store.close())
        if self._point.name == "compaction" and self._point.at("compaction"):
            self._begin(self._compact())
        if self._point.name in links.POINTS and not self._makes_links:
            self._makes_links = True
            self._begin(links.Links(self._hub).work())

    async def _compact(self) -> None:
        record = (await self._hub.open(ROOM)).record
        all_of_it = Keep(exact=0.0, hourly=0.0, revisions=1, size=1)
        await compact(self._hub.store, record, all_of_it, time.time())

    async def _pump(self, seat: RoomSeat, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while not seat.ended:
                news = seat.room.audience.change
                message = await seat.pull()
                if message is None:
                    await news.wait()
                else:
                    await self._send(writer, encode(message))
        writer.close()

    async def _send(self, writer: asyncio.StreamWriter, frame: bytes) -> None:
        line = frame + b"\n"
        if self._point.at("mid_send"):
            writer.write(line[: len(line) // 2])
            await writer.drain()
            _die()
        writer.write(line)
        await writer.drain()


async def main(database: str, point: Point) -> None:
    """Serve until killed."""
    if point.name == "migration":
        _break_migration(point)
    wake: Callable[[Audience, Collection[str]], None] = Audience.wake_now

    def wake_or_die(audience: Audience, writers: Collection[str]) -> None:
        point.reach("before_wake")
        wake(audience, writers)

    Audience.wake_now = wake_or_die  # type: ignore[method-assign,assignment]
    store: Store = (
        open_store(database)
        if "://" in database
        else FragileStore(Path(database), point)
    )
    hub = Hub(store, LIMITS, now=time.time, clock=time.monotonic)
    if "://" in database:
        Peers(hub, store.peers, None).start()
    await hub.create("Ann", room_id=ROOM, code=START)
    server = await asyncio.start_server(
        Server(hub, point).serve, "127.0.0.1", limit=2**24
    )
    print("ready", server.sockets[0].getsockname()[1], os.getpid(), flush=True)
    await server.serve_forever()


def _break_migration(point: Point) -> None:
    """End after the tables were created and before the commit."""
    migrations: Any = sys.modules["jupyter_pairedit.stores.sqlite.schema"]
    apply = migrations._migrations.apply

    class Broken:
        def __getattr__(self, name: str) -> Any:
            return getattr(migrations_before, name)

        def apply(self, db: Any) -> None:
            apply(db)
            point.reach("migration")

    migrations_before = migrations._migrations
    migrations._migrations = Broken()


def fork_hubs() -> None:
    """Fork a hub for each line of standard input: point, hits, database."""
    for line in sys.stdin:
        point, hits, database = line.rstrip("\n").split(" ", 2)
        child = os.fork()
        if not child:
            asyncio.run(main(database, Point(point, int(hits))))
            os._exit(1)
        _, status = os.waitpid(child, 0)
        print("ended", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    fork_hubs()
