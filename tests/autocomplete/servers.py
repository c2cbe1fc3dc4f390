"""A server that plays a language model's, as a test wants it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

GUARD = 10.0
"""Seconds after which a test that hangs fails."""

CANARY = "canary-key-5f1e"


@dataclass
class Request:
    """A request that has arrived, and its answer."""

    path: str
    headers: dict[str, str]
    body: Any
    writer: asyncio.StreamWriter
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the other side has closed the connection."""

    async def head(self, status: int = 200, **headers: str) -> None:
        """Send the beginning of an answer that ends with the connection."""
        lines = [f"HTTP/1.1 {status} Whatever", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {headers[name]}" for name in headers]
        await self.raw("\r\n".join(lines) + "\r\n\r\n")

    async def raw(self, text: str) -> None:
        """Send bytes."""
        self.writer.write(text.encode())
        await self.writer.drain()

    async def refuse(self, status: int, text: str = "", **headers: str) -> None:
        """Send a whole refusal."""
        await self.head(status, **headers)
        await self.raw(text)

    async def events(self, *events: object, done: bool = True) -> None:
        """Send events of SSE."""
        await self.head(Content_Type="text/event-stream")
        for event in events:
            await self.event(event)
        if done:
            await self.raw("data: [DONE]\n\n")

    async def event(self, event: object) -> None:
        """Send one event."""
        await self.raw(f"data: {json.dumps(event)}\n\n")


Play = Callable[[Request], Awaitable[None]]


class FakeModel:
    """The server of a model. It plays ``play`` for each request and keeps them."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.requests: list[Request] = []
        self.connections = 0
        self.url = ""
        self.serving = set[asyncio.Task[None]]()
        self._arrived = asyncio.Condition()

    async def request(self, number: int = 0) -> Request:
        """Return a request once it has arrived."""
        async with asyncio.timeout(GUARD), self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) > number)
        return self.requests[number]

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one connection."""
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self.serving.add(task)
        try:
            await self._answer(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side hung up, or the test has ended
        finally:
            writer.close()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.split("\r\n")
        pairs = (line.split(": ", 1) for line in lines if line)
        headers = {name.lower(): value for name, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        request = Request(first.split()[1], headers, json.loads(body), writer)
        async with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
        playing = asyncio.ensure_future(self.play(request))
        watching = asyncio.ensure_future(reader.read())
        try:
            await asyncio.wait([playing, watching], return_when="FIRST_COMPLETED")
            if watching.done():
                request.hung_up.set()
        finally:
            for task in (playing, watching):
                task.cancel()
            await asyncio.gather(playing, watching, return_exceptions=True)


@asynccontextmanager
async def fake(play: Play) -> AsyncIterator[FakeModel]:
    """Start a server that plays a model."""
    model = FakeModel(play)
    server = await asyncio.start_server(model.serve, "127.0.0.1", 0)
    model.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield model
    finally:
        server.close()
        for task in model.serving:
            task.cancel()
        await asyncio.gather(*model.serving, return_exceptions=True)


async def forever(request: Request) -> None:
    """Never answer."""
    await asyncio.Event().wait()


class Time:
    """A clock that stands still until the test moves it, and deadlines on demand."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.deadlines: list[asyncio.Timeout] = []

    def clock(self) -> float:
        """Return the time."""
        return self.now

    def timeout(self, seconds: float) -> asyncio.Timeout:
        """Return a deadline that passes when the test calls ``expire``."""
        self.deadlines.append(asyncio.timeout(None))
        return self.deadlines[-1]

    def expire(self) -> None:
        """Let the last deadline pass."""
        self.deadlines[-1].reschedule(asyncio.get_running_loop().time())
