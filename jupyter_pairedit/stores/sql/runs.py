"""Runs of rooms and their outputs.

Each write adds one to the counter ``run_changes`` of its room, whose row it has locked,
and stores the counter with what it has written. So whoever has read up to a counter
finds everything later by a greater one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, replace
from typing import Any

from ...core.outputs import Output
from ...core.runs import NEXT, Part, Run, RunEnded, RunState, deletion_order
from ...core.storable import made_storable
from ..runs import RunNews
from .deletions import missing
from .operation import All, Many, Notify, One, Operation, Operations, operation
from .operation import Run as Do
from .rows import Row

_RUN = """
number, epoch, version, part_start, part_end, digest, asked_by, guest, state, asked_at,
server, approver, started_at, ended_at, first, left_out, detail, in_cell
"""
_OUTPUT = "number, kind, text, mime, data, width, height"

# Appends to the log, which lock the key of the room, do not wait for it.
_LOCK = "select runs, run_changes from room where id = $1 for no key update"
_COUNT = "update room set runs = $2, run_changes = $3 where id = $1"
_INSERT = f"""
insert into room_run (room, change, {_RUN})
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
        $19, $20)
"""
_STATE = "select state from room_run where room = $1 and number = $2"
_CHANGE = """
update room_run
set change = $3, state = $4, server = $5, approver = $6, started_at = $7, ended_at = $8,
    first = $9, left_out = $10, detail = $11
where room = $1 and number = $2
"""
_SIZES = """
select number, state, started_at, cast(coalesce((
  select sum(size) from room_output where room = $1 and run = room_run.number
), 0) as bigint)
from room_run where room = $1 order by number
"""
_DELETE = "delete from room_run where room = $1 and number = any($2)"
_RUNS = f"select {_RUN} from room_run where room = $1 and number > $2 order by number"
_NEW_RUNS = f"""
select {_RUN} from room_run where room = $1 and change > $2 order by number
"""
_PUT_OUTPUT = f"""
insert into room_output (room, run, change, size, {_OUTPUT})
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (room, run, number) do update
set change = excluded.change, size = excluded.size, kind = excluded.kind,
    text = excluded.text, mime = excluded.mime, data = excluded.data,
    width = excluded.width, height = excluded.height
