"""One participant of a room: replica, state machine and connection put together.

It does no I/O by itself: sockets, time and chance are passed in. The counterpart of
``js/src/client/room.ts``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..core.changes import ChangeSet
from ..core.marks import NO_MARKS, Marks
from ..core.replica import Replica
from ..core.storable import storable
from ..core.text import unify_line_ends
from ..protocol import (
    Answer,
    ClientMessage,
    CodeUpdate,
    Error,
    Hello,
    InitialState,
    Presence,
    Request,
    Saved,
    ServerMessage,
    Welcome,
    WriteId,
)
from .closecodes import TOO_BIG, End, is_final, room_full
from .connection import Clock, Connection, Dial
from .entry import Entry
from .errors import Forbidden, NotConnected
from .feed import Feed
from .people import People
from .positions import units_at
from .recent import Recent
from .runs import RunBook, WantedRun, wanted_run
from .standing import view_of
from .sync import Sync
from .upkeep import CaretReport, Checksum, Nudge
from .views import Change, Edit, UnitEdit, View, change_of


class Participant:
    """Follows a room and edits it. ``on_update`` are called after each change.

    ``marks`` are those of all its changes.
    """

    def __init__(
        self, entry: Entry, dial: Dial, clock: Clock, key: str, marks: Marks = NO_MARKS
    ) -> None:
        self.on_update: list[Callable[[], None]] = []
        self.on_answer: list[Callable[[Answer | Error | None], None]] = []
        """Called with each answer to ``ask``, and with None when the socket closes."""
        self.feed = Feed()
        self.runs = RunBook()
        self._entry, self._marks = entry, marks
        self._writer, self._writes = key[:16].replace("-", "_"), 0
        self._people = People()
        self._recent = Recent()
        self._view: View | None = None
        self._replica = Replica()
        self._replica.on_change.append(self._recent.add)
        self._replica.on_step.append(self.feed.add)
        self._sync = Sync(self._replica, key, self)
        self.losses = self._sync.losses
        self._connection = Connection(dial, clock, self, guest=entry.guest)
        may, send = lambda: self._sync.settled, self._connection.send
        self._caret = CaretReport(self._replica, clock, may, self._connection.say)
        self._checksum = Checksum(self._replica, clock, may, send)
        self._nudge = Nudge(self._sync, clock, self._update)

    # --- state ------------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Whether the code and the people have arrived."""
        return self._sync.loaded and self._people.known

    @property
    def unsent(self) -> int:
        """Edits and writes that are not known to be stored."""
        return self._sync.unsent

    @property
    def ended(self) -> End | None:
        """Why the connection has ended for good, or None."""
        return self._connection.end

    @property
    def holds_back(self) -> str:
        """Why the server takes no edits until something changes here; else empty."""
        held = self._sync.held
        if held is None or held.code == "storage":
            return ""
        return held.message

    @property
    def unsaved(self) -> str | None:
        """The whole text that is not known to be stored, or None."""
        return self._sync.unsaved

    def view(self) -> View:
        """Return the room at this moment."""
        if self._view is None:
            parts = self._sync, self._replica, self._connection, self._people
            self._view = view_of(self, *parts, self._recent.moment)
        return self._view

    def changes_from(self, place: int) -> list[Change]:
        """Return the changes from a place of the feed on. Raises ``TooOld``."""
        name_of, me = self._people.name_of, self._replica.client_id
        records = self.feed.at(place)
        return [change_of(each, name_of(each.author), me) for each in records]

    def place_after(self, version: int | None) -> int:
        """Return the place of the first change after a version, or of the next one.

        Raises ``TooOld`` or ``ValueError``.
        """
        if version is None:
            return self.feed.end
        return self.feed.place_after(version, self._replica.version)

    def wanted(self, version: int | None, part: tuple[int, int] | None) -> WantedRun:
        """Return what to ask for to run a version that is stored, or a part of it.

        Without ``version``, the newest one here. ``part`` is in code points. Raises
        ``TooOld`` or ``ValueError``.
        """
        newest = self._replica.version
        at = newest if version is None else version
        text = self._replica.log if at == newest else self.feed.text_at(at, newest)
        return wanted_run(self._sync.epoch, at, text, part)

    # --- what the program does --------------------------------------------------------

    def start(self) -> None:
        """Connect."""
        self._connection.start()

    def stop(self, end: End) -> None:
        """Leave the room."""
        if self._connection.end is None:
            self._connection.stop(end)
        self._caret.stop()
        self._checksum.stop()
        self._nudge.stop()

    def edit(self, at: View | None = None) -> Edit:
        """Return an edit of a view, or of the code now."""
        return Edit(self.view() if at is None else at, self.apply)

    def replace(self, old: str, new: str, at: View | None = None) -> None:
        """Replace a text that occurs once."""
        view = self.view() if at is None else at
        with self.edit(view) as edit:
            edit.replace(*view.find(old), new)

    def write(self, code: str, id: tuple[str, int] | None = None) -> None:
        """Replace the whole code. ``id`` is one of its own unless it is given."""
        code = storable(unify_line_ends(code))
        self._expect_writable()
        if id is None:
            self._writes += 1
            id = self._writer, self._writes
        self._sync.replace(code, WriteId(*id), self._marks)
        self._caret.forget()
        self._update()

    def ask(self, request: Request) -> bool:
        """Send a request, which ``on_answer`` answers; False without a connection."""
        return self._sync.following and self._connection.say(request) > 0

    def place_caret(self, line: int, column: int) -> None:
        """Show a caret to the others."""
        self._expect_connected()
        view = self.view()
        at = units_at(view.code, view.position(line, column))
        self._caret.place(at, at)

    def follow_runs(self) -> None:
        """Have the server send the runs of the room, from the next connection on."""
        if not self.runs.followed and self._connection.end is None:
            self.runs.followed = True
            self._connection.restart()

    def say(self, message: ClientMessage) -> None:
        """Send a message about a run. Raises ``NotConnected`` without a connection."""
        self._expect_connected()
        if not self._sync.following or not self._connection.say(message):
            raise NotConnected("The connection is lost.", "reconnecting")

    def apply(self, view: View, edits: Sequence[UnitEdit]) -> None:
        """Make edits of a view, together."""
        if view._room is not self:
            raise ValueError("expected a view of this room, found one of another")
        self._expect_writable()
        moved = self._recent.moved(edits, view._moment)
        changes = ChangeSet.replacing(self._replica.doc.length, moved)
        if changes.empty:
            return
        self._caret.forget()
        self._replica.edit(changes, self._marks)
        self._sync.edited()
        self._update()

    def _expect_writable(self) -> None:
        self._expect_connected()
        if self._sync.role == "view":
            who = "guest link" if self._entry.guest else "server"
            raise Forbidden(
                f"The {who} permits to read this room and not to change it."
            )

    def _expect_connected(self) -> None:
        end = self._connection.end
        if end is not None:
            raise NotConnected(end.message, end.status)

    # --- the line of the state machine ------------------------------------------------

    def greet(self, hello: Hello) -> None:
        """See ``Line``."""
        hello.runs = self.runs.followed
        self._connection.send(self._entry.greet(hello))

    def send(self, message: ClientMessage) -> None:
        """See ``Line``."""
        self._connection.send(message)

    def restart(self) -> None:
        """See ``Line``."""
        self._connection.restart()

    def refuse(self, message: str) -> None:
        """See ``Line``."""
        self._connection.stop(End("refused", message))

    # --- events of the connection -----------------------------------------------------

    def opened(self) -> None:
        """See ``Listener``."""
        self._sync.opened()

    def received(self, message: ServerMessage) -> None:
        """See ``Listener``."""
        version = self._replica.version
        match message:
            case Error(code="room_full"):
                return self._connection.stop(room_full(message.message))
            case Answer() | Error(id=int()):
                for answered in self.on_answer:
                    answered(message)
                return None
            case Welcome():
                self._entry.welcomed(message)
            case InitialState() | CodeUpdate() | Saved():
                self._connection.welcomed()
            case Presence():
                self._connection.welcomed()
                self._people.received(message, self._replica.client_id)
        self.runs.received(message)
        self._sync.received(message)
        if self._replica.version > version:
            self._connection.progressed()
        if self._sync.behind:
            self._connection.wait()
        elif not self._sync.waiting:
            self._connection.answered()
        self._update()

    def closed(self, code: int) -> None:
        """See ``Listener``."""
        if code == TOO_BIG:
            self._sync.too_big("The edit is too large for the server.")
        if is_final(code):
            self._sync.abandon()
        self._sync.closed()
        for answered in self.on_answer:
            answered(None)
        self._caret.disconnected()
        self._people.disconnected()
        self.runs.disconnected()
        self._update()

    def changed(self) -> None:
        """See ``Listener``."""
        self._update()

    def _update(self) -> None:
        self._view = None
        self._nudge.refresh()
        self._caret.refresh()
        self._checksum.refresh()
        for listener in list(self.on_update):
            listener()
