"""What a person should look at in code before it is run.

These are characters that cannot be seen, or that change the order of those around them,
and lines that IPython executes as something else than Python.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 200
"""Lines that are noted."""
LONGEST = 500
"""Characters of a line that are kept."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
"""Categories whose characters are invisible, or look like a space."""
_ALIKE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\ufff0-\ufffc\U000e0000-\U000e0fff]"
)
"""Those of other categories: Default_Ignorable_Code_Point, a blank Braille pattern,
annotations."""
_SEEN = frozenset(" \t")
_PLAIN = re.compile(r"[ -~\t]*")
_TAGS = range(0xE0020, 0xE0080)
_FLAG = "\U0001f3f4"

_COMMAND = re.compile(
    r"""
    \s*[%!?]            # %magic, %%magic, !command, ?help
    | [^#'"]*=\s*[%!]   # x = %magic, x = !command
    | [^#'"]*\?\s*$     # help?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Note:
    """A line with something to look at."""

    line: int
    """From 1."""
    text: str
    """The line, cut to ``LONGEST`` characters."""
    invisible: tuple[str, ...] = ()
    """Its characters that cannot be seen, each once, as "U+202E"."""
    command: bool = False
    """Whether it is a magic, or a command of the shell."""


def notes(code: str) -> list[Note]:
    """Return the lines to look at, in order, at most ``MOST``."""
    found: list[Note] = []
    for number, line in enumerate(code.split("\n"), 1):
        invisible, command = hidden(line), is_command(line)
        if invisible or command:
            found.append(Note(number, line[:LONGEST], invisible, command))
            if len(found) == MOST:
                break
    return found


def is_command(line: str) -> bool:
    """Return whether IPython may take a line for a magic or a command.

    A line within a string may look like one.
    """
    return _COMMAND.match(line) is not None


def hidden(line: str) -> tuple[str, ...]:
    """Return the characters of a line that cannot be seen, each once."""
    if _PLAIN.fullmatch(line):
        return ()
    return tuple(dict.fromkeys(f"U+{ord(each):04X}" for each in _hidden(line)))


def _hidden(line: str) -> Iterator[str]:
    tagged = False
    for index, each in enumerate(line):
        tagged = each == _FLAG or (tagged and ord(each) in _TAGS)
        before, after = line[index - 1 : index], line[index + 1 : index + 2]
        if each in _SEEN or (tagged and each != _FLAG) or _fits(before, each, after):
            continue
        if unicodedata.category(each) in _HIDDEN or _ALIKE.match(each):
            yield each


def _fits(before: str, each: str, after: str) -> bool:
    """Return whether a character is part of an emoji, or joins letters, as in Persian.

    The editor marks these neither.
    """
    if each in "\u200c\u200d":
        joins = _is_letter(before) and _is_letter(after)
        return joins or (each == "\u200d" and _is_symbol(before) and _is_symbol(after))
    if "\ufe00" <= each <= "\ufe0f":
        return _is_symbol(before) or _is_letter(before) or after == "\u20e3"
    return False


def _is_letter(each: str) -> bool:
    return bool(each) and unicodedata.category(each) in {"Lo", "Mn", "Mc"}


def _is_symbol(each: str) -> bool:
    return bool(each) and (
        each == "\ufe0f" or unicodedata.category(each) in {"So", "Sk"}
    )
