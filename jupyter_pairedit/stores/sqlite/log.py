"""The SQL of rooms and of their logs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from sqlite_utils import Database

from ...core.revisions import Revision, first_digest, seal
from ..base import (
    RoomLimit,
    RoomNotFound,
    RoomRecord,
    RoomSummary,
    Stored,
    VersionConflict,
)
from ..sql.loading import Snapshot, put_together
from ..sql.rows import COLUMNS, NEWEST, Row, record_of, record_row, revision_of

_LIST = """
select room.*, coalesce(last.version, 0) as version,
       coalesce(last.at, room.created_at) as changed_at
from room left join revision as last
  on last.room = room.id
 and last.version = (select max(version) from revision where room = room.id)
order by changed_at desc, room.id
"""
_FULL = """
select (select count(*) from room) >= :most
   and not exists (select 1 from room where id = :room)
"""
_HEAD = """
select coalesce((select max(version) from revision where room = :room), 0)
from room where id = :room and epoch = coalesce(:epoch, epoch)
"""
_SNAPSHOTS = """
select version, code, seal from snapshot
where room = ? and version <= ? order by version desc
"""
_SNAPSHOTS_KEPT = 16
_KEEP = """
insert or ignore into snapshot select :room, :version, :code, :seal
where exists (select 1 from revision where room = :room and version = :version)
"""
_THIN = """
delete from snapshot where room = :room and version in (
  select version from (
    select version, row_number() over (order by version) as number,
           count(*) over () as kept, max(version) over () as newest
    from snapshot where room = :room
  ) where kept > :most and number % 2 = 0 and version <> newest
)
"""
_READ = f"""
select {COLUMNS} from revision
where room = ? and version > ? and version <= ? order by version limit ?
"""
_APPEND = f"insert into revision ({COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_MERGED = """
select coalesce(max(version), 0) from revision where room = ? and run > 1
"""


def create(db: Database, record: RoomRecord, code: str, most: int | None) -> bool:
    """See ``Store.create``."""
    if most is not None and _is_full(db, record.room_id, most):
        raise RoomLimit(most)
    row = record_row(record)
    added = db.execute(
        "insert or ignore into room values (?, ?, ?, ?, ?, ?, ?, ?)", row
    ).rowcount
    if added:
        sealed = seal(first_digest(record.epoch), code)
        db.execute(
            "insert into snapshot values (?, 0, ?, ?)", [record.room_id, code, sealed]
        )
    return bool(added)


def _is_full(db: Database, room_id: str, most: int) -> bool:
    found = db.conn.execute(_FULL, {"room": room_id, "most": most}).fetchone()
    return bool(found[0])


def rooms(db: Database) -> list[RoomSummary]:
    """See ``Store.rooms``."""
    return [
        RoomSummary(record_of(row), row["version"], row["changed_at"])
        for row in db.query(_LIST)
    ]


def delete(db: Database, room_id: str) -> None:
    """See ``Store.delete``."""
    if not db["room"].count_where("id = ?", [room_id]):
        raise RoomNotFound(room_id)
    db.execute("delete from room where id = ?", [room_id])


def load(db: Database, room_id: str, last: int) -> Stored:
    """See ``Store.load``."""
    # One read transaction, or a snapshot could be newer than the log.
    with db.atomic():
        found = list(db["room"].rows_where("id = ?", [room_id]))
        if not found:
            raise RoomNotFound(room_id)
        snapshots = db.conn.execute(_SNAPSHOTS, (room_id, last))
        return put_together(
            record_of(found[0]),
            (Snapshot(*row) for row in snapshots),
            lambda first: revisions(db, room_id, max(first - 1, 0), -1, last),
            db.conn.execute(_MERGED, (room_id,)).fetchone()[0],
        )


def head(connection: sqlite3.Connection, room_id: str, epoch: str | None = None) -> int:
    """Give the last version of a room's log. Raises ``RoomNotFound``."""
    found = connection.execute(_HEAD, {"room": room_id, "epoch": epoch}).fetchone()
    if found is None:
        raise RoomNotFound(room_id)
    version: int = found[0]
    return version


def append(
    db: Database, room_id: str, after: int, rows: Sequence[Row], epoch: str | None
) -> None:
    """See ``Store.append``; ``rows`` are made by ``rows.revision_row``."""
    found = head(db.conn, room_id, epoch)
    if found != after:
        raise VersionConflict(after, found)
    put(db.conn, rows)


def put(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Write revisions."""
    connection.executemany(_APPEND, rows)


def revisions(
    db: Database, room_id: str, after: int, limit: int, last: int = NEWEST
) -> list[Revision]:
    """See ``Store.revisions``; up to version ``last``."""
    rows = db.conn.execute(_READ, (room_id, after, last, limit))
    return [revision_of(row) for row in rows]


def keep_snapshot(
    db: Database, room_id: str, version: int, row: tuple[str, str]
) -> None:
    """See ``Store.snapshot``; ``row`` is the code and its seal.

    Of many, every second one is dropped.
    """
    code, sealed = row
    db.conn.execute(
        _KEEP, {"room": room_id, "version": version, "code": code, "seal": sealed}
    )
    db.conn.execute(_THIN, {"room": room_id, "most": _SNAPSHOTS_KEPT})
