"""One execution of code by a kernel, as the event loop sees it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, Protocol

from ..core.outputs import Output

log = logging.getLogger(__name__)

RunEnd = Literal["done", "error", "stopped", "died"]


class KernelUnreachable(Exception):
    """The kernel does not answer, or is not on this machine; the message says which."""


class Sink(Protocol):
    """Takes what an execution does. All are awaited on the event loop, in this order.

    A call that raises is logged, and the execution goes on.
    """

    async def begun(self) -> None:
        """The kernel executes the code now. Not called if it was stopped before."""

    async def outputs(
        self, outputs: Sequence[Output], first: int, left_out: int
    ) -> None:
        """Take outputs that are new or have changed since the last call.

        ``first`` is the number of the first output to show, ``left_out`` the number of
        those that were not kept. Not called again before it has returned; meanwhile the
        outputs are collected. ``outputs`` is empty if only the numbers have changed.
        """

    async def ended(self, how: RunEnd, detail: str) -> None:
        """The execution is over. ``detail`` is a sentence, or empty. Called once."""


class Execution:
    """Code that waits for the kernel, is executed, or has been."""

    def __init__(self, code: str, sink: Sink) -> None:
        self.code = code
        self.running = False
        """Whether the kernel executes it now. Set by the thread of the kernel."""
        self.stopping = False
        """Whether it waits in the kernel behind a cell, to be interrupted at once when
        its turn comes: an earlier interrupt would stop the cell. It ends as "stopped"
        then, even if all of it is executed before the interrupt arrives. Set by the
        thread of the kernel."""
        self._sink = sink
        self._calls: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._ended = False

    def begun(self) -> None:
        """Deliver that it has begun. On the event loop, as the next two."""
        self._calls.put_nowait(self._sink.begun)

    def outputs(
        self,
        outputs: Sequence[Output],
        first: int,
        left_out: int,
        returned: Callable[[], None],
    ) -> None:
        """Deliver outputs, and call ``returned`` when the sink has taken them."""

        async def deliver() -> None:
            try:
                await self._sink.outputs(outputs, first, left_out)
            finally:
                returned()

        self._calls.put_nowait(deliver)

    def ended(self, how: RunEnd, detail: str) -> None:
        """Deliver the end."""

        async def deliver() -> None:
            self._ended = True
            await self._sink.ended(how, detail)

        self._calls.put_nowait(deliver)

    async def deliver(self) -> None:
        """Call the sink until the end."""
        while not self._ended:
            call = await self._calls.get()
            try:
                await call()
            except Exception:
                log.exception("What a run has done could not be taken")
