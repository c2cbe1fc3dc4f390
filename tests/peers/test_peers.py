"""Two servers on one database show the same rooms; each test runs on each store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace

import pytest

from jupyter_pairedit.core.marks import marks_of, names_of
from jupyter_pairedit.peers import peers
from jupyter_pairedit.protocol import Close
from jupyter_pairedit.rooms.endings import ServerFull
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import RoomNotFound
from jupyter_pairedit.stores.peers import Notice
from tests.making import ROOM, insert

from .servers import (
    ANN,
    BOB,
    pair,
    reader,
    until,
)


async def test_text_typed_here_appears_there(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        news = two.there.audience.change

        await two.here.push(ANN, 0, [insert(0, 0, "x")])

        await until(lambda: two.there.head == 1)
        assert two.there.code == "x"
        assert news.is_set()


async def test_marks_of_a_change_here_are_known_there(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        bob = two.join(two.there, reader("Bob"))
        bob.next(two.there)

        agent = replace(ANN, marks=marks_of(["agent"]))
        await two.here.push(agent, 0, [insert(0, 0, "x")])

        await until(lambda: two.there.head == 1)
        frame = bob.next(two.there)
        assert frame is not None
        assert b'[[0,"x"]],0,8]' in frame
        _, _, runs = await two.hubs[1].blames.get(two.there)
        assert [names_of(run.source.marks) for run in runs] == [["agent"]]


async def test_concurrent_edits_have_one_result_on_both_servers(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:

        async def type_on(room: Room, name: str) -> None:
            for turn in range(30):
                writer = Writer(f"{name}-{turn}", name)
                await room.push(writer, 0, [insert(0, 0, f"<{name} {turn}>")])

        await asyncio.gather(type_on(two.here, "ann"), type_on(two.there, "bob"))

        await until(lambda: two.here.head == two.there.head == 60)
        assert two.here.code == two.there.code
        assert all(
            f"<{n} {t}>" in two.here.code for n in ("ann", "bob") for t in range(30)
        )


async def test_a_room_that_is_deleted_there_ends_here(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        ann = reader("Ann")
        two.join(two.here, ann)

        await two.hubs[1].delete(ROOM)

        await until(lambda: ann.ending is not None)
        assert ann.ending is not None and ann.ending.code == Close.ROOM_DELETED


async def test_a_room_that_is_created_again_there_ends_here(
    open_again: Callable[[], Store],
) -> None:
    """Also if no server looked between deleting and creating it."""
    async with pair(open_again, "old") as two:
        ann = two.join(two.here, reader("Ann"))
        await two.servers[0].peers.stop()

        await two.hubs[1].delete(ROOM)
        await two.hubs[1].create("Bob", room_id=ROOM, code="new")
        two.servers[0].peers.start()

        await until(lambda: ann.ending is not None)
        assert ann.ending is not None and ann.ending.code == Close.ROOM_DELETED
        assert (await two.hubs[0].open(ROOM)).code == "new"


async def test_a_write_here_to_a_room_that_was_created_again_there_is_refused(
    open_again: Callable[[], Store],
) -> None:
    """Also before this server is notified, and if the versions are equal."""
    async with pair(open_again, "same") as two:
        ann = two.join(two.here, reader("Ann"))
        await two.servers[0].peers.stop()
        await two.hubs[1].delete(ROOM)
        await two.hubs[1].create("Bob", room_id=ROOM, code="same")

        with pytest.raises(RoomNotFound):
            await two.here.push(ANN, 0, [insert(4, 0, "x")])
        with pytest.raises(RoomNotFound):
            await two.hubs[0].write(ROOM, Writer.without_connection("Ann"), "lost")

        assert ann.ending is not None and ann.ending.code == Close.ROOM_DELETED
        assert (await two.hubs[1].open(ROOM)).code == "same"
        assert await two.hubs[0].store.revisions(ROOM, 0, -1) == []


async def test_a_person_who_is_removed_here_is_disconnected_there(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        kicked = two.servers[1].invites.kicked
        two.join(two.there, reader("Bob"))
        await until(lambda: two.names() == [["Bob"]] * 2)

        assert await two.hubs[0].store.peers.request_removal(ROOM, "bob-1", "Ann")

        await until(lambda: bool(kicked))
        assert kicked[0] == (ROOM, "bob-1", "Ann")


async def test_a_change_of_a_role_there_applies_here(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        locked = two.servers[0].invites.locked

        await two.hubs[1].store.invites.lock(ROOM, True)

        await until(lambda: bool(locked))
        assert locked[0] == ROOM


async def test_an_error_in_one_room_does_not_affect_the_next(
    open_again: Callable[[], Store], caplog: pytest.LogCaptureFixture
) -> None:
    async with pair(open_again) as two:
        two.servers[1].invites.error = ServerFull("rooms", 1)
        two.join(two.there, reader("Bob"))
        await until(lambda: two.names() == [["Bob"]] * 2)
        await two.hubs[0].store.peers.request_removal(ROOM, "bob-1", "Ann")
        await until(lambda: "could not be read" in caplog.text)

        await two.here.push(ANN, 0, [insert(0, 0, "x")])
        two.join(two.there, reader("Cem"))

        await until(lambda: two.there.code == "x")
        await until(lambda: two.names()[0] == ["Bob", "Cem"])


async def test_an_error_of_the_listener_does_not_end_it(
    open_again: Callable[[], Store],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(peers, "_AGAIN", 0.0)
    async with pair(open_again) as two:
        store = two.hubs[1].store.peers
        wait, trouble = store.wait, [ValueError("of a kind that nobody expects")]

        async def wait_in_trouble(needed: Callable[[], bool]) -> Collection[Notice]:
            if trouble:
                raise trouble.pop()
            return await wait(needed)

        monkeypatch.setattr(store, "wait", wait_in_trouble)
        await two.here.push(ANN, 0, [insert(0, 0, "x")])
        await until(lambda: "nobody expects" in caplog.text)

        await two.here.push(BOB, 1, [insert(1, 1, "y")])

        await until(lambda: two.there.code == "xy")
