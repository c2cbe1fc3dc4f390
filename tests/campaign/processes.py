"""Hubs as processes, to be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.making import ROOM

from .hubprocess import START
from .live import GIVE_UP, Company, Gone, LineWire, Typist
from .oracles import check
from .schedule import Hands
from .stored import read_stored

ROOT = Path(__file__).parents[2]


class HubProcess:
    """A hub in a process of its own, again and again, on a database each."""

    def __init__(self) -> None:
        self._port = 0
        self._pid = 0
        self._forks: asyncio.subprocess.Process | None = None
        self.said: list[list[str]] = []
        """Its output about links since it was started."""

    async def start(
        self, database: Path | str, point: str = "-", hits: int = 0
    ) -> None:
        """Start; it may end at its point before it is ready."""
        self.said = []
        if self._forks is None:
            self._forks = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.campaign.hubprocess"),
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        assert self._forks.stdin is not None
        self._forks.stdin.write(f"{point} {hits} {database}\n".encode())
        await self._forks.stdin.drain()
        said, *numbers = await self._hear()
        if said == "ready":
            self._port, self._pid = map(int, numbers)
        else:
            self._ended = int(numbers[0])

    async def end(self) -> int:
        """Wait until it has ended by itself; return how."""
        if self._pid:
            said, status = await self._hear()
            assert said == "ended"
            self._port = self._pid = 0
            self._ended = int(status)
        return self._ended

    async def kill(self) -> None:
        """End it as a crash does, if it runs."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            await self.end()

    async def close(self) -> None:
        """End it and its parent."""
        await self.kill()
        if self._forks is not None:
            assert self._forks.stdin is not None
            self._forks.stdin.close()
            await self._forks.wait()

    async def dial(self) -> LineWire:
        """Connect to the running process."""
        if not self._port:
            raise Gone
        return await LineWire.dial(self._port)

    async def _hear(self) -> list[str]:
        assert self._forks is not None and self._forks.stdout is not None
        while True:
            async with asyncio.timeout(GIVE_UP):
                line = await self._forks.stdout.readline()
            assert line, "expected a hub, found that its process has ended"
            words = line.decode().split()
            if words[0] in ("ready", "ended"):
                return words
            self.said.append(words)


@asynccontextmanager
async def company(hub: HubProcess, people: int = 3) -> AsyncIterator[Company]:
    """Seat typists."""
    typists = [Typist(f"{number}" * 22, hub.dial) for number in range(people)]
    async with Company(typists) as working:
        yield working


async def type_on(working: Company, hands: Hands, pause: float = 0.002) -> None:
    """Let everybody type until cancelled; who has much unsent waits.

    The browser's client joins what was typed offline; this one does not.
    """
    while True:
        client = hands.rng.choice(working.clients)
        if len(client.unconfirmed) < 40:
            hands.anything(client)
        await asyncio.sleep(pause)  # the speed of the typing


async def check_stored(database: Path, working: Company) -> None:
    """Ask the oracles about what a new process would read."""
    log, code = await read_stored(database, ROOM)
    check(START, log, code, working.clients)
