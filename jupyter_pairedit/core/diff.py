"""The change that a whole-file write makes, small enough to keep carets in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from .changes import ChangeSet
from .text import Text, to_units

Edit = tuple[int, int, str]

_MOST_WORK = 100_000
"""The limit of comparisons (old times new lines, then old times new characters, about
0.2 µs each). Beyond it a range is replaced as a whole."""


def smallest_change(old: Text, new: str) -> ChangeSet:
    """Return a change set from ``old`` to ``new``, a string of code points.

    It keeps the equal characters at both ends, equal lines between them, and equal
    characters in lines that differ. Code points are compared, so that no astral
    character is split.
    """
    before = str(old)
    start = _common_prefix(before, new)
    end = _common_prefix(before[start:][::-1], new[start:][::-1])
    edits = _Comparison().by_lines(
        before[start : len(before) - end], new[start : len(new) - end], start
    )
    return ChangeSet.replacing(old.length, _in_units(edits, before))


def _common_prefix(a: str, b: str) -> int:
    """Return the number of equal characters at the start, by binary search."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


class _Comparison:
    """Compares ranges of two texts within ``_MOST_WORK``."""

    def __init__(self) -> None:
        self._left = _MOST_WORK

    def by_lines(self, a: str, b: str, offset: int) -> Iterator[Edit]:
        """Yield the edits that turn ``a``, which starts at ``offset``, into ``b``."""
        old, new = a.splitlines(keepends=True), b.splitlines(keepends=True)
        lines = list(self._differences(old, new))
        self._left = _MOST_WORK
        for i, j, k, m in lines:
            start = offset + sum(map(len, old[:i]))
            before, after = "".join(old[i:j]), "".join(new[k:m])
            for first, last, left, right in self._differences(before, after):
                yield start + first, start + last, after[left:right]

    def _differences(
        self, a: Sequence[str], b: Sequence[str]
    ) -> Iterator[tuple[int, int, int, int]]:
        """Yield ``(i, j, k, m)`` where ``a[i:j]`` was replaced by ``b[k:m]``."""
        work = len(a) * len(b)
        if work > self._left:
            yield 0, len(a), 0, len(b)
            return
        self._left -= work
        matcher = SequenceMatcher(None, a, b, autojunk=False)
        for tag, i, j, k, m in matcher.get_opcodes():
            if tag != "equal":
                yield i, j, k, m


def _in_units(edits: Iterator[Edit], before: str) -> Iterator[Edit]:
    """Yield edits in UTF-16 units for edits in code points."""
    points = units = 0
    for start, end, insert in edits:
        units += len(to_units(before[points:start]))
        removed = len(to_units(before[start:end]))
        yield units, units + removed, to_units(insert)
        units += removed
        points = end
