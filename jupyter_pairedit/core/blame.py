"""Who wrote each line of the code, read off the revisions that made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from .revisions import Kind, Revision
from .text import to_units


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line comes from: the revision that last changed it."""

    author: str
    at: float
    """In seconds since 1970."""
    kind: Kind
    """``write`` where a whole file was written, or the room began with the line."""


@dataclass(frozen=True, slots=True)
class Run:
    """Lines one after the other that have one source."""

    line: int
    """The number of the first; that of the code's first line is 1."""
    count: int
    source: Source


@dataclass(slots=True)
class _Line:
    units: str
    source: Source


class Blame:
    """The lines of a room's code at a version, each with its source.

    Takes the revisions in order, as many at a time as one likes. A line belongs to whom
    changed a character of it last; a line that was only moved, by lines that came or
    went beside it, keeps its source.
    """

    def __init__(self, code: str, source: Source) -> None:
        self.version = 0
        self._authors: dict[str, None] = {}
        # Two stacks with a gap between them, the second with its top line first: who
        # types goes on where they are, and only the lines up to there move over.
        self._above: list[_Line] = []
        self._below = [_Line(line, source) for line in _lines(to_units(code))[::-1]]
        self._start = 0
        """Where the top line of ``_below`` begins, in UTF-16 units."""

    def take(self, revisions: Sequence[Revision]) -> None:
        """Go on with the revisions after ``version``."""
        for revision in revisions:
            source = Source(revision.author, revision.at, revision.kind)
            # From the end, so that the positions of the others still hold.
            for edit in reversed(list(revision.changes.edits())):
                self._replace(*edit, source)
            self._authors[revision.author] = None
            self.version = revision.version

    def sources(self) -> Iterator[Source]:
        """Give the source of each line."""
        for line in self._above:
            yield line.source
        for line in reversed(self._below):
            yield line.source

    def runs(self) -> Iterator[Run]:
        """Give the sources with equal ones in a row joined."""
        line = 1
        for source, group in groupby(self.sources()):
            count = sum(1 for _ in group)
            yield Run(line, count, source)
            line += count

    def authors(self) -> list[str]:
        """Name who made revisions, the first one first.

        Who only began the code comes last, as long as a line of that is left.
        """
        began = (source.author for source in self.sources())
        return list(dict.fromkeys([*self._authors, *began]))

    def _replace(self, start: int, end: int, insert: str, source: Source) -> None:
        self._go_to(start)
        first = self._start
        old = [self._below.pop()]
        reach = first + len(old[0].units)
        while reach < end:
            old.append(self._below.pop())
            reach += 1 + len(old[-1].units)
        head = old[0].units[: start - first]
        tail = old[-1].units[len(old[-1].units) - (reach - end) :]
        new = [_Line(units, source) for units in _lines(head + insert + tail)]
        _keep_equal_ends(old, new)
        self._below.extend(reversed(new))

    def _go_to(self, position: int) -> None:
        """Put the line of a position on top of ``_below``."""
        while position < self._start:
            line = self._above.pop()
            self._start -= len(line.units) + 1
            self._below.append(line)
        while position > self._start + len(self._below[-1].units):
            line = self._below.pop()
            self._start += len(line.units) + 1
            self._above.append(line)


def _lines(units: str) -> list[str]:
    return units.split("\n")


def _keep_equal_ends(old: list[_Line], new: list[_Line]) -> None:
    """Give new lines that are equal to the old ones at both ends their source back.

    A change may begin in the middle of a line that it leaves as it is: a line inserted
    before one that begins alike is written that way.
    """
    most = min(len(old), len(new))
    start = 0
    while start < most and old[start].units == new[start].units:
        new[start] = old[start]
        start += 1
    end = 1
    while end <= most - start and old[-end].units == new[-end].units:
        new[-end] = old[-end]
        end += 1
