"""PgBouncer, a connection pooler, before a PostgreSQL."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from .ports import free_port

_START = 20.0
"""Seconds after which a start fails."""
IGNORED = "search_path,statement_timeout,synchronous_commit"
"""The settings of new connections that this package asks for."""


class PgBouncer:
    """Passes ``port`` on to a PostgreSQL.

    ``mode`` is ``transaction`` or ``session``. ``ignored`` are the settings of new
    connections that it does not pass on; it refuses connections with others.
    """

    def __init__(
        self, target: int, mode: str, ignored: str = "", size: int = 5
    ) -> None:
        self.port = free_port()
        # Not pytest's folder, which other users cannot enter: it does not run as root.
        self._folder = Path(tempfile.mkdtemp(prefix="pairedit-pgbouncer-"))
        self._folder.chmod(0o777)
        config = self._folder / "pgbouncer.ini"
        config.write_text(
            f"[databases]\n* = host=127.0.0.1 port={target} user=postgres\n"
            "[pgbouncer]\nlisten_addr = 127.0.0.1\nunix_socket_dir =\n"
            f"listen_port = {self.port}\npool_mode = {mode}\nauth_type = any\n"
            f"ignore_startup_parameters = {ignored}\ndefault_pool_size = {size}\n"
        )
        how: dict[str, Any] = {}
        if not os.geteuid():
            how = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [_program(), str(config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **how,
            )
        until = time.monotonic() + _START
        while not self._listens():
            assert self._process.poll() is None and time.monotonic() < until, self.log()
            time.sleep(0.01)  # between two attempts

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self) -> str:
        """Return its output."""
        return (self._folder / "log").read_text("utf-8", "replace")

    def stop(self) -> None:
        """Stop it, and delete its files."""
        self._process.kill()
        self._process.wait(_START)
        shutil.rmtree(self._folder)


def _program() -> str:
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        missing = "expected pgbouncer on PATH, found none (apt-get install pgbouncer)"
        if os.environ.get("PAIREDIT_PGBOUNCER") == "required":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    return program
