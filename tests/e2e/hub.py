"""A JupyterHub with its proxy and one server for each user."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.ports import free_port
from tests.proxies import CONFIGURABLE

_START = 60.0
"""Seconds after which a start fails."""

_CONFIG = """
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.bind_url = {url!r}
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.JupyterHub.db_url = "sqlite:///hub.sqlite"
c.JupyterHub.cookie_secret_file = "cookie_secret"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/home/{{username}}"
c.JupyterHub.services = [{{"name": "test", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [
    {{
        "name": "test",
        "scopes": ["admin:servers", "admin:users", "access:servers"],
        "services": ["test"],
    }}
]
c.Authenticator.allow_all = True
# Asked for a server, the hub answers at once, and several start at a time.
c.JupyterHub.tornado_settings = {{"slow_spawn_timeout": 0}}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.ConfigurableHTTPProxy.command = {proxy!r}
c.ConfigurableHTTPProxy.pid_file = "proxy.pid"
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.default_url = "/pairedit/"
c.Spawner.start_timeout = {start:.0f}
c.Spawner.http_timeout = {start:.0f}
c.LocalProcessSpawner.interrupt_timeout = 1
c.LocalProcessSpawner.term_timeout = 1
"""


class JupyterHub:
    """A JupyterHub at ``url``. Any user can log in with any password.

    ``more`` is added to its settings.
    """

    def __init__(self, folder: Path, node: Path, more: str = "") -> None:
        port = free_port()
        self._folder = folder
        self._token = secrets.token_hex(16)
        # This path needs escaping, as names of users do.
        self.url = f"http://127.0.0.1:{port}/team@work/"
        settings = _CONFIG.format(
            url=self.url,
            hub_port=free_port(),
            api_port=free_port(),
            folder=folder,
            token=self._token,
            proxy=[str(node), str(CONFIGURABLE / "configurable-http-proxy")],
            python=sys.executable,
            start=_START,
        )
        (folder / "jupyterhub_config.py").write_text(settings + more)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub"],
                cwd=folder,
                env=kept,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def wait(self) -> None:
        """Wait until it answers."""
        self._wait_for("users")

    def call(self, path: str, method: str = "GET") -> Any:
        """Send a request to the hub's API. Return the JSON of the response."""
        return self._request(f"hub/api/{path}", method)

    def start_kernel_of(self, user: str) -> Path:
        """Start a kernel on a user's server. Return its connection file."""
        kernel = self._request(f"user/{quote(user)}/api/kernels", "POST")
        return self.runtime_of(user) / f"kernel-{kernel['id']}.json"

    def runtime_of(self, user: str) -> Path:
        """Return the runtime directory of Jupyter on a user's server."""
        return self._folder / "home" / user / ".local/share/jupyter/runtime"

    def _request(self, path: str, method: str) -> Any:
        request = urllib.request.Request(
            f"{self.url}{path}",
            method=method,
            headers={"Authorization": f"token {self._token}"},
        )
        with urllib.request.urlopen(request, timeout=_START) as answer:
            return json.loads(answer.read() or b"null")

    def start_server_of(self, user: str) -> None:
        """Request the start of a user's server."""
        self.call(f"users/{quote(user)}", "POST")
        self.call(f"users/{quote(user)}/server", "POST")

    def wait_for_server_of(self, user: str) -> str:
        """Wait until a user's server is ready. Return its URL."""
        until = time.monotonic() + _START
        while not self.call(f"users/{quote(user)}")["servers"].get("", {}).get("ready"):
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)  # between two attempts
        return f"{self.url}user/{quote(user, safe='@')}/"

    def _wait_for(self, path: str) -> None:
        until = time.monotonic() + _START
        while True:
            try:
                self.call(path)
                return
            except OSError:
                assert self._process.poll() is None, self.log()
                assert time.monotonic() < until, self.log()
                time.sleep(0.05)  # between two attempts

    def log(self) -> str:
        """Return the end of its log."""
        return (self._folder / "log").read_text("utf-8", "replace")[-4_000:]

    def stop(self) -> None:
        """Stop it with its proxy and its servers."""
        self._process.terminate()
        self._process.wait(_START)
