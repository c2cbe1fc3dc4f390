"""The simplest relay: Tornado, one handler, no checks, no storage."""

from __future__ import annotations

from collections import defaultdict
from typing import ClassVar

from tornado.websocket import WebSocketHandler

from .serving import serve


class Echo(WebSocketHandler):
    """Sends each message to every other client of its room."""

    rooms: ClassVar[defaultdict[str, set[Echo]]] = defaultdict(set)

    def open(self, room: str) -> None:
        """Join."""
        self.set_nodelay(True)
        self.others = self.rooms[room]
        self.others.add(self)

    def on_message(self, message: str | bytes) -> None:
        """Relay."""
        for client in self.others:
            if client is not self:
                client.write_message(message)

    def on_close(self) -> None:
        """Leave."""
        self.others.discard(self)


if __name__ == "__main__":
    serve([(r"/ws/(.+)", Echo)])
