"""What a client has been refused, and when that is enough."""

from __future__ import annotations

from ..protocol import Close, Error, ErrorCode
from ..rooms.hub import Hub
from ..rooms.readers import Ending
from .sender import Connection


class Manners:
    """Answers what one client should not have sent; ``who`` is for the log."""

    def __init__(
        self, hub: Hub, connection: Connection, *, room_id: str, who: str
    ) -> None:
        self._hub = hub
        self._connection = connection
        self._room_id = room_id
        self._who = who
        self._malformed = 0
        self._forbidden = 0

    def refuse(self, code: ErrorCode, message: str) -> None:
        """Say why nothing was done; the connection stays."""
        self._note(code, message)
        self._connection.say(Error(code, message))

    def malformed(self, what: str) -> Ending | None:
        """Refuse what is no message; give an ending when it was once too often."""
        self._malformed += 1
        if self._malformed < self._hub.limits.malformed:
            self.refuse("malformed", what)
            return None
        self._note("malformed", what)
        return Ending(Close.MALFORMED, f"Malformed once more: {what}")

    def forbidden(self, what: str) -> Ending | None:
        """Refuse what this client may not do, in the same way."""
        self._forbidden += 1
        if self._forbidden < self._hub.limits.forbidden:
            self.refuse("forbidden", what)
            return None
        self._note("forbidden", what)
        return Ending(Close.FORBIDDEN, f"Forbidden once more: {what}")

    def _note(self, code: ErrorCode, message: str) -> None:
        self._hub.refused(code, self._room_id, self._who, message)
