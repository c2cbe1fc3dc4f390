"""When the rooms of a server were last edited: a server in use must not be culled."""

from __future__ import annotations

from collections.abc import Callable


class Activity:
    """The time of the last edit that keeps the server running.

    Edits of guests count while a member (a person with Jupyter's login) is connected,
    and for ``unattended`` seconds after. ``now`` returns seconds since 1970.
    """

    def __init__(self, now: Callable[[], float], unattended: float) -> None:
        self._now = now
        self._unattended = unattended
        self._members = 0
        self._attended_at = self.last = now()

    def member_joined(self) -> None:
        """Record that a client of a member has joined a room."""
        self._members += 1

    def member_left(self) -> None:
        """Record that a client of a member has left."""
        self._members -= 1
        self._attended_at = self._now()

    def record_edit(self, *, guest: bool = False) -> None:
        """Record an edit of a member or of a guest."""
        now = self._now()
        if not guest or self._members:
            self._attended_at = now
        if now - self._attended_at <= self._unattended:
            self.last = now
