"""What a server does with a copy of a database."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_pairedit.core.revisions import origin_of
from jupyter_pairedit.stores.base import Durability
from jupyter_pairedit.stores.sqlite import database
from jupyter_pairedit.stores.sqlite.backup import back_up
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import ROOM, chain, insert, record, revision

LOG = chain(revision(1, insert(0, 0, "x")), revision(2, insert(1, 1, "y"), "bob"))


async def copied(tmp_path: Path, durability: Durability = "process") -> Path:
    """Return a copy with the first version, of a database that has two."""
    store = SQLiteStore(tmp_path / "rooms.db", durability=durability)
    await store.create(record(), "")
    await store.append(ROOM, 0, LOG[:1])
    back_up(store.file.path, tmp_path / "copy.db")
    await store.append(ROOM, 1, LOG[1:])
    assert (await store.load(ROOM)).record.epoch == "epoch"
    await store.close()
    return tmp_path / "copy.db"


def restore(copy: Path) -> Path:
    """Replace the database, as ``docs/deploy.md`` says."""
    return Path(shutil.copy(copy, copy.with_name("rooms.db")))


async def epoch_of(path: Path, durability: Durability = "process") -> str:
    """Start a server, check the log, and return the epoch of the room."""
    store = SQLiteStore(path, durability=durability)
    loaded = await store.load(ROOM)
    assert list(loaded.revisions) == LOG[:1]
    await store.close()
    return loaded.record.epoch


@pytest.mark.parametrize("durability", ["process", "disk"])
@pytest.mark.parametrize("boot", ["first", ""], ids=["boot id", "no boot id"])
async def test_each_restore_gives_all_rooms_a_new_epoch_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durability: Durability, boot: str
) -> None:
    monkeypatch.setattr(database, "boot_id", lambda: boot)
    copy = await copied(tmp_path, durability)

    epochs = list[str]()
    for _ in range(2):
        path = restore(copy)
        epochs.append(await epoch_of(path, durability))
        assert await epoch_of(path, durability) == epochs[-1]

    # Also of two restores of one copy, as people write in between.
    assert len({"epoch", *epochs}) == 3
    assert {origin_of(each) for each in epochs} == {"epoch"}


async def test_a_copy_of_a_copy_gives_new_epochs_as_well(tmp_path: Path) -> None:
    copy = await copied(tmp_path)
    back_up(copy, tmp_path / "second.db")

    epochs = [await epoch_of(restore(tmp_path / "second.db")) for _ in range(2)]

    assert len({"epoch", *epochs}) == 3


async def test_a_copy_of_a_database_before_there_were_runs_has_another_epoch(
    tmp_path: Path,
) -> None:
    path = tmp_path / "old.db"
    path.touch(0o600)
    with closing(sqlite3.connect(path)) as old:
        old.execute("create table room (id text primary key, epoch text not null)")
        old.execute("insert into room values ('R', 'epoch')")
        old.commit()

    back_up(path, tmp_path / "copy.db")

    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        ((epoch,),) = copy.execute("select epoch from room").fetchall()
    assert epoch.startswith("epoch.")
