"""The lines that spans of a text are in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .text import from_units


class Guest(NamedTuple):
    """Who has written or removed text. Several guests may have the same name."""

    client_id: str
    """Empty if it is not known."""
    name: str


@dataclass(frozen=True, slots=True)
class Span:
    """Text that a guest has inserted; or a point, if it is empty."""

    start: int
    end: int
    guests: tuple[Guest, ...]
    ids: tuple[int, ...]

    def at(self, start: int, end: int) -> Span:
        """Return it at another place."""
        return Span(start, end, self.guests, self.ids)


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line with text that was not shown, or from which some was removed."""

    number: int
    """From 1, in the whole text."""
    text: str
    """The whole line, without its end, as it is now, whether ``removed`` or not."""
    guests: tuple[Guest, ...]
    """Who has written or removed it."""
    removed: bool = False
    """Whether it is listed for text that was removed. A line may be listed twice."""

    @property
    def author(self) -> str:
        """The names of the guests in one text, separated by commas."""
        return ", ".join(dict.fromkeys(each.name for each in self.guests))

    @property
    def clients(self) -> list[str]:
        """The client ids of the guests, each once; an empty one is not known."""
        return list(dict.fromkeys(each.client_id for each in self.guests))


def lines_of(
    units: str, spans: Sequence[Span], points: Sequence[Span]
) -> list[UnreadLine]:
    """Return the lines that spans, in order, and points are in."""
    ends = _line_ends(units)
    found: dict[tuple[int, bool], dict[Guest, None]] = {}
    for run in _runs(spans):
        for line in _changed_lines(units, ends, run[0].start, run[-1].end):
            found.setdefault((line, False), {})
        for each in run:
            first, last = (bisect_left(ends, at) for at in (each.start, each.end))
            for line in range(first, last + 1):
                if (line, False) in found:
                    found[line, False] |= dict.fromkeys(each.guests)
    for each in points:
        line = bisect_left(ends, each.start)
        found.setdefault((line, True), {}).update(dict.fromkeys(each.guests))
    lines = []
    for (line, removed), guests in sorted(found.items()):
        start = ends[line - 1] + 1 if line else 0
        text = from_units(units[start : ends[line]])
        lines.append(UnreadLine(line + 1, text, tuple(guests), removed))
    return lines


def _line_ends(units: str) -> list[int]:
    ends, at = [], units.find("\n")
    while at >= 0:
        ends.append(at)
        at = units.find("\n", at + 1)
    return [*ends, len(units)]


def _runs(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """Yield the spans in lists without gaps."""
    run: list[Span] = []
    for each in spans:
        if run and run[-1].end != each.start:
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _changed_lines(units: str, ends: Sequence[int], start: int, end: int) -> range:
    """Return the lines, from 0, that differ without the text from ``start`` to ``end``.

    Where whole lines were inserted, those around them do not.
    """
    first, last = bisect_left(ends, start), bisect_left(ends, end)
    if units[end - 1] == "\n" and (not start or units[start - 1] == "\n"):
        last -= 1
    elif units[start] == "\n" and (end == len(units) or units[end] == "\n"):
        first += 1
    return range(first, last + 1)
