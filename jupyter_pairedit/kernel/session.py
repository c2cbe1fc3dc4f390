"""The kernel's own connection to a room.

It imports the client, so it is imported when the first room is opened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from ..client.asyncroom import AsyncRoom
from ..client.asyncruns import wanted_of
from ..client.closecodes import ENDS
from ..client.entry import Entry
from ..client.errors import NotConnected, RoomError
from ..client.passentry import PassEntry
from ..client.room import Room, open_rooms
from ..client.runs import WantedRun
from ..client.servers import BY_PASS, Server
from ..client.thread import LoopThread
from ..client.tokenentry import TokenEntry
from ..client.views import BlameLine, View
from ..core.outputs import Output
from .recorder import Recorder
from .reporting import EndState, Report, begin, report_stopped

T = TypeVar("T")

ANSWER_WITHIN = 10.0
"""Seconds for a request, for entering a room, and for storing what was written."""


@dataclass(frozen=True)
class _Properties:
    """What the server says of a changed room."""

    title: str


@dataclass(frozen=True, slots=True)
class News:
    """The room at one moment."""

    view: View
    writes: int
    """The number of the last write that the room was given. It is stored if the view
    has nothing unsent."""

    @property
    def ended(self) -> bool:
        """Whether the connection has ended for good."""
        return self.view.status in ENDS


class Session(Room):
    """A room that one widget is bound to.

    ``url`` is that of its page, as this kernel reaches it; "" for a guest. ``how`` says
    how the server was found.
    """

    def __init__(
        self,
        room: AsyncRoom,
        thread: LoopThread,
        entry: Entry,
        server: Server | None,
        url: str,
    ) -> None:
        super().__init__(room, thread)
        self.url = url
        self.guest = entry.guest
        self.by_pass = isinstance(entry, PassEntry)
        how = server.how if server else BY_PASS if self.by_pass else "guest link"
        self.how = f"{how}: {entry.server}"
        self.names = server is None or server.names
        """Whether the server permits that the kernel is asked about names."""
        self._server = server
        self._entry = entry
        self._written = 0
        self._begun = set[int]()
        """Numbers of runs of which nothing is reported yet. Of the rooms' thread."""

    def follow(self, listener: Callable[[News], None]) -> None:
        """Call ``listener`` with the room, now and after each change.

        The thread of the rooms calls it, so it must not wait.
        """
        self._thread.call(
            lambda: self._room.subscribe(
                lambda view: listener(News(view, self._written))
            )
        )

    def news(self) -> News:
        """Return the room now."""
        return self._thread.call(lambda: News(self._room.view(), self._written))

    def write_once(self, code: str, writer: str, number: int) -> None:
        """Replace the code by the ``number``-th write of a writer.

        Does not wait until it is stored. Raises ``Forbidden`` or ``NotConnected``.
        """

        def write() -> None:
            # What was refused before is superseded: only this code is to be stored.
            self._room.dismiss_losses()
            # Together, so that no news has the one without the other.
            self._written = number
            self._room.write(code, id=(writer, number))

        self._thread.call(write)

    def introduce(self) -> None:
        """Connect again, with the person's new name."""
        self._thread.call(self._room.introduce)

    def skip(self, number: int) -> None:
        """Note that the room has the ``number``-th write."""
        self._written = number

    def change(self, properties: dict[str, Any]) -> None:
        """Set title, language or limit. Raises a ``RoomError``."""
        self._ask(
            lambda server: server.request(
                "PATCH", self._path(), _Properties, properties
            )
        )

    def invite(self, role: str, seconds: int, label: str) -> dict[str, Any]:
        """Create a guest link. Returns the server's reply. Raises a ``RoomError``."""
        wanted = {"role": role, "expiresIn": seconds, "label": label}
        path = self._path("/invites")
        return self._ask(lambda server: server.request("POST", path, dict, wanted))

    def blame(self) -> list[BlameLine]:
        """Return who last changed each line of what was written until now."""
        self._expect_stored()
        return self._thread.run(self._room.archive.blame)

    def authors(self) -> list[str]:
        """Return the names of all who have changed the code, and of who made it."""
        self._expect_stored()
        return self._thread.run(self._room.archive.authors)

    def _expect_stored(self) -> None:
        try:
            self.saved(ANSWER_WITHIN)
        except TimeoutError:
            message = f"Not everything was stored within {ANSWER_WITHIN:g} s."
            raise NotConnected(message, "saving") from None

    def wanted(self, part: tuple[int, int] | None) -> WantedRun:
        """Return the newest code, with all that was written here, or a part of it.

        Raises ``NotSaved``, ``NotConnected``, or ``ValueError`` for the part.
        """
        return self._thread.run(lambda: in_time(wanted_of(self._room, None, part)))

    def begin(self, wanted: WantedRun, *, unread: bool) -> int:
        """Begin a run of the room in this kernel. Returns its number.

        Raises ``Unread``, ``RunRefused`` or ``NotConnected``. If anything is raised
        between this and ``report``, call ``stop_begun``.
        """
        room, begun = self._room, self._begun
        return self._thread.run(lambda: in_time(begin(room, wanted, unread, begun)))

    def stop_begun(self) -> None:
        """Report as stopped what was begun, and not reported since."""
        self._thread.call(lambda: report_stopped(self._room, self._begun))

    def report(self, number: int, recorder: Recorder) -> Report:
        """Send what a run shows, from now on."""

        def follow() -> Report:
            self._begun.discard(number)
            return Report(self._room, number, recorder)

        return self._thread.call(follow)

    def finish(self, report: Report, state: EndState) -> None:
        """Send the rest of a run, and how it has ended. Does not wait for the server.

        Without a connection, it is sent when there is one again.
        """
        self._thread.call(lambda: report.finish(state))

    def last_outputs(self) -> tuple[int, tuple[Output, ...]]:
        """Return the number of the last run that has begun, or 0, and its outputs."""
        book = self._room._participant.runs
        return self._thread.call(lambda: (book.last, book.outputs(book.last)))

    @property
    def has_ended(self) -> bool:
        """Whether the connection has ended for good."""
        return self.status in ENDS

    @property
    def is_stored(self) -> bool:
        """Whether everything that was written here is stored."""
        return self._thread.is_ours and not self.view().unsent

    def forget(self) -> None:
        """Note that the connection has ended for good."""
        open_rooms.discard(self)

    async def _leave(self, within: float) -> None:
        """Close the room, and end the pass that the kernel has made for itself."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        try:
            await super()._leave(within)
        finally:
            entry = self._entry
            if isinstance(entry, TokenEntry):
                with suppress(RoomError):
                    await in_time(entry.leave(), end - loop.time())

    def _path(self, rest: str = "") -> str:
        return f"pairedit/rooms/{self._room.room_id}{rest}"

    def _ask(self, ask: Callable[[Server], Coroutine[Any, Any, T]]) -> T:
        server = self._server
        if server is None:
            raise NotConnected("a guest cannot do this in the room", "refused")
        return self._thread.run(lambda: in_time(ask(server)))


def introduce_again() -> None:
    """Make each room that a kernel is in know the person's new name."""
    for room in list(open_rooms):
        if isinstance(room, Session):
            room.introduce()


async def in_time(asked: Coroutine[Any, Any, T], within: float = ANSWER_WITHIN) -> T:
    """Return what the server answers. Raises ``NotConnected`` after ``within`` s."""
    try:
        async with asyncio.timeout(within):
            return await asked
    except TimeoutError:
        message = f"The server does not answer within {within:g} s."
        raise NotConnected(message, "reconnecting") from None
