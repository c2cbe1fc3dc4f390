"""The log of an open room in memory, kept in sync with the store.

``Replica._append`` appends revisions in this order: commit to the store, change memory,
wake readers. A reader is therefore never sent a revision that is not committed,
and a failed append changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    nullcontext,
    suppress,
)
from typing import TypeVar

from ..core.changes import ChangeSet
from ..core.limits import Limits
from ..core.revisions import replay
from ..core.text import Text
from ..protocol import Close, Ending
from ..stores.base import Store
from ..stores.errors import StorageFailure, StoreError
from ..stores.records import RoomRecord, Stored
from .audience import Audience
from .background import BackgroundTasks
from .counters import Counters
from .durable import DurableVersion, Syncs
from .frames import Frames
from .log import Log
from .pipeline import Commit, Pipeline
from .quota import Quota
from .runs import RunFeed
from .writes import Writes

T = TypeVar("T")

_THREAD_FROM = 2_000
"""The work, in about microseconds, above which a thread computes instead of the event
loop."""
_PATIENCE = 3
"""Appends in a row that another server may precede before this one takes a turn. Most
conflicts end with the next append, which costs less than a turn."""


class Replica:
    """A room's log in memory, and its readers. ``now`` returns seconds since 1970."""

    def __init__(
        self,
        stored: Stored,
        store: Store,
        limits: Limits,
        now: Callable[[], float],
        counters: Counters | None = None,
        syncs: Syncs | None = None,
    ) -> None:
        self.record = stored.record
        self.moved_at = 0.0
        """The time of the last change of ``head``, by the clock of the counters."""
        self._counters = counters or Counters(now)
        self.audience = Audience(stored.record.limit, self._counters)
        self.runs = RunFeed()
        self._store = store
        self._limits = limits
        self._now = now
        self._quota = Quota(stored.record, store, limits, now)
        self._writes = Writes(stored.record.room_id, store)
        self._lock = asyncio.Lock()
        self._in_sync = True
        """Whether memory is known to have all revisions of the store."""
        self._sync_pending = False
        self._tasks = BackgroundTasks()
        self.is_lost = False
        """Whether the store may lose revisions of it: it must be loaded again."""
        self.log = Log(stored, _text_of(stored), store, limits)
        self.durable = DurableVersion(
            store,
            syncs or Syncs(store),
            lambda: self.log.head,
            advanced=self.audience.wake_waiting,
            failed=self._lose,
        )
        self._pipeline = Pipeline(self.log, self._append)
        self.frames = Frames(self.log, self.audience.roster, self.audience.carets)
        self._quota.count_loaded(stored.revisions)
        self._head_changed()

    @property
    def head(self) -> int:
        """The version of the last revision."""
        return self.log.head

    @property
    def code(self) -> str:
        """The text at ``head``."""
        return str(self.log.text)

    async def _sync(self) -> None:
        """Read the revisions of the store that memory may not have."""
        if self._in_sync:
            return
        await self._pipeline.drained()
        news = await self._store.revisions(self.record.room_id, self.head, -1)
        if news and news[0].first <= self.head:
            # Another server has merged revisions across this head.
            stored = await self._store.load(self.record.room_id)
            text = await asyncio.to_thread(lambda: _text_of(stored))
            self.log.reset(stored, text)
            self.audience.carets.clear()
            self._quota.count_loaded(stored.revisions)
        else:
            before = self.log.text
            work = work_of(each.changes for each in news)
            text = await compute(work, lambda: replay(before, news))
            self.log.read(news, text)
            self.audience.carets.follow(news)
            self._quota.count_loaded(news)
        self._head_changed()
        self._in_sync = True
        if news:
            self.audience.wake()

    def _turn_if_due(self) -> AbstractAsyncContextManager[None]:
        """Return a turn of this server if others have preceded it several times."""
        return nullcontext() if self._pipeline.conflicts < _PATIENCE else self._turn()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        # Those that come meanwhile need no other turn.
        self._pipeline.conflicts = 0
        async with self._store.turn(self.record.room_id):
            async with self._lock:
                # What was read before the turn may not be all.
                self._in_sync = False
            yield
            # The writes of others that waited here are stored in the same turn.
            await self.wait_for_writes()

    async def _append(self, commits: Sequence[Commit]) -> None:
        """Commit revisions to the store, add them to memory, and wake the readers."""
        revisions = [each for commit in commits for each in commit.revisions]
        began = self._counters.clock()
        try:
            await self._store.append(
                self.record.room_id, self.head, revisions, self.record.epoch
            )
        except BaseException as error:
            # The store may or may not have the revisions, or has others.
            self._in_sync = False
            if isinstance(error, StorageFailure):
                # Readers may have to be sent them.
                self.sync_soon()
            raise
        text = commits[-1].text
        self.log.append(revisions, text)
        self.audience.carets.follow(revisions)
        self._head_changed()
        self.audience.wake_now({commit.client_id for commit in commits})
        self.durable.sync_soon()
        for each in commits:
            seconds = self.moved_at - began
            self._counters.record_commit(each.kind, len(each.revisions), seconds)
        self._quota.count_appended(revisions, self.log.digest, text)

    def _lose(self, failure: StorageFailure) -> None:
        """End all connections: what they were sent may not survive a loss of power."""
        self.is_lost = True
        reason = f"The room must be read again: {failure}."
        self.audience.end(Ending(Close.STORAGE_LOST, reason))

    def sync_soon(self) -> None:
        """Read the store in the background: it may have new revisions."""
        # A write before that reads them first, and avoids a conflict.
        self._in_sync = False
        if not self._sync_pending:
            self._sync_pending = True
            self._tasks.start(self._sync_later())

    async def _sync_later(self) -> None:
        # If the store fails, the next write reads it.
        with suppress(StoreError):
            async with self._lock:
                # A call of ``sync_soon`` from now on must read again.
                self._sync_pending = False
                self._in_sync = False
                await self._sync()

    def adopt(self, record: RoomRecord) -> None:
        """Replace the properties by newer ones, and send them to the readers.

        Nobody has to leave when the limit is lowered.
        """
        if record.changes > self.record.changes and record.epoch == self.record.epoch:
            self.record = record
            self.audience.presence.limit = record.limit
            self.audience.wake()

    async def catch_up(self, version: int) -> None:
        """Read the store if ``version``, known from another server, is not in memory.

        Raises ``StorageFailure``.
        """
        if version > self.head:
            async with self._lock:
                self._in_sync = False
                await self._sync()

    def _head_changed(self) -> None:
        self.moved_at = self._counters.clock()
        self.frames.clear()

    async def wait_for_writes(self) -> None:
        """Wait until the pushes and writes that were called before are done."""
        async with self._lock:
            await self._pipeline.drained()

    async def close(self) -> None:
        """Store a snapshot, and wait until all operations of the store are done.

        With the snapshot, the room is loaded without its log, and the database alone
        has the code.
        """
        self._quota.snapshot_soon(self.head, self.log.digest, self.log.text)
        await self.settle()

    async def settle(self) -> None:
        """Wait until all operations of the store are done."""
        await self._pipeline.settle()
        await self._tasks.settle()
        await self._quota.settle()
        await self.durable.settle()


async def compute(work: int, function: Callable[[], T]) -> T:
    """Return the result of ``function``, computed in a thread if it is much work."""
    if work <= _THREAD_FROM:
        return function()
    return await asyncio.to_thread(function)


def work_of(changes: Iterable[ChangeSet]) -> int:
    """Return the time to apply and number changes, in about microseconds."""
    return sum(20 + each.size // 32 for each in changes)


def _text_of(stored: Stored) -> Text:
    return replay(Text.of(stored.code), stored.revisions)