"""
_CLEAR_OUTPUTS = "delete from room_output where room = $1 and run = $2 and number < $3"
_OUTPUTS = f"""
select {_OUTPUT} from room_output
where room = $1 and run = $2 and number > $3 order by number
"""
_NEW_OUTPUTS = f"""
select run, {_OUTPUT} from room_output
where room = $1 and change > $2 order by run, number
"""


class SQLRuns(Operations):
    """The operations of ``RunStore``."""

    @operation("grow")
    def add(self, room_id: str, run: Run, most: int, size: int) -> Operation[Run]:
        """Store a new run; see ``RunStore.add``."""
        runs, change = yield from _lock(room_id)
        kept = yield All(_SIZES, room_id)
        added = replace(run, number=runs + 1)
        kept = [*kept, (added.number, added.state, added.started_at, 0)]
        yield Do(_DELETE, room_id, list(_surplus(kept, most, size)))
        yield Do(_INSERT, room_id, change, *_run_row(added))
        yield from _count(room_id, added.number, change)
        return added

    async def change(
        self, room_id: str, run: Run, outputs: Sequence[Output] = ()
    ) -> None:
        """Change a run; see ``RunStore.change``."""
        ended = await self._change(room_id, run, outputs)
        if ended is not None:
            raise RunEnded(run.state, ended)

    @operation("read")
    def runs(self, room_id: str, after: int = 0) -> Operation[list[Run]]:
        """List runs; see ``RunStore.runs``."""
        rows = yield All(_RUNS, room_id, after)
        return [_run_of(row) for row in rows]

    @operation("read")
    def outputs(
        self, room_id: str, number: int, after: int = -1
    ) -> Operation[list[Output]]:
        """List outputs; see ``RunStore.outputs``."""
        rows = yield All(_OUTPUTS, room_id, number, after)
        return [Output(*row) for row in rows]

    @operation("read consistently")
    def news(self, room_id: str, since: int) -> Operation[RunNews]:
        """Read what has changed; see ``RunStore.news``."""
        found = yield One("select run_changes from room where id = $1", room_id)
        change = found[0] if found else 0
        if change <= since:
            return RunNews(change, [], [])
        runs = yield All(_NEW_RUNS, room_id, since)
        outputs = yield All(_NEW_OUTPUTS, room_id, since)
        return RunNews(
            change,
            [_run_of(row) for row in runs],
            [(number, Output(*row)) for number, *row in outputs],
        )

    async def import_run(
        self, room_id: str, run: Run, outputs: Sequence[Output], most: int, size: int
    ) -> bool:
        """Import a run; see ``RunStore.import_run``."""
        if not run.ended:
            raise ValueError(f"Expected a run that has ended, found one {run.state}.")
        return await self._import(room_id, run, outputs, most, size)

    @operation("grow")
    def _import(
        self, room_id: str, run: Run, outputs: Sequence[Output], most: int, size: int
    ) -> Operation[bool]:
        runs, change = yield from _lock(room_id)
        if (yield One(_STATE, room_id, run.number)) is not None:
            return False
        yield Do(_INSERT, room_id, change, *_run_row(run))
        yield from _put(room_id, run.number, change, outputs)
        kept = yield All(_SIZES, room_id)
        yield Do(_DELETE, room_id, list(_surplus(kept, most, size)))
        yield from _count(room_id, max(runs, run.number), change)
        return True

    @operation("append")
    def _change(
        self, room_id: str, run: Run, outputs: Sequence[Output]
    ) -> Operation[RunState | None]:
        """Change a run; return its state if the new one does not follow from it."""
        runs, change = yield from _lock(room_id)
        row = yield One(_STATE, room_id, run.number)
        if row is None:
            return None
        found = _known(row[0])
        if run.state != found and run.state not in NEXT[found]:
            return found
        yield Do(
            _CHANGE,
            room_id,
            run.number,
            change,
            run.state,
            run.server,
            made_storable(run.approver),
            run.started_at,
            run.ended_at,
            run.first,
            run.left_out,
            made_storable(run.detail),
        )
        yield from _put(room_id, run.number, change, outputs)
        if run.first:
            yield Do(_CLEAR_OUTPUTS, room_id, run.number, run.first)
        yield from _count(room_id, runs, change)
        return None


def _lock(room_id: str) -> Operation[tuple[int, int]]:
    """Lock the runs of a room; return the last number, and the next change.

    What is read in the same statement may be older than the lock.
    """
    row = yield One(_LOCK, room_id)
    if row is None:
        raise (yield from missing(room_id))
    runs, changes = row
    return runs, changes + 1


def _count(room_id: str, runs: int, change: int) -> Operation[None]:
    yield Do(_COUNT, room_id, runs, change)
    yield Notify("run", room_id)


def _surplus(
    kept: Sequence[tuple[int, str, float | None, int]], most: int, size: int
) -> Iterator[int]:
    """Yield the runs to delete: the oldest that have ended, and never the newest.

    Those that never started come first; see ``deletion_order``. ``kept`` are the
    number, state, start and size of each, in order.
    """
    count, total = len(kept), sum(each[3] for each in kept)
    in_order = sorted(kept[:-1], key=lambda each: deletion_order(each[0], each[2]))
    for number, state, _, bytes_ in in_order:
        if count <= most and total <= size:
            return
        if not NEXT[_known(state)]:
            yield number
            count, total = count - 1, total - bytes_


def _put(
    room_id: str, run: int, change: int, outputs: Sequence[Output]
) -> Operation[None]:
    where = (room_id, run, change)
    yield Many(_PUT_OUTPUT, [(*where, *_output_row(each)) for each in outputs])


def _output_row(output: Output) -> Row:
    kept = replace(
        output, text=made_storable(output.text), data=made_storable(output.data)
    )
    return (kept.size, *astuple(kept))


def _run_row(run: Run) -> Row:
    """Return the values of ``_RUN``."""
    part = (run.part.start, run.part.end) if run.part else (None, None)
    return (
        *(run.number, run.epoch, run.version, *part, run.digest),
        *(made_storable(run.by), run.guest, run.state, run.asked_at),
        *(run.server, made_storable(run.approver), run.started_at, run.ended_at),
        *(run.first, run.left_out, made_storable(run.detail), run.in_cell),
    )


def _run_of(row: Iterable[Any]) -> Run:
    number, epoch, version, start, end, digest, by, guest, state, *rest = row
    part = None if start is None or end is None else Part(start, end)
    facts = [number, epoch, version, part, digest, by, bool(guest), _known(state)]
    run = Run(*facts, *rest)
    return replace(run, in_cell=bool(run.in_cell))


def _known(state: str) -> RunState:
    """Return a stored state; one that nobody can continue if it is not known."""
    return next((each for each in NEXT if each == state), "died")
