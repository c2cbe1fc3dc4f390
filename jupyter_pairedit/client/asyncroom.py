"""A room for asyncio: ``aconnect``."""

from __future__ import annotations

import asyncio
import base64
import secrets
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from types import TracebackType
from typing import Self

from ..core.expecting import (
    expect,
    expect_function,
    seconds,
    seconds_or_none,
    whole_number,
)
from ..core.marks import NO_MARKS, Marks
from ..core.roles import Role
from .asyncruns import AsyncRuns
from .closecodes import End
from .entry import Entry
from .errors import NotConnected, NotSaved, Status
from .participant import Participant
from .reading import ChangeReader, iterate
from .requests import archive_of
from .rest import Rest
from .views import BlameLine, Change, Edit, HistoryEntry, Person, UnitEdit, View
from .websocket import Dialler, LoopClock

CLOSE_WITHIN = 2.0
"""Seconds."""


class AsyncRoom(AsyncRuns):
    """One participant of a room, on the running event loop. ``aconnect`` returns it.

    What waits is a coroutine; the rest is as in ``Room``, which has the same names.

    >>> async def append(link):
    ...     async with aconnect(link) as room:
    ...         view = room.view()
    ...         with room.edit(at=view) as edit:
    ...             edit.insert("z = 3\\n", at=len(view.code))
    ...         await room.saved(timeout=10)
    ...         return room.code
    >>> asyncio.run(append(link))
    'x = 1\\ny = 2\\nz = 3\\n'
    """

    def __init__(
        self, entry: Entry, context: ssl.SSLContext | None, marks: Marks = NO_MARKS
    ) -> None:
        loop = asyncio.get_running_loop()
        key = base64.urlsafe_b64encode(secrets.token_bytes(24)).decode()
        self._entry = entry
        self._dialler = Dialler(entry, context)
        clock = LoopClock(loop)
        self._participant = Participant(entry, self._dialler, clock, key, marks)
        self._participant.on_update.append(self._wake)
        self._rest = Rest(entry, context)
        self.archive = archive_of(entry, self._participant, self._rest)
        """The past of the room."""
        self._waiting: set[asyncio.Future[None]] = set()
        self._reported = 0
        """How many of the participant's losses ``saved`` has reported."""
        self._closed = False

    async def open(self, timeout: float | None) -> None:
        """Connect, and wait for the code. ``aconnect`` calls it."""
        participant = self._participant
        participant.start()
        try:
            async with asyncio.timeout(timeout):
                await self._until(lambda: participant.ready)
        except TimeoutError:
            message = participant.view().message or "The server does not answer."
            await self._leave()
            raise NotConnected(
                f"Not connected within {timeout:g} s. {message}", "connecting"
            ) from None
        except BaseException:
            await self._leave()
            raise

    # --- reading ----------------------------------------------------------------------

    @property
    def code(self) -> str:
        """See ``Room.code``."""
        return self.view().code

    @property
    def version(self) -> int:
        """See ``Room.version``."""
        return self.view().version

    @property
    def people(self) -> tuple[Person, ...]:
        """See ``Room.people``."""
        return self.view().people

    @property
    def status(self) -> Status:
        """See ``Room.status``."""
        return self.view().status

    @property
    def role(self) -> Role:
        """See ``Room.role``."""
        return self.view().role

    def view(self) -> View:
        """See ``Room.view``."""
        return self._participant.view()

    # --- editing ----------------------------------------------------------------------

    def replace(self, old: str, new: str, *, at: View | None = None) -> None:
        """See ``Room.replace``. It does not wait."""
        expect("old", old, str)
        expect("new", new, str)
        self._participant.replace(old, new, at)

    def edit(self, *, at: View | None = None) -> Edit:
        """See ``Room.edit``. It does not wait."""
        return self._participant.edit(at)

    def apply(self, view: View, edits: Sequence[UnitEdit]) -> None:
        """Make the edits of a view, in UTF-16 units and in order, together."""
        self._participant.apply(view, edits)

    def write(self, code: str, *, id: tuple[str, int] | None = None) -> None:
        """See ``Room.write``. It does not wait."""
        expect("code", code, str)
        self._participant.write(code, id)

    def introduce(self) -> None:
        """Connect again, with the name that the person has now. No edit is lost."""
        if self._participant.ended is None:
            self._participant.restart()

    def caret(self, line: int, column: int = 0) -> None:
        """See ``Room.caret``. It does not wait."""
        self._participant.place_caret(line, column)

    async def saved(self, timeout: float | None = None) -> int:
        """See ``Room.saved``."""
        timeout = seconds_or_none("timeout", timeout)
        participant = self._participant

        def is_settled() -> bool:
            return not participant.unsent or self._is_refused()

        async with asyncio.timeout(timeout):
            await self._until(is_settled)
        view = participant.view()
        if not self._is_refused():
            return view.version
        if participant.losses.count > self._reported:
            self._reported = participant.losses.count
            end = participant.ended
            reason = end.message if end else participant.holds_back
            raise NotSaved(reason or "The room did not take the text.", view.lost)
        raise NotSaved(participant.holds_back, participant.unsaved)

    def dismiss_losses(self) -> None:
        """Report no text that the room has not taken until now."""
        self._reported = self._participant.losses.count

    def _is_refused(self) -> bool:
        """Whether the room refuses text, and ``saved`` has still to report it."""
        participant = self._participant
        if participant.losses.count > self._reported:
            return True
        return bool(participant.unsent and participant.holds_back)

    # --- following --------------------------------------------------------------------

    def changes(
        self, after: int | None = None, timeout: float | None = None
    ) -> AsyncIterator[Change]:
        """See ``Room.changes``."""
        timeout = seconds_or_none("timeout", timeout)
        return iterate(self.reader(after), timeout)

    def reader(self, after: int | None = None) -> ChangeReader:
        """Return what ``changes`` reads from. Raises ``TooOld`` or ``ValueError``."""
        return ChangeReader(self._participant, self._until, after)

    def subscribe(self, listener: Callable[[View], None]) -> None:
        """Call ``listener`` with the room, now and after each change.

        It is called by the event loop, and must not wait.
        """
        expect_function("listener", listener)
        listener(self.view())
        self._participant.on_update.append(lambda: listener(self.view()))

    # --- history ----------------------------------------------------------------------

    async def blame(self) -> list[BlameLine]:
        """See ``Room.blame``."""
        return await self.archive.blame()

    async def history(self, after: int = 0) -> list[HistoryEntry]:
        """See ``Room.history``."""
        return await self.archive.history(whole_number("after", after))

    async def restore(self, version: int, timeout: float | None = None) -> int:
        """See ``Room.restore``."""
        version = whole_number("version", version)
        timeout = seconds_or_none("timeout", timeout)
        least = await self.archive.restore(version, self.write)
        await self._until(lambda: self.version >= least)
        return await self.saved(timeout)

    # --- leaving ----------------------------------------------------------------------

    async def close(self, timeout: float = CLOSE_WITHIN) -> None:
        """See ``Room.close``."""
        timeout = seconds("timeout", timeout)
        if self._closed:
            return
        self._closed = True
        participant = self._participant
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        try:
            await self.saved(timeout)
        except TimeoutError:
            message = f"Not everything was stored within {timeout:g} s."
            raise NotSaved(message, participant.unsaved) from None
        except NotConnected as gone:
            raise NotSaved(str(gone), participant.unsaved) from None
        finally:
            await self._leave(end - loop.time())

    async def __aenter__(self) -> Self:
        """Do nothing: the room is open."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the room. ``NotSaved`` does not take the place of an exception."""
        try:
            await self.close()
        except NotSaved:
            if kind is None:
                raise

    @property
    def room_id(self) -> str:
        """The room's id."""
        return self._entry.room

    def __repr__(self) -> str:
        """Return the room's id, shortened, and the state."""
        return f"AsyncRoom({self.room_id[:6]}…, {self.status})"

    async def _leave(self, within: float = CLOSE_WITHIN) -> None:
        self._participant.stop(End("closed", "This participant has left the room."))
        await self._dialler.wait_closed(within)

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition. Raises ``NotConnected`` when the connection ends."""
        while not condition():
            end = self._participant.ended
            if end is not None:
                raise NotConnected(end.message, end.status)
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.add(waiting)
            try:
                await waiting
            finally:
                self._waiting.discard(waiting)

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
