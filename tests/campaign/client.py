"""A client of the edit dialect: the state machine of ``js/src``, written a second time.

It knows no socket and no clock: messages go in by ``received`` and out by ``send``.
It keeps what the oracles ask for: each edit that was made, each text that was shown as
the log's, and each revision that was said to hold an edit of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec import UnsetType

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.text import from_units, to_units
from jupyter_pairedit.protocol import (
    Accepted,
    ClientMessage,
    CodeChange,
    CodeUpdate,
    Error,
    Hello,
    InitialState,
    Saved,
    ServerMessage,
    Update,
    Welcome,
    WriteId,
)

Edit = tuple[int, int, str]

MOST_UPDATES = 200
"""The limits of a push in ``js/src/client/outbox.ts``."""


class Gap(AssertionError):
    """Revisions are missing between the client's version and the received ones."""


@dataclass(frozen=True, slots=True)
class Intention:
    """The intention of an edit: inserted characters and deleted characters."""

    inserted: str
    deleted: str


@dataclass(slots=True)
class Write:
    """A whole-file write that is not confirmed."""

    code: str
    id: WriteId
    behind: int
    """The number of unconfirmed edits that were made before it and are sent first."""


def apply(changes: ChangeSet, units: str) -> str:
    """Apply a change set to a plain string, with other code than the server's."""
    pieces = []
    position = 0
    for start, end, insert in changes.edits():
        pieces += [units[position:start], insert]
        position = end
    assert changes.length == len(units), "expected a change set that fits the text"
    return "".join(pieces) + units[position:]


