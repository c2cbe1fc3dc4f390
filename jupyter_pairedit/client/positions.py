"""Positions in a code as people count them, and as the log counts them.

Positions of this package's users are code points, lines from 1 and columns from 0, in
code points. The log counts UTF-16 units.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..core.expecting import expect, whole_number
from ..core.text import to_units
from .errors import Ambiguous, TextNotFound


class Span(NamedTuple):
    """A range of a code, in code points: ``start`` is inside, ``end`` is not."""

    start: int
    end: int


def position_of(code: str, line: int, column: int) -> int:
    """Return the position of a column of a line.

    Raises ``ValueError`` if the code has no such line, or the line no such column.
    """
    line, column = whole_number("line", line), whole_number("column", column)
    start = _start_of(code, line)
    end = code.find("\n", start)
    length = (len(code) if end < 0 else end) - start
    if not 0 <= column <= length:
        raise ValueError(
            f"expected a column from 0 to {length} in line {line}, found {column}"
        )
    return start + column


def lines_span(code: str, first: int, last: int) -> Span:
    """Return the range of lines, with their line ends. Raises ``ValueError``."""
    first, last = whole_number("first", first), whole_number("last", last)
    if last < first:
        raise ValueError(f"expected a last line from {first} on, found {last}")
    start, of_last = _start_of(code, first), _start_of(code, last)
    end = code.find("\n", of_last)
    return Span(start, len(code) if end < 0 else end + 1)


def find_once(code: str, text: str) -> Span:
    """Return where ``text`` occurs.

    Raises ``TextNotFound`` or ``Ambiguous`` unless it occurs once, and ``ValueError``
    if it is empty.
    """
    expect("text", text, str)
    if not text:
        raise ValueError("expected text to find, found an empty string")
    found = list(_occurrences(code, text))
    if not found:
        raise TextNotFound("Expected text that occurs in the code, found it nowhere.")
    if len(found) > 1:
        raise Ambiguous([code.count("\n", 0, start) + 1 for start in found])
    return Span(found[0], found[0] + len(text))


def units_at(code: str, position: int) -> int:
    """Return the UTF-16 units before a position. Raises ``ValueError``."""
    if not 0 <= position <= len(code):
        raise ValueError(f"expected a position from 0 to {len(code)}, found {position}")
    return position if code.isascii() else len(to_units(code[:position]))


def _start_of(code: str, line: int) -> int:
    count = code.count("\n") + 1
    if not 1 <= line <= count:
        raise ValueError(f"expected a line from 1 to {count}, found {line}")
    start = 0
    for _ in range(line - 1):
        start = code.index("\n", start) + 1
    return start


def _occurrences(code: str, text: str) -> Iterator[int]:
    at = code.find(text)
    while at >= 0:
        yield at
        at = code.find(text, at + 1)
