"""A room: a numbered log of revisions, and the code that results from it.

Revisions are made here, under the room's lock, and numbered; ``Replica`` appends them.
The lock is not held over the append: the next ones are made on top of those that are
under way, see ``pipeline``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..core.carets import Caret, Carets
from ..core.changes import ChangeSet
from ..core.diff import smallest_change
from ..core.identifiers import client_id_of
from ..core.limits import MIB
from ..core.marks import NO_MARKS, Marks
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
from ..stores.errors import RoomNotFound, VersionConflict
from .log import Stale
from .pipeline import Commit, Interrupted, Tip
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
    marks: Marks = NO_MARKS
    """How the change was made."""

    @classmethod
    def without_connection(cls, author: str, marks: Marks = NO_MARKS) -> Writer:
        """Return a writer with the empty client id, which belongs to no connection."""
        return cls("", author, marks)


class Room(Replica):
    """One open room."""

    def client_id_of(self, key: str) -> str:
        """Return the id of the client that has ``key``."""
        return client_id_of(self.record.secret, key)

    # Each reader uses these for each of its frames.

    @cached_property
    def presence(self) -> Presence:
        """The people in the room."""
        return self.audience.presence

    @cached_property
    def roster(self) -> Roster:
        """The people in the room, as readers are sent them."""
        return self.audience.roster

    @cached_property
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
        stored = False
        while not stored:
            async with self._turn_if_due():
                stored = await self._try_push(writer, version, changes)

    async def _try_push(
        self, writer: Writer, version: int, changes: Sequence[ChangeSet]
    ) -> bool:
        """Return whether the edits are stored; if not, they have to be made again."""
        async with self._lock:
            if version > self.head:
                # The client may have read it on another server.
                self._in_sync = False
            await self._sync()
            if version > self.head:
                raise BadChange(
                    f"expected a version up to {self.head}, found {version}"
                )
            failures = self._pipeline.failures
            pending = await self._rebase(writer, version, changes)
            if not pending:
                # They may be under way, and fail.
                await self._pipeline.drained()
                return self._pipeline.failures == failures
            commit = await self._prepare("edit", writer, pending, failures)
            if commit is None:
                return False
            done = self._pipeline.add(commit)
        return await self._is_in(done)

    async def _rebase(
        self, writer: Writer, version: int, changes: Sequence[ChangeSet]
    ) -> list[ChangeSet]:
        """Return the changes on top of the tip; see ``rebase``."""
        self._expect_near(version, changes)
        if self.log.tail_after(version) is None:
            # The log must not grow while it is read from the store.
            await self._pipeline.drained()
        over = await self.log.revisions_after(version) + self._pipeline.revisions
        if not over:
            return list(changes)
        if rebase_work(changes, len(over), over) > self._limits.rebase:
            # The client cannot read on to revisions that are still under way.
            await self._pipeline.drained()
            over = await self.log.revisions_after(version)
        self._expect_near(version, changes, over)
        return await compute(
            rebase_work(changes, len(over), over),
            lambda: rebase(writer.client_id, changes, over),
        )

    def _expect_near(
        self, version: int, changes: Sequence[ChangeSet], over: Sequence[Revision] = ()
    ) -> None:
        """Raise ``Stale`` if rebasing changes made at ``version`` is too much work."""
        missed = max(0, self.head - version)
        # Most pushes are made at the head, where there is no work.
        if not missed and not over:
            return
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
        written = None
        while written is None:
            async with self._turn_if_due():
                written = await self._try_write(writer, code, key)
        return written

    async def _try_write(
        self, writer: Writer, code: str, key: WriteKey | None
    ) -> tuple[int, int] | None:
        """Return what ``write`` does, or None if it has to be made again."""
        async with self._lock:
            await self._sync()
            # A write with the same key may be under way.
            await self._pipeline.drained()
            made = await self._writes.version_of(key)
            if made is not None:
                return made, 0
            text = self.log.text
            change = await asyncio.to_thread(smallest_change, text, code)
            if change.empty:
                self._writes.record_unchanged(key, self.head)
                return self.head, 0
            failures = self._pipeline.failures
            commit = await self._prepare("write", writer, [change], failures, key)
            if commit is None:
                return None
            done = self._pipeline.add(commit)
        written = commit.revisions[-1].version, change.size
        return written if await self._is_in(done) else None

    async def synced(self, version: int) -> None:
        """Wait until a version survives a loss of power. Raises ``StorageFailure``."""
        await self.durable.wait(version)

    async def _is_in(self, done: Awaitable[None]) -> bool:
        """Return whether a commit is stored; if not, it has to be made again."""
        try:
            await done
        except VersionConflict as conflict:
            self._record_conflict(conflict)
        except Interrupted:
            pass
        else:
            return True
        return False

    def _record_conflict(self, conflict: VersionConflict) -> None:
        """Count a conflict. Raises ``RoomNotFound`` if the log is another one."""
        self._counters.conflicts += 1
        if conflict.found < self.head:
            # Logs only grow: the database was restored from a backup.
            raise RoomNotFound(self.record.room_id) from conflict

    async def _prepare(
        self,
        kind: Kind,
        writer: Writer,
        changes: Sequence[ChangeSet],
        failures: int,
        key: WriteKey | None = None,
    ) -> Commit | None:
        """Return changes of the tip's text as a commit that follows the tip.

        Returns None if a commit that was under way has failed since there were
        ``failures``: the changes were made on top of it.
        """
        if self._pipeline.failures > failures:
            return None
        at, tip = self._now(), self._pipeline.tip
        text, revisions = await compute(
            work_of(changes),
            lambda: (
                apply_checked(tip.text, changes),
                _numbered(kind, writer, at, changes, key, tip),
            ),
        )
        if self._pipeline.failures > failures:
            return None
        if text.size > max(self._limits.code, tip.text.size):
            raise TooLarge(self._limits.code, text.size)
        self._quota.check()
        return Commit(kind, writer.client_id, revisions, text)


def _numbered(
    kind: Kind,
    writer: Writer,
    at: float,
    changes: Sequence[ChangeSet],
    key: WriteKey | None,
    tip: Tip,
) -> list[Revision]:
    """Return the changes as the revisions that follow ``tip``."""
    digest, revisions = tip.digest, list[Revision]()
    stored = None if key is None else key.key
    client_id, author, marks = writer.client_id, writer.author, writer.marks
    for version, change in enumerate(changes, tip.version + 1):
        revision = Revision(
            version, kind, client_id, author, at, change, key=stored, marks=marks
        ).chained(digest)
        revisions.append(revision)
        digest = revision.digest
    return revisions
