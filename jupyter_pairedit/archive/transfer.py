"""Rooms out of a store and into another one, with their whole history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from ..core.revisions import first_digest
from ..stores.base import Point, RoomRecord, Store
from .format import BadExport, Beginning, Step, lines_of, read

_BATCH = 500
"""Revisions of one append; after each, the code is stored too."""
_MOST_POINTS = 2**31
"""A room brings along as many restore points as it has."""

Lines = Callable[[], Iterable[bytes]]
"""Gives the lines of a file, from the first on each time that it is called."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    room_id: str
    version: int
    """Of the file."""
    added: int
    """Revisions that were not there before."""


@dataclass(frozen=True, slots=True)
class _Contents:
    """What a file has, apart from the changes."""

    beginning: Beginning
    digests: dict[int, str]
    """Of each version that its log has, 0 among them."""
    points: list[Point]

    @property
    def version(self) -> int:
        return max(self.digests)


async def export_room(store: Store, room_id: str) -> Iterator[bytes]:
    """Read a room; give the lines of its file.

    Raises ``RoomNotFound``, ``RoomDamaged``, and ``BadExport`` while lines are made.
    """
    first = await store.load(room_id, 0)
    # At once, and not in pages: between two of them old revisions may be merged.
    revisions = await store.revisions(room_id, 0, -1)
    head = revisions[-1].version if revisions else 0
    points = [each for each in await store.points(room_id) if each.version <= head]
    return lines_of(Beginning(first.record, first.code), revisions, points)


async def import_room(
    store: Store, lines: Lines, new: Callable[[RoomRecord], RoomRecord] | None = None
) -> Imported:
    """Put a room into a store; nothing is written before all lines were found good.

    A room that is there already gets what the file has more, so that an import which
    was broken off can be done again. ``new`` makes another room of the file's. Raises
    ``BadExport``, also where a room of that id has another history.
    """
    contents = _look_through(lines())
    record, code = contents.beginning.record, contents.beginning.code
    if new is not None:
        record = new(record)
    is_new = await store.create(record, code)
    before = 0 if is_new else await _common_version(store, contents)
    steps = (
        part
        for part in read(lines())
        if isinstance(part, Step) and part.revision.version > before
    )
    added = 0
    while batch := list(islice(steps, _BATCH)):
        first, last = batch[0].revision, batch[-1].revision
        revisions = [step.revision for step in batch]
        await store.append(record.room_id, first.first - 1, revisions)
        code = str(batch[-1].text)
        await store.snapshot(record.room_id, last.version, last.digest, code)
        added += sum(revision.run for revision in revisions)
    for point in contents.points:
        await store.name_version(record.room_id, point, _MOST_POINTS)
    return Imported(record.room_id, contents.version, added)


def _look_through(lines: Iterable[bytes]) -> _Contents:
    parts = read(lines)
    beginning = next(parts)
    assert isinstance(beginning, Beginning)
    contents = _Contents(beginning, {0: first_digest(beginning.record.epoch)}, [])
    for part in parts:
        if isinstance(part, Step):
            contents.digests[part.revision.version] = part.revision.digest
        elif isinstance(part, Point):
            contents.points.append(part)
    return contents


async def _common_version(store: Store, contents: _Contents) -> int:
    """Give the version up to which the store's room and the file's are the same one."""
    room_id = contents.beginning.record.room_id
    first = await store.load(room_id, 0)
    stored = await store.load(room_id)
    version, digest = stored.version, stored.digest
    if stored.revisions:
        version, digest = stored.revisions[-1].version, stored.revisions[-1].digest
    if version > contents.version:
        # The room has gone on since: is the file's end a part of its log?
        version, digest = contents.version, first.digest
        for there in await store.revisions(room_id, version - 1, 1) if version else []:
            version, digest = there.version, there.digest
    if (
        first.digest != contents.digests[0]
        or first.code != contents.beginning.code
        or contents.digests.get(version) != digest
    ):
        raise BadExport(
            f"expected no room {room_id} there, or this one, found one with another "
            "history: import it as a new room"
        )
    return version


def as_new(room_id: str, secret: str) -> Callable[[RoomRecord], RoomRecord]:
    """Make a copy of a room another room, whose clients are others."""
    return lambda record: replace(record, room_id=room_id, secret=secret)
