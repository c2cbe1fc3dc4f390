"""Magics of IPython: where in code a person asks for them, and what is answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .lookups import LONGEST_NAME, MOST_NAMES, Name, Names, line_to, matches_in
from .text import from_units, to_units

KIND = "magic"
"""The kind of magics, as IPython's completer has it."""

_BEGUN = re.compile(r"\s*(%%?)(\w*)")


@dataclass(frozen=True, slots=True)
class Magic:
    """The beginning of a line's or a cell's magic: ``%tim`` or ``%%ba``."""

    sign: str
    """``%`` of a line, ``%%`` of a cell."""
    begun: str
    """The beginning of the name, which may be empty."""
    end: int
    """In UTF-16 units of the code; the beginning of the name ends there."""

    @property
    def start(self) -> int:
        """The position behind the sign, in UTF-16 units of the code."""
        return self.end - len(to_units(self.begun))

    @property
    def question(self) -> str:
        """What a kernel is asked to complete: the sign and at most one letter.

        For the whole name of some magics, such as ``%cd``, IPython would call functions
        that complete their arguments.
        """
        return self.sign + self.begun[:1]


def magic_at(code: str, at: int) -> Magic | None:
    """Return the beginning of a magic that ends at a position; None if none does.

    It is the first text of its line, and that of a cell is the first of the code.
    Whether the line is inside of a text or of brackets is not looked at. ``at`` is in
    UTF-16 units. Raises ``PositionOutside``.
    """
    found = _BEGUN.fullmatch(line_to(code, at))
    if found is None:
        return None
    sign, begun = found.groups()
    if begun and not begun.isidentifier():
        return None
    if sign == "%%" and not _BEGUN.fullmatch(from_units(to_units(code)[:at])):
        return None
    return Magic(sign, begun, at)


def magics_found(magic: Magic, found: Iterable[object]) -> Names:
    """Return those of some names of magics that can stand after the beginning of one.

    They may come from a kernel: what has another form is left out.
    """
    beginning = magic.begun.lower()
    names = dict.fromkeys(
        each
        for each in found
        if isinstance(each, str)
        and each.lower().startswith(beginning)
        and each.isidentifier()
        and len(each) <= LONGEST_NAME
    )
    listed = sorted(names, key=lambda name: (name.startswith("_"), name.lower()))
    described = tuple(Name(each, KIND) for each in listed[:MOST_NAMES])
    return Names(magic.start, magic.end, described)


def read_magics(magic: Magic, reply: Mapping[str, Any]) -> Names:
    """Return the magics in a ``complete_reply`` about the question of one."""
    # To IPython before 8.6, which a kernel may have, the kind of a magic is unknown.
    texts = [text for text, kind, _ in matches_in(reply) if kind != "path"]
    sign = magic.sign
    return magics_found(
        magic, [text.removeprefix(sign) for text in texts if text.startswith(sign)]
    )
