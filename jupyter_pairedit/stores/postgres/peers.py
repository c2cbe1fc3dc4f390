"""Other servers on the same PostgreSQL: LISTEN and NOTIFY, and rows for seats.

What is in these tables is gone after a crash of the database, and told anew.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Iterable, Sequence

from ..base import StorageFailure
from ..peers import (
    BEAT,
    DEAD,
    EVERYTHING,
    SEATS,
    Head,
    Notice,
    Seat,
    Taken,
    seat_row,
    taken_by_room,
)
from .connection import Connection, Line

_CHANNEL = "pairedit"
_AGAIN = 0.1
"""Seconds between two attempts to listen; the line itself waits longer each time."""

_HEADS = """
select id, epoch, coalesce((select max(version) from revision where room = id), 0)
from room where id = any($1)
"""
_BEAT = """
insert into server (id) values ($1) on conflict (id) do update set seen_at = now()
"""
_SIT = f"""
with gone as (
  delete from seat where server = $1 and room = $2 and client_id <> all($3::text[])
)
insert into seat (server, room, {SEATS})
select $1, $2, * from unnest($3::text[], $4::text[], $5::text[], $6::integer[],
                             $7::text[], $8::bigint[], $9::bigint[], $10::bigint[])
on conflict (server, room, client_id) do update
set name = excluded.name, version = excluded.version,
    anchor = excluded.anchor, head = excluded.head
"""
_TELL = "select pg_notify('pairedit', 'people ' || $1 || ' ' || $2)"
_SEATS = f"""
select room, number, server, removed_by, {SEATS}
from seat join server on server.id = seat.server
where room = any($1) and seen_at > now() - interval '{DEAD} seconds'
order by number
"""
_REMOVE = """
update seat set removed_by = $3 where room = $1 and client_id = $2 returning client_id
"""
_FORGET = f"delete from server where seen_at <= now() - interval '{DEAD} seconds'"


class PostgresNeighbours:
    """Listens, and speaks, on a connection of its own."""

    def __init__(self, url: str, server: str) -> None:
        self.server = server
        # Nothing of this has to outlive a crash, so nothing waits for the disk.
        settings = {"synchronous_commit": "off"}
        self._line = Line(url, patience=BEAT, settings=settings, prepare=self._listen)
        self._sat = False
        self._listening: object = None
        """The connection that hears what is told."""
        self._heard: set[Notice] = set()
        self._news = asyncio.Event()

    async def wait(self) -> Collection[Notice]:
        """See ``Neighbours.wait``."""
        while not self._heard:
            self._news.clear()
            if self._listening is not None:
                await self._news.wait()
                continue
            try:
                await self._line.do(lambda db: db.fetchval("select 1"))
            except StorageFailure:
                await asyncio.sleep(_AGAIN)
        heard, self._heard = self._heard, set()
        return heard

    async def heads(self, room_ids: Iterable[str]) -> dict[str, Head]:
        """See ``Neighbours.heads``."""
        ids = list(room_ids)
        rows = await self._line.read(lambda db: db.fetch(_HEADS, ids))
        return {room_id: Head(*head) for room_id, *head in rows}

    async def sit(self, room_id: str, seats: Sequence[Seat]) -> None:
        """See ``Neighbours.sit``."""
        self._sat = True
        rows = [seat_row(each) for each in seats]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 8

        async def sit(db: Connection) -> None:
            async with db.transaction():
                await db.execute(_BEAT, self.server)
                await db.execute(_SIT, self.server, room_id, *columns)
                await db.execute(_TELL, self.server, room_id)

        await self._line.do(sit)

    async def seats(self, room_ids: Iterable[str]) -> dict[str, list[Taken]]:
        """See ``Neighbours.seats``."""
        ids = list(room_ids)
        rows = await self._line.read(lambda db: db.fetch(_SEATS, ids))
        return taken_by_room(ids, rows)

    async def remove(self, room_id: str, client_id: str, by: str) -> bool:
        """See ``Neighbours.remove``."""

        async def remove(db: Connection) -> bool:
            async with db.transaction():
                found = await db.fetch(_REMOVE, room_id, client_id, by)
                await db.execute(_TELL, self.server, room_id)
            return bool(found)

        return await self._line.do(remove)

    async def beat(self) -> None:
        """See ``Neighbours.beat``."""

        async def beat(db: Connection) -> None:
            await db.execute(_BEAT, self.server)
            await db.execute(_FORGET)

        await self._line.do(beat)

    async def close(self) -> None:
        """See ``Neighbours.close``."""
        if self._sat:
            self._sat = False
            with contextlib.suppress(StorageFailure):
                await self._line.do(self._leave)
        await self._line.close()

    async def _leave(self, db: Connection) -> None:
        async with db.transaction():
            rooms = await db.fetch(
                "select distinct room from seat where server = $1", self.server
            )
            await db.execute("delete from server where id = $1", self.server)
            for row in rooms:
                await db.execute(_TELL, self.server, row["room"])

    async def _listen(self, db: Connection) -> None:
        await db.add_listener(_CHANNEL, self._hear)
        db.add_termination_listener(self._lose)
        self._listening = db
        # What was told until now was not heard.
        self._note(EVERYTHING)

    def _hear(self, _: object, _pid: int, _channel: str, payload: object) -> None:
        match str(payload).split(" "):
            case ["log" | "people" | "room" as what, server, room_id]:
                if server != self.server:
                    self._note(Notice(what, room_id))

    def _lose(self, db: object) -> None:
        # The end of an old connection may be heard of after a new one was made.
        if db is self._listening:
            self._listening = None
            self._news.set()

    def _note(self, notice: Notice) -> None:
        self._heard.add(notice)
        self._news.set()
