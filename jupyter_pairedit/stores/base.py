"""What a room asks of the place where its log lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..core.retention import Row
from ..core.revisions import Revision

if TYPE_CHECKING:
    from .invites import InviteStore
    from .peers import Neighbours


class StoreError(Exception):
    """Base of what a store raises; nothing was written."""


class RoomNotFound(StoreError):
    """There is no room of that id."""

    def __init__(self, room_id: str) -> None:
        super().__init__(f"There is no room {room_id}.")


class RoomLimit(StoreError):
    """There are as many rooms as there may be."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"There may be {limit} rooms, and there are.")


class VersionNotFound(StoreError):
    """The room's log does not reach so far."""

    def __init__(self, version: int, head: int) -> None:
        super().__init__(f"Expected a version up to {head}, found {version}.")


class VersionMerged(StoreError):
    """The version is kept only as a part of several that were merged."""

    def __init__(self, version: int, nearest: tuple[int, int]) -> None:
        before, after = nearest
        super().__init__(
            f"Version {version} was merged with those around it; the nearest that are "
            f"kept are {before} and {after}."
        )
        self.nearest = nearest
        """The last one before it and the first one after it that are kept."""


class PointLimit(StoreError):
    """The room has as many restore points as it may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"A room may have {limit} restore points, and this one has.")


class PointNotFound(StoreError):
    """The room has no restore point at that version."""

    def __init__(self, version: int) -> None:
        super().__init__(f"There is no restore point at version {version}.")


class VersionConflict(StoreError):
    """Somebody else appended first: read on, rebase, try again."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"expected the log to end at {expected}, found {found}")
        self.found = found


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
    merged: int = 0
    """The last version of all that were merged; each after it is kept as it was."""

    @property
    def last(self) -> int:
        """The version that all of it amounts to."""
        return self.revisions[-1].version if self.revisions else self.version


@dataclass(frozen=True, slots=True)
class Usage:
    """What a room takes in the store."""

    revisions: int
    """Of its log, merged ones counting once."""
    log: int
    """Bytes of its log, ``core.retention.OVERHEAD`` for each revision among them."""
    snapshots: int
    """Bytes of its snapshots."""

    @property
    def size(self) -> int:
        """Bytes in all."""
        return self.log + self.snapshots


@dataclass(frozen=True, slots=True)
class Point:
    """A restore point: a version that has a name, and is never merged into others."""

    version: int
    name: str
    author: str
    """Who named it."""
    at: float
    """When, in seconds since 1970."""


def check_version(version: int, reached: int, after: Sequence[Revision]) -> None:
    """Check that a log has a version, of which the part up to it ends at ``reached``.

    ``after`` is the first revision after ``reached``, if there is one. Raises
    ``VersionNotFound`` and ``VersionMerged``.
    """
    if reached < version and not after:
        raise VersionNotFound(version, reached)
    if reached < version:
        raise VersionMerged(version, (reached, after[0].version))


class Points(Protocol):
    """The part of a store that keeps restore points."""

    async def name_version(self, room_id: str, point: Point, most: int) -> None:
        """Name a version, or name it anew; a room has at most ``most`` of them.

        Raises ``RoomNotFound``, ``PointLimit``, ``VersionNotFound``, and
        ``VersionMerged`` for one that cannot be had any more.
        """

    async def points(self, room_id: str) -> list[Point]:
        """List the restore points, in the order of their versions."""

    async def forget_name(self, room_id: str, version: int) -> None:
        """Take the name away. Raises ``PointNotFound``."""


class Upkeep(Protocol):
    """The part of a store that measures logs and keeps them short."""

    async def usage(self, room_id: str) -> Usage:
        """Measure a room; all is 0 where there is none."""

    async def outline(self, room_id: str, after: int, limit: int) -> list[Row]:
        """Read what ``revisions`` would give, without the changes."""

    async def pins(self, room_id: str) -> list[int]:
        """Give the versions that must not be merged into others.

        They are the restore points and the newest snapshot.
        """

    async def compact(self, room_id: str, merged: Sequence[Revision]) -> None:
        """Put merged revisions in the place of those they stand for, all or none.

        Snapshots inside of them go too. Raises ``VersionConflict`` when they do not
        stand for exactly what is there, or a restore point is inside of one.
        """


class Store(Points, Upkeep, Protocol):
    """Logs of rooms. Every method may raise ``StorageFailure``.

    Values in, values out; ``tests/stores/test_store_contract.py`` holds every store to
    the same behaviour.
    """

    name: str
    """For people: which store this is."""
    invites: InviteStore
    """The ways into the rooms."""
    neighbours: Neighbours
    """The other servers on the same database."""

    async def create(
        self, record: RoomRecord, code: str, most: int | None = None
    ) -> bool:
        """Make a room whose version 0 is ``code``; False if there is one already.

        Raises ``RoomLimit`` where there are ``most`` others.
        """

    async def rooms(self) -> list[RoomSummary]:
        """List all rooms, the last changed first."""

    async def delete(self, room_id: str) -> None:
        """Delete a room with its log. Raises ``RoomNotFound``."""

    async def load(self, room_id: str, at: int | None = None) -> Stored:
        """Read a room, as it is or as it was at a version.

        Raises ``RoomNotFound``, and ``RoomDamaged`` when it does not add up.
        """

    async def append(
        self,
        room_id: str,
        after: int,
        revisions: Sequence[Revision],
        epoch: str | None = None,
    ) -> None:
        """Add ``after + 1 …`` to the log, all or none; on return they are on disk.

        ``epoch`` is that of the room, as far as the writer knows it. Raises
        ``RoomNotFound``, also where the room under that id is of another epoch, and
        ``VersionConflict`` when the log does not end at ``after``.
        """

    async def revisions(self, room_id: str, after: int, limit: int) -> list[Revision]:
        """Read up to ``limit`` revisions after version ``after``, in order.

        The first one may begin before that, where ``after`` was merged with others.
        """

    async def snapshot(
        self, room_id: str, version: int, digest: str, code: str
    ) -> None:
        """Keep the code at a version, so that loading need not start at 0.

        ``digest`` is that of the revision. Nothing is kept where there is none such.
        """

    async def close(self) -> None:
        """Finish what waits, then let go of the database. May be called again."""
