"""The connections of this server, of which some are sent what is new about runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ..core.roles import Role


class Session(Protocol):
    """One connection, as the runs of its room see it."""

    client_id: str

    @property
    def person(self) -> str:
        """The same for each client of one person."""

    @property
    def is_guest(self) -> bool:
        """Whether the person used a guest link."""

    @property
    def role(self) -> Role:
        """What the person may do in the room now."""

    def kernel_changed(self) -> None:
        """Send the state of the room's kernel, soon."""

    def question_changed(self) -> None:
        """Send the room's open question, soon, if this connection may decide."""


class Sessions:
    """The sessions of all rooms."""

    def __init__(self) -> None:
        self._sessions: dict[str, dict[str, Session]] = {}

    def add(self, room_id: str, session: Session) -> None:
        """Add a session in the place of an earlier one of the same client."""
        self._sessions.setdefault(room_id, {})[session.client_id] = session

    def remove(self, room_id: str, session: Session) -> bool:
        """Remove a session; return False if it was replaced. May be called again."""
        sessions = self._sessions.get(room_id, {})
        if sessions.get(session.client_id) is not session:
            return False
        del sessions[session.client_id]
        if not sessions:
            self._sessions.pop(room_id, None)
        return True

    def find(self, room_id: str, client_id: str) -> Session | None:
        """Return the session of a client."""
        return self._sessions.get(room_id, {}).get(client_id)

    def of(self, room_id: str) -> Iterator[Session]:
        """Yield the sessions of a room."""
        yield from list(self._sessions.get(room_id, {}).values())
