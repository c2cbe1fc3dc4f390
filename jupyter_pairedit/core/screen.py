"""The last lines that a program has printed, in which its cursor moves.

A program that draws several progress bars goes up to one and down again. What has left
the screen at its top does not change any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, repeat

HEIGHT = 24
"""The lines of the screen."""
WIDTH = 256
"""The columns to which the cursor can be moved where nothing is written."""
BLOCK = 1024
"""The screen has fewer than twice as many characters. Of a single line with more, so
many are fixed."""
_SEQUENCE = 64
"""More than the bytes of a sequence that changes the style."""

Piece = tuple[str, str]
"""The codes of a style, and text in it."""


class Screen:
    """Lines of styled text, and a cursor, which is never above or below them."""

    def __init__(self) -> None:
        self._lines = [_Line()]
        self._row = 0
        self._length = 0
        """The characters of all lines."""

    @property
    def _line(self) -> _Line:
        return self._lines[self._row]

    @property
    def size(self) -> int:
        """At least the bytes that its pieces take as UTF-8, with their styles."""
        return sum(size(text) + _SEQUENCE for _, text in self.pieces() if text)

    def pieces(self) -> Iterator[Piece]:
        """Return all text by style."""
        for row, line in enumerate(self._lines):
            if row:
                yield "", "\n"
            yield from line.pieces()

    def write(self, text: str, codes: str) -> str:
        """Write over what is at the cursor. Return what is left if it is full then."""
        line = self._line
        before = line.length
        blank = max(line.cursor - before, 0)
        count = max(2 * BLOCK - self._length - blank, 1)
        line.write(text[:count], codes)
        self._length += line.length - before
        return text[count:]

    def newline(self) -> None:
        """Go to the start of the next line, of a new one below the last."""
        self._row += 1
        if self._row == len(self._lines):
            self._lines.append(_Line())
        self._line.cursor = 0

    def go_to(self, column: int) -> None:
        """Go to a column of the line, from 0, at most ``WIDTH`` unless it is longer."""
        self._line.cursor = min(max(column, 0), max(self._line.length, WIDTH))

    def move(self, end: str, count: int) -> None:
        """Move the cursor as ``CSI count end`` does: up (A), down (B), right (C), left
        (D), to the start of a line below (E) or above (F), or to a column (G)."""
        column = self._line.cursor
        if end in "ABEF":
            row = self._row + (count if end in "BE" else -count)
            self._row = min(max(row, 0), len(self._lines) - 1)
        columns = {"C": column + count, "D": column - count, "G": count - 1}
        self.go_to(0 if end in "EF" else columns.get(end, column))

    def erase(self, parameters: str) -> None:
        """Erase from the cursor, up to the cursor (1), or all of the line (2)."""
        before = self._line.length
        self._line.erase(parameters)
        self._length += self._line.length - before

    def erase_below(self) -> None:
        """Erase from the cursor to the end of the screen."""
        self._line.erase("")
        del self._lines[self._row + 1 :]
        self._length = sum(line.length for line in self._lines)

    def scrolled(self) -> list[Piece]:
        """Remove what does not fit, from the top."""
        pieces: list[Piece] = []
        while len(self._lines) > HEIGHT or self._length >= 2 * BLOCK:
            pieces += self.first(BLOCK)
        return pieces

    def first(self, length: int) -> list[Piece]:
        """Remove the first line; of a single one, so many characters."""
        if len(self._lines) == 1:
            before = self._line.length
            pieces = self._line.take(length)
            self._length += self._line.length - before
            return pieces
        line = self._lines.pop(0)
        self._length -= line.length
        if self._row:
            self._row -= 1
        else:
            self._line.cursor = 0
        return [*line.pieces(), ("", "\n")]


class _Line:
    def __init__(self) -> None:
        self._characters: list[str] = []
        self._codes: list[str] = []
        self._plain = True
        """Whether all of it is in the default style."""
        self.cursor = 0

    @property
    def length(self) -> int:
        return len(self._characters)

    def write(self, text: str, codes: str) -> None:
        missing = self.cursor - self.length
        if missing > 0:  # the cursor is behind the end
            self._characters.extend(repeat(" ", missing))
            self._codes.extend(repeat("", missing))
        end = self.cursor + len(text)
        self._characters[self.cursor : end] = text
        self._codes[self.cursor : end] = repeat(codes, len(text))
        self._plain = self._plain and not codes
        self.cursor = end

    def erase(self, parameters: str) -> None:
        if parameters == "1":
            length = min(self.cursor + 1, self.length)
            self._characters[:length] = repeat(" ", length)
            self._codes[:length] = repeat("", length)
        elif parameters in ("", "0", "2"):
            start = 0 if parameters == "2" else self.cursor
            del self._characters[start:], self._codes[start:]

    def pieces(self, length: int | None = None) -> Iterator[Piece]:
        if self._plain:
            yield "", "".join(self._characters[:length])
            return
        at = 0
        for codes, group in groupby(self._codes[:length]):
            count = len(list(group))
            yield codes, "".join(self._characters[at : at + count])
            at += count

    def take(self, length: int) -> list[Piece]:
        pieces = [*self.pieces(length)]
        del self._characters[:length], self._codes[:length]
        self.cursor = max(self.cursor - length, 0)
        self._plain = self._plain or not self.length
        return pieces


def size(text: str) -> int:
    """Return the bytes of a text as UTF-8."""
    return len(text) if text.isascii() else len(text.encode())
