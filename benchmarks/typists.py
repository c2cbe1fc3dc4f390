"""Clients that send what an editor would send, one kind for each protocol.

Each records when it receives keys of others. That of the hub is not a participant by
``jupyter_pairedit.aconnect``, so that all servers are compared with equal clients.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Callable
from time import perf_counter
from typing import Any, Protocol

import msgspec

from .servers import Server
from .wire import Address, Connection, connect

_PATIENCE = 20.0
"""Seconds to wait for an expected message."""


Saw = Callable[[int, float], None]
"""Called with the number of received keys and the time of their arrival."""


_MOST = 500
"""Edits in a push: the largest number that the hub accepts."""


class Typist(Protocol):
    """One client in a room."""

    connection: Connection
    saw: Saw
    """Called for the keys of others, in order."""

    async def join(self) -> float:
        """Join; return the seconds until the text has arrived."""

    def key(self) -> None:
        """Press a key."""


def text_of(size: int) -> str:
    """Return a program of ``size`` bytes of ASCII."""
    line = "total = total + price[index] * (1 + rate)  # and so on\n"
    return (line * (size // len(line) + 1))[:size]


def push(version: int, updates: list[str]) -> bytes:
    """Return the message with which the editor sends its keys."""
    joined = ",".join(updates)
    head = f'{{"type":"code_change","version":{version}'
    return f'{head},"updates":[{joined}]}}'.encode()


def _unseen(keys: int, now: float) -> None:
    """Ignore received keys."""


def _future() -> asyncio.Future[float]:
    return asyncio.get_running_loop().create_future()


class Place:
    """The position at which a client types, so that two clients stay apart.

    The first types from the first quarter of the text, the one with ``behind`` before
    the last quarter. The position follows from the length of the text.
    """

    def __init__(self, size: int, behind: bool) -> None:
        self.size = size
        self._behind = behind
        self._typed = 0

    def insert(self, version: int) -> str:
        """Return the change set that types a character after ``version`` keys."""
        length = self.size + version
        if self._behind:
            position = length - self.size // 4
        else:
            position = self.size // 4 + self._typed
            self._typed += 1
        return f'[{position},[0,"x"],{length - position}]'


class EchoTypist:
    """Sends the editor's messages to a server that only relays them."""

    def __init__(self, server: Server, path: str, place: Place) -> None:
        self._address = Address(f"http://{server.netloc}/{path}", token=server.token)
        self._place = place
        self._version = 0
        self.saw: Saw = _unseen

    async def join(self) -> float:
        """Connect; return the seconds until the socket is open."""
        start = perf_counter()
        self.connection = await connect(self._address, self._on_text)
        return perf_counter() - start

    def key(self) -> None:
        """See ``Typist.key``."""
        change = self._place.insert(self._version)
        self.connection.send(push(self._version, [change]))
        self._version += 1

    def _on_text(self, text: bytes, now: float) -> None:
        self.saw(1, now)
        self._version += 1


class EditTypist:
    """Uses the edit dialect as the editor does: one push in flight, and the next one
    carries everything typed meanwhile."""

    def __init__(self, server: Server, room: str, place: Place) -> None:
        self._address = Address(
            f"http://{server.netloc}/pairedit/ws/{room}", "pairedit.v1", server.token
        )
        self._place = place
        self._version = 0
        self._unsent = 0
        self._in_flight = 0
        self._client_id = ""
        self._saved_later = False
        """Whether ``saved`` follows ``accepted``, and confirms nothing new."""
        self._author: str | int = ""
        self._joined: asyncio.Future[float] = _future()
        self.saw: Saw = _unseen

    async def join(self) -> float:
        """See ``Typist.join``."""
        start = perf_counter()
        self.connection = await connect(self._address, self._on_text)
        key = secrets.token_urlsafe(24)
        hello = {"type": "hello", "key": key, "differences": True, "accepted": True}
        self.connection.send(json.dumps(hello).encode())
        return await asyncio.wait_for(self._joined, _PATIENCE) - start

    def _wrote(self, client_id: str | int) -> bool:
        """Return whether an update is its own; 0 means the client of the one before."""
        if client_id != 0:
            self._author = client_id
        return self._author == self._client_id

    def key(self) -> None:
        """See ``Typist.key``."""
        self.keys(1)

    def keys(self, count: int) -> None:
        """Press several keys at once."""
        self._unsent += count
        self._push()

    @property
    def busy(self) -> bool:
        """Whether some of its keys have not been acknowledged."""
        return bool(self._unsent or self._in_flight)

    def _push(self) -> None:
        if self._in_flight or not self._unsent:
            return
        count = min(self._unsent, _MOST)
        versions = range(self._version, self._version + count)
        changes = [self._place.insert(version) for version in versions]
        self._in_flight, self._unsent = count, self._unsent - count
        self.connection.send(push(self._version, changes))

    def _on_text(self, text: bytes, now: float) -> None:
        if text.startswith(b'{"type":"presence"'):
            # An editor draws it later; here it would take the core of the others.
            return
        message: dict[str, Any] = msgspec.json.decode(text)
        match message["type"]:
            case "code_update":
                updates = message["updates"]
                own = sum(self._wrote(each[0]) for each in updates)
                self._in_flight -= own
                self._version += len(updates)
                self.saw(len(updates) - own, now)
            case "saved" if self._saved_later:
                return
            case "accepted" | "saved":
                version = message.get("version", self._version + 1)
                self._in_flight -= version - self._version
                self._version, self._author = version, self._client_id
            case "welcome":
                self._client_id = message["clientId"]
                self._saved_later = message.get("accepted", False)
            case "initial_state":
                self._joined.set_result(now)
            case "error":
                raise RuntimeError(f"The hub refused a push: {message['message']}")
        self._push()


class FileTypist:
    """Sends the whole file with every key. The file begins with the key's number.

    With ``greeted``, the server sends the file first.
    """

    _number = re.compile(rb'"code": ?"(\d{8})')

    def __init__(self, address: Address, size: int, *, greeted: bool = True) -> None:
        self._address = address
        self._greeted = greeted
        self._keys = 0
        self._shown = 0
        self._rest = json.dumps(text_of(size - 8))[1:].encode()
        self._joined: asyncio.Future[float] = _future()
        self.saw: Saw = _unseen

    async def join(self) -> float:
        """See ``Typist.join``."""
        start = perf_counter()
        self.connection = await connect(self._address, self._on_text)
        if not self._greeted:
            self._joined.set_result(perf_counter())
        return await asyncio.wait_for(self._joined, _PATIENCE) - start

    def key(self) -> None:
        """See ``Typist.key``."""
        self._keys += 1
        head = b'{"type":"code_change","code":"%08d' % self._keys
        self.connection.send(head + self._rest + b"}")

    def _on_text(self, text: bytes, now: float) -> None:
        if not self._joined.done():
            return self._joined.set_result(now)
        found = self._number.search(text, 0, 200)
        if found is None:
            raise RuntimeError(f"Expected the whole file, found {text[:200]!r}")
        # If the server was late, one file contains several keys.
        before, self._shown = self._shown, int(found[1])
        self.saw(self._shown - before, now)
