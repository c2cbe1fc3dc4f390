"""The bounds of each limit, and which values that somebody has set are within them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TypeGuard

from .identifiers import PEOPLE_LIMIT
from .limits import KIB, MIB, Limits

CODE = (1, 64 * MIB)
"""Bytes of UTF-8 of a room's code: a frame is at least twice as large."""
PEOPLE = (1, PEOPLE_LIMIT)
"""People in a room at a time."""

_DAY = 24 * 3_600.0
_COUNT = (1, 10**9)
_TIME = (0.01, 3_660 * _DAY)
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "code": CODE,
    "people": PEOPLE,
    "frame": (1_000, 256 * MIB),
    # A hello has a key and a name.
    "first_frame": (KIB, MIB),
    "guest_frame": (KIB, 256 * MIB),
    "body": (KIB, 256 * MIB),
    # SQLite takes milliseconds in 32 bits.
    "storage_wait": (0.01, 3_600.0),
    # A lost connection is found by the next ping.
    "ping_interval": (0.01, _DAY),
    "ping_timeout": (0.01, _DAY),
}
_NAMES = frozenset(field.name for field in fields(Limits))


def bounds(name: str) -> tuple[float, float]:
    """Return the least and the greatest value of a limit.

    Both are whole numbers where the limit counts something, and ``float`` where it is
    a time in seconds. A limit without bounds of its own has those of its type.
    """
    whole = isinstance(getattr(Limits(), name), int)
    return _BOUNDS.get(name, _COUNT if whole else _TIME)


def check_limits(
    found: Mapping[str, object], base: Limits
) -> tuple[Limits, tuple[str, ...]]:
    """Return ``base`` with the values of ``found`` that are within their bounds.

    ``found`` has values by the names of limits. A value that is refused leaves that of
    ``base`` in place; the second result has a line for each, which names the limit,
    its bounds and the value. ``frame`` follows ``code`` unless it is in ``found``.
    """
    accepted: dict[str, float] = {"frame": 0}
    refused = []
    for name, value in found.items():
        if name not in _NAMES:
            continue
        low, high = bounds(name)
        if is_number(value, low, high):
            accepted[name] = type(low)(value)
        else:
            refused.append(name)
    # mypy cannot see that each name has a value of its own type.
    limits = replace(base, **accepted)  # type: ignore[arg-type]
    lines = [
        f"{_limit(name)}: {expected(*bounds(name), found[name])}; "
        f"using {getattr(limits, name)}"
        for name in refused
    ]
    lines += [
        f"{_limit(name)}: there is no limit of that name; it is ignored"
        for name in found
        if name not in _NAMES
    ]
    return limits, tuple(lines)


def is_number(value: object, low: float, high: float) -> TypeGuard[float]:
    """Return whether ``value`` is within bounds, and whole if they are."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if isinstance(low, int) and not isinstance(value, int):
        return False
    return low <= value <= high  # nan is not


def expected(low: float, high: float, value: object, unit: str = "seconds") -> str:
    """Return the bounds and the value that is not within them, for a line of a log.

    ``unit`` is named where the bounds are not whole.
    """
    kind = "a whole number" if isinstance(low, int) else f"a number of {unit}"
    return f"expected {kind} from {low} to {high:.0f}, found {shown(value)}"


def shown(value: object) -> str:
    """Return a value of a setting for a line of a log, in at most 40 characters."""
    try:
        return repr(value)[:40]
    except ValueError:  # of a number with thousands of digits
        return "a number of thousands of digits"


def _limit(name: object) -> str:
    return f"PairEdit.limits[{shown(name)}]"
