"""What the operations of a store raise, on every database."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.revisions import Revision, origin_of
from .records import RoomRecord


class StoreError(Exception):
    """Base of the errors of a store. Nothing was written, unless a subclass says so."""


class RoomNotFound(StoreError):
    """There is no room with that id."""

    def __init__(self, room_id: str) -> None:
        super().__init__(f"There is no room {room_id}.")


class RoomDeleted(RoomNotFound):
    """There was a room with that id, which was deleted ``at`` seconds since 1970."""

    def __init__(self, room_id: str, at: float) -> None:
        super().__init__(room_id)
        self.at = at


class EpochChanged(RoomNotFound):
    """The room has a new epoch since it was loaded: its log may have lost its end."""


def other_epoch(room_id: str, known: str, found: str) -> RoomNotFound:
    """Return the error for a room that was ``known`` by another epoch than ``found``.

    It is ``EpochChanged`` if it is the same room, and not one made later by its id.
    """
    same = origin_of(known) == origin_of(found)
    return EpochChanged(room_id) if same else RoomNotFound(room_id)


class RoomLimit(StoreError):
    """The maximum number of rooms exists already."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"There may be {limit} rooms, and there are.")


class RoomNamed(StoreError):
    """The room has another name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Expected a room without a name, found one named {name!r}.")


class RoomChanged(StoreError):
    """Somebody else has changed the room's properties; nothing was changed."""

    def __init__(self, expected: int, record: RoomRecord) -> None:
        super().__init__(
            f"Expected a room that was changed {expected} times, found one that was "
            f"changed {record.changes} times: look at it, and try again."
        )
        self.record = record
        """The room as it is now."""


class VersionNotFound(StoreError):
    """The version is greater than the last one of the log."""

    def __init__(self, version: int, head: int) -> None:
        super().__init__(f"Expected a version up to {head}, found {version}.")


class VersionMerged(StoreError):
    """The version was merged with others and cannot be restored."""

    def __init__(self, version: int, nearest: tuple[int, int]) -> None:
        before, after = nearest
        super().__init__(
            f"Version {version} was merged with those around it; the nearest that are "
            f"kept are {before} and {after}."
        )
        self.nearest = nearest
        """The last kept version before it and the first one after it."""


def check_version(version: int, reached: int, after: Sequence[Revision]) -> None:
    """Check that a version is in a log.

    ``reached`` is the last version in the log up to ``version``; ``after`` contains the
    next revision, if any. Raises ``VersionNotFound`` or ``VersionMerged``.
    """
    if reached < version and not after:
        raise VersionNotFound(version, reached)
    if reached < version:
        raise VersionMerged(version, (reached, after[0].version))


class VersionConflict(StoreError):
    """Another append came first. The caller must read on, rebase and try again."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"expected the log to end at {expected}, found {found}")
        self.found = found


class PointLimit(StoreError):
    """The room has the maximum number of restore points."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"A room may have {limit} restore points, and this one has.")


class PointNotFound(StoreError):
    """The room has no restore point at that version."""

    def __init__(self, version: int) -> None:
        super().__init__(f"There is no restore point at version {version}.")


class InviteNotFound(StoreError):
    """The room has no such invite, or it was revoked or has expired."""

    def __init__(self) -> None:
        super().__init__("There is no such link, or it has ended already.")


class TooManyInvites(StoreError):
    """The room has the maximum number of invites."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"A room has at most {most} links at a time: revoke one first."
        )


class ResumeNotFound(StoreError):
    """What lets a guest resume was deleted."""


class StorageFailure(StoreError):
    """The database failed. Whether the operation was committed may be unknown."""


class RoomDamaged(StorageFailure):
    """The stored snapshots and log of one room are inconsistent."""

    def __init__(self, version: int, code: str) -> None:
        super().__init__(f"what is stored of it is damaged after version {version}")
        self.version = version
        """The last good version."""
        self.code = code
        """The code at that version."""


class BadDatabaseURL(ValueError):
    """The URL is not one of a supported database."""
