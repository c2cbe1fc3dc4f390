"""The newest revisions of a log, as far as memory is to hold them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from ..core.revisions import Revision


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
