"""Which kernel executes the code of which room. Kept in memory only."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from ..core.limits import Limits
from ..rooms.background import BackgroundTasks
from ..running.kernel import Kernel, KernelState, KernelUnreachable, Times
from .requests import RunRefusal
from .source import KernelSource

_TIMES = Times(tries=60)
"""A kernel that has just been started gets half a minute."""


@dataclass(frozen=True, slots=True)
class Binding:
    """The kernel of a room."""

    kernel_id: str
    name: str
    """For people."""
    kernel: Kernel
    by: str
    """The identity of the person who has chosen it."""
    started: bool
    """Whether it was started for the room."""


class Bindings:
    """The kernels of all rooms. Rooms may share one.

    ``changed`` is called with the id of a room whose kernel, or the state of it, is
    another one.
    """

    def __init__(
        self,
        source: KernelSource,
        limits: Limits,
        changed: Callable[[str], None],
        connect: Callable[..., Kernel] = Kernel,
    ) -> None:
        self.source = source
        self._limits = limits
        self._changed = changed
        self._connect = connect
        self._bindings: dict[str, Binding] = {}
        self._kernels: dict[str, Kernel] = {}
        self._held = Counter[Kernel]()
        """How many runs each kernel has."""
        self._tasks = BackgroundTasks()
        self._starting: set[str] = set()
        """Rooms for which a kernel is being connected."""
        self._lock = asyncio.Lock()

    def of(self, room_id: str) -> Binding | None:
        """Return the kernel of a room."""
        return self._bindings.get(room_id)

    def state(self, room_id: str) -> KernelState | None:
        """Return the state of a room's kernel; None if it has none."""
        if room_id in self._starting:
            return "starting"
        binding = self._bindings.get(room_id)
        return None if binding is None else binding.kernel.state

    def usable(self, room_id: str) -> Binding:
        """Return the kernel of a room. Raises ``RunRefusal`` if it has none."""
        binding = self._bindings.get(room_id)
        if binding is None:
            raise RunRefusal("no_kernel", "This room has no kernel on this server.")
        if binding.kernel.state == "dead":
            raise RunRefusal("no_kernel", "The kernel of this room has ended.")
        return binding

    async def bind(
        self, room_id: str, kernel_id: str, by: str, started: bool = False
    ) -> Binding:
        """Make a kernel of the server that of a room. Raises ``RunRefusal``."""
        before = self._bindings.get(room_id)
        if before and before.kernel_id == kernel_id and before.kernel.state != "dead":
            return before
        self._starting.add(room_id)
        self._changed(room_id)
        try:
            async with self._lock:
                kernel = await self._open(kernel_id)
            name = self.source.name(kernel_id)
            binding = Binding(kernel_id, name, kernel, by, started)
            self._bindings[room_id] = binding
        finally:
            self._starting.discard(room_id)
            await self._close_unused()
            self._changed(room_id)
        return binding

    async def start(self, room_id: str, spec: str, by: str) -> Binding:
        """Start a kernel for a room. Raises ``RunRefusal``."""
        own = [each for each in self._bindings.values() if each.started]
        alive = [each for each in own if each.kernel.state != "dead"]
        most = self._limits.room_kernels
        if sum(each.by == by for each in alive) >= most:
            raise RunRefusal(
                "too_many", f"You may start {most} kernels for rooms, and have started."
            )
        kernel_id = await self.source.start(spec)
        try:
            return await self.bind(room_id, kernel_id, by, started=True)
        except RunRefusal:
            await self.source.shut_down(kernel_id)
            raise

    async def unbind(self, room_id: str, by: str | None = None) -> None:
        """Take the kernel from a room; shut it down if ``by`` has started it for it."""
        binding = self._bindings.pop(room_id, None)
        if binding is None:
            return
        await self._close_unused()
        self._changed(room_id)
        if binding.started and binding.by == by:
            await self.source.shut_down(binding.kernel_id)
            binding.kernel.kernel_died()

    def hold(self, kernel: Kernel) -> None:
        """Stay connected to a kernel for one more run, also if no room has it then."""
        self._held[kernel] += 1

    def release(self, kernel: Kernel) -> None:
        """End what ``hold`` began."""
        self._held -= Counter([kernel])
        self._tasks.start(self._close_unused())

    async def _open(self, kernel_id: str) -> Kernel:
        kernel = self._kernels.get(kernel_id)
        if kernel is not None and kernel.state != "dead":
            return kernel
        source = self.source
        kernel = self._connect(
            source.info(kernel_id),
            self._limits,
            interrupt=lambda: source.interrupt(kernel_id),
            times=_TIMES,
        )
        try:
            await kernel.open()
        except KernelUnreachable as unreachable:
            raise RunRefusal("no_kernel", str(unreachable)) from None
        kernel.on_state(lambda: self._state_changed(kernel_id))
        source.on_end(kernel_id, kernel.kernel_died)
        self._kernels[kernel_id] = kernel
        return kernel

    def _state_changed(self, kernel_id: str) -> None:
        for room_id, binding in self._bindings.items():
            if binding.kernel_id == kernel_id:
                self._changed(room_id)

    async def _close_unused(self) -> None:
        used = {each.kernel_id for each in self._bindings.values()}
        unused = [
            kernel_id
            for kernel_id, kernel in self._kernels.items()
            if kernel_id not in used and not self._held[kernel]
        ]
        # Before waiting: a room may choose one of them meanwhile.
        for kernel in [self._kernels.pop(kernel_id) for kernel_id in unused]:
            await kernel.close()

    async def close(self) -> None:
        """Disconnect from all kernels, which go on."""
        self._bindings.clear()
        self._held.clear()
        await self._close_unused()
        await self._tasks.settle()
