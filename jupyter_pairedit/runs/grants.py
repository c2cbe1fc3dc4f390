"""What members permit to guests for a while: to run code, and to be trusted."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Grant:
    by: str
    until: float


class Grants:
    """Permissions in memory. Each ends with the guest's connection, or after a time.

    ``clock`` is monotonic; ``lasts`` is in seconds.
    """

    def __init__(self, lasts: float, clock: Callable[[], float]) -> None:
        self._lasts = lasts
        self._clock = clock
        self._runs: dict[tuple[str, str], _Grant] = {}
        """By room and client: who may run versions, and the name of who permits it."""
        self._trusts: dict[tuple[str, str, str], float] = {}
        """By room, client and person: until when the client's text counts as shown."""

    def permit_runs(self, room_id: str, client_id: str, by: str) -> None:
        """Let a guest run versions without asking. ``by`` is a name."""
        self._runs[room_id, client_id] = _Grant(by, self._clock() + self._lasts)

    def permits_runs(self, room_id: str, client_id: str) -> str:
        """Return the name of who lets this guest run versions; empty if nobody."""
        grant = self._runs.get((room_id, client_id))
        return grant.by if grant and grant.until > self._clock() else ""

    def trust(self, room_id: str, client_id: str, person: str) -> None:
        """Let a guest's text count as shown to a person."""
        self._trusts[room_id, client_id, person] = self._clock() + self._lasts

    def trusted(self, room_id: str, person: str) -> Set[str]:
        """Return the ids of the clients whose text counts as shown to a person.

        Not names: another guest may have given the same one.
        """
        now = self._clock()
        return {
            client_id
            for (room, client_id, whose), until in self._trusts.items()
            if (room, whose) == (room_id, person) and until > now
        }

    def end(self, room_id: str, client_id: str) -> bool:
        """End all that a guest was permitted; return whether there was something."""
        had = self._runs.pop((room_id, client_id), None) is not None
        for key in [key for key in self._trusts if key[:2] == (room_id, client_id)]:
            del self._trusts[key]
            had = True
        return had
