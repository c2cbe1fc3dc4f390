"""A room that is open on several servers, one of which others always precede."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import StorageFailure
from tests.making import ROOM, SteeredStore, insert, record

ANN = Writer("ann-1", "Ann")
PEOPLE = [Writer(f"bob-{number}", f"Bob {number}") for number in range(4)]


class FarStore(SteeredStore):
    """A store that another server precedes at each append, except in a turn."""

    def __init__(self, store: Store, near: Room) -> None:
        super().__init__(store)
        self._near = near
        self._number = 0
        self.appends: list[int] = []
        """The revisions in each append, and 0 for each beginning of a turn."""
        self.in_turn = False
        self.turn = self._turn
        self.append_in_turn = asyncio.Event()

    @asynccontextmanager
    async def _turn(self, room_id: str) -> AsyncIterator[None]:
        self.appends.append(0)
        self.in_turn = True
        await self._precede()
        try:
            yield
        finally:
            self.in_turn = False

    async def _precede(self) -> None:
        self._number += 1
        assert self._number < 20, "the room repeats its append without a turn"
        near = self._near
        writer = Writer(f"near-{self._number}", "Near")
        await near.push(writer, near.head, [insert(len(near.code), 0, "-")])

    async def before_append(self, revisions: Sequence[Revision]) -> None:
        self.appends.append(len(revisions))
        if self.in_turn:
            self.append_in_turn.set()
            # Those that wait for it run first.
            await asyncio.sleep(0)
        else:
            await self._precede()


@pytest.fixture
def far(
    store: SteeredStore, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[FarStore]:
    """The store of the server that is far away, with the room."""
    run = jp_asyncio_loop.run_until_complete
    run(store.create(record(), ""))
    near = Room(run(store.load(ROOM)), store, Limits(), lambda: 0.0)
    yield FarStore(store, near)
    run(near.settle())


@pytest.fixture
def room(far: FarStore, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Room]:
    """The room on that server."""
    run = jp_asyncio_loop.run_until_complete
    room = Room(run(far.load(ROOM)), far, Limits(), lambda: 0.0)
    yield room
    run(room.settle())


async def test_an_edit_that_others_precede_is_stored_in_a_turn(
    room: Room, far: FarStore
) -> None:
    await room.push(ANN, 0, [insert(0, 0, "ann")])

    assert far.appends == [1, 1, 1, 0, 1]
    assert room.code == "----ann"
    log = await far.revisions(ROOM, 0, -1)
    assert [each.version for each in log] == [1, 2, 3, 4, 5]


async def test_a_write_that_others_precede_is_stored_in_a_turn(
    room: Room, far: FarStore
) -> None:
    version, _ = await room.write(ANN, "whole")

    assert far.appends == [1, 1, 1, 0, 1]
    assert (version, room.code) == (5, "whole")


async def test_all_who_wait_are_stored_in_one_turn(room: Room, far: FarStore) -> None:
    await asyncio.gather(
        *(room.push(each, 0, [insert(0, 0, each.author)]) for each in PEOPLE)
    )

    assert far.appends.count(0) == 1
    assert all(each.author in room.code for each in PEOPLE)


async def test_who_comes_during_a_turn_is_stored_in_it(
    room: Room, far: FarStore
) -> None:
    async def come_late(writer: Writer) -> None:
        await far.append_in_turn.wait()
        await room.push(writer, 0, [insert(0, 0, writer.author)])

    await asyncio.gather(
        room.push(ANN, 0, [insert(0, 0, "ann")]), *map(come_late, PEOPLE)
    )

    assert far.appends == [1, 1, 1, 0, 1, len(PEOPLE)]
    assert all(each.author in room.code for each in PEOPLE)


async def test_after_a_turn_a_server_waits_for_conflicts_again(
    room: Room, far: FarStore
) -> None:
    for each in PEOPLE[:2]:
        await room.push(each, room.head, [insert(len(room.code), 0, "x")])

    assert far.appends == [1, 1, 1, 0, 1] * 2


async def test_a_failure_in_a_turn_ends_it(room: Room, far: FarStore) -> None:
    for _ in range(3):
        await far._precede()
    room._pipeline.conflicts = 3
    far.fail_before = True

    pushed = await asyncio.gather(
        room.push(ANN, 0, [insert(0, 0, "ann")]), return_exceptions=True
    )

    assert isinstance(pushed[0], StorageFailure)
    assert not far.in_turn
    far.fail_before = False
    await room.push(ANN, 0, [insert(0, 0, "ann")])
    assert room.code.count("ann") == 1
