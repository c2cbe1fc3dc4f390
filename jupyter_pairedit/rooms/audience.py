"""The readers of a room, the people behind them, and waking readers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from ..core.carets import Carets
from ..core.presence import Presence
from ..protocol import Close, Ending
from .counters import Counters
from .readers import Reader
from .roster import Roster

REPLACED = Ending(Close.REPLACED, "This editor has connected again elsewhere.")
EVICTED = Ending(Close.RESTARTING, "The room has left memory.")
"""The end of a kernel's reader. Its connection stays open."""


class Audience:
    """The readers of one room. They are woken and pull; nothing is sent from here."""

    def __init__(self, limit: int, counters: Counters) -> None:
        self._counters = counters
        self.presence = Presence(limit)
        self.carets = Carets()
        self.roster = Roster(self.presence, self._roster_renewed)
        self.seated: set[str] = set()
        """People here whose seat was compared with those on other servers."""
        self.refusal: int | None = None
        """The number of the last refusal on any server that was read from the database;
        None before it was read."""
        self._refusal_listeners: list[Callable[[str, bool], None]] = []
        self._movement_listeners: list[Callable[[], None]] = []
        self._readers: dict[str, Reader] = {}
        self._kernels: set[str] = set()
        """The clients of ``_readers`` that take no seat."""
        self._change: asyncio.Event | None = None
        """Exists only while somebody waits for it: a room changes with every key."""
        self._idle: list[tuple[str, Callable[[], None]]] = []
        """Clients that have everything, and the callbacks that make them look again."""
        self._wake_scheduled = False

    @property
    def connections(self) -> int:
        """The number of connected clients of people."""
        return len(self._readers) - len(self._kernels)

    @property
    def kernels(self) -> int:
        """The number of connected kernels."""
        return len(self._kernels)

    def has(self, client_id: str, person: str) -> bool:
        """Return whether a client of a person is connected."""
        found = self._readers.get(client_id)
        return found is not None and found.person == person

    @property
    def change(self) -> asyncio.Event:
        """An event that is set by the next change. Get it before checking state."""
        if self._change is None:
            self._change = asyncio.Event()
        return self._change

    def add_movement_listener(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever a client joins, leaves or places its caret."""
        self._movement_listeners.append(listener)

    def add_refusal_listener(self, listener: Callable[[str, bool], None]) -> None:
        """Call ``listener`` with each name that is given to ``refuse``."""
        self._refusal_listeners.append(listener)

    def people_changed(self) -> None:
        """Send the readers who is in the room now, soon."""
        self.roster.update()

    def _roster_renewed(self, newcomers: Collection[str]) -> None:
        # Readers were not sent the carets of clients that they did not know.
        self.carets.renew(newcomers)
        self.wake()

    def caret_placed(self) -> None:
        """Notify the listeners of a caret that was placed, and wake the readers."""
        self._notify_movement()
        self.wake()

    def on_change(self, client_id: str, look: Callable[[], None]) -> None:
        """Call ``look`` once, at the next change."""
        self._idle.append((client_id, look))

    def wake(self) -> None:
        """Make every reader look again soon, once for all changes until then."""
        self._set_change()
        if self._idle and not self._wake_scheduled:
            self._wake_scheduled = True
            asyncio.get_running_loop().call_soon(self._wake_idle)

    def wake_now(self, writers: Collection[str]) -> None:
        """Make every reader look again before this returns, the ``writers`` last.

        The others wait for text, a writer only for an acknowledgement.
        """
        self._set_change()
        self._wake_idle(writers)

    def wake_waiting(self) -> None:
        """Make the readers look again that wait for the disk, if they are idle."""
        self._set_change()
        waiting = {key for key, each in self._readers.items() if each.awaits_disk}
        if waiting:
            self._wake_some(waiting)

    def wake_one(self, client_id: str) -> None:
        """Make one client look again before this returns, if it is idle."""
        self._set_change()
        self._wake_some((client_id,))

    def _wake_some(self, clients: Collection[str]) -> None:
        idle, self._idle = self._idle, []
        looks: list[Callable[[], None]] = []
        for each in idle:
            if each[0] in clients:
                looks.append(each[1])
            else:
                self._idle.append(each)
        for look in looks:
            look()

    def _set_change(self) -> None:
        if self._change is not None:
            self._change.set()
            self._change = None

    def _wake_idle(self, writers: Collection[str] = ()) -> None:
        idle, self._idle = self._idle, []
        self._wake_scheduled = False
        last: list[Callable[[], None]] = []
        for client_id, look in idle:
            if client_id in writers:
                last.append(look)
            else:
                look()
        for look in last:
            look()

    def _notify_movement(self) -> None:
        for listener in self._movement_listeners:
            listener()

    def join(self, reader: Reader) -> None:
        """Seat a reader. An earlier reader of the same client is ended.

        Raises ``RoomFull``. A kernel needs no seat and is not in the list of people.
        """
        if reader.is_kernel:
            self._kernels.add(reader.client_id)
        else:
            who = reader.person, reader.name, reader.client_id, reader.label
            self.presence.join(*who, chosen=reader.chooses_name)
        before = self._readers.get(reader.client_id)
        self._readers[reader.client_id] = reader
        self._counters.clients += before is None
        self._notify_movement()
        self.people_changed()
        if before is not None:
            if before.person != reader.person:
                # Two logins, or two links, with one key: leave() will not find it.
                self.presence.leave(before.person, before.client_id)
            before.ending = REPLACED
            self.wake()

    def refuse(self, name: str, is_guest: bool) -> None:
        """Send the members the name of somebody for whom there is no seat."""
        self.show_refused(name, is_guest)
        for listener in self._refusal_listeners:
            listener(name, is_guest)

    def show_refused(self, name: str, is_guest: bool) -> None:
        """Send the members on this server a name, and no listener."""
        self.presence.refuse(name, is_guest)
        self.wake()

    def leave(self, reader: Reader) -> None:
        """Remove a reader. May be called again."""
        if self._readers.get(reader.client_id) is reader:
            del self._readers[reader.client_id]
            self._counters.clients -= 1
            self._kernels.discard(reader.client_id)
            self.presence.leave(reader.person, reader.client_id)
            self.carets.remove(reader.client_id)
            self._notify_movement()
            self.people_changed()
            # Otherwise its callback is kept until the room changes.
            self.wake_one(reader.client_id)

    def end(self, ending: Ending, person: str | None = None) -> None:
        """End all connections, or those of one person."""
        for reader in self._readers.values():
            if person in (None, reader.person):
                reader.ending = ending
        self.wake()

    def evict(self) -> None:
        """End the readers, which are those of kernels, as the room leaves memory."""
        self.end(EVICTED)

    async def end_and_wait(self, ending: Ending) -> None:
        """End all connections and wait until they are closed."""
        self.end(ending)
        while self._readers:
            await self.change.wait()
