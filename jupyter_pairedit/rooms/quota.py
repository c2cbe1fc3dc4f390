"""What an open room does for its log: snapshots, and staying within its budget."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Sequence

from ..core.limits import MIB, Limits
from ..core.retention import OVERHEAD
from ..core.revisions import Revision
from ..core.text import Text, utf8_size
from ..stores.base import RoomRecord, Store, StoreError, Usage
from .background import BackgroundTasks
from .compaction import compact

_PAUSE = 5.0
"""Seconds from a merging in vain to the next one."""
_FAR_BEYOND = 2
"""Times the budget at which changes are refused while merging is still under way."""


class QuotaReached(Exception):
    """The history has no room for more; nothing was changed."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The history of this room is full: it may take {limit / MIB:g} MiB. "
            "Delete restore points, or go on in a new room."
        )


class Quota:
    """Counts what a room adds to its log, and does in time what follows from it."""

    def __init__(
        self, record: RoomRecord, store: Store, limits: Limits, now: Callable[[], float]
    ) -> None:
        self._record = record
        self._store = store
        self._limits = limits
        self._now = now
        self._tasks = BackgroundTasks()
        self._since_snapshot = [0, 0]
        self._used: list[int] | None = None
        """Revisions and bytes in the store, as far as that is known."""
        self._measuring = self._compacting = False
        self._in_vain_at = -math.inf
        """When merging last made the history no smaller."""
        self._full = False

    def check(self) -> None:
        """Check that there is room for a change. Raises ``QuotaReached``."""
        if self._full:
            # Perhaps somebody has made room meanwhile.
            self._compact_soon()
            raise QuotaReached(self._limits.history_size)

    def loaded(self, revisions: Sequence[Revision]) -> None:
        """Note what was read after the newest snapshot."""
        self._count(revisions)

    def added(self, revisions: Sequence[Revision], digest: str, text: Text) -> None:
        """Note what was appended, and the text and the digest after it."""
        size = self._count(revisions)
        self._spend(len(revisions), size + OVERHEAD * len(revisions))
        count, size = self._since_snapshot
        limits = self._limits
        if count >= limits.snapshot_revisions or size >= limits.snapshot_size:
            self.keep(revisions[-1].version, digest, text)

    def keep(self, version: int, digest: str, text: Text) -> None:
        """Begin to store a snapshot, if there is anything after the newest one."""
        if self._since_snapshot[0]:
            self._since_snapshot = [0, 0]
            self._tasks.begin(self._snapshot(version, digest, text))

    async def settle(self) -> None:
        """Wait until nothing more is wanted of the store."""
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
        # A snapshot only makes loading quick: without it, more of the log is read.
        with contextlib.suppress(StoreError):
            room_id = self._record.room_id
            await self._store.snapshot(room_id, version, digest, str(text))
            self._spend(0, text.size)

    def _spend(self, revisions: int, size: int) -> None:
        if self._used is None:
            # Only who changes a room needs to know, and joining it is quick.
            if not self._measuring:
                self._measuring = True
                self._tasks.begin(self._measure())
            return
        self._used[0] += revisions
        self._used[1] += size
        keep = self._limits.keep
        if keep.exceeded(*self._used):
            self._full |= self._used[1] > _FAR_BEYOND * keep.size
            self._compact_soon()

    async def _measure(self) -> None:
        try:
            with contextlib.suppress(StoreError):
                self._know(await self._store.usage(self._record.room_id))
        finally:
            self._measuring = False

    def _compact_soon(self) -> None:
        # Also where the clock was set back.
        pause = 0 <= self._now() - self._in_vain_at < _PAUSE
        if not self._compacting and not pause:
            self._compacting = True
            self._tasks.begin(self._compact())

    async def _compact(self) -> None:
        keep, before, in_vain = self._limits.keep, self._used, True
        try:
            with contextlib.suppress(StoreError):
                usage = await compact(self._store, self._record, keep, self._now())
                in_vain = before is not None and usage.size >= before[1]
                self._know(usage)
                self._full = usage.size > keep.size
        finally:
            self._compacting = False
            if in_vain:
                self._in_vain_at = self._now()

    def _know(self, usage: Usage) -> None:
        self._used = [usage.revisions, usage.size]
