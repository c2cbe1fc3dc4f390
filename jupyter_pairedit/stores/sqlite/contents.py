"""What is in a SQLite file that may belong to another program."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ..base import Contents

_TABLES = (
    "select count(*) from sqlite_master where name not like 'sqlite!_%' escape '!'"
)
_OURS = """
select count(*) from _sqlite_migrations where migration_set = 'jupyter_pairedit'
"""
_NOT_OURS = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
"""Errors over what is no database, and over a file that this user may not read; those
that this package makes can be read by who has made them."""


def look_at_file(file: Path) -> Contents:
    """Return what a file has. It is only read, and none is made beside it."""
    if not os.path.lexists(file) or (file.is_file() and not file.stat().st_size):
        return Contents.EMPTY
    if not file.is_file():
        return Contents.FOREIGN
    try:
        with closing(_reading(file)) as database:
            if not database.execute(_TABLES).fetchone()[0]:
                return Contents.EMPTY
            return Contents.OURS if _has_ours(database) else Contents.FOREIGN
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        # Opened as a store, a damaged or locked one says what is wrong with it.
        return Contents.FOREIGN if code in _NOT_OURS else Contents.UNREACHABLE


def _has_ours(database: sqlite3.Connection) -> bool:
    try:
        return bool(database.execute(_OURS).fetchone()[0])
    except sqlite3.OperationalError as error:
        if (
            error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_ERROR
        ):  # no such table or column
            return False
        raise


def _reading(file: Path) -> sqlite3.Connection:
    """Open a file to read it.

    A database with a write-ahead log is given files beside it when it is opened, which
    a reader leaves behind. So where no log is there, none is asked for.
    """
    log = file.with_name(file.name + "-wal")
    unchanged = "" if log.exists() and log.stat().st_size else "&immutable=1"
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro{unchanged}", uri=True)
