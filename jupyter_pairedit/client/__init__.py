"""Programs as participants of a room: ``connect`` and ``aconnect``.

The names are imported at their first use (PEP 562): a kernel needs the errors at once,
and the rest when it connects.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..core.outputs import Output
    from .asyncroom import AsyncRoom
    from .asyncruns import AsyncRun
    from .entry import BadLink, InsecureAddress
    from .errors import (
        Ambiguous,
        Forbidden,
        Moved,
        NotConnected,
        NotSaved,
        RoomError,
        RunRefused,
        ServerError,
        TextNotFound,
        TooOld,
        Unread,
        UnreadLine,
    )
    from .joining import aconnect, connect
    from .positions import Span
    from .reading import ChangeReader
    from .room import Room
    from .runs import RoomRun
    from .syncruns import Run
    from .thread import Forked
    from .views import BlameLine, Change, Edit, HistoryEntry, Person, View

_MODULES = {
    "asyncroom": ("AsyncRoom",),
    "asyncruns": ("AsyncRun",),
    "entry": ("BadLink", "InsecureAddress"),
    "errors": (
        "Ambiguous",
        "Forbidden",
        "Moved",
        "NotConnected",
        "NotSaved",
        "RoomError",
        "RunRefused",
        "ServerError",
        "TextNotFound",
        "TooOld",
        "Unread",
        "UnreadLine",
    ),
    "joining": ("aconnect", "connect"),
    "positions": ("Span",),
    "reading": ("ChangeReader",),
    "room": ("Room",),
    "runs": ("Output", "RoomRun"),
    "syncruns": ("Run",),
    "thread": ("Forked",),
    "views": ("BlameLine", "Change", "Edit", "HistoryEntry", "Person", "View"),
}

__all__ = [
    "Ambiguous",
    "AsyncRoom",
    "AsyncRun",
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
    "Output",
    "Person",
    "Room",
    "RoomError",
    "RoomRun",
    "Run",
    "RunRefused",
    "ServerError",
    "Span",
    "TextNotFound",
    "TooOld",
    "Unread",
    "UnreadLine",
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
