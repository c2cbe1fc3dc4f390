"""The properties of rooms, and the history of their changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace

from ...core.properties import NewProperties, RoomChange
from ..errors import RoomChanged
from ..records import RoomRecord
from .log import lock, read_record
from .operation import All, Many, Notify, Operation, Operations, Run, operation
from .rows import Row, settings_json

_COLUMNS = "number, version, author, at, differences"
_CHANGE = """
update room
set title = $2, language = $3, people = $4, settings = $5, changes = $6
where id = $1
"""
_RECORD = f"""
insert into room_change (room, {_COLUMNS}) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing
"""
_FORGET = "delete from room_change where room = $1 and number <= $2"
_LIST = f"select {_COLUMNS} from room_change where room = $1 order by number"


class SQLProperties(Operations):
    """The operations of ``PropertyStore``."""

    @operation("read")
    def record(self, room_id: str) -> Operation[RoomRecord]:
        """Read a record; see ``PropertyStore.record``."""
        return (yield from read_record(room_id))

    @operation("grow")
    def change(
        self,
        room_id: str,
        new: NewProperties,
        *,
        author: str,
        at: float,
        expected: int | None,
        keep: int,
    ) -> Operation[RoomRecord]:
        """Change a room; see ``PropertyStore.change``."""
        head = yield from lock(room_id)
        record = yield from read_record(room_id)
        before = record.properties
        after = new.applied_to(before)
        if after == before:
            return record
        if expected not in (None, record.changes):
            assert expected is not None
            raise RoomChanged(expected, record)
        number = record.changes + 1
        changed = replace(
            record,
            title=after.title,
            language=after.language,
            limit=after.limit,
            settings=after.settings,
            changes=number,
        )
        values = (changed.title, changed.language, changed.limit)
        yield Run(_CHANGE, room_id, *values, settings_json(changed), number)
        entry = RoomChange(number, head, author, at, before.difference(after))
        yield Run(_RECORD, *_row(room_id, entry))
        yield Run(_FORGET, room_id, number - keep)
        yield Notify("room", room_id)
        return changed

    @operation("read")
    def changes(self, room_id: str) -> Operation[list[RoomChange]]:
        """List changes; see ``PropertyStore.changes``."""
        rows = yield All(_LIST, room_id)
        return [
            RoomChange(number, version, author, at, _differences(text))
            for number, version, author, at, text in rows
        ]

    @operation("grow")
    def add_changes(
        self, room_id: str, changes: Sequence[RoomChange]
    ) -> Operation[None]:
        """Add changes; see ``PropertyStore.add_changes``."""
        yield Many(_RECORD, [_row(room_id, each) for each in changes])


def _row(room_id: str, change: RoomChange) -> Row:
    *columns, differences = asdict(change).values()
    return (room_id, *columns, json.dumps(differences, ensure_ascii=False))


def _differences(text: str) -> dict[str, tuple[str | int | bool, str | int | bool]]:
    return {name: (before, after) for name, (before, after) in json.loads(text).items()}
