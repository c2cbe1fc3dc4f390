"""Which texts and numbers can be stored; shared by the server and the kernel."""

from __future__ import annotations

LARGEST = 2**53 - 1
"""The largest number in a message or a request. JavaScript has exact integers up to it,
and it fits into a column of each store."""


class BadChange(ValueError):
    """A text or change is invalid. The message names what was expected and found."""


def storable(text: str) -> str:
    """Return ``text`` if it can be stored and sent as JSON.

    Raises ``BadChange`` for U+0000 and for a lone surrogate.
    """
    if "\0" in text:
        raise BadChange("expected text without U+0000, found one")
    try:
        # 1 ms for 1 MB; a loop over the characters takes 20 to 40 ms.
        text.encode()
    except UnicodeEncodeError:
        raise BadChange("expected whole characters, found a lone surrogate") from None
    return text


def replaced(text: str) -> str:
    """Return a text with U+FFFD for what cannot be stored; see ``storable``."""
    text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        units = text.encode("utf-16-le", "surrogatepass")
        return units.decode("utf-16-le", "replace")
    return text
