"""Names that the kernel of a room knows, for the person who has chosen the kernel.

A guest may have written the code. So the kernel is never given a line of it, but one
chain of names, and a name after a dot is followed only if the kernel has said that it
is a module or a class: it has found that out without executing a property. IPython's
completion of ``x.y.``, as of the whole code, executes a property ``y``. For keys, the
kernel executes our own code; see ``keys``. For magics, it is given ``%`` and a letter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from ..core.keys import Key, key_at
from ..core.limits import Limits
from ..core.lookups import (
    Chain,
    Names,
    described_chain,
    kind_in,
    names_chain,
    read_description,
    read_names,
)
from ..core.magics import Magic, magic_at, read_magics
from ..core.ratelimit import Rate
from ..running.kernel import Kernel
from .bindings import Bindings
from .keys import keys_expression, read_keys
from .requests import RunRefusal

T = TypeVar("T")

FOLLOWED = frozenset({"module", "class"})
"""Kinds of names whose own names are looked up."""
DESCRIBED = FOLLOWED | {"function"}
"""Kinds that are described. IPython would print any other object, and count it."""

NOT_YOURS = "Only the person who has chosen the room's kernel may see its names."


class NoKernel(Exception):
    """The room has no kernel that could be asked."""


class Turns:
    """Lets one question at a time go on. A newer one replaces the one that waits."""

    def __init__(self) -> None:
        self._taken = False
        self._next: asyncio.Future[bool] | None = None

    async def take(self) -> bool:
        """Wait for the turn. False if a newer question has come meanwhile."""
        if not self._taken:
            self._taken = True
            return True
        # One that is done was cancelled, and has not woken yet.
        if self._next and not self._next.done():
            self._next.set_result(False)
        mine: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._next = mine
        try:
            return await mine
        except asyncio.CancelledError:
            if self._next is mine:
                self._next = None
            elif not mine.cancelled() and mine.result():
                self.give()
            raise

    def give(self) -> None:
        """End the turn."""
        following, self._next = self._next, None
        if following and not following.done():
            following.set_result(True)
        else:
            self._taken = False


class Lookups:
    """Asks kernels about names. ``clock`` is monotonic, in seconds; ``wait`` waits for
    so many."""

    def __init__(
        self,
        bindings: Bindings,
        limits: Limits,
        clock: Callable[[], float],
        wait: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
    ) -> None:
        self._bindings = bindings
        self._limits = limits
        self._clock = clock
        self._wait = wait
        self._rate = Rate(limits.lookups, limits.lookups_per)
        self._turns: WeakKeyDictionary[Kernel, Turns] = WeakKeyDictionary()

    async def names(self, room_id: str, person: str, code: str, at: int) -> Names:
        """Return the names that could stand at a position of some code.

        None of them if the kernel does not know any, or does not answer in time.
        ``at`` is in UTF-16 units. Raises ``NoKernel``, ``RunRefusal`` and
        ``PositionOutside``.
        """
        key, chain = key_at(code, at), names_chain(code, at)
        kernel = self._kernel(room_id, person)
        if key:
            found = partial(_keys, kernel, key)
            return await self._in_time(kernel, found, Names(key.start, key.end))
        magic = magic_at(code, at)
        if magic:
            found = partial(_magics, kernel, magic)
            return await self._in_time(kernel, found, Names(magic.start, magic.end))
        if chain is None:
            return Names(at, at)
        work = partial(_names, kernel, chain)
        return await self._in_time(kernel, work, Names(chain.start, chain.end))

    async def description(self, room_id: str, person: str, code: str, at: int) -> str:
        """Return what the kernel says of the name at a position; empty without any.

        Raises as ``names`` does.
        """
        chain = described_chain(code, at)
        kernel = self._kernel(room_id, person)
        if chain is None:
            return ""
        work = partial(_description, kernel, chain)
        return await self._in_time(kernel, work, "")

    def _kernel(self, room_id: str, person: str) -> Kernel:
        try:
            binding = self._bindings.usable(room_id)
        except RunRefusal as refusal:
            raise NoKernel(str(refusal)) from None
        if binding.by != person:
            raise RunRefusal("forbidden", NOT_YOURS)
        if self._rate.take(person, self._clock()):
            raise RunRefusal("too_many", "You have asked for names too often.")
        return binding.kernel

    async def _in_time(
        self, kernel: Kernel, work: Callable[[], Awaitable[T]], late: T
    ) -> T:
        """Return the result of ``work``, or ``late`` if that takes too long."""
        turns = self._turns.setdefault(kernel, Turns())
        question = asyncio.ensure_future(_in_turn(turns, work, late))
        alarm = asyncio.ensure_future(self._wait(self._limits.lookup_wait))
        both = {question, alarm}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            return question.result() if question.done() else late
        finally:
            for each in both:
                each.cancel()


async def _in_turn(turns: Turns, work: Callable[[], Awaitable[T]], late: T) -> T:
    if not await turns.take():
        return late
    try:
        return await work()
    finally:
        turns.give()


async def _names(kernel: Kernel, chain: Chain) -> Names:
    empty = Names(chain.start, chain.end)
    if not await _is_open(kernel, chain):
        return empty
    reply = await kernel.query("complete_request", chain.text)
    return read_names(chain, reply, kernel.ipython) if reply else empty


async def _keys(kernel: Kernel, key: Key) -> Names:
    empty = Names(key.start, key.end)
    if not kernel.ipython:
        return empty
    reply = await kernel.query("execute_request", keys_expression(key))
    return read_keys(key, reply) if reply else empty


async def _magics(kernel: Kernel, magic: Magic) -> Names:
    empty = Names(magic.start, magic.end)
    if not kernel.ipython:
        return empty
    reply = await kernel.query("complete_request", magic.question)
    return read_magics(magic, reply) if reply else empty


async def _description(kernel: Kernel, chain: Chain) -> str:
    if not kernel.ipython or not await _is_open(kernel, chain):
        return ""
    if await _kind(kernel, chain.text) not in DESCRIBED:
        return ""
    reply = await kernel.query("inspect_request", chain.text)
    return read_description(reply) if reply else ""


async def _is_open(kernel: Kernel, chain: Chain) -> bool:
    """Whether each name before the last one may be followed.

    The first one is a variable, whose value is known without executing anything. Of
    other kernels than IPython's, it is not known what they execute.
    """
    if not kernel.ipython:
        return len(chain.steps) == 1
    for count in range(2, len(chain.steps)):
        if await _kind(kernel, ".".join(chain.steps[:count])) not in FOLLOWED:
            return False
    return True


async def _kind(kernel: Kernel, chain: str) -> str:
    reply = await kernel.query("complete_request", chain)
    return kind_in(reply, chain) if reply else ""
