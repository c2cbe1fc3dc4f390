"""Kernels without a page: what a cell runs while nobody has a browser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient

JOIN = """
import asyncio, json, os, sys
from jupyter_pairedit.client.asyncroom import AsyncRoom
from jupyter_pairedit.client.servers import find_server

async def join():
    search = await find_server()
    server = search.server
    if server is None:
        return {"reason": search.reason}
    new = {"code": "x = 1", "limit": 1}
    made = await server.request("POST", "pairedit/rooms", dict, new)
    room = AsyncRoom(server.entry(made["roomId"]), server.ssl_context)
    await room.open(20)
    room.replace("x = 1", "x = 2")
    await room.saved(20)
    path = f"pairedit/rooms/{room.room_id}"
    found = {
        "how": server.how,
        "code": (await server.request("GET", f"{path}/code", dict))["code"],
        "kernels": await server.request("GET", "pairedit/debug/rooms/kernels", dict),
        "people": (await server.request("GET", path, dict))["people"],
        "author": (await room.blame())[0].author,
        "url": made["url"],
        "shown": f"{search} {room} {vars(room)} {sys.argv} {dict(os.environ)}",
    }
    await room.close()
    return found
"""
"""Defines ``join``, which makes a room as a kernel and returns what it finds there."""


def run_as_kernel(pid: int, environment: dict[str, str]) -> dict[str, Any]:
    """Run ``join`` in a process that the server with a pid could have started."""
    done = subprocess.run(
        [sys.executable, "-c", f"{JOIN}\nprint(json.dumps(asyncio.run(join())))"],
        env={**environment, "JPY_PARENT_PID": str(pid)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert not done.returncode, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def run_in_kernel(connection: Path) -> dict[str, Any]:
    """Run ``join`` in a cell of a kernel, by its connection file."""
    client = BlockingKernelClient(connection_file=str(connection))
    client.load_connection_file()
    client.start_channels()
    printed: list[str] = []

    def output(message: dict[str, Any]) -> None:
        content = message["content"]
        printed.append(content.get("text") or "".join(content.get("traceback", [])))

    try:
        wait_until_ready(client)
        code = f"{JOIN}\nprint(json.dumps(await join()))"
        client.execute_interactive(code, timeout=60, output_hook=output)
    finally:
        client.stop_channels()
    text = "".join(printed)
    assert text.startswith("{"), text
    found: dict[str, Any] = json.loads(text)
    return found


def wait_until_ready(client: BlockingKernelClient) -> None:
    """Wait for a kernel that may not have opened its ports yet."""
    until = time.monotonic() + 60
    while True:
        try:
            return client.wait_for_ready(timeout=60)
        except RuntimeError:
            # It does not answer yet, which the client takes for its death.
            assert time.monotonic() < until


def own_file(runtime: Path) -> dict[str, Any]:
    """Return the contents of the only server's own file. Raises ``OSError``."""
    found = list(runtime.glob("pairedit-*.json"))
    if len(found) != 1:
        raise FileNotFoundError(f"expected one file in {runtime}, found {found}")
    assert found[0].stat().st_mode & 0o777 == 0o600
    contents: dict[str, Any] = json.loads(found[0].read_bytes())
    assert contents["pid"] != os.getpid()
    return contents
