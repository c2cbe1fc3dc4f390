"""Which text of guests a person has not been shown.

The revisions of a room are followed from a start. Text that a guest has inserted is
kept as spans, and a place where a guest has removed text as a point. Both move with
later revisions; what others type into a span is no part of it.

A whole-file write comes as a difference of two texts. The characters of a guest that it
keeps stay the guest's. Those that it removes may be in what it inserts, as lines that
it has moved, or because a large difference is not computed exactly. So everything that
it inserts counts as that guest's too: text of a guest is never taken for a member's.

A span or point has ids, which increase: at first that of the time between two readings
in which it was made, then one for each reading of a part of the text that has listed
it. A person was shown it if the person was shown one of its ids. Positions are in
UTF-16 units.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .changes import ChangeSet
from .guestlines import Guest, Span, UnreadLine, lines_of
from .revisions import Revision
from .runs import Part
from .text import Text

MOST = 500
"""Spans and points that are kept. If there are more, the whole text is one span."""
_GUESTS = 8
"""Guests of a span. If there are more, the others are one whose client is not known."""
_IDS = 8
"""Ids of a span. Without some of them, some see it again."""


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
class UnreadText:
    """What a person was not shown of a text."""

    lines: list[UnreadLine]
    """In order. All of them: nothing is left out because of its length."""
    id: int
    """The id by which ``Shown.plus`` knows what is listed; 0 if nothing is."""
    whole: bool
    """Whether the whole text was read, not a part."""


class GuestText:
    """The spans and points of a text that had ``length`` units and none of them."""

    def __init__(self, version: int, length: int) -> None:
        self.version = version
        """The version that it has reached."""
        self._length = length
        self._id = 1
        """The id of what is made now. Nobody has been shown anything with it."""
        self._spans: list[Span] = []
        self._points: list[Span] = []

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

        def is_unread(each: Span) -> bool:
            inside = each.start < end and each.end > start
            if each.start == each.end:
                inside = start <= each.start <= end
            return inside and not shown.covers(each.ids)

        spans = [
            each.at(max(each.start, start), min(each.end, end))
            for each in filter(is_unread, self._spans)
        ]
        points = [*filter(is_unread, self._points)]
        if not spans and not points:
            return UnreadText([], 0, whole)
        if not whole:
            # Only what is listed gets the id, and not the rest of a span.
            self._id += 1
            self._number(is_unread, start, end)
        read = UnreadText(lines_of(text.units, spans, points), self._id, whole)
        self._id += 1
        return read

    # --- following --------------------------------------------------------------------

    def _apply(self, revision: Revision) -> None:
        is_guest = "guest" in revision.marks
        added = self._added_points(revision.changes) if is_guest else []
        places = revision.changes.map_positions([each.start for each in self._points])
        moved = [
            each.at(place, place)
            for each, place in zip(self._points, places, strict=True)
        ]
        guests = _guests_of(revision)
        moved += [Span(place, place, guests, (self._id,)) for place in added]
        # Two at one place may have become the same.
        points = dict.fromkeys(sorted(moved, key=lambda each: each.start))
        inserted = self._inserted(revision, is_guest)
        self._spans = list(self._moved_spans(revision.changes, inserted))
        self._points = list(points)

    def _inserted(self, revision: Revision, is_guest: bool) -> Span | None:
        """Return what is known of the text that a revision inserts, if it is a guest's.

        A merged revision may stand for whole-file writes.
        """
        guests = [*_guests_of(revision)] if is_guest else []
        ids: tuple[int, ...] = (self._id,)
        if revision.kind == "write" or revision.run > 1:
            removed = list(self._removed(revision.changes))
            guests += [guest for each in removed for guest in each.guests]
            if removed and not is_guest:
                ids = _common_ids(removed)
                # A member has written some of it, so that it leaves a trace.
                self._id += 1
        return Span(0, 0, _bounded(guests), ids) if guests else None

    def _removed(self, changes: ChangeSet) -> Iterator[Span]:
        """Yield the spans of which a change removes something."""
        for start, end, _ in changes.edits():
            first = bisect_right(self._spans, start, key=lambda each: each.end)
            for each in self._spans[first:]:
                if end == start or each.start >= end:
                    break
                yield each

    def _moved_spans(self, changes: ChangeSet, inserted: Span | None) -> Iterator[Span]:
        """Yield the spans after a change, with what it has inserted of a guest."""
        last: Span | None = None
        for each in self._pieces(changes, inserted):
            if last is None:
                last = each
            elif (last.end, last.guests, last.ids) == (
                each.start,
                each.guests,
                each.ids,
            ):
                last = last.at(last.start, each.end)
            else:
                yield last
                last = each
        if last is not None:
            yield last

    def _pieces(self, changes: ChangeSet, inserted: Span | None) -> Iterator[Span]:
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
                if inserted is not None and section.insert:
                    yield inserted.at(new, new + len(section.insert))
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
        """Join adjacent spans of one guest; if that is not enough, all of the text."""
        spans = self._spans[:1]
        for each in self._spans[1:]:
            last = spans[-1]
            if (last.end, last.guests) == (each.start, each.guests):
                ids = _common_ids([last, each])
                spans[-1] = Span(last.start, each.end, each.guests, ids)
            else:
                spans.append(each)
        if len(spans) + len(self._points) > MOST * 3 // 4:
            both = spans + self._points
            guests = _bounded(guest for each in both for guest in each.guests)
            spans = [Span(0, self._length, guests, (self._id,))]
            self._points = [Span(0, 0, guests, (self._id,))]
        self._spans = spans if self._length else []
        self._id += 1

    # --- reading ----------------------------------------------------------------------

    def _number(self, listed: Callable[[Span], bool], start: int, end: int) -> None:
        """Add the present id to what is ``listed`` from ``start`` to ``end``."""

        def numbered(each: Span) -> Iterator[Span]:
            if not listed(each):
                yield each
                return
            ids = (each.ids[0], *each.ids[1:][2 - _IDS :], self._id)
            first, last = max(each.start, start), min(each.end, end)
            if each.start < first:
                yield each.at(each.start, first)
            yield Span(first, last, each.guests, ids)
            if last < each.end:
                yield each.at(last, each.end)

        self._spans = [piece for each in self._spans for piece in numbered(each)]
        self._points = [piece for each in self._points for piece in numbered(each)]


def _guests_of(revision: Revision) -> tuple[Guest, ...]:
    """Return who has made a revision of guests. A merged one has no client id."""
    return tuple(Guest(revision.client_id, name) for name in revision.authors)


def _bounded(guests: Iterable[Guest]) -> tuple[Guest, ...]:
    """Return each guest once; see ``_GUESTS``."""
    found = [*dict.fromkeys(guests)]
    if len(found) > _GUESTS:
        found[_GUESTS:] = [Guest("", "…")]
    return tuple(found)


def _common_ids(spans: Sequence[Span]) -> tuple[int, ...]:
    """Return ids of which one was shown only to who was shown each of the spans."""
    # No reading of a part has the id of a time.
    made = max(each.ids[0] for each in spans)
    lists = set.intersection(*(set(each.ids[1:]) for each in spans))
    return made, *sorted(lists)
