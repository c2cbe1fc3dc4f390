"""What is sent to a language model: the code around the caret, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .text import from_units, to_units

BEFORE = 6_000
"""The largest part before the caret that is sent, in UTF-16 units."""
AFTER = 2_000
"""The same after the caret."""

OPENERS = (":", "(", "[", "{", ",")
"""What a line ends with that goes on in the next one."""

Mode = Literal["line", "block"]
"""Whether the rest of a line is asked for, or up to twelve lines."""

_OTHERS = 0.8
"""The temperature of other answers than the most likely one."""

_SPECIAL = re.compile(
    r"<\|[^|<>\s]{1,40}\|>"
    r"|<\uff5c[^\uff5c<>\s]{1,40}\uff5c>"
    r"|<fim_[a-z]{1,12}>|<(?:file_sep|repo_name|eos|bos)>|<(?:start|end)_of_turn>"
    r"|<(?:PRE|SUF|MID|EOT)>|\[(?:PREFIX|SUFFIX|MIDDLE|/?INST)\]"
)
"""The special tokens of models that stand between the parts of a prompt."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The code around the caret."""

    before: str
    after: str
    language: str
    mode: Mode
    variant: int = 0
    """0 for the most likely answer; n for the n-th other one, drawn at random."""

    @property
    def temperature(self) -> float:
        """The sampling temperature of the request; 0 for the most likely answer."""
        return _OTHERS if self.variant else 0.0

    @property
    def line(self) -> str:
        """The caret's line up to the caret."""
        return self.before.rpartition("\n")[2]

    @property
    def rest(self) -> str:
        """The caret's line after the caret."""
        return self.after.partition("\n")[0]


def prompt_at(units: str, cursor: int, language: str, variant: int = 0) -> Prompt:
    """Return the prompt for a position in code, both in UTF-16 units.

    The parts begin and end with whole lines unless a line is longer than a part. A
    position inside a surrogate pair is moved before it. Special tokens of models are
    neutralised.
    """
    start, cursor, end = window(units, cursor)
    before = neutral(from_units(units[start:cursor]))
    after = neutral(from_units(units[cursor:end]))
    return Prompt(before, after, language, _mode(before, after), variant)


def window(units: str, cursor: int) -> tuple[int, int, int]:
    """Return where the part before the caret begins, the caret, and the other's end.

    All are positions in UTF-16 units.
    """
    if _is_high(units[cursor - 1 : cursor]) and _is_low(units[cursor : cursor + 1]):
        cursor -= 1
    return _start(units, cursor), cursor, _end(units, cursor)


def neutral(code: str) -> str:
    """Return code in which no special token of a model steers it.

    A blank after the first character of such a token makes it ordinary text.
    """
    return _SPECIAL.sub(lambda token: f"{token[0][0]} {token[0][1:]}", code)


def first_special(text: str) -> int:
    """Return the position of the first special token in angle brackets, or -1."""
    for token in _SPECIAL.finditer(text):
        if token[0][0] == "<":
            return token.start()
    return -1


def opens_block(line: str) -> bool:
    """Return whether the code after a line goes on deeper than the line."""
    return line.rstrip().endswith(OPENERS)


def size(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(to_units(text))


def _start(units: str, cursor: int) -> int:
    """Return the beginning of a whole line, or of a part of the position's own one."""
    start = max(0, cursor - BEFORE)
    if start == 0:
        return 0
    line = units.find("\n", start - 1, cursor)
    return line + 1 if line >= 0 else start + _is_low(units[start])


def _end(units: str, cursor: int) -> int:
    end = cursor + AFTER
    if end >= len(units):
        return len(units)
    line = units.rfind("\n", cursor, end + 1)
    return line if line >= 0 else end - _is_high(units[end - 1])


def _mode(before: str, after: str) -> Mode:
    line = before.rpartition("\n")[2].strip()
    rest = after.partition("\n")[0].strip()
    return "block" if not rest and (not line or opens_block(line)) else "line"


def _is_high(unit: str) -> bool:
    return "\ud800" <= unit <= "\udbff"


def _is_low(unit: str) -> bool:
    return "\udc00" <= unit <= "\udfff"
