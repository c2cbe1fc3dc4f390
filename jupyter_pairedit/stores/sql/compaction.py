"""The size of logs, and merged revisions in the place of many."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.marks import from_bits
from ...core.retention import OVERHEAD
from ...core.retention import Row as OutlineRow
from ...core.revisions import Revision
from ...core.runs import NEXT
from ..errors import VersionConflict
from ..records import Usage
from .loading import stands_for
from .log import INSERT_REVISION, NEWEST, lock, others, revision_row
from .operation import All, Many, One, Operation, Operations, Run, operation

_SIZE = f"octet_length(changes) + {OVERHEAD}"
_USAGE = f"""
select count(*), coalesce(sum({_SIZE}), 0),
       (select coalesce(sum(octet_length(code)), 0) from snapshot where room = $1)
from revision where room = $1
"""
_OUTLINE = f"""
select version, run, kind, author, others, at, {_SIZE}, marks from revision
where room = $1 and version > $2 order by version limit $3
"""
_UNENDED = ", ".join(f"'{state}'" for state in NEXT if NEXT[state])
# A run names what is executed by its version.
_NAMED = f"""
select version from point where room = $1
union select version from room_run where room = $1 and state in ({_UNENDED})
"""
_PINS = f"""
{_NAMED} union select version from snapshot where room = $1
and version = (select max(version) from snapshot where room = $1)
"""
_PINS_WITH_ENDED_RUNS = f"""
{_PINS} union select version from room_run where room = $1
"""
_KEPT = """
select version, run, digest from revision
where room = $1 and version between $2 and $3 order by version
"""
_DELETE_REVISIONS = """
delete from revision where room = $1 and version between $2 and $3
"""
_DELETE_SNAPSHOTS = """
delete from snapshot where room = $1 and version >= $2 and version < $3
"""


class SQLCompaction(Operations):
    """The operations of ``CompactionStore``."""

    @operation("read")
    def usage(self, room_id: str) -> Operation[Usage]:
        """Measure a room; see ``CompactionStore.usage``."""
        row = yield One(_USAGE, room_id)
        return Usage(*row)

    @operation("read")
    def outline(
        self, room_id: str, after: int, limit: int
    ) -> Operation[list[OutlineRow]]:
        """Read revisions without changes; see ``CompactionStore.outline``."""
        rows = yield All(_OUTLINE, room_id, after, NEWEST if limit < 0 else limit)
        return [
            OutlineRow(
                version, run, kind, (author, *others(more)), at, size, from_bits(marks)
            )
            for version, run, kind, author, more, at, size, marks in rows
        ]

    @operation("read")
    def pins(self, room_id: str, *, ended_runs: bool = True) -> Operation[list[int]]:
        """List versions not to be merged; see ``CompactionStore.pins``."""
        rows = yield All(_PINS_WITH_ENDED_RUNS if ended_runs else _PINS, room_id)
        return [version for (version,) in rows]

    @operation("reorganize")
    def compact(self, room_id: str, merged: Sequence[Revision]) -> Operation[None]:
        """Replace revisions by merged ones; see ``CompactionStore.compact``."""
        head = yield from lock(room_id)
        rows = yield All(_NAMED, room_id)
        named = [version for (version,) in rows]
        for each in merged:
            kept = yield All(_KEPT, room_id, each.first, each.version)
            if not stands_for(each, kept, named):
                raise VersionConflict(each.version, head)
        for each in merged:
            yield Run(_DELETE_REVISIONS, room_id, each.first, each.version)
            yield Run(_DELETE_SNAPSHOTS, room_id, each.first, each.version)
        yield Many(INSERT_REVISION, [revision_row(room_id, each) for each in merged])
