"""Whether a server is in use, as far as its rooms tell: it must not be culled then."""

from __future__ import annotations

from collections.abc import Callable


class Activity:
    """When somebody last typed.

    Guests count as long as somebody with Jupyter's login is in a room, and ``alone``
    seconds more: people whom nobody watches are not to keep a server running for ever.
    ``now`` gives seconds since 1970.
    """

    def __init__(self, now: Callable[[], float], alone: float) -> None:
        self._now = now
        self._alone = alone
        self._hosts = 0
        """Clients of people with Jupyter's login."""
        self._hosted = self.last = now()

    def came(self) -> None:
        """Note that a client of somebody with Jupyter's login has come into a room."""
        self._hosts += 1

    def left(self) -> None:
        """Note that a client that ``came`` has gone."""
        self._hosts -= 1
        self._hosted = self._now()

    def typed(self, *, guest: bool = False) -> None:
        """Note that somebody has changed the code of a room."""
        now = self._now()
        if not guest or self._hosts:
            self._hosted = now
        if now - self._hosted <= self._alone:
            self.last = now
