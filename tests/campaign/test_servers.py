"""T3c, T3d, T6: Jupyter servers that are killed or stopped, and slow readers."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from jupyter_pairedit.protocol import EDIT_DIALECT, Close

from .figures import Plan
from .jupyter import HEADERS, JupyterProcess
from .live import GIVE_UP, Company, Typist
from .oracles import check
from .processes import type_on
from .schedule import Hands
from .stored import read_stored

CODE = "Āāăą"
KIB = 1024


@pytest.fixture
def limits() -> dict[str, object]:
    """Slow readers are disconnected after three seconds."""
    return {"slow": 3.0, "edits": 1_000_000, "edit_size": 10**9}


async def _room(jupyter: JupyterProcess, limit: int) -> str:
    made = await jupyter.call("POST", "pairedit/rooms", {"code": CODE, "limit": limit})
    return str(made["roomId"])


def _typists(jupyter: JupyterProcess, room_id: str) -> list[Typist]:
    return [Typist(f"{n}" * 22, partial(jupyter.dial, room_id)) for n in range(3)]


async def _check(jupyter: JupyterProcess, room_id: str, working: Company) -> None:
    log, code = await read_stored(jupyter.database, room_id)
    check(CODE, log, code, working.clients)


def _are_in(working: Company) -> bool:
    return all(each.following for each in working.clients)


async def test_t3c_a_server_that_is_killed_loses_nothing(
    plan_of: Callable[[str], Plan], jupyter: JupyterProcess
) -> None:
    plan = plan_of("T3c")
    rng = random.Random(plan.seed)
    await jupyter.start()
    room_id = await _room(jupyter, 100)
    async with Company(_typists(jupyter, room_id)) as working:
        typing = asyncio.create_task(type_on(working, Hands(rng)))
        for _ in range(plan.count):
            enough = working.acknowledged + rng.randint(20, 60)
            await working.until(partial(working.has_acknowledged, enough))
            await jupyter.end()
            await jupyter.start()
        typing.cancel()
        await working.settled()
        await _check(jupyter, room_id, working)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_t3d_a_stopped_server_sends_a_close_code_and_loses_nothing(
    plan_of: Callable[[str], Plan], jupyter: JupyterProcess, how: signal.Signals
) -> None:
    plan = plan_of("T3d")
    rng = random.Random(plan.seed)
    await jupyter.start()
    room_id = await _room(jupyter, 100)
    async with Company(_typists(jupyter, room_id)) as working:
        typing = asyncio.create_task(type_on(working, Hands(rng)))
        for _ in range(plan.count):
            enough = working.acknowledged + rng.randint(20, 60)
            await working.until(partial(working.has_acknowledged, enough))
            # The others' edits alone may be enough while one still connects.
            await working.until(partial(_are_in, working))
            for each in working.typists:
                each.codes.clear()
            await jupyter.end(how)
            for each in working.typists:
                assert each.codes[:1] == [Close.RESTARTING], jupyter.log()
            await jupyter.start()
        typing.cancel()
        await working.settled()
        await _check(jupyter, room_id, working)


# --- T6 -----------------------------------------------------------------------------


class RawSocket:
    """A room socket of which a test reads single bytes."""

    @classmethod
    async def open(cls, jupyter: JupyterProcess, room_id: str, key: str) -> RawSocket:
        """Request the upgrade and send ``hello``; read nothing more."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * KIB)
        line.setblocking(False)
        self = cls()
        self.line = line
        loop = asyncio.get_running_loop()
        await loop.sock_connect(line, ("127.0.0.1", jupyter.port))
        lines = [
            f"GET /pairedit/ws/{room_id} HTTP/1.1",
            f"Host: 127.0.0.1:{jupyter.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Protocol: {EDIT_DIALECT}",
            *(f"{name}: {value}" for name, value in HEADERS.items()),
        ]
        await loop.sock_sendall(line, "\r\n".join([*lines, "", ""]).encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += await loop.sock_recv(line, 1)
        assert answer.startswith(b"HTTP/1.1 101"), answer
        hello = json.dumps({"type": "hello", "key": key}).encode()
        assert len(hello) < 126
        await loop.sock_sendall(line, bytes([0x81, 0x80 | len(hello), 0, 0, 0, 0]))
        await loop.sock_sendall(line, hello)
        return self

    async def read_slowly(self) -> None:
        """Read 1 KiB in a second, until it is closed."""
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            while True:
                if not await loop.sock_recv(self.line, 64):
                    return
                await asyncio.sleep(1 / 16)  # that is how slow it is

    line: socket.socket


def _resident(pid: int) -> int:
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * 4 * KIB


async def test_t6_readers_that_do_not_read_cost_little_memory_and_delay_no_other(
    plan_of: Callable[[str], Plan], jupyter: JupyterProcess
) -> None:
    plan = plan_of("T6")
    broadcasts = 2_000
    await jupyter.start()
    room_id = await _room(jupyter, 300)
    honest = _typists(jupyter, room_id)[:2]
    async with Company(honest) as working:
        reader, writer = working.clients
        await working.until(lambda: all(each.loaded for each in working.clients))
        before = peak = _resident(jupyter.pid)
        stuck = []
        for number in range(plan.count):
            key = f"{number:022}"
            stuck.append(await RawSocket.open(jupyter, room_id, key))
        slow = await RawSocket.open(jupyter, room_id, "s" * 22)
        reading = asyncio.create_task(slow.read_slowly())

        for number in range(broadcasts):
            # 8 KiB in the place of the 8 KiB before, each another text.
            block = f"{number:08}".ljust(8 * KIB, "x")
            writer.edit([(0, len(writer.doc), block)])
            await working.until(lambda: not writer.busy)
            if not number % 100:
                peak = max(peak, _resident(jupyter.pid))
        await working.settled()

        assert reader.doc == block
        assert sorted(reader.trail) == list(range(reader.version + 1))
        count = plan.count + 1
        assert peak - before <= count * 256 * KIB + 32 * KIB * KIB
        # They are disconnected, and have read none of it.
        async with asyncio.timeout(GIVE_UP):
            while True:
                counts = await jupyter.call("GET", "pairedit/debug/rooms")
                if counts[room_id] <= 3:
                    break
                await asyncio.sleep(0.05)  # between two attempts
        reading.cancel()
        for each in [*stuck, slow]:
            each.line.close()
