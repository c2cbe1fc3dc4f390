"""P19: the code of a room can be read with SQL alone, as docs/deploy.md says."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import asyncpg

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.revisions import origin_of
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.room import Writer
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import insert, record
from tests.postgres import Postgres


def sql_of_the_docs(root: Path) -> list[str]:
    page = (root / "docs" / "deploy.md").read_text("utf-8")
    return re.findall(r"```sql\n(.*?)```", page, re.S)


async def test_the_sql_for_a_restored_dump_gives_each_room_a_new_epoch(
    postgres: Postgres, root: Path
) -> None:
    sql, _, _ = sql_of_the_docs(root)
    url = postgres.new_database()
    store = open_store(url)
    names = [each * 22 for each in "RS"]
    for name in names:
        await store.create(replace(record(name), epoch=f"of{name}"), "code")
    connection = await asyncpg.connect(url)
    epochs = set[str]()
    for _ in range(2):
        await connection.execute(sql)
        epochs |= {(await store.load(name)).record.epoch for name in names}
    await connection.close()
    await store.close()

    # The logs are checked with the first epoch, which stays.
    assert {origin_of(each) for each in epochs} == {f"of{name}" for name in names}
    assert len({each.partition(".")[2] for each in epochs}) == 4


async def test_the_sql_of_the_docs_returns_the_code_of_every_room(
    tmp_path: Path, root: Path
) -> None:
    _, _, sql = sql_of_the_docs(root)
    store = SQLiteStore(tmp_path / "rooms.db")
    hub = Hub(store, Limits(), now=lambda: 1_000.0, clock=lambda: 0.0)
    typed, _ = await hub.create("Ann", code="", title="typed")
    rested, _ = await hub.create("Ann", code="", title="rested")
    await hub.create("Ann", code="as it began", title="untouched")
    ann = Writer("ann-1", "Ann")
    room = await hub.open(typed)
    for number in range(7):
        await room.push(ann, number, [insert(2 * number, 0, "👋")])
    await (await hub.open(rested)).write(ann, "left alone\n")
    await hub.close()

    # Neither the package nor the history is there any more.
    connection = sqlite3.connect(tmp_path / "rooms.db")
    connection.execute("drop table revision")
    rows = connection.execute(sql).fetchall()
    connection.close()

    assert sorted((title, code) for _, title, code in rows) == [
        ("rested", "left alone\n"),
        ("typed", "👋" * 7),
        ("untouched", "as it began"),
    ]
