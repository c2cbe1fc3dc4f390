"""Rate limits, and the log lines of refusals."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict
from dataclasses import dataclass, field

from .names import visible

_CAPACITY = 10_000
"""Keys with a bucket; the one that was used least recently is discarded first."""

_LINE_LENGTH = 200
"""Characters in a log line about a refusal."""
_LINES_PER_SECOND = 10
"""Log lines for each code."""


@dataclass(slots=True)
class Rate:
    """A token bucket for each key: ``burst`` tokens, refilled in ``per`` seconds.

    Times are in seconds of a monotonic clock. A negative number of tokens is a debt,
    limited to what is refilled in ``max_wait`` seconds.
    """

    burst: int
    per: float
    max_wait: float = math.inf
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    """The tokens of a key, and the time at which it had them."""

    def take(self, key: str, now: float) -> float:
        """Take a token and return 0, or return the seconds until there is one."""
        tokens = self._tokens(key, now)
        allowed = tokens >= 1
        self._set(key, tokens - 1 if allowed else tokens, now)
        return 0.0 if allowed else (1 - tokens) * self.per / self.burst

    def give_back(self, key: str) -> None:
        """Return a token that was taken."""
        tokens, at = self._buckets.get(key, (float(self.burst), 0.0))
        self._buckets[key] = min(self.burst, tokens + 1), at

    def spend(self, key: str, tokens: int, now: float) -> None:
        """Take tokens even if there are fewer, which leaves a debt."""
        most = self.max_wait * self.burst / self.per
        self._set(key, max(-most, self._tokens(key, now) - tokens), now)

    def debt(self, key: str, now: float) -> float:
        """Return the seconds until there is no debt."""
        return max(0.0, -self._tokens(key, now)) * self.per / self.burst

    def _tokens(self, key: str, now: float) -> float:
        tokens, at = self._buckets.get(key, (float(self.burst), now))
        return min(self.burst, tokens + (now - at) * self.burst / self.per)

    def _set(self, key: str, tokens: float, now: float) -> None:
        self._buckets[key] = tokens, now
        self._buckets.move_to_end(key)
        while len(self._buckets) > _CAPACITY:
            self._buckets.popitem(last=False)


@dataclass(slots=True)
class PendingLimit:
    """Limits the connections that have not authenticated, in all and for each key."""

    most: int
    most_each: int
    _pending: Counter[str] = field(default_factory=Counter)

    def admit(self, key: str) -> bool:
        """Count a connection and return True, or return False at a limit.

        Call ``leave`` when the connection has authenticated or ended.
        """
        if self._pending.total() >= self.most or self._pending[key] >= self.most_each:
            return False
        self._pending[key] += 1
        return True

    def leave(self, key: str) -> None:
        """Remove a connection that was counted."""
        self._pending[key] -= 1
        if not self._pending[key]:
            del self._pending[key]


@dataclass(slots=True)
class RefusalLog:
    """Formats log lines of refusals, up to ten per second for each code."""

    _rate: Rate = field(default_factory=lambda: Rate(_LINES_PER_SECOND, 1.0))

    def line(
        self, code: str, room_id: str, name: str, what: str, now: float
    ) -> str | None:
        """Return a line of at most 200 characters, or None if there were too many.

        ``name`` and ``what`` come from clients, so control characters are removed.
        ``now`` is in seconds of a monotonic clock.
        """
        if self._rate.take(code, now):
            return None
        name, what = name[:50], what[:_LINE_LENGTH]  # The rest is not looked at.
        line = f"Refused {code} of {name!r:.50} in room {room_id}: {what}"
        return visible(line)[:_LINE_LENGTH]
