"""Who wrote each line of the code, read off the revisions that made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby

from .revisions import Kind, Revision
from .text import to_units

_CHUNK = 64
"""Lines that are walked to find one."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line comes from: the revision that last changed it."""

    author: str
    """Or authors, with commas, where the changes of several were merged."""
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


@dataclass(frozen=True, slots=True)
class _Line:
    units: str
    source: Source
    was: _Line | None = None
    """The line before its author began to change it."""


class Blame:
    """The lines of a room's code at a version, each with its source.

    Takes the revisions in order, as many at a time as one likes. A line belongs to whom
    changed a character of it last. One that was only moved, by lines that came or went
    beside it, keeps its source; so does one that its author has made again what it was.
    """

    def __init__(self, code: str, source: Source) -> None:
        self.version = 0
        self._authors: dict[str, None] = {}
        self._beginning = source
        # In chunks, so that an edit need not walk all lines to find its own.
        lines = [_Line(line, source) for line in _lines(to_units(code))]
        self._chunks = list(_pack(lines))
        self._sizes = [_size(chunk) for chunk in self._chunks]

    def take(self, revisions: Sequence[Revision]) -> None:
        """Go on with the revisions after ``version``."""
        for revision in revisions:
            names = ", ".join(revision.authors)
            source = Source(names, revision.at, revision.kind)
            # From the end, so that the positions of the others still hold.
            for edit in reversed(list(revision.changes.edits())):
                self._replace(*edit, source)
            self._authors |= dict.fromkeys(revision.authors)
            self.version = revision.version

    def sources(self) -> Iterator[Source]:
        """Give the source of each line."""
        for chunk in self._chunks:
            for line in chunk:
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
        authors = dict(self._authors)
        if any(source is self._beginning for source in self.sources()):
            authors.setdefault(self._beginning.author)
        return list(authors)

    def _replace(self, start: int, end: int, insert: str, source: Source) -> None:
        first, above, at = self._find(start)
        last, below, _ = self._find(end)
        lines = list(chain.from_iterable(self._chunks[first : last + 1]))
        below += sum(len(chunk) for chunk in self._chunks[first:last]) + 1
        old = lines[above:below]
        units = "\n".join(line.units for line in old)
        units = units[: start - at] + insert + units[end - at :]
        new = [_Line(line, source) for line in _lines(units)]
        _remember(old, new)
        _keep_equal_ends(old, new)
        lines[above:below] = new
        packed = list(_pack(lines))
        self._chunks[first : last + 1] = packed
        self._sizes[first : last + 1] = [_size(chunk) for chunk in packed]

    def _find(self, position: int) -> tuple[int, int, int]:
        """Give the chunk of a position, the line in it, and where that begins."""
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
    """Count the units of lines, each with its line end."""
    return sum(len(line.units) for line in chunk) + len(chunk)


def _pack(lines: list[_Line]) -> Iterator[list[_Line]]:
    if len(lines) < 2 * _CHUNK:
        yield lines
        return
    for start in range(0, len(lines), _CHUNK):
        yield lines[start : start + _CHUNK]


def _lines(units: str) -> list[str]:
    return units.split("\n")


def _remember(old: list[_Line], new: list[_Line]) -> None:
    """Let the new lines at both ends know what they were, and be it again.

    Who types before a line and then ends theirs has changed it for a while, key by key.
    """
    for index in (0, -1):
        source = new[index].source
        before = old[index]
        was = before.was if before.source.author == source.author else before
        if was is None:
            continue
        if new[index].units == was.units:
            new[index] = was
        elif new[index].was is None:
            new[index] = replace(new[index], was=replace(was, was=None))


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
