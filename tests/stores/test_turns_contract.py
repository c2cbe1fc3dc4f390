"""Turns, in every store. Only some databases need them."""

from __future__ import annotations

from jupyter_pairedit.stores.base import Store
from tests.making import ROOM, insert, record, revision


async def test_the_server_whose_turn_it_is_appends(store: Store) -> None:
    await store.create(record(), "")
    one, two = revision(1, insert(0, 0, "x")), revision(2, insert(1, 0, "y"))

    async with store.turn(ROOM):
        await store.append(ROOM, 0, [one])
    await store.append(ROOM, 1, [two])

    assert await store.revisions(ROOM, 0, -1) == [one, two]
