"""Which text of guests a person has not been shown.

The revisions of a room are followed from a start. Text that a guest has inserted is
kept as spans, and a place where a guest has removed text as a point. Both move with
later revisions; what others insert into a span is no part of it.

A span or point has ids, which increase: that of the time between two readings in which
it was made, and one for each reading of a part of the text that has listed it. A person
was shown it if the person was shown one of its ids. Positions are in UTF-16 units.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .changes import ChangeSet
from .revisions import Revision
from .runs import Part
from .text import Text, from_units

MOST = 500
"""Spans and points that are kept. If there are more, the whole text is one span."""
_IDS = 8
"""Ids of a span. Without the oldest, some see it again."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What one person has been shown."""

    floor: int = 0
    """All ids up to this one."""
    ids: frozenset[int] = frozenset()
    """Others."""

    def covers(self, ids: Iterable[int]) -> bool:
        """Return whether what has these ids was shown."""
        return any(each <= self.floor or each in self.ids for each in ids)

    def plus(self, unread: UnreadText) -> Shown:
        """Return what was shown after all lines of ``unread`` were."""
        if not unread.whole:
            return replace(self, ids=self.ids | {unread.id})
        floor = max(self.floor, unread.id)
        return Shown(floor, frozenset(each for each in self.ids if each > floor))


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line with text that was not shown, or from which some was removed."""

    number: int
    """From 1, in the whole text."""
    text: str
    """The whole line, without its end, as it is now."""
    author: str
    """Who has written or removed it; several are separated by commas."""
    removed: bool = False
    """Whether it is listed for text that was removed. A line may be listed twice."""


@dataclass(frozen=True, slots=True)
class UnreadText:
    """What a person was not shown of a text."""

    lines: list[UnreadLine]
    """In order. All of them: nothing is left out because of its length."""
    id: int
    """The id by which ``Shown.plus`` knows it."""
    whole: bool
    """Whether the whole text was read, not a part."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Text that a guest has inserted; or a point, if it is empty."""

    start: int
    end: int
    author: str
    ids: tuple[int, ...]

    def at(self, start: int, end: int) -> _Span:
        return _Span(start, end, self.author, self.ids)


