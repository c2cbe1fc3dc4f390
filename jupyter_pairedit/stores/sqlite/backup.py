"""Consistent copies of a SQLite database while others write to it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ..errors import StorageFailure
from ..permissions import new_private_file
from .errors import quota_reached
from .runs import mark_as_copy


def back_up(database: Path, copy: Path) -> None:
    """Copy ``database`` to the new file ``copy``, of mode 0600.

    Each time a server starts on a new copy of it, all rooms get a new epoch.
    Raises ``StorageFailure``, and ``OSError`` if ``copy`` cannot be created.
    """
    os.close(new_private_file(copy))
    try:
        with (
            closing(
                sqlite3.connect(database.absolute().as_uri() + "?mode=ro", uri=True)
            ) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            # Makes the copy a single file, without a write-ahead log.
            target.execute("pragma journal_mode = delete")
            (found,) = target.execute("pragma quick_check(1)").fetchone()
            if found != "ok":
                raise StorageFailure(f"{database} is damaged: {found}")
            mark_as_copy(target)
    except sqlite3.Error as error:
        copy.unlink()
        reason = quota_reached(error, copy.parent) or error
        raise StorageFailure(f"cannot back up {database}: {reason}") from error
    except BaseException:
        copy.unlink()
        raise
