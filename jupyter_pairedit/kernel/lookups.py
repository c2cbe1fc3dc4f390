"""Names that this kernel knows, at a position of some code; none of it is executed."""

from __future__ import annotations

import builtins
import keyword
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

from ..core.keys import Key, key_at, keys_found
from ..core.lookups import (
    LONGEST_NAME,
    MOST_NAMES,
    Name,
    Names,
    PositionOutside,
    described_chain,
    names_chain,
    shortened,
)
from ..core.magics import magic_at, magics_found
from ..core.names import visible
from ..core.statics import (
    MISSING,
    attribute,
    kind,
    names,
    stored,
    value_of,
    variable,
    written_keys,
)
from .describing import description, is_bound, signature

WITHIN = 0.3
"""Seconds after which names get no kinds and signatures any more."""

Magics = Mapping[str, Mapping[str, object]]
"""By their sort, magics by their names, as IPython's registry has them."""
SORTS = {"%": "line", "%%": "cell"}

_answering = Lock()
"""Held while a question is answered: there is one at a time in this kernel."""


def answer(
    question: Mapping[str, Any],
    variables: dict[str, Any],
    hidden: Mapping[str, Any],
    magics: Magics,
) -> dict[str, Any] | None:
    """Return the answer to a page, without names while another one is made.

    None if the position is not in the code. ``hidden`` are variables of IPython.
    """
    kind, code, at = question["type"], question["code"], question["at"]
    found, text = Names(at, at), ""
    namespace = Namespace(variables, hidden, magics)
    if _answering.acquire(blocking=False):
        try:
            if kind == "names":
                found = namespace.names(code, at)
            else:
                text = namespace.description(code, at)
        except PositionOutside:
            return None
        finally:
            _answering.release()
    head = {"type": kind, "id": question["id"]}
    if kind == "inspect":
        return {**head, "text": text}
    names = [
        {"name": each.name, "kind": each.kind, "signature": each.signature}
        for each in found.names
    ]
    return {**head, "from": found.start, "to": found.end, "names": names}


class Namespace:
    """Variables and magics of a kernel. ``hidden`` are variables of IPython itself."""

    def __init__(
        self,
        variables: dict[str, Any],
        hidden: Mapping[str, Any],
        magics: Magics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._variables, self._hidden = variables, hidden
        self._magics, self._clock = magics, clock

    def names(self, code: str, at: int) -> Names:
        """Return the names that could stand at a position, in UTF-16 units.

        Raises ``PositionOutside``.
        """
        key = key_at(code, at)
        if key is not None:
            return self._keys(key)
        magic = magic_at(code, at)
        if magic is not None:
            known = self._magics[SORTS[magic.sign]]
            return magics_found(magic, [*known])
        until = self._clock() + WITHIN
        chain = names_chain(code, at)
        if chain is None:
            return Names(at, at)
        owner = self._value(chain.steps[:-1])
        beginning = chain.steps[-1].lower()
        found = _in_order(
            each
            for each in self._names(owner)
            if each.lower().startswith(beginning) and _is_name(each)
        )
        described = tuple(
            self._described(owner, each) if self._clock() < until else Name(each)
            for each in found[:MOST_NAMES]
        )
        return Names(chain.start, chain.end, described)

    def _keys(self, key: Key) -> Names:
        value = value_of(self._variables, key.owner)
        how = key.begun, key.quote, MOST_NAMES, LONGEST_NAME
        return keys_found(key, written_keys(value, *how))

    def description(self, code: str, at: int) -> str:
        """Return what is known of the name at a position; empty if that is nothing.

        Raises ``PositionOutside``.
        """
        chain = described_chain(code, at)
        if chain is None:
            return ""
        owner = self._value(chain.steps[:-1])
        value = self._value(chain.steps)
        if value is MISSING:
            return ""
        bound = owner is not None and is_bound(owner, chain.steps[-1], value)
        return shortened(description(chain.text, value, bound=bound))

    def _value(self, steps: Sequence[str]) -> object:
        """Return the value of a chain; None of an empty one, ``MISSING`` without it."""
        return value_of(self._variables, steps) if steps else None

    def _variable(self, name: str) -> object:
        return variable(self._variables, name)

    def _names(self, owner: object) -> Iterable[str]:
        if owner is MISSING:
            return []
        if owner is not None:
            return names(owner)
        own = [each for each in [*self._variables] if self._is_own(each)]
        return [*own, *keyword.kwlist, *vars(builtins)]

    def _is_own(self, name: object) -> bool:
        if type(name) is not str:
            return False
        known = self._hidden.get(name, MISSING)
        return known is MISSING or known is not self._variable(name)

    def _described(self, owner: object, name: str) -> Name:
        if owner is None:
            value = self._variable(name)
            if value is MISSING:
                return Name(name, "keyword")
            return Name(name, kind(value), _short(signature(value)))
        value, found = attribute(owner, name), stored(owner, name)
        bound = is_bound(owner, name, value)
        return Name(name, kind(found), _short(signature(value, bound=bound)))


def _short(text: str) -> str:
    return visible(text)[:500]


def _is_name(name: str) -> bool:
    return name.isidentifier() and len(name) <= LONGEST_NAME


def _in_order(found: Iterable[str]) -> list[str]:
    """Sort names, those that begin with an underscore last. Each is there once."""

    def rank(name: str) -> tuple[int, str]:
        return name.startswith("_") + name.startswith("__"), name.lower()

    return sorted(dict.fromkeys(found), key=rank)
