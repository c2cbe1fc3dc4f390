"""The log of revisions: its SQL and its rows; and the rooms that have one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from ...core.changes import ChangeSet
from ...core.marks import NO_MARKS, from_bits, to_bits
from ...core.revisions import Revision, first_digest, seal
from ...core.writes import WriteKey
from ..errors import RoomDamaged, RoomLimit, other_epoch
from ..records import RoomRecord, RoomSummary, Stored
from .deletions import delete_record, missing, record_deletion
from .loading import DAMAGED, Snapshot, start_at
from .operation import All, Compute, Notify, One, Operation, Operations, Run, operation
from .rows import ROOM, Row, record_of, room_row, to_json

REVISION = (
    "version, kind, client_id, author, at, changes, digest, run, others, seal, "
    "write_key, marks, room"
)
"""The columns of the table ``revision``."""

INSERT_REVISION = f"""
insert into revision ({REVISION})
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""

NEWEST = 2**62
"""Greater than every version, and than every number of rows."""

_FEW = 100
"""Revisions that are decoded in a few milliseconds."""
_SNAPSHOTS_KEPT = 16

_FULL = """
select (select count(*) from room) >= $2
   and not exists (select 1 from room where id = $1)
"""
_CREATE = f"""
insert into room ({ROOM}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict do nothing
"""
_ROOMS = f"""
select {ROOM},
       coalesce((select max(version) from revision where room = room.id), 0),
       coalesce((select at from revision where room = room.id
                 order by version desc limit 1), created_at) as changed_at
from room order by changed_at desc, id
"""
# The row lock keeps others from merging or deleting until the transaction ends.
_LOCK = """
select coalesce((select max(version) from revision where room = id), 0), epoch
from room where id = $1 for update
"""
_MERGED = "select coalesce(max(version), 0) from revision where room = $1 and run > 1"
_SNAPSHOT = """
select version, code, seal from snapshot
where room = $1 and version <= $2 order by version desc limit 1
"""
_REVISIONS = f"""
select {REVISION} from revision
where room = $1 and version > $2 and version <= $3 order by version limit $4
"""
_VERSION_OF = """
select version from revision
where room = $1 and write_key between $2 and $3 order by write_key limit 1
"""
_KEEP_SNAPSHOT = """
insert into snapshot (room, version, code, seal)
select room, version, $3, $4 from revision where room = $1 and version = $2
on conflict do nothing
"""
_THIN_SNAPSHOTS = """
delete from snapshot where room = $1 and version in (
  select version from (
    select version, row_number() over (order by version) as number,
           count(*) over () as kept, max(version) over () as newest
    from snapshot where room = $1
  ) as numbered where kept > $2 and number % 2 = 0 and version <> newest
)
"""


class SQLLog(Operations):
    """The operations of ``Store`` but for ``append``."""

    @operation("grow")
    def create(
        self, record: RoomRecord, code: str, most: int | None = None
    ) -> Operation[bool]:
        """Create a room; see ``Store.create``.

        Rooms that are created at the same time may exceed ``most``.
        """
        return (yield from create_room(record, code, most))

    @operation("read")
    def rooms(self) -> Operation[list[RoomSummary]]:
        """List all rooms; see ``Store.rooms``."""
        rows = yield All(_ROOMS)
        return [
            RoomSummary(record_of(record), version, changed_at)
            for *record, version, changed_at in rows
        ]

    @operation("reorganize")
    def delete(self, room_id: str, at: float) -> Operation[None]:
        """Delete a room; see ``Store.delete``."""
        if not (yield Run("delete from room where id = $1", room_id)):
            raise (yield from missing(room_id))
        yield from record_deletion(room_id, at)
        yield Notify("room", room_id)

    @operation("read consistently")
    def load(self, room_id: str, at: int | None = None) -> Operation[Stored]:
        """Read a room; see ``Store.load``."""
        last = NEWEST if at is None else at
        record = yield from read_record(room_id)
        (merged,) = yield One(_MERGED, room_id)
        before = last
        while row := (yield One(_SNAPSHOT, room_id, before)):
            snapshot = Snapshot(*row)
            # The revision of the snapshot is read, too, for its digest.
            first = max(snapshot.version - 1, 0)
            log = yield from read_revisions(room_id, first, NEWEST, last)
            stored = yield Compute(partial(start_at, record, snapshot, log, merged))
            if stored is not None:
                loaded: Stored = stored
                return loaded
            before = snapshot.version - 1
        raise RoomDamaged(0, "")

    @operation("read")
    def version_of(self, room_id: str, write: WriteKey) -> Operation[int | None]:
        """Find a write by its key; see ``Store.version_of``."""
        row = yield One(_VERSION_OF, room_id, write.key, write.last)
        return None if row is None else row[0]

    @operation("read")
    def revisions(
        self, room_id: str, after: int, limit: int
    ) -> Operation[list[Revision]]:
        """Read revisions; see ``Store.revisions``."""
        return (
            yield from read_revisions(room_id, after, NEWEST if limit < 0 else limit)
        )

    @operation("grow")
    def snapshot(
        self, room_id: str, version: int, digest: str, code: str
    ) -> Operation[None]:
        """Keep a snapshot; see ``Store.snapshot``.

        Deletes every second one when there are more than ``_SNAPSHOTS_KEPT``.
        """
        yield Run(_KEEP_SNAPSHOT, room_id, version, code, seal(digest, code))
        yield Run(_THIN_SNAPSHOTS, room_id, _SNAPSHOTS_KEPT)


