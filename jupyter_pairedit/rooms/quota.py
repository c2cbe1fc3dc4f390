"""Snapshots of an open room, and the size limit of its history."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Sequence

from ..core.limits import MIB, Limits
from ..core.retention import OVERHEAD
from ..core.revisions import Revision
from ..core.text import Text, utf8_size
from ..stores.base import Store
from ..stores.errors import StoreError
from ..stores.records import RoomRecord
from .background import BackgroundTasks
from .compaction import compact

_RETRY_AFTER = 5.0
"""Seconds from a compaction that freed nothing to the next one."""
_HARD_LIMIT = 2
"""Changes are refused at this multiple of the limit even during a compaction."""


class QuotaReached(Exception):
    """The history of the room has reached its limit; nothing was changed."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The history of this room is full: it may take {limit / MIB:g} MiB. "
            "Delete restore points, or continue in a new room."
        )


class Quota:
    """Counts what an open room adds to its log.

    Stores a snapshot and starts a compaction when they are due. ``now`` returns seconds
    since 1970.
    """

    def __init__(
        self, record: RoomRecord, store: Store, limits: Limits, now: Callable[[], float]
    ) -> None:
        self._record = record
        self._store = store
        self._limits = limits
        self._now = now
        self._tasks = BackgroundTasks()
        self._since_snapshot = [0, 0]
        """Revisions, and bytes of inserted text."""
        self._used: list[int] | None = None
        """Revisions and bytes in the store. None until they have been measured."""
        self._measuring = self._compacting = False
        self._futile_at = -math.inf
        """The time of the last compaction that freed nothing."""
        self._full = False

    def check(self) -> None:
        """Raise ``QuotaReached`` if the history has reached its limit."""
        if self._full:
            # Restore points may have been deleted meanwhile.
            self._start_compaction()
            raise QuotaReached(self._limits.history_size)

    def count_loaded(self, revisions: Sequence[Revision]) -> None:
        """Count revisions that were read after the newest snapshot."""
        self._count(revisions)

    def count_appended(
        self, revisions: Sequence[Revision], digest: str, text: Text
    ) -> None:
        """Count revisions that were appended; ``text`` and ``digest`` follow them."""
        size = self._count(revisions)
        self._spend(len(revisions), size + OVERHEAD * len(revisions))
        count, size = self._since_snapshot
        limits = self._limits
        if count >= limits.snapshot_revisions or size >= limits.snapshot_size:
            self.snapshot_soon(revisions[-1].version, digest, text)

    def snapshot_soon(self, version: int, digest: str, text: Text) -> None:
        """Start to store a snapshot, unless the newest one is of this version."""
        if self._since_snapshot[0]:
            self._since_snapshot = [0, 0]
            self._tasks.start(self._snapshot(version, digest, text))

    async def settle(self) -> None:
        """Wait until all operations of the store are done."""
        await self._tasks.settle()

    def _count(self, revisions: Sequence[Revision]) -> int:
        size = sum(
            utf8_size(insert)
            for revision in revisions
            for _, _, insert in revision.changes.edits()
        )
        self._since_snapshot[0] += len(revisions)
        self._since_snapshot[1] += size
        return size

    async def _snapshot(self, version: int, digest: str, text: Text) -> None:
        # Without a snapshot, loading the room reads more revisions.
        with contextlib.suppress(StoreError):
            room_id = self._record.room_id
            await self._store.snapshot(room_id, version, digest, str(text))
            self._spend(0, text.size)

    def _spend(self, revisions: int, size: int) -> None:
        if self._used is None:
            # Measured at the first change, so that joining a room stays fast.
            if not self._measuring:
                self._measuring = True
                self._tasks.start(self._measure())
            return
        self._used[0] += revisions
        self._used[1] += size
        keep = self._limits.keep
        if keep.exceeded(*self._used):
            self._full |= self._used[1] > _HARD_LIMIT * keep.size
            self._start_compaction()

    async def _measure(self) -> None:
        try:
            with contextlib.suppress(StoreError):
                usage = await self._store.usage(self._record.room_id)
                self._used = [usage.revisions, usage.size]
        finally:
            self._measuring = False

    def _start_compaction(self) -> None:
        # The difference is negative if the system clock was set back.
        waiting = 0 <= self._now() - self._futile_at < _RETRY_AFTER
        if not self._compacting and not waiting:
            self._compacting = True
            self._tasks.start(self._compact())

    async def _compact(self) -> None:
        keep, before, futile = self._limits.keep, self._used, True
        try:
            with contextlib.suppress(StoreError):
                usage = await compact(self._store, self._record, keep, self._now())
                futile = before is not None and usage.size >= before[1]
                self._used = [usage.revisions, usage.size]
                self._full = usage.size > keep.size
        finally:
            self._compacting = False
            if futile:
                self._futile_at = self._now()
