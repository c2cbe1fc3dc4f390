"""P19: the code of a room can be read with SQL alone, as docs/deploy.md says."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.room import Writer
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import insert


async def test_the_sql_of_the_docs_returns_the_code_of_every_room(
    tmp_path: Path, root: Path
) -> None:
    page = (root / "docs" / "deploy.md").read_text("utf-8")
    _, sql = re.findall(r"```sql\n(.*?)```", page, re.S)
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
