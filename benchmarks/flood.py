"""What a flood of output costs the others: ``python -m benchmarks.flood``.

A Jupyter server with a kernel, and two people in a room of it. One types while the code
of the room prints, shows or updates without a pause. Measured are the lag of the
server's event loop, the memory of its process, and the delay of a key to the other.
Server, kernel and clients are processes that share all cores.

Jupyter's server receives all that its kernels send, whoever executes something. So the
same code is measured in a cell of a kernel too that belongs to no room.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import secrets
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from urllib.request import Request, urlopen

from jupyter_client.blocking.client import BlockingKernelClient

from .keys import quantile
from .machine import Cost
from .servers import Server, hub
from .wire import Address, Connection, connect

_IMAGE = "b'\\x89PNG\\r\\n\\x1a\\n' + bytes(2_000_000)"
_DISPLAY = "from IPython.display import Image, clear_output, display\n"
FLOODS = {
    "nothing": "import time; time.sleep(2)",
    "lines": 'while True: print("x" * 1000)',
    "one message": 'print("x" * 500_000_000)',
    "numbers": "for i in range(10**6): print(i)",
    "displays": f"{_DISPLAY}while True: display(1)",
    "images": f"{_DISPLAY}image = Image({_IMAGE})\nwhile True: display(image)",
    "updates": f"{_DISPLAY}shown = display(0, display_id=True)\n"
    'while True: shown.update("x" * 1000)',
    "cleared": f"{_DISPLAY}while True:\n    clear_output()\n    print('x' * 1000)",
    "two streams": "import sys\nwhile True:\n    print('x' * 1000)\n"
    "    print('y' * 1000, file=sys.stderr)",
}
_FIRST = "print(1)"
"""Runs before, so that what a first run loads is not counted."""
_EVERY = 0.05
"""Seconds between two keys."""
_CELL = 2.0
"""Seconds after which a cell is interrupted."""
_SETTLE = 2.0
_PATIENCE = 120.0
_ENDED = frozenset({"done", "error", "stopped", "died"})


class Person:
    """A client of the room, with the messages about runs."""

    def __init__(self, server: Server, room: str, length: int) -> None:
        url = f"http://{server.netloc}/pairedit/ws/{room}"
        self._address = Address(url, "pairedit.v1", server.token)
        self._length = length
        self.version, self.epoch = 0, ""
        self.unsent = 0
        self.arrived: list[float] = []
        """When each key was there."""
        self.runs: dict[int, dict[str, Any]] = {}
        self.changed = asyncio.Event()

    async def join(self) -> None:
        """Join, and wait for the text."""
        self._connection: Connection = await connect(self._address, self._on_text)
        hello = {"type": "hello", "key": secrets.token_urlsafe(24), "runs": True}
        self._connection.send(json.dumps(hello).encode())
        async with asyncio.timeout(_PATIENCE):
            await self.changed.wait()

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def press(self) -> None:
        """Press a key. Those that are pressed before one is stored are sent after."""
        self.unsent += 1
        if self.unsent == 1:
            self._push()

    async def end_of(self, run: int) -> dict[str, Any]:
        """Wait for the end of a run; return the last message about it."""
        async with asyncio.timeout(_PATIENCE):
            while self.runs.get(run, {}).get("state") not in _ENDED:
                self.changed.clear()
                await self.changed.wait()
        return self.runs[run]

    def _push(self) -> None:
        change = [[0, "x"], self._length + self.version]
        push = {"type": "code_change", "version": self.version, "updates": [change]}
        self._connection.send(json.dumps(push).encode())

    def _on_text(self, text: bytes, now: float) -> None:
        if text.startswith((b'{"type":"output"', b'{"type":"presence"')):
            return  # reading them would take the time of the clients
        message = json.loads(text)
        match message["type"]:
            case "initial_state":
                self.version = message["version"]
            case "welcome":
                self.epoch = message["epoch"]
                return
            case "code_update" | "saved":
                count = len(message.get("updates", [0]))
                version = message.get("version", self.version + count)
                self.arrived += [now] * (version - self.version)
                self.version = version
                if message["type"] == "saved":
                    self.unsent -= 1
                    if self.unsent:
                        self._push()
            case "run":
                self.runs[message["run"]] = message
            case _:
                return
        self.changed.set()


@dataclass(frozen=True)
class Round:
    """What was measured in one round. Times in seconds, memory in bytes."""

    lags: Sequence[float]
    delays: Sequence[float]
    most: int
    """The largest growth of the memory."""
    after: int
    """The growth of the memory, some time after the end."""
    seconds: float
    end: str
    left_out: int


async def play(server: Server, code: str, runtime: Path | None) -> Round:
    """Run the code in a new room, and type meanwhile.

    With the folder of the kernel's connection file, it is executed as a cell instead.
    """
    text = f"{_FIRST}\n{code}"
    room = server.make_room(text)
    person, other = (Person(server, room, len(text)) for _ in range(2))
    for each in (person, other):
        await each.join()
    if runtime:
        kernel = _call(server, "POST", "api/kernels", {"name": "python3"})["id"]
    else:
        path = f"pairedit/rooms/{room}/kernel"
        kernel = _call(server, "PUT", path, {"name": "python3"})["kernel"]["id"]

    async def start(part: str) -> int:
        at = text.index(part)
        wanted = {
            "epoch": person.epoch,
            "version": 0,
            "digest": hashlib.sha256(part.encode()).hexdigest(),
            "from": at,
            "to": at + len(part),
        }
        path = f"pairedit/rooms/{room}/runs"
        found = await asyncio.to_thread(_call, server, "POST", path, wanted)
        return int(found["run"])

    async def execute(part: str) -> dict[str, Any]:
        if not runtime:
            return await person.end_of(await start(part))
        file = runtime / f"kernel-{kernel}.json"
        return await asyncio.to_thread(execute_cell, server, file, kernel, part)

    await execute(_FIRST)
    await asyncio.sleep(_SETTLE)
    memory = Memory(server.cost)
    await asyncio.to_thread(_call, server, "GET", "benchmark/lag")
    pressed: list[float] = []
    typing = asyncio.create_task(_type(person, pressed))
    begun = perf_counter()
    end = await execute(code)
    seconds = perf_counter() - begun
    typing.cancel()
    lags = await asyncio.to_thread(_call, server, "GET", "benchmark/lag")
    await asyncio.sleep(_SETTLE)
    delays = [b - a for a, b in zip(pressed, other.arrived, strict=True)]
    for each in (person, other):
        each.close()
    said = f"{end['state']}: {end.get('detail', '')}".rstrip(": ")
    left_out = int(end.get("leftOut", 0))
    return Round(lags, delays, memory.most(), memory.now(), seconds, said, left_out)


def execute_cell(server: Server, file: Path, kernel: str, code: str) -> dict[str, Any]:
    """Execute code as a notebook does, and interrupt it if it has no end."""
    client = BlockingKernelClient(connection_file=str(file))
    client.load_connection_file()
    client.start_channels(iopub=False, stdin=False, hb=False)
    try:
        client.execute(code, store_history=False)
        ends = client.shell_channel.socket.poll(_CELL * 1_000)
        if not ends and "while True" in code:
            _call(server, "POST", f"api/kernels/{kernel}/interrupt")
        client.get_shell_msg(timeout=_PATIENCE)
    finally:
        client.stop_channels()
    return {"state": "in a cell", "leftOut": 0}


async def _type(person: Person, pressed: list[float]) -> None:
    due = perf_counter()
    while True:
        pressed.append(perf_counter())
        person.press()
        due += _EVERY
        await asyncio.sleep(max(0.0, due - perf_counter()))


class Memory:
    """How the resident memory of a process has grown since this was made."""

    def __init__(self, cost: Cost) -> None:
        self._folder = Path(f"/proc/{cost.pid}")
        # 5 resets the high-water mark of the resident memory (proc(5)).
        (self._folder / "clear_refs").write_text("5")
        self._before = self._read("VmRSS")

    def most(self) -> int:
        """Return the largest growth, in bytes."""
        return self._read("VmHWM") - self._before

    def now(self) -> int:
        """Return the growth, in bytes."""
        return self._read("VmRSS") - self._before

    def _read(self, name: str) -> int:
        lines = (self._folder / "status").read_text().splitlines()
        (line,) = (each for each in lines if each.startswith(f"{name}:"))
        return int(line.split()[1]) * 1024


def _call(server: Server, method: str, path: str, body: object = None) -> Any:
    request = Request(
        f"http://{server.netloc}/{path}",
        None if body is None else json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": f"token {server.token}"},
        method=method,
    )
    with urlopen(request, timeout=_PATIENCE) as reply:
        return json.loads(reply.read() or b"null")


def row(name: str, rounds: Sequence[Round]) -> str:
    """Return a row of the table: medians of the rounds, and the worst of all."""

    def median(values: Sequence[float]) -> float:
        return statistics.median(values)

    lag = [quantile(each.lags, 0.99) * 1_000 for each in rounds]
    delay = [quantile(each.delays, 0.99) * 1_000 for each in rounds]
    most = [each.most / 1024**2 for each in rounds]
    cells = [
        name,
        f"{median(lag):.0f} ({max(lag):.0f})",
        f"{median(delay):.0f} ({max(delay):.0f})",
        f"{median(most):+.0f} ({max(most):+.0f})",
        f"{median([each.after / 1024**2 for each in rounds]):+.0f}",
        f"{median([each.seconds for each in rounds]):.1f}",
        f"{median([each.left_out for each in rounds]):,.0f}",
        " / ".join(sorted({each.end for each in rounds})),
    ]
    return f"| {' | '.join(cells)} |"


HEAD = """\
| flood | lag p99 (worst), ms | key p99 (worst), ms | memory, most (worst), MiB | \
after, MiB | seconds | left out | end |
| --- | --- | --- | --- | --- | --- | --- | --- |"""


def play_once(code: str, cell: bool) -> Round:
    """Play on a new server, because memory that was used once stays with a process."""
    with (
        TemporaryDirectory() as folder,
        hub(Path(folder) / "hub", None, extensions=["benchmarks.lag"]) as server,
    ):
        runtime = Path(folder) / "hub" / "runtime" if cell else None
        return asyncio.run(play(server, code, runtime))


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flood")
    parser.add_argument("floods", nargs="*", help=f"of {', '.join(FLOODS)}")
    parser.add_argument("--rounds", type=int, default=3, help="of each (3)")
    options = parser.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    print(HEAD, flush=True)
    for name in options.floods or FLOODS:
        for cell in (False, True):
            rounds = []
            for number in range(options.rounds):
                print(f"{name}, round {number + 1}", file=sys.stderr)
                rounds.append(play_once(FLOODS[name], cell))
            print(row(f"{name}, in a cell" if cell else name, rounds), flush=True)


if __name__ == "__main__":
    main()
