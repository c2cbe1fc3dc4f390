"""Kernel processes for tests, and what is recorded of executions in them."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.running.kernel import Execution, Kernel, RunEnd, Times

ROOT = Path(__file__).parents[2]
PATIENT = Times(tries=300, lost=30, fresh=30, silence=120)
"""On a busy machine, a kernel may start and answer slowly."""


class Process:
    """A process of a kernel, and the person who uses it in a notebook."""

    def __init__(self, module: str, environment: dict[str, str]) -> None:
        self.manager = KernelManager()
        argv = [sys.executable, "-m", module, "-f", "{connection_file}"]
        spec = KernelSpec(argv=argv, language="any", env=environment)
        self.manager._kernel_spec = spec
        self.manager.start_kernel(cwd=str(ROOT))
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def info(self) -> dict[str, Any]:
        """The connection info."""
        return dict(self.manager.get_connection_info())

    async def interrupt(self) -> None:
        """Interrupt what it executes."""
        self.manager.interrupt_kernel()

    def cell(self, code: str) -> str:
        """Let the owner execute a cell. Return the id of the request."""
        return str(self.client.execute(code))

    async def reply(self, request: str) -> dict[str, Any]:
        """Wait for the reply to a cell, and return its content."""
        socket, session = self.client.shell_channel.socket, self.client.session
        while True:
            assert await asyncio.to_thread(socket.poll, 60_000), "no reply"
            _, message = session.recv(socket)
            if message["parent_header"].get("msg_id") == request:
                return dict(message["content"])

    async def value(self, code: str) -> str:
        """Return the text of an expression, evaluated by the owner."""
        request = self.client.execute("", user_expressions={"value": code})
        value = (await self.reply(request))["user_expressions"]["value"]
        return str(value["data"]["text/plain"] if "data" in value else value)

    def stop(self) -> None:
        """End the process."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()
        self.manager.context.destroy(linger=0)


@contextmanager
def started(
    module: str = "ipykernel_launcher", **environment: str
) -> Iterator[Process]:
    """Start a kernel for the time of a block."""
    process = Process(module, environment)
    try:
        yield process
    finally:
        process.stop()


@asynccontextmanager
async def connected(
    process: Process, limits: Limits | None = None, times: Times = PATIENT
) -> AsyncIterator[Kernel]:
    """Connect to a kernel for the time of a block."""
    limits = limits or Limits()
    kernel = Kernel(process.info, limits, interrupt=process.interrupt, times=times)
    await kernel.open()
    try:
        yield kernel
    finally:
        await kernel.close()


class Record:
    """Records what an execution does, as somebody who sees it has it now."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.outputs_by_number: dict[int, Output] = {}
        self.first = self.left_out = 0
        self.how: RunEnd | None = None
        self.detail = ""
        self._changed = asyncio.Event()

    async def begun(self) -> None:
        self._called("begun")

    async def outputs(
        self, outputs: Sequence[Output], first: int, left_out: int
    ) -> None:
        self.outputs_by_number |= {each.number: each for each in outputs}
        self.first, self.left_out = first, left_out
        self._called("outputs")

    async def ended(self, how: RunEnd, detail: str) -> None:
        self.how, self.detail = how, detail
        self._called("ended")

    def _called(self, name: str) -> None:
        self.calls.append(name)
        self._changed.set()

    @property
    def shown(self) -> list[Output]:
        """The outputs that are shown."""
        numbers = sorted(self.outputs_by_number)
        return [self.outputs_by_number[n] for n in numbers if n >= self.first]

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Of these, the kinds and texts."""
        return [(each.kind, each.text) for each in self.shown]

    async def until(self, condition: Callable[[Record], bool]) -> Record:
        """Wait until the record fulfils a condition."""
        async with asyncio.timeout(60):
            while not condition(self):
                self._changed.clear()
                await self._changed.wait()
        return self

    async def end(self) -> tuple[RunEnd, str]:
        """Wait for the end, and return it."""
        await self.until(lambda record: record.how is not None)
        assert self.how
        return self.how, self.detail


async def run(kernel: Kernel, code: str) -> Record:
    """Execute code, and wait for its end."""
    record = Record()
    kernel.execute(code, record)
    await record.end()
    return record


def start(kernel: Kernel, code: str) -> tuple[Execution, Record]:
    """Execute code."""
    record = Record()
    return kernel.execute(code, record), record


async def sent(kernel: Kernel) -> None:
    """Wait until the next execution was sent to the kernel."""
    for _ in range(2):  # the thread sends after the first of these
        await kernel.stop(Execution("", Record()))


class Gate:
    """Code that is executed until the test lets it end."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "gate"
        os.mkfifo(self.path)
        self.code = f"open({str(self.path)!r}).read()"

        self._writer: IO[str] | None = None

    async def reached(self) -> None:
        """Wait until the kernel executes the code."""
        self._writer = await asyncio.to_thread(self.path.open, "w")

    async def open(self) -> None:
        """Let the code end. Waits for it if need be."""
        if not self._writer:
            await self.reached()
        self.close()

    def close(self) -> None:
        """Let the code end that has been reached."""
        if self._writer:
            self._writer.close()
        self._writer = None


def text(record: Record, kind: str = "stdout") -> str:
    """Return the text of all outputs of a kind."""
    return "".join(each.text for each in record.shown if each.kind == kind)


def tiny(**sizes: Any) -> Limits:
    """Return limits that are other than the usual ones."""
    return replace(Limits(), **sizes)
