"""Rooms that the owner of a server opens by a name."""

from __future__ import annotations

from ..core.roomnames import RoomName
from ..stores.errors import RoomLimit
from ..stores.names import OpenedName
from .endings import ServerFull
from .hub import Hub
from .newroom import new_room


class NameTaken(Exception):
    """Another room has the name."""

    def __init__(self, room_id: str) -> None:
        super().__init__(
            f"Expected a name that no other room has, found that of room {room_id}."
        )


async def open_name(
    hub: Hub,
    owner: str,
    name: RoomName,
    author: str,
    *,
    room_id: str | None = None,
    code: str | None = None,
    title: str = "",
    language: str = "python",
    limit: int | None = None,
) -> OpenedName:
    """Return the owner's room of that name; ``author`` creates it if there is none.

    All but the name is for a new room; without ``title`` its title is the name. With
    ``room_id``, it is that room which has the name then. Raises ``NameTaken`` and
    ``RoomNamed``, and what ``Hub.create`` raises.
    """
    record, code = new_room(
        hub.limits,
        author,
        hub.now(),
        room_id=room_id,
        code=code,
        title=title or name.shown,
        language=language,
        limit=limit,
    )
    most = hub.limits.stored
    try:
        opened = await hub.store.open_name(owner, name, record, code, most)
    except RoomLimit:
        raise ServerFull("stored rooms", most) from None
    if room_id not in (None, opened.room_id):
        raise NameTaken(opened.room_id)
    return opened
