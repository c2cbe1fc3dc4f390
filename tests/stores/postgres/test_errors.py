"""Error messages of PostgreSQL for users."""

from __future__ import annotations

import asyncpg
import pytest

from jupyter_pairedit.stores.postgres.errors import advice, reason

URL = "postgresql://ann:s3cret@db.example.org:5433/rooms"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (asyncpg.DiskFullError(""), "the database's disk is full"),
        (asyncpg.ReadOnlySQLTransactionError(""), "the database is read-only"),
        (asyncpg.TooManyConnectionsError(""), "takes no more connections"),
        (asyncpg.CannotConnectNowError(""), "the database stops or starts"),
        (asyncpg.DataCorruptedError(""), "the database is damaged"),
        (asyncpg.LockNotAvailableError(""), "another program has locked the database"),
        (TimeoutError(), "the database does not answer"),
        (ConnectionResetError(), "the database cannot be reached"),
        (asyncpg.ConnectionFailureError(""), "the database cannot be reached"),
        (asyncpg.InterfaceError("connection is closed"), "cannot be reached"),
        (asyncpg.InvalidSQLStatementNameError(""), "a connection pooler such as"),
        (asyncpg.DuplicatePreparedStatementError(""), "a connection pooler such as"),
    ],
)
def test_an_error_has_a_message_for_users(error: Exception, words: str) -> None:
    assert words in reason(error)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (asyncpg.UndefinedTableError, "42P01"),
        (asyncpg.ProtocolViolationError, "08P01"),
        (asyncpg.FeatureNotSupportedError, "0A000"),
    ],
)
def test_an_error_without_a_message_of_ours_has_the_text_of_the_database(
    error: type[Exception], state: str
) -> None:
    found = reason(error("no such thing\nDETAIL:  Failing row contains (x = 1)."))

    assert found == f"the database reports error {state}: no such thing"
    assert len(reason(error("x" * 10_000))) < 300


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (asyncpg.InvalidPasswordError(""), "refuses the user 'ann'"),
        (asyncpg.InvalidCatalogNameError(""), "there is no database 'rooms'"),
        (asyncpg.InsufficientPrivilegeError(""), "grant create on database rooms"),
        (TimeoutError(), "does not answer: is DATABASE_URL right"),
        (ConnectionRefusedError(), "there is no PostgreSQL on db.example.org:5433"),
        (asyncpg.TooManyConnectionsError(""), "takes no more connections"),
    ],
)
def test_advice_does_not_contain_the_password(error: Exception, words: str) -> None:
    line = advice(error, URL)

    assert words in line
    assert "s3cret" not in line and "\n" not in line
