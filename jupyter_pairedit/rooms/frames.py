"""The frames of one room, each encoded once however many readers get it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, cast

from msgspec import UNSET

from ..core.revisions import Revision
from ..protocol import (
    Caret,
    CodeUpdate,
    InitialState,
    Person,
    Presence,
    Saved,
    ServerMessage,
    Update,
    encode,
    framed,
)

if TYPE_CHECKING:
    from .room import Room


class Frames:
    """Makes what readers of a room are sent; forgets it when the room moves on.

    Each message has the header of its WebSocket frame before it.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._kept: dict[object, bytes] = {}
        self._presences: dict[tuple[int, int], bytes] = {}
        """By what their readers knew; all of them tell of ``_told``."""
        self._told = (-1, -1)
        self._hash: str | None = None

    def forget(self) -> None:
        """Note that the room has changed."""
        self._kept.clear()
        self._presences.clear()
        self._hash = None

    def state(self) -> bytes:
        """Give the room's code for a reader that has nothing yet."""
        return self._once(
            "state", lambda: InitialState(self._room.code, self._room.head)
        )

    def code(self) -> bytes:
        """Give the room's code for a reader of whole files."""
        return self._once(
            "code", lambda: CodeUpdate(self._room.head, code=self._room.code)
        )

    def updates(self, revisions: Sequence[Revision], author: str | None) -> bytes:
        """Give revisions that follow each other; not none.

        ``author`` is the client of the revision before them, where the reader was sent
        that one; then what can be told from it is left out.
        """
        first, last = revisions[0].version, revisions[-1].version
        version = last if author is None else UNSET
        return self._once(
            (first, last, author),
            lambda: CodeUpdate(version, updates=list(_updates(revisions, author))),
        )

    def saved(self, version: int) -> bytes:
        """Tell a client that its own edits up to ``version`` are stored."""
        return self._once(version, lambda: Saved(version))

    def saved_one(self) -> bytes:
        """Tell a client that one edit more of its own is stored."""
        return self._once("one", Saved)

    def presence(self, people: int, carets: int) -> bytes:
        """Tell who is here and where, to a reader at ``head``, as far as it changed.

        ``people`` and ``carets`` are the generations that the reader knows.
        """
        audience = self._room.audience
        now = (audience.presence.generation, audience.carets.generation)
        if now != self._told:
            # While nobody types, these would pile up: nobody asks for the old ones.
            self._told = now
            self._presences.clear()
        frame = self._presences.get((people, carets))
        if frame is None:
            frame = framed(encode(self._presence(people, carets)))
            self._presences[people, carets] = frame
        return frame

    def _presence(self, people: int, carets: int) -> Presence:
        audience = self._room.audience
        message = Presence()
        if people != audience.presence.generation:
            message.people = [
                Person(
                    each.name,
                    each.color,
                    list(each.clients),
                    guest=each.label is not None,
                    label=each.label or "",
                )
                for each in audience.presence.people
            ]
        if carets != audience.carets.generation:
            moved = audience.carets.since(carets, self._room.log.tail_after)
            message.version = self._room.head
            message.carets = [
                Caret(each.client_id, each.anchor, each.head) for each in moved
            ]
        return message

    @property
    def hash(self) -> str:
        """The CRC-32 of the code, as ``protocol.Check`` has it."""
        if self._hash is None:
            self._hash = f"{zlib.crc32(self._room.code.encode()):08x}"
        return self._hash

    def _once(self, key: object, message: Callable[[], ServerMessage]) -> bytes:
        frame = self._kept.get(key)
        if frame is None:
            frame = self._kept[key] = framed(encode(message()))
        return frame


def _updates(revisions: Sequence[Revision], author: str | None) -> Iterator[Update]:
    for each in revisions:
        client_id: str | Literal[0] = 0 if each.client_id == author else each.client_id
        author = each.client_id
        changes = each.changes.to_json()
        if each.kind == "write":
            yield Update(client_id, changes, 1)
        else:
            # Without its last field, which is 0: most of the wire is single keys.
            yield cast("Update", (client_id, changes))
