"""The last changes of a code: edits made for an earlier one are moved over them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice

from ..core.changes import ChangeSet
from .errors import Moved
from .views import UnitEdit

_MOST = 5_000
_MOST_SIZE = 4 * 1024 * 1024
"""How many changes are kept, and their size as ``ChangeSet.size`` counts it."""


class Recent:
    """The changes since an earlier moment; a moment is a count of changes."""

    def __init__(self) -> None:
        self.moment = 0
        self._changes: deque[ChangeSet] = deque()
        self._size = 0

    def add(self, changes: ChangeSet) -> None:
        """Note the next change."""
        self.moment += 1
        self._changes.append(changes)
        self._size += changes.size
        while len(self._changes) > _MOST or self._size > _MOST_SIZE:
            self._size -= self._changes.popleft().size

    def moved(self, edits: Sequence[UnitEdit], moment: int) -> list[UnitEdit]:
        """Return edits of the code at a moment as edits of the code now.

        They are in ascending order and do not overlap. Raises ``Moved`` if a text that
        they replace has changed since, or the place of an insertion is gone.
        """
        count = self.moment - moment
        if count > len(self._changes):
            raise Moved("Too much has changed since the view. Take a new view.")
        moved = list(edits)
        for changes in islice(self._changes, len(self._changes) - count, None):
            moved = [_after(each, changes) for each in moved]
        return moved


def _after(edit: UnitEdit, changes: ChangeSet) -> UnitEdit:
    start, end, insert = edit
    for first, last, _ in changes.edits():
        # Also true for an insertion inside of the edit, and for an edit that inserts
        # inside of text that was replaced.
        if first < end and last > start:
            raise Moved(
                "The text that the edit replaces has changed since the view. "
                "Take a new view."
            )
    after = changes.map_position(start, 1)
    return after, changes.map_position(end, -1) if end > start else after, insert
