"""Up to which version a room's log survives a loss of power."""

from __future__ import annotations

from collections.abc import Callable

from ..stores.base import Store
from ..stores.errors import StorageFailure
from .syncs import Syncs


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
