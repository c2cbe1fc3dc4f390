"""Up to which version the log of each room survives a loss of power.

``DurableVersion`` counts that for one room. ``Syncs`` syncs the store for all rooms of
a server together.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from ..stores.base import Store
from ..stores.errors import StorageFailure
from .background import BackgroundTasks

_log = logging.getLogger(__name__)

EVERY = 0.005
"""Seconds from one sync to the next. A sync wakes a thread and then the event loop,
which costs as much as a key; all that is committed meanwhile shares the next one."""


class DurableVersion:
    """Syncs what was committed, and counts how far that has got.

    ``syncs`` is shared by the rooms of a server. ``head`` returns the last committed
    version. ``advanced`` is called when more is on the disk; ``failed``, when it is not
    known whether more ever will be.
    """

    def __init__(
        self,
        store: Store,
        syncs: Syncs,
        head: Callable[[], int],
        *,
        advanced: Callable[[], None],
        failed: Callable[[StorageFailure], None],
    ) -> None:
        self.is_immediate = store.durability == "disk"
        """Whether each commit waits for the disk, so that there is nothing to sync."""
        self.version = 0
        """The last version that is known to be on the disk."""
        self._store = store
        self._syncs = syncs
        self._renewals = store.renewals
        self._head = head
        self._advanced = advanced
        self._failed = failed
        self._syncing = False

    @property
    def head(self) -> int:
        """The last committed version."""
        return self._head()

    def covers(self, version: int) -> bool:
        """Return whether a version is on the disk; if it is not, start a sync."""
        if self.is_immediate or version <= self.version:
            return True
        self.sync_soon()
        return False

    def sync_soon(self) -> None:
        """Start a sync, unless one is under way that goes on until nothing is left."""
        if not (self._syncing or self.is_immediate):
            self._syncing = True
            self._syncs.soon(self)

    def synced(self, version: int, failure: StorageFailure | None) -> None:
        """Take the outcome of a sync, and start another one if something is left."""
        self._syncing = False
        failure = failure or self._renewed()
        if failure is not None:
            return self._failed(failure)
        self.version = max(self.version, version)
        self._advanced()
        self.covers(self._head())

    async def wait(self, version: int) -> None:
        """Wait until a version is on the disk. Raises ``StorageFailure``."""
        if self.is_immediate or version <= self.version:
            return
        # Not the head as it is afterwards, which the sync may not cover.
        head = self._head()
        await self._store.synced()
        failure = self._renewed()
        if failure is not None:
            raise failure
        self.version = max(self.version, head)

    def _renewed(self) -> StorageFailure | None:
        """Return a failure if the store has lost what it had not synced."""
        if self._store.renewals == self._renewals:
            return None
        return StorageFailure("the log was read anew after an error of the disk")

    async def settle(self) -> None:
        """Wait until all operations of the store are done."""
        while self._syncing:
            await self._syncs.round()


class Log(Protocol):
    """The log of a room, some of which may not be on the disk."""

    @property
    def head(self) -> int:
        """The last committed version."""

    def synced(self, version: int, failure: StorageFailure | None) -> None:
        """Take the outcome: the log is on the disk up to a version, or that failed."""


class Syncs:
    """Syncs the store for the logs that ask for it. A first one does not wait."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[Log, None] = {}
        self._next = float("-inf")
        """The time from which the next sync may begin."""
        self._running = False
        self._round: asyncio.Event | None = None
        """Set at the end of the next sync. Exists while somebody waits for that."""
        self._tasks = BackgroundTasks()

    def soon(self, log: Log) -> None:
        """Sync soon, and call ``log.synced`` once."""
        self._waiting[log] = None
        if not self._running:
            self._running = True
            self._tasks.start(self._run())

    async def round(self) -> None:
        """Wait until the sync that is under way, or is due, has ended."""
        if self._round is None:
            self._round = asyncio.Event()
        await self._round.wait()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                pause = self._next - loop.time()
                if pause > 0:
                    await asyncio.sleep(pause)
                self._next = loop.time() + EVERY
                await self._sync()
        finally:
            self._running = False

    async def _sync(self) -> None:
        waiting, self._waiting = self._waiting, {}
        # The sync covers what was committed before it began, and nothing later.
        heads = {log: log.head for log in waiting}
        failure: StorageFailure | None = None
        try:
            await self._store.synced()
        except StorageFailure as error:
            failure = error
        except Exception:
            # A mistake must not leave rooms that wait for ever.
            _log.exception("The log could not be synced.")
            failure = StorageFailure("the log could not be synced")
        for log, head in heads.items():
            try:
                log.synced(head, failure)
            except Exception:
                # The other rooms are not to wait for ever.
                _log.exception("A room could not go on after a sync.")
        ended, self._round = self._round, None
        if ended is not None:
            ended.set()
