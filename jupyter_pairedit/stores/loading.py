"""Put a room together from what a store has kept of it, and find what is damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..core.changes import ChangeSet
from ..core.revisions import Revision, first_digest, intact, replay, seal
from ..core.text import Text
from .base import RoomDamaged, RoomRecord, Stored

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
) -> Stored:
    """Start at the newest snapshot that is good, and go on with the log after it.

    ``snapshots`` are the newest first; ``log_from`` reads the log from a version on.
    Raises ``RoomDamaged``, with the last good code, when they do not add up.
    """
    for snapshot in snapshots:
        log = log_from(snapshot.version)
        digest, tail = first_digest(record.epoch), log
        if snapshot.version and log:
            digest, tail = log[0].digest, log[1:]
        if seal(digest, snapshot.code) != snapshot.seal:
            continue
        good = intact(digest, tail)
        if good < len(tail) or not _follow(snapshot.version, tail):
            code = str(replay(Text.of(snapshot.code), tail[:good]))
            raise RoomDamaged(snapshot.version + good, code)
        return Stored(record, snapshot.version, snapshot.code, digest, tail)
    raise RoomDamaged(0, "")


def _follow(version: int, log: Sequence[Revision]) -> bool:
    return all(each.version == version + n for n, each in enumerate(log, 1))
