"""Why the server ends connections, and when it takes no more of them."""

from __future__ import annotations

from ..protocol import Close, Ending

RESTARTING = Ending(Close.RESTARTING, "The server stops or starts again.")
DELETED = Ending(Close.ROOM_DELETED, "The room was deleted.")


class ServerFull(Exception):
    """The server has as many rooms or clients as it can take."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"This server takes {limit} {what} at a time.")
