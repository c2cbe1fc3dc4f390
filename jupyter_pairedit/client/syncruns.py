"""Runs of a room's code, for programs without an event loop."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from ..core.outputs import Output
from ..core.portable import InOneProcess
from ..core.runs import RunState
from .asyncroom import AsyncRoom
from .asyncruns import ANSWER_WITHIN, AsyncRun
from .runs import RoomRun
from .thread import LoopThread


class Run:
    """A run that this program has asked for. ``ask_run`` and ``run`` return it."""

    def __init__(self, run: AsyncRun, thread: LoopThread) -> None:
        self.number = run.number
        """The number of the run in its room, from 1."""
        self._run = run
        self._thread = thread

    @property
    def record(self) -> RoomRun | None:
        """Everything that is known of it now, or None if that has not arrived yet."""
        return self._thread.call(lambda: self._run.record)

    @property
    def state(self) -> RunState:
        """``asked``, ``queued``, ``running``; or how it has ended.

        That is ``done``, ``error``, ``stopped`` or ``died``; without having been
        executed, ``refused``, ``expired`` or ``withdrawn``.
        """
        return self._thread.call(lambda: self._run.state)

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What the code has shown until now, as far as this participant may see it."""
        return self._thread.call(lambda: self._run.outputs)

    def wait(self, timeout: float | None = None) -> RunState:
        """Wait until it has ended. Returns how.

        Raises ``TimeoutError`` after ``timeout`` seconds; the run goes on. Ctrl-C ends
        waiting as well. Raises ``NotConnected`` if the connection has ended for good.
        """
        return self._thread.run(lambda: self._run.wait(timeout))

    def stop(self) -> None:
        """Interrupt it, or take it out of the queue; ``wait`` says when it has ended.

        Raises ``RunRefused`` if it has ended, and ``NotConnected``.
        """
        self._thread.call(self._run.stop)

    def withdraw(self) -> None:
        """Take the question back, with a guest link. Raises as ``stop`` does."""
        self._thread.call(self._run.withdraw)

    def __repr__(self) -> str:
        """Return the number and the state."""
        state = self.state if self._thread.is_ours else "of another process"
        return f"Run({self.number}, {state})"


class Runs(InOneProcess):
    """What a room has for running its code."""

    _room: AsyncRoom
    _thread: LoopThread

    def ask_run(
        self,
        version: int | None = None,
        part: tuple[int, int] | None = None,
        *,
        timeout: float | None = ANSWER_WITHIN,
    ) -> Run:
        """Ask for a run of the code in the room's kernel.

        With a guest link it is a question that a person of the room answers, in a page;
        with a token it is ``run``. ``version`` is the newest one here when everything
        of this participant is stored, unless it is given; ``part`` is a range in code
        points, such as ``view.lines(2, 5)``.

        Raises ``RunRefused`` with a sentence and a ``code``, ``NotConnected`` if there
        is no answer within ``timeout`` seconds, ``NotSaved``, ``TooOld`` for a version
        that is not known here any more, and ``ValueError`` for one that does not exist
        or a part that is not in it.

        >>> run = room.ask_run()
        >>> run.state
        'asked'
        >>> run.withdraw()
        >>> run.wait(timeout=10)
        'withdrawn'
        """
        return self._run(
            lambda: self._room.ask_run(version, part, timeout=timeout),
        )

    def run(
        self,
        version: int | None = None,
        part: tuple[int, int] | None = None,
        *,
        unread: bool = False,
        timeout: float | None = ANSWER_WITHIN,
    ) -> Run:
        """Run the code in the room's kernel, with a token of the server.

        The arguments are those of ``ask_run``. Where the code has text of guests which
        the owner of the token was not shown, ``Unread`` has the ``lines``, and nothing
        is run; ``unread=True`` runs it. Raises ``Forbidden`` with a guest link, and
        else as ``ask_run`` does.

        >>> member.write("print(6 * 7)\\n")
        >>> run = member.run()
        >>> run.wait(timeout=60), [output.text for output in run.outputs]
        ('done', ['42\\n'])
        """
        return self._run(
            lambda: self._room.run(version, part, unread=unread, timeout=timeout)
        )

    def _run(self, begin: Callable[[], Coroutine[Any, Any, AsyncRun]]) -> Run:
        return Run(self._thread.run(begin), self._thread)

    def runs(self, after: int = 0) -> list[RoomRun]:
        """Return the runs of the room after a number, oldest first.

        With a guest link, those that this participant may see and has been sent. Raises
        ``NotConnected``, ``Forbidden`` or ``ServerError``.

        >>> member.run().wait(timeout=60)
        'done'
        >>> [(run.number, run.version, run.state) for run in member.runs()]
        [(1, 0, 'done')]
        """
        return self._thread.run(lambda: self._room.runs(after))