def create_room(
    record: RoomRecord, code: str, most: int | None = None
) -> Operation[bool]:
    """Create a room unless it exists. Raises ``RoomLimit`` if there are ``most``."""
    if most is not None:
        (full,) = yield One(_FULL, record.room_id, most)
        if full:
            raise RoomLimit(most)
    created = yield Run(_CREATE, *room_row(record))
    if created:
        sealed = seal(first_digest(record.epoch), code)
        yield Run(
            "insert into snapshot (room, version, code, seal) values ($1, 0, $2, $3)",
            record.room_id,
            code,
            sealed,
        )
        yield from delete_record(record.room_id)
    return bool(created)


def lock(room_id: str, epoch: str | None = None) -> Operation[int]:
    """Return the last version of a log, and lock the room in this transaction.

    Raises ``RoomNotFound`` or ``EpochChanged`` if the room has another ``epoch``.
    """
    row = yield One(_LOCK, room_id)
    if row is None:
        raise (yield from missing(room_id))
    head, found = row
    if epoch is not None and epoch != found:
        raise other_epoch(room_id, epoch, found)
    last: int = head
    return last


def read_record(room_id: str) -> Operation[RoomRecord]:
    """Return the record of a room. Raises ``RoomNotFound``."""
    row = yield One(f"select {ROOM} from room where id = $1", room_id)
    if row is None:
        raise (yield from missing(room_id))
    return record_of(row)


def read_revisions(
    room_id: str, after: int, limit: int, last: int = NEWEST
) -> Operation[list[Revision]]:
    """Return up to ``limit`` revisions after ``after`` and up to ``last``."""
    rows = yield All(_REVISIONS, room_id, after, last, limit)
    if len(rows) <= _FEW:
        return _decode(rows)
    revisions: list[Revision] = yield Compute(partial(_decode, rows))
    return revisions


def _decode(rows: Sequence[Sequence[object]]) -> list[Revision]:
    return [revision_of(row) for row in rows]


def revision_row(room_id: str, revision: Revision) -> Row:
    """Return the values of ``REVISION``."""
    return (
        revision.version,
        revision.kind,
        revision.client_id,
        revision.author,
        revision.at,
        to_json(revision.changes.to_json()),
        revision.digest,
        revision.run,
        to_json(revision.others) if revision.others else "",
        revision.seal,
        revision.key,
        to_bits(revision.marks),
        room_id,
    )


def others(text: str) -> tuple[str, ...]:
    """Read the column ``others``: the authors of a merged revision, but for one."""
    return tuple(json.loads(text)) if text else ()


def revision_of(row: Iterable[Any]) -> Revision:
    """Read the values of ``REVISION``; an invalid change set becomes ``DAMAGED``."""
    version, kind, client_id, author, at, json_text, digest, run, more, *rest = row
    try:
        changes = ChangeSet.from_json(json.loads(json_text))
        names = others(more)
    except (ValueError, TypeError):
        changes, names = DAMAGED, ()
    seal, key, bits, _ = rest
    # A damaged mark is no reason to lose the text.
    marks = from_bits(bits) if isinstance(bits, int) else NO_MARKS
    facts = version, kind, client_id, author, at, changes, digest, run, names, seal, key
    return Revision(*facts, marks)
