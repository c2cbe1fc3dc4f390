"""What a room can hold, which is asked in a kernel as well."""

from __future__ import annotations


class BadChange(ValueError):
    """A text or a change that no room can hold; says expected and found."""


def storable(text: str) -> str:
    """Pass on text that every store and every JSON can hold.

    Raises ``BadChange`` for U+0000 and for a lone surrogate.
    """
    if "\0" in text:
        raise BadChange("expected text without U+0000, found one")
    if not text.isascii() and any("\ud800" <= unit <= "\udfff" for unit in text):
        raise BadChange("expected whole characters, found a lone surrogate")
    return text
