"""Changes of title, language, limit and settings of rooms."""

from __future__ import annotations

from ..core.properties import NewProperties
from ..stores.base import Store
from ..stores.records import RoomRecord
from .hub import Hub
from .room import Room


async def change_room(
    hub: Hub, room_id: str, new: NewProperties, author: str, expected: int | None
) -> RoomRecord:
    """Change properties of a room for everybody in it, and return its record.

    Raises ``RoomNotFound`` and ``RoomChanged`` as ``Store.change`` does.
    """
    record = await hub.store.change(
        room_id,
        new,
        author=author,
        at=hub.now(),
        expected=expected,
        keep=hub.limits.room_changes,
    )
    if hub.is_in_memory(room_id):
        # One that is being read may have the record from before.
        (await hub.open(room_id)).adopt(record)
    return record


async def refresh_properties(store: Store, room: Room) -> None:
    """Read the properties of a room that another server has changed."""
    room.adopt(await store.record(room.record.room_id))
