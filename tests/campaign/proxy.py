"""A proxy with the faults of networks."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

Fault = Literal["none", "latency", "cut", "reset", "hole", "bytes", "pause"]
FAULTS: tuple[Fault, ...] = (
    "none",
    "latency",
    "cut",
    "reset",
    "hole",
    "bytes",
    "pause",
)


@dataclass(eq=False)
class Link:
    """One connection through the proxy, with its fault."""

    fault: Fault
    after: int
    """Bytes in both directions before the fault."""
    wait: float
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    passed: int = 0

    def cut(self, *, reset: bool = False) -> None:
        """End both halves at once."""
        for writer in self.writers:
            if reset:
                line: socket.socket = writer.get_extra_info("socket")
                with suppress(OSError):
                    line.setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                    )
            writer.transport.abort()


class FaultProxy:
    """Listens on ``port`` and passes on to where ``target`` says."""

    def __init__(self, target: Callable[[], int], rng: random.Random) -> None:
        self.calm = False
        """Whether new connections have no faults."""
        self.port = 0
        self.links: set[Link] = set()
        self._target = target
        self._rng = rng

    async def __aenter__(self) -> FaultProxy:
        """Listen."""
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1")
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Cut everything."""
        self._server.close()
        while self.links:
            self.cut_all()
            await asyncio.sleep(0)

    def cut_all(self) -> None:
        """Cut every connection that there is."""
        for link in list(self.links):
            link.cut()

    def calm_down(self) -> None:
        """Stop the faults: cut the present connections, and let new ones work."""
        self.calm = True
        self.cut_all()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        rng = self._rng
        fault: Fault = "none" if self.calm else rng.choice(FAULTS)
        link = Link(fault, rng.choice((0, 100, 600, 1500)), rng.random() * 0.01)
        link.writers.append(writer)
        self.links.add(link)
        with suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection(
                "127.0.0.1", self._target()
            )
            link.writers.append(far_writer)
            await asyncio.gather(
                self._copy(link, reader, far_writer),
                self._copy(link, far_reader, writer),
            )
        link.cut()
        self.links.discard(link)

    async def _copy(
        self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65_536):
                if not await self._suffer(link, len(chunk)):
                    continue
                if link.fault == "bytes":
                    for byte in chunk:
                        writer.write(bytes([byte]))
                        await writer.drain()
                        await asyncio.sleep(0)
                else:
                    writer.write(chunk)
                    await writer.drain()
        link.cut()

    async def _suffer(self, link: Link, size: int) -> bool:
        """Do what is to happen; return whether the bytes are passed on."""
        link.passed += size
        happens = link.passed > link.after
        match link.fault:
            case "latency":
                await asyncio.sleep(link.wait)
            case "pause" if happens:
                link.fault = "none"
                await asyncio.sleep(link.wait * 10)
            case "cut" | "reset" if happens:
                link.cut(reset=link.fault == "reset")
                return False
            case "hole" if happens:
                return False
            case _:
                pass
        return True
