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

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from .text import Text, from_units, to_units

_SECTION = 32
"""Units that a section counts beside its text."""


class BadChange(ValueError):
    """A change set is not one, or does not fit the text; says expected and found."""


# Rooms hold many thousands of these. None can be part of a cycle, and ``gc=False``
# spares the server walks over all of them, each of which would hold up every room.


class Section(msgspec.Struct, frozen=True, gc=False):
    """``length`` units that are kept (``insert`` is None) or replaced by ``insert``."""

    length: int
    insert: str | None

    @property
    def new_length(self) -> int:
        """Units there are afterwards."""
        return self.length if self.insert is None else len(self.insert)


class ChangeSet(msgspec.Struct, frozen=True, gc=False):
    """Turns a text of ``length`` units into one of ``new_length`` units."""

    sections: tuple[Section, ...]

    @classmethod
    def replacing(cls, length: int, edits: Iterable[tuple[int, int, str]]) -> ChangeSet:
        """Make one from ordered ``(start, end, insert)`` in a text of ``length``."""
        sections = _Sections()
        position = 0
        for start, end, insert in edits:
            sections.keep(start - position)
            sections.replace(end - start, insert)
            position = end
        sections.keep(length - position)
        return sections.finish()

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
                    f"expected a number or [number, lines…], found {part!r:.60}"
                )
            if not section.length and not section.insert:
                # CodeMirror writes none, and mapping would not get past it.
                raise BadChange(f"expected a section of some length, found {part!r}")
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
        length = 0
        for section in self.sections:
            length += section.length
        return length

    @property
    def new_length(self) -> int:
        """Units of the text that comes out."""
        length = 0
        for section in self.sections:
            length += section.new_length
        return length

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

    def compose(self, later: ChangeSet) -> ChangeSet:
        """Give the one change set that does this and then ``later``."""
        self._expect(later.length, self.new_length)
        return _compose(self, later)

    def map(self, over: ChangeSet, *, before: bool = False) -> ChangeSet:
        """Give this change as it is after ``over``, made against the same text.

        With ``before``, its insertions come before those of ``over`` at one place.
        """
        length = over.length
        self._expect(length, self.length)
        return _map_apart(self, over, length) or _map(self, over, before)

    @staticmethod
    def _expect(expected: int, found: int) -> None:
        if expected != found:
            raise BadChange(
                f"expected a length of {expected} UTF-16 units, found {found}"
            )


def _count(number: object, part: object) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise BadChange(f"expected a count of UTF-16 units, found {part!r:.60}")
    return number


def _lines(lines: Sequence[object]) -> str:
    texts = [line for line in lines if isinstance(line, str)]
    if len(texts) != len(lines):
        raise BadChange(f"expected lines of text to insert, found {lines!r:.60}")
    for line in texts:
        if "\n" in line or "\r" in line:
            raise BadChange(f"expected lines without line ends, found {line!r:.60}")
    return to_units(storable("\n".join(texts)))


def storable(text: str) -> str:
    """Pass on text that every store and every JSON can hold.

    Raises ``BadChange`` for U+0000 and for a lone surrogate.
    """
    if "\0" in text:
        raise BadChange("expected text without U+0000, found one")
    if not text.isascii() and any("\ud800" <= unit <= "\udfff" for unit in text):
        raise BadChange("expected whole characters, found a lone surrogate")
    return text


class _Sections:
    """Collects sections and joins neighbours as CodeMirror does.

    The last one is open: what it inserts is gathered in a list and joined once.
    """

    __slots__ = ("_closed", "_insert", "_length")

    def __init__(self) -> None:
        self._closed: list[Section] = []
        self._length = 0
        self._insert: list[str] | None = None

    def __len__(self) -> int:
        return len(self._closed) + self._open

    @property
    def _open(self) -> bool:
        return bool(self._length) or self._insert is not None

    def keep(self, length: int) -> None:
        if not length:
            return
        if self._insert is None:
            self._length += length
        else:
            self._close(length, None)

    def replace(self, length: int, insert: str, *, join: bool = False) -> None:
        if not length and not insert:
            return
        last = self._insert
        if last is not None and (
            join or (not insert and not any(last)) or (not length and not self._length)
        ):
            self._length += length
            last.append(insert)
        else:
            self._close(length, [insert])

    def _close(self, length: int, insert: list[str] | None) -> None:
        if self._insert is not None:
            self._closed.append(Section(self._length, "".join(self._insert)))
        elif self._length:
            self._closed.append(Section(self._length, None))
        self._length = length
        self._insert = insert

    def finish(self) -> ChangeSet:
        self._close(0, None)
        return ChangeSet(tuple(self._closed))


