"""A kernel of this machine that executes the code of rooms."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from ..core.limits import Limits
from .calls import Calls, KernelState
from .execution import Execution, KernelUnreachable, RunEnd, Sink
from .queries import EXPRESSION, QueryKind
from .times import Times
from .worker import Worker

__all__ = [
    "EXPRESSION",
    "Execution",
    "Kernel",
    "KernelState",
    "KernelUnreachable",
    "QueryKind",
    "RunEnd",
    "Sink",
    "Times",
]

log = logging.getLogger(__name__)

T = TypeVar("T")


class Kernel:
    """A connection to a running kernel. All methods are called on the event loop.

    It is a client beside the notebook's own: cells of the notebook are executed in turn
    with what is executed here. If the process of the kernel ends, all that waits ends
    as "died"; the next process on the same address is used as soon as it answers.
    """

    def __init__(
        self,
        info: Mapping[str, object],
        limits: Limits,
        *,
        interrupt: Callable[[], Awaitable[None]],
        times: Times | None = None,
    ) -> None:
        """``info`` is the connection info of a kernel manager.

        ``interrupt`` interrupts the kernel, whatever it executes.
        """
        self.language = ""
        """The name of its language in lower or upper case, once it is open."""
        self.ipython = False
        """Whether it is IPython's, once it is open."""
        self.state: KernelState = "starting"
        """Whether it executes something, for anybody; "dead" if its process ended."""
        self._interrupt = interrupt
        self._listeners: list[Callable[[], None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._query: asyncio.Future[dict[str, Any] | None] | None = None
        self._opened: asyncio.Future[None] | None = None
        self._worker: Worker | None = None
        self._made = partial(Worker, info, limits, times or Times())

    async def open(self) -> None:
        """Connect. Raises ``KernelUnreachable``."""
        loop = asyncio.get_running_loop()
        self._opened = loop.create_future()
        calls = Calls(
            self._set_opened, self._fail, self._set_state, self._interrupt_soon
        )
        self._worker = self._made(loop, calls)
        self._worker.start()
        try:
            await self._opened
        except BaseException:
            await self.close()
            raise

    def on_state(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` on the event loop whenever ``state`` has changed."""
        self._listeners.append(listener)

    def execute(self, code: str, sink: Sink) -> Execution:
        """Execute code after what waits. It is sent when the one before has ended."""
        execution = Execution(code, sink)
        self._start(execution.deliver())
        if self._worker and self._worker.is_alive():
            self._worker.submit(partial(self._worker.execute, execution))
        else:
            execution.ended("died", "The kernel is not connected.")
            execution.released()
        return execution

    async def stop(self, execution: Execution) -> None:
        """Stop an execution, and nothing else that the kernel executes.

        One that waits here is not sent. The one that runs is interrupted; it may go on
        if its code handles that, and may be stopped again. One that waits in the kernel
        behind a cell has ``stopping`` set and is interrupted when its turn comes. What
        ``interrupt`` raises is raised here.
        """
        if not (self._worker and self._worker.is_alive()):
            return
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        command = partial(self._worker.stop, execution, partial(_resolve, answer))
        self._worker.submit(command)
        if await answer and execution.running:
            await self._interrupt_and_wake()

    async def query(self, kind: QueryKind, code: str) -> dict[str, Any] | None:
        """Ask about the names at the end of some code; return the reply's content.

        To execute, ``code`` is an expression, whose value is at ``EXPRESSION``. None if
        the kernel does not answer; it executes while it is idle. It has one question at
        a time: the one before is waited for, also if it was cancelled. Nothing of an
        execution changes.
        """
        while self._query and not self._query.done():
            await asyncio.wait([self._query])
        if not (self._worker and self._worker.is_alive()):
            return None
        answer: asyncio.Future[dict[str, Any] | None]
        answer = self._query = asyncio.get_running_loop().create_future()
        command = partial(self._worker.query, kind, code, partial(_resolve, answer))
        self._worker.submit(command)
        await asyncio.wait([answer])  # its cancellation leaves the answer pending
        return answer.result()

    def kernel_died(self) -> None:
        """Let all that runs or waits end as "died", and connect to a new process.

        To be called when a kernel manager reports a death or a restart.
        """
        if self._worker:
            self._worker.submit(partial(self._worker.lose, "The kernel has ended."))

    async def close(self) -> None:
        """Let all that runs or waits end as "died", and free the thread and sockets."""
        worker = self._worker
        if worker:
            worker.submit(worker.close)
            await asyncio.get_running_loop().run_in_executor(None, worker.join)
            worker.finish()
        self._set_state("dead")
        others = self._tasks - {asyncio.current_task()}
        if others:
            await asyncio.wait(others)

    def _set_opened(self, language: str, ipython: bool) -> None:
        self.language, self.ipython = language, ipython
        if self._opened and not self._opened.done():
            self._opened.set_result(None)

    def _fail(self, error: Exception) -> None:
        self._set_state("dead")
        if self._opened and not self._opened.done():
            self._opened.set_exception(error)
        else:
            self._start(self.close())

    def _set_state(self, state: KernelState) -> None:
        if state != self.state:
            self.state = state
            for listener in [*self._listeners]:
                listener()

    def _interrupt_soon(self, execution: Execution) -> None:
        async def interrupt() -> None:
            if execution.running:
                try:
                    await self._interrupt_and_wake()
                except Exception:
                    log.exception("A kernel could not be interrupted")

        self._start(interrupt())

    async def _interrupt_and_wake(self) -> None:
        await self._interrupt()
        if self._worker:
            self._worker.submit(self._worker.wake)

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _resolve(answer: asyncio.Future[T], value: T) -> None:
    if not answer.done():
        answer.set_result(value)
