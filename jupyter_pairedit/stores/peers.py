"""What servers that share a database tell each other of the rooms in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from ..core.carets import Caret

BEAT = 5.0
"""Seconds between two signs of life of a server."""
DEAD = 3 * BEAT
"""Seconds without one, after which a server counts as dead."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something is new in a room, and is to be looked up; ids only."""

    what: Literal["log", "people", "room", "all"]
    """Its log, who is in it, what it is and who may come in, or any of it."""
    room_id: str


EVERYTHING = Notice("all", "")
"""Something may be new in any room: what was told was not heard, or not said."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One client in a room, as its server tells the others."""

    client_id: str
    person: str
    """The identity of who it is: the same in each of their clients."""
    name: str
    color: int
    label: str | None = None
    """Of the link by which a guest came."""
    caret: Caret | None = None
    """Where it went last, other than by typing."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A seat as the database has it."""

    number: int
    """Grows with each that is taken: who came first has the right to it."""
    server: str
    seat: Seat
    removed_by: str | None
    """The person on another server who wants this client to be sent away."""


SEATS = "client_id, person, name, color, label, version, anchor, head"
"""The columns that say what a seat is."""


def seat_row(seat: Seat) -> tuple[object, ...]:
    """Give ``SEATS``."""
    caret = seat.caret
    place = (caret.version, caret.anchor, caret.head) if caret else (None, None, None)
    return (seat.client_id, seat.person, seat.name, seat.color, seat.label, *place)


def taken_by_room(
    room_ids: Iterable[str], rows: Iterable[Iterable[Any]]
) -> dict[str, list[Taken]]:
    """Read rows of the room, the number, the server, who removes it, and ``SEATS``."""
    taken: dict[str, list[Taken]] = {room_id: [] for room_id in room_ids}
    for room_id, number, server, removed_by, *columns in rows:
        client_id, person, name, color, label, version, anchor, head = columns
        caret = None if version is None else Caret(client_id, anchor, head, version)
        seat = Seat(client_id, person, name, color, label, caret)
        taken[room_id].append(Taken(number, server, seat, removed_by))
    return taken


@dataclass(frozen=True, slots=True)
class Head:
    """How far a room's log has come."""

    epoch: str
    """Of the room; another one means that it was made anew under its id."""
    version: int
    """The last one."""


class Neighbours(Protocol):
    """Servers on the same database. Every method may raise ``StorageFailure``."""

    server: str
    """The id of this one."""

    async def wait(self) -> Collection[Notice]:
        """Wait until another server has changed something; for one who waits.

        Gives ``EVERYTHING`` first of all, and whenever something may have been missed.
        """

    async def heads(self, room_ids: Iterable[str]) -> dict[str, Head]:
        """Give the head of each room's log; those that are no more are not in it."""

    async def sit(self, room_id: str, seats: Sequence[Seat]) -> None:
        """Tell who is in a room on this server: these, and nobody else any more."""

    async def seats(self, room_ids: Iterable[str]) -> dict[str, list[Taken]]:
        """Give the seats taken on all living servers, for each room by number."""

    async def remove(self, room_id: str, client_id: str, by: str) -> bool:
        """Ask the server of a client to send it away; False if there is no such one."""

    async def beat(self) -> None:
        """Show that this server lives, and forget those that do not."""

    async def close(self) -> None:
        """Give up the seats of this server. May be called again."""
