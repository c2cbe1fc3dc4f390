"""The delay from a key to the other client, for pairs of clients.

The schedule is fixed in advance: a key is pressed when it is due, even if the server is
late, so that a slow server cannot slow down the measurement.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import chain
from time import perf_counter

from .contestants import Contestant
from .typists import Typist

Pair = tuple[Typist, Typist]

WARM_UP = 10
"""Keys that are not counted at the start."""

_SETTLE = 0.2
"""Seconds of silence after joining and after typing, for late messages."""

_PATIENCE = 30.0


@dataclass(frozen=True)
class Round:
    """The results of one pair. Times are in seconds."""

    join: float
    """Of the first client, who opens the room."""
    second_join: float
    delays: Sequence[float]
    """For each key, until the other client had it."""
    bytes_per_key: float
    """Bytes of all frames of both sockets, in both directions, with headers."""

    @property
    def median(self) -> float:
        """The median delay."""
        return statistics.median(self.delays)


def quantile(values: Sequence[float], part: float) -> float:
    """Return the quantile ``part`` of the values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


async def take_turns(
    contestants: Sequence[Contestant],
    size: int,
    keys: int,
    every: float,
    *,
    both: bool = False,
) -> list[Round]:
    """Make one or both clients of each pair type; return the delays of the keys.

    All pairs have the same schedule, each a part of ``every`` seconds after the one
    before, so that disturbances of the machine affect all of them.
    """
    return await play([pair_of(each, size) for each in contestants], keys, every, both)


async def play(
    pairs: Sequence[Pair],
    keys: int,
    every: float,
    both: bool,
    watch: AbstractContextManager[object] | None = None,
) -> list[Round]:
    """Make pairs type as ``take_turns`` does; ``watch`` is entered meanwhile."""
    joins = [(await one.join(), await other.join()) for one, other in pairs]
    try:
        await _type(pairs, WARM_UP, every, both)
        before = [_traffic(pair) for pair in pairs]
        with watch or nullcontext():
            delays = await _type(pairs, keys, every, both)
        after = [_traffic(pair) for pair in pairs]
    finally:
        for one, other in pairs:
            one.connection.close()
            other.connection.close()
    return [
        Round(*join, found, (now - then) / len(found))
        for join, found, now, then in zip(joins, delays, after, before, strict=True)
    ]


def pair_of(contestant: Contestant, size: int) -> Pair:
    """Create a room with two clients."""
    one, other = contestant.room(size, 2)
    return one, other


async def _type(
    pairs: Sequence[Pair], keys: int, every: float, both: bool
) -> list[list[float]]:
    """Return the delays of all keys of each pair."""
    gc.collect()
    gc.disable()
    await asyncio.sleep(_SETTLE)
    begin = asyncio.get_running_loop().time() + every
    of_pairs = []
    for number, (one, other) in enumerate(pairs):
        turn = begin + every * number / len(pairs)
        of_pairs.append([_Way(one, other, keys, turn, every)])
        if both:
            # The second client types halfway between two keys of the first.
            turn += every / 2
            of_pairs[-1].append(_Way(other, one, keys, turn, every))
    ways = list(chain.from_iterable(of_pairs))
    await asyncio.gather(*(way.done for way in ways))
    until = perf_counter() + _PATIENCE
    # Polling: setting an event would cost time with each key.
    while any(way.missing for way in ways) and perf_counter() < until:  # noqa: ASYNC110
        await asyncio.sleep(every)
    await asyncio.sleep(_SETTLE)
    gc.enable()
    return [
        list(chain.from_iterable(way.delays() for way in pair)) for pair in of_pairs
    ]


class _Way:
    """Sends keys of one client to the other when they are due."""

    def __init__(
        self, typist: Typist, reader: Typist, keys: int, begin: float, every: float
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self._loop.create_future()
        self._typist = typist
        self._keys, self._begin, self._every = keys, begin, every
        self._pressed: list[float] = []
        self._shown: list[float] = []
        reader.saw = self._saw
        self._loop.call_at(begin, self._press)

    def _press(self) -> None:
        self._pressed.append(perf_counter())
        self._typist.key()
        count = len(self._pressed)
        if count < self._keys:
            self._loop.call_at(self._begin + count * self._every, self._press)
        else:
            self.done.set_result(None)

    def _saw(self, keys: int, now: float) -> None:
        self._shown += [now] * keys

    @property
    def missing(self) -> int:
        """The number of keys that the other client has not received."""
        return self._keys - len(self._shown)

    def delays(self) -> list[float]:
        """Return the delay of each key in seconds."""
        if self.missing:
            raise RuntimeError(f"{self.missing} of {self._keys} keys were not shown")
        ways = zip(self._pressed, self._shown, strict=True)
        return [there - here for here, there in ways]


def _traffic(pair: Pair) -> int:
    return sum(each.connection.sent + each.connection.received for each in pair)
