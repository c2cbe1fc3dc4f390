"""From a key to the other person's screen: pairs, one schedule, figures.

The schedule is fixed before it begins: a key is pressed when it is due, whether or not
the server has kept up, so that a slow answer cannot slow down the questions.
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
"""Keys before the first that counts."""

_SETTLE = 0.2
"""Seconds of silence after joining and after typing, for what is still on its way."""

_PATIENCE = 30.0


@dataclass(frozen=True)
class Round:
    """What one pair saw. Times in seconds."""

    join: float
    """Of the first, who finds a room that nobody has opened yet."""
    second_join: float
    delays: Sequence[float]
    """For each key, until the other had it."""
    bytes_per_key: float
    """All frames of both sockets, both ways, with their headers."""

    @property
    def median(self) -> float:
        """The middle one of the delays."""
        return statistics.median(self.delays)


def quantile(values: Sequence[float], part: float) -> float:
    """Give the value that ``part`` of all are not above."""
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
    """Let one of each pair type, or both, and see when each key is with the other.

    All contestants have the same schedule, each a part of ``every`` later than the one
    before: whatever else the machine does in a moment, it does to all of them.
    """
    return await play([pair_of(each, size) for each in contestants], keys, every, both)


async def play(
    pairs: Sequence[Pair],
    keys: int,
    every: float,
    both: bool,
    watch: AbstractContextManager[object] | None = None,
) -> list[Round]:
    """Let pairs type as ``take_turns`` does; ``watch`` is entered while they do."""
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
    """Make a room of two."""
    one, other = contestant.room(size, 2)
    return one, other


async def _type(
    pairs: Sequence[Pair], keys: int, every: float, both: bool
) -> list[list[float]]:
    """Give for each pair the delays of all keys."""
    gc.collect()
    gc.disable()
    await asyncio.sleep(_SETTLE)
    begin = asyncio.get_running_loop().time() + every
    of_pairs = []
    for number, (one, other) in enumerate(pairs):
        turn = begin + every * number / len(pairs)
        of_pairs.append([_Way(one, other, keys, turn, every)])
        if both:
            # The second types in the middle between two keys of the first.
            turn += every / 2
            of_pairs[-1].append(_Way(other, one, keys, turn, every))
    ways = list(chain.from_iterable(of_pairs))
    await asyncio.gather(*(way.done for way in ways))
    until = perf_counter() + _PATIENCE
    # Not an event: setting it would cost each contestant time with each key.
    while any(way.missing for way in ways) and perf_counter() < until:  # noqa: ASYNC110
        await asyncio.sleep(every)
    await asyncio.sleep(_SETTLE)
    gc.enable()
    return [
        list(chain.from_iterable(way.delays() for way in pair)) for pair in of_pairs
    ]


class _Way:
    """Keys of one client on their way to the other, pressed when they are due."""

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
        """How many keys have not been shown to the other."""
        return self._keys - len(self._shown)

    def delays(self) -> list[float]:
        """Give the time of each key from here to there."""
        if self.missing:
            raise RuntimeError(f"{self.missing} of {self._keys} keys were not shown")
        ways = zip(self._pressed, self._shown, strict=True)
        return [there - here for here, there in ways]


def _traffic(pair: Pair) -> int:
    return sum(each.connection.sent + each.connection.received for each in pair)
