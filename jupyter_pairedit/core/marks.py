"""Marks of a revision: how it was made, besides who made it.

They are kept in the log beside the author's name and are never read from a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

Mark = Literal["guest", "python", "suggested", "agent", "partly"]
"""``guest``: made with a guest link. ``python``: made by the author's kernel.
``suggested``: text of a suggestion that the author accepted. ``agent``: made by a
program that acts for the author. ``partly``: merged from revisions with different
marks; each of the other marks is that of a part."""

GivenMark = Literal["guest", "python"]
"""The marks that the server sets, from the credential of the connection."""

OwnMark = Literal["suggested", "agent"]
"""The marks that a client sets, for its own changes alone."""

Marks = frozenset[Mark]

NAMES: tuple[Mark, ...] = get_args(Mark)
"""All marks. The mark at index ``n`` is bit ``n`` in ``to_bits``; a store keeps the
bits, so marks are only ever added at the end."""

_SETS: list[Marks] = [
    frozenset(name for n, name in enumerate(NAMES) if bits >> n & 1)
    for bits in range(1 << len(NAMES))
]
NO_MARKS = _SETS[0]


def marks_of(names: Iterable[str]) -> Marks:
    """Return the marks with these names; names that are not known are left out."""
    found = frozenset(names)
    return frozenset(name for name in NAMES if name in found) if found else NO_MARKS


def names_of(marks: Marks) -> list[Mark]:
    """Return marks as a list in the order of ``NAMES``."""
    return [name for name in NAMES if name in marks]


def given_names(marks: Marks) -> list[GivenMark]:
    """Return those of the marks that the server sets, in the order of ``NAMES``."""
    given: tuple[GivenMark, ...] = get_args(GivenMark)
    return [name for name in given if name in marks]


def own_names(marks: Marks) -> list[OwnMark]:
    """Return those of the marks that a client sets, in the order of ``NAMES``."""
    own: tuple[OwnMark, ...] = get_args(OwnMark)
    return [name for name in own if name in marks]


def to_bits(marks: Marks) -> int:
    """Return marks as a number, one bit for each; 0 for none."""
    if not marks:
        return 0
    return sum(1 << n for n, name in enumerate(NAMES) if name in marks)


def from_bits(bits: int) -> Marks:
    """Return the marks in a number; bits that are not known are left out."""
    return _SETS[bits & len(_SETS) - 1]


def merged_marks(marks: Sequence[Marks]) -> Marks:
    """Return the marks of a revision that replaces those with ``marks``, at least one.

    If they differ, the result has all of them and ``partly``: no text is said to be of
    a guest, or suggested, without that word.
    """
    first, *others = marks
    if all(each == first for each in others):
        return first
    return first.union(*others, ("partly",))
