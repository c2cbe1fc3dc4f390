"""Keys in brackets: where in some code a person asks for them, and what is answered."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .lookups import LONGEST_NAME, MOST_NAMES, Name, Names, line_to
from .text import to_units

KIND = "dict key"
"""The kind of keys, as IPython's completer has it."""

_LONGEST = 1_000
"""Characters before a position in which a key is searched."""
_MOST_STEPS = 10

_TEXT = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_STEP = rf"""\.\w+|\[\s*(?:{_TEXT}|-?\d+)\s*\]"""
_BEGUN = r"""(?:(?P<double>"(?:[^"\\]|\\.)*)|(?P<single>'(?:[^'\\]|\\.)*))\Z"""
_KEY = re.compile(rf"""(?<![\w.'"\])])(?P<owner>\w+(?:{_STEP})*)\[\s*{_BEGUN}""")
_STEPS = re.compile(rf"""(?P<name>\w+)|\[\s*(?P<key>{_TEXT}|-?\d+)\s*\]""")

Step = str | tuple[str | int]
"""A name, or one key in a tuple."""


@dataclass(frozen=True, slots=True)
class Key:
    """The beginning of a text in brackets behind a chain: ``x.y[0]["be``."""

    owner: tuple[Step, ...]
    """The chain. It begins with a name."""
    begun: str
    """As it is written."""
    quote: str
    end: int
    """In UTF-16 units of the code; the beginning of the text ends there."""

    @property
    def start(self) -> int:
        """The position behind the quote, in UTF-16 units of the code."""
        return self.end - len(to_units(self.begun))


def key_at(code: str, at: int) -> Key | None:
    """Return the beginning of a key that ends at a position; None if none does.

    ``at`` is in UTF-16 units. Raises ``PositionOutside``.
    """
    found = _KEY.search(line_to(code, at)[-_LONGEST:])
    if found is None:
        return None
    steps = [*_STEPS.finditer(found["owner"])]
    names = [each["name"] for each in steps if each["name"]]
    if len(steps) > _MOST_STEPS or not all(each.isidentifier() for each in names):
        return None
    try:
        owner = [each["name"] or (ast.literal_eval(each["key"]),) for each in steps]
    except (SyntaxError, ValueError):  # such as an escape that Python does not know
        return None
    text = found["double"] or found["single"]
    return Key(tuple(owner), text[1:], text[0], at)


def keys_found(key: Key, found: Iterable[str]) -> Names:
    """Return those of some keys that can stand after the beginning of a key.

    They may come from a kernel: what has another form is left out.
    """
    end = re.compile(rf"(?:[^{key.quote}\\]|\\.)+")
    names = [
        Name(each, KIND)
        for each in found
        if len(each) <= LONGEST_NAME
        and each.isprintable()
        and each.startswith(key.begun)
        and end.fullmatch(each)
    ]
    return Names(key.start, key.end, tuple(names[:MOST_NAMES]))
