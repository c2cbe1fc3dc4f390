"""Which servers have a SQLite file open.

Each server holds a lock on a file of its own beside the database. The system releases
the lock when the process ends, whatever ends it. So a server is known to be alive
without a write to the database, and known to be dead as soon as it is.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class ServerLock:
    """The lock of the server ``server`` on the database at ``path``."""

    def __init__(self, path: Path, server: str) -> None:
        self.server = server
        self._folder = path.parent
        self._prefix = f"{path.name}-server-"
        self._own = self._folder / f"{self._prefix}{server}"
        self._file: int | None = None

    def acquire(self) -> bool:
        """Take the lock. Return False if the system or the disk has no such locks."""
        if fcntl is None:
            return False
        with contextlib.suppress(OSError):
            while self._file is None:
                file = os.open(self._own, os.O_CREAT | os.O_RDWR, 0o600)
                fcntl.flock(file, fcntl.LOCK_EX)
                # Another server may have removed the file before it was locked.
                if _is_at(file, self._own):
                    self._file = file
                else:
                    os.close(file)
        return self._file is not None

    @property
    def is_held(self) -> bool:
        """Whether this server holds its lock."""
        return self._file is not None

    def release(self) -> None:
        """Give up the lock and remove its file. May be called again."""
        file, self._file = self._file, None
        if file is not None:
            self._own.unlink(missing_ok=True)
            os.close(file)

    def alive(self) -> list[str] | None:
        """Return the ids of all servers that hold their lock, this one included.

        Files of dead servers are removed. Returns None without a lock.
        """
        if self._file is None:
            return None
        return [
            path.name.removeprefix(self._prefix)
            for path in self._folder.glob(f"{self._prefix}*")
            if path == self._own or _is_locked(path)
        ]


def _is_at(file: int, path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file), path.stat())
    return False


def _is_locked(path: Path) -> bool:
    """Return whether a server holds the lock; remove the file if none does."""
    try:
        file = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        # Shared, so that two who look at once do not take each other for the server.
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(file)
