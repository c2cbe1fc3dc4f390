"""What a room is called and what it may be: ids, languages and limits.

The kernel mints a room's id and the server accepts it, so both read the rules here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

ROOM_ID = re.compile(r"[A-Za-z0-9]{16,32}")
"""An id is a capability of its own among the people of one server: hard to guess, and
plain enough for a path, a double click and a voice."""

ROOM_ID_LENGTH = 22
"""62**22 is more than 2**130; 128 random bits cannot be found by asking."""

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

LANGUAGES = ("python", "javascript", "markdown", "sql", "json", "text")
"""What the editor colours; the first is the default, ``text`` has no colours."""

TITLE_LENGTH = 120
"""Characters of a room's title."""
POINT_LENGTH = 80
"""Characters of a restore point's name."""

PEOPLE_LIMIT = 300
"""The most people that a room's own limit may allow: the clients of one server."""


def mint_room_id(choice: Callable[[str], str]) -> str:
    """Make a new id; ``choice`` picks one character, as ``secrets.choice`` does."""
    return "".join(choice(ALPHABET) for _ in range(ROOM_ID_LENGTH))


def is_room_id(text: str) -> bool:
    """Say whether ``text`` has the form of a room id; such a room need not exist."""
    return ROOM_ID.fullmatch(text) is not None
