"""Runs of a room's code, for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from ..core.expecting import (
    expect,
    seconds_or_none,
    span_or_none,
    whole_number,
    whole_number_or_none,
)
from ..core.outputs import Output
from ..core.portable import InOneProcess
from ..core.runs import RunState
from ..protocol import ClientMessage, StopRun, Withdraw
from .entry import Entry
from .errors import Forbidden, NotConnected, RunRefused
from .participant import Participant
from .rest import Rest
from .runs import Answer, RoomRun, WantedRun, expect_taken

T = TypeVar("T")

ANSWER_WITHIN = 30.0
"""Seconds, for a request to run code."""
_FOLLOWED_WITHIN = 10.0
"""Seconds. The server says it after the room's code."""


class RunPlace(Protocol):
    """The room that runs are in."""

    _participant: Participant
    _entry: Entry
    _rest: Rest

    async def saved(self, timeout: float | None = None) -> int:
        """Wait until everything is stored."""

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition. Raises ``NotConnected`` when the connection ends."""


class AsyncRun:
    """A run that this program has asked for. ``state`` and ``outputs`` follow it.

    ``AsyncRoom.ask_run`` and ``run`` return it; see ``Run`` for the meaning.
    """

    def __init__(self, room: RunPlace, number: int, state: RunState) -> None:
        self.number = number
        self._room = room
        self._book = room._participant.runs
        self._book.hold(number, self)
        self._state = state

    @property
    def record(self) -> RoomRun | None:
        """See ``Run.record``."""
        return self._book.run(self.number)

    @property
    def state(self) -> RunState:
        """See ``Run.state``."""
        record = self.record
        return record.state if record else self._state

    @property
    def outputs(self) -> tuple[Output, ...]:
        """See ``Run.outputs``."""
        return self._book.outputs(self.number)

    async def wait(self, timeout: float | None = None) -> RunState:
        """See ``Run.wait``."""

        def ended() -> bool:
            record = self.record
            return record is not None and record.ended

        async with asyncio.timeout(seconds_or_none("timeout", timeout)):
            await self._room._until(ended)
        return self.state

    def stop(self) -> None:
        """See ``Run.stop``. It does not wait."""
        self._say(StopRun(self.number))

    def withdraw(self) -> None:
        """See ``Run.withdraw``. It does not wait."""
        self._say(Withdraw(self.number))

    def _say(self, message: ClientMessage) -> None:
        if self.state not in ("asked", "queued", "running"):
            raise RunRefused(f"Run {self.number} has ended: {self.state}.", "ended")
        self._room._participant.say(message)

    def __repr__(self) -> str:
        """Return the number and the state."""
        return f"AsyncRun({self.number}, {self.state})"


class AsyncRuns(InOneProcess):
    """What a room has for running its code."""

    async def ask_run(
        self: RunPlace,
        version: int | None = None,
        part: tuple[int, int] | None = None,
        *,
        timeout: float | None = ANSWER_WITHIN,
    ) -> AsyncRun:
        """See ``Room.ask_run``."""
        if not self._entry.guest:
            return await run(self, version, part, unread=False, timeout=timeout)

        async def ask() -> AsyncRun:
            wanted = await wanted_of(self, version, part)
            await follow(self)
            answer = await answer_to(self, wanted.ask)
            taken = expect_taken(answer)
            return AsyncRun(self, taken.run, taken.state)

        return await in_time(ask, timeout)

    async def run(
        self: RunPlace,
        version: int | None = None,
        part: tuple[int, int] | None = None,
        *,
        unread: bool = False,
        timeout: float | None = ANSWER_WITHIN,
    ) -> AsyncRun:
        """See ``Room.run``."""
        if self._entry.guest:
            raise Forbidden(
                "A guest link does not permit to run code. ask_run() asks the people "
                "of the room for it."
            )
        return await run(self, version, part, unread=unread, timeout=timeout)

    async def runs(self: RunPlace, after: int = 0) -> list[RoomRun]:
        """See ``Room.runs``."""
        after = whole_number("after", after)
        if not self._entry.guest:
            return await self._rest.runs(after)
        await in_time(lambda: follow(self), ANSWER_WITHIN)
        book = self._participant.runs
        return [each for each in book.runs() if each.number > after]


async def run(
    room: RunPlace,
    version: int | None,
    part: tuple[int, int] | None,
    *,
    unread: bool,
    timeout: float | None,
) -> AsyncRun:
    """Run code with a login. Raises a ``RoomError``."""
    expect("unread", unread, bool)

    async def begin() -> AsyncRun:
        wanted = await wanted_of(room, version, part)
        await follow(room)
        number, state = await room._rest.run(wanted.body(unread=unread))
        return AsyncRun(room, number, state)

    return await in_time(begin, timeout)


async def wanted_of(
    room: RunPlace, version: int | None, part: tuple[int, int] | None
) -> WantedRun:
    """Return what to run, when the room has what this participant has written.

    Raises ``NotSaved``, ``TooOld``, ``ValueError`` or ``NotConnected``.
    """
    version = whole_number_or_none("version", version)
    part = span_or_none("part", part)
    if version is None:
        await room.saved()
    return room._participant.wanted(version, part)


async def follow(room: RunPlace) -> None:
    """Wait until the server sends the runs of the room.

    Raises ``NotConnected`` without a connection, and ``RunRefused`` if the server does
    not send them: it may be older than this package.
    """
    participant = room._participant
    participant.follow_runs()
    try:
        async with asyncio.timeout(_FOLLOWED_WITHIN):
            await room._until(lambda: participant.runs.kernel is not None)
    except TimeoutError:
        if participant.view().status == "reconnecting":
            raise NotConnected("The connection is lost.", "reconnecting") from None
        message = "The server does not say that it can run the code of rooms."
        raise RunRefused(message, "forbidden") from None


async def answer_to(room: RunPlace, message: Callable[[int], ClientMessage]) -> Answer:
    """Ask for a run, and return the answer.

    ``message`` makes the request with its id. Raises ``NotConnected`` if the connection
    is lost before the answer: then it is not known whether the request has arrived.
    """
    participant = room._participant
    book = participant.runs
    id, connection = book.next_id(), book.connection
    participant.say(message(id))
    found: list[Answer] = []

    def answered() -> bool:
        answer = book.answer(id)
        if answer is not None:
            found.append(answer)
        return bool(found) or book.kernel is None or book.connection != connection

    await room._until(answered)
    if not found:
        raise NotConnected("The connection was lost before the answer.", "reconnecting")
    return found[0]


async def in_time(
    begin: Callable[[], Coroutine[Any, Any, T]], timeout: float | None
) -> T:
    """Return a result. Raises ``NotConnected`` if that takes long."""
    timeout = seconds_or_none("timeout", timeout)
    try:
        async with asyncio.timeout(timeout):
            return await begin()
    except TimeoutError:
        message = f"The room has not answered within {timeout:g} s."
        raise NotConnected(message, "reconnecting") from None
