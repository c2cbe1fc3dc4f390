"""A kernel that executes nothing and records the code that it was given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_pairedit.running.execution import Execution, Sink
from jupyter_pairedit.runs.source import JupyterKernels

if TYPE_CHECKING:
    from .serving import Server


class ProbeKernel:
    """Ends each execution at once, unless ``holds`` is set."""

    language = "python"
    state = "idle"
    ipython = True

    def __init__(self) -> None:
        self.given: list[str] = []
        self.sinks: list[Sink] = []
        self.executions: list[Execution] = []
        self.holds = False
        self.queries: list[str] = []
        self.closed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, info: object, limits: object, **how: object) -> ProbeKernel:
        """Be made in the place of a ``Kernel``."""
        return self

    async def open(self) -> None:
        """See ``Kernel.open``."""

    async def close(self) -> None:
        """See ``Kernel.close``. What is still executed is not reported."""
        self.closed.set()
        for each in self.executions:
            each.released()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def on_state(self, listener: Callable[[], None]) -> None:
        """See ``Kernel.on_state``. The state never changes."""

    def kernel_died(self) -> None:
        """End all executions."""
        for each in self.executions:
            each.ended("died", "")
            each.released()

    def execute(self, code: str, sink: Sink) -> Execution:
        """Record code."""
        self.given.append(code)
        execution = Execution(code, sink)
        self.sinks.append(sink)
        self.executions.append(execution)
        task = asyncio.ensure_future(execution.deliver())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        execution.begun()
        if not self.holds:
            execution.ended("done", "")
            execution.released()
        return execution

    async def query(self, kind: str, code: str) -> None:
        """Record what is asked about names, and know none."""
        self.queries.append(code)

    async def stop(self, execution: Execution) -> None:
        """End an execution."""
        execution.ended("stopped", "")
        execution.released()


async def bind_probe(
    server: Server, room_id: str, monkeypatch: pytest.MonkeyPatch, by: str = "somebody"
) -> ProbeKernel:
    """Make a probe the kernel of a room, as if a person had done so; return it."""

    def info(self: JupyterKernels, kernel_id: str) -> Mapping[str, Any]:
        return {}

    def name(self: JupyterKernels, kernel_id: str) -> str:
        return "Probe"

    monkeypatch.setattr(JupyterKernels, "info", info)
    monkeypatch.setattr(JupyterKernels, "name", name)
    probe = ProbeKernel()
    bindings = server.context.runs.bindings
    monkeypatch.setattr(bindings, "_connect", probe)
    await bindings.bind(room_id, "probe", by)
    return probe
