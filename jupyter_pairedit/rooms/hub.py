"""The hub: the open rooms of one server, and the store behind them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable

from ..connections.throttle import Pace
from ..core.identifiers import mint_room_id
from ..core.limits import Limits
from ..core.ratelimit import Doorstep, Rate, Refusals
from ..core.revisions import replay
from ..core.storable import storable
from ..core.text import Text, unify_line_ends
from ..peers.peers import Neighbours
from ..stores.base import (
    Point,
    RoomLimit,
    RoomNotFound,
    RoomRecord,
    RoomSummary,
    Store,
    check_version,
)
from .activity import Activity
from .background import Tasks
from .blame import Blames
from .compaction import Rounds
from .counters import Tally
from .readers import DELETED, RESTARTING
from .room import Room, TooLarge, Writer

_log = logging.getLogger(__name__)

DEFAULT_CODE = "# Start coding here...\n"
"""What a new room begins with, as in the prototype."""

_GOODBYE = 1.0
"""Seconds that a server which stops waits for slow connections to hear of it."""


class ServerFull(Exception):
    """As many as this server takes are there already."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"This server takes {limit} {what} at a time.")


class Hub:
    """Opens each room once, and keeps it open as long as somebody needs it.

    ``now`` gives seconds since 1970; ``clock`` gives seconds and only goes forward.
    """

    def __init__(
        self,
        store: Store,
        limits: Limits,
        *,
        now: Callable[[], float],
        clock: Callable[[], float],
    ) -> None:
        self.store = store
        self.limits = limits
        self.blames = Blames(store)
        self.tally = Tally(clock)
        self.activity = Activity(now, limits.guests_alone)
        self.doorstep = Doorstep(limits.unseated, limits.unseated_per_address)
        """Sockets of the edit dialect that have not said hello."""
        self.pace = Pace(limits, clock)
        self._now = now
        self._clock = clock
        self._rooms: dict[str, Room] = {}
        self.neighbours = Neighbours(store.neighbours, self._rooms, self.forget)
        self._opening: dict[str, asyncio.Task[Room]] = {}
        self._needed: dict[str, float] = {}
        """When each open room was last seen with somebody in it, or asked for."""
        self._connects = Rate(limits.connects, limits.connects_per)
        self._moves = Rate(limits.carets, 1.0)
        self._mismatches = Rate(limits.mismatches, limits.mismatches_per)
        self._refusals = Refusals()
        self._resting = Tasks()
        self._rounds = Rounds(store, limits, now=now, clock=clock)

    async def create(
        self,
        author: str,
        *,
        room_id: str | None = None,
        code: str | None = None,
        title: str = "",
        language: str = "python",
        limit: int | None = None,
    ) -> tuple[str, bool]:
        """Make a room, unless it exists; give its id and whether it is new.

        Raises ``BadChange`` or ``TooLarge`` for code that cannot be stored, and
        ``ServerFull``.
        """
        record = RoomRecord(
            room_id=room_id or mint_room_id(secrets.choice),
            epoch=secrets.token_urlsafe(9),
            secret=secrets.token_urlsafe(32),
            title=title,
            language=language,
            limit=limit or self.limits.people,
            author=author,
            created_at=self._now(),
        )
        code = unify_line_ends(storable(DEFAULT_CODE if code is None else code))
        size = len(code.encode())
        if size > self.limits.code:
            raise TooLarge(self.limits.code, size)
        most = self.limits.stored
        try:
            return record.room_id, await self.store.create(record, code, most)
        except RoomLimit:
            raise ServerFull("stored rooms", most) from None

    async def open(self, room_id: str) -> Room:
        """Give the room, loaded once however many ask at the same time.

        Raises ``RoomNotFound``, and ``ServerFull`` where all in memory are needed.
        """
        room = self._rooms.get(room_id)
        if room is not None:
            self._needed[room_id] = self._clock()
            return room
        opening = self._opening.get(room_id)
        if opening is None:
            self._make_space()
            opening = asyncio.create_task(self._load(room_id))
            self._opening[room_id] = opening
            opening.add_done_callback(lambda _: self._opening.pop(room_id, None))
        # Shielded, since others may wait for the same room.
        return await asyncio.shield(opening)

    def _make_space(self) -> None:
        """Let go of the room that nobody has needed for longest, if there has to be."""
        limits = self.limits
        if len(self._rooms) + len(self._opening) < limits.rooms:
            return
        unneeded = [each for each in self._rooms if not self._in_use(each)]
        if not unneeded:
            raise ServerFull("rooms", limits.rooms)
        self._let_go(min(unneeded, key=self._needed.__getitem__))

    def _in_use(self, room_id: str) -> bool:
        """Whether somebody is there, or may be about to say hello."""
        asked_for = self._clock() - self._needed[room_id] < self.limits.hello
        return asked_for or bool(self._rooms[room_id].audience.connections)

    def _let_go(self, room_id: str) -> None:
        del self._needed[room_id]
        self._resting.begin(self._rooms.pop(room_id).rest())

    async def _load(self, room_id: str) -> Room:
        stored = await self.store.load(room_id)
        # Building the text and its log off the loop: it may be a megabyte.
        room = await asyncio.to_thread(
            Room, stored, self.store, self.limits, self._now, self.tally
        )
        self._rooms[room_id] = room
        self._needed[room_id] = self._clock()
        await self.neighbours.watch(room)
        return room

    async def code_at(self, room_id: str, version: int) -> str:
        """Give a room's code as it was.

        Raises as ``open``, or ``VersionNotFound``, or ``VersionMerged``.
        """
        stored = await self.store.load(room_id, version)
        if stored.last < version:
            after = await self.store.revisions(room_id, stored.last, 1)
            check_version(version, stored.last, after)
        return await asyncio.to_thread(
            lambda: str(replay(Text.of(stored.code), stored.revisions))
        )

    async def write(self, room_id: str, author: str, code: str) -> int:
        """Replace a room's code for somebody who has no connection to it.

        Gives the version that has it. Raises as ``open`` and ``Room.write`` do.
        """
        room = await self.open(room_id)
        try:
            # Not a client of the room: no connection is the writer of this.
            version = await room.write(Writer(client_id="", author=author), code)
        except RoomNotFound:
            self.forget(room)
            raise
        self.activity.typed()
        return version

    async def delete(self, room_id: str) -> None:
        """Delete a room and end its connections. Raises ``RoomNotFound``."""
        await self.store.delete(room_id)
        room = self._rooms.get(room_id)
        if room is not None:
            self.forget(room)

    def forget(self, room: Room) -> None:
        """Let go of a room that is no more in the store, and end its connections."""
        room_id = room.record.room_id
        # Another one may have been made, and opened, under the same id.
        if self._rooms.get(room_id) is room:
            del self._rooms[room_id], self._needed[room_id]
        room.audience.end(DELETED)

    def evict(self) -> None:
        """Let go of the rooms that nobody has needed for a while.

        A room that somebody still holds goes on to work: the order is the store's.
        """
        now = self._clock()
        for room_id, room in list(self._rooms.items()):
            if room.audience.connections:
                self._needed[room_id] = now
            elif now - self._needed[room_id] >= self.limits.idle:
                self._let_go(room_id)

    async def tidy(self) -> None:
        """Evict, and merge what is old in the logs of all rooms; call it now and then.

        Not twice at once.
        """
        self.evict()
        await self._rounds.go()

    async def name_version(
        self, room_id: str, version: int | None, name: str, author: str
    ) -> Point:
        """Make a version a restore point, or the head; give the point.

        Raises as ``Store.name_version`` does.
        """
        if version is None:
            version = (await self.open(room_id)).head
        point = Point(version, name, author, self._now())
        await self.store.name_version(room_id, point, self.limits.points)
        return point

    async def rooms(self) -> list[RoomSummary]:
        """List the rooms of the store, the last changed first."""
        return await self.store.rooms()

    def opened(self, room_id: str) -> Room | None:
        """Give the room if it is in memory."""
        return self._rooms.get(room_id)

    def people_in(self, room_id: str) -> list[str]:
        """Name who is in a room now."""
        room = self._rooms.get(room_id)
        return [each.name for each in room.audience.presence.people] if room else []

    async def behind(self) -> int:
        """Count what others have written and rooms here have not read, in revisions."""
        heads = await self.store.neighbours.heads(self._rooms)
        return sum(
            max(0, heads[room_id].version - room.head)
            for room_id, room in self._rooms.items()
            if room_id in heads
        )

    @property
    def open_rooms(self) -> int:
        """How many rooms are in memory."""
        return len(self._rooms)

    @property
    def connections(self) -> dict[str, int]:
        """Clients in each room that has any."""
        return {
            room_id: room.audience.connections
            for room_id, room in self._rooms.items()
            if room.audience.connections
        }

    def expect_space(self) -> None:
        """Raise ``ServerFull`` when no client more is to be seated."""
        if sum(self.connections.values()) >= self.limits.clients:
            raise ServerFull("clients", self.limits.clients)

    def seconds_to_wait(self, person: str) -> float:
        """Count a connection of a person; 0, or how long to wait with the next one."""
        return self._connects.wait(person, self._clock())

    def refused(self, code: str, room_id: str, name: str, what: str) -> None:
        """Count a message that a client was refused, and say so in the log."""
        self.tally.refusals[code] += 1
        line = self._refusals.line(code, room_id, name, what, self._clock())
        if line is not None:
            _log.warning("%s", line)

    def differs_too_often(self, client_id: str) -> bool:
        """Count that a client shows another text than the room's."""
        return self._mismatches.wait(client_id, self._clock()) > 0

    def moves_too_often(self, client_id: str) -> bool:
        """Count a caret that a client has placed; such a one is left out."""
        return self._moves.wait(client_id, self._clock()) > 0

    async def close(self) -> None:
        """Say goodbye to everybody, end what is on its way, and close the store."""
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GOODBYE):
                    rooms = self._rooms.values()
                    await asyncio.gather(
                        *(room.audience.say_goodbye(RESTARTING) for room in rooms)
                    )
            await self.neighbours.stop()
            # A copy: one may be opened or deleted meanwhile.
            for room in list(self._rooms.values()):
                await room.rest()
            await self._resting.settle()
        finally:
            self._rooms.clear()
            await self.store.close()
