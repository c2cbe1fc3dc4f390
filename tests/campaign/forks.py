"""Jupyter servers that are forked from a process that has imported all that they need.

``python -m tests.campaign.forks`` reads a folder a line. For each it forks a whole
``jupyter server`` with the folder's files, prints ``<pid>``, and ``<status>`` when that
has ended; then the next line is read. The server answers after a quarter of a second; a
new process takes some seconds for its imports.
"""

from __future__ import annotations

import importlib
import mimetypes
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from .jupyter import ROOT, JupyterProcess, folders, output

_USED = (
    "jupyter_pairedit.app",
    "jupyter_pairedit.autocomplete.mock",
    "jupyter_pairedit.stores.sqlite.store",
)
"""What a server imports when it needs it, beside the handlers of Jupyter's services."""


class ForkedJupyter(JupyterProcess):
    """``jupyter server`` again and again, forked from one process."""

    _forks: subprocess.Popen[bytes] | None = None

    def _spawn(self) -> Fork:
        if self._forks is None:
            self._forks = subprocess.Popen(
                [sys.executable, "-m", __name__],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return Fork(self._forks, self._folder)

    def close(self) -> None:
        """End the process that forks; the server must have ended."""
        super().close()
        if self._forks is not None:
            self._forks.communicate()


class Fork:
    """One server, with the methods of ``Popen`` that ``JupyterProcess`` uses."""

    def __init__(self, forks: subprocess.Popen[bytes], folder: Path) -> None:
        assert forks.stdin is not None and forks.stdout is not None
        forks.stdin.write(f"{folder}\n".encode())
        forks.stdin.flush()
        self._said = forks.stdout
        self.pid = self._read()
        self._status: int | None = None

    def _read(self) -> int:
        line = self._said.readline()
        assert line, "expected a server, found that what forks it has ended"
        return int(line)

    def send_signal(self, signal: int) -> None:
        """See ``Popen.send_signal``."""
        if self.poll() is None:
            os.kill(self.pid, signal)

    def poll(self) -> int | None:
        """See ``Popen.poll``."""
        return self.wait(0) if select.select([self._said], [], [], 0)[0] else None

    def wait(self, timeout: float) -> int:
        """See ``Popen.wait``."""
        if self._status is None:
            if not select.select([self._said], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("jupyter server", timeout)
            self._status = self._read()
        return self._status


def _fork_servers() -> None:
    """Fork a server for each line of standard input."""
    from jupyter_server.serverapp import JUPYTER_SERVICE_HANDLERS

    for modules in (_USED, *JUPYTER_SERVICE_HANDLERS.values()):
        for module in modules or ():
            importlib.import_module(module)
    mimetypes.init()
    for line in iter(sys.stdin.readline, ""):
        folder = Path(line.rstrip("\n"))
        child = os.fork()
        if not child:
            _serve(folder)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _serve(folder: Path) -> NoReturn:
    from jupyter_server.serverapp import ServerApp

    for name in [name for name in os.environ if name.startswith("JUPYTER")]:
        del os.environ[name]
    os.environ.update(folders(folder))
    os.chdir(folder)
    with output(folder).open("ab") as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
    ServerApp.launch_instance(["--ip=127.0.0.1"])
    os._exit(1)


if __name__ == "__main__":
    _fork_servers()
