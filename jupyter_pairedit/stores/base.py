"""What a room asks of the place where its log lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ..core.revisions import Revision


class StoreError(Exception):
    """Base of what a store raises; nothing was written."""


class RoomNotFound(StoreError):
    """There is no room of that id."""

    def __init__(self, room_id: str) -> None:
        super().__init__(f"There is no room {room_id}.")


class VersionNotFound(StoreError):
    """The room's log does not reach so far."""

    def __init__(self, version: int, head: int) -> None:
        super().__init__(f"Expected a version up to {head}, found {version}.")


class VersionConflict(StoreError):
    """Somebody else appended first: read on, rebase, try again."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"expected the log to end at {expected}, found {found}")


class StorageFailure(StoreError):
    """The store cannot do it for now; whether it was written may be unknown."""


class BadDatabaseURL(ValueError):
    """The setting does not name a database this package can open."""


class RoomDamaged(StorageFailure):
    """What is stored of a room does not add up; other rooms are not concerned."""

    def __init__(self, version: int, code: str) -> None:
        super().__init__(f"what is stored of it is damaged after version {version}")
        self.version = version
        """The last one that is good."""
        self.code = code
        """The code at that version."""


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """What a room is, apart from its log."""

    room_id: str
    epoch: str
    """Random, made with the room: versions of another epoch mean nothing here."""
    secret: str
    """Random, made with the room, and told to nobody."""
    title: str
    language: str
    limit: int
    """People at a time."""
    author: str
    created_at: float
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class RoomSummary:
    """A line in the list of rooms."""

    record: RoomRecord
    version: int
    changed_at: float
    """Seconds since 1970: the newest revision, or the creation."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A room as the store has it: its newest snapshot and what came after."""

    record: RoomRecord
    version: int
    """Of the snapshot."""
    code: str
    digest: str
    """Of the revision of the snapshot; the first of ``revisions`` follows it."""
    revisions: Sequence[Revision]


class Store(Protocol):
    """Logs of rooms. Every method may raise ``StorageFailure``.

    Values in, values out; ``tests/stores/test_store_contract.py`` holds every store to
    the same behaviour.
    """

    name: str
    """For people: which store this is."""

    async def create(self, record: RoomRecord, code: str) -> bool:
        """Make a room whose version 0 is ``code``; False if there is one already."""

    async def rooms(self) -> list[RoomSummary]:
        """List all rooms, the last changed first."""

    async def delete(self, room_id: str) -> None:
        """Delete a room with its log. Raises ``RoomNotFound``."""

    async def load(self, room_id: str, at: int | None = None) -> Stored:
        """Read a room, as it is or as it was at a version.

        Raises ``RoomNotFound``, and ``RoomDamaged`` when it does not add up.
        """

    async def append(
        self, room_id: str, after: int, revisions: Sequence[Revision]
    ) -> None:
        """Add ``after + 1 …`` to the log, all or none; on return they are on disk.

        Raises ``VersionConflict`` when the log does not end at ``after``, and
        ``RoomNotFound``.
        """

    async def revisions(self, room_id: str, after: int, limit: int) -> list[Revision]:
        """Read up to ``limit`` revisions after version ``after``, in order."""

    async def snapshot(
        self, room_id: str, version: int, digest: str, code: str
    ) -> None:
        """Keep the code at a version, so that loading need not start at 0.

        ``digest`` is that of the revision.
        """

    async def close(self) -> None:
        """Finish what waits, then let go of the database. May be called again."""
