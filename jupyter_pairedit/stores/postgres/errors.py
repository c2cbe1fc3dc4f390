"""Error messages for users. None contains a password or the content of a room."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

import asyncpg

from ..errors import StorageFailure

POOLER = (
    "a connection pooler such as PgBouncer stands before the database and does not "
    "keep the state of a connection: give the address of PostgreSQL itself, often "
    "port 5432"
)

_KNOWN: tuple[tuple[str, str], ...] = (
    ("080", "the database cannot be reached"),
    ("25006", "the database is read-only"),
    ("26000", POOLER),
    ("28", "the database refuses the user or the password"),
    ("3D000", "there is no such database"),
    ("40", "the database is busy"),
    ("42P05", POOLER),
    ("42501", "the database's user may not do that"),
    ("53100", "the database's disk is full"),
    ("53300", "the database takes no more connections"),
    ("53", "the database has too little memory or space"),
    ("55P03", "another program has locked the database"),
    ("57014", "the database is busy, or another program has locked it"),
    ("57P", "the database stops or starts"),
    ("58", "the database's disk does not answer"),
    ("XX001", "the database is damaged"),
    ("XX002", "the database is damaged"),
)
"""Prefixes of SQLSTATE codes (PostgreSQL documentation, appendix A) with messages."""

_LONGEST = 200
"""Characters of a message of the database."""

CONNECTION_ERRORS = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
)
"""Errors after which the connection cannot be used."""

DATABASE_ERRORS = (TimeoutError, asyncpg.PostgresError, *CONNECTION_ERRORS)
"""Every error that an operation on the database may raise."""


_ABOUT_VALUES = ("21", "22", "23", "54")
"""Classes of SQLSTATE for values that a statement or the database does not take."""


def is_about_values(error: BaseException | None) -> bool:
    """Return whether an error is about the values of one statement.

    Those that asyncpg cannot encode raise ``ValueError``, before anything is sent.
    """
    state = getattr(error, "sqlstate", None) or ""
    return isinstance(error, ValueError) or state.startswith(_ABOUT_VALUES)


def concerns_all(error: Exception) -> bool:
    """Return whether every statement fails while the cause of an error lasts."""
    return isinstance(error, StorageFailure) and not is_about_values(error.__cause__)


def reason(error: BaseException) -> str:
    """Return what is wrong as a clause without a full stop."""
    if isinstance(error, TimeoutError):
        return "the database does not answer"
    if is_about_values(error):
        return "the database does not take such a value"
    state = getattr(error, "sqlstate", None) or ""
    for beginning, meaning in _KNOWN:
        if state.startswith(beginning):
            return meaning
    if not state and isinstance(error, CONNECTION_ERRORS):
        return "the database cannot be reached"
    # Further lines have details, which may quote the values of the statement.
    words = str(error).partition("\n")[0][:_LONGEST]
    return f"the database reports error {state or type(error).__name__}: {words}"


def is_of_pooler(error: BaseException) -> bool:
    """Return whether a pooler refuses to pass on a setting of a new connection."""
    refused = isinstance(error, asyncpg.ProtocolViolationError)
    return refused and "startup parameter" in str(error)


def advice(error: BaseException, url: str) -> str:
    """Return one line that says why a database cannot be opened and what to do."""
    where, user, database = _parts(url)
    match error:
        case asyncpg.InvalidCatalogNameError():
            return f"there is no database {database!r} on {where}: make it (createdb)"
        case asyncpg.InvalidAuthorizationSpecificationError():
            return (
                f"{where} refuses the user {user!r} or the password: see DATABASE_URL"
            )
        case asyncpg.InsufficientPrivilegeError():
            return (
                f"the user {user!r} may not make tables in {database!r}: as its "
                f"owner, grant create on database {database} to {user}"
            )
        case ssl.SSLError():
            return (
                f"{where} and this server agree on no TLS: see sslmode in DATABASE_URL"
            )
        case TimeoutError():
            return f"{where} does not answer: is DATABASE_URL right?"
        case OSError():
            return (
                f"there is no PostgreSQL on {where}: start it, or correct DATABASE_URL"
            )
    return f"{where}: {reason(error)}"


def _parts(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    # netloc without the part that contains the password.
    where = parts.netloc.rpartition("@")[2] or "the host of DATABASE_URL"
    database = parts.path.lstrip("/") or parts.username or ""
    return where, parts.username or "", database
