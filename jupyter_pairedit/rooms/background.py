"""Tasks that run in the background, and waiting for them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


class BackgroundTasks:
    """The background tasks of one owner."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Start a task. It must handle its own errors."""
        task = asyncio.create_task(work)
        # The event loop has only weak references to tasks.
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def settle(self) -> None:
        """Wait until all tasks are done, including those started meanwhile."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)
