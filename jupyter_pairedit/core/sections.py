"""The sections of change sets, and the algebra on them.

Joining sections and the order of two insertions at one position follow ``ChangeSet`` in
``change.ts`` of ``@codemirror/state`` 6. Nothing is validated here, see ``changes``.
"""

from __future__ import annotations

import msgspec


class Section(msgspec.Struct, frozen=True, gc=False):
    """``length`` units that are kept, or replaced by ``insert``.

    A server has many thousands in memory. ``gc=False`` excludes them from garbage
    collection, which would stall all rooms; a section cannot be part of a cycle.
    """

    length: int
    insert: str | None
    """None if the units are kept."""

    @property
    def new_length(self) -> int:
        """The number of units in the new text."""
        return self.length if self.insert is None else len(self.insert)


Sections = tuple[Section, ...]
"""Consecutive sections that cover a whole text."""


def old_units(sections: Sections) -> int:
    """Return the number of units of the old text."""
    length = 0
    for section in sections:
        length += section.length
    return length


def new_units(sections: Sections) -> int:
    """Return the number of units of the new text."""
    length = 0
    for section in sections:
        length += section.new_length
    return length


class Builder:
    """Collects sections, and joins adjacent ones as CodeMirror does.

    The parts that the last section inserts are collected in a list and joined once.
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

    def finish(self) -> Sections:
        self._close(0, None)
        return tuple(self._closed)


class _Cursor:
    """A position in a change set, in its old text or in its new text."""

    __slots__ = ("_sections", "done", "index", "insert", "kept", "left", "offset")

    def __init__(self, sections: Sections) -> None:
        self._sections = sections
        self.index = -1
        self.left = 0
        """Units left in the section, of the old text."""
        self.insert: str | None = None
        self.offset = 0
        """Units of the section that precede the cursor."""
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
        """Units left in the section, of the new text."""
        return self.left if self.insert is None else len(self.insert) - self.offset

    def forward(self, count: int) -> None:
        """Advance in the old text."""
        if count == self.left:
            self.next()
        else:
            self.left -= count
            self.offset += count

    def forward_new(self, count: int) -> None:
        """Advance in the new text."""
        if self.insert is None:
            self.forward(count)
        elif count == self.left_new:
            self.next()
        else:
            self.offset += count


def compose(first: Sections, second: Sections) -> Sections:
    """Return the sections with the effect of ``first`` and then ``second``.

    The new length of ``first`` must be the length of ``second``.
    """
    out = Builder()
    a, b = _Cursor(first), _Cursor(second)
    # Whether the last section that was written will be continued.
    open_ = False
    while not (a.done and b.done):
        if not a.done and not a.kept and not a.insert:
            # a deletes text, which b does not contain.
            out.replace(a.left, "", join=open_)
            a.next()
        elif not b.done and not b.left:
            # b inserts between two units of the text after a.
            out.replace(0, b.insert or "", join=open_)
            b.next()
        else:
            count = min(a.left_new, b.left)
            before = len(out)
            if a.kept and b.kept:
                out.keep(count)
            elif a.kept:
                # b replaces text that a keeps.
                out.replace(count, "" if b.offset else b.insert or "", join=open_)
            else:
                # b keeps or replaces text that a inserts.
                if b.kept:
                    part = (a.insert or "")[a.offset : a.offset + count]
                else:
                    part = "" if b.offset else b.insert or ""
                out.replace(0 if a.offset else a.left, part, join=open_)
            unfinished = (not a.kept and a.left_new > count) or (
                not b.kept and b.left > count
            )
            open_ = unfinished and (open_ or len(out) > before)
            a.forward_new(count)
            b.forward(count)
    return out.finish()


def map_over(change: Sections, over: Sections, before: bool) -> Sections:
    """Return ``change`` transformed so that it applies after ``over``.

    Both are made against the same text. If ``before``, insertions of ``change`` precede
    those of ``over`` at the same position.
    """
    return _map_apart(change, over) or _map(change, over, before)


def _map_apart(change: Sections, over: Sections) -> Sections | None:
    """Return ``change`` shifted if it is entirely before or after ``over``, or None.

    This is the common case, and several times faster than ``_map``.
    """
    if not change or not over:
        return None
    first, last = change[0], change[-1]
    begins = over[0].length if over[0].insert is None else 0
    rest = over[-1].length if over[-1].insert is None else 0
    length, new_length = old_units(over), new_units(over)
    if last.insert is None and last.length > length - begins:
        return (*change[:-1], Section(last.length + new_length - length, None))
    if first.insert is None and first.length > length - rest:
        return (Section(first.length + new_length - length, None), *change[1:])
    return None


def _map(change: Sections, over: Sections, before: bool) -> Sections:
    out = Builder()
    a, b = _Cursor(change), _Cursor(over)
    # The index of the last section of a whose insertion was written.
    written = -1
    while not (a.done and b.done):
        if a.kept and b.kept:
            # Neither changes this part.
            count = a.left if a.left < b.left else b.left
            out.keep(count)
            a.forward(count)
            b.forward(count)
        elif not b.done and not b.kept and _comes_first(a, b, written, before):
            # b's change comes first: keep its insertion, followed by the insertions of
            # a inside the text that b deletes.
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
            # a's change up to the next insertion of b, without text that b deletes.
            count, left = _skip(a.left, b)
            out.replace(count, "" if written >= a.index else a.insert or "")
            written = a.index
            a.forward(a.left - left)
    return out.finish()


def _skip(left: int, b: _Cursor) -> tuple[int, int]:
    """Advance ``b`` by up to ``left`` units, to its next insertion.

    Return the number of units that it keeps, and the number of units left.
    """
    count = 0
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
    return count, left


def _comes_first(a: _Cursor, b: _Cursor, written: int, before: bool) -> bool:
    """Return whether b's change precedes a's: by start, by length, then ``before``."""
    if a.done or a.kept or written == a.index:
        return True
    if a.offset:
        return False
    return b.left < a.left or (b.left == a.left and not before)
