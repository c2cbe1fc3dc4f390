"""Restore points."""

from __future__ import annotations

from ..errors import PointLimit, PointNotFound, check_version
from ..records import Point
from .log import lock, read_revisions
from .operation import All, One, Operation, Operations, Run, operation

_LIST = "select version, name, author, at from point where room = $1 order by version"
_OTHERS = "select count(*) from point where room = $1 and version <> $2"
_REACHED = """
select coalesce(max(version), 0) from revision where room = $1 and version <= $2
"""
_NAME = """
insert into point (room, version, name, author, at) values ($1, $2, $3, $4, $5)
on conflict (room, version) do update
set name = excluded.name, author = excluded.author, at = excluded.at
"""
_FORGET = "delete from point where room = $1 and version = $2"


class SQLPoints(Operations):
    """The operations of ``PointStore``."""

    @operation("write")
    def name_version(self, room_id: str, point: Point, most: int) -> Operation[None]:
        """Name a version; see ``PointStore.name_version``."""
        yield from lock(room_id)
        where = (room_id, point.version)
        (others,) = yield One(_OTHERS, *where)
        if others >= most:
            raise PointLimit(most)
        (reached,) = yield One(_REACHED, *where)
        after = yield from read_revisions(room_id, reached, 1)
        check_version(point.version, reached, after)
        yield Run(_NAME, *where, point.name, point.author, point.at)

    @operation("read")
    def points(self, room_id: str) -> Operation[list[Point]]:
        """List the restore points; see ``PointStore.points``."""
        rows = yield All(_LIST, room_id)
        return [Point(*row) for row in rows]

    @operation("write")
    def forget_name(self, room_id: str, version: int) -> Operation[None]:
        """Delete a restore point; see ``PointStore.forget_name``."""
        if not (yield Run(_FORGET, room_id, version)):
            raise PointNotFound(version)
