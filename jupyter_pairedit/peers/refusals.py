"""People who find a room full: the members on all servers are sent their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..rooms.room import Room
from ..stores.peers import PeerStore


async def show_refusals(
    rooms: Mapping[str, Room], store: PeerStore, may_report: Callable[[str], bool]
) -> None:
    """Send the members on this server the names of people whom another one refused.

    Refusals from before a room was first given are not sent. ``may_report`` limits the
    names for each room, with those of this server. Raises ``StorageFailure``.
    """
    found = await store.refusals(rooms) if rooms else {}
    for room_id, room in rooms.items():
        audience, last = room.audience, found.get(room_id)
        number = last.number if last else 0
        known, audience.refusal = audience.refusal, number
        # The numbers begin again after a crash of PostgreSQL: only compare them.
        is_new = known is not None and known != number
        if last and is_new and last.server != store.server and may_report(room_id):
            audience.show_refused(last.name, last.is_guest)
