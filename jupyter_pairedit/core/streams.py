r"""What a program prints, folded as a terminal shows it.

``\r`` returns to the start of the line and ``\b`` one character, and what follows
overwrites. Colours (SGR) are kept. ``CSI A`` to ``CSI G`` move the cursor in the last
lines, and ``CSI K`` and ``CSI J`` erase after it, as progress bars do; all other escape
sequences are dropped, links and titles too. A text may be split anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .outputs import STREAM
from .screen import BLOCK, Piece, Screen, size
from .sgr import DEFAULT, transition
from .storable import made_storable

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
        """What the open part has above the screen."""
        self._screen = Screen()
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
        for codes, text in self._screen.pieces():
            part.add(text, codes)
        return part.text

    def close(self) -> str:
        """Close the open part and return it. The style stays."""
        text = self.text
        self._part, self._screen = _Part(), Screen()
        return text

    def _skip_string(self, text: str, position: int) -> int:
        end = _STRING_END.search(text, position)
        self._in_string = end is None
        return end.end() if end else len(text)

    def _take(self, match: re.Match[str], last: bool) -> None:
        kind, screen = match.lastgroup, self._screen
        if kind == "text":
            text = match[0]
            while text:
                text = screen.write(text, self._codes)
                self._fix(screen.scrolled())
        elif kind == "newline":
            screen.newline()
            self._fix(screen.scrolled())
        elif kind == "return":
            screen.go_to(0)
        elif kind == "back":
            screen.move("D", 1)
        elif kind == "end":
            self._take_sequence(match)
        elif kind == "string":
            self._in_string = True
        elif kind == "start" and last:
            self._start = match[0]

    def _take_sequence(self, match: re.Match[str]) -> None:
        parameters, end = match["parameters"], match["end"]
        if match["between"] or parameters[:1] in ("<", "=", ">", "?"):
            return
        if end == "m":
            self._style = self._style.after(parameters)
            self._codes = self._style.codes
        elif end == "K":
            self._screen.erase(parameters)
        elif end == "J" and parameters in ("", "0"):
            self._screen.erase_below()
        elif end in "ABCDEFG" and (parameters.isdigit() or not parameters):
            self._screen.move(end, int(parameters or 1) or 1)

    def _fix(self, pieces: Iterable[Piece]) -> None:
        """Add what has left the screen to the open part."""
        for codes, text in pieces:
            while text := self._part.add(text, codes):
                self._close_part()

    def _shorten_open_part(self) -> None:
        """Close what is above the screen if the screen does not fit behind it."""
        while self._part.size + self._screen.size > STREAM:
            if self._part.size:
                self._close_part()
            else:
                self._fix(self._screen.first(BLOCK // 8))

    def _close_part(self) -> None:
        self._closed.append(self._part.text)
        self._part = _Part()


def plain(text: str) -> str:
    """Return a whole text with colours and without other escape sequences."""
    stream = Stream()
    return "".join([*stream.write(text), stream.close()])


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
        fitting = text if size(text) <= room else _start(text, room)
        if fitting:
            self._texts.append(change + fitting)
            self._codes = codes
            self.size += len(change) + size(fitting)
        return text[len(fitting) :]


def _start(text: str, size: int) -> str:
    """Return as many whole characters as fit into a size in bytes."""
    return text.encode()[: max(size, 0)].decode("utf-8", "ignore")
