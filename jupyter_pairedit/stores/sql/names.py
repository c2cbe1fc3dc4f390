"""The names of rooms."""

from __future__ import annotations

from ...core.roomnames import RoomName
from ..errors import RoomNamed
from ..names import FREED_NAMES, OpenedName
from ..records import RoomRecord
from .log import create_room, read_record
from .operation import All, One, Operation, Operations, Run, operation

_ROOM_OF = "select room from room_name where owner = $1 and key = $2"
_NAME_OF = "select name from room_name where room = $1"
_NAMES = "select room, name from room_name where owner = $1 and room is not null"
_GIVE = """
insert into room_name (owner, key, name, room, given_at) values ($1, $2, $3, $4, $5)
on conflict (owner, key) do update
set name = excluded.name, room = excluded.room, given_at = excluded.given_at
where room_name.room is null
"""
_FORGET = """
delete from room_name where owner = $1 and room is null and key not in (
  select key from room_name where owner = $1 and room is null
  order by given_at desc, key limit $2
)
"""


class SQLNames(Operations):
    """The operations of ``NameStore``."""

    @operation("grow")
    def open_name(
        self,
        owner: str,
        name: RoomName,
        record: RoomRecord,
        code: str,
        most: int | None = None,
    ) -> Operation[OpenedName]:
        """Open a name; see ``NameStore.open_name``."""
        return (yield from _open(owner, name, record, code, most))

    @operation("grow")
    def give_name(self, owner: str, name: RoomName, room_id: str) -> Operation[bool]:
        """Name a room; see ``NameStore.give_name``."""
        record = yield from read_record(room_id)
        found = yield One(_ROOM_OF, owner, name.key)
        if found and found[0]:
            return bool(found[0] == room_id)
        if (yield One(_NAME_OF, room_id)):
            return False
        return bool((yield from _give(owner, name, record)))

    @operation("read")
    def names(self, owner: str) -> Operation[dict[str, str]]:
        """List names; see ``NameStore.names``."""
        rows = yield All(_NAMES, owner)
        return {room: name for room, name in rows}

    @operation("read")
    def name_of(self, room_id: str) -> Operation[str | None]:
        """Read a name; see ``NameStore.name_of``."""
        row = yield One(_NAME_OF, room_id)
        return None if row is None else row[0]


def _open(
    owner: str, name: RoomName, record: RoomRecord, code: str, most: int | None
) -> Operation[OpenedName]:
    found = yield One(_ROOM_OF, owner, name.key)
    if found and found[0]:
        return OpenedName(found[0], "found")
    other = yield One(_NAME_OF, record.room_id)
    if other:
        raise RoomNamed(other[0])
    created = yield from create_room(record, code, most)
    if (yield from _give(owner, name, record)):
        yield Run(_FORGET, owner, FREED_NAMES)
        return OpenedName(record.room_id, "recreated" if found else "created")
    # Another server was quicker: PostgreSQL runs operations side by side, and the
    # insert has waited for the other transaction.
    if created:
        yield Run("delete from room where id = $1", record.room_id)
    return (yield from _open(owner, name, record, code, most))


def _give(owner: str, name: RoomName, record: RoomRecord) -> Operation[int]:
    values = (owner, name.key, name.shown, record.room_id, record.created_at)
    given: int = yield Run(_GIVE, *values)
    return given
