"""Entering a room with the kernel's own connection.

It imports the client, so it is imported when the first room is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..client.entry import (
    BadLink,
    Entry,
    GuestEntry,
    InsecureAddress,
    is_private,
    server_of,
)
from ..client.errors import RoomError
from ..client.joining import opened
from ..client.passentry import PassEntry
from ..client.room import open_rooms
from ..client.servers import Server
from ..client.thread import loop_thread
from ..core.links import GuestLink
from .finding import find
from .session import ANSWER_WITHIN, Session, in_time

MOST_ROOMS = 32
"""Rooms of one kernel at a time."""
_FULL = f"This kernel is in {MOST_ROOMS} rooms, which is the limit."

_GUEST_NAME = "Python"
_INSECURE = "The kernel sends no key by http:// to another machine."


@dataclass(frozen=True)
class _Described:
    """What the server says of a room."""

    url: str


def enter(
    room_id: str, new: dict[str, Any] | None, guest: GuestLink | None, name: str
) -> tuple[Session | None, str]:
    """Enter a room; create it with ``new`` unless that is None.

    Returns the session, or None and the reason, a sentence. Raises ``BadLink``
    for a mistake in the server that the user gives.
    """
    if is_full():
        return None, _FULL
    try:
        if guest is not None:
            entry: Entry = GuestEntry(guest, name or _GUEST_NAME)
            if not is_private(entry.server):
                raise InsecureAddress
            return _enter(entry, None, ""), ""
        search = find()
        if search.server is None:
            return None, search.reason
        url = _described(search.server, room_id, new).url
        return _enter(search.server.kernel_entry(room_id), search.server, url), ""
    except InsecureAddress:
        return None, _INSECURE
    except RoomError as problem:
        return None, str(problem)


def enter_by_pass(server: str, room_id: str, secret: str) -> tuple[Session | None, str]:
    """Enter a room by a pass for the server at a URL, as the page has that.

    Returns the session, or None and the reason, a sentence.
    """
    if is_full():
        return None, _FULL
    try:
        entry = PassEntry(server_of(server), room_id, secret)
        if not is_private(entry.server):
            return None, _INSECURE
        return _enter(entry, None, ""), ""
    except (RoomError, BadLink) as problem:
        return None, str(problem)


def is_full() -> bool:
    """Return whether this kernel is in as many rooms as it may be."""
    return sum(isinstance(room, Session) for room in open_rooms) >= MOST_ROOMS


def _described(server: Server, room_id: str, new: dict[str, Any] | None) -> _Described:
    method = "GET" if new is None else "PUT"
    path = f"pairedit/rooms/{room_id}"
    return loop_thread().run(
        lambda: in_time(server.request(method, path, _Described, new))
    )


def _enter(entry: Entry, server: Server | None, url: str) -> Session:
    thread = loop_thread()
    context = server.ssl_context if server else None
    room = thread.run(lambda: opened(entry, context, ANSWER_WITHIN, runs=True))
    return Session(room, thread, entry, server, url)
