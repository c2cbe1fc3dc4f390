"""An innocent person who types while others do something hostile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

from tests.handlers.serving import Server, Socket


class Typist:
    """Somebody who types one key after the other, and expects each to be saved.

    ``seconds`` has how long each key took.
    """

    def __init__(self, socket: Socket, version: int = 0, length: int = 0) -> None:
        self.socket = socket
        self.version = version
        self.length = length
        self.seconds: list[float] = []

    async def type(self, keys: int) -> None:
        """Type some keys."""
        clock = asyncio.get_running_loop().time
        for _ in range(keys):
            kept = [self.length] if self.length else []
            began = clock()
            await self.socket.push(self.version, [*kept, [0, "x"]])
            saved = await self.socket.expect("saved")
            self.seconds.append(clock() - began)
            assert saved["version"] == self.version + 1
            self.version, self.length = self.version + 1, self.length + 1

    async def type_meanwhile(self, *others: Callable[[], Awaitable[object]]) -> None:
        """Type ten keys while each of the others goes on and on."""
        done = asyncio.Event()

        async def repeat(other: Callable[[], Awaitable[object]]) -> None:
            while not done.is_set():
                await other()

        async with asyncio.TaskGroup() as tasks:
            for other in others:
                tasks.create_task(repeat(other))
            await self.type(10)
            done.set()

    async def type_until(self, other: Coroutine[object, object, None]) -> None:
        """Type until another one has done what it does, and ten keys at least."""
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(other)
            await self.type(10)
            while not task.done():
                await self.type(1)


async def typist(server: Server) -> Typist:
    """Return somebody in a room of their own."""
    socket, _ = await server.seated(await server.new_room(code=""))
    return Typist(socket)
