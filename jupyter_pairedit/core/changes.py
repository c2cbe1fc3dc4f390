"""Change sets: what turns one text into another, with CodeMirror's own algebra.

A change set covers a whole text in sections: some units kept, some replaced. The law,
for ``a`` and ``b`` made against the same text::

    a.compose(b.map(a))  ==  b.compose(a.map(b, before=True))

so that two people who typed at once end with one text, in whichever order their changes
arrive. Which of two insertions at one place comes first, and how sections are joined,
follows ``@codemirror/state`` 6 case by case: a browser and this module must give the
same answer. ``tests/core/test_vectors.py`` holds them together.

Positions and lengths are UTF-16 units, and inserted strings are units (``core.text``).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from reprlib import repr as shortened
from typing import Any

import msgspec

from .sections import Builder, Section, compose, map_over, new_units, old_units
from .storable import LARGEST, BadChange, storable
from .text import Text, from_units, to_units

_SECTION = 32
"""Units that a section counts beside its text."""


class ChangeSet(msgspec.Struct, frozen=True, gc=False):
    """Turns a text of ``length`` units into one of ``new_length`` units."""

    sections: tuple[Section, ...]

    @classmethod
    def replacing(cls, length: int, edits: Iterable[tuple[int, int, str]]) -> ChangeSet:
        """Make one from ordered ``(start, end, insert)`` in a text of ``length``."""
        sections = Builder()
        position = 0
        for start, end, insert in edits:
            sections.keep(start - position)
            sections.replace(end - start, insert)
            position = end
        sections.keep(length - position)
        return cls(sections.finish())

    @classmethod
    def from_json(cls, json: Sequence[object]) -> ChangeSet:
        """Read what CodeMirror's ``ChangeSet.toJSON`` wrote.

        Raises ``BadChange`` for anything else, a section of nothing among it, and for
        text that cannot be stored: NUL, a lone surrogate, a line end inside a line.
        """
        sections = []
        for part in json:
            if isinstance(part, int):
                section = Section(_count(part, part), None)
            elif isinstance(part, list) and part:
                section = Section(_count(part[0], part), _lines(part[1:]))
            else:
                raise BadChange(
                    f"expected a number or [number, lines…], found {shortened(part)}"
                )
            if not section.length and not section.insert:
                # CodeMirror writes none, and mapping would not get past it.
                raise BadChange(
                    f"expected a section of some length, found {shortened(part)}"
                )
            sections.append(section)
        return cls(tuple(sections))

    def to_json(self) -> list[int | list[int | str]]:
        """Write it as CodeMirror's ``ChangeSet.fromJSON`` reads it."""
        return [
            section.length
            if section.insert is None
            else [section.length, *from_units(section.insert).split("\n")]
            if section.insert
            else [section.length]
            for section in self.sections
        ]

    @property
    def length(self) -> int:
        """Units of the text it is made against."""
        return old_units(self.sections)

    @property
    def new_length(self) -> int:
        """Units of the text that comes out."""
        return new_units(self.sections)

    @property
    def size(self) -> int:
        """About what it takes, in memory or on the wire: units, and some a section."""
        return sum(
            _SECTION if section.insert is None else _SECTION + len(section.insert)
            for section in self.sections
        )

    @property
    def empty(self) -> bool:
        """Whether it changes nothing."""
        return all(section.insert is None for section in self.sections)

    def edits(self) -> Iterator[tuple[int, int, str]]:
        """Yield ``(start, end, insert)`` of each replaced section, in order."""
        position = 0
        for section in self.sections:
            end = position + section.length
            if section.insert is not None:
                yield position, end, section.insert
            position = end

    def apply(self, text: Text) -> Text:
        """Give the changed text. Raises ``BadChange`` when the lengths differ."""
        self._expect(self.length, text.length)
        return text.splice(self.edits())

    def tears_pair(self, text: Text) -> bool:
        """Say whether it would cut an astral character of ``text`` in two."""
        if text.size == text.length:
            return False  # a byte for each unit: all is ASCII
        return any(
            text.splits_pair(start) or text.splits_pair(end)
            for start, end, _ in self.edits()
        )

    def invert(self, text: Text) -> ChangeSet:
        """Give the change set that undoes this one, which is made against ``text``."""
        self._expect(self.length, text.length)
        sections = []
        position = 0
        for section in self.sections:
            end = position + section.length
            back = None if section.insert is None else text.slice(position, end)
            sections.append(Section(section.new_length, back))
            position = end
        return ChangeSet(tuple(sections))

    def map_position(self, position: int, assoc: int = -1) -> int:
        """Say where a position of the old text is in the new one.

        Where text was inserted just there, a negative ``assoc`` stays before it.
        """
        old = new = 0
        for section in self.sections:
            end = old + section.length
            if section.insert is None:
                if end > position:
                    return new + position - old
            elif end > position or (
                end == position and assoc < 0 and not section.length
            ):
                stays = position == old or assoc < 0
                return new if stays else new + section.new_length
            old, new = end, new + section.new_length
        if position > old:
            raise BadChange(f"expected a position up to {old}, found {position}")
        return new

    def map_positions(self, positions: Sequence[int]) -> list[int]:
        """Return what ``map_position`` gives for each; ``positions`` ascend.

        One pass over the sections, however many positions there are.
        """
        moved: list[int] = []
        old = new = 0
        for section in self.sections:
            end, done = old + section.length, len(moved)
            if section.insert is None:
                reached = bisect_left(positions, end, done)
                moved += [new - old + each for each in positions[done:reached]]
            else:
                find = bisect_left if section.length else bisect_right
                moved += [new] * (find(positions, end, done) - done)
            old, new = end, new + section.new_length
        if len(moved) < len(positions) and positions[-1] > old:
            raise BadChange(f"expected positions up to {old}, found {positions[-1]}")
        return moved + [new] * (len(positions) - len(moved))

    def compose(self, later: ChangeSet) -> ChangeSet:
        """Give the one change set that does this and then ``later``."""
        self._expect(later.length, self.new_length)
        return ChangeSet(compose(self.sections, later.sections))

    def map(self, over: ChangeSet, *, before: bool = False) -> ChangeSet:
        """Give this change as it is after ``over``, made against the same text.

        With ``before``, its insertions come before those of ``over`` at one place.
        """
        self._expect(over.length, self.length)
        return ChangeSet(map_over(self.sections, over.sections, before))

    @staticmethod
    def _expect(expected: int, found: int) -> None:
        if expected != found:
            raise BadChange(
                f"expected a length of {expected} UTF-16 units, found {found}"
            )


def _count(number: object, part: object) -> int:
    # By its type: True is an int as well.
    if type(number) is not int or not 0 <= number <= LARGEST:
        raise BadChange(f"expected a count of UTF-16 units, found {shortened(part)}")
    return number


def _lines(lines: Sequence[Any]) -> str:
    """Return the lines as one text of UTF-16 units. Raises ``BadChange``."""
    try:
        text = "\n".join(lines)
    except TypeError:
        raise BadChange(
            f"expected lines of text to insert, found {shortened(lines)}"
        ) from None
    # Counted and not looked for line by line: there may be half a million lines.
    if "\r" in text or (lines and text.count("\n") != len(lines) - 1):
        raise BadChange(f"expected lines without line ends, found {shortened(lines)}")
    return to_units(storable(text))
