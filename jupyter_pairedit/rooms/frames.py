"""The frames of one room. Each is encoded once, however many readers get it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import cast

from msgspec import UNSET

from ..core.carets import Carets
from ..core.marks import to_bits
from ..core.presence import Participant
from ..core.revisions import Revision
from ..protocol import (
    Accepted,
    Caret,
    CodeUpdate,
    InitialState,
    Person,
    Presence,
    RoomProperties,
    Saved,
    SeatWanted,
    ServerMessage,
    Update,
    WriteId,
    encode,
    framed,
    settings_of,
)
from ..stores.records import RoomRecord
from .log import Log
from .roster import Roster


class Frames:
    """Encodes messages of a room and caches them until the room changes.

    Each frame includes the header of its WebSocket frame.
    """

    def __init__(self, log: Log, roster: Roster, carets: Carets) -> None:
        self._log = log
        self._roster = roster
        self._carets = carets
        self._cache: dict[object, bytes] = {}
        self._presences: dict[tuple[int, int, bool], bytes] = {}
        """By what the readers know, see ``presence``; all lead to ``_generations``."""
        self._generations = (-1, -1)
        self._hash: str | None = None

    def clear(self) -> None:
        """Discard the cache because the room has changed."""
        self._cache.clear()
        self._presences.clear()
        self._hash = None

    def state(self) -> bytes:
        """Return ``initial_state`` with the room's text."""
        return self._once("state", lambda: InitialState(self._code, self._log.head))

    def code(self) -> bytes:
        """Return ``code_update`` with the room's text, for the whole-file dialect."""
        return self._once("code", lambda: CodeUpdate(self._log.head, code=self._code))

    def updates(self, revisions: Sequence[Revision], author: str | None) -> bytes:
        """Return ``code_update`` with consecutive revisions, at least one.

        ``author`` is the client id of the revision that was sent before them, or None.
        Fields that follow from it are left out.
        """
        last = revisions[-1].version
        key = revisions[0].version, last, author
        version = last if author is None else UNSET
        return self._cache.get(key) or self._once(
            key, lambda: CodeUpdate(version, updates=list(_updates(revisions, author)))
        )

    def saved(self, version: int, id: WriteId | None = None) -> bytes:
        """Return ``saved`` for a client's own edits up to ``version``.

        With ``id``: for its whole-file write with that id.
        """
        if id is not None:
            return framed(encode(Saved(version, id)))
        return self._once(version, lambda: Saved(version))

    def saved_one(self) -> bytes:
        """Return ``saved`` for one more edit of the client."""
        return self._once("one", Saved)

    def room(self, record: RoomRecord) -> bytes:
        """Return ``room`` with the properties of the room."""
        return self._once(
            ("room", record.changes),
            lambda: RoomProperties(
                record.title,
                record.language,
                record.limit,
                record.changes,
                settings_of(record.settings),
            ),
        )

    def seat_wanted(self, name: str, is_guest: bool) -> bytes:
        """Return ``seat_wanted`` with a person who was refused."""
        return framed(encode(SeatWanted(name, is_guest)))

    def saved_all(self) -> bytes:
        """Return ``saved`` for all edits of a client that were accepted."""
        return self.saved_one()

    def accepted(self, count: int, version: int) -> bytes:
        """Return ``accepted`` for ``count`` edits of a client, up to ``version``."""
        if count == 1:
            return self._once("accepted", Accepted)
        return self._once(("accepted", version), lambda: Accepted(version))

    def presence(self, people: int, carets: int, differences: bool) -> bytes:
        """Return ``presence`` for a reader at the head.

        ``people`` and ``carets`` are the generations that the reader knows; what has
        not changed since is left out. With ``differences``, the reader takes the
        changes of the list of people in the place of the list.
        """
        now = (self._roster.generation, self._carets.generation)
        if now != self._generations:
            # Without edits the cache is not cleared, and these would accumulate.
            self._generations = now
            self._presences.clear()
        frame = self._presences.get((people, carets, differences))
        if frame is None:
            message = Presence()
            self._add_people(message, people, differences)
            self._add_carets(message, carets)
            frame = framed(encode(message))
            self._presences[people, carets, differences] = frame
        return frame

    def _add_people(self, message: Presence, known: int, differences: bool) -> None:
        roster = self._roster
        if known == roster.generation:
            return
        difference = roster.since(known) if differences else None
        if difference is None:
            message.people = [_person(each) for each in roster.people]
        else:
            message.changed = [_person(each) for each in difference.changed] or UNSET
            message.left = list(difference.left) or UNSET

    def _add_carets(self, message: Presence, known: int) -> None:
        if known == self._carets.generation:
            return
        message.version = self._log.head
        message.carets = [
            Caret(each.client_id, each.anchor, each.head)
            for each in self._carets.since(known)
            # A reader discards the carets of clients that it does not know.
            if each.client_id in self._roster.clients
        ]

    @property
    def hash(self) -> str:
        """The CRC-32 of the text, in the format of ``protocol.Check``."""
        if self._hash is None:
            self._hash = f"{zlib.crc32(self._code.encode()):08x}"
        return self._hash

    @property
    def _code(self) -> str:
        return str(self._log.text)

    def _once(self, key: object, message: Callable[[], ServerMessage]) -> bytes:
        frame = self._cache.get(key)
        if frame is None:
            frame = self._cache[key] = framed(encode(message()))
        return frame


def _person(each: Participant) -> Person:
    return Person(
        each.name,
        each.color,
        list(each.clients),
        guest=each.label is not None,
        label=each.label or "",
    )


def _updates(revisions: Sequence[Revision], author: str | None) -> Iterator[Update]:
    for each in revisions:
        client_id = 0 if each.client_id == author else each.client_id
        author = each.client_id
        update: tuple[object, ...] = client_id, each.changes.to_json()
        write, marks = int(each.kind == "write"), to_bits(each.marks)
        # Without the last fields where they are 0: most messages are single keys.
        if marks:
            update = *update, write, marks
        elif write:
            update = *update, write
        yield cast("Update", update)
