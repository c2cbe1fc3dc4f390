"""What a change of a SQLite database changes in its files, without opening them."""

from __future__ import annotations

from pathlib import Path

Stamp = tuple[tuple[int, int, int] | int | None, ...]
"""Compared as a whole: see ``stamp_of``."""


def stamp_of(path: Path, renewals: int) -> Stamp:
    """Return the state of the files of the database at ``path``.

    Every commit writes to the log file or, with a rollback journal, to the database.
    ``renewals`` is how often the connections to it were replaced. The files are not
    opened: closing a descriptor would release the locks that SQLite holds on them.
    """
    log = path.with_name(f"{path.name}-wal")
    return _state(path), _state(log), renewals


def _state(path: Path) -> tuple[int, int, int] | None:
    """Return inode, size and time of a file; None if there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
