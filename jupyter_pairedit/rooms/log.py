"""The log of an open room: its newest revisions in memory, the rest in the store."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from ..core.limits import MIB, Limits
from ..core.revisions import Revision
from ..core.text import Text
from ..stores.base import Store
from ..stores.errors import RoomNotFound
from ..stores.records import Stored

_READ = 100
"""Revisions that are read at a time. Each may be as large as the code."""
_MOST_READ = 8 * MIB
"""The size of revisions that are read to rebase a push, see ``ChangeSet.size``."""


class TooOld(Exception):
    """The revisions after a version have been merged."""

    def __init__(self, version: int) -> None:
        super().__init__(f"The changes since version {version} have been merged.")


class Stale(Exception):
    """A push is too far behind to be rebased here; the client must rebase it."""

    def __init__(self, version: int, head: int) -> None:
        super().__init__(
            f"Expected edits made near version {head}, found edits made at version "
            f"{version}: read on to version {head}, then push again."
        )
        self.version = version
        """The version at which the edits were made."""
        self.head = head
        """The version up to which the client must read."""


class Log:
    """The text at ``head``, and the revisions that led to it."""

    def __init__(
        self, stored: Stored, text: Text, store: Store, limits: Limits
    ) -> None:
        self._room_id = stored.record.room_id
        self._store = store
        self._limits = limits
        self._tail = Tail(limits.tail, limits.tail_size)
        self._slices: dict[int, list[Revision] | None] = {}
        """The results of ``next_slice`` at this head: most readers get the same."""
        self.reset(stored, text)

    def reset(self, stored: Stored, text: Text) -> None:
        """Replace all by what the store has, and the text at its head."""
        self.head = stored.version
        self.digest = stored.digest
        """The digest of the revision at ``head``."""
        self._merged = stored.merged
        """The last version of the merged revisions, or 0."""
        self._tail.clear()
        self.read(stored.revisions, text)

    def read(self, revisions: Sequence[Revision], text: Text) -> None:
        """Add revisions of the store, which may be merged, and the text after them."""
        self.append(revisions, text)
        merged = max((each.version for each in revisions if each.run > 1), default=0)
        if merged:
            self._merged = merged
            self._slices.clear()
            self._tail.clear()
            self._tail.extend(each for each in revisions if each.version > merged)

    def append(self, revisions: Sequence[Revision], text: Text) -> None:
        """Add revisions that are not merged, and the text after them."""
        self.text = text
        self._slices.clear()
        self._tail.extend(revisions)
        if revisions:
            self.digest = revisions[-1].digest
            self.head = revisions[-1].version

    def tail_after(self, version: int) -> list[Revision] | None:
        """Return the revisions after ``version``, or None if they are not in memory."""
        return self._tail.last(self.head - version)

    def next_slice(self, version: int) -> list[Revision] | None:
        """Return the revisions after ``version`` that a reader is sent at a time.

        None if they are not in memory.
        """
        if version not in self._slices:
            known = self.tail_after(version)
            self._slices[version] = known and slice_of(known, self._limits.slice_size)
        return self._slices[version]

    def can_resume_from(self, version: int) -> bool:
        """Return whether no revision after ``version`` is merged."""
        in_memory = self.head - version <= len(self._tail)
        return version <= self.head and (in_memory or version >= self._merged)

    async def revisions_after(self, version: int) -> list[Revision]:
        """Return all revisions after ``version``, from memory or from the store.

        Raises ``TooOld``, or ``Stale`` if their size exceeds ``_MOST_READ``.
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
        if not self.can_resume_from(version):
            raise TooOld(version)
        found = await self._store.revisions(self._room_id, version, limit)
        merged = max((each.version for each in found if each.run > 1), default=0)
        if merged:
            # A client counts versions, and edits that it pushed may be merged.
            self._merged = merged
            raise TooOld(version)
        # Newer revisions of other servers count when ``Room`` has read them.
        return [each for each in found if each.version <= self.head]

    async def read_slice(self, version: int) -> list[Revision]:
        """Return the revisions after ``version`` that a reader is sent at a time.

        Reads from the store. Raises ``TooOld``, or ``RoomNotFound`` if the log has been
        deleted.
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
        return slice_of(found, limits.slice_size)


class Tail:
    """The last ``most`` revisions, or fewer if their size exceeds ``size``.

    For sizes see ``ChangeSet.size``.
    """

    def __init__(self, most: int, size: int) -> None:
        self._most = most
        self._limit = size
        self._size = 0
        self._revisions: deque[Revision] = deque()

    def __len__(self) -> int:
        return len(self._revisions)

    def clear(self) -> None:
        """Remove all revisions."""
        self._revisions.clear()
        self._size = 0

    def extend(self, revisions: Iterable[Revision]) -> None:
        """Add the next revisions, and remove the oldest ones over the limits."""
        kept = self._revisions
        for revision in revisions:
            kept.append(revision)
            self._size += revision.changes.size
        while len(kept) > self._most or self._size > self._limit:
            self._size -= kept.popleft().changes.size

    def last(self, count: int) -> list[Revision] | None:
        """Return the last ``count`` in order, or None if there are fewer."""
        if count > len(self._revisions):
            return None
        # Indexing a deque is fast near its ends; ``islice`` would visit all before.
        return [self._revisions[index] for index in range(-count, 0)]


def slice_of(revisions: list[Revision], size: int) -> list[Revision]:
    """Return the first revisions up to a size, at least one if there is any."""
    if len(revisions) == 1:
        return revisions
    for count, revision in enumerate(revisions):
        size -= revision.changes.size
        if size < 0 and count:
            return revisions[:count]
    return revisions
