"""The cache of blame."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.rooms import blame as module
from jupyter_pairedit.rooms.blame import BlameCache
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.errors import RoomDamaged
from tests.making import ROOM, record

GUARD = 30.0
"""Seconds after which a test that hangs fails."""


async def read_while_the_log_grows(path: Path) -> None:
    store = open_store(f"sqlite:///{path}")
    rooms = []
    for letter in "ABC":
        await store.create(record(letter * 22), "1\n2")
        stored = await store.load(letter * 22)
        rooms.append(Room(stored, store, Limits(), lambda: 5.0))
    first, second, third = rooms
    cache = BlameCache(store)
    for number in range(5):
        await first.write(Writer("", "Bob"), f"1\n{number}\n3")

    answers = await asyncio.gather(*(cache.get(first) for _ in range(3)))
    for version, authors, runs in answers:
        assert (version, authors) == (5, ["Bob", "Ann"])
        assert [(run.line, run.count, run.source.author) for run in runs] == [
            (1, 1, "Ann"),
            (2, 2, "Bob"),
        ]

    await first.write(Writer("", "Cid"), "0\n4\n3")
    for room in (second, third):
        version, authors, runs = await cache.get(room)
        assert (version, authors, len(runs)) == (0, ["Ann"], 1)
    version, authors, runs = await cache.get(first)
    assert (version, authors) == (6, ["Bob", "Cid"])
    assert [run.source.author for run in runs] == ["Cid", "Bob"]
    await store.close()


def test_blame_is_extended_and_survives_eviction_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CACHE_SIZE", 1)
    monkeypatch.setattr(module, "_PAGE", 2)
    asyncio.run(read_while_the_log_grows(tmp_path / "rooms.db"))


async def test_a_log_with_a_gap_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The gap may be before the newest snapshot: then the room itself can be loaded.
    monkeypatch.setattr(module, "_PAGE", 2)
    store = open_store(f"sqlite:///{tmp_path}/rooms.db")
    await store.create(record(ROOM), "")
    room = Room(await store.load(ROOM), store, Limits(), lambda: 5.0)
    for number in range(5):
        await room.write(Writer("", "Bob"), f"{number}")
    with closing(sqlite3.connect(tmp_path / "rooms.db")) as database, database:
        database.execute("delete from revision where version = 3")

    async with asyncio.timeout(GUARD):
        with pytest.raises(RoomDamaged, match="damaged after version 2"):
            await BlameCache(store).get(room)

    await store.close()
