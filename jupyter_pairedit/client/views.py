"""What a participant sees of a room at one moment, and edits that are made for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from types import TracebackType
from typing import Literal, Self

from ..core.expecting import expect, whole_number
from ..core.marks import NO_MARKS, Marks
from ..core.roles import Role
from ..core.storable import storable
from ..core.text import Text, to_units, unify_line_ends
from .errors import Status
from .feed import Record, Segment
from .positions import Span, find_once, lines_span, position_of, units_at

UnitEdit = tuple[int, int, str]
"""Start, end and insert of an edit, in UTF-16 units."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is in the room."""

    name: str
    guest: bool
    """Whether they came by a guest link."""
    label: str
    """The label of that link."""
    own: bool
    """Whether it is this participant."""


@dataclass(frozen=True)
class View:
    """The room at one moment. All fields belong together, and none changes.

    Positions are in code points. Lines count from 1, columns from 0.

    >>> view = room.view()
    >>> view.code
    'x = 1\\ny = 2\\n'
    >>> view.lines(2, 2)
    Span(start=6, end=12)
    >>> view.find("y = 2") == (view.position(2, 0), view.position(2, 5))
    True
    """

    version: int
    """The number of revisions of the room's log that the code has."""
    people: tuple[Person, ...]
    """Everybody in the room, in the order in which they came."""
    status: Status
    message: str
    """A sentence about ``status``; empty if all is well."""
    role: Role
    title: str
    language: str
    limit: int
    """The greatest number of people at a time."""
    unsent: int
    """The edits in the code that are not known to be stored."""
    lost: str | None
    """The last text of this participant that the room did not take, or None."""
    _doc: Text = field(repr=False)
    _room: object = field(repr=False)
    """Identifies the participant that it is a view of."""
    _moment: int = field(repr=False)
    """The count of changes of the code, for ``Recent``."""

    @cached_property
    def code(self) -> str:
        """The code, with the edits that are not stored yet."""
        return str(self._doc)

    def __getstate__(self) -> dict[str, object]:
        """Leave out the room: in a copy, the view is for reading only."""
        return {**vars(self), "_room": None}

    def position(self, line: int, column: int = 0) -> int:
        """Return the position of a column in a line. Raises ``ValueError``."""
        return position_of(self.code, line, column)

    def lines(self, first: int, last: int | None = None) -> Span:
        """Return the range of one or more lines, with their line ends.

        Raises ``ValueError`` if the code does not have them.
        """
        return lines_span(self.code, first, first if last is None else last)

    def find(self, text: str) -> Span:
        """Return where ``text`` occurs.

        Raises ``TextNotFound``, or ``Ambiguous`` if it occurs more than once.
        """
        return find_once(self.code, text)


class Edit:
    """Collects edits for a view, and makes them together when its ``with`` block ends.

    All positions are those of the view. If the block raises, nothing is changed.
    """

    def __init__(
        self, view: View, apply: Callable[[View, Sequence[UnitEdit]], None]
    ) -> None:
        expect("at", view, View)
        self._view = view
        self._apply = apply
        self._edits: list[tuple[int, int, str]] = []

    def insert(
        self,
        text: str,
        at: int | None = None,
        *,
        line: int | None = None,
        column: int = 0,
    ) -> None:
        """Insert text at a position, or at a column of a line.

        Texts at one position keep the order of the calls. Raises ``ValueError``.

        >>> with room.edit(at=room.view()) as edit:
        ...     edit.insert("import os\\n", line=1)
        >>> room.code
        'import os\\nx = 1\\ny = 2\\n'
        """
        expect("text", text, str)
        if (at is None) == (line is None):
            raise ValueError("expected either a position or a line to insert at")
        if line is not None:
            at = self._view.position(line, column)
        at = whole_number("at", at)
        self.replace(at, at, text)

    def delete(self, start: int, end: int) -> None:
        """Delete the code points from ``start`` up to ``end``. Raises ``ValueError``.

        >>> view = room.view()
        >>> with room.edit(at=view) as edit:
        ...     edit.delete(*view.lines(1))
        >>> room.code
        'y = 2\\n'
        """
        self.replace(start, end, "")

    def replace(self, start: int, end: int, text: str) -> None:
        """Replace the code points from ``start`` up to ``end``. Raises ``ValueError``.

        >>> view = room.view()
        >>> with room.edit(at=view) as edit:
        ...     edit.replace(*view.find("1"), "one")
        >>> room.code
        'x = one\\ny = 2\\n'
        """
        start, end = whole_number("start", start), whole_number("end", end)
        expect("text", text, str)
        code = self._view.code
        text = to_units(storable(unify_line_ends(text)))
        first, last = units_at(code, start), units_at(code, end)
        if last < first:
            raise ValueError(f"expected an end from {start} on, found {end}")
        self._edits.append((first, last, text))

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Make the edits.

        Raises ``ValueError`` if they overlap, ``Moved`` if the text that they replace
        has changed since, and ``Forbidden`` or ``NotConnected``.
        """
        if kind is not None:
            return
        edits = sorted(self._edits, key=lambda each: each[:2])
        for (_, end, _), (start, _, _) in pairwise(edits):
            if start < end:
                raise ValueError("expected edits that do not overlap, found two")
        self._apply(self._view, edits)


@dataclass(frozen=True)
class Change:
    """A revision that reached this participant."""

    version: int
    """The version of the code after it."""
    author: str
    """The name of who made it; empty if it is not known."""
    kind: Literal["edit", "write", "reset"]
    """``write`` replaced the whole file. ``reset`` is no revision: the room's code took
    the place of another one, because its history could not be followed."""
    own: bool
    """Whether this participant made it."""
    marks: Marks
    """How it was made, see ``BlameLine.marks``."""
    _segment: Segment = field(repr=False)
    _index: int = field(repr=False)

    @cached_property
    def before(self) -> str:
        """The code before it, without edits that were not stored."""
        return str(self._segment.text(self._index))

    @cached_property
    def after(self) -> str:
        """The code after it, without edits that were not stored."""
        return str(self._segment.text(self._index + 1))


def change_of(record: Record, author: str, me: str) -> Change:
    """Return a revision that was received. ``me`` is this client's id."""
    return Change(
        version=record.version,
        author=author,
        kind="reset" if record.reset else "write" if record.write else "edit",
        own=record.author == me,
        marks=record.marks,
        _segment=record.segment,
        _index=record.index,
    )


@dataclass(frozen=True, slots=True)
class BlameLine:
    """Who last changed a line."""

    line: int
    """From 1."""
    author: str
    at: float
    """Seconds since 1970, in UTC."""
    kind: Literal["edit", "write"]
    """``write`` if a whole file was written, or the line is from version 0."""
    marks: Marks = NO_MARKS
    """How the change was made: ``guest`` by a guest link, ``python`` by the author's
    notebook, ``suggested`` text of a suggestion, ``agent`` by a program that acts for
    the author, ``partly`` old changes that were merged and differ in this."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A version in the history of a room."""

    version: int
    author: str
    at: float
    """Seconds since 1970, in UTC."""
    kind: Literal["edit", "write"]
    marks: Marks = NO_MARKS
    """How the change was made, see ``BlameLine.marks``."""
