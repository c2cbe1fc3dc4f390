"""Stores of rooms and their logs: ``open_store`` opens one by its database URL."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from .base import Contents, Durability, Store
from .errors import BadDatabaseURL

_SQLITE = "sqlite:///file.db (relative) or sqlite:////folder/file.db"
_POSTGRES = "postgresql://user:password@host:5432/database"
_EXPECTED = f"{_SQLITE} or {_POSTGRES}"

__all__ = [
    "BadDatabaseURL",
    "Contents",
    "Durability",
    "file_of",
    "look",
    "open_store",
    "place_of",
]


def open_store(
    url: str,
    *,
    durability: Durability = "process",
    wait: float = 2.0,
    reserve: int = 0,
    unreachable: bool = False,
) -> Store:
    """Open the store at a database URL.

    ``durability`` is what appends wait for; PostgreSQL has only "disk". ``wait`` is how
    many seconds a write waits for a locked database; ``reserve``, how many bytes stay
    free on the disk of a SQLite file. A PostgreSQL database that is ``unreachable`` now
    is prepared when it answers. Raises ``BadDatabaseURL`` with one line that names what
    was expected, and ``StorageFailure`` if the database cannot be used.
    """
    file = _checked(url)
    if file is None:
        from .postgres.store import await_postgres, open_postgres

        open_ = await_postgres if unreachable else open_postgres
        return open_(_postgres_url(url), wait=wait)
    from .sqlite.store import SQLiteStore

    return SQLiteStore(file, durability=durability, wait=wait, reserve=reserve)


def look(url: str) -> Contents:
    """Return what a database has, without changing it.

    Takes as long as connecting to a PostgreSQL does, at most 10 s. Raises
    ``BadDatabaseURL`` for one that this package cannot open.
    """
    file = _checked(url)
    if file is None:
        from .postgres.store import look_at_postgres

        return look_at_postgres(_postgres_url(url))
    from .sqlite.contents import look_at_file

    return look_at_file(file)


def file_of(url: str) -> Path | None:
    """Return the file of a SQLite URL; None for any other URL."""
    path = url.removeprefix("sqlite:///")
    return Path(path).expanduser() if path and path != url else None


def place_of(url: str) -> str:
    """Return where a database is, for people: a file, or host and database.

    A password in the URL is not part of it.
    """
    file = file_of(url)
    if file is not None:
        return str(file.absolute())
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the database"
    # Not netloc: there is a password in it.
    return parts.netloc.rpartition("@")[2] + parts.path


def _checked(url: str) -> Path | None:
    """Return the file of a SQLite database, or None for a PostgreSQL."""
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise BadDatabaseURL(f"expected {_EXPECTED}, found no scheme in it")
    # SQLAlchemy URLs contain a driver: postgresql+asyncpg.
    if scheme.partition("+")[0] in {"postgresql", "postgres"}:
        if find_spec("asyncpg") is None:
            raise BadDatabaseURL(
                "PostgreSQL needs the package asyncpg, which is not installed where "
                "this server runs: pip install 'jupyter_pairedit[postgres]'"
            )
        return None
    if scheme != "sqlite":
        raise BadDatabaseURL(f"expected {_EXPECTED}, found the scheme {scheme[:20]!r}")
    file = file_of(url)
    # Others give SQLite's database in memory this name.
    if file is None or file.name == ":memory:":
        raise BadDatabaseURL(f"expected {_EXPECTED}, found no file in it")
    if "?" in str(file):
        raise BadDatabaseURL(f"expected {_EXPECTED}, found options after a '?'")
    return file


def _postgres_url(url: str) -> str:
    return "postgresql://" + url.partition("://")[2]
