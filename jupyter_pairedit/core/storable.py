"""What a room can hold, which is asked in a kernel as well."""

from __future__ import annotations

LARGEST = 2**53 - 1
"""The largest number in a message or a request: JavaScript counts exactly up to it, and
each store has a column for it."""


class BadChange(ValueError):
    """A text or a change that no room can hold; says expected and found."""


def storable(text: str) -> str:
    """Return ``text`` if every store and every JSON can hold it.

    Raises ``BadChange`` for U+0000 and for a lone surrogate.
    """
    if "\0" in text:
        raise BadChange("expected text without U+0000, found one")
    try:
        # Takes 1 ms for 1 MB; a loop over the characters takes 20 to 40.
        text.encode()
    except UnicodeEncodeError:
        raise BadChange("expected whole characters, found a lone surrogate") from None
    return text
