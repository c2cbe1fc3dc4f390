"""A disk that loses what was not synced."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from jupyter_pairedit.stores.sqlite import checkpoints, database, logsync
from jupyter_pairedit.stores.sqlite.store import SQLiteStore

_HEADER = 32
_FRAME_HEADER = 24
"""Bytes in the log, see "The WAL File Format" of SQLite."""


class Disk:
    """Watches how much of a database's log is synced, and cuts copies of it.

    The machine has the boot id ``boot``; a test changes it to start it again.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.boot = "first"
        self.synced = 0
        """The length of the log that is on the disk."""
        self.holds = False
        """Whether syncs are reported, and nothing reaches the disk."""
        self.error: OSError | None = None
        """What the next sync raises, once: as systems do."""
        self._folder = folder
        self._copies = 0
        self.store: SQLiteStore
        monkeypatch.setattr(checkpoints, "COMMITS", 10**9)
        monkeypatch.setattr(checkpoints, "GROWTH", 10**12)
        monkeypatch.setattr(database, "boot_id", lambda: self.boot)
        monkeypatch.setattr(logsync, "sync_file", self._sync)

    def open(self, path: Path | None = None) -> SQLiteStore:
        """Open a store whose log only grows."""
        self.store = SQLiteStore(path or self._folder / "rooms.db")
        return self.store

    def _sync(self, descriptor: int) -> None:
        error, self.error = self.error, None
        if error is not None:
            raise error
        if not self.holds:
            self.synced = os.fstat(descriptor).st_size

    @property
    def log(self) -> Path:
        """The log of the store."""
        return logsync.log_of(self.store.file.path)

    def ends(self) -> list[int]:
        """Return the ends of the frames that are not synced, and places within them."""
        (page,) = self.store.file.connection.execute("pragma page_size").fetchone()
        frame, size = page + _FRAME_HEADER, self.log.stat().st_size
        ends = range(_HEADER, size + 1, frame)
        places = [at for end in ends for at in (end, end + 10, end + frame // 2)]
        return [at for at in places if self.synced <= at <= size]

    def cut(self, at: int | None = None) -> Path:
        """Return a database as it is after a loss of power.

        ``at`` is the length of the log that has reached the disk, at least what was
        synced.
        """
        at = self.synced if at is None else at
        assert at >= self.synced
        self._copies += 1
        path = self._folder / f"{self._copies}" / "rooms.db"
        path.parent.mkdir(mode=0o700)
        shutil.copy(self.store.file.path, path)
        logsync.log_of(path).write_bytes(self.log.read_bytes()[:at])
        for each in path.parent.iterdir():
            each.chmod(0o600)
        return path
