"""Integrity checks of what a store has read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...core.changes import ChangeSet
from ...core.revisions import Revision, first_digest, intact, replay, seal
from ...core.text import Text
from ..errors import RoomDamaged
from ..records import RoomRecord, Stored

DAMAGED = ChangeSet(())
"""Stands for changes that cannot be read: it never matches the digest beside it."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The code at a version. ``seal`` is a digest of that revision and the code."""

    version: int
    code: str
    seal: str


def start_at(
    record: RoomRecord, snapshot: Snapshot, log: Sequence[Revision], merged: int = 0
) -> Stored | None:
    """Return the room as of a snapshot and the log after it.

    ``log`` begins with the revision of the snapshot, if that is not version 0;
    ``merged`` is the last version of a merged revision. Returns None if the snapshot is
    damaged. Raises ``RoomDamaged``, with the last good code, if the log is.
    """
    digest, tail = first_digest(record.epoch), log
    if snapshot.version and log:
        digest, tail = log[0].digest, log[1:]
    if seal(digest, snapshot.code) != snapshot.seal:
        return None
    good = intact(digest, tail)
    if good < len(tail) or not _is_complete(snapshot.version, tail):
        code = str(replay(Text.of(snapshot.code), tail[:good]))
        last = tail[good - 1].version if good else snapshot.version
        raise RoomDamaged(last, code)
    return Stored(record, snapshot.version, snapshot.code, digest, tail, merged)


def stands_for(
    merged: Revision, kept: Sequence[tuple[int, int, str]], named: Iterable[int]
) -> bool:
    """Return whether a merged revision may replace the revisions in a store.

    ``kept`` are the version, run and digest of those that end within it, in order;
    ``named`` are the versions that a restore point or a run that has not ended names.
    """
    reached = merged.first - 1
    for version, run, _ in kept:
        if version - run != reached:
            return False
        reached = version
    return (
        reached == merged.version
        and kept[-1][2] == merged.digest
        and not any(merged.first <= version < merged.version for version in named)
    )


def _is_complete(version: int, log: Sequence[Revision]) -> bool:
    for each in log:
        if each.first != version + 1:
            return False
        version = each.version
    return True
