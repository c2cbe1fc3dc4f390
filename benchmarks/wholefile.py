"""The prototype's protocol on plain Tornado: the whole file for every key."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import ClassVar

from tornado.websocket import WebSocketHandler

from .serving import serve


@dataclass
class Room:
    """One shared file, in memory only."""

    code: str = "# Start coding here...\n"
    clients: set[WholeFile] = field(default_factory=set)


class WholeFile(WebSocketHandler):
    """Takes a whole file and sends it to every other client of the room."""

    rooms: ClassVar[defaultdict[str, Room]] = defaultdict(Room)

    def open(self, room: str) -> None:
        """Join, and receive the file."""
        self.set_nodelay(True)
        self.room = self.rooms[room]
        self.room.clients.add(self)
        self.write_message({"type": "initial_state", "code": self.room.code})

    def on_message(self, message: str | bytes) -> None:
        """Replace the file."""
        self.room.code = json.loads(message)["code"]
        update = json.dumps({"type": "code_update", "code": self.room.code})
        for client in self.room.clients:
            if client is not self:
                client.write_message(update)

    def on_close(self) -> None:
        """Leave."""
        self.room.clients.discard(self)


if __name__ == "__main__":
    serve([(r"/ws/(.+)", WholeFile)])
