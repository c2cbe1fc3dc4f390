"""A Jupyter server with a real kernel is killed in the middle of a run."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from jupyter_pairedit.protocol import EDIT_DIALECT
from tests.handlers.runs import digest, until
from tests.handlers.serving import KEYS, Socket
from tests.postgres import Postgres

from .jupyter import HEADERS, JupyterProcess
from .live import GIVE_UP

FIRST = """\
import os, sys, threading
from IPython.display import HTML, display
# Each in one write: what print writes in two may be sent in two.
sys.stdout.write("shown before\\n")
sys.stderr.write("a warning\\n")
display(HTML("<b>bold</b>"))
pipe = open({pipe!r}, "w")
print(os.getpid(), file=pipe, flush=True)
threading.Event().wait()
"""
QUEUED = """\
open({probe!r}, "w").close()
"""
SHOWN = [
    [0, "stdout", "shown before\n", "", "", 0, 0],
    [1, "stderr", "a warning\n", "", "", 0, 0],
    [
        *(2, "display", "<IPython.core.display.HTML object>"),
        *("text/html", "<b>bold</b>", 0, 0),
    ],
]


@pytest.fixture(params=["sqlite", "postgresql"])
def jupyter(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    jp_asyncio_loop: asyncio.AbstractEventLoop,
) -> Iterator[JupyterProcess]:
    """A Jupyter server that the test kills; its database goes on."""
    url = ""
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.new_database()
    jupyter = JupyterProcess(tmp_path, url=url)
    yield jupyter
    jp_asyncio_loop.run_until_complete(jupyter.end())
    jupyter.close()


class Room:
    """A room of the server, in the run of which a page takes part."""

    def __init__(self, jupyter: JupyterProcess, room_id: str) -> None:
        self._jupyter = jupyter
        self.room_id = room_id
        self.path = f"pairedit/rooms/{room_id}"

    async def page(self) -> tuple[Socket, dict[str, Any]]:
        """Open the socket of a page; return it with its welcome."""
        connection = await connect(
            f"ws://127.0.0.1:{self._jupyter.port}/pairedit/ws/{self.room_id}",
            additional_headers=HEADERS,
            subprotocols=[Subprotocol(EDIT_DIALECT)],
            proxy=None,
            open_timeout=GIVE_UP,
        )
        socket = Socket(connection)
        await socket.send("hello", key=KEYS[0], runs=True)
        return socket, await socket.expect("welcome")

    async def bind(self) -> None:
        """Start a kernel for the room."""
        await self._jupyter.call("PUT", f"{self.path}/kernel", {"name": "python3"})

    async def run(self, code: str, epoch: str) -> int:
        """Write code, and ask to run it; return the number of the run."""
        written = await self._jupyter.call("PUT", f"{self.path}/code", {"code": code})
        wanted = {
            "epoch": epoch,
            "version": written["version"],
            "digest": digest(code),
        }
        taken = await self._jupyter.call("POST", f"{self.path}/runs", wanted)
        return int(taken["run"])

    async def states(self) -> list[str]:
        """Return the states of the runs, in order."""
        found = await self._jupyter.call("GET", f"{self.path}/runs")
        return [str(each["state"]) for each in found["runs"]]

    async def outputs(self, run: int) -> list[list[Any]]:
        """Return the outputs of a run."""
        found = await self._jupyter.call("GET", f"{self.path}/runs/{run}/outputs")
        return list(found["outputs"])


async def shown(socket: Socket, run: int, count: int) -> list[list[Any]]:
    """Return the outputs of a run that a page has received, once there are enough."""
    found: dict[int, list[Any]] = {}
    while len(found) < count:
        message = await until(socket, "output", run=run)
        found |= {each[0]: each for each in message["outputs"]}
    return [found[number] for number in sorted(found)]


async def ends(socket: Socket, *runs: int) -> list[dict[str, Any]]:
    """Return the last message about each run, once all have ended.

    On PostgreSQL, a server counts as dead after ``stores.peers.DEAD`` seconds.
    """
    last: dict[int, dict[str, Any]] = {}
    async with asyncio.timeout(GIVE_UP):
        while any("endedAt" not in last.get(run, {}) for run in runs):
            with contextlib.suppress(TimeoutError):  # no message for some seconds
                message = await until(socket, "run")
                last[message["run"]] = message
    return [last[run] for run in runs]


async def test_a_run_and_its_outputs_survive_the_server_and_nothing_executes_again(
    tmp_path: Path, jupyter: JupyterProcess
) -> None:
    pipe, probe = tmp_path / "pipe", tmp_path / "probe"
    os.mkfifo(pipe)
    await jupyter.start()
    made = await jupyter.call("POST", "pairedit/rooms", {})
    room = Room(jupyter, made["roomId"])
    await room.bind()
    page, welcome = await room.page()

    first = await room.run(FIRST.format(pipe=str(pipe)), welcome["epoch"])
    before = await shown(page, first, len(SHOWN))
    # Opened by both, or by none.
    reader = await asyncio.to_thread(pipe.open)
    kernel = int(await asyncio.to_thread(reader.readline))
    try:
        queued = await room.run(QUEUED.format(probe=str(probe)), welcome["epoch"])
        await until(page, "run", run=queued, state="queued")
        assert await room.states() == ["running", "queued"]
        await jupyter.end(signal.SIGKILL)
        await jupyter.start()
        # The kernel ends with its server, and closes the pipe.
        async with asyncio.timeout(GIVE_UP):
            assert await asyncio.to_thread(reader.read) == ""
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(kernel, signal.SIGKILL)
        reader.close()

    page, welcome = await room.page()
    for died in await ends(page, first, queued):
        assert (died["state"], died["detail"]) == (
            "died",
            "The server has ended meanwhile.",
        )
        assert died["endedAt"] >= died["askedAt"]
    assert before == SHOWN
    assert await room.outputs(first) == SHOWN
    assert await room.outputs(queued) == []

    # What was queued is in no queue: the next run of the room is executed without it.
    await room.bind()
    third = await room.run("print('again')", welcome["epoch"])
    await until(page, "run", run=third, state="done")
    assert await room.states() == ["died", "died", "done"]
    assert await room.outputs(third) == [[0, "stdout", "again\n", "", "", 0, 0]]
    assert not probe.exists()
    await page.close()
