"""The last revisions that a participant received, for any number of readers."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import islice

from ..core.changes import ChangeSet
from ..core.marks import Marks
from ..core.replica import Step
from ..core.text import Text
from .errors import TooOld

_MOST = 2_000
_MOST_SIZE = 8 * 1024 * 1024
"""How many revisions are kept, and their size as ``ChangeSet.size`` counts it."""
_SEGMENT = 50
"""Revisions for which one text is kept; the others are computed when they are read."""


@dataclass(slots=True)
class Segment:
    """A text, and consecutive changes of it. It only grows."""

    base: Text
    changes: list[ChangeSet] = field(default_factory=list)

    def text(self, count: int) -> Text:
        """Return the text after so many changes."""
        text = self.base
        for changes in self.changes[:count]:
            text = changes.apply(text)
        return text


@dataclass(frozen=True, slots=True)
class Record:
    """A revision; its change is number ``index`` of its segment."""

    version: int
    author: str
    """The client id of its author."""
    write: bool
    reset: bool
    segment: Segment
    index: int
    marks: Marks


class Feed:
    """Revisions by their place; a reader has the place of the next one."""

    def __init__(self) -> None:
        self.end = 0
        """The place of the next revision."""
        self._records: deque[Record] = deque()
        self._size = 0
        self._segment = Segment(Text.of(""))

    def add(self, step: Step) -> None:
        """Append the next revision."""
        segment = self._segment
        if step.reset or not self.end or len(segment.changes) >= _SEGMENT:
            segment = self._segment = Segment(step.before)
        index = len(segment.changes)
        segment.changes.append(step.changes)
        facts = step.version, step.author, step.write, step.reset
        self._records.append(Record(*facts, segment, index, step.marks))
        self.end += 1
        self._size += step.changes.size
        while len(self._records) > _MOST or self._size > _MOST_SIZE:
            old = self._records.popleft()
            self._size -= old.segment.changes[old.index].size

    def place_after(self, version: int, known: int) -> int:
        """Return the place of the first revision after ``version``.

        ``known`` is the version of the code now. Raises ``TooOld``, and ``ValueError``
        for a version that does not exist yet.
        """
        if version > known:
            raise ValueError(f"expected a version up to {known}, found {version}")
        place, first = self.end, known
        for record in reversed(self._records):
            if first <= version or record.reset:
                break
            place -= 1
            first = record.version - 1
        if first > version:
            raise TooOld(
                f"Expected a version from {first} on, found {version}: what was before "
                "is not known here."
            )
        return place

    def text_at(self, version: int, known: int) -> Text:
        """Return the text of a version before ``known``. Raises as ``place_after``."""
        next_one = self.at(self.place_after(version, known))[0]
        return next_one.segment.text(next_one.index)

    def at(self, place: int) -> list[Record]:
        """Return the revisions from a place on. Raises ``TooOld``."""
        missed = self.end - place
        if missed > len(self._records):
            raise TooOld("Too much has changed since the last change that was read.")
        return list(islice(self._records, len(self._records) - missed, None))
