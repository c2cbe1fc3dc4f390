"""Schedules of clients of both languages and a program, with a server that is killed.

The server is a whole ``jupyter server``, its rooms are on the disk, and all clients are
on real sockets, through a proxy that fails.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest

from jupyter_pairedit import aconnect
from jupyter_pairedit.client import connection
from jupyter_pairedit.client.websocket import TornadoSocket

from .deeds import check_deeds
from .forks import ForkedJupyter
from .jupyter import TOKEN, JupyterProcess
from .live import GIVE_UP
from .oracles import Alphabet
from .proxy import FaultProxy
from .stored import read_stored
from .typists import OutsideWriter, PythonTypists, TypeScriptTypists

START = "Āāăą"
"""The code of each room at version 0."""
_LIMITS = {"hello": 0.5, "connects": 100_000, "edits": 1_000_000}
"""Of a server that refuses nobody for reconnecting often."""


def play_mixed(node: Path, seeds: Sequence[int]) -> None:
    """Play the schedules of the seeds; ``node`` runs the clients in TypeScript."""
    asyncio.run(_play_all(node, seeds))


async def _play_all(node: Path, seeds: Sequence[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        jupyter = ForkedJupyter(Path(folder), _LIMITS)
        browsers = TypeScriptTypists(node)
        try:
            await jupyter.start()
            for seed in seeds:
                rng = random.Random(seed)
                with _impatient(rng):
                    try:
                        await _play(rng, seed, jupyter, browsers)
                    except BaseException as error:
                        error.add_note(f"seed {seed}")
                        raise
        finally:
            await browsers.close()
            await jupyter.end()
            jupyter.close()


@contextmanager
def _impatient(rng: random.Random) -> Iterator[None]:
    """Have the clients in Python wait for little, and send some pushes twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "_ANSWER_WITHIN", 0.3)
        patch.setattr(connection, "_FIRST_DELAY", 0.02)
        patch.setattr(connection, "_LONGEST_DELAY", 0.2)
        patch.setattr(TornadoSocket, "send", _sending_twice(TornadoSocket.send, rng))
        yield


def _sending_twice(
    send: Callable[[TornadoSocket, str], None], rng: random.Random
) -> Callable[[TornadoSocket, str], None]:
    def send_twice(socket: TornadoSocket, frame: str) -> None:
        send(socket, frame)
        if '"code_change"' in frame and rng.random() < 0.3:
            send(socket, frame)

    return send_twice


async def _play(
    rng: random.Random,
    seed: int,
    jupyter: JupyterProcess,
    browsers: TypeScriptTypists,
) -> None:
    body = {"code": START, "limit": 20}
    room_id = (await jupyter.call("POST", "pairedit/rooms", body))["roomId"]
    async with FaultProxy(lambda: jupyter.port, rng) as proxy, AsyncExitStack() as all:
        server = f"http://127.0.0.1:{proxy.port}/"
        rooms = [
            await all.enter_async_context(
                aconnect(room_id, server=server, token=TOKEN, timeout=GIVE_UP)
            )
            for _ in range(rng.randint(1, 2))
        ]
        await browsers.begin(proxy.port, room_id, rng.randint(1, 2), seed)
        programs = PythonTypists(rooms, rng)
        outside = OutsideWriter(jupyter, room_id, rng)
        alphabet = Alphabet()

        async def all_type(count: int) -> None:
            work = [each.type(alphabet.take(count)) for each in (programs, browsers)]
            if rng.random() < 0.3:
                work.append(outside.write(alphabet.take(3)))
            await asyncio.gather(*work)

        async def kill() -> None:
            await asyncio.sleep(rng.random() * 0.05)  # the moment of the kill
            await jupyter.end()

        await all_type(45)
        proxy.cut_all()
        await asyncio.gather(all_type(45), kill())
        await asyncio.gather(all_type(45), jupyter.start())
        proxy.calm_down()

        await asyncio.gather(programs.settle(), browsers.settle())
        stored = await jupyter.call("GET", f"pairedit/rooms/{room_id}")
        head = int(stored["version"])
        done = [*await programs.reach(head), *await browsers.reach(head)]
        code = (await jupyter.call("GET", f"pairedit/rooms/{room_id}/code"))["code"]
        await browsers.end()
    log, again = await read_stored(jupyter.database, room_id)
    assert again == code, "loading makes another text"
    check_deeds(START, log, code, done, outside.written)
