"""A room: a numbered log of revisions, and the code that results from it.

Revisions are made in ``Room._commit``, in this order: append to the store, change
memory, wake readers. A reader is therefore never sent a revision that is not stored,
and a failed append changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..core.carets import Caret, Carets
from ..core.changes import ChangeSet
from ..core.diff import smallest_change
from ..core.identifiers import client_id_of
from ..core.limits import MIB
from ..core.presence import Presence
from ..core.revisions import (
    Kind,
    Revision,
    apply_checked,
    rebase,
    rebase_work,
    sections_of,
)
from ..core.storable import BadChange, storable
from ..core.text import unify_line_ends
from ..core.writes import WriteKey
from ..stores.base import (
    RoomNotFound,
    StorageFailure,
    VersionConflict,
)
from .log import Stale
from .replica import Replica, compute, work_of
from .roster import Roster


class TooLarge(Exception):
    """The code would exceed the limit; nothing was changed."""

    def __init__(self, limit: int, found: int) -> None:
        super().__init__(
            f"The room's code may have {limit} bytes ({limit / MIB:g} MiB); "
            f"with this change it would have {found}."
        )


@dataclass(frozen=True, slots=True)
class Writer:
    """The author of a change: one client of one person."""

    client_id: str
    author: str


class Room(Replica):
    """One open room."""

    def client_id_of(self, key: str) -> str:
        """Return the id of the client that has ``key``."""
        return client_id_of(self.record.secret, key)

    @property
    def presence(self) -> Presence:
        """The people in the room."""
        return self.audience.presence

    @property
    def roster(self) -> Roster:
        """The people in the room, as readers are sent them."""
        return self.audience.roster

    @property
    def carets(self) -> Carets:
        """The carets of the people in the room."""
        return self.audience.carets

    def wake(self, client_id: str | None = None) -> None:
        """Make all readers, or those of one client, ask for their next frame."""
        if client_id is None:
            self.audience.wake()
        else:
            self.audience.wake_one(client_id)

    def place_caret(self, caret: Caret) -> None:
        """Set a client's caret. A caret far behind the head is ignored.

        Raises ``BadChange`` for a position or version that does not exist.
        """
        if caret.version > self.head:
            raise BadChange(
                f"expected a version up to {self.head}, found {caret.version}"
            )
        since = self.log.tail_after(caret.version)
        if since is None or sections_of(since) > self._limits.rebase // 10:
            return
        self.audience.carets.place(caret, since, self.log.text.length)
        self.audience.caret_placed()

    async def push(
        self, writer: Writer, version: int, changes: Sequence[ChangeSet]
    ) -> None:
        """Commit edits made at ``version``, rebased over the revisions since.

        Edits that were committed before are left out. Raises ``BadChange``,
        ``TooLarge``, ``TooOld``, ``Stale``, ``QuotaReached``, or as ``Store.append``
        does; then nothing was changed.
        """
        # Before waiting for the lock: the head only grows.
        self._expect_near(version, changes)
        async with self._lock:
            if version > self.head:
                # The client may have read it on another server.
                self._in_sync = False
            while True:
                await self._sync()
                if version > self.head:
                    raise BadChange(
                        f"expected a version up to {self.head}, found {version}"
                    )
                self._expect_near(version, changes)
                over = await self.log.revisions_after(version)
                self._expect_near(version, changes, over)
                pending = await compute(
                    rebase_work(changes, len(over), over),
                    lambda: rebase(writer.client_id, changes, over),  # noqa: B023
                )
                if not pending:
                    return
                try:
                    return await self._commit("edit", writer, pending)
                except VersionConflict as conflict:
                    self._record_conflict(conflict)

    def _expect_near(
        self, version: int, changes: Sequence[ChangeSet], over: Sequence[Revision] = ()
    ) -> None:
        """Raise ``Stale`` if rebasing changes made at ``version`` is too much work."""
        missed = max(0, self.head - version)
        if rebase_work(changes, missed, over) > self._limits.rebase:
            raise Stale(version, self.head)

    async def write(
        self, writer: Writer, code: str, key: WriteKey | None = None
    ) -> tuple[int, int]:
        """Replace the whole text: last write wins.

        Returns the version that has the text, and the size of the change, see
        ``ChangeSet.size``. If the text is the same, there is no new revision and the
        size is 0. If ``key`` makes it a repeat, nothing is changed, the version is that
        of the first write, and the size is 0. Raises as ``push`` does.
        """
        code = unify_line_ends(storable(code))
        size = len(code) if code.isascii() else len(code.encode())
        if size > self._limits.code:
            raise TooLarge(self._limits.code, size)
        async with self._lock:
            while True:
                await self._sync()
                made = await self._writes.version_of(key)
                if made is not None:
                    return made, 0
                text = self.log.text
                change = await asyncio.to_thread(smallest_change, text, code)
                if change.empty:
                    self._writes.record_unchanged(key, self.head)
                    return self.head, 0
                try:
                    await self._commit("write", writer, [change], key)
                except VersionConflict as conflict:
                    self._record_conflict(conflict)
                    continue
                return self.head, change.size

    def _record_conflict(self, conflict: VersionConflict) -> None:
        """Count a conflict. Raises ``RoomNotFound`` if the log is another one."""
        self._counters.conflicts += 1
        if conflict.found < self.head:
            # Logs only grow: the database was restored from a backup.
            raise RoomNotFound(self.record.room_id) from conflict

    async def _commit(
        self,
        kind: Kind,
        writer: Writer,
        changes: Sequence[ChangeSet],
        key: WriteKey | None = None,
    ) -> None:
        at = self._now()
        text, revisions = await compute(
            work_of(changes),
            lambda: (
                apply_checked(self.log.text, changes),
                self._numbered(kind, writer, at, changes, key),
            ),
        )
        if text.size > max(self._limits.code, self.log.text.size):
            raise TooLarge(self._limits.code, text.size)
        self._quota.check()
        began = self._counters.clock()
        # If this fails or is cancelled, the store may or may not have the revisions.
        self._in_sync = False
        try:
            await self._store.append(
                self.record.room_id, self.head, revisions, self.record.epoch
            )
        except StorageFailure:
            # Readers may have to be sent the revisions.
            self.sync_soon()
            raise
        self._in_sync = True
        self.log.append(revisions, text)
        self.audience.carets.follow(revisions)
        self._head_changed()
        self.audience.wake_now(writer.client_id)
        self._counters.record_commit(kind, len(revisions), self.moved_at - began)
        self._quota.count_appended(revisions, self.log.digest, text)

    def _numbered(
        self,
        kind: Kind,
        writer: Writer,
        at: float,
        changes: Sequence[ChangeSet],
        key: WriteKey | None,
    ) -> list[Revision]:
        """Return the changes as the revisions that follow the head."""
        digest, revisions = self.log.digest, list[Revision]()
        stored = None if key is None else key.key
        client_id, author = writer.client_id, writer.author
        for version, change in enumerate(changes, self.head + 1):
            revision = Revision(
                version, kind, client_id, author, at, change, key=stored
            ).chained(digest)
            revisions.append(revision)
            digest = revision.digest
        return revisions

    async def wait_for_writes(self) -> None:
        """Wait until the pushes and writes that were called before are done."""
        async with self._lock:
            pass
