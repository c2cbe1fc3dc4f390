"""Two servers on one database are as one; each test runs on each store."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from jupyter_pairedit.core.carets import Caret
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.presence import RoomFull
from jupyter_pairedit.guests.invites import Invites
from jupyter_pairedit.peers import peers
from jupyter_pairedit.peers.peers import Peers
from jupyter_pairedit.peers.presence import show_elsewhere
from jupyter_pairedit.protocol import Close
from jupyter_pairedit.rooms.hub import Hub, ServerFull
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import RoomNotFound, StorageFailure, Store
from jupyter_pairedit.stores.peers import Notice, PeerClient
from tests.making import ROOM, insert
from tests.postgres import Postgres
from tests.stores.conftest import database_url

__all__ = ["database_url"]

GUARD = 30.0
"""Seconds after which something that should have come is given up; never waited for."""

ANN, BOB = Writer("ann-1", "Ann"), Writer("bob-1", "Bob")


@pytest.fixture(params=["sqlite", "postgresql"])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Opens a database as each of two servers does, with their patience."""
    url = f"sqlite:///{tmp_path}/rooms.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("database_url")
    return lambda: open_store(url, wait=GUARD)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(GUARD):
        while True:
            if condition():
                return
            await asyncio.sleep(0.005)  # between two looks


@dataclass
class Pair:
    """Two servers with the same room open."""

    servers: tuple[Server, Server]
    here: Room
    there: Room

    def __post_init__(self) -> None:
        self.hubs = self.servers[0].hub, self.servers[1].hub
        self._joined: list[tuple[Room, EditReader]] = []

    def join(self, room: Room, reader: EditReader) -> EditReader:
        """PeerClient a reader until the end; it has no connection that would leave."""
        room.audience.join(reader)
        self._joined.append((room, reader))
        return reader

    async def close(self) -> None:
        """Let everybody leave, and stop the servers."""
        for room, joined in self._joined:
            room.audience.leave(joined)
        for server in self.servers:
            await server.close()

    def names(self) -> list[list[str]]:
        """Name who is in the room, as each server sees it."""
        return [
            sorted(each.name for each in room.audience.presence.people)
            for room in (self.here, self.there)
        ]


def reader(name: str, number: int = 1) -> EditReader:
    return EditReader(f"{name.lower()}-{number}", name.lower(), name)


