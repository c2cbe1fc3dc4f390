"""A client of the servers that speak the protocol of y-websocket."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from itertools import count
from time import perf_counter

from ..typists import Saw
from ..wire import Address, connect
from . import yjs

_PATIENCE = 20.0
_SYNC = 0
"""The messages that carry updates; the others, such as awareness, are ignored."""
_STATE, _ALL, _UPDATE = 0, 1, 2
_clients = count(1_000)


def _unseen(keys: int, now: float) -> None:
    """Ignore received keys."""


class YTypist:
    """One client in a document whose text client 1 has inserted.

    It types after character ``place``. ``prefix`` begins each message, and ``hello`` is
    the first one.
    """

    def __init__(
        self,
        address: Address,
        size: int,
        place: int,
        *,
        prefix: bytes = b"",
        hello: bytes = b"",
    ) -> None:
        self._address = address
        self._size = size
        self._place = place
        self._prefix, self._hello = prefix, hello
        self._client = next(_clients)
        self._clock = 0
        self._seen: defaultdict[int, int] = defaultdict(lambda: -1)
        """The last clock of each other client."""
        self._joined: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.saw: Saw = _unseen

    async def join(self) -> float:
        """See ``Typist.join``."""
        start = perf_counter()
        self.connection = await connect(self._address, self._on_message)
        if self._hello:
            self.connection.send_binary(self._prefix + self._hello)
        self._send(_STATE, b"\0")
        # The answer to the state of the server, which it sends meanwhile.
        self._send(_ALL, yjs.NOTHING)
        return await asyncio.wait_for(self._joined, _PATIENCE) - start

    def key(self) -> None:
        """See ``Typist.key``."""
        left = (self._client, self._clock - 1) if self._clock else (1, self._place)
        change = yjs.key(self._client, self._clock, left, (1, self._place + 1))
        self._clock += 1
        self._send(_UPDATE, change)

    async def seed(self, text: str) -> None:
        """Give the document its text, and wait until the server has it."""
        self.connection = await connect(self._address, self._on_message)
        self._send(_UPDATE, yjs.first_text(1, text))
        self._send(_STATE, b"\0")
        await asyncio.wait_for(self._joined, _PATIENCE)

    def _send(self, kind: int, content: bytes) -> None:
        head = self._prefix + bytes((_SYNC, kind))
        self.connection.send_binary(head + yjs.lengthed(content))

    def _on_message(self, data: bytes, now: float) -> None:
        message = data[len(self._prefix) :]
        if message[0] != _SYNC or message[1] == _STATE:
            return
        content = yjs.unlengthed(message[2:])
        if not self._joined.done():
            if len(content) >= self._size:
                self._joined.set_result(now)
        elif message[1] == _UPDATE and (last := yjs.last_key(content)):
            client, clock = last
            new = clock - self._seen[client]
            self._seen[client] = clock
            if client != self._client and new > 0:
                self.saw(new, now)
