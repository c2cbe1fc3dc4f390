"""A Jupyter server as a process, for tests."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_port

BASE_URL = "/user/ann/"
READY_WITHIN = 60  # seconds; a busy machine imports JupyterLab slowly
UNUSED = ("jupyterlab", "notebook", "notebook_shim", "jupyter_lsp", "nbclassic")
"""Extensions that a server without notebooks does not need; they load slowly."""
LIMITS = "--PairEdit.limits"
OFTEN = f"{LIMITS}={{'connects': 10_000}}"
"""The tests that share a server are one person to it, whose connections are limited."""


class Server:
    """A process of ``jupyter lab``, ``notebook`` or ``server`` with its own folders."""

    def __init__(
        self,
        app: str,
        folder: Path,
        settings: dict[str, str],
        options: tuple[str, ...] = (),
        health: str = "pairedit/health",
    ) -> None:
        self.token = secrets.token_hex(16)
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir(parents=True)
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.origin}{BASE_URL}"
        self._app = app
        self.folder = folder
        self._settings = settings
        own_limits = any(each.startswith(LIMITS) for each in options)
        self._options = options if own_limits else (OFTEN, *options)
        self._health = health
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        if app == "jupyter_server":
            self._disable(UNUSED)
        # JupyterLab would ask over the page whether it may fetch news.
        news = {"checkForUpdates": False, "fetchNews": "false"}
        self.choose("@jupyterlab/apputils-extension", "notification", news)

    def _disable(self, extensions: Iterable[str]) -> None:
        folder = self.folder / "config"
        folder.mkdir()
        config = {
            "ServerApp": {"jpserver_extensions": dict.fromkeys(extensions, False)}
        }
        (folder / "jupyter_server_config.json").write_text(json.dumps(config))

    def start(self) -> None:
        """Start and wait until ready. A second start has the same port and data."""
        command = [
            *(sys.executable, "-m", self._app, "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", f"--port={self.port}", "--ServerApp.port_retries=0"),
            f"--ServerApp.base_url={BASE_URL}",
            f"--ServerApp.root_dir={self.notebooks}",
            f"--IdentityProvider.token={self.token}",
            "--LabApp.extension_manager=readonly",
            *self._options,
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_ready(time.monotonic() + READY_WITHIN)

    def use(self, **settings: str) -> None:
        """Set variables of the environment for the next start."""
        self._settings |= settings

    def kill(self) -> None:
        """Stop as by ``kill -9``."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop as by its owner."""
        self._end(signal.SIGTERM)

    def log(self) -> str:
        """Return its output so far."""
        return self._log.read_text("utf-8", "replace")

    def call(
        self,
        path: str,
        method: str = "GET",
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Send a request with the token. Return the JSON of the response."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"token {self.token}",
                "Content-Type": "application/json",
                **(headers or {}),
            },
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def choose(self, extension: str, plugin: str, settings: dict[str, object]) -> None:
        """Write settings of JupyterLab, which a page reads when it is opened."""
        folder = self.folder / "settings" / extension
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{plugin}.jupyterlab-settings"
        file.write_text(json.dumps(settings), "utf-8")

    def add_kernel(
        self,
        name: str,
        packages: Path,
        module: str = "ipykernel_launcher",
        **environment: str,
    ) -> None:
        """Install a kernel spec that imports from a folder before all others."""
        folder = self.folder / "data" / "kernels" / name
        folder.mkdir(parents=True, exist_ok=True)
        launch = [sys.executable, "-m", module, "-f", "{connection_file}"]
        spec = {
            "argv": launch,
            "display_name": f"Python 3 ({name})",
            "language": "python",
            "env": {"PYTHONPATH": str(packages), **environment},
        }
        (folder / "kernel.json").write_text(json.dumps(spec), "utf-8")

    def write_notebook(self, name: str, *cells: str, kernel: str = "python3") -> str:
        """Write a notebook of code cells. Return the path of its page."""
        spec = {"name": kernel, "display_name": "Python 3", "language": "python"}
        content = {
            "cells": [
                {
                    "id": f"cell-{number}",
                    "cell_type": "code",
                    "metadata": {},
                    "source": source,
                    "outputs": [],
                    "execution_count": None,
                }
                for number, source in enumerate(cells)
            ],
            "metadata": {"kernelspec": spec},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (self.notebooks / name).write_text(json.dumps(content), "utf-8")
        if self._app == "notebook":
            return f"notebooks/{name}"
        # In the default workspace, JupyterLab opens the notebooks of other tests too.
        return f"lab/workspaces/{Path(name).stem}/tree/{name}"

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
        folders = {
            "HOME": "home",
            "IPYTHONDIR": "ipython",
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        }
        own = {name: str(self.folder / folder) for name, folder in folders.items()}
        return kept | own | self._settings

    def _wait_until_ready(self, deadline: float) -> None:
        assert self._process is not None
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                self.call(self._health)
                return
            except urllib.error.HTTPError as error:
                error.close()
                status = error.code
                self.stop()
                pytest.fail(f"health answered {status}:\n{self.log()}", pytrace=False)
            except OSError:
                time.sleep(0.05)  # between two attempts
        self.stop()
        pytest.fail(f"the server did not start:\n{self.log()}", pytrace=False)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
