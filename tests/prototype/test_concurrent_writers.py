"""Two clients that write whole files at the same time end with the same code."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import combinations, count, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.rooms.readers import FileReader
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.handlers.serving import GUARD, Server, Socket
from tests.making import SteeredStore, message_in, record, steer, unsynced_store


class Page:
    """The prototype's page: it shows the newest code, whether typed or received."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.shown = ""
        self.news = asyncio.Event()

    async def type(self, code: str) -> None:
        """Show code and send it, as after each key."""
        self.shown = code
        await self.socket.write(code)

    async def read(self) -> None:
        """Show all code that is received."""
        async for frame in self.socket.connection:
            message = json.loads(frame)
            assert message["type"] in {"initial_state", "code_update"}
            self.shown = message["code"]
            self.news.set()

    async def show(self, code: str) -> None:
        """Wait until the page shows it."""
        async with asyncio.timeout(GUARD):
            while self.shown != code:
                self.news.clear()
                await self.news.wait()


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("writes", [(1, 1), (1, 2), (2, 1), (3, 3)], ids=str)
async def test_simultaneous_writers_end_equal(
    server: Server, first: int, writes: tuple[int, int]
) -> None:
    store = steer(server.hub)
    room_id = await server.new_room(code="")
    pages = [Page(await server.writer(room_id)) for _ in range(2)]

    # Appends wait, so that no page receives anything before both have sent all.
    store.go.clear()
    for index in (first, 1 - first):
        for number in range(writes[index]):
            await pages[index].type(f"page {index}, write {number}")
    reading = [asyncio.create_task(page.read()) for page in pages]
    store.go.set()

    # Each write has a version, so this is the final head.
    async with asyncio.timeout(GUARD):
        room = await server.hub.open(room_id)
        while room.head < sum(writes):
            await room.audience.change.wait()
    for page in pages:
        await page.show(room.code)
        assert await page.socket.lives()
    assert [page.shown for page in pages] == [room.code] * 2
    assert await server.code(room_id) == room.code
    for page in pages:
        await page.socket.close()
    await asyncio.gather(*reading)


class GatedStore(SteeredStore):
    """A store in which each append waits for the test."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.gate = asyncio.Semaphore(0)

    async def before_append(self, revisions: Sequence[Revision]) -> None:
        await self.gate.acquire()
        await super().before_append(revisions)


class Line:
    """A page, its connection and its reader, advanced step by step."""

    def __init__(self, room: Room, name: str) -> None:
        self.room = room
        self.reader = FileReader(name, name, name)
        self.writer = Writer(name, name)
        self.shown = ""
        self.up: deque[str] = deque()
        self.down: deque[bytes] = deque()
        self.writing: asyncio.Task[tuple[int, int]] | None = None

    def type(self, code: str) -> None:
        """The page shows code and sends it."""
        self.shown = code
        self.up.append(code)

    def read(self) -> bool:
        """The page receives a frame."""
        if not self.down:
            return False
        self.shown = json.loads(self.down.popleft())["code"]
        return True

    async def pump(self) -> bool:
        """The server sends a frame."""
        frame = self.reader.next(self.room)
        if frame is not None:
            self.down.append(message_in(frame))
        return frame is not None

    async def take(self) -> bool:
        """The server handles a message, unless it still handles the one before."""
        if not self.up or (self.writing and not self.writing.done()):
            return False
        # In the same order as the connection does.
        self.reader.record_write()
        self.writing = asyncio.create_task(
            self.room.write(self.writer, self.up.popleft())
        )
        await asyncio.sleep(0)
        return True


class Schedule:
    """Two connections to one room whose steps can be taken in any order."""

    STEPS = ("type", "take", "store", "pump", "read")

    def __init__(self, room: Room, store: GatedStore) -> None:
        self.room = room
        self.store = store
        self.lines = [Line(room, name) for name in ("ann", "bob")]
        for line in self.lines:
            room.audience.join(line.reader)
        self.numbers = count()

    async def step(self, name: str, who: int, code: str | None = None) -> bool:
        """Take one step. Return whether it was possible."""
        line = self.lines[who]
        match name:
            case "type":
                line.type(f"{next(self.numbers)}" if code is None else code)
                return True
            case "take":
                return await line.take()
            case "pump":
                return await line.pump()
            case "read":
                return line.read()
        if not line.writing or line.writing.done():
            return False
        # The room's lock orders the writes of both.
        self.store.gate.release()
        running = [
            each.writing
            for each in self.lines
            if each.writing and not each.writing.done()
        ]
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        return True

    async def settle(self) -> None:
        """Take all steps that are possible."""
        moved = True
        while moved:
            moved = False
            for name, who in product(self.STEPS[1:], (0, 1)):
                moved |= await self.step(name, who)


Step = tuple[str, int] | tuple[str, int, str | None]


STEP = st.tuples(
    st.sampled_from(Schedule.STEPS),
    st.integers(0, 1),
    st.none() | st.sampled_from(["", "a", "b"]),
)


@pytest.fixture(scope="module")
def slow_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLiteStore]:
    store = unsynced_store(tmp_path_factory.mktemp("rooms") / "rooms.db")
    yield store
    asyncio.run(store.close())


ROOM_NUMBERS = count()


async def run(store: SQLiteStore, steps: Sequence[Step]) -> None:
    room_id = f"{next(ROOM_NUMBERS):022}"
    await store.create(record(room_id), "")
    gated = GatedStore(store)
    room = Room(await store.load(room_id), gated, Limits(), lambda: 0.0)
    schedule = Schedule(room, gated)
    for line in schedule.lines:
        await line.pump()
        line.read()

    for step in steps:
        await schedule.step(*step)
    await schedule.settle()

    assert [line.shown for line in schedule.lines] == [room.code] * 2

    # In both, a page has an unread frame and types twice before the server sends again.
    await schedule.settle()
    await room.settle()


TWO_WRITES: list[Step] = [
    ("type", 1),
    ("take", 1),
    ("store", 1),
    ("pump", 0),
    ("type", 0),
]
TWO_WRITES += [("type", 0), ("take", 0), ("store", 0), ("take", 0), ("store", 0)]


NO_CHANGE_FIRST: list[Step] = [("type", 1, "a"), ("take", 1), ("store", 1), ("pump", 0)]
NO_CHANGE_FIRST += [("type", 0, "a"), ("type", 0, "b"), ("take", 0), ("take", 0)]


@settings(max_examples=300, deadline=None)
@given(steps=st.lists(STEP, max_size=30))
@example(steps=TWO_WRITES)
@example(steps=NO_CHANGE_FIRST)
def test_writers_end_equal_in_any_schedule(
    slow_store: SQLiteStore, steps: list[Step]
) -> None:
    asyncio.run(run(slow_store, steps))


async def test_two_writers_end_equal_in_every_interleaving(
    slow_store: SQLiteStore,
) -> None:
    own = ("type", "take", "store", "pump", "read")
    for places in combinations(range(2 * len(own)), len(own)):
        left = [iter(own), iter(own)]
        order = [0 if place in places else 1 for place in range(2 * len(own))]
        await run(slow_store, [(next(left[who]), who) for who in order])
