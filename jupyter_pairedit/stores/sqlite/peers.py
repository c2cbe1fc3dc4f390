"""Other servers on the same SQLite file: whether it has changed, and rows for seats."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Collection, Iterable, Sequence

from sqlite_utils import Database

from ..base import StorageFailure
from ..peers import (
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
from .file import SQLiteFile

_LOOK = 0.1
"""Seconds between two looks at whether the file has changed."""

_NOW = "cast(strftime('%s', 'now') as integer)"
_HEADS = """
select id, epoch, coalesce((select max(version) from revision where room = id), 0)
from room where id in (select value from json_each(?))
"""
_BEAT = f"""
insert into server values (?, {_NOW})
on conflict (id) do update set seen_at = excluded.seen_at
"""
_GONE = """
delete from seat where server = ? and room = ?
and client_id not in (select value from json_each(?))
"""
_SIT = f"""
insert into seat (server, room, {SEATS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (server, room, client_id) do update
set name = excluded.name, version = excluded.version,
    anchor = excluded.anchor, head = excluded.head
"""
_SEATS = f"""
select room, number, server, removed_by, {SEATS}
from seat join server on server.id = seat.server
where room in (select value from json_each(?)) and seen_at > {_NOW} - {DEAD}
order by number
"""
_REMOVE = "update seat set removed_by = ? where room = ? and client_id = ?"
_FORGET = f"delete from server where seen_at <= {_NOW} - {DEAD}"


class SQLiteNeighbours:
    """Looks now and then at whether another server has written."""

    def __init__(self, file: SQLiteFile, server: str) -> None:
        self.server = server
        self._file = file
        self._seen: int | None = None
        self._sat = False

    async def wait(self) -> Collection[Notice]:
        """See ``Neighbours.wait``; all that can be said is that something is new."""
        while True:
            # First, since who waits again has just looked.
            await asyncio.sleep(_LOOK)
            with contextlib.suppress(StorageFailure):
                found = await self._file.write(_version)
                if found != self._seen:
                    self._seen = found
                    return [EVERYTHING]

    async def heads(self, room_ids: Iterable[str]) -> dict[str, Head]:
        """See ``Neighbours.heads``."""
        ids = json.dumps(list(room_ids))
        return await self._file.read(
            lambda db: {
                room_id: Head(*head) for room_id, *head in db.execute(_HEADS, [ids])
            }
        )

    async def sit(self, room_id: str, seats: Sequence[Seat]) -> None:
        """See ``Neighbours.sit``."""
        self._sat = True

        def sit(db: Database) -> None:
            where = (self.server, room_id)
            ids = json.dumps([each.client_id for each in seats])
            db.execute(_BEAT, [self.server])
            db.execute(_GONE, [*where, ids])
            for each in seats:
                db.execute(_SIT, [*where, *seat_row(each)])

        await self._file.write(sit)

    async def seats(self, room_ids: Iterable[str]) -> dict[str, list[Taken]]:
        """See ``Neighbours.seats``."""
        ids = list(room_ids)

        return await self._file.read(
            lambda db: taken_by_room(ids, db.execute(_SEATS, [json.dumps(ids)]))
        )

    async def remove(self, room_id: str, client_id: str, by: str) -> bool:
        """See ``Neighbours.remove``."""
        return await self._file.write(
            lambda db: bool(db.execute(_REMOVE, [by, room_id, client_id]).rowcount)
        )

    async def beat(self) -> None:
        """See ``Neighbours.beat``."""

        def beat(db: Database) -> None:
            db.execute(_BEAT, [self.server])
            db.execute(_FORGET)

        await self._file.write(beat)

    async def close(self) -> None:
        """See ``Neighbours.close``."""
        if self._sat:
            self._sat = False
            with contextlib.suppress(StorageFailure):
                await self._file.write(
                    lambda db: db.execute(
                        "delete from server where id = ?", [self.server]
                    )
                )


def _version(db: Database) -> int:
    """Give a number that other connections move: asked on ours that writes."""
    found: int = db.execute("pragma data_version").fetchone()[0]
    return found
