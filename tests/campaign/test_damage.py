"""T8: damage to a file is detected or has no effect; other rooms work."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from jupyter_pairedit.core.text import Text
from jupyter_pairedit.rooms.room import Writer
from jupyter_pairedit.stores.errors import RoomDamaged, StoreError
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import unsynced_store

from .figures import Plan
from .oracles import texts
from .rooms import StoredServer
from .schedule import Player

PAGE = 4096
START = "Āāăą"


@dataclass(frozen=True)
class Before:
    """A database that is well, and all texts that each of its rooms ever had."""

    file: Path
    rooms: Mapping[str, list[str]]

    def copy(self, to: Path) -> Path:
        """Copy it with its write-ahead log, if it has one."""
        for ending in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copy(f"{self.file}{ending}", f"{to}{ending}")
        return to


Damage = Callable[[Path, random.Random, str], None]
"""Damages a file; where it can choose a room, that one."""


def flip_bytes(file: Path, rng: random.Random, room_id: str) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(rng.choice((1, 1, 4, 20))):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    file.write_bytes(content)


def flip_in_rows(file: Path, rng: random.Random, room_id: str) -> None:
    content = bytearray(file.read_bytes())
    with closing(sqlite3.connect(file)) as db:
        rows = db.execute("select changes from revision where room = ?", [room_id])
        changes = rng.choice([row[0].encode() for row in rows])
    at = content.find(changes) + rng.randrange(len(changes))
    content[at] ^= 1 << rng.randrange(8)
    file.write_bytes(content)


def truncate(file: Path, rng: random.Random, room_id: str) -> None:
    os.truncate(file, rng.randrange(file.stat().st_size))


def zero_a_page(file: Path, rng: random.Random, room_id: str) -> None:
    content = bytearray(file.read_bytes())
    at = rng.randrange(len(content) // PAGE) * PAGE
    content[at : at + PAGE] = bytes(PAGE)
    file.write_bytes(content)


def swap_rows(file: Path, rng: random.Random, room_id: str) -> None:
    column = rng.choice(("changes", "digest", "client_id", "kind"))
    with closing(sqlite3.connect(file)) as db, db:
        query = f"select version, {column} from revision where room = ?"
        (one, first), (two, second) = rng.sample(
            db.execute(query, [room_id]).fetchall(), 2
        )
        update = f"update revision set {column} = ? where room = ? and version = ?"
        db.executemany(update, [(second, room_id, one), (first, room_id, two)])


def lose_rows(file: Path, rng: random.Random, room_id: str) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        last = db.execute(
            "select max(version) from revision where room = ?", [room_id]
        ).fetchone()[0]
        db.execute(
            "delete from revision where room = ? and version = ?",
            [room_id, rng.randrange(1, last)],
        )


def lose_the_log(file: Path, rng: random.Random, room_id: str) -> None:
    Path(f"{file}-wal").unlink(missing_ok=True)


def put_another_file(file: Path, rng: random.Random, room_id: str) -> None:
    match rng.randrange(4):
        case 0:
            file.write_bytes(rng.randbytes(3 * PAGE))
        case 1:
            file.write_text("room,text\n")
        case 2:
            file.write_bytes(b"")
        case 3:
            file.unlink()
            with closing(sqlite3.connect(file)) as db, db:
                db.execute("create table room (name text)")


DAMAGES: tuple[Damage, ...] = (
    flip_bytes,
    flip_in_rows,
    truncate,
    zero_a_page,
    swap_rows,
    lose_rows,
    lose_the_log,
    put_another_file,
)
CONFINED = (flip_in_rows, swap_rows, lose_rows)
"""Damages that are in the rows of one room."""


async def test_t8_damage_is_detected_or_harmless_and_other_rooms_work(
    plan_of: Callable[[str], Plan], tmp_path: Path
) -> None:
    plan = plan_of("T8")
    before = await _make(tmp_path / "closed")
    running = await _make(tmp_path / "running", closed=False)
    for seed in plan.seeds:
        damage = DAMAGES[seed % len(DAMAGES)]
        well = running if damage is lose_the_log else before
        file = well.copy(tmp_path / f"{seed}.db")
        try:
            await _damage(file, damage, random.Random(seed), well)
        except BaseException as error:
            error.add_note(f"seed {seed}: {damage.__name__}")
            raise


async def _damage(
    file: Path, damage: Damage, rng: random.Random, before: Before
) -> None:
    hit, other = before.rooms
    damage(file, rng, hit)
    for room_id, shown in before.rooms.items():
        read = await _read(file, room_id)
        if read is not None:
            version, code = read
            text = Text.of(code).units
            assert shown[version : version + 1] == [text], "another text, and no word"
    if damage in CONFINED:
        assert await _go_on(file, other) == len(before.rooms[other])


async def _make(folder: Path, *, closed: bool = True) -> Before:
    """Fill a database. One that is not closed has its newest in the log beside it."""
    file = folder / "rooms.db"
    store = unsynced_store(file)
    rng = random.Random(0)
    rooms = {}
    for _ in range(2):
        server = StoredServer(store)
        await server.begin(START)
        player = Player(server, START, 2, rng)
        for _ in range(12):
            for client in player.clients:
                player.hands.anything(client)
            await player.settle()
        await server.log()
        log = await store.revisions(server.room_id, 0, -1)
        rooms[server.room_id] = list(texts(START, log))
    kept = Before(folder / "running.db", rooms)
    Before(file, rooms).copy(kept.file)
    await store.close()
    return Before(file, rooms) if closed else kept


async def _read(file: Path, room_id: str) -> tuple[int, str] | None:
    """Return what opening the room says; None where it says that it cannot."""
    try:
        store = SQLiteStore(file)
    except StoreError:
        return None
    try:
        server = StoredServer(store)
        server.room_id = room_id
        room = await server.room()
        return room.head, room.code
    except RoomDamaged as damaged:
        # Where nothing at all is good, it has no code, and says so.
        return (damaged.version, damaged.code) if damaged.code else None
    except StoreError:
        return None
    finally:
        await store.close()


async def _go_on(file: Path, room_id: str) -> int:
    store = SQLiteStore(file)
    server = StoredServer(store)
    server.room_id = room_id
    room = await server.room()
    version, _ = await room.write(Writer("later", "Dan"), "goes on")
    await room.settle()
    await store.close()
    return version
