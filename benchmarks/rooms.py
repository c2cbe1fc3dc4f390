"""Many rooms at the same time: delays and CPU for each key."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

from .contestants import Contestant
from .keys import pair_of, play, quantile

ROOMS = 200
EVERY = 0.2
"""Seconds between two keys of a client."""

_SIZE = 1_000


@dataclass(frozen=True)
class Load:
    """The results of a server. Times are in seconds."""

    delays: Sequence[float]
    """Delays of all keys in all rooms."""
    cpu: float
    """CPU seconds for each key."""

    @property
    def median(self) -> float:
        """The median delay."""
        return statistics.median(self.delays)

    @property
    def p99(self) -> float:
        """The 99th percentile of the delays."""
        return quantile(self.delays, 0.99)


async def type_everywhere(contestant: Contestant, seconds: float) -> Load:
    """Make both clients of each room type, evenly spread over time."""
    keys = max(1, int(seconds / EVERY))
    pairs = [pair_of(contestant, _SIZE) for _ in range(ROOMS)]
    spent: list[float] = []

    @contextmanager
    def watch() -> Iterator[None]:
        before = contestant.server.cost.cpu
        yield
        spent.append(contestant.server.cost.cpu - before)

    rounds = await play(pairs, keys, EVERY, both=True, watch=watch())
    delays = list(chain.from_iterable(each.delays for each in rounds))
    return Load(delays, spent[0] / len(delays))
