"""The state machine between a replica and its connection.

One push is on its way at a time, and the next one has everything made meanwhile. A lost
connection loses no edit: the log has the client id of each edit that it took.

The same as ``js/src/client/sync.ts``.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from ..core.marks import NO_MARKS, Marks, marks_of
from ..core.replica import LogGap, Receipt, Replica
from ..core.roles import Role
from ..core.storable import BadChange
from ..protocol import (
    ClientMessage,
    CodeUpdate,
    Error,
    Hello,
    InitialState,
    RoleChange,
    RoomProperties,
    Saved,
    ServerMessage,
    Welcome,
    WriteId,
)
from .losses import Losses
from .messages import Shorthand
from .outbox import Outbox

_MOST_FAULTS = 5
"""Faults in a row after which another attempt is of no use."""


class Line(Protocol):
    """What the state machine needs of the connection."""

    def greet(self, hello: Hello) -> None:
        """Send the first message of a connection."""

    def send(self, message: ClientMessage) -> None:
        """Send a message."""

    def restart(self) -> None:
        """Drop this connection and open another one."""

    def refuse(self, message: str) -> None:
        """Drop this connection for good."""


class Sync:
    """Decides what is sent when, and applies what is received."""

    def __init__(self, replica: Replica, key: str, line: Line) -> None:
        self.welcome: Welcome | None = None
        self.epoch = ""
        self.losses = Losses()
        """Local texts that the room could not take."""
        self.loaded = False
        """Whether there has been a text."""
        self.following = False
        """Whether there is a connection, and a text that the log continues."""
        self.held: Error | None = None
        """The refusal that holds edits back until it is overcome."""
        self.notice = ""
        """A refusal that holds nothing back, until the next edit is stored."""
        self.role: Role = "edit"
        self._replica = replica
        self._key = key
        self._line = line
        self._outbox = Outbox(replica)
        self._shorthand = Shorthand()
        self._resumable = False
        self._refused_length = 0
        self._faults = 0

    @property
    def unsent(self) -> int:
        """Edits and writes that are not known to be stored."""
        return self._outbox.unsent

    @property
    def unsaved(self) -> str | None:
        """The whole text that is not known to be stored, or None."""
        return self._outbox.unsaved

    @property
    def settled(self) -> bool:
        """Whether the text is the room's, without edits of its own."""
        return self.following and not self.unsent

    @property
    def behind(self) -> bool:
        """Whether revisions must be read before the edits can be pushed."""
        return self._outbox.behind

    @property
    def waiting(self) -> bool:
        """Whether an answer is due."""
        return self._outbox.busy or self.behind or not self.following

    @property
    def needs_nudge(self) -> bool:
        """Whether to call ``nudge`` after two seconds in which nothing happened."""
        return not self.waiting and self._holds("storage")

    # --- events -----------------------------------------------------------------------

    def opened(self) -> None:
        """Greet the server: the connection is open."""
        hello = Hello(self._key)
        if self._resumable:
            hello.version, hello.epoch = self._replica.version, self.epoch
        self._line.greet(hello)

    def closed(self) -> None:
        """Keep what was on its way: the connection is closed."""
        self.following = False
        if self._holds("storage"):
            self.held = None
        self._outbox.return_all()

    def abandon(self) -> None:
        """Add the text that will never be sent to ``losses``."""
        self.losses.add(self.unsaved)

    def too_big(self, message: str) -> None:
        """Hold back what was too large for the connection, which was closed for it."""
        if self._outbox.busy:
            self._too_large(Error("too_large", message))

    def edited(self) -> None:
        """Send a new local edit of the replica, if possible."""
        self._flush()

    def replace(self, code: str, id: WriteId, marks: Marks = NO_MARKS) -> None:
        """Replace the whole file. The newest write counts."""
        if self.role == "view" or self._holds("forbidden"):
            # Sent later, it would undo everything that others do until then.
            return self.losses.add(code)
        self._outbox.replace(code, id, marks)
        self._flush()

    def nudge(self) -> None:
        """Try again what the store could not do."""
        if not self._flush(again=True) and self._holds("storage"):
            self.held = None

    def received(self, message: ServerMessage) -> None:
        """Apply a message, and send what can be sent after it."""
        try:
            self._take(message)
        except (LogGap, BadChange):
            return self._fault()
        self._flush()

    def _take(self, message: ServerMessage) -> None:
        replica = self._replica
        match message:
            case Welcome():
                self._welcomed(message)
            case RoleChange():
                self._become(message.role)
            case RoomProperties() if self.welcome:
                self.welcome = msgspec.structs.replace(
                    self.welcome,
                    title=message.title,
                    language=message.language,
                    limit=message.limit,
                )
            case InitialState():
                self._load(message)
            case CodeUpdate():
                news = self._shorthand.news(message, replica.version)
                if self.following and news is not None:
                    self._settle(replica.receive(news.entries, news.version))
            case Saved():
                version, write = self._shorthand.stored(
                    message, replica.version, replica.client_id
                )
                if not self.following:
                    return
                self._settle(replica.saved(version))
                if write is not None and self._outbox.write_stored(write):
                    self._answered()
            case Error():
                self._refused(message)

    def _welcomed(self, welcome: Welcome) -> None:
        self.welcome, self.epoch = welcome, welcome.epoch
        self._replica.client_id = welcome.client_id
        self._replica.marks = marks_of(welcome.marks)
        # A text of another history is of no use, on the next connection either.
        self.following = self._resumable = welcome.resumed and self._resumable
        if self.following:
            self._outbox.compact()
        self._become(welcome.role)

    def _become(self, role: Role) -> None:
        self.role = role
        if role != "view" and self._holds("forbidden"):
            self.held = None

    def _load(self, state: InitialState) -> None:
        self.losses.add(self._replica.reset(state.code, state.version))
        self._outbox.edits_dropped()
        if self._holds("too_large"):
            self.held = None
        self.loaded = self.following = self._resumable = True

    def _settle(self, receipt: Receipt) -> None:
        self._faults = 0
        self.losses.add(receipt.lost)
        if self._outbox.stored(receipt):
            self._answered()

    def _answered(self) -> None:
        self.notice = ""
        if self._holds("storage"):
            self.held = None

    # --- refusals ---------------------------------------------------------------------

    def _refused(self, error: Error) -> None:
        match error.code:
            case "quota" | "storage":
                # For the client the same: nothing is stored for now.
                self.held = msgspec.structs.replace(error, code="storage")
                self._outbox.return_all()
            case "stale":
                version = error.version
                self._outbox.postpone(version if isinstance(version, int) else 0)
            case "too_large":
                self._too_large(error)
            case "forbidden":
                self._forbidden()
                self.held = error
                if error.fatal:
                    self._line.refuse(error.message)
            case "bad_change" | "malformed":
                self.abandon()
                self._outbox.clear()
                self._resumable = False
                self._line.refuse(error.message)

    def _forbidden(self) -> None:
        """Take local edits out of the text, and keep the write or else the edits."""
        written = self._outbox.written
        edited = self._replica.discard()
        self._outbox.clear()
        self.losses.add(edited if written is None else written)

    def _too_large(self, error: Error) -> None:
        """Hold edits until the text is shorter, or drop a write."""
        dropped = self._outbox.refused()
        if dropped is not None:
            self.notice = error.message
            self.losses.add(dropped)
        else:
            self.held = error
            self._refused_length = self._replica.doc.length

    def _fault(self) -> None:
        self._faults += 1
        if self._faults > _MOST_FAULTS:
            message = "The client and the server do not agree on the text."
            return self._line.refuse(message)
        # Resuming keeps unsent edits; a second time, only the server is right.
        if self._faults > 1:
            self._resumable = False
        self._line.restart()

    def _flush(self, again: bool = False) -> bool:
        """Send what can be sent. Returns whether something is on its way."""
        outbox = self._outbox
        too_large = self._holds("too_large")
        if too_large and self._replica.doc.length < self._refused_length:
            too_large, self.held = False, None
            outbox.all_known()  # None is in the log.
            outbox.compact()  # So that text which came and went does not count.
        barred = self._holds("forbidden") or (self._holds("storage") and not again)
        if not self.following or barred:
            return outbox.busy
        # A write may overtake edits that are too large: it may make the text shorter.
        message = outbox.next(edits=not too_large)
        if message:
            self._line.send(message)
        return outbox.busy

    def _holds(self, code: str) -> bool:
        return self.held is not None and self.held.code == code
