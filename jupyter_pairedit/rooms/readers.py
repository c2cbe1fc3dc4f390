"""Readers: the position of each connection in the log, and the next frame for it.

A reader pulls. Its sender asks ``next`` for a frame, waits until the frame was written,
and asks again. There is no queue: a slow reader gets a larger slice of the log.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from ..core.revisions import Revision
from ..protocol import Ending, WriteId
from .runreader import RunReader
from .view import RoomView


class FarBehind(Exception):
    """The next revisions for a reader are not in memory: call ``read_on``."""


class Reader(ABC):
    """One connection, as the room sees it.

    ``label`` is that of a guest's invite, or None for a person with Jupyter's login.
    """

    version: int | None = None
    """The version of the text that the client has; None if it has none."""
    is_kernel = False
    """Whether it is that of a kernel, by its credential: it takes no seat."""
    chooses_name = False
    """Whether the person chooses their name, because the login has none."""
    ending: Ending | None = None
    """Set by the room when the connection is to be closed."""
    changes = 0
    """The counter of the room's properties that the client has."""
    refusals = 0
    """``Presence.refusals`` when the client was last sent a name, or joined."""
    awaits_disk = False
    """Whether ``next`` may return more when more is on the disk."""

    def __init__(
        self, client_id: str, person: str, name: str, label: str | None = None
    ) -> None:
        self.client_id = client_id
        self.person = person
        self.name = name
        self.label = label

    def begin(self, room: RoomView) -> None:
        """Record what ``welcome`` tells the client, before the reader joins."""
        self.changes = room.record.changes
        self.refusals = room.presence.refusals

    @abstractmethod
    def next(self, room: RoomView) -> bytes | None:
        """Return the next frame, or None if nothing is new.

        Raises ``FarBehind``.
        """

    @abstractmethod
    async def read_on(self, room: RoomView) -> bytes:
        """Return the next frame, read from the store. Raises as ``Log`` does."""

    def _properties(self, room: RoomView) -> bytes:
        self.changes = room.record.changes
        return room.frames.room(room.record)


