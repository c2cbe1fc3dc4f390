"""What another server changes while a room is read is in the room that is opened.

Its notice comes too early: the room is not in memory yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager

import pytest

from jupyter_pairedit.core.properties import NewProperties
from jupyter_pairedit.rooms.properties import change_room
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import RoomNotFound
from jupyter_pairedit.stores.peers import Notice
from jupyter_pairedit.stores.records import Stored
from tests.making import ROOM, insert

from .servers import ANN, Pair, pair


@asynccontextmanager
async def reading(
    open_again: Callable[[], Store],
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Pair], Awaitable[object]],
) -> AsyncIterator[Pair]:
    """Two servers; ``change`` is awaited when the second has next read the room.

    The second server receives no notices any more.
    """

    async def never(_: object) -> Collection[Notice]:
        await asyncio.Event().wait()
        return []

    async with pair(open_again, "old") as two:
        hub, store, peers = two.hubs[1], two.hubs[1].store, two.servers[1].peers
        await peers.stop()
        hub.forget(two.there)
        load, changes = store.load, [change]

        async def load_then_change(room_id: str, at: int | None = None) -> Stored:
            stored = await load(room_id, at)
            while changes:
                await changes.pop()(two)
            return stored

        monkeypatch.setattr(store, "load", load_then_change)
        monkeypatch.setattr(store.peers, "wait", never)
        peers.start()
        yield two


async def test_text_typed_there_is_in_a_room_that_is_being_opened(
    open_again: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def type_there(two: Pair) -> None:
        await two.here.push(ANN, 0, [insert(3, 3, "er")])

    async with reading(open_again, monkeypatch, type_there) as two:
        room = await two.hubs[1].open(ROOM)
        await room.settle()

        assert room.code == "older"


async def test_properties_changed_there_are_those_of_a_room_that_is_being_opened(
    open_again: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def change(two: Pair) -> None:
        await change_room(two.hubs[0], ROOM, NewProperties("T", limit=2), "Ann", 0)

    async with reading(open_again, monkeypatch, change) as two:
        room = await two.hubs[1].open(ROOM)

        assert (room.record.title, room.audience.presence.limit) == ("T", 2)


async def test_a_room_deleted_there_is_not_opened(
    open_again: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with reading(
        open_again, monkeypatch, lambda two: two.hubs[0].delete(ROOM)
    ) as two:
        with pytest.raises(RoomNotFound):
            await two.hubs[1].open(ROOM)

        assert not two.hubs[1].is_in_memory(ROOM)


async def test_a_room_created_again_there_is_opened_as_it_is_now(
    open_again: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def create_again(two: Pair) -> None:
        await two.hubs[0].delete(ROOM)
        await two.hubs[0].create("Ann", room_id=ROOM, code="new")

    async with reading(open_again, monkeypatch, create_again) as two:
        room = await two.hubs[1].open(ROOM)

        assert room.code == "new"
        assert two.hubs[1].opened(ROOM) is room
