"""Reading the changes of a room, as ``changes`` does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from ..core.expecting import seconds_or_none, whole_number_or_none
from .errors import NotConnected
from .participant import Participant
from .views import Change

Until = Callable[[Callable[[], bool]], Awaitable[None]]
"""Waits for a condition. Raises ``NotConnected`` when the connection ends."""


class ChangeReader:
    """Reads the changes of a room one after the other."""

    def __init__(
        self, participant: Participant, until: Until, after: int | None
    ) -> None:
        self._participant = participant
        self._until = until
        self._place = participant.place_after(whole_number_or_none("after", after))

    async def read(self, timeout: float | None) -> list[Change]:
        """Return the next changes; none after ``timeout`` seconds, or when closed.

        Raises ``NotConnected`` if the connection has ended for good.
        """
        timeout = seconds_or_none("timeout", timeout)
        feed = self._participant.feed
        try:
            async with asyncio.timeout(timeout):
                await self._until(lambda: feed.end > self._place)
        except TimeoutError:
            return []
        except NotConnected as gone:
            if gone.status == "closed":
                return []
            raise
        changes = self._participant.changes_from(self._place)
        self._place += len(changes)
        return changes


async def iterate(reader: ChangeReader, timeout: float | None) -> AsyncIterator[Change]:
    """Yield each change, until there is none for ``timeout`` seconds."""
    while news := await reader.read(timeout):
        for change in news:
            yield change
