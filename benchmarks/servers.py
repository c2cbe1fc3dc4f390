"""Starts the compared servers, each in its own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import IO
from urllib.request import Request, urlopen

from .machine import Cost, pinning

_ROOT = Path(__file__).parent.parent
_TOKEN = "benchmark"
_START = 60.0
"""Seconds that a Jupyter server may take to start."""

_LIMITS = {"clients": 2_000, "rooms": 1_000}
"""Limits that are raised for the measurements; the others are the defaults."""

_QUICK = {"edits": 1_000_000, "edit_size": 10**9}
"""Limits with which no client has to wait."""


@dataclass(frozen=True)
class Server:
    """A running server: its address, its process, and how to create a room."""

    netloc: str
    cost: Cost
    token: str | None = None

    def make_room(self, code: str, limit: int = 2) -> str:
        """Create a room of the hub with REST; return its id."""
        request = Request(
            f"http://{self.netloc}/pairedit/rooms",
            json.dumps({"code": code, "limit": limit}).encode(),
            {
                "Content-Type": "application/json",
                "Authorization": f"token {self.token}",
            },
        )
        with urlopen(request, timeout=10) as reply:
            return str(json.load(reply)["roomId"])


@contextmanager
def bare(module: str, core: set[int] | None) -> Iterator[Server]:
    """Run one of the plain Tornado servers of this folder."""
    command = [sys.executable, "-m", f"benchmarks.{module}"]
    with running(command, _ROOT, core, dict(os.environ)) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield Server(f"127.0.0.1:{port}", Cost(process.pid))


@contextmanager
def hub(
    folder: Path,
    core: set[int] | None,
    *,
    durability: str = "process",
    url: str = "",
    quick: bool = False,
    extensions: Sequence[str] = (),
) -> Iterator[Server]:
    """Run a Jupyter server with the extension, with all its files in ``folder``.

    The database is there too, unless ``url`` names one. A ``quick`` server does not
    limit the edits of a client. A server that is run again has the same rooms.
    ``extensions`` are modules of this repository that it loads too.
    """
    folder.mkdir(exist_ok=True)
    config = {
        "ServerApp": {
            "allow_root": True,
            "jpserver_extensions": dict.fromkeys(
                ["jupyter_pairedit", *extensions], True
            ),
            "open_browser": False,
            "port": 0,
            "root_dir": str(folder),
        },
        "PairEdit": {
            "durability": durability,
            "database_url": url or f"sqlite:///{folder / 'rooms.db'}",
            "limits": _LIMITS | (_QUICK if quick else {}),
        },
    }
    (folder / "jupyter_server_config.json").write_text(json.dumps(config))
    path = {"PYTHONPATH": str(_ROOT)} if extensions else {}
    with jupyter([sys.executable], folder, core, path) as server:
        yield server


@contextmanager
def jupyter(
    python: Sequence[str],
    folder: Path,
    core: set[int] | None,
    variables: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run a Jupyter server whose files, and configuration, are in ``folder``.

    ``python`` is the command of an interpreter; ``variables`` are added to its
    environment.
    """
    environment = {
        **os.environ,
        **(variables or {}),
        "JUPYTER_CONFIG_DIR": str(folder),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_TOKEN": _TOKEN,
    }
    command = [*python, "-m", "jupyter_server", "--ip=127.0.0.1"]
    with (
        (folder / "log").open("w") as log,
        running(command, folder, core, environment, log) as process,
    ):
        pid, port = _await_port(process, folder)
        yield Server(f"127.0.0.1:{port}", Cost(pid), _TOKEN)


def _await_port(process: subprocess.Popen[str], folder: Path) -> tuple[int, int]:
    """Return the process id and the port of a Jupyter server that has started."""
    until = monotonic() + _START
    while process.poll() is None and monotonic() < until:
        try:
            (file,) = (folder / "runtime").glob("jpserver-*.json")
            port = int(json.loads(file.read_text())["port"])
            with urlopen(f"http://127.0.0.1:{port}/api", timeout=5):
                return int(file.stem.removeprefix("jpserver-")), port
        except (OSError, ValueError):
            sleep(0.1)
    log = (folder / "log").read_text()
    raise RuntimeError(f"The Jupyter server did not start:\n{log[-4000:]}")


@contextmanager
def running(
    command: list[str],
    folder: Path,
    core: set[int] | None,
    environment: dict[str, str],
    log: IO[str] | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """Run a server, and end it afterwards."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=log or subprocess.PIPE,
        # A plain server logs each client that leaves during a write.
        stderr=log or subprocess.DEVNULL,
        text=True,
        preexec_fn=pinning(core),
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
