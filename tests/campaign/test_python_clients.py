"""T1e, T1f, T1g: the Python client, beside others, and on real sockets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from jupyter_pairedit import aconnect
from jupyter_pairedit.client import AsyncRoom, connection
from jupyter_pairedit.client.websocket import TornadoSocket
from jupyter_pairedit.protocol import ClientMessage
from tests.client.replay import replay, schedules_of

from .client import Client
from .figures import Plan
from .jupyter import TOKEN, JupyterProcess
from .live import GIVE_UP
from .model import ModelHouse, without_waiting
from .oracles import Alphabet
from .product import ProductClient
from .proxy import FaultProxy
from .schedule import play

_AT_ONCE = 200
"""Schedules that are in memory at a time."""


def test_t1e_python_clients_do_what_typescript_clients_do(
    plan_of: Callable[[str], Plan], node: Path, root: Path
) -> None:
    seeds = plan_of("T1e").seeds
    for first in range(0, len(seeds), _AT_ONCE):
        for schedule in schedules_of(seeds[first : first + _AT_ONCE], node, root):
            assert replay(schedule) > 100


def test_t1g_python_clients_agree_with_others_and_the_log(
    plan_of: Callable[[str], Plan],
) -> None:
    for seed in plan_of("T1g").seeds:
        without_waiting(play(seed, ModelHouse(), join_either))


def join_either(
    key: str, send: Callable[[ClientMessage], None], *, accepts: bool
) -> Client:
    """Make the package's client of every second person."""
    return (ProductClient if int(key[0]) % 2 else Client)(key, send, accepts)


@pytest.fixture
def jupyter(
    tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[JupyterProcess]:
    """A server that refuses nobody for reconnecting often."""
    limits = {"hello": 0.5, "connects": 100_000, "edits": 1_000_000}
    jupyter = JupyterProcess(tmp_path, limits)
    yield jupyter
    jp_asyncio_loop.run_until_complete(jupyter.end())
    jupyter.close()


class _Typing:
    """Inserts characters, each only once, at random places of random rooms."""

    def __init__(self, rng: random.Random, rooms: list[AsyncRoom]) -> None:
        self._rng = rng
        self._rooms = rooms
        self._alphabet = Alphabet()
        self.typed = ""

    async def type(self, count: int) -> None:
        for _ in range(count):
            room = self._rng.choice(self._rooms)
            view = room.view()
            text = self._alphabet.take(self._rng.choice((1, 1, 2, 5)))
            with room.edit(at=view) as edit:
                edit.insert(text, at=self._rng.randint(0, len(view.code)))
            self.typed += text
            await asyncio.sleep(self._rng.random() * 0.01)  # the typing


async def test_t1f_python_clients_agree_after_cut_lines_doubled_pushes_and_kills(
    plan_of: Callable[[str], Plan],
    jupyter: JupyterProcess,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = plan_of("T1f")
    monkeypatch.setattr(connection, "_ANSWER_WITHIN", 0.5)
    monkeypatch.setattr(connection, "_FIRST_DELAY", 0.02)
    monkeypatch.setattr(connection, "_LONGEST_DELAY", 0.2)
    send = TornadoSocket.send
    for seed in plan.seeds:
        rng = random.Random(seed)

        monkeypatch.setattr(TornadoSocket, "send", _sending_twice(send, rng))
        try:
            await jupyter.start()
            await _play(rng, jupyter)
            await jupyter.end()
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise


def _sending_twice(
    send: Callable[[TornadoSocket, str], None], rng: random.Random
) -> Callable[[TornadoSocket, str], None]:
    def send_twice(socket: TornadoSocket, frame: str) -> None:
        send(socket, frame)
        if '"code_change"' in frame and rng.random() < 0.3:
            send(socket, frame)

    return send_twice


async def _play(rng: random.Random, jupyter: JupyterProcess) -> None:
    start = "Āāăą"
    body = {"code": start, "limit": 20}
    room_id = (await jupyter.call("POST", "pairedit/rooms", body))["roomId"]
    async with FaultProxy(lambda: jupyter.port, rng) as proxy, AsyncExitStack() as all:
        server = f"http://127.0.0.1:{proxy.port}/"
        rooms = [
            await all.enter_async_context(
                aconnect(room_id, server=server, token=TOKEN, timeout=GIVE_UP)
            )
            for _ in range(rng.randint(2, 4))
        ]
        typing = _Typing(rng, rooms)
        await typing.type(20)
        proxy.cut_all()
        await typing.type(20)
        await jupyter.end()
        await typing.type(10)
        await jupyter.start()
        await typing.type(20)
        proxy.calm_down()

        head = max([await room.saved(timeout=GIVE_UP) for room in rooms])
        for room in rooms:
            reader = room.reader(room.version)
            while room.version < head:
                assert await reader.read(GIVE_UP), "expected what the others typed"
        code = (await jupyter.call("GET", f"pairedit/rooms/{room_id}/code"))["code"]
        assert [room.code for room in rooms] == [code] * len(rooms)
        assert sorted(code) == sorted(start + typing.typed)
