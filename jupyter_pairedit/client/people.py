"""Who is in the room, and the names of those who were."""

from __future__ import annotations

from ..protocol import Presence
from .views import Person

_MOST_NAMES = 1_000


class People:
    """Follows the people in a room."""

    def __init__(self) -> None:
        self.present: tuple[Person, ...] = ()
        """Everybody, in the order in which they came; nobody without a connection."""
        self.known = False
        """Whether the list has arrived. A kernel may be in a room without people."""
        self._names: dict[str, str] = {}

    def received(self, presence: Presence, me: str) -> None:
        """Apply a message, for the client ``me``."""
        if not isinstance(presence.people, list):
            return
        self.known = True
        self.present = tuple(
            Person(each.name, each.guest, each.label, me in each.clients)
            for each in presence.people
        )
        for each in presence.people:
            for client in each.clients:
                self._names.pop(client, None)
                self._names[client] = each.name
        while len(self._names) > _MOST_NAMES:
            self._names.pop(next(iter(self._names)))

    def disconnected(self) -> None:
        """Note that it is not known who is in the room."""
        self.present, self.known = (), False

    def name_of(self, client_id: str) -> str:
        """Return the name of who has or had this client; empty if it is not known."""
        return self._names.get(client_id, "")
