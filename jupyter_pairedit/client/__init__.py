"""Programs as participants of a room: ``connect`` and ``aconnect``."""

from __future__ import annotations

from .asyncroom import AsyncRoom, ChangeReader
from .entry import BadLink, InsecureAddress
from .errors import (
    Ambiguous,
    Forbidden,
    Moved,
    NotConnected,
    NotSaved,
    RoomError,
    ServerError,
    TextNotFound,
    TooOld,
)
from .joining import aconnect, connect
from .positions import Span
from .room import Room
from .thread import Forked
from .views import BlameLine, Change, Edit, HistoryEntry, Person, View

__all__ = [
    "Ambiguous",
    "AsyncRoom",
    "BadLink",
    "BlameLine",
    "Change",
    "ChangeReader",
    "Edit",
    "Forbidden",
    "Forked",
    "HistoryEntry",
    "InsecureAddress",
    "Moved",
    "NotConnected",
    "NotSaved",
    "Person",
    "Room",
    "RoomError",
    "ServerError",
    "Span",
    "TextNotFound",
    "TooOld",
    "View",
    "aconnect",
    "connect",
]
