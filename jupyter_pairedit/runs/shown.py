"""Which text of guests each person was shown. Kept in memory only.

After a restart of the server, all text of guests counts as not shown.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from ..core.guestlines import UnreadLine
from ..core.notes import notes
from ..core.text import Text
from ..core.unread import GuestText, Shown
from ..core.unread import UnreadText as Unread
from ..protocol import NotedLine
from ..rooms.history import code_at
from ..rooms.room import Room
from ..stores.base import Store
from .requests import UnreadText, Wanted
from .texts import text_at

_READERS = 500
"""People in rooms whose reading is remembered; the one who ran least recently is
forgotten first."""
_READ = 500
"""Revisions that are read at a time."""


@dataclass(slots=True)
class _Reader:
    """What one person was shown of one room."""

    epoch: str
    guests: GuestText
    shown: Shown = field(default_factory=Shown)
    listed: tuple[int, int, Unread] | None = None
    """The last list that was sent: the id of the request, the version, what it has."""


class ToldAudience:
    """Who was shown that guests see what the code of a room puts out."""

    def __init__(self) -> None:
        self._told: OrderedDict[tuple[str, str], str] = OrderedDict()
        """The epoch of the room, by the room and the person."""

    def confirm(self, room_id: str, epoch: str, person: str) -> None:
        """Record that a person was shown it for a room."""
        self._told[room_id, person] = epoch
        self._told.move_to_end((room_id, person))
        while len(self._told) > _READERS:
            self._told.popitem(last=False)

    def has(self, room_id: str, epoch: str, person: str) -> bool:
        """Return whether a person was shown it."""
        return self._told.get((room_id, person)) == epoch


class ShownText:
    """What people were shown, in all rooms."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._readers: OrderedDict[tuple[str, str], _Reader] = OrderedDict()
        self._lock = asyncio.Lock()

    async def check(
        self, room: Room, person: str, wanted: Wanted, trusted: Set[str]
    ) -> None:
        """Raise ``UnreadText`` if code has text of guests that was not shown.

        Lines of ``trusted`` clients alone do not raise it. Beside others they are
        listed: who confirms the list was shown them, also when the trust has ended.
        Raises ``RunRefusal`` for a version that cannot be read.
        """
        text, reader, unread = await self._read(room, person, wanted)
        if {client for each in unread.lines for client in each.clients} <= trusted:
            return
        reader.listed = None
        noted = await asyncio.to_thread(_noted, text, unread.lines)
        raise UnreadText(wanted.version, noted, unread)

    async def ran(self, room: Room, person: str, wanted: Wanted) -> None:
        """Record that a person has run code: it counts as shown from now on."""
        _, reader, unread = await self._read(room, person, wanted)
        reader.shown = reader.shown.plus(unread)

    def listed(
        self, room_id: str, person: str, request: int, unread: UnreadText
    ) -> None:
        """Record the list that a connection of this person was sent."""
        reader = self._readers.get((room_id, person))
        if reader is not None:
            reader.listed = request, unread.version, unread.text

    def confirm(self, room_id: str, person: str, request: int, version: int) -> None:
        """Record that the person was shown the list; ignore any other list."""
        reader = self._readers.get((room_id, person))
        if reader is None or reader.listed is None:
            return
        if reader.listed[:2] == (request, version):
            reader.shown = reader.shown.plus(reader.listed[2])
            reader.listed = None

    async def _read(
        self, room: Room, person: str, wanted: Wanted
    ) -> tuple[Text, _Reader, Unread]:
        async with self._lock:
            text = await text_at(self._store, room, wanted.epoch, wanted.version)
            reader = await self._reader_at(room, person, wanted)
            guests, shown = reader.guests, reader.shown
            unread = await asyncio.to_thread(guests.unread, text, wanted.part, shown)
            return text, reader, unread

    async def _reader_at(self, room: Room, person: str, wanted: Wanted) -> _Reader:
        """Return the reading of a person, at the version that is wanted."""
        room_id = room.record.room_id
        reader = self._readers.get((room_id, person))
        known = reader is not None and reader.epoch == wanted.epoch
        if reader is None or not known or reader.guests.version > wanted.version:
            # What was shown of a later version does not say what was in this one.
            first = Text.of(await code_at(self._store, room_id, 0))
            reader = _Reader(wanted.epoch, GuestText(0, first.length))
            self._readers[room_id, person] = reader
        self._readers.move_to_end((room_id, person))
        while len(self._readers) > _READERS:
            self._readers.popitem(last=False)
        await self._follow(room_id, reader.guests, wanted.version)
        return reader

    async def _follow(self, room_id: str, guests: GuestText, version: int) -> None:
        while guests.version < version:
            news = await self._store.revisions(room_id, guests.version, _READ)
            news = [each for each in news if each.version <= version]
            if not news:
                return
            await asyncio.to_thread(guests.follow, news)


def _noted(text: Text, lines: Sequence[UnreadLine]) -> list[NotedLine]:
    """Return lines for a message, with what is to be noted about them."""
    found = {each.line: each for each in notes(str(text))}
    noted = []
    for line in lines:
        note = found.get(line.number)
        noted.append(
            NotedLine(
                line=line.number,
                text=line.text,
                author=line.author,
                clients=line.clients,
                removed=line.removed,
                invisible=list(note.invisible) if note else [],
                command=note.command if note else False,
            )
        )
    return noted
