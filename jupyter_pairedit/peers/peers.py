"""The rooms that are open here, kept one with what other servers do in them.

Nothing is done because another server says so: it only says what to look up. What was
missed is found by looking at everything, which is done after each lost connection and,
whatever happened, every 15 seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from functools import partial

from ..core.presence import overfull
from ..rooms.readers import CROWDED_OUT
from ..rooms.room import Room
from ..stores.base import RoomNotFound, StorageFailure
from ..stores.neighbours import BEAT, EVERYTHING, Notice, Seat, Taken
from ..stores.neighbours import Neighbours as Store
from .presence import seats_here, show_elsewhere

_log = logging.getLogger(__name__)

_GATHER = 0.05
"""Seconds in which what moves here is gathered, so that only the newest is told."""
_AGAIN = 1.0
"""Seconds after which it is listened again, where that has failed."""
_RECHECK = 3
"""Beats between two looks at everything."""


async def _nothing(*_: str) -> None:
    """Do nothing: this server has no guests."""


class Neighbours:
    """Other servers on the database of a hub, whose open ``rooms`` these are.

    ``forget`` is called for a room that is not there any more.
    """

    def __init__(
        self, store: Store, rooms: Mapping[str, Room], forget: Callable[[Room], None]
    ) -> None:
        self.look_at_guests: Callable[[str], Awaitable[object]] = _nothing
        """Called for a room whose invites may have changed."""
        self.send_away: Callable[[str, str, str], Awaitable[object]] = _nothing
        """Called for a client here that somebody elsewhere removes: and by whom."""
        self._store = store
        self._rooms = rooms
        self._forget = forget
        self._moved: set[str] = set()
        self._movement = asyncio.Event()
        self._told: dict[str, Sequence[Seat]] = {}
        """What was told of each room in which somebody is."""
        self._loops: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen and to tell; until then this server is alone."""
        loops = (self._listen(), self._tell(), self._live())
        self._loops = [asyncio.create_task(each) for each in loops]

    async def stop(self) -> None:
        """Do nothing more. May be called again."""
        loops, self._loops = self._loops, []
        for each in loops:
            each.cancel()
        await asyncio.gather(*loops, return_exceptions=True)

    async def watch(self, room: Room) -> None:
        """Have an eye on a room that was opened; know who is in it elsewhere."""
        if self._loops:
            room_id = room.record.room_id
            room.audience.on_movement = partial(self._note, room_id)
            await self._trying(self._see_people({room_id: room}))

    async def remove(self, room_id: str, client_id: str, by: str) -> bool:
        """Let the server of a client send it away; False if it is nowhere."""
        return await self._store.remove(room_id, client_id, by)

    # --- hearing ----------------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            if not await self._trying(self._hear()):
                await asyncio.sleep(_AGAIN)

    async def _hear(self) -> None:
        await self._look(await self._store.wait())

    async def _look(self, notices: Collection[Notice]) -> None:
        """Look up what is said to be new, in rooms that are open here."""
        log, people, changed = set[str](), set[str](), set[str]()
        for notice in notices:
            match notice.what:
                case "log":
                    log.add(notice.room_id)
                case "people":
                    people.add(notice.room_id)
                case "room":
                    changed.add(notice.room_id)
                case "all":
                    people |= set(self._rooms)
                    changed |= set(self._rooms)
        for room in self._open(log).values():
            room.read_on()
        await self._see_heads(self._open(changed))
        await self._see_people(self._open(people))
        for room_id in self._open(changed):
            await self._trying(self.look_at_guests(room_id))

    def _open(self, room_ids: Iterable[str]) -> dict[str, Room]:
        return {each: self._rooms[each] for each in room_ids if each in self._rooms}

    async def _see_heads(self, rooms: Mapping[str, Room]) -> None:
        heads = await self._store.heads(rooms) if rooms else {}
        for room_id, room in rooms.items():
            head = heads.get(room_id)
            if head is None or head.epoch != room.record.epoch:
                self._forget(room)
            elif head.version > room.head:
                room.read_on()

    async def _see_people(self, rooms: Mapping[str, Room]) -> None:
        seats = await self._store.seats(rooms) if rooms else {}
        for room_id, room in rooms.items():
            await self._trying(self._show(room, seats[room_id]))

    async def _show(self, room: Room, taken: Sequence[Taken]) -> None:
        """Show in a room who is elsewhere, and do what that asks of who is here."""
        room_id, audience = room.record.room_id, room.audience
        here = [each for each in taken if each.server == self._store.server]
        elsewhere = [each.seat for each in taken if each not in here]
        company = bool(audience.presence.elsewhere)
        await show_elsewhere(room, elsewhere)
        if len(here) != audience.connections or bool(elsewhere) != company:
            # What was told is lost; or somebody wants to know where the carets are.
            self._told.pop(room_id, None)
            self._note(room_id)
        for each in here:
            if each.removed_by is not None:
                await self.send_away(room_id, each.seat.client_id, each.removed_by)
        everybody = [(each.seat.person, each.seat.label is not None) for each in taken]
        for person in overfull(everybody, audience.presence.limit):
            audience.end(CROWDED_OUT, person)

    # --- telling ----------------------------------------------------------------------

    def _note(self, room_id: str) -> None:
        self._moved.add(room_id)
        self._movement.set()

    async def _tell(self) -> None:
        while True:
            await self._movement.wait()
            self._movement.clear()
            moved, self._moved = self._moved, set()
            for room_id in moved:
                if not await self._trying(self._tell_of(room_id)):
                    self._moved.add(room_id)
            await asyncio.sleep(_GATHER)

    async def _tell_of(self, room_id: str) -> None:
        room = self._rooms.get(room_id)
        # In a room that was deleted, or let go of, is nobody.
        seats = [] if room is None else seats_here(room)
        before = self._told.get(room_id)
        if before is not None and list(before) == seats:
            return
        await self._store.sit(room_id, seats)
        self._told[room_id] = seats
        known = {each.client_id for each in before or ()}
        if room is not None and known != {each.client_id for each in seats}:
            # Somebody elsewhere may have been quicker to take the last seat.
            await self._see_people({room_id: room})
        if not seats:
            # Unless that has shown already that what was told is lost.
            self._told.pop(room_id, None)

    async def _live(self) -> None:
        beats = 0
        while True:
            await asyncio.sleep(BEAT)
            beats += 1
            if self._told:
                await self._trying(self._store.beat())
            if self._moved:
                # What could not be told before.
                self._movement.set()
            if beats % _RECHECK == 0 and self._rooms:
                await self._trying(self._look([EVERYTHING]))

    async def _trying(self, work: Awaitable[object]) -> bool:
        """Do what may fail, and then harms no other room; say whether it did not.

        It is done again with the next beat, or the next look at everything.
        """
        try:
            await work
        except StorageFailure as failure:
            _log.warning("Other servers are out of sight for now: %s.", failure)
            return False
        except RoomNotFound:
            # Deleted meanwhile: that is told as well, and done by itself.
            return True
        except Exception:
            _log.exception("What other servers do could not be followed.")
            return False
        return True
