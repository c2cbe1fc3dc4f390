"""Compaction: merging old revisions, and more of them if a log exceeds its limits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from ..core.limits import Limits
from ..core.retention import Keep, Row, due, merge, row_of
from ..core.revisions import Revision, first_digest, intact
from ..stores.base import Store
from ..stores.errors import StoreError, VersionConflict
from ..stores.records import RoomRecord, RoomSummary, Usage

_log = logging.getLogger(__name__)

_PAGE = 5_000
"""Rows of an outline that are read at a time."""
_DAY = 24 * 3600.0


async def compact(store: Store, record: RoomRecord, keep: Keep, now: float) -> Usage:
    """Merge the revisions of a room that are due; return what the room uses then.

    Each step is a transaction of its own, so that other writers are not delayed. Stops
    early if another writer changes the same revisions. ``now`` is in seconds since
    1970. The code of runs that have ended is kept only within the limits, as nobody can
    delete runs. Raises ``StorageFailure``.
    """
    room_id = record.room_id
    rows = await _outline(store, room_id)
    ended_runs, pins = True, frozenset(await store.pins(room_id))
    size = await _size(store, room_id, rows)
    if keep.exceeded(len(rows), size):
        keep = keep.with_spare()
    while True:
        step = await asyncio.to_thread(due, rows, pins, keep, now, size)
        if not step:
            # Snapshots were deleted with the versions that they are of.
            size = await _size(store, room_id, rows)
            if not ended_runs or not keep.exceeded(len(rows), size):
                break
            ended_runs = False
            pins = frozenset(await store.pins(room_id, ended_runs=False))
            continue
        merged = await _merge(store, record, rows, step)
        if merged is None:
            break
        try:
            await store.compact(room_id, [revision for revision, _ in merged])
        except VersionConflict:
            # Another server merged them, or a version was made a restore point.
            break
        # From the end, so that the indexes of the ranges before it stay valid.
        for part, (_, row) in reversed(list(zip(step, merged, strict=True))):
            size += row.size - sum(rows[index].size for index in part)
            rows[part.start : part.stop] = [row]
    return await store.usage(room_id)


async def _size(store: Store, room_id: str, rows: Sequence[Row]) -> int:
    """Return the bytes of the rows and of the room's snapshots.

    The log may have grown since the rows were read.
    """
    snapshots = (await store.usage(room_id)).snapshots
    return snapshots + sum(row.size for row in rows)


async def _outline(store: Store, room_id: str) -> list[Row]:
    rows: list[Row] = []
    while True:
        after = rows[-1].version if rows else 0
        page = await store.outline(room_id, after, _PAGE)
        rows += page
        if len(page) < _PAGE:
            return rows


async def _merge(
    store: Store, record: RoomRecord, rows: Sequence[Row], step: Sequence[range]
) -> list[tuple[Revision, Row]] | None:
    """Return a merged revision for each range, or None if the log has changed."""
    merged = []
    for part in step:
        before = rows[part.start - 1].version if part.start else 0
        # One more at the start, for its digest.
        found = await store.revisions(
            record.room_id, before - 1 if before else 0, len(part) + bool(before)
        )
        digest = first_digest(record.epoch)
        if before and found:
            digest, found = found[0].digest, found[1:]
        if [each.version for each in found] != [rows[n].version for n in part]:
            return None
        one = await asyncio.to_thread(_merge_if_intact, digest, found)
        if one is None:
            _log.error(
                "The log of room %s is damaged after version %d and was not compacted.",
                record.room_id,
                before,
            )
            return None
        merged.append(one)
    return merged


def _merge_if_intact(
    before: str, revisions: Sequence[Revision]
) -> tuple[Revision, Row] | None:
    # The seal of a merged revision vouches for its contents.
    if intact(before, revisions) < len(revisions):
        return None
    merged = merge(before, revisions)
    return merged, row_of(merged)


class Compactor:
    """Compacts the rooms of a store, one after the other.

    A log that has not grown is checked once a day, because its revisions age. ``now``
    returns seconds since 1970; ``clock`` is monotonic, in seconds.
    """

    def __init__(
        self,
        store: Store,
        limits: Limits,
        *,
        now: Callable[[], float],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._limits = limits
        self._now = now
        self._clock = clock
        self._due_at = 0.0
        self._visits: dict[str, tuple[int, float]] = {}
        """The version and the time of the last check, by room id."""

    async def run_if_due(self) -> None:
        """Compact all rooms if ``limits.history_round`` seconds have passed.

        Calls must not overlap. A room whose compaction fails is retried in the next
        round.
        """
        clock = self._clock()
        if clock < self._due_at:
            return
        self._due_at = clock + self._limits.history_round
        rooms: list[RoomSummary] = []
        with contextlib.suppress(StoreError):
            rooms = await self._store.rooms()
        known, self._visits = self._visits, {}
        for room in rooms:
            room_id = room.record.room_id
            version, at = known.get(room_id, (-1, 0.0))
            with contextlib.suppress(StoreError):
                if version != room.version or clock - at >= _DAY:
                    await compact(
                        self._store, room.record, self._limits.keep, self._now()
                    )
                    version, at = room.version, clock
                self._visits[room_id] = version, at
