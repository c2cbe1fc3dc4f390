"""Names by which the owner of a server opens rooms."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from .names import visible

ROOM_NAME_LENGTH = 80
"""The maximum length of a room's name, in characters."""

_EXPECTED = f"expected a room's name of 1 to {ROOM_NAME_LENGTH} visible characters"


class BadRoomName(ValueError):
    """The text cannot be the name of a room. The message has no part of the text."""


@dataclass(frozen=True, slots=True)
class RoomName:
    """The name of a room. Two names with one ``key`` are the same name."""

    shown: str
    key: str
    """``shown`` without the difference of capital and small letters."""


def room_name(text: str) -> RoomName:
    """Return the name that ``text`` is without what is invisible in it.

    Raises ``BadRoomName`` if nothing is left, or too much.
    """
    shown = visible(text)
    if not shown:
        raise BadRoomName(f"{_EXPECTED}, found none")
    if len(shown) > ROOM_NAME_LENGTH:
        raise BadRoomName(f"{_EXPECTED}, found {len(shown)}")
    # Folding can take letters and marks apart, so that it is composed again.
    return RoomName(shown, unicodedata.normalize("NFC", shown.casefold()))
