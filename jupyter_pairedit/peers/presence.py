"""The people in a room: shared with other servers as seats, and shown from theirs."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from ..core.presence import Participant
from ..core.storable import BadChange
from ..rooms.room import Room
from ..stores.peers import Announcement, PeerClient


def seats_here(room: Room) -> list[PeerClient]:
    """Return the clients of a room on this server, in the order in which they came.

    Carets are included only if there are people on other servers to see them.
    """
    presence, carets = room.audience.presence, room.audience.carets
    return [
        PeerClient(
            client_id,
            person.person,
            person.name,
            person.color,
            person.label,
            carets.placed(client_id) if presence.remote else None,
        )
        for person in presence.local
        for client_id in person.clients
    ]


def announcement(
    room_id: str, before: Sequence[PeerClient] | None, now: Sequence[PeerClient]
) -> Announcement | None:
    """Return how the clients of a room have changed, or None if they have not.

    ``before`` is None if it is not known which clients other servers know.
    """
    if before is None:
        return Announcement(room_id, now)
    known = set(before)
    clients = [each for each in now if each not in known]
    left = {each.client_id for each in before} - {each.client_id for each in now}
    return Announcement(room_id, clients, left) if clients or left else None


async def show_elsewhere(room: Room, seats: Sequence[PeerClient]) -> None:
    """Show who is in a room on other servers, and where their carets are.

    Raises ``StorageFailure``.
    """
    # A caret can only be placed in a version that this server has read.
    versions = (each.caret.version for each in seats if each.caret)
    await room.catch_up(max(versions, default=0))
    audience = room.audience
    audience.presence.set_remote(_people(seats))
    gone = audience.carets.clients - audience.presence.clients
    for client_id in gone:
        audience.carets.remove(client_id)
    for each in seats:
        known = audience.carets.placed(each.client_id)
        if each.caret is not None and known != each.caret:
            # It may be far behind, or of a faulty client.
            with contextlib.suppress(BadChange):
                room.place_caret(each.caret)
    audience.people_changed()
    if gone:
        audience.wake()


def _people(seats: Sequence[PeerClient]) -> list[Participant]:
    people: dict[str, Participant] = {}
    for each in seats:
        known = people.get(each.person)
        clients = (*known.clients, each.client_id) if known else (each.client_id,)
        people[each.person] = Participant(
            each.person, each.name, each.color, clients, each.label
        )
    return list(people.values())
