"""The SQL of rooms and of their logs, in PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg

from ...core.revisions import Revision, first_digest, seal
from ..base import RoomDamaged, RoomLimit, RoomNotFound, RoomRecord, RoomSummary, Stored
from ..sql.loading import Snapshot, start_at
from ..sql.rows import COLUMNS, NEWEST, record_of, record_row, revision_of
from .connection import Connection

_QUICK = 100
"""Rows that the event loop decodes itself, in a few milliseconds."""

_CREATE = """
with made as (
  insert into room values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict do nothing returning id
)
insert into snapshot select id, 0, $9, $10 from made returning 1
"""
_FULL = """
select (select count(*) from room) >= $2
   and not exists (select 1 from room where id = $1)
"""
_LIST = """
select room.*, coalesce(last.version, 0) as version,
       coalesce(last.at, room.created_at) as changed_at
from room left join lateral (
  select version, at from revision where room = room.id order by version desc limit 1
) as last on true
order by changed_at desc, room.id
"""
_DELETE = """
with gone as (delete from room where id = $1 returning id)
select pg_notify('pairedit', 'room ' || $2 || ' ' || id) from gone
"""
_SNAPSHOT = """
select version, code, seal from snapshot
where room = $1 and version <= $2 order by version desc limit 1
"""
_SNAPSHOTS_KEPT = 16
_KEEP = """
insert into snapshot select room, version, $3, $4 from revision
where room = $1 and version = $2 on conflict do nothing
"""
_THIN = """
delete from snapshot where room = $1 and version in (
  select version from (
    select version, row_number() over (order by version) as number,
           count(*) over () as kept, max(version) over () as newest
    from snapshot where room = $1
  ) as numbered where kept > $2 and number % 2 = 0 and version <> newest
)
"""
_READ = f"""
select {COLUMNS} from revision
where room = $1 and version > $2 and version <= $3 order by version limit $4
"""
_MERGED = "select coalesce(max(version), 0) from revision where room = $1 and run > 1"
# Whoever changes what was there already keeps others from it meanwhile.
_HEAD_LOCKED = """
select coalesce((select max(version) from revision where room = id), 0)
from room where id = $1 for update
"""


async def create(
    db: Connection, record: RoomRecord, code: str, most: int | None
) -> bool:
    """See ``Store.create``."""
    if most is not None and await db.fetchval(_FULL, record.room_id, most):
        raise RoomLimit(most)
    sealed = seal(first_digest(record.epoch), code)
    return await db.fetchval(_CREATE, *record_row(record), code, sealed) is not None


async def rooms(db: Connection) -> list[RoomSummary]:
    """See ``Store.rooms``."""
    return [
        RoomSummary(record_of(dict(row)), row["version"], row["changed_at"])
        for row in await db.fetch(_LIST)
    ]


async def delete(db: Connection, room_id: str, server: str) -> None:
    """See ``Store.delete``; ``server`` is which one tells the others."""
    if not await db.fetch(_DELETE, room_id, server):
        raise RoomNotFound(room_id)


async def load(db: Connection, room_id: str, last: int) -> Stored:
    """See ``Store.load``."""
    # One moment, or a snapshot could be newer than the log.
    async with db.transaction(isolation="repeatable_read", readonly=True):
        room = await db.fetchrow("select * from room where id = $1", room_id)
        if room is None:
            raise RoomNotFound(room_id)
        record, before = record_of(dict(room)), last
        merged = await db.fetchval(_MERGED, room_id)
        while row := await db.fetchrow(_SNAPSHOT, room_id, before):
            snapshot = Snapshot(row["version"], row["code"], row["seal"])
            first = max(snapshot.version - 1, 0)
            log = await revisions(db, room_id, first, -1, last)
            stored = await asyncio.to_thread(start_at, record, snapshot, log, merged)
            if stored is not None:
                return stored
            before = snapshot.version - 1
    raise RoomDamaged(0, "")


async def lock(db: Connection, room_id: str) -> int:
    """Give the last version of a log, which stays so until the transaction ends.

    Raises ``RoomNotFound``.
    """
    head: int | None = await db.fetchval(_HEAD_LOCKED, room_id)
    if head is None:
        raise RoomNotFound(room_id)
    return head


async def revisions(
    db: Connection, room_id: str, after: int, limit: int, last: int = NEWEST
) -> list[Revision]:
    """See ``Store.revisions``; up to version ``last``."""
    most = None if limit < 0 else limit
    rows = await db.fetch(_READ, room_id, after, last, most)
    if len(rows) <= _QUICK:
        return _revisions(rows)
    return await asyncio.to_thread(_revisions, rows)


async def keep_snapshot(
    db: Connection, room_id: str, version: int, row: tuple[str, str]
) -> None:
    """See ``Store.snapshot``; ``row`` is the code and its seal.

    Of many, every second one is dropped.
    """
    await db.execute(_KEEP, room_id, version, *row)
    await db.execute(_THIN, room_id, _SNAPSHOTS_KEPT)


def _revisions(rows: Sequence[asyncpg.Record]) -> list[Revision]:
    return [revision_of(row) for row in rows]
