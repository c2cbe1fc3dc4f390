"""The log of an open room: its newest revisions in memory, the rest in the store."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from ..core.limits import MIB, Limits
from ..core.revisions import Revision
from ..core.text import Text
from ..stores.base import RoomNotFound, Store, Stored

_READ = 100
"""Revisions read from the store at a time: each may be as large as the code."""
_MOST_READ = 8 * MIB
"""Of revisions that are read to rebase a push over them, as ``ChangeSet.size``."""


class TooOld(Exception):
    """What came after a version is not kept one by one any more."""

    def __init__(self, version: int) -> None:
        super().__init__(f"The changes since version {version} have been merged.")


class Stale(Exception):
    """A push is too far behind to be rebased here: its client reads on and rebases."""

    def __init__(self, version: int, head: int) -> None:
        super().__init__(
            f"Expected edits made near version {head}, found edits made at version "
            f"{version}: read on to version {head}, then push again."
        )
        self.version = version
        """The version that the edits were made at."""
        self.head = head
        """The version to read on to."""


class Log:
    """What a room amounts to at ``head``, and the way that led there."""

    def __init__(
        self, stored: Stored, text: Text, store: Store, limits: Limits
    ) -> None:
        self._room_id = stored.record.room_id
        self._store = store
        self._limits = limits
        self._tail = Tail(limits.tail, limits.tail_size)
        self._news: dict[int, Sequence[Revision] | None] = {}
        """What comes next after a version, until the log moves: most readers are sent
        the same."""
        self.start(stored, text)

    def start(self, stored: Stored, text: Text) -> None:
        """Begin anew with what the store has, and with the text after it."""
        self.head = stored.version
        self.digest = stored.digest
        """Of the revision at ``head``."""
        self._merged = stored.merged
        """The last version that is kept only as a part of several."""
        self._tail.clear()
        self.take(stored.revisions, text)

    def take(self, revisions: Sequence[Revision], text: Text) -> None:
        """Go on with what the store has, and with the text after it."""
        self.extend(revisions, text)
        merged = max((each.version for each in revisions if each.run > 1), default=0)
        if merged:
            self._merged = merged
            self._news.clear()
            self._tail.clear()
            self._tail.extend(each for each in revisions if each.version > merged)

    def extend(self, revisions: Sequence[Revision], text: Text) -> None:
        """Go on with single revisions that were stored just now."""
        self.text = text
        self._news.clear()
        self._tail.extend(revisions)
        if revisions:
            self.digest = revisions[-1].digest
            self.head = revisions[-1].version

    def tail_after(self, version: int) -> list[Revision] | None:
        """Give the revisions after ``version``; None when memory reaches not so far."""
        return self._tail.last(self.head - version)

    def news_after(self, version: int) -> Sequence[Revision] | None:
        """Give the next ones after ``version``, as many as a reader is sent at a time.

        None when memory reaches not so far.
        """
        if version not in self._news:
            known = self.tail_after(version)
            self._news[version] = None if known is None else self._slice_of(known)
        return self._news[version]

    def _slice_of(self, revisions: Sequence[Revision]) -> Sequence[Revision]:
        return fitting(revisions, self._limits.slice_size)

    def goes_on_from(self, version: int) -> bool:
        """Whether all that came after ``version`` is there, one by one."""
        in_memory = self.head - version <= len(self._tail)
        return version <= self.head and (in_memory or version >= self._merged)

    async def revisions_after(self, version: int) -> list[Revision]:
        """Return all revisions after ``version``, from memory or else from the store.

        Raises ``TooOld``, and ``Stale`` where they are more than ``_MOST_READ``.
        """
        known = self.tail_after(version)
        if known is not None:
            return known
        found, size, reached = list[Revision](), 0, version
        while reached < self.head and (
            news := await self._stored_after(reached, _READ)
        ):
            found += news
            reached = news[-1].version
            size += sum(each.changes.size for each in news)
            if size > _MOST_READ:
                raise Stale(version, self.head)
        return found

    async def _stored_after(self, version: int, limit: int) -> list[Revision]:
        if not self.goes_on_from(version):
            raise TooOld(version)
        found = await self._store.revisions(self._room_id, version, limit)
        merged = max((each.version for each in found if each.run > 1), default=0)
        if merged:
            # A client counts every one; and what it is not sure of may be among them.
            self._merged = merged
            raise TooOld(version)
        # Another server may be ahead: what is not in memory yet has not happened here.
        return [each for each in found if each.version <= self.head]

    async def stored_after(self, version: int) -> list[Revision]:
        """Give the next revisions after ``version`` from the store, a slice of them.

        Raises ``TooOld``, and ``RoomNotFound`` where the log is not there any more.
        """
        limits, found, size = self._limits, list[Revision](), 0
        while version < self.head and len(found) < limits.tail:
            count = min(_READ, limits.tail - len(found))
            news = await self._stored_after(version, count)
            if not news:
                raise RoomNotFound(self._room_id)
            found += news
            version = news[-1].version
            size += sum(each.changes.size for each in news)
            if size >= limits.slice_size:
                break
        return list(self._slice_of(found))


class Tail:
    """Holds the last ``most`` revisions, or fewer where those take more than ``size``.

    Sizes are as ``ChangeSet.size`` has them.
    """

    def __init__(self, most: int, size: int) -> None:
        self._most = most
        self._limit = size
        self._size = 0
        self._revisions: deque[Revision] = deque()

    def __len__(self) -> int:
        return len(self._revisions)

    def clear(self) -> None:
        """Forget all."""
        self._revisions.clear()
        self._size = 0

    def extend(self, revisions: Iterable[Revision]) -> None:
        """Add what is newer, and let go of the oldest where that is too much."""
        kept = self._revisions
        for revision in revisions:
            kept.append(revision)
            self._size += revision.changes.size
        while len(kept) > self._most or self._size > self._limit:
            self._size -= kept.popleft().changes.size

    def last(self, count: int) -> list[Revision] | None:
        """Give the last ``count``, the oldest first; None where there are fewer."""
        if count > len(self._revisions):
            return None
        # By index from the end: an iterator would walk all that is before.
        return [self._revisions[index] for index in range(-count, 0)]


def fitting(revisions: Sequence[Revision], size: int) -> Sequence[Revision]:
    """Give the first ones, as many as have that size together; one in any case."""
    if len(revisions) == 1:
        return revisions
    for count, revision in enumerate(revisions):
        size -= revision.changes.size
        if size < 0 and count:
            return revisions[:count]
    return revisions
