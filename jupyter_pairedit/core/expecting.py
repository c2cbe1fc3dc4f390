"""Refusing arguments of another type before anything happens.

The messages name types alone: a value may be a key, a token or a whole text.
"""

from __future__ import annotations

import math
from operator import index


def expect(name: str, value: object, kind: type, *, optional: bool = False) -> None:
    """Raise ``TypeError`` unless an argument is of a type, or may be and is None."""
    if not isinstance(value, kind) and not (optional and value is None):
        raise _wrong_type(name, value, f"{_with_article(kind)}{' or None' * optional}")


def whole_number(name: str, value: object) -> int:
    """Return an argument as an ``int``, also one of numpy. Raises ``TypeError``."""
    try:
        return index(value)  # type: ignore[arg-type]
    except TypeError:
        raise _wrong_type(name, value, "an int") from None


def whole_number_or_none(name: str, value: object) -> int | None:
    """Return an argument as an ``int``, or None. Raises ``TypeError``."""
    return None if value is None else whole_number(name, value)


def seconds(name: str, value: object, expected: str = "seconds") -> float:
    """Return a number of seconds.

    Raises ``TypeError``, and ``ValueError`` for what is not a number.
    """
    if not hasattr(type(value), "__float__"):
        raise _wrong_type(name, value, expected)
    found = float(value)  # type: ignore[arg-type]
    if math.isnan(found):
        raise ValueError(f"expected {expected} for {name}, found nan")
    return found


def seconds_or_none(name: str, value: object) -> float | None:
    """Return a number of seconds, or None. Raises as ``seconds`` does."""
    return None if value is None else seconds(name, value, "seconds or None")


def span_or_none(name: str, value: object) -> tuple[int, int] | None:
    """Return the start and the end of a range, or None. Raises ``TypeError``."""
    if value is None:
        return None
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise _wrong_type(name, value, "a start and an end, or None,")
    start, end = value
    return whole_number(f"the start of {name}", start), whole_number(
        f"the end of {name}", end
    )


def expect_function(name: str, value: object) -> None:
    """Raise ``TypeError`` unless an argument can be called."""
    if not callable(value):
        raise _wrong_type(name, value, "a function")


def _wrong_type(name: str, value: object, expected: str) -> TypeError:
    """Return the error for an argument of another type than ``expected``, words."""
    found = "None" if value is None else _with_article(type(value))
    return TypeError(f"expected {expected} for {name}, found {found}")


def _with_article(kind: type) -> str:
    article = "an" if kind.__name__[0] in "aeiouAEIOU" else "a"
    return f"{article} {kind.__name__}"
