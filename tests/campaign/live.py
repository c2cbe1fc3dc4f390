"""Clients with real connections, which reconnect whenever they are cut."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from jupyter_pairedit.protocol import ClientMessage, Welcome

from .client import Client
from .rooms import read

GIVE_UP = 180.0
"""A timeout in seconds, which is not reached if the test succeeds."""

Pause = Callable[[int], float]
"""Returns seconds until the next attempt to connect, after so many in vain."""


def at_once(in_vain: int) -> float:
    """Return no delay, except if the server is not reachable."""
    return 0.02 if in_vain else 0.0


_encode = msgspec.json.Encoder().encode


class Gone(Exception):
    """The connection is over; ``code`` is that of the close frame, if there was one."""

    def __init__(self, code: int | None = None) -> None:
        super().__init__(code)
        self.code = code


class Wire(Protocol):
    """A connection that carries messages. Each method may raise ``Gone``."""

    async def send(self, frame: str) -> None:
        """Send one message."""

    async def receive(self) -> str | bytes:
        """Return the next message."""

    async def close(self) -> None:
        """Close the connection."""


class LineWire:
    """A message a line, over TCP."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def dial(cls, port: int) -> LineWire:
        """Connect."""
        try:
            return cls(*await asyncio.open_connection("127.0.0.1", port, limit=2**24))
        except OSError:
            raise Gone from None

    async def send(self, frame: str) -> None:
        """See ``Wire.send``."""
        try:
            self._writer.write(frame.encode() + b"\n")
            await self._writer.drain()
        except OSError:
            raise Gone from None

    async def receive(self) -> bytes:
        """See ``Wire.receive``; half a line is none."""
        try:
            line = await self._reader.readline()
        except OSError:
            raise Gone from None
        if not line.endswith(b"\n"):
            raise Gone
        return line

    async def close(self) -> None:
        """See ``Wire.close``."""
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()


class SocketWire:
    """A WebSocket."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    @classmethod
    async def dial(cls, connecting: Awaitable[ClientConnection]) -> SocketWire:
        """Connect."""
        try:
            return cls(await connecting)
        except (OSError, InvalidHandshake, ConnectionClosed, EOFError, TimeoutError):
            raise Gone from None

    async def send(self, frame: str) -> None:
        """See ``Wire.send``."""
        try:
            await self._connection.send(frame)
        except ConnectionClosed as closed:
            raise Gone(closed.rcvd.code if closed.rcvd else None) from None

    async def receive(self) -> str | bytes:
        """See ``Wire.receive``."""
        try:
            return await self._connection.recv()
        except ConnectionClosed as closed:
            raise Gone(closed.rcvd.code if closed.rcvd else None) from None

    async def close(self) -> None:
        """See ``Wire.close``; nothing is waited for."""
        self._connection.transport.abort()


class Typist:
    """A client that keeps a connection while it runs."""

    def __init__(
        self, key: str, dial: Callable[[], Awaitable[Wire]], pause: Pause = at_once
    ) -> None:
        self.client = Client(key, self._send)
        self.codes: list[int | None] = []
        """The close codes of its connections."""
        self.tries = 0
        """The number of attempts to connect."""
        self.waited: list[float] = []
        """Seconds from each message to its answer."""
        self._asked: float | None = None
        self._in_vain = 0
        self._dial = dial
        self._pause = pause
        self._wire: Wire | None = None
        self._waiting: deque[ClientMessage] = deque()
        self._sent = asyncio.Event()
        self._patience: asyncio.TimerHandle | None = None
        self.answer_within = 10.0
        """Seconds after which a silent line is given up, as the browser's client does;
        there it is 15."""

    def _send(self, message: ClientMessage) -> None:
        self._note_answer()  # or it would not send another
        self._asked = asyncio.get_running_loop().time()
        self._waiting.append(message)
        self._sent.set()
        self._expect_answer()

    def _note_answer(self) -> None:
        if self._asked is not None:
            self.waited.append(asyncio.get_running_loop().time() - self._asked)
            self._asked = None

    def _expect_answer(self) -> None:
        loop = asyncio.get_running_loop()
        if self._patience is not None:
            self._patience.cancel()
        self._patience = loop.call_later(self.answer_within, self._give_up)

    def _give_up(self) -> None:
        self._patience = None
        self._cut.set()

    async def run(self) -> None:
        """Connect, and connect again, until cancelled."""
        while True:
            self.tries += 1
            self._in_vain += 1
            try:
                async with asyncio.timeout(self.answer_within):
                    wire = await self._dial()
            except (Gone, TimeoutError):
                pass
            else:
                self._waiting.clear()
                self._asked = None
                self._cut = asyncio.Event()
                self.client.opened()
                await self._work(wire)
                self.client.closed()
            # Between two attempts, not for anything.
            await asyncio.sleep(self._pause(self._in_vain))

    async def _work(self, wire: Wire) -> None:
        tasks = [
            asyncio.create_task(each)
            for each in (self._read(wire), self._write(wire), self._wait_for_cut())
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self._patience is not None:
                self._patience.cancel()
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            await wire.close()
        for end in ended:
            if isinstance(end, Gone):
                self.codes.append(end.code)
                break
            if isinstance(end, BaseException) and not isinstance(
                end, asyncio.CancelledError
            ):
                raise end

    async def _wait_for_cut(self) -> None:
        await self._cut.wait()

    async def _read(self, wire: Wire) -> None:
        while True:
            message = read(await wire.receive())
            if isinstance(message, Welcome):
                self._in_vain = 0
            self.client.received(message)
            if not self.client.waits and self._patience is not None:
                self._note_answer()
                self._patience.cancel()
                self._patience = None

    async def _write(self, wire: Wire) -> None:
        while True:
            while self._waiting:
                await wire.send(_encode(self._waiting.popleft()).decode())
            self._sent.clear()
            await self._sent.wait()


class Company:
    """Typists that run. If an assertion fails in one, ``until`` and the end fail."""

    def __init__(self, typists: Sequence[Typist]) -> None:
        self.typists = typists
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def clients(self) -> list[Client]:
        """Their clients."""
        return [each.client for each in self.typists]

    async def __aenter__(self) -> Company:
        """Begin."""
        self._tasks = [asyncio.create_task(each.run()) for each in self.typists]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition."""
        async with asyncio.timeout(GIVE_UP):
            while not condition():
                for task in self._tasks:
                    if task.done():
                        task.result()
                await asyncio.sleep(0.005)  # between two attempts

    @property
    def acknowledged(self) -> int:
        """The number of edits that were confirmed."""
        return sum(len(each.acks) for each in self.clients)

    def has_acknowledged(self, count: int) -> bool:
        """Whether that many edits were confirmed."""
        return self.acknowledged >= count

    async def settled(self) -> None:
        """Wait until no message is in flight and all have the same version."""

        def quiet() -> bool:
            for each in self.clients:
                if each.held:
                    each.nudge()
            return (
                all(each.following and not each.busy for each in self.clients)
                and len({each.version for each in self.clients}) == 1
            )

        await self.until(quiet)
