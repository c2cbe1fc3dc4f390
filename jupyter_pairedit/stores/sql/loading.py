"""Put a room together from what a store has kept of it, and find what is damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ...core.changes import ChangeSet
from ...core.revisions import Revision, first_digest, intact, replay, seal
from ...core.text import Text
from ..base import RoomDamaged, RoomRecord, Stored

DAMAGED = ChangeSet(())
"""In the place of changes that cannot be read: it does not fit the digest beside it."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The code at a version, and what says that it is that code."""

    version: int
    code: str
    seal: str


def put_together(
    record: RoomRecord,
    snapshots: Iterable[Snapshot],
    log_from: Callable[[int], Sequence[Revision]],
    merged: int = 0,
) -> Stored:
    """Start at the newest snapshot that is good, and go on with the log after it.

    ``snapshots`` are the newest first; ``log_from`` reads the log from a version on;
    ``merged`` is the last version of all that were merged.
    Raises ``RoomDamaged``, with the last good code, when they do not add up.
    """
    for snapshot in snapshots:
        stored = start_at(record, snapshot, log_from(snapshot.version), merged)
        if stored is not None:
            return stored
    raise RoomDamaged(0, "")


def start_at(
    record: RoomRecord, snapshot: Snapshot, log: Sequence[Revision], merged: int = 0
) -> Stored | None:
    """Start at a snapshot, and go on with the log from its revision on.

    None if the snapshot is not good. Raises ``RoomDamaged``, with the last good code,
    when the log is not.
    """
    digest, tail = first_digest(record.epoch), log
    if snapshot.version and log:
        digest, tail = log[0].digest, log[1:]
    if seal(digest, snapshot.code) != snapshot.seal:
        return None
    good = intact(digest, tail)
    if good < len(tail) or not _follow(snapshot.version, tail):
        code = str(replay(Text.of(snapshot.code), tail[:good]))
        last = tail[good - 1].version if good else snapshot.version
        raise RoomDamaged(last, code)
    return Stored(record, snapshot.version, snapshot.code, digest, tail, merged)


def stand_for(
    merged: Revision, kept: Sequence[tuple[int, int, str]], points: Iterable[int]
) -> bool:
    """Say whether a merged revision may be put in the place of what a store has.

    ``kept`` are version, run and digest of the revisions that end within it, in order;
    ``points`` the room's restore points.
    """
    reached = merged.first - 1
    for version, run, _ in kept:
        if version - run != reached:
            return False
        reached = version
    return (
        reached == merged.version
        and kept[-1][2] == merged.digest
        and not any(merged.first <= point < merged.version for point in points)
    )


def _follow(version: int, log: Sequence[Revision]) -> bool:
    for each in log:
        if each.first != version + 1:
            return False
        version = each.version
    return True
