"""Change sets, with the same algebra as CodeMirror's.

A change set consists of sections that cover a whole text; each section is kept or
replaced. For ``a`` and ``b`` made against the same text::

    a.compose(b.map(a))  ==  b.compose(a.map(b, before=True))

so concurrent changes lead to the same text in either order. Results must be equal to
those of ``ChangeSet`` in ``@codemirror/state`` 6, which ``tests/core/test_vectors.py``
checks.

Positions and lengths are in UTF-16 units; inserted strings are units, see ``text``.
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
"""The size of a section without its text, see ``ChangeSet.size``."""


class ChangeSet(msgspec.Struct, frozen=True, gc=False):
    """A change of a text of ``length`` units to one of ``new_length`` units."""

    sections: tuple[Section, ...]

    @classmethod
    def replacing(cls, length: int, edits: Iterable[tuple[int, int, str]]) -> ChangeSet:
        """Return the change of a text of ``length`` units by edits in ascending order.

        An edit is ``(start, end, insert)``, with ``insert`` as units.
        """
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
        """Return the change set in the format of CodeMirror's ``ChangeSet.toJSON``.

        Raises ``BadChange`` for another format, an empty section, and text that cannot
        be stored: U+0000, a lone surrogate, a line end inside a line.
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
                # CodeMirror never writes one, and mapping would not terminate.
                raise BadChange(
                    f"expected a section of some length, found {shortened(part)}"
                )
            sections.append(section)
        return cls(tuple(sections))

    def to_json(self) -> list[int | list[int | str]]:
        """Return the format of CodeMirror's ``ChangeSet.fromJSON``."""
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
        """The number of units of the old text."""
        return old_units(self.sections)

    @property
    def new_length(self) -> int:
        """The number of units of the new text."""
        return new_units(self.sections)

    @property
    def size(self) -> int:
        """The approximate size in memory or on the wire: units, and 32 per section."""
        size = _SECTION * len(self.sections)
        for section in self.sections:
            if section.insert is not None:
                size += len(section.insert)
        return size

    @property
    def empty(self) -> bool:
        """Whether all units are kept."""
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
        """Return the new text. Raises ``BadChange`` if the lengths differ."""
        self._expect(self.length, text.length)
        return text.splice(self.edits())

    def splits_pair(self, text: Text) -> bool:
        """Return whether it starts or ends inside an astral character of ``text``."""
        if text.size == text.length:
            return False  # All of it is ASCII.
        return any(
            text.splits_pair(start) or text.splits_pair(end)
            for start, end, _ in self.edits()
        )

    def map_position(self, position: int, assoc: int = -1) -> int:
        """Return the position in the new text of a position in the old text.

        A position at an insertion stays before it if ``assoc`` is negative. Raises
        ``BadChange`` for a position outside of the old text.
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
        """Return the result of ``map_position`` for each of ascending positions.

        Visits the sections once. Raises ``BadChange``.
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

    def split(self, most: int) -> tuple[ChangeSet, ChangeSet] | None:
        """Return two changes with the effect of this one, if made one after the other.

        The first has up to ``most`` sections, or one changed place if that has more.
        None if this one changes one place. Both sides of the border are kept text, so
        that text and characters that are replaced stay in one of the two.
        """
        sections = self.sections
        borders = [i for i, each in enumerate(sections[1:-1], 1) if each.insert is None]
        if not borders:
            return None
        border = max((i for i in borders if i < most), default=borders[0])
        rest = Section(old_units(sections[border:]), None)
        done = Section(new_units(sections[: border + 1]), None)
        first = ChangeSet((*sections[:border], rest))
        return first, ChangeSet((done, *sections[border + 1 :]))

    def compose(self, later: ChangeSet) -> ChangeSet:
        """Return the change set with the effect of this one and then ``later``.

        Raises ``BadChange`` if the lengths differ.
        """
        self._expect(later.length, self.new_length)
        return ChangeSet(compose(self.sections, later.sections))

    def map(self, over: ChangeSet, *, before: bool = False) -> ChangeSet:
        """Return this change transformed so that it applies after ``over``.

        Both are made against the same text. If ``before``, its insertions precede those
        of ``over`` at the same position. Raises ``BadChange`` if the lengths differ.
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
    # ``isinstance`` would accept True and False.
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
    # Counting is faster than checking each of up to half a million lines.
    if "\r" in text or (lines and text.count("\n") != len(lines) - 1):
        raise BadChange(f"expected lines without line ends, found {shortened(lines)}")
    return to_units(storable(text))
