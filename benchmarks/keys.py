"""From a key to the other person's screen: one pair, one schedule, figures.

The schedule is fixed before it begins: a key is pressed when it is due, whether or not
the server has kept up, so that a slow answer cannot slow down the questions.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from .contestants import Contestant
from .typists import Typist

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


async def type_together(
    contestant: Contestant, size: int, keys: int, every: float, *, both: bool = False
) -> Round:
    """Let one of a pair type, or both, and see when each key is with the other."""
    one, other = contestant.pair(size)
    join, second_join = await one.join(), await other.join()
    try:
        await _type(one, other, WARM_UP, every, both)
        before = _traffic(one) + _traffic(other)
        delays = await _type(one, other, keys, every, both)
        traffic = _traffic(one) + _traffic(other) - before
    finally:
        one.connection.close()
        other.connection.close()
    return Round(join, second_join, delays, traffic / len(delays))


async def _type(
    one: Typist, other: Typist, keys: int, every: float, both: bool
) -> list[float]:
    directions = [(one, other), (other, one)] if both else [(one, other)]
    starts = [len(reader.shown) for _, reader in directions]
    gc.collect()
    gc.disable()
    await asyncio.sleep(_SETTLE)
    begin = asyncio.get_running_loop().time() + every
    pressed = await asyncio.gather(
        *(
            # The second types in the middle between two keys of the first.
            _press(typist, keys, begin + number * every / 2, every)
            for number, (typist, _) in enumerate(directions)
        )
    )
    delays: list[float] = []
    for (_, reader), start, times in zip(directions, starts, pressed, strict=True):
        until = perf_counter() + _PATIENCE
        # Not an event: setting it would cost each contestant time with each key.
        while len(reader.shown) < start + keys and perf_counter() < until:  # noqa: ASYNC110
            await asyncio.sleep(every)
        shown = reader.shown[start:]
        if len(shown) != keys:
            raise RuntimeError(f"{keys} keys were typed, {len(shown)} were shown")
        delays += [after - key for key, after in zip(times, shown, strict=True)]
    await asyncio.sleep(_SETTLE)
    gc.enable()
    return delays


async def _press(typist: Typist, keys: int, begin: float, every: float) -> list[float]:
    """Press keys when they are due; give when each was pressed."""
    loop = asyncio.get_running_loop()
    pressed: list[float] = []
    done = loop.create_future()

    def press() -> None:
        pressed.append(perf_counter())
        typist.key()
        if len(pressed) < keys:
            loop.call_at(begin + len(pressed) * every, press)
        else:
            done.set_result(None)

    loop.call_at(begin, press)
    await done
    return pressed


def _traffic(typist: Typist) -> int:
    return typist.connection.sent + typist.connection.received
