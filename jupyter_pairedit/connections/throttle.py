"""How quickly clients may change rooms; who is quicker waits, and loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ..core.limits import Limits
from ..core.ratelimit import Budget, Rate


class Pace:
    """Lets changes of clients wait. ``clock`` gives seconds and only goes forward."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._edits = Rate(limits.edits, limits.edits_per)
        self._sizes = Budget(
            limits.edit_size, limits.edit_size_per, limits.edit_size_wait
        )
        self._free = limits.edit_size_free

    async def wait(self, client_id: str, size: int) -> None:
        """Count a change of a client, and wait where it is one too many or too large.

        ``size`` is that of its message, in characters.
        """
        seconds = self._edits.wait(client_id, self._clock())
        if seconds:
            await asyncio.sleep(seconds)
            self._edits.wait(client_id, self._clock())
        if size > self._free:
            seconds = self._sizes.wait(client_id, self._clock())
            if seconds:
                await asyncio.sleep(seconds)

    def spend(self, client_id: str, size: int) -> None:
        """Count the size of a change, for which the next large one may have to wait."""
        if size > self._free:
            self._sizes.spend(client_id, size, self._clock())
