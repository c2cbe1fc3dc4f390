"""Rooms, revisions and stores as tests want them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.invites import Invite, digest_of
from jupyter_pairedit.core.revisions import Kind, Revision, first_digest
from jupyter_pairedit.core.roles import GuestRole
from jupyter_pairedit.core.text import to_units
from jupyter_pairedit.protocol import framed
from jupyter_pairedit.rooms.readers import FarBehind, Reader
from jupyter_pairedit.rooms.room import Room
from jupyter_pairedit.stores.base import RoomRecord, StorageFailure, Store

ROOM = "R" * 22


def record(room_id: str = ROOM, *, limit: int = 2, title: str = "") -> RoomRecord:
    """Describe a room."""
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
    """Make an invite."""
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
    """Insert ``text`` at a position of a text of ``length`` units."""
    return ChangeSet.replacing(length, [(at, at, to_units(text))])


def revision(
    version: int, changes: ChangeSet, client_id: str = "ann", kind: Kind = "edit"
) -> Revision:
    """Number a change."""
    return Revision(version, kind, client_id, "Ann", 1_000.0 + version, changes)


async def next_frame(reader: Reader, room: Room) -> bytes | None:
    """Give what a pump would send next, wherever it comes from."""
    try:
        return reader.next(room)
    except FarBehind:
        return await reader.read_on(room)


def message_in(frame: bytes) -> bytes:
    """Take the header off a WebSocket frame of the server."""
    start = {126: 4, 127: 10}.get(frame[1], 2)
    assert frame == framed(frame[start:])
    return frame[start:]


def chain(*revisions: Revision) -> list[Revision]:
    """Give the revisions of a log from the first on, as a room would append them."""
    digest, log = first_digest("epoch"), []
    for each in revisions:
        log.append(each.chained(digest))
        digest = log[-1].digest
    return log


class SteeredStore:
    """A real store whose appends wait, or fail, as the test says."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.name = store.name
        self.invites = store.invites
        self.peers = store.peers
        self.append_called = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()
        self.fail_before = False
        """Fail and write nothing."""
        self.fail_after = False
        """Write, and fail all the same: the outcome is unknown."""
        self.written: defaultdict[str, list[Revision]] = defaultdict(list)
        """All that was appended to each log, whatever was merged since."""
        self.create = store.create
        self.rooms = store.rooms
        self.delete = store.delete
        self.load = store.load
        self.revisions = store.revisions
        self.snapshot = store.snapshot
        self.name_version = store.name_version
        self.points = store.points
        self.forget_name = store.forget_name
        self.usage = store.usage
        self.outline = store.outline
        self.pins = store.pins
        self.compact = store.compact
        self.close = store.close

    async def append(
        self,
        room_id: str,
        after: int,
        revisions: Sequence[Revision],
        epoch: str | None = None,
    ) -> None:
        """See ``Store.append``."""
        self.append_called.set()
        await self.go.wait()
        if self.fail_before:
            raise StorageFailure("the disk is full")
        await self._store.append(room_id, after, revisions, epoch)
        self.written[room_id] += revisions
        if self.fail_after:
            raise StorageFailure("the disk does not answer")
