"""Where logs live: ``open_store`` turns a database URL into a store."""

from __future__ import annotations

from pathlib import Path

from .base import BadDatabaseURL, Store

_EXPECTED = "sqlite:///file.db (relative) or sqlite:////folder/file.db"


def open_store(url: str, *, wait: float = 2.0) -> Store:
    """Open the store that a database URL names.

    ``wait`` is the seconds a write waits for a locked database. Raises
    ``BadDatabaseURL`` with one line that names what was expected, and
    ``StorageFailure`` when the database cannot be used.
    """
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise BadDatabaseURL(f"expected {_EXPECTED}, found no scheme in it")
    if scheme in {"postgresql", "postgres"}:
        raise BadDatabaseURL(
            f"expected {_EXPECTED}: this version has no PostgreSQL store yet"
        )
    if scheme != "sqlite":
        raise BadDatabaseURL(f"expected {_EXPECTED}, found the scheme {scheme[:20]!r}")
    file = file_of(url)
    if file is None:
        raise BadDatabaseURL(f"expected {_EXPECTED}, found no file in it")
    from .sqlite import SQLiteStore

    return SQLiteStore(file, wait=wait)


def file_of(url: str) -> Path | None:
    """Give the file that a URL of SQLite names; None for any other URL."""
    path = url.removeprefix("sqlite:///")
    return Path(path).expanduser() if path and path != url else None
