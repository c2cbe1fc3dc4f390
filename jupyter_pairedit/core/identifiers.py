"""Room ids, languages and limits that the server and the kernel share."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable

ROOM_ID = re.compile(r"[A-Za-z0-9]{16,32}")
"""Letters and digits only: valid in a path, selected by a double click."""

ROOM_ID_LENGTH = 22
"""62**22 > 2**130: ids with 128 random bits cannot be guessed."""

_CLIENT_ID_LENGTH = 6
"""Characters of six bits each."""

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

LANGUAGES = ("python", "javascript", "markdown", "sql", "json", "text")
"""The languages that the editor highlights; the first one is the default, ``text`` has
no highlighting."""

TITLE_LENGTH = 120
"""The maximum length of a room's title, in characters."""
POINT_LENGTH = 80
"""The maximum length of a restore point's name, in characters."""
LABEL_LENGTH = 80
"""The maximum length of a guest link's label, in characters."""

PEOPLE_LIMIT = 300
"""The maximum of a room's limit of people: the client limit of one server."""


def mint_room_id(choice: Callable[[str], str]) -> str:
    """Return a new id. ``choice`` picks a character, as ``secrets.choice`` does."""
    return "".join(choice(ALPHABET) for _ in range(ROOM_ID_LENGTH))


def client_id_of(secret: str, key: str) -> str:
    """Return the id of the client that has ``key``, derived with the room's secret.

    A client that reconnects with its key has the same id, and no other client can get
    it. The id has 36 bits because each update on the wire includes it; without the
    secret, a key with a given id can only be searched for by connecting.
    """
    digest = hmac.digest(secret.encode(), b"pairedit-client-1" + key.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:6])[:_CLIENT_ID_LENGTH].decode()


def is_room_id(text: str) -> bool:
    """Return whether ``text`` has the form of a room id."""
    return ROOM_ID.fullmatch(text) is not None
