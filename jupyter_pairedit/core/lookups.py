"""Names that a kernel knows: where a person asks for them, and what is answered.

Nothing of a room's code but a chain of names such as ``np.linalg.norm`` is looked up: a
kernel may execute what it is given to complete, and guests write the code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .names import visible
from .text import from_units, to_units

MOST_NAMES = 200
"""Names in an answer."""
LONGEST_NAME = 200
"""Characters; longer names are left out."""
LARGEST_TEXT = 16 * 1024
"""Bytes of a description, as UTF-8."""
UNREAD = frozenset({"<unknown>", "path", "magic"})
"""Kinds of IPython that are no kinds of names."""

_LONGEST_CHAIN = 500
_MOST_STEPS = 10
_LONGEST_SIGNATURE = 500

_TAIL = re.compile(r"[\w.]*\Z")
_WORD = re.compile(r"\w*")
_NO_NAMES = re.compile(r"\s*(?:[%!?]|(?:from|import)\b)")
"""Lines of commands, and of imports, whose completion might import something."""
_TYPES = "_jupyter_types_experimental"


class PositionOutside(ValueError):
    """The position is not in the code."""

    def __init__(self, at: int, length: int) -> None:
        super().__init__(
            f"expected at from 0 to {length}, the UTF-16 units of code; found {at}"
        )


@dataclass(frozen=True, slots=True)
class Chain:
    """Names that are joined by dots. The last one may be a part of a name, or empty."""

    steps: tuple[str, ...]
    end: int
    """In UTF-16 units of the code; the last step ends there."""

    @property
    def start(self) -> int:
        """The position of the last step, in UTF-16 units of the code."""
        return self.end - len(to_units(self.steps[-1]))

    @property
    def text(self) -> str:
        """The names and dots."""
        return ".".join(self.steps)


@dataclass(frozen=True, slots=True)
class Name:
    """A name that could stand at a position."""

    name: str
    kind: str = ""
    """As IPython's completer has it, such as "function"; empty if it is unknown."""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """The names that could stand between two positions, in UTF-16 units."""

    start: int
    end: int
    names: tuple[Name, ...] = ()


def names_chain(code: str, at: int) -> Chain | None:
    """Return the chain that ends at a position; None where no names are looked up.

    ``at`` is in UTF-16 units. Raises ``PositionOutside``.
    """
    line = line_to(code, at)
    return None if _NO_NAMES.match(line) else _chain(line, at)


def line_to(code: str, at: int) -> str:
    """Return the part of the line before a position, in UTF-16 units.

    Raises ``PositionOutside``.
    """
    units = to_units(code)
    _expect_inside(units, at)
    return from_units(units[units.rfind("\n", 0, at) + 1 : at])


def described_chain(code: str, at: int) -> Chain | None:
    """Return the chain whose last name has a position in it, or at one of its ends.

    Where there is no name, that is the one of the call whose arguments are there. None
    without such a name. ``at`` is in UTF-16 units. Raises ``PositionOutside``.
    """
    units = to_units(code)
    _expect_inside(units, at)
    head, tail = from_units(units[:at]), from_units(units[at:])
    rest = _WORD.match(tail)
    assert rest
    line = head[head.rfind("\n") + 1 :] + rest[0]
    chain = _chain(line, at + len(to_units(rest[0])))
    if chain is None or chain.steps[-1]:
        return chain
    if len(chain.steps) > 1:
        return None  # There is no name after a dot.
    called = _before_call(head[-_LONGEST_CALL:])
    found = _chain(called, at) if called else None
    return found if found and found.steps[-1] else None


def read_names(chain: Chain, reply: Mapping[str, Any], python: bool) -> Names:
    """Return the names in a ``complete_reply`` about the text of a chain.

    Replies come from a kernel: what has another form is left out.
    """
    prefix = chain.text[: len(chain.text) - len(chain.steps[-1])]
    found: dict[str, Name] = {}
    for text, kind, signature in matches_in(reply):
        name = text.removeprefix(prefix)
        usable = name.isidentifier() if python else _is_plain(name)
        if usable and len(name) <= LONGEST_NAME and kind not in ("path", "magic"):
            known = "" if kind in UNREAD else visible(kind)[:LONGEST_NAME]
            shown = visible(signature)[:_LONGEST_SIGNATURE]
            found.setdefault(name, Name(name, known, shown))
        if len(found) == MOST_NAMES:
            break
    return Names(chain.start, chain.end, tuple(found.values()))


def kind_in(reply: Mapping[str, Any], chain: str) -> str:
    """Return the kind of the last name of a chain, by the ``complete_reply`` about it.

    Empty if the reply does not have it.
    """
    last = chain.rpartition(".")[2]
    kinds = {text: kind for text, kind, _ in matches_in(reply)}
    return kinds.get(chain, "") or kinds.get(last, "")


def matches_in(reply: Mapping[str, Any]) -> Sequence[tuple[str, str, str]]:
    """Return text, kind and signature of each match in a ``complete_reply``."""
    metadata = reply.get("metadata")
    typed = metadata.get(_TYPES) if isinstance(metadata, Mapping) else None
    if isinstance(typed, list):
        return [
            (each["text"], _text(each.get("type")), _text(each.get("signature")))
            for each in typed
            if isinstance(each, Mapping) and isinstance(each.get("text"), str)
        ]
    matches = reply.get("matches")
    texts = matches if isinstance(matches, list) else []
    return [(each, "", "") for each in texts if isinstance(each, str)]


def read_description(reply: Mapping[str, Any]) -> str:
    """Return the text of an ``inspect_reply``, of at most ``LARGEST_TEXT`` bytes."""
    data = reply.get("data")
    text = data.get("text/plain") if isinstance(data, Mapping) else None
    return shortened(text) if isinstance(text, str) else ""


def shortened(text: str) -> str:
    """Return the beginning of a text, of at most ``LARGEST_TEXT`` bytes."""
    encoded = text.encode("utf-8", "replace")
    return encoded[:LARGEST_TEXT].decode("utf-8", "ignore")


_LONGEST_CALL = 2_000
"""Characters before a position in which a call is searched."""


def _expect_inside(units: str, at: int) -> None:
    if not 0 <= at <= len(units):
        raise PositionOutside(at, len(units))


def _chain(line: str, end: int) -> Chain | None:
    """Return the chain at the end of a line, which is at ``end`` in the code."""
    # A search takes time that grows with the square of what it looks at.
    found = _TAIL.search(line[-_LONGEST_CHAIN - 1 :])
    assert found
    text = found[0]
    *before, last = steps = tuple(text.split("."))
    right = all(each.isidentifier() for each in before)
    right = right and (not last or last.isidentifier())
    short = len(text) <= _LONGEST_CHAIN and len(steps) <= _MOST_STEPS
    return Chain(steps, end) if right and short else None


def _before_call(text: str) -> str:
    """Return the part of a text before the last bracket that it does not close."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        if text[at] in ")]}":
            depth += 1
        elif text[at] in "([{":
            if not depth:
                return text[:at] if text[at] == "(" else ""
            depth -= 1
    return ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _is_plain(name: str) -> bool:
    return bool(name) and name.isprintable()
