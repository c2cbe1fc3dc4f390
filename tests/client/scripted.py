"""A server of the test for one participant: it answers in the test's words."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jupyter_pairedit.client.asyncroom import AsyncRoom
from jupyter_pairedit.client.connection import SocketEvents
from jupyter_pairedit.client.credentials import Token
from jupyter_pairedit.client.entry import GuestEntry, MemberEntry
from jupyter_pairedit.core.links import GuestLink

CODE = "a = '😀'\nb = 2\n"
ROOM = "Zx81Commodore64Amiga50"
EPOCH = "e1"
KERNEL = {"type": "kernel", "state": "idle", "may": "ask"}


class Server:
    """The other side of one participant's sockets. It answers in the test's words."""

    def __init__(self) -> None:
        self.events: list[SocketEvents] = []
        self.received: list[dict[str, Any]] = []
        self.knows_runs = True

    def __call__(self, events: SocketEvents) -> Server:
        """Open a socket."""
        self.events.append(events)
        asyncio.get_running_loop().call_soon(events.opened)
        return self

    def send(self, frame: str) -> None:
        """Take a frame of the participant; answer ``hello``."""
        message = json.loads(frame)
        self.received.append(message)
        if message["type"] == "hello":
            asyncio.get_running_loop().call_soon(self._welcome, message)

    def close(self) -> None:
        """Take the end of a socket."""

    def say(self, message: dict[str, Any]) -> None:
        """Send the participant a message on its last socket."""
        self.events[-1].received(json.dumps(message))

    def lose(self) -> None:
        """Cut the connection."""
        self.events[-1].closed(1006, "")

    def _welcome(self, hello: dict[str, Any]) -> None:
        resumed = hello.get("version") == 0
        properties = {"title": "", "language": "python", "limit": 2}
        welcome = {"clientId": "c1", "epoch": EPOCH, "resumed": resumed, **properties}
        self.say({"type": "welcome", **welcome})
        if not resumed:
            self.say({"type": "initial_state", "code": CODE, "version": 0})
        else:
            self.say({"type": "code_update", "version": 0, "updates": []})
        person = {"name": "Ann", "color": 1, "clients": ["c1"]}
        self.say({"type": "presence", "people": [person]})
        if hello.get("runs") and self.knows_runs:
            self.say(KERNEL)

    async def asked(self, kind: str) -> dict[str, Any]:
        """Wait for a message of a type."""
        while True:
            for message in self.received:
                if message["type"] == kind:
                    self.received.remove(message)
                    return message
            await asyncio.sleep(0)


def room_of(server: Server, *, guest: bool = True) -> AsyncRoom:
    link = GuestLink("http://localhost:1/", ROOM, "inviteid", "secret")
    member = MemberEntry("http://localhost:1/", ROOM, Token("t"))
    room = AsyncRoom(GuestEntry(link, "Ann") if guest else member, None)
    room._participant._connection._dial = server
    return room


async def opened(server: Server, **options: bool) -> AsyncRoom:
    room = room_of(server, **options)
    await room.open(20)
    return room
