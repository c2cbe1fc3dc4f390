"""Room ids, languages and limits that the server and the kernel share."""

from __future__ import annotations

import re
from collections.abc import Callable

ROOM_ID = re.compile(r"[A-Za-z0-9]{16,32}")
"""Letters and digits only: valid in a path, selected by a double click."""

ROOM_ID_LENGTH = 22
"""62**22 > 2**130: ids with 128 random bits cannot be guessed."""

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

LANGUAGES = ("python", "javascript", "markdown", "sql", "json", "text")
"""The languages that the editor highlights; the first one is the default, ``text`` has
no highlighting."""

TITLE_LENGTH = 120
"""The maximum length of a room's title, in characters."""
POINT_LENGTH = 80
"""The maximum length of a restore point's name, in characters."""

PEOPLE_LIMIT = 300
"""The maximum of a room's limit of people: the client limit of one server."""


def mint_room_id(choice: Callable[[str], str]) -> str:
    """Return a new id. ``choice`` picks a character, as ``secrets.choice`` does."""
    return "".join(choice(ALPHABET) for _ in range(ROOM_ID_LENGTH))


def is_room_id(text: str) -> bool:
    """Return whether ``text`` has the form of a room id."""
    return ROOM_ID.fullmatch(text) is not None
