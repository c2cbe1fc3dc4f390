"""What a server counts for its operator: plain numbers, cheap enough for every key."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds: from a commit of a quick disk to one that people notice."""


@dataclass(slots=True)
class Durations:
    """How long something took, as a histogram."""

    total: float = 0.0
    """Seconds of all together."""
    _counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))

    def add(self, seconds: float) -> None:
        """Count one more."""
        self.total += seconds
        self._counts[bisect_left(BOUNDS, seconds)] += 1

    @property
    def buckets(self) -> Iterator[tuple[float, int]]:
        """Give each bound, infinity last, and how many took at most so long."""
        return zip((*BOUNDS, float("inf")), accumulate(self._counts), strict=True)


@dataclass(slots=True)
class Counters:
    """What one hub has counted since it began."""

    clock: Callable[[], float]
    """Gives seconds and only goes forward."""
    revisions: Counter[str] = field(default_factory=Counter)
    """Committed here, by their kind."""
    commits: Durations = field(default_factory=Durations)
    """From the decision to append until the store has it."""
    fan_outs: Durations = field(default_factory=Durations)
    """From a commit, or its news of another server, until a reader was sent it."""
    conflicts: int = 0
    """Appends that another server was quicker than."""
    refusals: Counter[str] = field(default_factory=Counter)
    """By the code of the error, or of the closing of a socket."""

    def committed(self, kind: str, count: int, seconds: float) -> None:
        """Count the revisions of one append, and how long it took."""
        self.revisions[kind] += count
        self.commits.add(seconds)

    def sent(self, since: float) -> None:
        """Count that a reader was sent what came into memory at ``since``."""
        self.fan_outs.add(self.clock() - since)
