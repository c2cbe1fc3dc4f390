"""A room: a numbered log of revisions, and the code that it amounts to.

The one place where revisions are made. In ``_commit``, and in this order: the store has
it, then memory has it, then readers are woken. What a reader was sent is therefore on
disk, and an append that failed has changed nothing.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ..core.carets import Caret, Carets
from ..core.changes import ChangeSet
from ..core.diff import smallest_change
from ..core.limits import MIB, Limits
from ..core.presence import Presence
from ..core.revisions import (
    Kind,
    Revision,
    rebase,
    rebase_work,
    replay,
    sections_of,
)
from ..core.storable import BadChange, storable
from ..core.text import Text, unify_line_ends
from ..stores.base import (
    RoomNotFound,
    StorageFailure,
    Store,
    Stored,
    StoreError,
    VersionConflict,
)
from .audience import Audience
from .background import BackgroundTasks
from .counters import Counters
from .frames import Frames
from .log import Log, Stale
from .quota import Quota

T = TypeVar("T")

_CLIENT_ID = 6
"""Characters, of six bits each."""

_QUICK = 2_000
"""Work that the event loop does itself, in about so many microseconds; more is done in
a thread."""


class TooLarge(Exception):
    """The code would pass the limit; nothing was changed."""

    def __init__(self, limit: int, found: int) -> None:
        super().__init__(
            f"The room's code may have {limit} bytes ({limit / MIB:g} MiB); "
            f"with this change it would have {found}."
        )


@dataclass(frozen=True, slots=True)
class Writer:
    """Who changes the code: one client of one person."""

    client_id: str
    author: str


class Room:
    """One open room. ``now`` gives seconds since 1970."""

    def __init__(
        self,
        stored: Stored,
        store: Store,
        limits: Limits,
        now: Callable[[], float],
        counters: Counters | None = None,
    ) -> None:
        self.record = stored.record
        self.moved_at = 0.0
        """When ``head`` last moved, by the clock of the counters."""
        self.audience = Audience(stored.record.limit)
        self._store = store
        self._limits = limits
        self._now = now
        self._counters = counters or Counters(now)
        self._upkeep = Quota(stored.record, store, limits, now)
        self._lock = asyncio.Lock()
        self._certain = True
        """Whether memory is known to be what the store has."""
        self._reads_on = False
        """Whether it will be read on in the log, without anybody writing."""
        self._tasks = BackgroundTasks()
        self.log = Log(stored, _text_of(stored), store, limits)
        self.frames = Frames(self.log, self.presence, self.carets)
        self._upkeep.loaded(stored.revisions)
        self._moved()

    def client_id_of(self, key: str) -> str:
        """Derive the public id of a client from the key that only its editor has.

        Whoever connects again with the key is the same client, also after a restart of
        the server; nobody can push under another's id. It is in every update on the
        wire and therefore short, 36 bits: the room's secret keeps anybody from looking
        for a key that fits, other than by asking.
        """
        secret = self.record.secret.encode()
        digest = hmac.digest(secret, b"pairedit-client-1" + key.encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:6])[:_CLIENT_ID].decode()

    @property
    def head(self) -> int:
        """The version of the last revision."""
        return self.log.head

    @property
    def code(self) -> str:
        """The text at ``head``."""
        return str(self.log.text)

    @property
    def presence(self) -> Presence:
        """The people in the room."""
        return self.audience.presence

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

    def place(self, caret: Caret) -> None:
        """Note where a client's caret is. Raises ``BadChange`` when that is nowhere.

        A caret at a version from which it is far to the head is ignored.
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

    # --- writing ----------------------------------------------------------------------

    async def push(
        self, writer: Writer, version: int, changes: Sequence[ChangeSet]
    ) -> None:
        """Add a client's edits, made against ``version``, rebased over what came since.

        Edits of that client which are in the log already count once. Raises
        ``BadChange``, ``TooLarge``, ``TooOld``, ``Stale``, ``QuotaReached``, or what
        ``Store.append`` raises; then nothing was changed.
        """
        # The head only grows: what is too far behind now need not wait for its turn.
        self._expect_near(version, changes)
        async with self._lock:
            if version > self.head:
                # Another server may have shown it to the writer.
                self._certain = False
            while True:
                await self._make_certain()
                if version > self.head:
                    raise BadChange(
                        f"expected a version up to {self.head}, found {version}"
                    )
                self._expect_near(version, changes)
                over = await self.log.revisions_after(version)
                self._expect_near(version, changes, over)
                pending = await self._compute(
                    rebase_work(changes, len(over), over),
                    lambda: rebase(writer.client_id, changes, over),  # noqa: B023
                )
                if not pending:
                    return
                try:
                    return await self._commit("edit", writer, pending)
                except VersionConflict as conflict:
                    self._overtaken(conflict)

    def _expect_near(
        self, version: int, changes: Sequence[ChangeSet], over: Sequence[Revision] = ()
    ) -> None:
        """Raise ``Stale`` if rebasing ``changes``, made at ``version``, is too much."""
        missed = max(0, self.head - version)
        if rebase_work(changes, missed, over) > self._limits.rebase:
            raise Stale(version, self.head)

    async def write(self, writer: Writer, code: str) -> tuple[int, int]:
        """Replace the whole text: last write wins.

        Returns the version that has it and the size of the change, as
        ``ChangeSet.size``. A write that changes nothing makes no revision and has size
        0. Raises as ``push`` does.
        """
        code = unify_line_ends(storable(code))
        size = len(code) if code.isascii() else len(code.encode())
        if size > self._limits.code:
            raise TooLarge(self._limits.code, size)
        async with self._lock:
            while True:
                await self._make_certain()
                text = self.log.text
                change = await asyncio.to_thread(smallest_change, text, code)
                if change.empty:
                    return self.head, 0
                try:
                    await self._commit("write", writer, [change])
                except VersionConflict as conflict:
                    self._overtaken(conflict)
                    continue
                return self.head, change.size

    def _overtaken(self, conflict: VersionConflict) -> None:
        """Count a conflict, after which to read on. Raises ``RoomNotFound``."""
        self._counters.conflicts += 1
        if conflict.found < self.head:
            # A log only grows: this one is of before, from a backup.
            raise RoomNotFound(self.record.room_id) from conflict

    async def _commit(
        self, kind: Kind, writer: Writer, changes: Sequence[ChangeSet]
    ) -> None:
        at = self._now()
        text, revisions = await self._compute(
            _work_of(changes),
            lambda: (
                self._checked(changes),
                self._numbered(kind, writer, at, changes),
            ),
        )
        self._upkeep.check()
        began = self._counters.clock()
        # If this is cancelled or fails, the log may or may not have them.
        self._certain = False
        try:
            await self._store.append(
                self.record.room_id, self.head, revisions, self.record.epoch
            )
        except StorageFailure:
            # Readers are not to wait for the next write to see what may be there.
            self._tasks.start(self._look_again())
            raise
        self._certain = True
        self.log.extend(revisions, text)
        self.audience.carets.follow(revisions)
        self._moved()
        self.audience.wake_now(writer.client_id)
        self._counters.record_commit(kind, len(revisions), self.moved_at - began)
        self._upkeep.added(revisions, self.log.digest, text)

    def _checked(self, changes: Sequence[ChangeSet]) -> Text:
        """Give the text after the changes. Raises when they do not fit in it."""
        text = self.log.text
        for change in changes:
            after = change.apply(text)
            if change.splits_pair(text):
                raise BadChange("expected whole characters, found half of one replaced")
            text = after
        if text.size > max(self._limits.code, self.log.text.size):
            raise TooLarge(self._limits.code, text.size)
        return text

    def _numbered(
        self, kind: Kind, writer: Writer, at: float, changes: Sequence[ChangeSet]
    ) -> list[Revision]:
        """Return the changes as the revisions that follow the head."""
        digest, revisions = self.log.digest, list[Revision]()
        for version, change in enumerate(changes, self.head + 1):
            revision = Revision(
                version, kind, writer.client_id, writer.author, at, change
            ).chained(digest)
            revisions.append(revision)
            digest = revision.digest
        return revisions

    async def _make_certain(self) -> None:
        """Read on in the log, where an append may or may not have come through."""
        if self._certain:
            return
        news = await self._store.revisions(self.record.room_id, self.head, -1)
        if news and news[0].first <= self.head:
            # Another server has merged what this one has only a part of.
            stored = await self._store.load(self.record.room_id)
            text = await asyncio.to_thread(lambda: _text_of(stored))
            self.log.start(stored, text)
            self.audience.carets.clear()
            self._upkeep.loaded(stored.revisions)
        else:
            before = self.log.text
            work = _work_of(each.changes for each in news)
            text = await self._compute(work, lambda: replay(before, news))
            self.log.take(news, text)
            self.audience.carets.follow(news)
            self._upkeep.loaded(news)
        self._moved()
        self._certain = True
        if news:
            self.audience.wake()

    async def _look_again(self) -> None:
        # Where the store still fails, the next write looks.
        with contextlib.suppress(StoreError):
            async with self._lock:
                await self._make_certain()

    def read_on(self) -> None:
        """Read on in the log soon: another server has appended to it."""
        # Whoever writes before that need not find it out by a conflict.
        self._certain = False
        if not self._reads_on:
            self._reads_on = True
            self._tasks.start(self._read_on())

    async def _read_on(self) -> None:
        with contextlib.suppress(StoreError):
            async with self._lock:
                # What is appended from now on is another reason to read.
                self._reads_on = False
                self._certain = False
                await self._make_certain()

    async def catch_up(self, version: int) -> None:
        """Read on, if the log may reach to a version that another server has shown.

        Raises ``StorageFailure``.
        """
        if version > self.head:
            async with self._lock:
                self._certain = False
                await self._make_certain()

    def _moved(self) -> None:
        self.moved_at = self._counters.clock()
        self.frames.clear()

    async def _compute(self, work: int, compute: Callable[[], T]) -> T:
        """Compute here, or in a thread what would hold up the event loop."""
        if work <= _QUICK:
            return compute()
        return await asyncio.to_thread(compute)

    async def quiet(self) -> None:
        """Wait until what was being written, or waited to be, is done."""
        async with self._lock:
            pass

    async def rest(self) -> None:
        """Store the code as it is, as nobody is there to change it; then settle.

        So the room is opened again without reading its log, and its text can be had
        from the database alone.
        """
        self._upkeep.keep(self.head, self.log.digest, self.log.text)
        await self.settle()

    async def settle(self) -> None:
        """Wait until the room wants nothing of the store."""
        await self._tasks.settle()
        await self._upkeep.settle()


def _work_of(changes: Iterable[ChangeSet]) -> int:
    """Return how long it takes to apply and to number changes, in microseconds."""
    return sum(20 + each.size // 32 for each in changes)


def _text_of(stored: Stored) -> Text:
    return replay(Text.of(stored.code), stored.revisions)
