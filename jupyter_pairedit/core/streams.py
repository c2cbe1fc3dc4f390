r"""What a program prints, folded as a terminal shows it.

``\r`` returns to the start of the line and ``\b`` one character, and what follows
overwrites. Colours (SGR) are kept. ``CSI K`` erases in the line, as progress bars do;
all other escape sequences are dropped, links and titles too. A text may be split
anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, repeat

from .outputs import STREAM
from .sgr import DEFAULT, transition
from .storable import made_storable

BLOCK = 1024
"""Of a line with more than twice as many characters, the first ones are fixed."""

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x08\x0a-\x1f\x7f-\x9f]+)"
    r"|(?P<newline>\n)|(?P<return>\r)|(?P<back>\x08)"
    r"|(?:\x1b\[|\x9b)(?P<parameters>[0-?]{0,99})(?P<between>[ -/]{0,9})(?P<end>[@-~])"
    # Of a control string (DCS, SOS, OSC, PM, APC), only the start is matched here.
    r"|(?P<string>\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])"
    r"|\x1b[ -/]{0,9}[0-Z\\`-~]"
    # What continues in the next text, or is no sequence.
    r"|(?P<start>(?:\x1b\[|\x9b)[0-?]{0,99}[ -/]{0,9}|\x1b[ -/]{0,9})"
    r"|[\x00-\x1f\x7f-\x9f]"
)
# A control string ends at the end of the line at the latest, and so hides at most that.
_STRING_END = re.compile(r"[\x07\x18\x1a\x9c]|(?=[\x1b\n])")
_SEQUENCE = 64
"""More than the bytes of a sequence that changes the style."""


class Stream:
    """The output of a program in parts of at most ``STREAM`` bytes.

    Each part starts and ends in the default style. Only the last, open part changes.
    """

    def __init__(self) -> None:
        self._style = DEFAULT
        self._codes = ""
        self._start = ""
        """The start of an escape sequence, at the end of the last text."""
        self._in_string = False
        self._part = _Part()
        """The finished lines of the open part."""
        self._line = _Line()
        self._closed: list[str] = []

    def write(self, text: str) -> list[str]:
        """Add a text. Return the parts that it has closed."""
        text, self._start = self._start + made_storable(text), ""
        position = 0
        while position < len(text):
            if self._in_string:
                position = self._skip_string(text, position)
            elif match := _TOKEN.match(text, position):
                position = match.end()
                self._take(match, position == len(text))
        self._shorten_open_part()
        closed, self._closed = self._closed, []
        return closed

    @property
    def text(self) -> str:
        """The open part; empty if nothing was written after the closed ones."""
        part = self._part.copy()
        for codes, text in self._line.pieces():
            part.add(text, codes)
        return part.text

    def close(self) -> str:
        """Close the open part and return it. The style stays."""
        text = self.text
        self._part, self._line = _Part(), _Line()
        return text

    def _skip_string(self, text: str, position: int) -> int:
        end = _STRING_END.search(text, position)
        self._in_string = end is None
        return end.end() if end else len(text)

    def _take(self, match: re.Match[str], last: bool) -> None:
        kind, line = match.lastgroup, self._line
        if kind == "text":
            line.write(match[0], self._codes)
            while line.length >= 2 * BLOCK:
                self._fix(BLOCK)
        elif kind == "newline":
            self._fix(line.length, "\n")
        elif kind == "return":
            line.cursor = 0
        elif kind == "back":
            line.cursor = max(line.cursor - 1, 0)
        elif kind == "end":
            self._take_sequence(match)
        elif kind == "string":
            self._in_string = True
        elif kind == "start" and last:
            self._start = match[0]

    def _take_sequence(self, match: re.Match[str]) -> None:
        parameters = match["parameters"]
        if match["between"] or parameters[:1] in ("<", "=", ">", "?"):
            return
        if match["end"] == "m":
            self._style = self._style.after(parameters)
            self._codes = self._style.codes
        elif match["end"] == "K":
            self._line.erase(parameters)

    def _fix(self, length: int, end: str = "") -> None:
        """Move the start of the line to the finished text."""
        for codes, text in self._line.take(length, end):
            while text := self._part.add(text, codes):
                self._close_part()

    def _shorten_open_part(self) -> None:
        """Close the finished lines if the open line does not fit behind them."""
        while self._part.size + self._line.size > STREAM:
            if self._part.size:
                self._close_part()
            else:
                self._fix(BLOCK // 8)

    def _close_part(self) -> None:
        self._closed.append(self._part.text)
        self._part = _Part()


def plain(text: str) -> str:
    """Return a whole text with colours and without other escape sequences."""
    stream = Stream()
    return "".join([*stream.write(text), stream.close()])


class _Line:
    """The line that the cursor is in."""

    def __init__(self) -> None:
        self._characters: list[str] = []
        self._codes: list[str] = []
        self._plain = True
        """Whether all of it is in the default style."""
        self.cursor = 0

    @property
    def length(self) -> int:
        return len(self._characters)

    @property
    def size(self) -> int:
        """At least the bytes that it takes in a part."""
        return sum(_size(text) + _SEQUENCE for _, text in self.pieces() if text)

    def write(self, text: str, codes: str) -> None:
        missing = self.cursor - self.length
        if missing > 0:  # the cursor is behind what was erased
            self._characters.extend(repeat(" ", missing))
            self._codes.extend(repeat("", missing))
        end = self.cursor + len(text)
        self._characters[self.cursor : end] = text
        self._codes[self.cursor : end] = repeat(codes, len(text))
        self._plain = self._plain and not codes
        self.cursor = end

    def erase(self, parameters: str) -> None:
        """Erase from the cursor, up to the cursor (1), or all of the line (2)."""
        if parameters == "1":
            length = min(self.cursor + 1, self.length)
            self._characters[:length] = repeat(" ", length)
            self._codes[:length] = repeat("", length)
        elif parameters in ("", "0", "2"):
            start = 0 if parameters == "2" else self.cursor
            del self._characters[start:], self._codes[start:]

    def pieces(self, length: int | None = None) -> Iterator[tuple[str, str]]:
        """Return what is in the line by style, each with its codes."""
        if self._plain:
            yield "", "".join(self._characters[:length])
            return
        at = 0
        for codes, group in groupby(self._codes[:length]):
            count = len(list(group))
            yield codes, "".join(self._characters[at : at + count])
            at += count

    def take(self, length: int, end: str) -> list[tuple[str, str]]:
        """Remove the first characters, and return them with ``end``."""
        pieces = [*self.pieces(length), ("", end)]
        del self._characters[:length], self._codes[:length]
        self.cursor = 0 if end else max(self.cursor - length, 0)
        self._plain = self._plain or not self.length
        return pieces


class _Part:
    """A text of at most ``STREAM`` bytes in which styles change."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._codes = ""
        self.size = 0

    def copy(self) -> _Part:
        part = _Part()
        part._texts, part._codes, part.size = [*self._texts], self._codes, self.size
        return part

    @property
    def text(self) -> str:
        return "".join([*self._texts, transition(self._codes, "")])

    def add(self, text: str, codes: str) -> str:
        """Add as much as fits. Return the rest."""
        if not text:
            return ""
        change = transition(self._codes, codes)
        room = STREAM - self.size - len(change) - len("\x1b[0m")
        fitting = text if _size(text) <= room else _start(text, room)
        if fitting:
            self._texts.append(change + fitting)
            self._codes = codes
            self.size += len(change) + _size(fitting)
        return text[len(fitting) :]


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _start(text: str, size: int) -> str:
    """Return as many whole characters as fit into a size in bytes."""
    return text.encode()[: max(size, 0)].decode("utf-8", "ignore")
