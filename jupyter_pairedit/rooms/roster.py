"""The list of people in a room as it is sent to readers: rarely, however many come."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from ..core.presence import Difference, Participant, Presence, difference

MOST = 5
"""How often the list changes within ``PERIOD`` at most."""
PERIOD = 1.0  # seconds

CROWD = 20
"""With more clients than this, the list changes at most once within ``SPACING``: each
change is a message to each of them."""
SPACING = 0.5  # seconds

_KEPT = 10
"""Earlier lists, for readers that have to be sent the difference to the newest one."""


class Timers(Protocol):
    """The part of an event loop that is used."""

    def time(self) -> float:
        """Return monotonic seconds."""

    def call_at(self, when: float, callback: Callable[[], None]) -> object:
        """Call ``callback`` at a time of the same clock."""


class Roster:
    """A copy of the list of people that is renewed at most five times a second, or
    twice in a crowd.

    ``renewed`` is called with the clients that are new in the list, after each renewal
    and when none is pending any more.
    """

    def __init__(
        self,
        presence: Presence,
        renewed: Callable[[frozenset[str]], None],
        timers: Callable[[], Timers] = asyncio.get_running_loop,
    ) -> None:
        self.generation = 0
        """Incremented by each renewal."""
        self.people: tuple[Participant, ...] = ()
        self.clients: frozenset[str] = frozenset()
        """The clients of the people."""
        self.pending = False
        """Whether the list will be renewed."""
        self._presence = presence
        self._renewed = renewed
        self._timers = timers
        self._times = deque[float](maxlen=MOST)
        """When the list was renewed the last times."""
        self._earlier: dict[int, tuple[Participant, ...]] = {0: ()}
        """Lists by their generations, the newest one last."""

    def update(self) -> None:
        """Renew the list, now or as soon as that may be done, if it has changed."""
        if self.pending or self._presence.people == self.people:
            return
        timers, due = self._timers(), self._due()
        if timers.time() >= due:
            self._renew(timers.time())
        else:
            self.pending = True
            timers.call_at(due, self._renew_now)

    def _due(self) -> float:
        """Return the time from which the list may be renewed again."""
        times = self._times
        due = times[0] + PERIOD if len(times) == MOST else float("-inf")
        if len(self.clients) > CROWD:
            return max(due, times[-1] + SPACING)
        return due

    def since(self, generation: int) -> Difference | None:
        """Return what has changed since a generation; None if that is unknown."""
        before = self._earlier.get(generation)
        return None if before is None else difference(before, self.people)

    def _renew_now(self) -> None:
        self.pending = False
        if self._presence.people == self.people:
            # Somebody came who left again. Others may wait for the end of this.
            self._renewed(frozenset())
        else:
            self._renew(self._timers().time())

    def _renew(self, now: float) -> None:
        self._times.append(now)
        self.generation += 1
        self.people = self._presence.people
        before, self.clients = self.clients, frozenset(self._presence.clients)
        self._earlier[self.generation] = self.people
        self._earlier.pop(self.generation - _KEPT, None)
        self._renewed(self.clients - before)
