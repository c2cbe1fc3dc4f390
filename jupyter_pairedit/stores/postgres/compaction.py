"""The SQL that measures logs and puts merged revisions into them, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.retention import OVERHEAD, Row
from ...core.revisions import Revision
from ..base import Usage, VersionConflict
from ..sql.loading import stand_for
from ..sql.rows import COLUMNS, others, revision_row
from .connection import Connection
from .log import lock

_SIZE = f"octet_length(changes) + {OVERHEAD}"
_USAGE = f"""
select (select count(*) from revision where room = $1),
       (select coalesce(sum({_SIZE}), 0) from revision where room = $1)::bigint,
       (select coalesce(sum(octet_length(code)), 0)
        from snapshot where room = $1)::bigint
"""
_OUTLINE = f"""
select version, run, kind, author, others, at, {_SIZE} from revision
where room = $1 and version > $2 order by version limit $3
"""
_PINS = """
select version from point where room = $1
union select max(version) from snapshot where room = $1 having count(*) > 0
"""
_KEPT = """
select version, run, digest from revision
where room = $1 and version between $2 and $3 order by version
"""
_POINTS = "select version from point where room = $1"
_PUT = f"""
insert into revision ({COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""


async def usage(db: Connection, room_id: str) -> Usage:
    """See ``Upkeep.usage``."""
    row = await db.fetchrow(_USAGE, room_id)
    assert row is not None
    return Usage(*row)


async def outline(db: Connection, room_id: str, after: int, limit: int) -> list[Row]:
    """See ``Upkeep.outline``."""
    most = None if limit < 0 else limit
    return [
        Row(version, run, kind, (author, *others(more)), *rest)
        for version, run, kind, author, more, *rest in await db.fetch(
            _OUTLINE, room_id, after, most
        )
    ]


async def pins(db: Connection, room_id: str) -> list[int]:
    """See ``Upkeep.pins``."""
    return [row[0] for row in await db.fetch(_PINS, room_id)]


async def compact(db: Connection, room_id: str, merged: Sequence[Revision]) -> None:
    """See ``Upkeep.compact``."""
    async with db.transaction():
        head = await lock(db, room_id)
        points = [row[0] for row in await db.fetch(_POINTS, room_id)]
        for each in merged:
            inside = (room_id, each.first, each.version)
            kept = [
                (version, run, digest)
                for version, run, digest in await db.fetch(_KEPT, *inside)
            ]
            if not stand_for(each, kept, points):
                raise VersionConflict(each.version, head)
            await db.execute(
                "delete from revision where room = $1 and version between $2 and $3",
                *inside,
            )
            await db.execute(
                "delete from snapshot"
                " where room = $1 and version >= $2 and version < $3",
                *inside,
            )
        await db.executemany(_PUT, [revision_row(room_id, each) for each in merged])
