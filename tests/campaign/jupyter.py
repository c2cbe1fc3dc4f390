"""A Jupyter server as a process that can be ended in several ways."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from tests.ports import free_port

from .live import GIVE_UP, SocketWire
from .sockets import dial

ROOT = Path(__file__).parents[2]
TOKEN = "campaign"
HEADERS = {"Authorization": f"token {TOKEN}"}
"""The headers of a program that has the token."""
_OTHERS = ("jupyterlab", "notebook", "jupyter_lsp", "jupyter_server_terminals")
"""Extensions that start slowly and are not needed."""


class Running(Protocol):
    """A process; see ``subprocess.Popen``."""

    pid: int

    def poll(self) -> int | None:
        """Return its status, or None while it runs."""

    def send_signal(self, signal: int, /) -> None:
        """Send it a signal."""

    def wait(self, timeout: float, /) -> int:
        """Wait until it has ended; return its status."""


def folders(folder: Path) -> dict[str, str]:
    """Return the environment by which a server has all its files in one folder."""
    return {
        f"JUPYTER_{name}_DIR": str(folder) for name in ("CONFIG", "DATA", "RUNTIME")
    }


def output(folder: Path) -> Path:
    """Return the file of what such a server prints."""
    return folder / "log"


class JupyterProcess:
    """``jupyter server`` with all its files in one folder, on one port."""

    def __init__(
        self,
        folder: Path,
        limits: Mapping[str, object] | None = None,
        extensions: Sequence[str] = (),
        url: str = "",
    ) -> None:
        """Without ``url``, the database is the file ``database``."""
        self.database = folder / "rooms.db"
        self._folder = folder
        self.port = free_port()
        self._process: Running | None = None
        self._terminal = pty.openpty()
        config = {
            "ServerApp": {
                "allow_root": True,
                "jpserver_extensions": {
                    **dict.fromkeys(_OTHERS, False),
                    **dict.fromkeys(("jupyter_pairedit", *extensions), True),
                },
                "open_browser": False,
                "port": self.port,
                "port_retries": 0,
                "root_dir": str(folder),
            },
            "IdentityProvider": {"token": TOKEN},
            "PairEdit": {
                "database_url": url or f"sqlite:///{self.database}",
                "limits": dict(limits or {}),
            },
        }
        (folder / "jupyter_server_config.json").write_text(json.dumps(config))

    @property
    def pid(self) -> int:
        """The id of the running process."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start, and wait until it answers."""
        self._process = self._spawn()
        async with asyncio.timeout(GIVE_UP):
            while True:
                try:
                    await self.call("GET", "pairedit/health")
                    return
                except OSError:
                    assert self._process.poll() is None, self.log()
                    await asyncio.sleep(0.02)  # between two attempts

    def _spawn(self) -> Running:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
        own = folders(self._folder)
        with output(self._folder).open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "jupyter_server", "--ip=127.0.0.1"],
                cwd=self._folder,
                env={**kept, **own, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)},
                # A terminal, without which Jupyter has no handler for SIGINT.
                stdin=self._terminal[1],
                stdout=log,
                stderr=log,
            )

    def log(self) -> str:
        """Return its output."""
        return output(self._folder).read_text("utf-8", "replace")

    async def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Send it a signal, and wait until it has ended."""
        process, self._process = self._process, None
        if process is None:
            return
        printed = len(self.log())
        process.send_signal(how)
        if how is signal.SIGINT:
            # Jupyter asks; the second is the answer.
            async with asyncio.timeout(GIVE_UP):
                while True:
                    if "(y/[n])?" in self.log()[printed:]:
                        break
                    await asyncio.sleep(0.005)  # between two attempts
            process.send_signal(how)
        await asyncio.to_thread(process.wait, GIVE_UP)

    def close(self) -> None:
        """Close its terminal."""
        for end in self._terminal:
            os.close(end)

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """Call the API; return what it answers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={**HEADERS, "Content-Type": "application/json"},
        )

        def call() -> Any:
            with urllib.request.urlopen(request, timeout=GIVE_UP) as answer:
                return json.loads(answer.read() or b"null")

        return await asyncio.to_thread(call)

    async def dial(self, room_id: str) -> SocketWire:
        """Open a socket of edits."""
        return await dial(f"ws://127.0.0.1:{self.port}/pairedit/ws/{room_id}", HEADERS)
