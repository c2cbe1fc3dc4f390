"""Which texts and numbers can be stored; shared by the server and the kernel."""

from __future__ import annotations

import re

LARGEST = 2**53 - 1
"""The largest number in a message or a request. JavaScript has exact integers up to it,
and it fits into a column of each store."""

_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


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


def made_storable(text: str) -> str:
    """Return ``text`` with U+FFFD in the place of what ``storable`` refuses.

    For text that nobody can be asked to correct, such as what a program prints.
    """
    try:
        return storable(text)
    except BadChange:
        return _NOT_STORABLE.sub(_REPLACEMENT, text)
