"""Who may be at the other end of a connection, as a conversation knows them."""

from __future__ import annotations

from typing import Protocol

from ..core.roles import Role
from ..guests.guest import Guest
from ..protocol import Welcome
from ..rooms.room import Room


class Visitor(Protocol):
    """Who is there, by an identity that the server vouches for."""

    @property
    def person(self) -> str:
        """Give an identity, the same in each of their clients."""

    @property
    def name(self) -> str:
        """What to show in the room, which makes it clean and unique."""

    @property
    def author(self) -> str:
        """What the log says of what they write."""

    @property
    def role(self) -> Role:
        """What they may do now, for their editor to know."""

    @property
    def guest(self) -> Guest | None:
        """Whoever came by a link; None for somebody with Jupyter's login."""

    async def may(self, message: str) -> bool:
        """Say whether they may send a message of this type, now."""


def welcome(
    room: Room, visitor: Visitor, client_id: str, resumed: bool, suggestions: bool
) -> Welcome:
    """Tell a client who it is, what it may do, and what the room is."""
    record, guest = room.record, visitor.guest
    return Welcome(
        client_id=client_id,
        epoch=record.epoch,
        resumed=resumed,
        title=record.title,
        language=record.language,
        limit=record.limit,
        role=visitor.role,
        guest=guest is not None,
        resume="" if guest is None else guest.resume,
        autocomplete=suggestions,
    )
