"""Complaints about what came out of a run, or did not."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.handlers.conftest import Start
from tests.handlers.runs import ask, bind, page, until
from tests.handlers.serving import Server, Socket

Outputs = dict[tuple[int, int], list[Any]]


class Desk:
    """A person in a room with a kernel, who runs one code after the other."""

    def __init__(
        self, server: Server, room_id: str, socket: Socket, welcome: dict[str, Any]
    ) -> None:
        self._server, self._room_id = server, room_id
        self._socket, self._welcome = socket, welcome
        self._count = 0
        self.outputs: Outputs = {}
        """The newest of each run and number."""

    async def run(self, code: str) -> int:
        """Write code and run it. Return the number of the run."""
        path = f"pairedit/rooms/{self._room_id}/code"
        written = await self._server.fetch("PUT", path, {"code": code})
        version = written.json["version"]
        self._count += 1
        await ask(self._socket, self._welcome, code, version, self._count)
        run: int = (await until(self._socket, "run_taken", id=self._count))["run"]
        return run

    async def stop(self, run: int) -> None:
        """Press Stop."""
        await self._socket.send("stop", run=run)

    async def ended(self, run: int) -> str:
        """Wait for the end of a run, and return how it ended."""
        while True:
            message = await self._next()
            over = message.get("state") not in (None, "queued", "running")
            if message["type"] == "run" and message["run"] == run and over:
                return str(message["state"])

    async def until(self, condition: Callable[[Outputs], bool]) -> None:
        """Wait until the outputs fulfil a condition."""
        while not condition(self.outputs):
            await self._next()

    def text(self, run: int) -> str:
        """Return the text of all outputs of a run."""
        numbers = sorted(key for key in self.outputs if key[0] == run)
        return "".join(self.outputs[key][2] for key in numbers)

    async def _next(self) -> dict[str, Any]:
        message: dict[str, Any] = await self._socket.next()
        if message["type"] == "output":
            for each in message["outputs"]:
                self.outputs[message["run"], each[0]] = each
        return message


async def sit_down(start: Start, patch: pytest.MonkeyPatch | None = None) -> Desk:
    """Make a room with a kernel. With ``patch``, it captures what processes print."""
    if patch:
        patch.delenv("PYTEST_CURRENT_TEST")
    server = await start()
    room_id = await server.new_room()
    await bind(server, room_id)
    socket, welcome = await page(server, room_id, await server.login())
    return Desk(server, room_id, socket, welcome)


async def test_the_bar_of_my_outer_loop_was_printed_again_at_each_step(
    start: Start,
) -> None:
    desk = await sit_down(start)
    run = await desk.run(
        "for outer in range(3):\n"
        "    print(f'\\router {outer}', end='')\n"
        "    for inner in range(3):\n"
        "        print(f'\\n\\rinner {inner}\\x1b[A', end='', flush=True)\n"
    )
    assert await desk.ended(run) == "done"
    assert desk.text(run) == "outer 2\ninner 2"


async def test_what_my_thread_my_task_and_my_process_printed_later_was_lost(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await sit_down(start, monkeypatch)
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    run = await desk.run(
        "import asyncio, subprocess, threading\n"
        f"def late():\n    open({str(gate)!r}).read()\n    print('thread')\n"
        "async def task():\n    await asyncio.to_thread(thread.join)\n"
        "    print('task')\n"
        "    subprocess.Popen(['echo', 'process'])\n"
        "thread = threading.Thread(target=late)\nthread.start()\n"
        "kept = asyncio.create_task(task())"
    )
    assert await desk.ended(run) == "done"
    assert desk.text(run) == ""

    await asyncio.to_thread(gate.write_text, "")
    await desk.until(lambda _: desk.text(run).count("\n") == 3)
    assert set(desk.text(run).split()) == {"thread", "task", "process"}


async def test_my_handle_updated_nothing_from_the_next_run(start: Start) -> None:
    desk = await sit_down(start)
    first = await desk.run("handle = display('before', display_id=True)")
    assert await desk.ended(first) == "done"
    assert desk.text(first) == "'before'"

    second = await desk.run("handle.update('after')")
    assert await desk.ended(second) == "done"
    await desk.until(lambda _: desk.text(first) == "'after'")
    assert desk.text(second) == ""


async def test_i_pressed_stop_and_my_await_went_on(start: Start) -> None:
    desk = await sit_down(start)
    run = await desk.run("import asyncio\nprint(1)\nawait asyncio.sleep(3_600)")
    await desk.until(lambda _: desk.text(run) == "1\n")

    await desk.stop(run)

    assert await desk.ended(run) == "stopped"


async def test_a_formula_and_json_were_the_name_of_a_class(start: Start) -> None:
    desk = await sit_down(start)
    run = await desk.run(
        "from IPython.display import JSON, Math\ndisplay(Math('x^2'))\nJSON({'a': [1]})"
    )
    assert await desk.ended(run) == "done"
    assert desk.text(run) == '$\\displaystyle x^2${\n  "a": [\n    1\n  ]\n}'
