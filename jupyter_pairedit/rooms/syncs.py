"""Syncing the log for the readers of all rooms together."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from ..stores.base import Store
from ..stores.errors import StorageFailure
from .background import BackgroundTasks

_log = logging.getLogger(__name__)

EVERY = 0.005
"""Seconds from one sync to the next. A sync wakes a thread and then the event loop,
which costs as much as a key; all that is committed meanwhile shares the next one."""


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
