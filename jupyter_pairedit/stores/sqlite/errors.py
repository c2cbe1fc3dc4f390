"""Errors of SQLite, as what users are told and what is to be done."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..errors import StorageFailure
from .disk import is_quota_reached

DAMAGED = "the database is damaged"
_DAMAGE = ("no such column", "no such table", "Could not decode to UTF-8")
"""How messages begin that have no error code of their own and mean damage."""
SCHEMA_DAMAGED = (UnicodeDecodeError, KeyError)
"""Raised by ``sqlite_utils`` and ``sqlite3`` for damaged names of columns. Nearly all
other damage raises ``sqlite3.Error``."""


def quota_reached(error: Exception, folder: Path) -> StorageFailure | None:
    """Return what is wrong where SQLite's "disk I/O error" stands for a quota."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_IOERR and is_quota_reached(folder):
        return StorageFailure(
            "the disk quota of this user is used up: delete something, or ask for more"
        )
    return None


def reason_of(error: sqlite3.Error) -> str:
    """Return what is wrong as a clause for users."""
    if str(error).startswith(_DAMAGE):
        return DAMAGED
    known = {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_BUSY: "another program has locked the database",
        sqlite3.SQLITE_LOCKED: "another program has locked the database",
        sqlite3.SQLITE_READONLY: "the database is read-only",
        sqlite3.SQLITE_IOERR: "the disk does not answer",
        sqlite3.SQLITE_CORRUPT: DAMAGED,
        sqlite3.SQLITE_NOTADB: "the file is not a database",
    }
    return known.get(_code_of(error), f"the database says: {error}")


def concerns_all(error: Exception) -> bool:
    """Return whether every job fails while the cause of an error lasts."""
    return _code_of(error) in {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
    }


def _code_of(error: Exception) -> int:
    """Return the primary result code of SQLite; 0 for an error of something else."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF
