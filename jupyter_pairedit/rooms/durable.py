"""Up to which version a room's log survives a loss of power."""

from __future__ import annotations

from collections.abc import Callable

from ..stores.base import StorageFailure, Store
from .background import BackgroundTasks


class DurableVersion:
    """Syncs what was committed, and counts how far that has got.

    ``head`` returns the last committed version. ``advanced`` is called when more is on
    the disk; ``failed``, when it is not known whether more ever will be.
    """

    def __init__(
        self,
        store: Store,
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
        self._renewals = store.renewals
        self._head = head
        self._advanced = advanced
        self._failed = failed
        self._tasks = BackgroundTasks()
        self._syncing = False

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
            self._tasks.start(self._sync())

    async def wait(self, version: int) -> None:
        """Wait until a version is on the disk. Raises ``StorageFailure``."""
        if not (self.is_immediate or version <= self.version):
            await self._sync_to(self._head())

    async def _sync_to(self, head: int) -> None:
        """Sync what was committed up to ``head``. Raises ``StorageFailure``."""
        await self._store.synced()
        if self._store.renewals > self._renewals:
            raise StorageFailure("the log was read anew after an error of the disk")
        # Not the head as it is now: the sync covers what was committed before it began.
        self.version = max(self.version, head)

    async def settle(self) -> None:
        """Wait until all operations of the store are done."""
        await self._tasks.settle()

    async def _sync(self) -> None:
        try:
            while self.version < (head := self._head()):
                await self._sync_to(head)
                self._advanced()
        except StorageFailure as failure:
            self._failed(failure)
        finally:
            self._syncing = False