class RecordingInvites(Invites):
    """Records what other servers ask for."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, time.time)
        self.kicked: list[tuple[str, str, str]] = []
        self.locked: list[str] = []
        self.error: Exception | None = None

    async def kick_for_peer(self, room_id: str, client_id: str, by: str) -> None:
        if self.error is not None:
            raise self.error
        self.kicked.append((room_id, client_id, by))

    async def reload(self, room_id: str) -> None:
        if await self._hub.store.invites.is_locked(room_id):
            self.locked.append(room_id)


@dataclass
class Server:
    """A hub, and its connection to other servers."""

    hub: Hub
    invites: RecordingInvites
    peers: Peers

    async def close(self) -> None:
        """Stop."""
        await self.hub.say_goodbye()
        await self.peers.stop()
        await self.hub.close()


def started(store: Store) -> Server:
    hub = Hub(store, Limits(people=3), now=time.time, clock=time.monotonic)
    invites = RecordingInvites(hub)
    server = Server(hub, invites, Peers(hub, store.peers, invites))
    server.peers.start()
    return server


@asynccontextmanager
async def pair(open_again: Callable[[], Store], code: str = "") -> AsyncIterator[Pair]:
    servers = started(open_again()), started(open_again())
    hubs = servers[0].hub, servers[1].hub
    await hubs[0].create("Ann", room_id=ROOM, code=code)
    two = Pair(servers, await hubs[0].open(ROOM), await hubs[1].open(ROOM))
    try:
        yield two
    finally:
        await two.close()


async def test_what_is_typed_here_is_read_there(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        news = two.there.audience.change

        await two.here.push(ANN, 0, [insert(0, 0, "x")])

        await until(lambda: two.there.head == 1)
        assert two.there.code == "x"
        assert news.is_set()


async def test_what_both_type_at_once_is_the_same_on_both(
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


async def test_who_is_there_is_seen_here_with_their_carets(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again, "some text") as two:
        two.join(two.here, reader("Ann"))
        bob = two.join(two.there, reader("Bob"))
        await until(lambda: two.names() == [["Ann", "Bob"]] * 2)

        two.there.place_caret(Caret("bob-1", 2, 4, 0))

        await until(lambda: two.here.audience.carets.placed("bob-1") is not None)
        (caret,) = two.here.audience.carets.since(0)
        assert (caret.client_id, caret.anchor, caret.head) == ("bob-1", 2, 4)
        await two.here.push(ANN, 0, [insert(9, 0, "> ")])
        (caret,) = two.here.audience.carets.since(0)
        assert (caret.anchor, caret.head) == (4, 6)

        two.there.audience.leave(bob)
        await until(lambda: two.names() == [["Ann"]] * 2)
        assert two.here.audience.carets.placed("bob-1") is None


async def test_a_caret_that_was_placed_before_anybody_came_is_seen(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again, "some text") as two:
        two.join(two.there, reader("Bob"))
        two.there.place_caret(Caret("bob-1", 3, 3, 0))

        two.join(two.here, reader("Ann"))

        await until(lambda: two.here.audience.carets.placed("bob-1") is not None)


async def test_nobody_is_woken_where_all_is_as_it_was(
    open_again: Callable[[], Store],
) -> None:
    hub = Hub(open_again(), Limits(), now=time.time, clock=time.monotonic)
    await hub.create("Ann", room_id=ROOM, code="some text")
    room = await hub.open(ROOM)
    bob = PeerClient("bob-1", "bob", "Bob", 1)
    moved = replace(bob, caret=Caret("bob-1", 2, 4, 0))

    woken = []
    for seats in ([bob], [bob], [moved], [moved], [], []):
        news = room.audience.change
        await show_elsewhere(room, seats)
        woken.append(news.is_set())

    assert woken == [True, False, True, False, True, False]
    await hub.close()


async def test_one_person_on_two_servers_takes_one_seat(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        two.join(two.here, reader("Ann"))
        two.join(two.there, reader("Ann", 2))

        await until(lambda: two.names() == [["Ann"]] * 2)
        for room in (two.here, two.there):
            await until(lambda: room.audience.presence.clients == {"ann-1", "ann-2"})  # noqa: B023


async def test_two_of_one_name_on_two_servers_are_told_apart(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        two.join(two.here, EditReader("one-1", "one", "Ann"))
        two.join(two.there, EditReader("two-1", "two", "Ann"))

        await until(lambda: two.names() == [["Ann", "Ann (2)"]] * 2)


async def test_people_on_all_servers_count_for_the_limit(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        two.join(two.here, reader("Ann"))
        two.join(two.here, reader("Bob"))
        two.join(two.there, reader("Cem"))
        await until(lambda: two.names() == [["Ann", "Bob", "Cem"]] * 2)

        for room in (two.here, two.there):
            with pytest.raises(RoomFull):
                two.join(room, reader("Dan"))
            two.join(room, reader("Cem", 2))


async def test_of_two_who_take_the_last_seat_at_once_one_has_it(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        two.join(two.here, reader("Ann"))
        two.join(two.there, reader("Bob"))
        await until(lambda: two.names() == [["Ann", "Bob"]] * 2)
        cem, dan = reader("Cem"), reader("Dan")

        two.join(two.here, cem)
        two.join(two.there, dan)

        await until(lambda: (cem.ending or dan.ending) is not None)
        loser, room = (cem, two.here) if cem.ending else (dan, two.there)
        assert loser.ending is not None and loser.ending.code == Close.ROOM_FULL
        room.audience.leave(loser)
        winner = "Dan" if loser is cem else "Cem"
        await until(lambda: two.names() == [["Ann", "Bob", winner]] * 2)
        assert cem.ending is None or dan.ending is None


async def test_a_room_that_is_deleted_there_ends_here(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        ann = reader("Ann")
        two.join(two.here, ann)

        await two.hubs[1].delete(ROOM)

        await until(lambda: ann.ending is not None)
        assert ann.ending is not None and ann.ending.code == Close.ROOM_DELETED


async def test_a_room_that_is_made_anew_there_ends_here(
    open_again: Callable[[], Store],
) -> None:
    """Also where nobody looked between the deletion and the making."""
    async with pair(open_again, "old") as two:
        ann = two.join(two.here, reader("Ann"))
        await two.servers[0].peers.stop()

        await two.hubs[1].delete(ROOM)
        await two.hubs[1].create("Bob", room_id=ROOM, code="new")
        two.servers[0].peers.start()

        await until(lambda: ann.ending is not None)
        assert ann.ending is not None and ann.ending.code == Close.ROOM_DELETED
        assert (await two.hubs[0].open(ROOM)).code == "new"


async def test_nobody_writes_here_in_a_room_that_was_made_anew_there(
    open_again: Callable[[], Store],
) -> None:
    """Before this server has heard of it, and where the versions are the same."""
    async with pair(open_again, "same") as two:
        ann = two.join(two.here, reader("Ann"))
        await two.servers[0].peers.stop()
        await two.hubs[1].delete(ROOM)
        await two.hubs[1].create("Bob", room_id=ROOM, code="same")

        with pytest.raises(RoomNotFound):
            await two.here.push(ANN, 0, [insert(4, 0, "x")])
        with pytest.raises(RoomNotFound):
            await two.hubs[0].write(ROOM, "Ann", "lost")

        assert ann.ending is not None and ann.ending.code == Close.ROOM_DELETED
        assert (await two.hubs[1].open(ROOM)).code == "same"
        assert await two.hubs[0].store.revisions(ROOM, 0, -1) == []


async def test_who_was_on_a_server_that_stops_is_gone(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        two.join(two.here, reader("Ann"))
        bob = reader("Bob")
        two.join(two.there, bob)
        await until(lambda: two.names() == [["Ann", "Bob"]] * 2)

        two.there.audience.leave(bob)
        await two.hubs[1].close()

        await until(lambda: two.names()[0] == ["Ann"])


async def nobody_sits_in_the_room(store: Store) -> None:
    """Wait until no server says that it has anybody in the room."""
    async with asyncio.timeout(GUARD):
        while True:
            if not (await store.peers.clients([ROOM]))[ROOM]:
                break
            await asyncio.sleep(0.005)  # between two looks


async def test_who_was_in_a_room_that_was_deleted_is_gone(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        bob = two.join(two.there, reader("Bob"))
        await until(lambda: two.names() == [["Bob"]] * 2)

        await two.hubs[1].delete(ROOM)
        two.there.audience.leave(bob)

        await nobody_sits_in_the_room(two.hubs[0].store)


async def test_a_seat_that_nobody_here_has_is_given_up(
    open_again: Callable[[], Store],
) -> None:
    """What was told last has come through, though the store said that it had not."""
    async with pair(open_again) as two:
        ghost = PeerClient("eve-1", "eve", "Eve", 1)
        await two.hubs[0].store.peers.announce(ROOM, [ghost])

        bob = two.join(two.there, reader("Bob"))

        await until(lambda: two.names() == [["Bob"]] * 2)
        two.there.audience.leave(bob)
        await nobody_sits_in_the_room(two.hubs[0].store)


async def test_who_comes_while_the_last_one_is_told_to_have_left_is_told_too(
    open_again: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(open_again) as two:
        ann = two.join(two.here, reader("Ann"))
        await until(lambda: two.names() == [["Ann"]] * 2)
        coming = [reader("Cem")]
        store = two.hubs[0].store.peers
        announce = store.announce

        async def announce_late(room_id: str, seats: Sequence[PeerClient]) -> None:
            await announce(room_id, seats)
            if coming and not seats:
                two.join(two.here, coming.pop())

        monkeypatch.setattr(store, "announce", announce_late)
        two.here.audience.leave(ann)

        await until(lambda: two.names() == [["Cem"]] * 2)


async def test_who_is_removed_here_is_sent_away_there(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        kicked = two.servers[1].invites.kicked
        two.join(two.there, reader("Bob"))
        await until(lambda: two.names() == [["Bob"]] * 2)

        assert await two.hubs[0].store.peers.request_removal(ROOM, "bob-1", "Ann")

        await until(lambda: bool(kicked))
        assert kicked[0] == (ROOM, "bob-1", "Ann")


async def test_what_guests_may_is_looked_up_when_it_was_changed_there(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        locked = two.servers[0].invites.locked

        await two.hubs[1].store.invites.lock(ROOM, True)

        await until(lambda: bool(locked))
        assert locked[0] == ROOM


async def test_what_goes_wrong_in_one_room_does_not_end_the_following(
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


async def test_trouble_in_listening_does_not_end_it(
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


# --- PostgreSQL's own ---------------------------------------------------------------


async def _typed_while(two: Pair, trouble: Callable[[], None]) -> None:
    """Type there, and be read here, in spite of trouble."""
    await two.there.push(BOB, 0, [insert(0, 0, "before ")])
    await until(lambda: two.here.head == 1)
    trouble()
    async with asyncio.timeout(GUARD):
        while True:
            try:
                await two.there.push(
                    BOB, 0, [insert(0, 0, "before "), insert(7, 7, "after")]
                )
                break
            except StorageFailure:
                await asyncio.sleep(0.01)  # between two attempts
    await until(lambda: two.here.code == "before after")


async def test_a_listener_that_is_lost_is_made_anew_and_nothing_is_missed(
    database_url: str, postgres: Postgres
) -> None:
    async with pair(lambda: open_store(database_url)) as two:
        two.join(two.there, reader("Bob"))
        await until(lambda: two.names() == [["Bob"]] * 2)

        await _typed_while(
            two,
            lambda: print(
                postgres.do(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where application_name = 'jupyter_pairedit'"
                )
            ),
        )

        assert two.names() == [["Bob"]] * 2


async def test_a_crash_of_the_database_is_survived(
    database_url: str, postgres: Postgres
) -> None:
    """The seats are gone then, and told anew."""
    async with pair(lambda: open_store(database_url)) as two:
        two.join(two.there, reader("Bob"))
        await until(lambda: two.names() == [["Bob"]] * 2)

        def crash() -> None:
            postgres.stop(signal.SIGQUIT)
            postgres.start()

        await _typed_while(two, crash)

        await until(lambda: two.names() == [["Bob"]] * 2)
        taken = await two.hubs[0].store.peers.clients([ROOM])
        await until(lambda: two.names() == [["Bob"]] * 2)
        assert [each.client.client_id for each in taken[ROOM]] == ["bob-1"]
