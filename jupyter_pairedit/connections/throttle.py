"""Rate limits for each person and each client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from ..core.limits import Limits
from ..core.ratelimit import PendingLimit, Rate, RefusalLog
from ..rooms.counters import Counters

_log = logging.getLogger(__name__)


class ConnectionLimits:
    """The rate limits of one server's sockets. ``clock`` is monotonic, in seconds."""

    def __init__(
        self, limits: Limits, counters: Counters, clock: Callable[[], float]
    ) -> None:
        unseated = max(limits.unseated, limits.clients // 5)
        self.pending = PendingLimit(unseated, limits.unseated_per_address)
        """Sockets of people with a login that have not sent ``hello``."""
        self.kernels = PendingLimit(limits.clients, limits.kernel_rooms)
        """Sockets of kernels, by their ids."""
        self._counters = counters
        self.clock = clock
        self._connects = Rate(limits.connects, limits.connects_per)
        self._edits = Rate(limits.edits, limits.edits_per)
        self._sizes = Rate(
            limits.edit_size, limits.edit_size_per, limits.edit_size_wait
        )
        self._free = limits.edit_size_free
        self._carets = Rate(limits.carets, 1.0)
        self._mismatches = Rate(limits.mismatches, limits.mismatches_per)
        self._seat_notices = Rate(limits.seat_notices, limits.seat_notices_per)
        self._refusals = RefusalLog()

    def connect_delay(self, person: str) -> float:
        """Count a connection; return 0, or the seconds to wait before the next one."""
        return self._connects.take(person, self.clock())

    async def wait_to_edit(self, client_id: str, size: int) -> None:
        """Count an edit of ``size`` characters, and sleep if it exceeds the rates."""
        seconds = self._edits.take(client_id, self.clock())
        if seconds:
            await asyncio.sleep(seconds)
            self._edits.take(client_id, self.clock())
        if size > self._free:
            await self.wait_for_size(client_id)

    async def wait_for_size(self, client_id: str) -> None:
        """Sleep until the client owes nothing for the size of its edits."""
        seconds = self._sizes.debt(client_id, self.clock())
        if seconds:
            await asyncio.sleep(seconds)

    def spend(self, client_id: str, size: int) -> None:
        """Charge the size of an edit, which delays the next large edit."""
        if size > self._free:
            self._sizes.spend(client_id, size, self.clock())

    def caret_exceeds(self, client_id: str) -> bool:
        """Count a caret; return whether it exceeds the rate and is to be ignored."""
        return self._carets.take(client_id, self.clock()) > 0

    def mismatch_exceeds(self, client_id: str) -> bool:
        """Count a failed ``check``; return whether it exceeds the rate."""
        return self._mismatches.take(client_id, self.clock()) > 0

    def may_report_refusal(self, room_id: str) -> bool:
        """Count a person who found a room full; return whether to tell its members."""
        return self._seat_notices.take(room_id, self.clock()) == 0

    def record_refusal(self, code: str, room_id: str, name: str, what: str) -> None:
        """Count a refused message and write it to the log, at a limited rate."""
        self._counters.refusals[code] += 1
        line = self._refusals.line(code, room_id, name, what, self.clock())
        if line is not None:
            _log.warning("%s", line)
