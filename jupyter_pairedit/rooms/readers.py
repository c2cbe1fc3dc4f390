"""Readers: each connection's place in the log, and what it is sent next.

A reader pulls: whoever owns it asks ``next`` for a frame, waits until it has left, and
asks again. Nothing is queued for it; one that was slow gets a bigger slice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..core.revisions import Revision
from ..protocol import Close

if TYPE_CHECKING:
    from ..guests.guest import Guest
    from .room import Room


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the server ends a connection: a close code and a sentence for people."""

    code: int
    reason: str


REPLACED = Ending(Close.REPLACED, "This editor has connected again elsewhere.")
RESTARTING = Ending(Close.RESTARTING, "The server stops or starts again.")
CROWDED_OUT = Ending(Close.ROOM_FULL, "Somebody took the last seat before you.")
DELETED = Ending(Close.ROOM_DELETED, "The room was deleted.")


class Reader(Protocol):
    """A connection as a room sees it."""

    client_id: str
    person: str
    name: str
    guest: Guest | None
    """Who came by a link; None for somebody with Jupyter's login."""
    version: int | None
    """Of the text that the client has; None before it has any."""
    ending: Ending | None
    """Set by the room when the connection is over."""

    def next(self, room: Room) -> bytes | None:
        """Give the next frame to send, or None when there is nothing new.

        Raises ``FarBehind`` where ``read_on`` is to be asked for it.
        """

    async def read_on(self, room: Room) -> bytes:
        """Give the next frame, from the store. Raises as the store does."""


class FarBehind(Exception):
    """What comes next for a reader is not in memory any more."""


class EditReader:
    """Reads change sets, and who is here (subprotocol ``pairedit.v1``)."""

    def __init__(
        self, client_id: str, person: str, name: str, guest: Guest | None = None
    ) -> None:
        self.client_id = client_id
        self.person = person
        self.name = name
        self.guest = guest
        self.ending: Ending | None = None
        self.version: int | None = None
        """Of the text that the client has; None before it has any."""
        self.owed = False
        """A write that changed nothing waits for its acknowledgement."""
        self._asked = False
        """The client wants to hear something, were it that nothing is new."""
        self._resumes = True
        """It has not been sent all that was new when it came back."""
        self._author: str | None = None
        """The client of the last revision that it was sent."""
        self._people = -1
        self._carets = -1

    def owe(self, room: Room) -> None:
        """Acknowledge a write that changed nothing, when all before it was sent."""
        self.owed = True
        room.audience.wake()

    def answer(self, room: Room) -> None:
        """Let the client hear something, once for all that it asked until then."""
        self._asked = True
        room.audience.wake_one(self.client_id)

    def next(self, room: Room) -> bytes | None:
        """See ``Reader.next``."""
        if self.version is None:
            self._resumes, self._author = False, None
            self.version, frame = room.head, room.frames.state()
            return frame
        if self.version < room.log.head:
            news = room.log.news_after(self.version)
            if news is None:
                raise FarBehind
            return self._slice(room, news)
        self._resumes = False
        if self.owed:
            self.owed = False
            return room.frames.saved(self.version)
        people = room.audience.presence.generation
        carets = room.audience.carets.generation
        if (self._people, self._carets) == (people, carets) and not self._asked:
            return None
        self._asked = False
        frame = room.frames.presence(self._people, self._carets)
        self._people, self._carets = people, carets
        return frame

    async def read_on(self, room: Room) -> bytes:
        """See ``Reader.read_on``."""
        assert self.version is not None
        return self._slice(room, await room.log.stored_after(self.version))

    def _slice(self, room: Room, news: Sequence[Revision]) -> bytes:
        # A client that comes back may have forgotten what it had typed: send it.
        author, self._author = self._author, news[-1].client_id
        self.version = news[-1].version
        if self._resumes or not all(each.confirms(self.client_id) for each in news):
            return room.frames.updates(news, author)
        if len(news) == 1:
            return room.frames.saved_one()
        return room.frames.saved(self.version)

    def shows(self, room: Room, version: int, hash: str) -> bool:
        """Say whether the client shows the room's code, as far as that can be told.

        One that does not is sent the code again.
        """
        if not version == self.version == room.head or hash == room.frames.hash:
            return True
        self.version = None
        room.audience.wake()
        return False


class FileReader:
    """Reads the whole file, as the prototype's clients do (no subprotocol).

    A writer is not sent its own write, except when something was sent to it since its
    message before: it may have received that after it wrote, and would then show it
    instead of what the room holds. The very first ``initial_state`` does not count,
    since a client that has not received it has nothing to write.
    """

    def __init__(
        self, client_id: str, person: str, name: str, guest: Guest | None = None
    ) -> None:
        self.client_id = client_id
        self.person = person
        self.name = name
        self.guest = guest
        self.ending: Ending | None = None
        self.version: int | None = None
        """Of the text that the client was sent; None before it was sent any."""
        self._sent = False
        self._in_doubt = False

    def heard(self) -> None:
        """Note that the client has written, before its write reaches the room."""
        # Doubt stays until something is sent: two writes may come before that.
        self._in_doubt, self._sent = self._in_doubt or self._sent, False

    def owe(self, room: Room) -> None:
        """Do nothing: this dialect acknowledges no write."""

    def next(self, room: Room) -> bytes | None:
        """See ``Reader.next``."""
        if self.version is None:
            self.version = room.head
            return room.frames.state()
        if self.version == room.head:
            return None
        news = room.log.tail_after(self.version)
        self.version = room.head
        own = news is not None and all(r.client_id == self.client_id for r in news)
        if own and not (self._in_doubt or self._sent):
            return None
        self._sent, self._in_doubt = True, False
        return room.frames.code()

    async def read_on(self, room: Room) -> bytes:
        """See ``Reader.read_on``; only the newest code counts in this dialect."""
        return room.frames.code()
