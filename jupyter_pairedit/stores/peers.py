"""What servers that share a database tell each other about its rooms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from ..core.carets import Caret

HEARTBEAT = 5.0
"""Seconds between two heartbeats of a server."""
DEAD = 3 * HEARTBEAT
"""Seconds without a heartbeat after which a server counts as dead."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something has changed in a room and is to be read from the database."""

    what: Literal["log", "people", "room", "run", "seat", "all"]
    """Its log, its clients, its record or invites, its runs or their outputs, who last
    found no seat in it, or any of these."""
    room_id: str


EVERYTHING = Notice("all", "")
"""Anything may have changed in any room: notices may have been missed."""


@dataclass(frozen=True, slots=True)
class PeerClient:
    """One client in a room, as its server announces it to the others."""

    client_id: str
    person: str
    """The identity of its user, the same in each of the user's clients."""
    name: str
    color: int
    label: str | None = None
    """The label of a guest's invite; None for members."""
    caret: Caret | None = None
    """Where its caret was last placed, other than by typing."""


@dataclass(frozen=True, slots=True)
class PeerEntry:
    """A client as it is stored in the database."""

    number: int
    """Increases with each new client: lower numbers have precedence."""
    server: str
    client: PeerClient
    removed_by: str | None
    """The person on another server who has requested the removal of the client."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The last person who may join a room and found no seat."""

    number: int
    """Differs from the one before in the same room."""
    server: str
    """The server to which the person had connected."""
    name: str
    is_guest: bool


@dataclass(frozen=True, slots=True)
class Announcement:
    """How the clients that a room has on this server have changed."""

    room_id: str
    clients: Sequence[PeerClient]
    """Those that are new or have changed, in the order in which they came."""
    left: Collection[str] | None = None
    """The ids of those that are gone; None: all others."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a room's log."""

    epoch: str
    """The epoch of the room. A room that is created again has another one."""
    version: int
    """The last version."""
    changes: int = 0
    """How often the properties of the room were changed."""
    run_changes: int = 0
    """How often its runs were changed; see ``RunStore.news``."""


class PeerStore(Protocol):
    """Servers on the same database. Every method may raise ``StorageFailure``."""

    server: str
    """The id of this server."""

    @property
    def alone(self) -> bool:
        """Whether it is certain that no other server has the database open."""

    async def wait(
        self, needed: Callable[[], bool] = lambda: True
    ) -> Collection[Notice]:
        """Wait for changes by other servers; return them. For one caller at a time.

        Returns ``EVERYTHING`` first, and whenever notices may have been missed. May
        return nothing when ``needed`` has become false.
        """

    async def heads(self, room_ids: Iterable[str]) -> dict[str, Head]:
        """Return the head of each room's log; rooms that do not exist are left out."""

    async def announce(self, changes: Sequence[Announcement]) -> None:
        """Store how the clients of rooms have changed, in one transaction."""

    async def clients(self, room_ids: Iterable[str]) -> dict[str, list[PeerEntry]]:
        """Return the clients of each room on all living servers, by number."""

    async def request_removal(self, room_id: str, client_id: str, by: str) -> bool:
        """Ask the server of a client to remove it; False if there is no such client."""

    async def refuse(self, room_id: str, name: str, is_guest: bool) -> None:
        """Store that a person found no seat, in place of the one before.

        Does nothing if there is no such room.
        """

    async def refusals(self, room_ids: Iterable[str]) -> dict[str, Refusal]:
        """Return the last refusal in each room; rooms without one are left out."""

    async def living(self) -> Collection[str]:
        """Return the ids of servers that are alive.

        Those with clients, or with heartbeats, are among them; others may be missing.
        """

    async def heartbeat(self) -> None:
        """Record that this server is alive; delete servers that are dead."""

    async def close(self) -> None:
        """Withdraw the clients of this server. May be called again."""
