"""Sends a room what a run in this kernel shows. It loads the client."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import astuple
from typing import Literal

from ..client.asyncroom import AsyncRoom
from ..client.asyncruns import answer_to, follow
from ..client.errors import NotConnected
from ..client.runs import Answer, WantedRun, expect_taken
from ..core.outputs import Output
from ..protocol import ReportOutputs, RunOutput, RunTaken
from .recorder import Recorder

EndState = Literal["done", "error", "stopped"]

_INTERVAL = 0.1
"""Seconds between two reports, at least."""
_SPEED = 1024 * 1024
"""Bytes a second, over a longer time."""
_MESSAGE = 512 * 1024
"""Bytes of outputs in one message, unless one output has more."""


async def begin(
    room: AsyncRoom, wanted: WantedRun, unread: bool, begun: set[int]
) -> int:
    """Begin a run in this kernel. Returns its number, which is added to ``begun``.

    Raises ``Unread``, ``RunRefused`` or ``NotConnected``. If it is cancelled, a run
    that the server begins all the same is reported as stopped.
    """
    await follow(room)
    asking = asyncio.ensure_future(
        answer_to(room, lambda id: wanted.begin(id, unread=unread))
    )
    try:
        answer = await asyncio.shield(asking)
    except asyncio.CancelledError:
        asking.add_done_callback(lambda asked: _stop(room, asked))
        raise
    number = expect_taken(answer).run
    begun.add(number)
    return number


def _stop(room: AsyncRoom, asked: asyncio.Future[Answer]) -> None:
    """End the run that was begun for somebody who waits for it no more."""
    if asked.cancelled() or asked.exception() is not None:
        return
    answer = asked.result()
    if isinstance(answer, RunTaken):
        report_stopped(room, {answer.run})


def report_stopped(room: AsyncRoom, begun: set[int]) -> None:
    """Report runs that were begun, and of which nothing was executed."""
    with suppress(NotConnected):
        while begun:
            room._participant.say(ReportOutputs(begun.pop(), state="stopped"))


class Report:
    """Reports one run until its end was sent. Use it on the event loop of the room."""

    def __init__(self, room: AsyncRoom, number: int, recorder: Recorder) -> None:
        self._participant = room._participant
        self._book = room._participant.runs
        self._number = number
        self._recorder = recorder
        self._connection = self._book.connection
        self._mark = (0, 0)
        self._state: EndState | None = None
        self._end = asyncio.Event()
        self._sent = False
        self._task = asyncio.get_running_loop().create_task(self._follow())

    def finish(self, state: EndState) -> None:
        """Send the rest and the end."""
        self._state = state
        self._send()
        self._end.set()

    async def _follow(self) -> None:
        pause = _INTERVAL
        while not self._is_over:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._end.wait()
            if self._end.is_set() and not self._is_over:
                await asyncio.sleep(_INTERVAL)  # There is no connection.
            pause = max(_INTERVAL, self._send() / _SPEED)

    @property
    def _is_over(self) -> bool:
        ended = self._participant.ended is not None
        return self._sent or ended

    def _send(self) -> int:
        """Send what is new. Returns its size, or 0 without a connection."""
        if self._is_over:
            return 0
        if self._book.refusal(self._number) is not None:
            self._sent = True  # The room does not have this run any more.
            return 0
        if self._book.kernel is None:
            return 0  # The server has not said yet that it takes messages about runs.
        again = self._connection != self._book.connection
        changes = self._recorder.changes(everything=again)
        if not (changes.outputs or changes.mark != self._mark or self._state):
            return 0
        try:
            for message in self._messages(changes.outputs, *changes.mark):
                self._participant.say(message)
        except NotConnected:
            self._connection = -1  # Everything is sent again.
            return 0
        self._connection, self._mark = self._book.connection, changes.mark
        self._sent = self._state is not None
        return sum(each.size for each in changes.outputs)

    def _messages(
        self, outputs: Sequence[Output], first: int, left_out: int
    ) -> Iterator[ReportOutputs]:
        slices = list(_slices(outputs))
        for index, some in enumerate(slices):
            state = self._state if index == len(slices) - 1 else None
            sent = [RunOutput(*astuple(each)) for each in some]
            yield ReportOutputs(self._number, sent, first, left_out, state or "running")


def _slices(outputs: Sequence[Output]) -> Iterator[list[Output]]:
    """Divide outputs by their size; at least one slice, which may be empty."""
    some: list[Output] = []
    size = 0
    for each in outputs:
        if some and size + each.size > _MESSAGE:
            yield some
            some, size = [], 0
        some.append(each)
        size += each.size
    yield some
