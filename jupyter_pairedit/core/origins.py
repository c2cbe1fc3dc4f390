"""Origins of pages, as settings name them."""

from __future__ import annotations

import re
from collections.abc import Collection

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@*]+")


def parse_origins(value: object) -> tuple[frozenset[str], frozenset[str]]:
    """Return the origins of a list, or of a text with commas, and what is none there.

    An origin is ``null`` or ``scheme://host[:port]``. Raises ``TypeError`` for
    anything but text.
    """
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, Collection):
        raise TypeError
    found = {
        part.strip().lower().rstrip("/")
        for part in ",".join(parts).split(",")
        if part.strip()
    }
    bad = {each for each in found - {"null"} if not _ORIGIN.fullmatch(each)}
    return frozenset(found - bad), frozenset(bad)
