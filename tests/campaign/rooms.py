"""The real room and its store for schedules, without sockets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import msgspec

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.retention import Keep
from jupyter_pairedit.core.revisions import Revision, first_digest, intact, replay
from jupyter_pairedit.core.text import Text
from jupyter_pairedit.core.writes import WriteKey
from jupyter_pairedit.protocol import (
    ClientMessage,
    Close,
    CodeChange,
    Ending,
    Error,
    Hello,
    Presence,
    ServerMessage,
    Welcome,
    WriteId,
)
from jupyter_pairedit.rooms.compaction import compact
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.log import Stale, TooOld
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import StorageFailure
from tests.making import SteeredStore, message_in, next_frame

LIMITS = Limits(people=100, tail=8, snapshot_revisions=5, stored=10**6, rebase=120)
"""Small, so that a short history reads from the store, takes snapshots and has pushes
that are too far behind; but for the rooms, of which a night has more than a server
takes."""

_read: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)


def read(frame: bytes | str) -> ServerMessage:
    """Decode a message of the server."""
    return _read.decode(frame)


class StoredServer:
    """A hub over a store whose appends fail now and then."""

    def __init__(
        self, store: Store, now: Callable[[], float] = lambda: 1_700_000_000.0
    ) -> None:
        self.store = SteeredStore(store)
        self._now = now
        self.hub = self._new_hub()
        self.room_id = ""
        self._writes = 0

    def _new_hub(self) -> Hub:
        return Hub(self.store, LIMITS, now=self._now, clock=lambda: 0.0)

    async def begin(self, code: str) -> None:
        """See ``RoomServer.begin``."""
        self.room_id, _ = await self.hub.create("Ann", code=code)

    async def room(self) -> Room:
        """Return the room, which is loaded if need be."""
        return await self.hub.open(self.room_id)

    async def connect(self) -> RoomSeat:
        """See ``RoomServer.connect``."""
        return RoomSeat(await self.room())

    async def write(self, code: str) -> None:
        """See ``RoomServer.write``."""
        self._writes += 1
        writer = Writer(f"outside-{self._writes}", "Cem")
        try:
            await (await self.room()).write(writer, code)
        except StorageFailure:
            return

    async def code(self) -> str:
        """See ``RoomServer.code``."""
        return (await self.room()).code

    async def log(self) -> Sequence[Revision]:
        """See ``RoomServer.log``; what is loaded anew must make the same code."""
        room = await self.room()
        await room.settle()
        again = await self._new_hub().open(self.room_id)
        assert again.code == room.code, "snapshot and log make another text"
        assert again.head == room.head
        return await self._whole(await self.store.revisions(self.room_id, 0, -1))

    async def _whole(self, kept: Sequence[Revision]) -> Sequence[Revision]:
        """Return the log as it was written, of which ``kept`` must be what is left."""
        log = self.store.written[self.room_id]
        first = await self.store.load(self.room_id, 0)
        assert intact(first_digest(first.record.epoch), kept) == len(kept)
        text, number = Text.of(first.code), 0
        short = text
        for each in kept:
            part = log[number : number + each.run]
            text, short = replay(text, part), replay(short, [each])
            number += each.run
            assert (short, each.digest) == (text, part[-1].digest), "merged wrongly"
        assert number == len(log), "kept less than was written"
        return log

    async def compact(self, rng: random.Random) -> int:
        """See ``RoomServer.compact``."""
        room = await self.room()
        most = rng.randint(1, 1 + len(self.store.written[self.room_id]))
        keep = Keep(exact=1e9, hourly=1e9, revisions=most, size=10**9)
        await compact(self.store, room.record, keep, self._now())
        return (await self.store.load(self.room_id)).merged

    async def own(self, client_id: str, version: int) -> list[int]:
        """See ``RoomServer.own``."""
        log = self.store.written[self.room_id][:version]
        return [each.version for each in log if each.confirms(client_id)]

    async def stored(self) -> tuple[Sequence[Revision], str]:
        """Return the log, and the code that loading anew gives."""
        again = await self._new_hub().open(self.room_id)
        return await self.store.revisions(self.room_id, 0, -1), again.code

    async def restart(self) -> None:
        """See ``RoomServer.restart``."""
        if self.room_id:
            await (await self.room()).settle()
        self.hub = self._new_hub()

    async def together(self, *work: Coroutine[Any, Any, None]) -> None:
        """See ``RoomServer.together``."""
        await asyncio.gather(*work)

    async def trouble(self, rng: random.Random) -> None:
        """Fail appends from now on, before or after they are done; or stop failing."""
        self.store.fail_before = rng.random() < 0.3
        self.store.fail_after = rng.random() < 0.3

    async def recover(self) -> None:
        """See ``RoomServer.recover``; what was written all the same is found."""
        self.store.fail_before = self.store.fail_after = False
        if self.room_id:
            await (await self.room()).settle()


class RoomSeat:
    """What ``handlers.socket`` does with a room, without a socket."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.reader: EditReader | None = None
        self._stale = -1
        """The version of the last push that was too far behind."""

    @property
    def ended(self) -> bool:
        """See ``Seat.ended``: another connection of the client has taken its place."""
        return self.reader is not None and self.reader.ending is not None

    async def take(self, message: ClientMessage) -> list[ServerMessage]:
        """See ``Seat.take``."""
        try:
            return await self._take(message)
        except StorageFailure as failure:
            return [Error("storage", str(failure))]
        except Stale as stale:
            if stale.version <= self._stale:
                # As the server does. It happens where a push crosses another error.
                self._end(stale)
                return []
            self._stale = stale.version
            return [Error("stale", str(stale), version=stale.head)]
        except TooOld as old:
            self._end(old)
            return []

    async def _take(self, message: ClientMessage) -> list[ServerMessage]:
        room, reader = self.room, self.reader
        if isinstance(message, Hello):
            return [self._hello(message)]
        if reader is None or reader.ending:
            return []
        writer = Writer(reader.client_id, "Ann")
        match message:
            case CodeChange(code=str(code), id=WriteId() as id):
                await room.write(writer, code, WriteKey.numbered(id.writer, id.number))
                reader.acknowledge_write(room, id)
            case CodeChange(version=int(version), updates=list(updates)):
                pushed = [ChangeSet.from_json(update) for update in updates]
                await room.push(writer, version, pushed)
        return []

    def _hello(self, hello: Hello) -> Welcome:
        # What an earlier connection was told does not count.
        self._told, self._refused = 0, -1
        room, epoch = self.room, self.room.record.epoch
        client_id = room.client_id_of(hello.key)
        later = hello.accepted and not room.durable.is_immediate
        self.reader = EditReader(client_id, client_id, "Ann", accepts=later)
        version = hello.version
        if (
            hello.epoch == epoch
            and isinstance(version, int)
            and room.log.can_resume_from(version)
        ):
            self.reader.version = version
        if later and hello.epoch == epoch:
            self.reader.confirm_saved(room.head)
        resumed = self.reader.version is not None
        room.audience.join(self.reader)
        return Welcome(client_id, epoch, resumed, "", "python", 9, accepted=later)

    async def pull(self) -> ServerMessage | None:
        """See ``Seat.pull``; who is here is left out."""
        while self.reader is not None and not self.reader.ending:
            try:
                frame = await next_frame(self.reader, self.room)
            except TooOld as old:
                self._end(old)
                return None
            except StorageFailure as failure:
                # The server says so when it closes the connection.
                self._end(failure, Close.STORAGE_LOST)
                return Error("storage", str(failure))
            if frame is None:
                if not self.reader.awaits_disk:
                    return None
                await self.room.durable.wait(self.room.head)
                continue
            message = read(message_in(frame))
            if not isinstance(message, Presence):
                return message
        return None

    def _end(self, why: Exception, code: int = Close.TOO_OLD) -> None:
        assert self.reader is not None
        self.reader.ending = Ending(code, str(why))
        self.leave()

    def leave(self) -> None:
        """See ``Seat.leave``."""
        if self.reader is not None:
            self.room.audience.leave(self.reader)
