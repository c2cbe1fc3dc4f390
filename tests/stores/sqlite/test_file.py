"""Group commit: which jobs of a batch fail."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.stores.errors import RoomNotFound, StorageFailure
from jupyter_pairedit.stores.sqlite.file import SQLiteFile

Do = Callable[[sqlite3.Connection], object]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SQLiteFile]:
    file = SQLiteFile(tmp_path / "rooms.db", "process", wait=0.1)
    file.connection.execute("create table mark (name text primary key not null)")
    yield file
    file.close()


def mark(name: object) -> Do:
    """Write a row."""
    return lambda db: db.execute("insert into mark values (?)", [name]).rowcount


async def together(file: SQLiteFile, *jobs: Do) -> list[object]:
    """Run jobs in one batch; return what came of each, a value or an error."""
    busy, go = threading.Event(), threading.Event()

    def wait(_: sqlite3.Connection) -> None:
        busy.set()
        go.wait()

    first = asyncio.create_task(file.write(wait))
    await asyncio.to_thread(busy.wait)
    waiting: list[Awaitable[object]] = [
        asyncio.create_task(file.write(job)) for job in jobs
    ]
    await asyncio.sleep(0)
    go.set()
    await first
    return list(await asyncio.gather(*waiting, return_exceptions=True))


def marks(file: SQLiteFile) -> list[str]:
    return [row[0] for row in file.connection.execute("select name from mark")]


def raises(error: Exception) -> Do:
    """Write a row, and fail after it."""

    def fail(db: sqlite3.Connection) -> None:
        mark("half")(db)
        raise error

    return fail


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (mark(10**20), OverflowError),
        (mark("\ud83d"), UnicodeEncodeError),
        (mark(None), StorageFailure),
        (mark(object()), StorageFailure),
        (raises(KeyError("x")), StorageFailure),
        (raises(RuntimeError("x")), RuntimeError),
    ],
    ids=["too large", "surrogate", "null", "no value", "KeyError", "RuntimeError"],
)
async def test_a_failing_job_does_not_affect_the_others_of_its_batch(
    file: SQLiteFile, bad: Do, error: type[Exception]
) -> None:
    a, failed, b = await together(file, mark("a"), bad, mark("b"))

    assert (a, b) == (1, 1)
    assert isinstance(failed, error)
    assert marks(file) == ["a", "b"]


async def test_two_jobs_that_fail_have_each_their_own_error(file: SQLiteFile) -> None:
    outcomes = await together(
        file, mark(10**20), mark("a"), raises(RuntimeError("x")), mark("b")
    )

    kinds = [type(each) for each in outcomes]
    assert kinds == [OverflowError, int, RuntimeError, int]
    assert marks(file) == ["a", "b"]


async def test_a_refused_job_is_refused_again_when_it_is_repeated(
    file: SQLiteFile,
) -> None:
    def refuse(_: sqlite3.Connection) -> None:
        raise RoomNotFound("room")

    refused, failed, a = await together(file, refuse, mark(10**20), mark("a"))

    assert isinstance(refused, RoomNotFound)
    assert isinstance(failed, OverflowError)
    assert (a, marks(file)) == (1, ["a"])


async def test_a_full_disk_fails_every_job_and_is_not_tried_again_for_each(
    file: SQLiteFile,
) -> None:
    (pages,) = file.connection.execute("pragma page_count").fetchone()
    file.connection.execute(f"pragma max_page_count = {pages}")
    ran = 0

    def large(db: sqlite3.Connection) -> None:
        nonlocal ran
        ran += 1
        mark("x" * 100_000)(db)

    outcomes = await together(file, mark("a"), large, mark("b"))

    assert [str(each) for each in outcomes] == ["the disk is full"] * 3
    assert ran == 1
    assert marks(file) == []
