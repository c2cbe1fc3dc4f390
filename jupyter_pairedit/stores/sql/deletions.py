"""A record of deleted rooms: their ids and when they were deleted, and nothing else.

With it, a member who opens an old link is told that the room was deleted, and when.
"""

from __future__ import annotations

from ..errors import RoomDeleted, RoomNotFound
from .operation import One, Operation, Run

_MOST = 10_000
"""The number of rooms in the record."""
_LONGEST = 365 * 86_400
"""Seconds after which a room is taken out, when another one is deleted."""

_RECORD = """
insert into deleted_room (id, at) values ($1, $2)
on conflict (id) do update set at = excluded.at
"""
_FORGET_OLD = "delete from deleted_room where at <= $1"
_FORGET_MANY = """
delete from deleted_room where id in (
  select id from (
    select id, row_number() over (order by at desc, id) as number from deleted_room
  ) as numbered where number > $1
)
"""


def record_deletion(room_id: str, at: float) -> Operation[None]:
    """Record that a room was deleted; keep the record small."""
    yield Run(_RECORD, room_id, at)
    yield Run(_FORGET_OLD, at - _LONGEST)
    yield Run(_FORGET_MANY, _MOST)


def delete_record(room_id: str) -> Operation[None]:
    """Take a room that exists again out of the record."""
    yield Run("delete from deleted_room where id = $1", room_id)


def missing(room_id: str) -> Operation[RoomNotFound]:
    """Return the error for a room that does not exist."""
    row = yield One("select at from deleted_room where id = $1", room_id)
    return RoomNotFound(room_id) if row is None else RoomDeleted(room_id, row[0])
