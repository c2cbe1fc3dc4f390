"""Programs as participants of a room: ``connect`` and ``aconnect``.

The names are imported at their first use (PEP 562): a kernel needs the errors at once,
and the rest when it connects.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_MODULES = {
    "asyncroom": ("AsyncRoom", "ChangeReader"),
    "entry": ("BadLink", "InsecureAddress"),
    "errors": (
        "Ambiguous",
        "Forbidden",
        "Moved",
        "NotConnected",
        "NotSaved",
        "RoomError",
        "ServerError",
        "TextNotFound",
        "TooOld",
    ),
    "joining": ("aconnect", "connect"),
    "positions": ("Span",),
    "room": ("Room",),
    "thread": ("Forked",),
    "views": ("BlameLine", "Change", "Edit", "HistoryEntry", "Person", "View"),
}

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


def __getattr__(name: str) -> Any:
    """Import the module of a public name."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
