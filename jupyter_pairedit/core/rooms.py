"""What a room is called and what it may be: ids, links, languages and limits.

The kernel mints a room's id and the server accepts it, so both read the rules here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn
from urllib.parse import urlsplit

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

_PAGE_PATH = re.compile(rf"(?:.*/)?pairedit/room/({ROOM_ID.pattern})/?")


class NotARoom(ValueError):
    """What was given is neither a room id nor the address of a room's page."""


def mint_room_id(choice: Callable[[str], str]) -> str:
    """Make a new id; ``choice`` picks one character, as ``secrets.choice`` does."""
    return "".join(choice(ALPHABET) for _ in range(ROOM_ID_LENGTH))


def is_room_id(text: str) -> bool:
    """Say whether ``text`` has the form of a room id; such a room need not exist."""
    return ROOM_ID.fullmatch(text) is not None


def parse_room_link(text: str) -> str:
    """Give the id in ``text``, which is one or is the address of a room's page.

    What follows the path of an address (a query, a fragment) is not looked at.
    Raises ``NotARoom`` with a sentence of what was expected and found.
    """
    text = text.strip()
    if is_room_id(text):
        return text
    try:
        address = urlsplit(text)
    except ValueError:
        _refuse(text)
    page = _PAGE_PATH.fullmatch(address.path)
    # "host:8888/…" parses as the scheme "host"; only with "//" is a scheme meant.
    if page is None or (address.netloc and address.scheme not in ("http", "https")):
        _refuse(text)
    return page[1]


def _refuse(text: str) -> NoReturn:
    # Behind the # of a guest link that was mistyped is its key.
    text = text.partition("#")[0]
    found = text if len(text) <= 60 else text[:60] + "…"
    raise NotARoom(
        "expected a room id (16 to 32 letters and digits) or the URL of a room's page "
        f"(…/pairedit/room/<id>), found {found!r}"
    )
