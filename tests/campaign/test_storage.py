"""T7: clients are notified of a store that cannot write, and it recovers by itself."""

from __future__ import annotations

import asyncio
import random
import resource
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit.stores.sqlite.file import SQLiteFile
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from jupyter_pairedit.stores.sqlite.worker import Job
from tests.handlers.conftest import Start
from tests.handlers.serving import Server

from .figures import Plan
from .live import Company
from .processes import type_on
from .schedule import Hands
from .sockets import check_room, seat

CODE = "Āāăą"


class Fault:
    """Breaks a store, and repairs it."""

    def __init__(self, store: SQLiteStore, database: Path) -> None:
        self.store = store
        self.database = database

    def begin(self) -> None:
        """Break."""

    def end(self) -> None:
        """Repair."""


class Full(Fault):
    """The database has reached its number of pages."""

    def begin(self) -> None:
        """See ``Fault``."""
        pages = self.store.file.connection.execute("pragma page_count").fetchone()[0]
        self.store.file.connection.execute(f"pragma max_page_count = {pages}")

    def end(self) -> None:
        """See ``Fault``."""
        self.store.file.connection.execute("pragma max_page_count = 1073741823")


class NoSpace(Fault):
    """The file system is full in the middle of a page."""

    def begin(self) -> None:
        """See ``Fault``."""
        log = Path(f"{self.database}-wal").stat().st_size
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (log + 10_000, self._before[1]))

    def end(self) -> None:
        """See ``Fault``."""
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)


class Locked(Fault):
    """Another program holds a write transaction."""

    def begin(self) -> None:
        """See ``Fault``."""
        self._other = sqlite3.connect(self.database, isolation_level=None)
        self._other.execute("begin immediate")

    def end(self) -> None:
        """See ``Fault``."""
        with closing(self._other):
            self._other.execute("rollback")


class ReadOnly(Fault):
    """The database cannot be written."""

    def begin(self) -> None:
        """See ``Fault``."""
        self.store.file.connection.execute("pragma query_only = on")

    def end(self) -> None:
        """See ``Fault``."""
        self.store.file.connection.execute("pragma query_only = off")


@pytest.mark.parametrize("kind", [Full, NoSpace, Locked, ReadOnly])
async def test_t7_edits_that_cannot_be_stored_are_reported_and_stored_later(
    plan_of: Callable[[str], Plan], start: Start, database: Path, kind: type[Fault]
) -> None:
    plan = plan_of("T7")
    server = await start(limits={"storage_wait": 0.05})
    async with _company(server) as (room_id, working):
        hands = Hands(random.Random(plan.seed))
        store = server.hub.store
        assert isinstance(store, SQLiteStore)
        for _ in range(plan.count):
            enough = working.acknowledged + 20
            typing = asyncio.create_task(type_on(working, hands))
            await working.until(lambda: working.has_acknowledged(enough))  # noqa: B023
            for client in working.clients:
                client.errors.clear()
            fault = kind(store, database)
            fault.begin()
            try:
                await working.until(
                    lambda: any(each.errors for each in working.clients)
                )
                # Reading goes on.
                assert await server.code(room_id)
            finally:
                fault.end()
            typing.cancel()
            await working.settled()
        await check_room(server, room_id, CODE, working)
        assert not any(each.codes for each in working.typists), "was cut off"


async def test_t7_a_slow_disk_does_not_delay_readers(
    plan_of: Callable[[str], Plan], start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of("T7")
    disk = threading.Event()
    disk.set()
    commit = SQLiteFile._commit

    def slow(file: SQLiteFile, batch: Sequence[Job[Any]]) -> None:
        disk.wait(60)
        commit(file, batch)

    monkeypatch.setattr(SQLiteFile, "_commit", slow)
    server = await start()
    async with _company(server) as (room_id, working):
        hands = Hands(random.Random(plan.seed))
        for _ in range(plan.count):
            await working.until(lambda: all(each.loaded for each in working.clients))
            before = await server.code(room_id)
            disk.clear()
            for _ in range(5):
                for client in working.clients:
                    hands.type(client)
            # While the disk is at work, others read, come, and see nothing unsaved.
            assert await server.code(room_id) == before
            late = await server.writer(room_id)
            await late.close()
            assert all(each.busy for each in working.clients)
            disk.set()
            await working.settled()
        await check_room(server, room_id, CODE, working)


class _company:
    """Three typists in a new room."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def __aenter__(self) -> tuple[str, Company]:
        server = self._server
        room_id = await server.new_room(code=CODE, limit=100)
        typists = seat(3, room_id, lambda: server, lambda: server.port)
        self._company = Company(typists)
        return room_id, await self._company.__aenter__()

    async def __aexit__(self, *error: object) -> None:
        await self._company.__aexit__(*error)
