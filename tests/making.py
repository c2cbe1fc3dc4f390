"""Rooms, revisions, stores and clocks for tests."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.invites import Invite, digest_of
from jupyter_pairedit.core.marks import marks_of
from jupyter_pairedit.core.revisions import Kind, Revision, first_digest
from jupyter_pairedit.core.roles import GuestRole
from jupyter_pairedit.core.runs import Part, Run, RunState
from jupyter_pairedit.core.runs import digest_of as run_digest
from jupyter_pairedit.core.text import to_units
from jupyter_pairedit.protocol import framed
from jupyter_pairedit.rooms.durable import Syncs
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.readers import FarBehind, Reader
from jupyter_pairedit.rooms.room import Room
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import StorageFailure
from jupyter_pairedit.stores.records import RoomRecord
from jupyter_pairedit.stores.sqlite.schema import migrate
from jupyter_pairedit.stores.sqlite.store import SQLiteStore

ROOM = "R" * 22


class Clock:
    """A clock that the test sets."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


def record(room_id: str = ROOM, *, limit: int = 2, title: str = "") -> RoomRecord:
    """Return the record of a room."""
    return RoomRecord(
        room_id, "epoch", "secret", title, "python", limit, "Ann", 1_000.0
    )


def invite(
    *,
    invite_id: str = "I" * 22,
    room_id: str = ROOM,
    role: GuestRole = "edit",
    label: str = "",
    secret: str = "secret",
    created_at: float = 1_000.0,
    expires_at: float = 5_000.0,
) -> Invite:
    """Return an invite."""
    return Invite(
        invite_id,
        room_id,
        role,
        label,
        digest_of(invite_id, secret),
        "Ann",
        created_at,
        expires_at,
        seen_at=created_at,
    )


def insert(length: int, at: int, text: str) -> ChangeSet:
    """Return the change that inserts ``text`` in a text of ``length`` units."""
    return ChangeSet.replacing(length, [(at, at, to_units(text))])


def revision(
    version: int,
    changes: ChangeSet,
    client_id: str = "ann",
    kind: Kind = "edit",
    key: str | None = None,
    marks: Sequence[str] = (),
) -> Revision:
    """Return a revision without a digest."""
    at = 1_000.0 + version
    facts = version, kind, client_id, "Ann", at, changes
    return Revision(*facts, key=key, marks=marks_of(marks))


PART_OF_A_GUEST = Run(
    number=0,
    epoch="epoch",
    version=1,
    part=Part(0, 1),
    digest="d" * 64,
    by="Gus 👋",
    guest=True,
    state="error",
    asked_at=1_000.5,
    approver="Ann",
    started_at=1_001.5,
    ended_at=1_002.5,
    left_out=3,
    detail="A sentence.",
)
"""A run of a part of the code that a guest has asked for."""


def run(state: RunState, *, by: str = "Ann", guest: bool = False) -> Run:
    """Return a run of version 0, which has no number yet."""
    return Run(0, "epoch", 0, None, run_digest(""), by, guest, state, 1_000.0)


async def next_frame(reader: Reader, room: Room) -> bytes | None:
    """Return the next frame of a reader, from memory or from the store."""
    try:
        return reader.next(room)
    except FarBehind:
        return await reader.read_on(room)


def message_in(frame: bytes) -> bytes:
    """Return the message in a WebSocket frame of the server."""
    start = {126: 4, 127: 10}.get(frame[1], 2)
    assert frame == framed(frame[start:])
    return frame[start:]


def chain(*revisions: Revision) -> list[Revision]:
    """Return the revisions with their digests, the first of them at version 1."""
    digest, log = first_digest("epoch"), []
    for each in revisions:
        log.append(each.chained(digest))
        digest = log[-1].digest
    return log


async def long_log(store: Store, count: int, code: str = "") -> None:
    """Make a room to whose code ``count`` revisions of Bob have added an ``x`` each."""
    await store.create(record(), code)
    length = len(to_units(code))
    log = chain(
        *(
            revision(version, insert(length + version - 1, 0, "x"), "bob-1")
            for version in range(1, count + 1)
        )
    )
    for start in range(0, count, 5_000):
        await store.append(ROOM, start, log[start : start + 5_000])


def migrated(path: Path) -> Path:
    """Make an empty database at ``path``. The migrations are run once for all tests."""
    path.parent.mkdir(exist_ok=True)
    path.touch(0o600)
    path.write_bytes(_migrated())
    return path


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rooms.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("pragma journal_mode = wal")
            migrate(connection)
        return path.read_bytes()


def unsynced_store(path: Path) -> SQLiteStore:
    """Return a store that never syncs: a loss of power is not what is tested."""
    store = SQLiteStore(path)
    log = store.file._database.log
    assert log is not None
    log.sync = lambda: None  # type: ignore[method-assign]
    return store


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.001)


class SteeredStore:
    """A real store whose appends wait or fail if the test says so."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.name = store.name
        self.durability = store.durability
        self.renewals = store.renewals
        self.sync_called = asyncio.Event()
        self.sync_go = asyncio.Event()
        self.sync_go.set()
        self.fail_sync = False
        self.invites = store.invites
        self.peers = store.peers
        self.runs = store.runs
        self.append_called = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()
        self.fail_before = False
        """Fail and write nothing."""
        self.fail_after = False
        """Write, then fail."""
        self.written: defaultdict[str, list[Revision]] = defaultdict(list)
        """All revisions that were appended, by room id, before any merging."""
        self.create = store.create
        self.rooms = store.rooms
        self.delete = store.delete
        self.load = store.load
        self.revisions = store.revisions
        self.version_of = store.version_of
        self.snapshot = store.snapshot
        self.name_version = store.name_version
        self.points = store.points
        self.forget_name = store.forget_name
        self.usage = store.usage
        self.outline = store.outline
        self.pins = store.pins
        self.compact = store.compact
        self.record = store.record
        self.change = store.change
        self.changes = store.changes
        self.add_changes = store.add_changes
        self.open_name = store.open_name
        self.give_name = store.give_name
        self.names = store.names
        self.name_of = store.name_of
        self.turn = store.turn
        self.close = store.close

    async def synced(self) -> None:
        """Sync as ``Store.synced`` does, or wait or fail."""
        self.sync_called.set()
        await self.sync_go.wait()
        if self.fail_sync:
            raise StorageFailure("the disk has not confirmed what was written")
        await self._store.synced()

    async def before_append(self, revisions: Sequence[Revision]) -> None:
        """Wait if the test says so."""
        self.append_called.set()
        await self.go.wait()

    async def append(
        self,
        room_id: str,
        after: int,
        revisions: Sequence[Revision],
        epoch: str | None = None,
    ) -> None:
        """Append as ``Store.append`` does, or wait or fail."""
        await self.before_append(revisions)
        if self.fail_before:
            raise StorageFailure("the disk is full")
        await self._store.append(room_id, after, revisions, epoch)
        self.written[room_id] += revisions
        if self.fail_after:
            raise StorageFailure("the disk does not answer")


def steer(hub: Hub) -> SteeredStore:
    """Return a store, for rooms that are opened from now on, that a test can stop."""
    store = hub.store = SteeredStore(hub.store)
    hub.syncs = Syncs(store)
    return store
