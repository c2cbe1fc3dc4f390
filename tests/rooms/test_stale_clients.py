"""A client of the package in a room whose head moves on while a push is on its way."""

from __future__ import annotations

from jupyter_pairedit.client.sync import Sync
from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.replica import Replica
from jupyter_pairedit.protocol import ClientMessage, Hello, WriteId
from jupyter_pairedit.rooms.room import Room, Writer
from tests.campaign.rooms import RoomSeat
from tests.making import ROOM, SteeredStore, insert, record

CROWD = Writer("bob-1", "Bob")
MISSED = 150
"""Revisions of others in a round trip."""


class SlowClient:
    """A client of which each message arrives one round trip after the one before."""

    def __init__(self, room: Room) -> None:
        self.replica = Replica()
        self.sync = Sync(self.replica, "k" * 22, self)
        self.pushed: list[list[int]] = []
        """The sections of the edits of each push."""
        self._room = room
        self._seat = RoomSeat(room)
        self._sent: list[ClientMessage] = []

    def greet(self, hello: Hello) -> None:
        """See ``Line``."""
        self._sent.append(hello)

    def send(self, message: ClientMessage) -> None:
        """See ``Line``."""
        self._sent.append(message)
        updates = getattr(message, "updates", None)
        self.pushed.append([len(each) for each in updates] if updates else [])

    def restart(self) -> None:
        """See ``Line``."""
        raise AssertionError("the room and the client do not agree")

    def refuse(self, message: str) -> None:
        """See ``Line``."""
        raise AssertionError(message)

    async def join(self) -> None:
        """Connect."""
        self.sync.opened()
        await self._arrive()

    async def round_trip(self) -> None:
        """Let others type, then let what was sent arrive, and what the server sends."""
        head, length = self._room.head, self._room.log.text.length
        typed = [insert(length + n, length + n, "-") for n in range(MISSED)]
        await self._room.push(CROWD, head, typed)
        await self._arrive()

    async def _arrive(self) -> None:
        arriving, self._sent = self._sent, []
        for message in arriving:
            for answer in await self._seat.take(message):
                self.sync.received(answer)
            assert not self._seat.ended
        while (news := await self._seat.pull()) is not None:
            self.sync.received(news)


async def joined(store: SteeredStore, code: str) -> tuple[Room, SlowClient]:
    await store.create(record(), code)
    room = Room(await store.load(ROOM), store, Limits(), lambda: 0.0)
    client = SlowClient(room)
    await client.join()
    return room, client


def replace_all(client: SlowClient, places: int) -> None:
    """Replace ``foo`` at the start of each of the first lines, in one edit."""
    edits = [(4 * n, 4 * n + 3, "barbar") for n in range(places)]
    client.replica.edit(ChangeSet.replacing(client.replica.doc.length, edits))
    client.sync.edited()


async def test_500_replacements_are_stored_while_150_revisions_come_in_a_round_trip(
    store: SteeredStore,
) -> None:
    room, client = await joined(store, "foo\n" * 500)
    replace_all(client, 500)

    rounds = 0
    while client.sync.unsent and rounds < 20:
        await client.round_trip()
        rounds += 1

    assert rounds <= 5
    assert room.code == str(client.replica.doc)
    assert room.code == "barbar\n" * 500 + "-" * (MISSED * rounds)
    assert client.pushed == [[1_000], [500], [501]]


async def test_edits_and_a_write_after_500_replacements_are_stored_in_their_order(
    store: SteeredStore,
) -> None:
    room, client = await joined(store, "foo\n" * 500)
    replace_all(client, 500)
    client.sync.replace("whole\n", WriteId("w" * 16, 1))
    client.replica.edit(ChangeSet.replacing(client.replica.doc.length, [(0, 0, "> ")]))
    client.sync.edited()

    for _ in range(6):
        await client.round_trip()

    assert client.sync.settled
    own = [each for each in await room.log.revisions_after(0) if each.author == "Ann"]
    assert [each.kind for each in own] == ["edit", "edit", "write", "edit"]
    assert room.code == str(client.replica.doc)
    assert room.code.startswith("> whole\n-")
