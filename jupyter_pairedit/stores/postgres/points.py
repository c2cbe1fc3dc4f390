"""The SQL of restore points, in PostgreSQL."""

from __future__ import annotations

from ..base import Point, PointLimit, PointNotFound, check_version
from .connection import Connection
from .log import lock, revisions

_LIST = "select version, name, author, at from point where room = $1 order by version"
_OTHERS = "select count(*) from point where room = $1 and version <> $2"
_REACHED = """
select coalesce(max(version), 0) from revision where room = $1 and version <= $2
"""
_NAME = """
insert into point values ($1, $2, $3, $4, $5)
on conflict (room, version) do update
set name = excluded.name, author = excluded.author, at = excluded.at
"""
_FORGET = "delete from point where room = $1 and version = $2 returning version"


async def points(db: Connection, room_id: str) -> list[Point]:
    """See ``Points.points``."""
    return [Point(*row) for row in await db.fetch(_LIST, room_id)]


async def name_version(db: Connection, room_id: str, point: Point, most: int) -> None:
    """See ``Points.name_version``."""
    async with db.transaction():
        await lock(db, room_id)
        where = (room_id, point.version)
        if await db.fetchval(_OTHERS, *where) >= most:
            raise PointLimit(most)
        reached = await db.fetchval(_REACHED, *where)
        check_version(point.version, reached, await revisions(db, room_id, reached, 1))
        await db.execute(_NAME, *where, point.name, point.author, point.at)


async def forget_name(db: Connection, room_id: str, version: int) -> None:
    """See ``Points.forget_name``."""
    if await db.fetchval(_FORGET, room_id, version) is None:
        raise PointNotFound(version)
