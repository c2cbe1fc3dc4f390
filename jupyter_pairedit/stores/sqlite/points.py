"""The SQL of restore points."""

from __future__ import annotations

from sqlite_utils import Database

from ..base import Point, PointLimit, PointNotFound, check_version
from .log import head, revisions

_LIST = "select version, name, author, at from point where room = ? order by version"
_OTHERS = "select count(*) from point where room = ? and version <> ?"
_REACHED = """
select coalesce(max(version), 0) from revision where room = ? and version <= ?
"""


def points(db: Database, room_id: str) -> list[Point]:
    """See ``Points.points``."""
    return [Point(*row) for row in db.conn.execute(_LIST, (room_id,))]


def name_version(db: Database, room_id: str, point: Point, most: int) -> None:
    """See ``Points.name_version``."""
    head(db.conn, room_id)
    where = (room_id, point.version)
    if db.conn.execute(_OTHERS, where).fetchone()[0] >= most:
        raise PointLimit(most)
    reached = db.conn.execute(_REACHED, where).fetchone()[0]
    check_version(point.version, reached, revisions(db, room_id, reached, 1))
    db.conn.execute(
        "insert or replace into point values (?, ?, ?, ?, ?)",
        (*where, point.name, point.author, point.at),
    )


def forget_name(db: Database, room_id: str, version: int) -> None:
    """See ``Points.forget_name``."""
    gone = db.conn.execute(
        "delete from point where room = ? and version = ?", (room_id, version)
    )
    if not gone.rowcount:
        raise PointNotFound(version)
