"""Clients of both languages that type into one room, on real sockets."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from jupyter_pairedit.client import AsyncRoom

from .deeds import Deeds
from .jupyter import ROOT, TOKEN, JupyterProcess
from .live import GIVE_UP

SPEED = 50
"""How much faster than real the time of clients in TypeScript is: they give up a line
after 0.3 s without an answer."""


class PythonTypist:
    """Types with the package's client in Python."""

    def __init__(self, room: AsyncRoom, rng: random.Random) -> None:
        self.room = room
        self._rng = rng
        self._reader = room.reader(room.version)
        self._done = Deeds(written=[])

    def edit(self, tokens: str) -> None:
        """Insert tokens somewhere, with text that it removes now and then."""
        view = self.room.view()
        at = self._rng.randint(0, len(view.code))
        end = at if self._rng.random() < 0.75 else at + self._rng.randint(1, 3)
        removed = view.code[at:end]
        with self.room.edit(at=view) as edit:
            edit.replace(at, at + len(removed), tokens)
        self._done.typed += tokens
        self._done.removed += removed

    def write(self, tokens: str) -> None:
        """Replace the whole file, by what it shows with tokens somewhere in it."""
        code = with_tokens(self.room.code, tokens, self._rng)
        self._done.written = [*self._done.written, code]
        self.room.write(code)

    async def reach(self, version: int) -> Deeds:
        """Wait until it has a version; return what it did and shows."""
        room = self.room
        while room.version < version:
            assert await self._reader.read(GIVE_UP), "expected what the others typed"
        self._done.client = room._participant._replica.client_id
        self._done.code, self._done.version = room.code, room.version
        self._done.orphan = room.view().lost
        return self._done


def with_tokens(code: str, tokens: str, rng: random.Random) -> str:
    """Return the code with tokens somewhere in it."""
    at = rng.randint(0, len(code))
    return code[:at] + tokens + code[at:]


class PythonTypists:
    """Several of them."""

    def __init__(self, rooms: Sequence[AsyncRoom], rng: random.Random) -> None:
        self._all = [PythonTypist(room, rng) for room in rooms]
        self._rng = rng

    async def type(self, tokens: str) -> None:
        """Type all characters of ``tokens``, a few at a time."""
        while tokens:
            count = self._rng.choice((1, 1, 2, 5))
            few, tokens = tokens[:count], tokens[count:]
            typist = self._rng.choice(self._all)
            (typist.edit if self._rng.randrange(15) else typist.write)(few)
            await asyncio.sleep(self._rng.random() * 0.01)  # the speed of the typing

    async def settle(self) -> None:
        """Wait until all edits and writes are stored."""
        for each in self._all:
            await each.room.saved(timeout=GIVE_UP)

    async def reach(self, version: int) -> list[Deeds]:
        """Wait until all have a version; return what each did and shows."""
        return [await each.reach(version) for each in self._all]


class TypeScriptTypists:
    """The same in a process of node, which has the clients of browsers."""

    _node: asyncio.subprocess.Process | None = None

    def __init__(self, node: Path) -> None:
        self._path = node

    async def begin(self, port: int, room_id: str, people: int, seed: int) -> None:
        """Open the room for so many clients."""
        begin = {"port": port, "token": TOKEN, "roomId": room_id}
        await self._ask(
            "begin", {**begin, "people": people, "seed": seed, "speed": SPEED}
        )

    async def type(self, tokens: str) -> None:
        """See ``PythonTypists``."""
        await self._ask("type", tokens)

    async def settle(self) -> None:
        """See ``PythonTypists``."""
        await self._ask("settle")

    async def reach(self, version: int) -> list[Deeds]:
        """See ``PythonTypists``."""
        return msgspec.convert(await self._ask("reach", version), list[Deeds])

    async def end(self) -> None:
        """Close the clients."""
        await self._ask("end")

    async def close(self) -> None:
        """End the process."""
        if self._node is not None:
            # It may wait for something that never comes, after a schedule that failed.
            self._node.kill()
            await self._node.wait()

    async def _ask(self, command: str, argument: object = None) -> Any:
        if self._node is None:
            self._node = await asyncio.create_subprocess_exec(
                *(self._path, "--no-warnings", "--experimental-websocket"),
                "test/typists.mjs",
                cwd=ROOT / "js",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=2**24,
            )
        assert self._node.stdin is not None and self._node.stdout is not None
        self._node.stdin.write(json.dumps([command, argument]).encode() + b"\n")
        async with asyncio.timeout(GIVE_UP):
            line = await self._node.stdout.readline()
        assert line, f"expected an answer to {command}, found that node has ended"
        return json.loads(line)


class OutsideWriter:
    """A program that replaces the whole file by HTTP, once it has read it."""

    def __init__(
        self, jupyter: JupyterProcess, room_id: str, rng: random.Random
    ) -> None:
        self._jupyter = jupyter
        self._path = f"pairedit/rooms/{room_id}/code"
        self._rng = rng
        self.written: list[str] = []
        """The files that it wrote, in order; of some it is unknown whether they did."""

    async def write(self, tokens: str) -> None:
        """Replace the whole file, if there is a server."""
        try:
            code = (await self._jupyter.call("GET", self._path))["code"]
            code = with_tokens(code, tokens, self._rng)
            self.written.append(code)
            await self._jupyter.call("PUT", self._path, {"code": code})
        except OSError:
            return
