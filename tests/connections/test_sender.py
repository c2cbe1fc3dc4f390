"""The sender: a slow reader delays no other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit.connections.sender import ConnectionLost, Sender
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.protocol import Close, Ending, ServerMessage
from jupyter_pairedit.rooms.counters import Counters
from jupyter_pairedit.rooms.endings import DELETED
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from tests.making import ROOM, SteeredStore, insert, message_in, migrated, record
from tests.shorthand import Shorthand

ANN = Writer("ann-1", "Ann")


@pytest.fixture
def store(
    tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Store]:
    store = open_store(f"sqlite:///{migrated(tmp_path / 'rooms.db')}")
    yield store
    jp_asyncio_loop.run_until_complete(store.close())


class FakeLine:
    """Sends at once; while ``full``, when the test completes ``left``."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self._shorthand = Shorthand()
        self.full = False
        self.lost = False
        self.dropped = False
        self.left: asyncio.Future[None] | None = None
        self.got = asyncio.Event()

    def send(self, frame: bytes) -> Awaitable[None] | None:
        """See ``Transport.send``."""
        assert self.left is None or self.left.done(), "nothing may queue up"
        if self.lost:
            raise ConnectionLost
        self.sent.append(self._shorthand.full(json.loads(message_in(frame))))
        self.got.set()
        if not self.full:
            return None
        self.left = asyncio.get_running_loop().create_future()
        return self.left

    def send_message(self, message: ServerMessage) -> None:
        """See ``Transport.send_message``."""

    def end(self, code: int, reason: str) -> None:
        """See ``Transport.end``."""

    def abort_soon(self) -> None:
        """See ``Transport.abort_soon``."""
        self.dropped = True

    def set_frame_limit(self, size: int) -> None:
        """See ``Transport.set_frame_limit``."""

    @property
    def versions(self) -> list[int]:
        """The messages that were sent, without presence."""
        return [each["version"] for each in self.sent if each["type"] != "presence"]

    async def has(self, version: int) -> None:
        """Wait until that version was sent."""
        async with asyncio.timeout(10):
            while version not in self.versions:
                self.got.clear()
                await self.got.wait()


class Seat:
    """A reader of a room with its sender and its transport."""

    def __init__(
        self,
        room: Room,
        client_id: str = "bob-1",
        *,
        version: int | None = None,
        full: bool = False,
    ) -> None:
        self.line = FakeLine()
        self.line.full = full
        self.reader = EditReader(client_id, client_id, client_id)
        self.reader.version = version
        self.over: asyncio.Future[Ending | None] = (
            asyncio.get_running_loop().create_future()
        )
        self.sender = Sender(
            room,
            self.reader,
            self.line,
            Counters(lambda: 0.0),
            aside=lambda: None,
            over=self.over.set_result,
        )
        room.audience.join(self.reader)
        self.sender.start()


async def opened(store: Store, limits: Limits | None = None) -> Room:
    await store.create(record(limit=9), "")
    return Room(await store.load(ROOM), store, limits or Limits(), lambda: 0.0)


async def typed(room: Room, keys: int) -> None:
    for _ in range(keys):
        await room.push(ANN, room.head, [insert(room.head, 0, "x")])


async def test_a_revision_is_sent_after_it_is_stored(store: Store) -> None:
    steered = SteeredStore(store)
    room = await opened(steered)
    seat = Seat(room)
    await seat.line.has(0)
    steered.go.clear()

    push = asyncio.create_task(typed(room, 1))
    await steered.append_called.wait()

    assert seat.line.versions == [0]
    steered.go.set()
    await push
    await seat.line.has(1)
    seat.sender.stop()


async def test_a_slow_reader_gets_one_larger_slice_and_delays_no_other(
    store: Store,
) -> None:
    room = await opened(store)
    slow, quick = Seat(room, "slow-1", full=True), Seat(room, "quick-1")
    await slow.line.has(0)

    await typed(room, 5)

    await quick.line.has(5)
    assert slow.line.versions == [0]
    slow.line.full = False
    assert slow.line.left is not None
    slow.line.left.set_result(None)
    await slow.line.has(5)
    assert slow.line.versions == [0, 5]
    slow.sender.stop()
    quick.sender.stop()


async def test_a_client_that_reads_nothing_gets_one_answer_to_many_checks(
    store: Store,
) -> None:
    room = await opened(store)
    seat = Seat(room)
    await seat.line.has(0)
    seat.line.full = True
    room.audience.join(EditReader("cat-1", "cat-1", "cat-1"))
    await asyncio.sleep(0)
    assert seat.line.left is not None
    before = len(seat.line.sent)

    for _ in range(5):
        seat.reader.answer_check(room)
    assert len(seat.line.sent) == before
    seat.line.full = False
    seat.line.left.set_result(None)
    await asyncio.sleep(0)
    assert seat.line.sent[before:] == [{"type": "presence"}]

    seat.reader.answer_check(room)
    assert seat.line.sent[before:] == [{"type": "presence"}] * 2
    seat.sender.stop()


async def test_revisions_of_one_turn_of_the_loop_are_one_message(store: Store) -> None:
    room = await opened(store)
    seat = Seat(room)
    await seat.line.has(0)
    before = len(seat.line.sent)

    for _ in range(3):
        room.audience.wake()
    for name in ("cat-1", "dan-1"):
        room.audience.join(EditReader(name, name, name))
    await typed(room, 1)
    await seat.line.has(1)
    await asyncio.sleep(0)

    kinds = [each["type"] for each in seat.line.sent[before:]]
    assert kinds.count("presence") == 1
    seat.sender.stop()


async def test_the_author_is_sent_to_after_the_other_readers(store: Store) -> None:
    room = await opened(store)
    order: list[str] = []
    for name in (ANN.client_id, "bob-1", "cat-1"):
        room.audience.on_change(name, partial(order.append, name))

    await typed(room, 1)
    await asyncio.sleep(0)

    assert order == ["bob-1", "cat-1", ANN.client_id]


async def test_a_reader_behind_the_tail_is_sent_the_log_of_the_store(
    store: Store,
) -> None:
    room = await opened(store, Limits(tail=2))
    await typed(room, 5)
    seat = Seat(room, version=0)

    await seat.line.has(5)

    assert seat.line.versions == [2, 4, 5]
    seat.sender.stop()


async def test_a_reader_behind_the_tail_of_a_deleted_room_is_ended(
    store: Store,
) -> None:
    room = await opened(store, Limits(tail=2))
    await typed(room, 5)
    await store.delete(ROOM, 2_000.0)
    seat = Seat(room, version=0)

    assert await seat.over == DELETED


async def test_a_reader_that_takes_too_long_is_ended_as_too_slow(store: Store) -> None:
    seat = Seat(await opened(store), full=True)
    await seat.line.has(0)

    assert seat.line.left is not None
    seat.line.left.set_exception(TimeoutError())

    ending = await seat.over
    assert ending is not None and ending.code == Close.TOO_SLOW
    assert seat.line.dropped


async def test_the_sender_ends_with_the_room_and_sends_nothing_more(
    store: Store,
) -> None:
    room = await opened(store)
    seat = Seat(room)
    await seat.line.has(0)

    room.audience.end(DELETED)

    assert await seat.over is DELETED
    before = len(seat.line.sent)
    await typed(room, 1)
    await asyncio.sleep(0)
    assert len(seat.line.sent) == before


async def test_a_closed_transport_ends_without_a_reason(store: Store) -> None:
    room = await opened(store)
    seat = Seat(room)
    await seat.line.has(0)
    seat.line.lost = True

    await typed(room, 1)

    assert await seat.over is None
