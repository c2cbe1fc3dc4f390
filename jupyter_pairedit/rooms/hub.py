"""The hub: the open rooms of one server, and their store."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping

from ..core.limits import Limits
from ..core.writes import WriteKey
from ..stores.base import Store
from ..stores.errors import EpochChanged, RoomLimit, RoomNotFound
from .activity import Activity
from .background import BackgroundTasks
from .blame import BlameCache
from .compaction import Compactor
from .counters import Counters
from .dormant import Dormant
from .durable import Syncs
from .endings import DELETED, RESTARTING, ServerFull
from .newroom import new_room
from .room import Room, Writer

_GOODBYE = 1.0
"""Seconds that a stopping server waits for slow connections to close."""


class Hub:
    """Opens each room once and keeps it in memory while it is in use.

    ``now`` returns seconds since 1970; ``clock`` is monotonic, in seconds.
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
        self.blames = BlameCache(store)
        self.counters = Counters(clock)
        self.activity = Activity(now, limits.guests_alone)
        self.now = now
        self._clock = clock
        self._rooms: dict[str, Room] = {}
        self._opening: dict[str, asyncio.Task[Room]] = {}
        self.syncs = Syncs(store)
        self._used: dict[str, float] = {}
        """When each open room last had clients, or was requested."""
        self.dormant = Dormant()
        self._open_listeners: list[Callable[[Room], Awaitable[None]]] = []
        self.add_open_listener(self.dormant.take_up)
        self._closing = BackgroundTasks()
        self._compactor = Compactor(store, limits, now=now, clock=clock)

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
        """Create a room unless it exists; return its id and whether it is new.

        Raises ``BadChange`` or ``TooLarge`` for code that cannot be stored, and
        ``ServerFull``.
        """
        record, code = new_room(
            self.limits,
            author,
            self.now(),
            room_id=room_id,
            code=code,
            title=title,
            language=language,
            limit=limit,
        )
        most = self.limits.stored
        try:
            return record.room_id, await self.store.create(record, code, most)
        except RoomLimit:
            raise ServerFull("stored rooms", most) from None

    async def open(self, room_id: str) -> Room:
        """Return the room; simultaneous callers share one load.

        Raises ``RoomNotFound``, or ``ServerFull`` if all rooms in memory are in use.
        """
        if (room := self._rooms.get(room_id)) and room.is_lost:
            self.forget(room, EpochChanged(room_id))
        elif room is not None:
            self._used[room_id] = self._clock()
            return room
        opening = self._opening.get(room_id)
        if opening is None:
            self._make_space()
            opening = asyncio.create_task(self._load(room_id))
            self._opening[room_id] = opening
            opening.add_done_callback(lambda task: self._opened(room_id, task))
        # Shielded: other callers may wait for the same room.
        room = await asyncio.shield(opening)
        if self._rooms.get(room_id) is not room:
            # It was deleted or has got another epoch while it was read.
            return await self.open(room_id)
        return room

    def _opened(self, room_id: str, opening: asyncio.Task[Room]) -> None:
        self._opening.pop(room_id, None)
        if not opening.cancelled():
            # Retrieve an error that no caller waits for any more.
            opening.exception()

    def _make_space(self) -> None:
        """Evict the least recently used room if the limit is reached.

        Raises ``ServerFull`` if all rooms are in use.
        """
        limits = self.limits
        if len(self._rooms) + len(self._opening) < limits.rooms:
            return
        unused = [each for each in self._rooms if not self._in_use(each)]
        if not unused:
            raise ServerFull("rooms", limits.rooms)
        self._evict_room(min(unused, key=self._used.__getitem__))

    def _in_use(self, room_id: str) -> bool:
        """Return whether the room has clients, or one that may be about to join."""
        requested = self._clock() - self._used[room_id] < self.limits.hello
        return requested or bool(self._rooms[room_id].audience.connections)

    def _evict_room(self, room_id: str) -> None:
        del self._used[room_id]
        room = self._rooms.pop(room_id)
        room.audience.evict()
        self._closing.start(room.close())

    async def _load(self, room_id: str) -> Room:
        renewals = self.store.renewals
        stored = await self.store.load(room_id)
        # In a thread: the text may have a megabyte.
        room = await asyncio.to_thread(
            Room,
            stored,
            self.store,
            self.limits,
            self.now,
            self.counters,
            self.syncs,
        )
        room.is_lost |= self.store.renewals > renewals
        self._rooms[room_id] = room
        self._used[room_id] = self._clock()
        for listener in self._open_listeners:
            await listener(room)
        return room

    def add_open_listener(self, listener: Callable[[Room], Awaitable[None]]) -> None:
        """Await ``listener`` for each room that is opened, before it is returned."""
        self._open_listeners.append(listener)

    async def write(
        self, room_id: str, writer: Writer, code: str, key: WriteKey | None = None
    ) -> int:
        """Replace a room's text for a ``Writer.without_connection`` to it.

        Returns its version, on the disk. Raises as ``open`` and ``Room.write`` do.
        """
        room = await self.open(room_id)
        try:
            version, _ = await room.write(writer, code, key)
            await room.synced(version)
        except RoomNotFound as gone:
            self.forget(room, gone)
            if isinstance(gone, EpochChanged):
                return await self.write(room_id, writer, code, key)
            raise
        return version

    async def delete(self, room_id: str) -> None:
        """Delete a room and end its connections. Raises ``RoomNotFound``."""
        await self.store.delete(room_id, self.now())
        self.dormant.end(room_id, DELETED)
        room = self._rooms.get(room_id)
        if room is not None:
            self.forget(room)

    def forget(self, room: Room, why: RoomNotFound | None = None) -> None:
        """Discard a room that is not in the store as it is in memory.

        ``why`` is ``EpochChanged`` if it can be loaded again: its clients come back.
        """
        room_id = room.record.room_id
        # A new room with the same id may have been opened.
        if self._rooms.get(room_id) is room:
            del self._rooms[room_id], self._used[room_id]
        room.audience.end(RESTARTING if isinstance(why, EpochChanged) else DELETED)

    def evict(self) -> None:
        """Discard rooms that have not been used for ``limits.idle`` seconds.

        A room that is still referenced continues to work, because the store decides the
        order of revisions.
        """
        now = self._clock()
        for room_id, room in list(self._rooms.items()):
            if room.audience.connections:
                self._used[room_id] = now
            elif now - self._used[room_id] >= self.limits.idle:
                self._evict_room(room_id)

    async def tidy(self) -> None:
        """Evict rooms, and merge old revisions of all rooms.

        To be called regularly; calls must not overlap. Takes long if there is much to
        merge.
        """
        self.evict()
        await self._compactor.run_if_due()

    def is_in_memory(self, room_id: str) -> bool:
        """Return whether the room is in memory, or being read."""
        return room_id in self._rooms or room_id in self._opening

    def opened(self, room_id: str) -> Room | None:
        """Return the room if it is in memory."""
        return self._rooms.get(room_id)

    def has_client(self, room_id: str, client_id: str, person: str) -> bool:
        """Return whether a client of a person is in a room."""
        room = self._rooms.get(room_id)
        return room is not None and room.audience.has(client_id, person)

    def people_in(self, room_id: str) -> list[str]:
        """Return the names of the people in a room."""
        room = self._rooms.get(room_id)
        return [each.name for each in room.audience.presence.people] if room else []

    @property
    def rooms_in_memory(self) -> Mapping[str, Room]:
        """The rooms in memory, by their ids."""
        return self._rooms

    @property
    def connections(self) -> dict[str, int]:
        """The number of clients of people in each room that has any."""
        return {
            room_id: room.audience.connections
            for room_id, room in self._rooms.items()
            if room.audience.connections
        }

    @property
    def kernels(self) -> dict[str, int]:
        """The number of kernels in each room that has any, in memory or not."""
        return self.dormant.kernels(self._rooms)

    def expect_space(self) -> None:
        """Raise ``ServerFull`` if the server has as many clients as it can take."""
        if self.dormant.count + self.counters.clients >= self.limits.clients:
            raise ServerFull("clients", self.limits.clients)

    async def say_goodbye(self) -> None:
        """End all connections, and wait at most a second until they are closed."""
        self.dormant.end_all(RESTARTING)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                rooms = self._rooms.values()
                await asyncio.gather(
                    *(room.audience.end_and_wait(RESTARTING) for room in rooms)
                )

    async def close(self) -> None:
        """End all connections, finish pending work, and close the store."""
        try:
            await self.say_goodbye()
            # A copy: a room may be opened or deleted meanwhile.
            for room in list(self._rooms.values()):
                await room.close()
            await self._closing.settle()
        finally:
            self._rooms.clear()
            await self.store.close()
