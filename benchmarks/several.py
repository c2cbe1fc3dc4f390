"""One server or several, with SQLite or PostgreSQL.

Measures the delay of a key to the other client, and the keys stored a second. Servers,
database and clients share all cores.
"""

from __future__ import annotations

import asyncio
import gc
import json
import secrets
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from jupyter_pairedit import aconnect
from jupyter_pairedit.client import AsyncRoom
from tests.postgres import Postgres

from .results import Several
from .servers import Server, hub
from .wire import Address, Connection, connect

ROOMS = 50
"""Rooms in which one client types as soon as the last key is stored."""
SQLITE = "one server, SQLite"
ONE, TWO = "one server, PostgreSQL", "two servers, PostgreSQL"
_CODE = "total = total + price\n" * 50
_PATIENCE = 30.0


class Typist:
    """A client that types at the start; calls ``moved`` with each version.

    It speaks the protocol itself, because the clients share the cores with the servers
    that are measured: 50 participants by ``aconnect`` would need more than those.
    """

    def __init__(self, server: Server, room: str) -> None:
        self._address = Address(
            f"http://{server.netloc}/pairedit/ws/{room}", "pairedit.v1", server.token
        )
        self.version = 0
        self.moved: Callable[[], None] = lambda: None
        self._joined = asyncio.Event()

    async def join(self) -> None:
        """Join, and wait for the text."""
        self.connection: Connection = await connect(self._address, self._on_text)
        hello = {"type": "hello", "key": secrets.token_urlsafe(24)}
        self.connection.send(json.dumps(hello).encode())
        await asyncio.wait_for(self._joined.wait(), _PATIENCE)

    def key(self) -> None:
        """Press a key, after all keys before it were stored."""
        change = [[0, "x"], len(_CODE) + self.version]
        push = {"type": "code_change", "version": self.version, "updates": [change]}
        self.connection.send(json.dumps(push).encode())

    def _on_text(self, text: bytes, _: float) -> None:
        message = json.loads(text)
        match message["type"]:
            case "initial_state":
                self.version = message["version"]
            case "code_update":
                version = self.version + len(message["updates"])
                self.version = message.get("version", version)
            case "saved":
                self.version = message.get("version", self.version + 1)
            case _:
                return
        self._joined.set()
        self.moved()


@dataclass(frozen=True)
class Setting:
    """One row of the comparison: a name, and servers on one database."""

    name: str
    servers: Sequence[Server]


async def keys(setting: Setting, count: int, every: float) -> list[float]:
    """Return the delays of keys from the first server to a program at the last.

    Both are participants by ``aconnect``.
    """
    room = setting.servers[0].make_room(_CODE)
    async with (
        _join(setting.servers[0], room) as one,
        _join(setting.servers[-1], room) as other,
    ):
        gc.disable()
        delays = [await _delay(one, other, every) for _ in range(count + 10)]
        gc.enable()
    return delays[10:]


def _join(server: Server, room: str) -> aconnect:
    return aconnect(room, server=f"http://{server.netloc}/", token=server.token)


async def _delay(one: AsyncRoom, other: AsyncRoom, every: float) -> float:
    """Press a key; return the seconds until the other has it. Then pause."""
    changes = other.changes(after=other.version, timeout=_PATIENCE)
    pressed = perf_counter()
    with one.edit() as edit:
        edit.insert("x", at=0)
    await anext(changes)
    delay = perf_counter() - pressed
    await one.saved(_PATIENCE)
    await asyncio.sleep(every)
    return delay


async def stored(setting: Setting, seconds: float) -> float:
    """Return the keys stored a second, in many rooms on all servers."""
    typists = []
    for number in range(ROOMS):
        server = setting.servers[number % len(setting.servers)]
        typist = Typist(server, server.make_room(_CODE))
        await typist.join()
        typists.append(typist)
    for each in typists:
        # A client whose key is stored presses the next one.
        each.moved = each.key
        each.key()
    await asyncio.sleep(1.0)
    before, began = sum(each.version for each in typists), perf_counter()
    await asyncio.sleep(seconds)
    after, ended = sum(each.version for each in typists), perf_counter()
    for each in typists:
        each.moved = lambda: None
        each.connection.close()
    return (after - before) / (ended - began)


@contextmanager
def _settings(folder: Path) -> Iterator[list[Setting]]:
    """Start the servers: one with SQLite, four with PostgreSQL."""
    postgres = Postgres(segment=16)
    try:
        # As in production; the tests switch fsync off.
        postgres.start({"fsync": "on"})
        url = postgres.new_database()
        with ExitStack() as stack:
            alone = stack.enter_context(hub(folder / "sqlite", None, quick=True))
            four = [
                stack.enter_context(
                    hub(folder / f"{number}", None, url=url, quick=True)
                )
                for number in range(4)
            ]
            yield [
                Setting(SQLITE, [alone]),
                *(
                    Setting(f"{_NUMBERS[count]}, PostgreSQL", four[:count])
                    for count in (1, 2, 4)
                ),
            ]
    finally:
        postgres.remove()


_NUMBERS = {1: "one server", 2: "two servers", 4: "four servers"}


def compare(folder: Path, rounds: int, count: int, seconds: float) -> Several:
    """Press ``count`` keys in one room, then type in many rooms; all of it ``rounds``
    times, with the databases in ``folder``."""
    found = Several()
    with _settings(folder) as settings:
        for _ in range(rounds):
            for each in settings:
                delays = asyncio.run(keys(each, count, 0.01))
                found.delays.setdefault(each.name, []).append(statistics.median(delays))
                rate = asyncio.run(stored(each, seconds))
                found.rates.setdefault(each.name, []).append(rate)
    return found
