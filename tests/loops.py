"""Event loops of tests: of rooms that are not closed, and of long waits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from selectors import SelectorKey, SelectSelector

import pytest


@pytest.fixture(autouse=True)
def jp_asyncio_loop(
    jp_asyncio_loop: asyncio.AbstractEventLoop,
) -> Iterator[asyncio.AbstractEventLoop]:
    """Return the loop of a test. What rooms still do at the end, such as a sync, ends.

    Otherwise asyncio reports it when the loop is collected, in some later test.
    """
    yield jp_asyncio_loop
    tasks = asyncio.all_tasks(jp_asyncio_loop)
    for task in tasks:
        task.cancel()
    if tasks:
        jp_asyncio_loop.run_until_complete(asyncio.wait(tasks))


class _Skipping(SelectSelector):
    """Counts the seconds that the loop would wait, and does not wait."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "the loop would wait for ever"
            self.waited += max(0.0, timeout)
        return ready


class SkippingLoop(asyncio.SelectorEventLoop):
    """A loop on which nothing takes time but waiting, which is skipped."""

    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def time(self) -> float:
        """Return the seconds since the loop was made."""
        return self._skipping.waited
