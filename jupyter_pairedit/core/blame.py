"""Blame: who wrote each line, computed from the revisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby

from .marks import NO_MARKS, Marks
from .revisions import Kind, Revision
from .text import to_units

_CHUNK = 64
"""Lines in a chunk. A position is found by chunk first, then by line."""


@dataclass(frozen=True, slots=True)
class Source:
    """The revision that last changed a line."""

    author: str
    """Several authors, separated by commas, if the revision was merged."""
    at: float
    """In seconds since 1970."""
    kind: Kind
    """``write`` if a whole file was written or the line is from version 0."""
    marks: Marks = NO_MARKS


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive lines with one source."""

    line: int
    """The number of the first line, from 1."""
    count: int
    source: Source


@dataclass(frozen=True, slots=True)
class _Line:
    units: str
    source: Source
    previous: _Line | None = None
    """The line before its author began to change it."""


class Blame:
    """The lines of a room's code, each with its source.

    The source of a line is the revision that last changed a character of it. A line
    keeps its source if it only moves, or if its author changes it and then restores it.
    """

    def __init__(self, code: str, source: Source) -> None:
        self.version = 0
        self._authors: dict[str, None] = {}
        self._initial = source
        lines = [_Line(line, source) for line in to_units(code).split("\n")]
        self._chunks = list(_pack(lines))
        self._sizes = [_size(chunk) for chunk in self._chunks]

    def extend(self, revisions: Sequence[Revision]) -> None:
        """Apply the revisions that follow ``version``."""
        for revision in revisions:
            names = ", ".join(revision.authors)
            source = Source(names, revision.at, revision.kind, revision.marks)
            # From the end, so that the positions of the edits before stay valid.
            for edit in reversed(list(revision.changes.edits())):
                self._replace(*edit, source)
            self._authors |= dict.fromkeys(revision.authors)
            self.version = revision.version

    def sources(self) -> Iterator[Source]:
        """Yield the source of each line."""
        return (line.source for line in chain.from_iterable(self._chunks))

    def runs(self) -> Iterator[Run]:
        """Yield the runs of lines with equal sources."""
        line = 1
        for source, group in groupby(self.sources()):
            count = sum(1 for _ in group)
            yield Run(line, count, source)
            line += count

    def authors(self) -> list[str]:
        """Return the authors of revisions, in the order of their first revision.

        The author of version 0 is included, last, while a line of it is left.
        """
        authors = dict(self._authors)
        if any(source is self._initial for source in self.sources()):
            authors.setdefault(self._initial.author)
        return list(authors)

    def _replace(self, start: int, end: int, insert: str, source: Source) -> None:
        first, above, at = self._find(start)
        last, below, _ = self._find(end)
        lines = list(chain.from_iterable(self._chunks[first : last + 1]))
        below += sum(len(chunk) for chunk in self._chunks[first:last]) + 1
        old = lines[above:below]
        units = "\n".join(line.units for line in old)
        units = units[: start - at] + insert + units[end - at :]
        new = [_Line(line, source) for line in units.split("\n")]
        _restore_ends(old, new)
        _keep_equal_ends(old, new)
        lines[above:below] = new
        packed = list(_pack(lines))
        self._chunks[first : last + 1] = packed
        self._sizes[first : last + 1] = [_size(chunk) for chunk in packed]

    def _find(self, position: int) -> tuple[int, int, int]:
        """Return the chunk of a position, the line in it, and where the line starts."""
        start = chunk = line = 0
        while position >= start + self._sizes[chunk]:
            start += self._sizes[chunk]
            chunk += 1
        lines = self._chunks[chunk]
        while position > start + len(lines[line].units):
            start += len(lines[line].units) + 1
            line += 1
        return chunk, line, start


def _size(chunk: Sequence[_Line]) -> int:
    """Return the UTF-16 units of lines, each with its line end."""
    return sum(len(line.units) for line in chunk) + len(chunk)


def _pack(lines: list[_Line]) -> Iterator[list[_Line]]:
    if len(lines) < 2 * _CHUNK:
        yield lines
        return
    for start in range(0, len(lines), _CHUNK):
        yield lines[start : start + _CHUNK]


def _restore_ends(old: list[_Line], new: list[_Line]) -> None:
    """Remember the previous first and last line, and restore them if they are equal.

    Typing a line key by key before another one changes that one until the line end is
    typed.
    """
    for index in (0, -1):
        source = new[index].source
        before = old[index]
        previous = before.previous if before.source.author == source.author else before
        if previous is None:
            continue
        if new[index].units == previous.units:
            new[index] = previous
        elif new[index].previous is None:
            new[index] = replace(new[index], previous=replace(previous, previous=None))


def _keep_equal_ends(old: list[_Line], new: list[_Line]) -> None:
    """Keep the old lines where the new ones at both ends are equal to them.

    An edit may start in the middle of a line that it does not change, such as one that
    inserts a line before another with the same beginning.
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
