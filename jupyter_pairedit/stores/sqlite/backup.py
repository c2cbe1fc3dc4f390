"""A copy of a SQLite database as it is at one moment, while others write to it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ..base import StorageFailure


def back_up(database: Path, copy: Path) -> None:
    """Copy ``database`` to the new file ``copy``, which is its owner's alone.

    Raises ``StorageFailure``, and ``OSError`` where the copy cannot be made.
    """
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with (
            closing(
                sqlite3.connect(database.absolute().as_uri() + "?mode=ro", uri=True)
            ) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            # One file, and not one with a write-ahead log beside it.
            target.execute("pragma journal_mode = delete")
            (found,) = target.execute("pragma quick_check(1)").fetchone()
            if found != "ok":
                raise StorageFailure(f"{database} is damaged: {found}")
    except sqlite3.Error as error:
        copy.unlink()
        raise StorageFailure(f"cannot back up {database}: {error}") from error
    except BaseException:
        copy.unlink()
        raise