class _Cursor:
    """Stands somewhere in a change set; counts in its old text or in its new one."""

    __slots__ = ("_sections", "done", "index", "insert", "kept", "left", "offset")

    def __init__(self, changes: ChangeSet) -> None:
        self._sections = changes.sections
        self.index = -1
        self.left = 0
        """Units left of the section: old ones, or new ones for ``forward_new``."""
        self.insert: str | None = None
        self.offset = 0
        """Units of the section that are behind the cursor."""
        self.done = self.kept = False
        self.next()

    def next(self) -> None:
        self.index += 1
        self.offset = 0
        if self.index < len(self._sections):
            section = self._sections[self.index]
            self.left, self.insert = section.length, section.insert
            self.kept = section.insert is None
        else:
            self.left, self.insert = 0, ""
            self.done, self.kept = True, False

    @property
    def left_new(self) -> int:
        """Units left of what the section gives."""
        return self.left if self.insert is None else len(self.insert) - self.offset

    def forward(self, count: int) -> None:
        """Go on in the old text."""
        if count == self.left:
            self.next()
        else:
            self.left -= count
            self.offset += count

    def forward_new(self, count: int) -> None:
        """Go on in the new text."""
        if self.insert is None:
            self.forward(count)
        elif count == self.left_new:
            self.next()
        else:
            self.offset += count


def _compose(first: ChangeSet, second: ChangeSet) -> ChangeSet:
    out = _Sections()
    a, b = _Cursor(first), _Cursor(second)
    # open: the section written last still has more of the same replacement to come
    open_ = False
    while not (a.done and b.done):
        if not a.done and not a.kept and not a.insert:
            # a deletes: b never saw that text
            out.replace(a.left, "", join=open_)
            a.next()
        elif not b.done and not b.left:
            # b inserts between two units of the text after a
            out.replace(0, b.insert or "", join=open_)
            b.next()
        else:
            count = min(a.left_new, b.left)
            before = len(out)
            if a.kept and b.kept:
                out.keep(count)
            elif a.kept:
                # b replaces text that was there before a
                out.replace(count, "" if b.offset else b.insert or "", join=open_)
            else:
                # text that a inserted: b keeps a bit of it, or replaces it in turn
                if b.kept:
                    bit = (a.insert or "")[a.offset : a.offset + count]
                else:
                    bit = "" if b.offset else b.insert or ""
                out.replace(0 if a.offset else a.left, bit, join=open_)
            unfinished = (not a.kept and a.left_new > count) or (
                not b.kept and b.left > count
            )
            open_ = unfinished and (open_ or len(out) > before)
            a.forward_new(count)
            b.forward(count)
    return out.finish()


def _map_apart(change: ChangeSet, over: ChangeSet, length: int) -> ChangeSet | None:
    """Map by shifting, where all of ``change`` is before or behind all of ``over``.

    That is nearly always so, and several times as quick. None where they touch.
    """
    a, b = change.sections, over.sections
    if not a or not b:
        return None
    first, last = a[0], a[-1]
    begins = b[0].length if b[0].insert is None else 0
    ends = length - (b[-1].length if b[-1].insert is None else 0)
    if last.insert is None and last.length > length - begins:
        last = Section(last.length + over.new_length - length, None)
        return ChangeSet((*a[:-1], last))
    if first.insert is None and first.length > ends:
        first = Section(first.length + over.new_length - length, None)
        return ChangeSet((first, *a[1:]))
    return None


def _map(change: ChangeSet, over: ChangeSet, before: bool) -> ChangeSet:
    out = _Sections()
    a, b = _Cursor(change), _Cursor(over)
    # which section of a has had its insertion written; b may cut the rest in pieces
    written = -1
    while not (a.done and b.done):
        if a.kept and b.kept:
            # neither changes this
            count = a.left if a.left < b.left else b.left
            out.keep(count)
            a.forward(count)
            b.forward(count)
        elif not b.done and not b.kept and _comes_first(a, b, written, before):
            # b's change begins before a's next one: keep what it inserted, and let a's
            # insertions inside what it deleted stand behind
            out.keep(len(b.insert or ""))
            count = b.left
            while count:
                piece = min(a.left, count)
                if not a.kept and written < a.index and a.left <= piece:
                    out.replace(0, a.insert or "")
                    written = a.index
                a.forward(piece)
                count -= piece
            b.next()
        else:
            # a's change up to where b inserts something; what b deleted of it is gone
            count, left = 0, a.left
            while left:
                if b.kept:
                    piece = min(left, b.left)
                    count += piece
                    left -= piece
                    b.forward(piece)
                elif not b.insert and b.left < left:
                    left -= b.left
                    b.next()
                else:
                    break
            out.replace(count, "" if written >= a.index else a.insert or "")
            written = a.index
            a.forward(a.left - left)
    return out.finish()


def _comes_first(a: _Cursor, b: _Cursor, written: int, before: bool) -> bool:
    """Order two changes: by start, then by length, then by the caller's wish."""
    if a.done or a.kept or written == a.index:
        return True
    if a.offset:
        return False
    return b.left < a.left or (b.left == a.left and not before)
