"""The frames of one room. Each is encoded once, however many readers get it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, cast

from msgspec import UNSET

from ..core.carets import Carets
from ..core.presence import Presence as People
from ..core.revisions import Revision
from ..protocol import (
    Accepted,
    Caret,
    CodeUpdate,
    InitialState,
    Person,
    Presence,
    Saved,
    ServerMessage,
    Update,
    WriteId,
    encode,
    framed,
)
from .log import Log


class Frames:
    """Encodes messages of a room and caches them until the room changes.

    Each frame includes the header of its WebSocket frame.
    """

    def __init__(self, log: Log, people: People, carets: Carets) -> None:
        self._log = log
        self._people = people
        self._carets = carets
        self._cache: dict[object, bytes] = {}
        self._presences: dict[tuple[int, int], bytes] = {}
        """By the generations that the readers know; all lead to ``_generations``."""
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
        first, last = revisions[0].version, revisions[-1].version
        version = last if author is None else UNSET
        return self._once(
            (first, last, author),
            lambda: CodeUpdate(version, updates=list(_updates(revisions, author))),
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

    def saved_all(self) -> bytes:
        """Return ``saved`` for all edits of a client that were accepted."""
        return self.saved_one()

    def accepted(self, count: int, version: int) -> bytes:
        """Return ``accepted`` for ``count`` edits of a client, up to ``version``."""
        if count == 1:
            return self._once("accepted", Accepted)
        return self._once(("accepted", version), lambda: Accepted(version))

    def presence(self, people: int, carets: int) -> bytes:
        """Return ``presence`` for a reader at the head.

        ``people`` and ``carets`` are the generations that the reader knows; what has
        not changed since is left out.
        """
        now = (self._people.generation, self._carets.generation)
        if now != self._generations:
            # Without edits the cache is not cleared, and these would accumulate.
            self._generations = now
            self._presences.clear()
        frame = self._presences.get((people, carets))
        if frame is None:
            frame = framed(encode(self._presence(people, carets)))
            self._presences[people, carets] = frame
        return frame

    def _presence(self, people: int, carets: int) -> Presence:
        message = Presence()
        if people != self._people.generation:
            message.people = [
                Person(
                    each.name,
                    each.color,
                    list(each.clients),
                    guest=each.label is not None,
                    label=each.label or "",
                )
                for each in self._people.people
            ]
        if carets != self._carets.generation:
            moved = self._carets.since(carets)
            message.version = self._log.head
            message.carets = [
                Caret(each.client_id, each.anchor, each.head) for each in moved
            ]
        return message

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


def _updates(revisions: Sequence[Revision], author: str | None) -> Iterator[Update]:
    for each in revisions:
        client_id: str | Literal[0] = 0 if each.client_id == author else each.client_id
        author = each.client_id
        changes = each.changes.to_json()
        if each.kind == "write":
            yield Update(client_id, changes, 1)
        else:
            # Without the last field, which is 0: most messages are single keys.
            yield cast("Update", (client_id, changes))
