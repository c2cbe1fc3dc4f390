"""T4: a write-ahead log that is cut or erased anywhere gives an earlier state."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_pairedit.core.revisions import replay
from jupyter_pairedit.core.text import Text
from jupyter_pairedit.rooms.room import Writer
from jupyter_pairedit.stores.errors import RoomDamaged, RoomNotFound
from jupyter_pairedit.stores.sqlite import checkpoints
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import unsynced_store

from .figures import Plan
from .oracles import texts
from .rooms import StoredServer
from .schedule import Player


async def test_t4_a_torn_log_is_an_earlier_state_or_reported_as_damaged(
    plan_of: Callable[[str], Plan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "COMMITS", 10**9)
    monkeypatch.setattr(checkpoints, "GROWTH", 10**12)
    plan = plan_of("T4")
    rng = random.Random(plan.seed)
    copies = 10
    for round_ in range(-(-plan.count // copies)):
        folder = tmp_path / str(round_)
        folder.mkdir()
        store = unsynced_store(folder / "rooms.db")
        # A checkpoint puts pages into the database that the disk has in the log; one
        # that is cut behind them is no state that a disk could be in.
        store.file.connection.execute("pragma wal_checkpoint(truncate)")
        server = StoredServer(store)
        await server.begin("Āāăą")
        player = Player(server, "Āāăą", 2, rng)
        await player.settle()
        for copy in range(copies):
            working = asyncio.create_task(_work(player))
            await asyncio.sleep(rng.random() * 0.02)
            torn = folder / f"{copy}.db"
            shutil.copy(folder / "rooms.db", torn)
            shutil.copy(folder / "rooms.db-wal", f"{torn}-wal")
            await working
            _tear(Path(f"{torn}-wal"), rng)
            await _check(torn, server, player.start)
        await store.close()


async def _work(player: Player) -> None:
    for _ in range(6):
        for number in range(2):
            player.hands.anything(player.clients[number])
        await player.outside_write(0)
        await player.settle()


def _tear(log: Path, rng: random.Random) -> None:
    content = bytearray(log.read_bytes())
    at = rng.randrange(len(content) + 1)
    match rng.randrange(3):
        case 0:
            del content[at:]
        case 1:
            content[at:] = bytes(len(content) - at)
        case 2:
            hole = len(content[at : at + 4096])
            content[at : at + hole] = bytes(hole)
    log.write_bytes(content)


async def _check(torn: Path, server: StoredServer, start: str) -> None:
    log = await server.store.revisions(server.room_id, 0, -1)
    store = SQLiteStore(torn)
    try:
        stored = await store.load(server.room_id)
        found = await store.revisions(server.room_id, 0, -1)
        code = Text.of(stored.code)
        assert found == log[: len(found)], "no beginning of the log"
        assert stored.version + len(stored.revisions) == len(found)
        shown = list(texts(start, found))[-1]
        assert replay(code, stored.revisions).units == shown, "a text that never was"
        # And it goes on from there.
        again = StoredServer(store)
        again.room_id = server.room_id
        writer = Writer("later", "Dan")
        head, _ = await (await again.room()).write(writer, "goes on")
        assert head == len(found) + 1
        await (await again.room()).settle()
    except RoomNotFound:
        pass  # torn before the room was made
    except RoomDamaged as damaged:
        assert damaged.version <= len(log)
        assert Text.of(damaged.code).units == list(texts(start, log))[damaged.version]
    finally:
        await store.close()
