"""What a store returns: a room, its contents, its size, its restore points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..core.properties import DEFAULT_SETTINGS, Properties, RoomSettings
from ..core.revisions import Revision


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """The properties of a room."""

    room_id: str
    epoch: str
    """Random, created with the room. Versions are only comparable within an epoch, see
    ``core.revisions.origin_of``."""
    secret: str
    """Random, created with the room. Never leaves the server."""
    title: str
    language: str
    limit: int
    """The maximum number of people at a time."""
    author: str
    created_at: float
    """Seconds since 1970."""
    settings: RoomSettings = DEFAULT_SETTINGS
    changes: int = 0
    """How often title, language, limit or settings were changed."""

    @property
    def properties(self) -> Properties:
        """What members can change."""
        return Properties(self.title, self.language, self.limit, self.settings)


@dataclass(frozen=True, slots=True)
class RoomSummary:
    """An entry of the list of rooms."""

    record: RoomRecord
    version: int
    changed_at: float
    """Seconds since 1970 of the last revision, or of the creation."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A room as read from a store: its newest snapshot and the log after it."""

    record: RoomRecord
    version: int
    """The version of the snapshot."""
    code: str
    digest: str
    """The digest of the revision of the snapshot; ``revisions`` follow it."""
    revisions: Sequence[Revision]
    merged: int = 0
    """The last version of a merged revision; none after it was merged."""

    @property
    def last(self) -> int:
        """The last version of the room."""
        return self.revisions[-1].version if self.revisions else self.version


@dataclass(frozen=True, slots=True)
class Usage:
    """The size of a room in the store."""

    revisions: int
    """The number of revisions in its log; a merged one counts once."""
    log: int
    """Bytes of its log, with ``core.retention.OVERHEAD`` for each revision."""
    snapshots: int
    """Bytes of its snapshots."""

    @property
    def size(self) -> int:
        """The sum in bytes."""
        return self.log + self.snapshots


@dataclass(frozen=True, slots=True)
class Point:
    """A restore point: a version with a name, which is never merged into others."""

    version: int
    name: str
    author: str
    at: float
    """Seconds since 1970 when it was named."""