class Client:
    """One mounted editor. ``key`` is its secret; ``send`` sends a message."""

    def __init__(
        self, key: str, send: Callable[[ClientMessage], None], accepts: bool = True
    ) -> None:
        self.key = key
        self.accepts = accepts
        """Whether it knows ``accepted``, as clients of before do not."""
        self.saved = 0
        """The version up to which its edits were said to be saved."""
        self._later = False
        """Whether edits are accepted first and saved later on this line."""
        self.send = send
        self.client_id = ""
        self.epoch = ""
        self.version = 0
        self.log = self.doc = ""
        self.unconfirmed: list[ChangeSet] = []
        self.loaded = self.following = False
        self.orphans: list[str] = []
        """Texts that could not be merged into the room's."""
        self.errors: list[Error] = []
        self.held = False
        """The store cannot write; nothing is sent until ``nudge``."""
        self.made: list[Intention] = []
        """Each edit of this epoch, in order; those of ``unconfirmed`` are the last."""
        self.trail: dict[int, int] = {}
        """The hash of the log's text at each version that was displayed."""
        self.acks: list[int] = []
        """The version of the n-th edit, from the server."""
        self.initial_states = 0
        self._author = ""
        self.stored: list[int] = []
        """The versions of its edits in the code that it begins with: nobody tells a
        client, who has to know for the oracles."""
        self.merged = 0
        """A client with an earlier version cannot resume."""
        self._left = 0
        self._read_on = 0
        """The version that the client needs before the next push."""
        self.postponed = 0
        """The number of pushes that were refused as too far behind."""
        self.writes = 0
        """The number of whole-file writes of this client."""
        self._write: Write | None = None
        self._writing: Write | None = None

    # --- what a person does -----------------------------------------------------------

    def edit(self, edits: Sequence[Edit]) -> None:
        """Replace ``(start, end, insert)`` in ``doc``: units, in order, not none."""
        changes = ChangeSet.replacing(len(self.doc), edits)
        deleted = "".join(self.doc[start:end] for start, end, _ in edits)
        inserted = "".join(insert for _, _, insert in edits)
        self.made.append(Intention(from_units(inserted), from_units(deleted)))
        self.doc = apply(changes, self.doc)
        self.unconfirmed.append(changes)
        self.flush()

    def write(self, code: str) -> None:
        """Replace the whole file, after the edits that were made until now."""
        self.writes += 1
        writer = hashlib.sha256(self.key.encode()).hexdigest()[:16]
        self._write = Write(code, WriteId(writer, self.writes), len(self.unconfirmed))
        self.flush()

    @property
    def code(self) -> str:
        """The text in the editor."""
        return from_units(self.doc)

    @property
    def busy(self) -> bool:
        """Whether anything waits to be sent or answered."""
        return bool(self.unconfirmed or self._write or self._writing)

    @property
    def waits(self) -> bool:
        """Whether the server must answer."""
        return bool(self._left or self._writing or not self.following)

    # --- the line ---------------------------------------------------------------------

    def opened(self) -> None:
        """Say hello: the line is there."""
        hello = Hello(self.key, differences=True, accepted=self.accepts)
        if self.loaded:
            hello.version, hello.epoch = self.version, self.epoch
        self.send(hello)

    def closed(self) -> None:
        """The connection is lost, perhaps with messages in flight."""
        self.following = False
        self._land()

    def nudge(self) -> None:
        """Send again what the store could not write."""
        self.held = False
        self.flush()

    def received(self, message: ServerMessage) -> None:
        """Handle one message, then send what can be sent."""
        match message:
            case Welcome():
                if not message.resumed:
                    # The room may have another history now.
                    self._read_on = 0
                self._welcome(message)
            case InitialState():
                self._load(message)
            case CodeUpdate(updates=list(updates)):
                if self.following:
                    version = message.version or self.version + len(updates)
                    self._follow(self._named(updates), version)
            case Accepted():
                assert self._later, "was sent accepted, and does not know it"
                if self.following:
                    self._confirmed(message.version, self.version + 1)
            case Saved():
                if self.following:
                    known = self.version if self._later else self.version + 1
                    version = self._confirmed(message.version, known)
                    assert version <= self.version or not self._later
                    self.saved = max(self.saved, version)
                    if self._writing is not None and self._writing.id == message.id:
                        self._writing = None
            case Error():
                self._refused(message)
        self.flush()

    def _welcome(self, welcome: Welcome) -> None:
        same = self.epoch in ("", welcome.epoch)
        self.client_id, self.epoch = welcome.client_id, welcome.epoch
        self._later = welcome.accepted
        self.following = welcome.resumed and self.loaded
        known = self.loaded and same and self.version >= self.merged
        assert self.following or not known, "refused to resume"
        # What it has is of no use before the code has come, also on another line.
        self.loaded = self.following
        if not same:
            self.made, self.trail, self.acks = [], {}, []

    def _load(self, state: InitialState) -> None:
        self.initial_states += 1
        if self.unconfirmed:
            self.orphans.append(self.code)
            confirmed = max(0, len(self.made) - len(self.unconfirmed))
            # Of the others, so many are in the log: their answers were lost.
            del self.made[max(confirmed, len(self.stored)) :]
        self.acks = self.stored
        self.unconfirmed = []
        self.log = self.doc = to_units(state.code)
        self.version = state.version
        self.trail[self.version] = hash(self.log)
        self.loaded = self.following = True
        self._land()
        if self._write is not None:
            self._write.behind = 0

    def _named(self, updates: Sequence[Update]) -> list[Update]:
        """Return the updates with their clients, which the server omits."""
        named = []
        for update in updates:
            if update.client_id != 0:
                self._author = update.client_id
            named.append(Update(self._author, update.changes, update.write))
        return named

    def _follow(self, updates: Sequence[Update], version: int) -> None:
        known = self.version - (version - len(updates))
        if known < 0:
            raise Gap(f"had {self.version}, was sent {len(updates)} up to {version}")
        for update in updates[known:]:
            mine = update.client_id == self.client_id
            self._advance(
                ChangeSet.from_json(update.changes), mine and not update.write
            )
        self._left = max(0, self._left)

    def _confirmed(self, given: int | UnsetType, left_out: int) -> int:
        """Take the revisions up to a version as own edits; return the version."""
        version = given if isinstance(given, int) else left_out
        count = version - self.version
        if self._later and count < 0:
            return version
        if count > 0:
            self._author = self.client_id
        if not 0 <= count <= len(self.unconfirmed):
            raise Gap(f"had {self.version}, {version} was said to be its own")
        for _ in range(count):
            self._advance(self.unconfirmed[0], own=True)
        self._left = max(0, self._left)
        return version

    def _advance(self, changes: ChangeSet, own: bool) -> None:
        """Apply one revision; one by one, as the server rebases."""
        self.version += 1
        assert self.version not in self.trail, f"was sent {self.version} once more"
        self.log = apply(changes, self.log)
        self.trail[self.version] = hash(self.log)
        if own:
            assert self.unconfirmed, "an edit was confirmed that was never made"
            self.unconfirmed.pop(0)
            self.acks.append(self.version)
            self._left -= 1
            if self._write is not None:
                self._write.behind = max(0, self._write.behind - 1)
        else:
            for index, edit in enumerate(self.unconfirmed):
                self.unconfirmed[index] = edit.map(changes)
                changes = changes.map(edit, before=True)
            self.doc = apply(changes, self.doc)
        if not self.unconfirmed:
            assert self.doc == self.log, "shows another text than the log's"

    def _refused(self, error: Error) -> None:
        self._land()
        if error.code == "stale":
            assert isinstance(error.version, int)
            assert error.version >= self.version, "was told to read on to the past"
            self._read_on = error.version
            self.postponed += 1
            return
        assert error.code == "storage", error
        self.errors.append(error)
        self.held = True

    def _land(self) -> None:
        """Forget the message in flight: it is unknown whether it arrived."""
        self._left = self._read_on = 0
        if self._writing is not None:
            if self._write is None:
                self._write = self._writing
                self._write.behind = 0
            self._writing = None

    def flush(self) -> None:
        """Send the next message; one is in flight at a time."""
        if not self.following or self.held or self._left or self._writing:
            return
        if self.version < self._read_on:
            return
        most = MOST_UPDATES if self._write is None else self._write.behind
        pushed = self.unconfirmed[: min(most, MOST_UPDATES)]
        if pushed:
            self._left = len(pushed)
            updates = [changes.to_json() for changes in pushed]
            self.send(CodeChange(version=self.version, updates=updates))
        elif self._write is not None:
            self._writing, self._write = self._write, None
            self.send(CodeChange(code=self._writing.code, id=self._writing.id))
