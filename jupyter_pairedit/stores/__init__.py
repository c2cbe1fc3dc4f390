"""Stores of rooms and their logs: ``open_store`` opens one by its database URL."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from .base import BadDatabaseURL, Store

_SQLITE = "sqlite:///file.db (relative) or sqlite:////folder/file.db"
_POSTGRES = "postgresql://user:password@host:5432/database"
_EXPECTED = f"{_SQLITE} or {_POSTGRES}"


def open_store(url: str, *, wait: float = 2.0, reserve: int = 0) -> Store:
    """Open the store at a database URL.

    ``wait`` is how many seconds a write waits for a locked database; ``reserve``, how
    many bytes stay free on the disk of a SQLite file. Raises ``BadDatabaseURL`` with
    one line that names what was expected, and ``StorageFailure`` if the database cannot
    be used.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise BadDatabaseURL(f"expected {_EXPECTED}, found no scheme in it")
    # SQLAlchemy URLs contain a driver: postgresql+asyncpg.
    if scheme.partition("+")[0] in {"postgresql", "postgres"}:
        return _postgres(f"postgresql://{rest}", wait)
    if scheme != "sqlite":
        raise BadDatabaseURL(f"expected {_EXPECTED}, found the scheme {scheme[:20]!r}")
    file = file_of(url)
    if file is None:
        raise BadDatabaseURL(f"expected {_EXPECTED}, found no file in it")
    from .sqlite.store import SQLiteStore

    return SQLiteStore(file, wait=wait, reserve=reserve)


def file_of(url: str) -> Path | None:
    """Return the file of a SQLite URL; None for any other URL."""
    path = url.removeprefix("sqlite:///")
    return Path(path).expanduser() if path and path != url else None


def _postgres(url: str, wait: float) -> Store:
    if find_spec("asyncpg") is None:
        raise BadDatabaseURL(
            "PostgreSQL needs the package asyncpg, which is not installed where this "
            "server runs: pip install 'jupyter_pairedit[postgres]'"
        )
    from .postgres.store import open_postgres

    return open_postgres(url, wait=wait)