class EditReader(Reader):
    """Reads change sets and presence (subprotocol ``pairedit.v1``)."""

    _write_unanswered = False
    """A write has to be acknowledged. A client sends one after the other."""
    _write_id: WriteId | None = None
    _check_unanswered = False
    """The client sent ``check`` and must get a reply even if nothing changed."""
    _resuming = True
    """The client has not yet received everything since its last connection."""
    _author: str | None = None
    """The client id of the last revision that was sent to this reader."""
    takes_differences = False
    """Whether the client understands changes of the list of people."""
    runs: RunReader | None = None
    """None if the client does not understand messages about runs."""
    _people = _carets = -1
    """The generations that the client knows."""
    _first_unsaved = _last_unsaved = 0
    """The first and the last version of the client's revisions that it has been sent,
    but not that they are saved; 0 for none."""

    def __init__(
        self,
        client_id: str,
        person: str,
        name: str,
        label: str | None = None,
        *,
        accepts: bool = False,
    ) -> None:
        super().__init__(client_id, person, name, label)
        self.accepts = accepts
        """Whether the client is sent ``accepted`` and, later, ``saved``. If not, it is
        sent its own revisions when they are on the disk: to it they are saved then."""

    def resume(self, room: RoomView) -> None:
        """Go on at the same version with a room that was loaded again.

        Of what was changed meanwhile, the client knows nothing.
        """
        self.ending = None
        self.refusals = room.presence.refusals
        self._resuming, self._author = True, None
        self._people = self._carets = -1
        if self.runs is not None:
            self.runs.resume()
        if self.version is not None and not room.log.can_resume_from(self.version):
            self.version = None

    def confirm_saved(self, version: int) -> None:
        """Send ``saved`` for a version: the client may not know it of all before."""
        self._first_unsaved = self._last_unsaved = version

    def acknowledge_write(self, room: RoomView, id: WriteId | None = None) -> None:
        """Acknowledge a write, after everything before it.

        A write without an id that made a revision is acknowledged by the revision.
        """
        self._write_unanswered, self._write_id = True, id
        room.wake(self.client_id)

    def answer_check(self, room: RoomView) -> None:
        """Reply to ``check``; several checks may get one reply."""
        self._check_unanswered = True
        room.wake(self.client_id)

    def next(self, room: RoomView) -> bytes | None:
        self.awaits_disk = False
        if self.version is None:
            self._resuming, self._author = False, None
            self.version, frame = room.log.head, room.frames.state()
            return frame
        if self.version < room.log.head:
            news = room.log.next_slice(self.version)
            if news is None:
                raise FarBehind
            if not self.accepts:
                news = self._until_unsaved(room, news)
            # Without any, the client gets nothing else: that would be of a later text.
            return self._slice(room, news) if news else None
        self._resuming = False
        if self._write_unanswered or self._first_unsaved:
            saved = self._saved(room)
            if saved is not None:
                return saved
        if self.changes < room.record.changes:
            return self._properties(room)
        if self.label is None and self.refusals < room.presence.refusals:
            self.refusals = room.presence.refusals
            return room.frames.seat_wanted(*room.presence.refused)
        presence = self._presence(room)
        if presence is not None or self.runs is None:
            return presence
        return self.runs.next(room.runs, room.record.settings)

    def _presence(self, room: RoomView) -> bytes | None:
        people, carets = room.roster.generation, room.carets.generation
        if (
            people == self._people
            and carets == self._carets
            and not self._check_unanswered
        ):
            return None
        if self._people < 0 and room.roster.pending:
            # All who join meanwhile are then sent one list, with themselves in it.
            return None
        self._check_unanswered = False
        differences = self.takes_differences
        frame = room.frames.presence(self._people, self._carets, differences)
        self._people, self._carets = people, carets
        return frame

    def _saved(self, room: RoomView) -> bytes | None:
        """Return ``saved`` if what the client waits for is on the disk."""
        assert self.version is not None
        durable = room.durable
        if self._write_unanswered and self._is_durable(room, self.version):
            self._write_unanswered = False
            self._first_unsaved = self._last_unsaved = 0
            return room.frames.saved(self.version, self._write_id)
        if not self._first_unsaved:
            return None
        if self._is_durable(room, self._last_unsaved):
            self._first_unsaved = self._last_unsaved = 0
            return room.frames.saved_all()
        if durable.version >= self._first_unsaved:
            # The client goes on typing, and a sync may take long.
            self._first_unsaved = durable.version + 1
            return room.frames.saved(durable.version)
        return None

    def _is_durable(self, room: RoomView, version: int) -> bool:
        if room.durable.covers(version):
            return True
        self.awaits_disk = True
        return False

    def _until_unsaved(self, room: RoomView, news: list[Revision]) -> list[Revision]:
        """Return the revisions before the first own one that is not on the disk."""
        for index, each in enumerate(news):
            own = each.client_id == self.client_id
            if own and not self._is_durable(room, each.version):
                return news[:index]
        return news

    async def read_on(self, room: RoomView) -> bytes:
        assert self.version is not None
        news = await room.log.read_slice(self.version)
        if not self.accepts:
            await room.durable.wait(news[-1].version)
        return self._slice(room, news)

    def _slice(self, room: RoomView, news: Sequence[Revision]) -> bytes:
        author, self._author = self._author, news[-1].client_id
        self.version = news[-1].version
        first = last = 0
        # A loop: this runs for each reader and key, and a comprehension is a call.
        for each in news:
            if each.client_id == self.client_id:
                first, last = first or each.version, each.version
        if not last:
            return room.frames.updates(news, author)
        if self.accepts:
            self._first_unsaved = self._first_unsaved or first
            self._last_unsaved = last
        # A client that resumes may have lost its own edits, so they are sent to it.
        if self._resuming or not all(each.confirms(self.client_id) for each in news):
            return room.frames.updates(news, author)
        if self.accepts:
            return room.frames.accepted(len(news), self.version)
        if len(news) == 1:
            return room.frames.saved_one()
        return room.frames.saved(self.version)

    def shows(self, room: RoomView, version: int, hash: str) -> bool:
        """Return whether the client may show the room's text at ``version``.

        If it certainly does not, the reader sends the text again.
        """
        if not version == self.version == room.log.head or hash == room.frames.hash:
            return True
        self.version = None
        room.wake()
        return False


class FileReader(Reader):
    """Reads whole files (no subprotocol), as the prototype's clients do.

    A writer does not get its own write back, except if something was sent to it since
    its previous message: the client may have received that after its write and would
    then show it instead of the room's text. The first ``initial_state`` does not count,
    because a client that has not received it has nothing to write.
    """

    _sent = _in_doubt = False

    def record_write(self) -> None:
        """Record a write of this client before the room gets it."""
        # The doubt lasts until something is sent: two writes may come before that.
        self._in_doubt, self._sent = self._in_doubt or self._sent, False

    def acknowledge_write(self, room: RoomView, id: WriteId | None = None) -> None:
        """Do nothing: this dialect has no acknowledgements."""

    def next(self, room: RoomView) -> bytes | None:
        if self.version is None:
            self.version = room.log.head
            return room.frames.state()
        if self.label is not None and self.changes < room.record.changes:
            # Members have had no ``welcome`` in this dialect, so no properties either.
            return self._properties(room)
        if self.version == room.log.head:
            return None
        news = room.log.tail_after(self.version)
        self.version = room.log.head
        own = news is not None and all(r.client_id == self.client_id for r in news)
        if own and not (self._in_doubt or self._sent):
            return None
        self._sent, self._in_doubt = True, False
        return room.frames.code()

    async def read_on(self, room: RoomView) -> bytes:
        """Return the newest text: this dialect needs no revisions."""
        return room.frames.code()