class GuestText:
    """The spans and points of a text that had ``length`` units and none of them."""

    def __init__(self, version: int, length: int) -> None:
        self.version = version
        """The version that it has reached."""
        self._length = length
        self._id = 1
        """The id of what is made now. Nobody has been shown anything with it."""
        self._spans: list[_Span] = []
        self._points: list[_Span] = []

    def follow(self, revisions: Iterable[Revision]) -> None:
        """Go on with the next revisions of the log."""
        for revision in revisions:
            if self._spans or self._points or "guest" in revision.marks:
                self._apply(revision)
            self._length = revision.changes.new_length
            self.version = revision.version
            if len(self._spans) + len(self._points) > MOST:
                self._reduce()

    def unread(self, text: Text, part: Part | None, shown: Shown) -> UnreadText:
        """Return what a person who was ``shown`` that has not seen of the text.

        ``text`` is that of ``version``; ``part`` is what is read of it, None for all.
        """
        start, end = (part.start, part.end) if part else (0, self._length)
        whole = (start, end) == (0, self._length)
        spans = [
            each.at(max(each.start, start), min(each.end, end))
            for each in self._spans
            if each.start < end and each.end > start and not shown.covers(each.ids)
        ]
        points = [
            each
            for each in self._points
            if start <= each.start <= end and not shown.covers(each.ids)
        ]
        if spans or points:
            if not whole:
                # Only what is listed gets the id, and not the rest of a span.
                self._id += 1
                self._number(spans, points)
            read = UnreadText(_lines(text.units, spans, points), self._id, whole)
            self._id += 1
            return read
        # No span has id 0: to read a part shows nothing of the rest.
        return UnreadText([], self._id - 1 if whole else 0, whole)

    # --- following --------------------------------------------------------------------

    def _apply(self, revision: Revision) -> None:
        guest = ", ".join(revision.authors) if "guest" in revision.marks else None
        added = self._added_points(revision.changes) if guest is not None else []
        places = revision.changes.map_positions([each.start for each in self._points])
        moved = [
            each.at(place, place)
            for each, place in zip(self._points, places, strict=True)
        ]
        if guest is not None:
            moved += [_Span(place, place, guest, (self._id,)) for place in added]
        # Two at one place may have become the same.
        points = dict.fromkeys(sorted(moved, key=lambda each: each.start))
        self._spans = list(self._moved_spans(revision.changes, guest))
        self._points = list(points)

    def _moved_spans(self, changes: ChangeSet, guest: str | None) -> Iterator[_Span]:
        """Yield the spans after a change, with what a guest has inserted."""
        last: _Span | None = None
        for each in self._pieces(changes, guest):
            if last is None:
                last = each
            elif (last.end, last.author, last.ids) == (
                each.start,
                each.author,
                each.ids,
            ):
                last = last.at(last.start, each.end)
            else:
                yield last
                last = each
        if last is not None:
            yield last

    def _pieces(self, changes: ChangeSet, guest: str | None) -> Iterator[_Span]:
        spans, old, new, index = self._spans, 0, 0, 0
        for section in changes.sections:
            end = old + section.length
            if section.insert is None:
                while index < len(spans) and spans[index].start < end:
                    each = spans[index]
                    start, stop = max(each.start, old), min(each.end, end)
                    if start < stop:
                        yield each.at(start - old + new, stop - old + new)
                    if each.end > end:
                        break
                    index += 1
            else:
                while index < len(spans) and spans[index].end <= end:
                    index += 1
                if guest is not None and section.insert:
                    yield _Span(new, new + len(section.insert), guest, (self._id,))
            old, new = end, new + section.new_length

    def _added_points(self, changes: ChangeSet) -> list[int]:
        """Return where a guest removes something, in the new text.

        That nobody has been shown what was removed, and a guest had inserted it, leaves
        the text as if neither had happened.
        """
        added, shift = [], 0
        for start, end, insert in changes.edits():
            if end > start and not self._is_new(start, end):
                added.append(start + shift + len(insert))
            shift += len(insert) - (end - start)
        return added

    def _is_new(self, start: int, end: int) -> bool:
        first = bisect_right(self._spans, start, key=lambda each: each.end)
        for each in self._spans[first:]:
            if each.start > start or each.ids != (self._id,):
                return False
            start = each.end
            if start >= end:
                return True
        return False

    def _reduce(self) -> None:
        """Join adjacent spans of one author; if that is not enough, all of the text."""
        spans = self._spans[:1]
        for each in self._spans[1:]:
            last = spans[-1]
            if (last.end, last.author) == (each.start, each.author):
                # Whoever was shown both.
                ids = tuple(n for n in last.ids if n in each.ids) or (self._id,)
                spans[-1] = _Span(last.start, each.end, each.author, ids)
            else:
                spans.append(each)
        if len(spans) + len(self._points) > MOST * 3 // 4:
            names = dict.fromkeys(each.author for each in spans + self._points)
            author = ", ".join([*names][:3]) + (", …" if len(names) > 3 else "")
            spans = [_Span(0, self._length, author, (self._id,))]
            self._points = [_Span(0, 0, author, (self._id,))]
        self._spans = spans if self._length else []

    # --- reading ----------------------------------------------------------------------

    def _number(self, pieces: Sequence[_Span], points: Sequence[_Span]) -> None:
        """Add the present id to points and to pieces of spans."""
        read = {each.start: each for each in pieces}
        numbered: list[_Span] = []
        for each in self._spans:
            piece = read.get(each.start) or next(
                (p for p in pieces if each.start <= p.start < each.end), None
            )
            if piece is None:
                numbered.append(each)
                continue
            ids = (*each.ids, self._id)[-_IDS:]
            if each.start < piece.start:
                numbered.append(each.at(each.start, piece.start))
            numbered.append(_Span(piece.start, piece.end, each.author, ids))
            if piece.end < each.end:
                numbered.append(each.at(piece.end, each.end))
        self._spans = numbered
        listed = set(points)
        self._points = [
            replace(each, ids=(*each.ids, self._id)[-_IDS:]) if each in listed else each
            for each in self._points
        ]


def _lines(
    units: str, spans: Sequence[_Span], points: Sequence[_Span]
) -> list[UnreadLine]:
    """Return the lines that spans, in order, and points are in."""
    ends = _line_ends(units)
    found: dict[tuple[int, bool], dict[str, None]] = {}
    for run in _runs(spans):
        for line in _lines_of(units, ends, run[0].start, run[-1].end):
            found[line, False] = {}
        for each in run:
            first, last = (bisect_left(ends, at) for at in (each.start, each.end))
            for line in range(first, last + 1):
                if (line, False) in found:
                    found[line, False][each.author] = None
    for each in points:
        line = bisect_left(ends, each.start)
        found.setdefault((line, True), {})[each.author] = None
    lines = []
    for (line, removed), authors in sorted(found.items()):
        start = ends[line - 1] + 1 if line else 0
        text = from_units(units[start : ends[line]])
        lines.append(UnreadLine(line + 1, text, ", ".join(authors), removed))
    return lines


def _line_ends(units: str) -> list[int]:
    ends, at = [], units.find("\n")
    while at >= 0:
        ends.append(at)
        at = units.find("\n", at + 1)
    return [*ends, len(units)]


def _runs(spans: Iterable[_Span]) -> Iterator[list[_Span]]:
    """Yield the spans in lists without gaps."""
    run: list[_Span] = []
    for each in spans:
        if run and run[-1].end != each.start:
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _lines_of(units: str, ends: Sequence[int], start: int, end: int) -> range:
    """Return the lines, from 0, that differ without the text from ``start`` to ``end``.

    Where whole lines were inserted, those around them do not.
    """
    first, last = bisect_left(ends, start), bisect_left(ends, end)
    if units[end - 1] == "\n" and (not start or units[start - 1] == "\n"):
        last -= 1
    elif units[start] == "\n" and (end == len(units) or units[end] == "\n"):
        first += 1
    return range(first, last + 1)
