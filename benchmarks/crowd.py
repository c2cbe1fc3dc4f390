"""One room with many clients: delivered keys for each second."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from .contestants import Contestant
from .pace import Pace
from .typists import Typist

PEOPLE = 100
WRITERS = 4
KEYS_A_SECOND = 450
"""Keys a second of each writer in the open loop: four times what the echo can deliver,
and no more than the clients' core can send and receive."""


@dataclass(frozen=True)
class Closed:
    """A closed loop: the number of people, and how many of them type at once."""

    people: int
    writers: int = 1

    def __str__(self) -> str:
        what = "the next key" if self.writers == 1 else f"{self.writers} keys at once"
        return f"{self.people} people, {what} when all have the last"


FEW, MANY, IN_STEP = CLOSED = (Closed(10), Closed(PEOPLE), Closed(PEOPLE, WRITERS))

_SIZE = 10_000
_WARM_UP = 1.0
_SETTLE = 0.5


async def closed_loop(contestant: Contestant, seconds: float, loop: Closed) -> Pace:
    """Return the deliveries in a closed loop.

    The clients type in turn, when all others have received the last keys.
    """
    crowd = await _gather(contestant, loop.people)
    relay = _Relay(crowd, loop.writers)
    with _undisturbed(crowd):
        relay.go_on()
        await asyncio.sleep(_WARM_UP)
        return await _pace(contestant, relay, seconds)


async def open_loop(contestant: Contestant, seconds: float) -> Pace:
    """Return the deliveries in the open loop, in which some clients type on.

    Keys are counted, however many of them a message contains.
    """
    crowd = await _gather(contestant)
    writers = [_Writer(each) for each in crowd[:WRITERS]]
    count = _Count(crowd)
    with _undisturbed(crowd):
        for writer in writers:
            writer.go_on()
        await asyncio.sleep(_WARM_UP)
        found = await _pace(contestant, count, seconds)
        for writer in writers:
            writer.stop()
        return found


async def _gather(contestant: Contestant, people: int = PEOPLE) -> Sequence[Typist]:
    crowd = contestant.room(_SIZE, people)
    for each in crowd:
        await each.join()
    await asyncio.sleep(_SETTLE)
    return crowd


@contextmanager
def _undisturbed(crowd: Sequence[Typist]) -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        for each in crowd:
            each.connection.close()


async def _pace(contestant: Contestant, count: _Count, seconds: float) -> Pace:
    cost = contestant.server.cost
    before, spent, start = count.keys, cost.cpu, perf_counter()
    await asyncio.sleep(seconds)
    keys = count.keys - before
    return Pace(keys / (perf_counter() - start), (cost.cpu - spent) / keys)


class _Count:
    """Counts the keys that the clients have received."""

    def __init__(self, crowd: Sequence[Typist]) -> None:
        self.keys = 0
        for each in crowd:
            each.saw = self.saw

    def saw(self, keys: int, now: float) -> None:
        """Record received keys."""
        self.keys += keys


class _Relay(_Count):
    """Makes the next clients press a key when all have received the last ones."""

    def __init__(self, crowd: Sequence[Typist], writers: int) -> None:
        super().__init__(crowd)
        self._crowd = crowd
        self._writers = writers
        self._turn = 0
        self._missing = 0

    def go_on(self) -> None:
        """Press the next keys."""
        self._missing = self._writers * (len(self._crowd) - 1)
        for _ in range(self._writers):
            self._turn = (self._turn + 1) % len(self._crowd)
            self._crowd[self._turn].key()

    def saw(self, keys: int, now: float) -> None:
        """Record received keys; press the next ones when all have arrived."""
        super().saw(keys, now)
        self._missing -= keys
        if not self._missing:
            self.go_on()


class _Writer:
    """Presses keys at a fixed rate, and all due keys if it is late."""

    def __init__(self, typist: Typist) -> None:
        self._loop = asyncio.get_running_loop()
        self._typist = typist
        self._begin = self._loop.time()
        self._pressed = 0
        self._due: asyncio.TimerHandle | None = None

    def go_on(self) -> None:
        """Press the due keys and schedule the next call."""
        due = int((self._loop.time() - self._begin) * KEYS_A_SECOND)
        for _ in range(due - self._pressed):
            self._typist.key()
        self._pressed = due
        at = self._begin + (due + 1) / KEYS_A_SECOND
        self._due = self._loop.call_at(at, self.go_on)

    def stop(self) -> None:
        """Stop pressing keys."""
        if self._due is not None:
            self._due.cancel()
