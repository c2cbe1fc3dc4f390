"""Keeping the open rooms of this server up to date with other servers.

A notice of another server only names a room to look up. A missed notice does no harm:
all open rooms are looked up after a lost connection and every 15 seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from functools import partial

from ..core.presence import over_limit
from ..guests.invites import Invites
from ..protocol import Close, Ending
from ..rooms.background import BackgroundTasks
from ..rooms.hub import Hub
from ..rooms.properties import refresh_properties
from ..rooms.room import Room
from ..stores.errors import RoomNotFound, StorageFailure, other_epoch
from ..stores.peers import (
    EVERYTHING,
    HEARTBEAT,
    Announcement,
    Notice,
    PeerClient,
    PeerEntry,
)
from ..stores.peers import PeerStore as Store
from .presence import announcement, seats_here, show_elsewhere
from .refusals import show_refusals

_log = logging.getLogger(__name__)

CROWDED_OUT = Ending(Close.ROOM_FULL, "Somebody took the last seat before you.")

_GATHER = 0.05
"""Seconds for which movements are collected, so that only the newest is shared."""
_GATHER_ALONE = 1.0
"""The same while no other server has the database open."""
_AGAIN = 1.0
"""Seconds before listening is tried again after a failure."""
_RECHECK = 3
"""Beats between two look-ups of all open rooms."""


class Peers:
    """The other servers on the database of a hub.

    ``invites`` is None on a server without guests. ``may_report`` counts a person who
    found a room full, and returns whether to send the members the name. ``reload_runs``
    shows the runs of a room that other servers have changed; ``is_running`` returns
    whether this server has runs that have not ended.
    """

    def __init__(
        self,
        hub: Hub,
        store: Store,
        invites: Invites | None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        may_report: Callable[[str], bool] = lambda room_id: True,
        reload_runs: Callable[[str], Awaitable[None]] | None = None,
        is_running: Callable[[], bool] = lambda: False,
    ) -> None:
        self._hub = hub
        self._rooms = hub.rooms_in_memory
        self._store = store
        self._invites = invites
        self._moved: set[str] = set()
        self._movement = asyncio.Event()
        self._shared: dict[str, Sequence[PeerClient]] = {}
        """The seats that were last shared for each room with people in it."""
        self._opened = asyncio.Event()
        """Set when a room is opened: without rooms there is nothing to follow."""
        self._sleep = sleep
        self._may_report = may_report
        self._reload_runs, self._is_running = reload_runs, is_running
        self._sharing = BackgroundTasks()
        self._loops: list[asyncio.Task[None]] = []
        hub.add_open_listener(self._room_opened)

    def start(self) -> None:
        """Begin to exchange notices with other servers."""
        loops = (self._listen(), self._share_movements(), self._beat())
        self._loops = [asyncio.create_task(each) for each in loops]

    async def stop(self) -> None:
        """Stop. May be called again."""
        loops, self._loops = self._loops, []
        for each in loops:
            each.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await self._sharing.settle()

    async def _room_opened(self, room: Room) -> None:
        """Follow a room that was opened, and look up what other servers have of it."""
        self._opened.set()
        room_id = room.record.room_id
        room.audience.add_movement_listener(partial(self._note_movement, room_id))
        room.audience.add_refusal_listener(partial(self._share_refusal, room_id))
        if self._loops:
            # Notices that came while it was read found no room. This may forget it.
            await self._attempt(self._update_heads({room_id: room}))
            await self._attempt(self._update_people(self._open([room_id])))
            await self._attempt(self._show_refusals(self._open([room_id])))

    # --- receiving --------------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            if not self._rooms:
                self._opened.clear()
                await self._opened.wait()
            if not await self._attempt(self._receive()):
                await self._sleep(_AGAIN)

    async def _receive(self) -> None:
        await self._look_up(await self._store.wait(lambda: bool(self._rooms)))

    async def _look_up(self, notices: Collection[Notice]) -> None:
        """Look up what the notices name, in rooms that are open here."""
        log, people, changed, seats, runs = (set[str]() for _ in range(5))
        for notice in notices:
            match notice.what:
                case "log":
                    log.add(notice.room_id)
                case "people":
                    people.add(notice.room_id)
                case "room":
                    changed.add(notice.room_id)
                case "seat":
                    seats.add(notice.room_id)
                case "run":
                    runs.add(notice.room_id)
                case "all":
                    for each in (people, changed, seats, runs):
                        each |= set(self._rooms)
        for room in self._open(log).values():
            room.sync_soon()
        await self._update_heads(self._open(changed))
        await self._update_people(self._open(people))
        await self._attempt(self._show_refusals(self._open(seats)))
        if self._invites is not None:
            await self._attempt_each(self._invites.reload, self._open(changed))
        if self._reload_runs is not None:
            await self._attempt_each(self._reload_runs, self._open(runs))

    def _open(self, room_ids: Iterable[str]) -> dict[str, Room]:
        return {each: self._rooms[each] for each in room_ids if each in self._rooms}

    async def _update_heads(self, rooms: Mapping[str, Room]) -> None:
        heads = await self._store.heads(rooms) if rooms else {}
        for room_id, room in rooms.items():
            head, known = heads.get(room_id), room.record.epoch
            if head is None:
                self._hub.forget(room)
                continue
            if head.epoch != known:
                self._hub.forget(room, other_epoch(room_id, known, head.epoch))
                continue
            if head.version > room.head:
                room.sync_soon()
            if head.changes > room.record.changes:
                await self._attempt(refresh_properties(self._hub.store, room))

    async def _update_people(self, rooms: Mapping[str, Room]) -> None:
        seats = await self._store.clients(rooms) if rooms else {}
        await self._attempt_each(
            lambda room_id: self._show_seats(rooms[room_id], seats[room_id]), rooms
        )

    async def _show_refusals(self, rooms: Mapping[str, Room]) -> None:
        await show_refusals(rooms, self._store, self._may_report)

    async def _show_seats(self, room: Room, taken: Sequence[PeerEntry]) -> None:
        """Show who is in a room elsewhere, and end connections that lost their seat."""
        room_id, audience = room.record.room_id, room.audience
        here = [each for each in taken if each.server == self._store.server]
        elsewhere = [each.client for each in taken if each not in here]
        company = bool(audience.presence.remote)
        await show_elsewhere(room, elsewhere)
        stored = {each.client.client_id for each in here}
        if stored != _ids(self._shared.get(room_id, ())) or bool(elsewhere) != company:
            # The shared seats are lost, or another server now needs our carets.
            self._shared.pop(room_id, None)
            self._note_movement(room_id)
        for each in here:
            if each.removed_by is not None and self._invites is not None:
                await self._invites.kick_for_peer(
                    room_id, each.client.client_id, each.removed_by
                )
        everybody = [
            (each.client.person, each.client.label is not None) for each in taken
        ]
        over = over_limit(everybody, audience.presence.limit)
        for person in over:
            if person not in audience.seated:
                audience.end(CROWDED_OUT, person)
        # Who has a seat keeps it when the limit is lowered.
        audience.seated |= {each.client.person for each in here} - set(over)
        audience.seated &= {each.person for each in audience.presence.local}

    # --- sharing ----------------------------------------------------------------------

    def _share_refusal(self, room_id: str, name: str, is_guest: bool) -> None:
        if self._loops and not self._store.alone:
            self._sharing.start(self._store_refusal(room_id, name, is_guest))

    async def _store_refusal(self, room_id: str, name: str, is_guest: bool) -> None:
        await self._attempt(self._store.refuse(room_id, name, is_guest))

    def _note_movement(self, room_id: str) -> None:
        self._moved.add(room_id)
        self._movement.set()

    async def _share_movements(self) -> None:
        while True:
            await self._movement.wait()
            self._movement.clear()
            moved, self._moved = self._moved, set()
            if not await self._attempt(self._share_seats(moved)):
                # They are shared again with the next beat.
                self._moved |= moved
            await self._sleep(_GATHER_ALONE if self._store.alone else _GATHER)

    async def _share_seats(self, room_ids: Iterable[str]) -> None:
        """Store who is in rooms here, in one transaction."""
        shared, seats = self._shared, dict[str, list[PeerClient]]()
        changes = list[Announcement]()
        for room_id in room_ids:
            room = self._rooms.get(room_id)
            # A room that was deleted or evicted has no seats.
            now = [] if room is None else seats_here(room)
            change = announcement(room_id, shared.get(room_id), now)
            if change is not None:
                changes.append(change)
                seats[room_id] = now
        if not changes:
            return
        before = {room_id: _ids(shared.get(room_id, ())) for room_id in seats}
        await self._store.announce(changes)
        shared.update(seats)
        if not self._store.alone:
            # A person on another server may have taken the last seat first.
            moved = (each for each in seats if before[each] != _ids(seats[each]))
            await self._update_people(self._open(moved))
        for room_id, now in seats.items():
            if not now:
                # It may already have been removed by the look-up.
                shared.pop(room_id, None)

    async def _beat(self) -> None:
        beats = 0
        while True:
            await self._sleep(HEARTBEAT)
            beats += 1
            if self._shared or self._is_running():
                await self._attempt(self._store.heartbeat())
            if self._moved:
                # Share again what could not be shared.
                self._movement.set()
            if beats % _RECHECK == 0 and self._rooms:
                await self._attempt(self._look_up([EVERYTHING]))

    async def _attempt_each(
        self, work: Callable[[str], Awaitable[object]], room_ids: Iterable[str]
    ) -> dict[str, bool]:
        """Await ``work`` for all rooms at once: a busy room delays no other room.

        Returns for each whether it succeeded.
        """

        async def attempt(room_id: str) -> tuple[str, bool]:
            return room_id, await self._attempt(work(room_id))

        return dict(await asyncio.gather(*map(attempt, room_ids)))

    async def _attempt(self, work: Awaitable[object]) -> bool:
        """Await ``work``; return whether it succeeded. A failure is logged.

        Failed work is repeated with the next beat or the next look-up of all rooms.
        """
        try:
            await work
        except StorageFailure as failure:
            _log.warning("Other servers cannot be reached for now: %s.", failure)
            return False
        except RoomNotFound:
            # It was deleted meanwhile, which has a notice of its own.
            return True
        except Exception:
            _log.exception("Changes of other servers could not be read.")
            return False
        return True


def _ids(clients: Iterable[PeerClient]) -> set[str]:
    return {each.client_id for each in clients}
