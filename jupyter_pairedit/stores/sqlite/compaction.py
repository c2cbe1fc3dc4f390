"""The SQL that measures logs and puts merged revisions into them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from ...core.retention import OVERHEAD, Row
from ...core.revisions import Revision
from ..base import Usage, VersionConflict
from ..sql.loading import stand_for
from ..sql.rows import others, revision_row
from .log import head, put

# The length of a blob is in bytes, that of a text in characters.
_SIZE = f"length(cast(changes as blob)) + {OVERHEAD}"
_LOG = f"select count(*), coalesce(sum({_SIZE}), 0) from revision where room = ?"
_SNAPSHOTS = """
select coalesce(sum(length(cast(code as blob))), 0) from snapshot where room = ?
"""
_OUTLINE = f"""
select version, run, kind, author, others, at, {_SIZE} from revision
where room = ? and version > ? order by version limit ?
"""
_PINS = """
select version from point where room = :room
union select version from snapshot where room = :room
and version = (select max(version) from snapshot where room = :room)
"""
_KEPT = """
select version, run, digest from revision
where room = ? and version between ? and ? order by version
"""
_POINTS = "select version from point where room = ?"


def usage(db: Database, room_id: str) -> Usage:
    """See ``Upkeep.usage``."""
    count, log = db.conn.execute(_LOG, (room_id,)).fetchone()
    return Usage(count, log, db.conn.execute(_SNAPSHOTS, (room_id,)).fetchone()[0])


def outline(db: Database, room_id: str, after: int, limit: int) -> list[Row]:
    """See ``Upkeep.outline``."""
    return [_row(*row) for row in db.conn.execute(_OUTLINE, (room_id, after, limit))]


def pins(db: Database, room_id: str) -> list[int]:
    """See ``Upkeep.pins``."""
    return [row[0] for row in db.conn.execute(_PINS, {"room": room_id})]


def compact(db: Database, room_id: str, merged: Sequence[Revision]) -> None:
    """See ``Upkeep.compact``."""
    _check(db.conn, room_id, merged)
    for each in merged:
        inside = (room_id, each.first, each.version)
        db.conn.execute(
            "delete from revision where room = ? and version between ? and ?", inside
        )
        db.conn.execute(
            "delete from snapshot where room = ? and version >= ? and version < ?",
            inside,
        )
    put(db.conn, [revision_row(room_id, each) for each in merged])


def _check(
    connection: sqlite3.Connection, room_id: str, merged: Sequence[Revision]
) -> None:
    points = [row[0] for row in connection.execute(_POINTS, (room_id,))]
    for each in merged:
        inside = (room_id, each.first, each.version)
        kept = connection.execute(_KEPT, inside).fetchall()
        if not stand_for(each, kept, points):
            raise VersionConflict(each.version, head(connection, room_id))


def _row(version: int, run: int, kind: Any, author: str, more: str, *rest: Any) -> Row:
    return Row(version, run, kind, (author, *others(more)), *rest)
