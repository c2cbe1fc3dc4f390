"""Export of a room from a store, and import into another store."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from ..core.limits import Limits
from ..core.outputs import Output
from ..core.properties import RoomChange
from ..core.revisions import first_digest, later_epoch
from ..core.roomnames import RoomName, room_name
from ..stores.base import Store
from ..stores.records import Point, RoomRecord
from .badexport import BadExport
from .format import Entry, Header, dump_lines, load_lines
from .runs import RunEntry

_BATCH = 500
"""Revisions that are appended at a time; a snapshot is stored after each batch."""
_POINT_LIMIT = 2**31
"""An import may exceed the limit of restore points that the server sets."""
_LIMITS = Limits()
_NOT_ENDED = "It had not ended when the room was exported."

Lines = Callable[[], Iterable[bytes]]
"""Returns the lines of a file from the first one, at each call."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import."""

    room_id: str
    version: int
    """The last version in the file."""
    added: int
    """The number of versions that the store did not have."""
    name: RoomName | None = None
    """The name that the room has in the file."""
    is_named: bool = False
    """Whether the room in the store has that name now."""
    runs: int = 0
    """The number of runs that the store did not have."""
    points_left_out: int = 0
    """The number of restore points of versions that the store has merged."""


@dataclass(frozen=True, slots=True)
class _Contents:
    """The contents of a file without the changes."""

    header: Header
    digests: dict[int, str]
    """The digest at each version of the log, including version 0."""
    points: list[Point]
    changes: list[RoomChange]
    runs: deque[RunEntry] = field(
        default_factory=lambda: deque[RunEntry](maxlen=_LIMITS.runs)
    )
    """The newest ones."""

    @property
    def version(self) -> int:
        return max(self.digests)


async def export_room(store: Store, room_id: str) -> Iterator[bytes]:
    """Read a room; return an iterator over the lines of its file.

    Raises ``RoomNotFound`` or ``RoomDamaged``. The iterator raises ``BadExport``.
    """
    first = await store.load(room_id, 0)
    # In one query: old revisions may be merged between two.
    revisions = await store.revisions(room_id, 0, -1)
    head = revisions[-1].version if revisions else 0
    points = [each for each in await store.points(room_id) if each.version <= head]
    changes = [each for each in await store.changes(room_id) if each.version <= head]
    runs = [each for each in await _runs(store, room_id) if each.run.version <= head]
    name = await store.name_of(room_id)
    # If it was deleted meanwhile, parts of it are missing.
    await store.record(room_id)
    header = Header(first.record, first.code, None if name is None else room_name(name))
    return dump_lines(header, revisions, points, changes, runs)


async def _runs(store: Store, room_id: str) -> list[RunEntry]:
    news = await store.runs.news(room_id, 0)
    outputs = {run.number: list[Output]() for run in news.runs}
    for number, output in news.outputs:
        outputs[number].append(output)
    return [RunEntry(run, outputs[run.number]) for run in news.runs]


async def import_room(
    store: Store,
    lines: Lines,
    later: str,
    new: Callable[[RoomRecord], RoomRecord] | None = None,
    owner: Callable[[], str] | None = None,
) -> Imported:
    """Import a room into a store. Nothing is written if any line is invalid.

    If the store has the room, the missing revisions are added, so that an interrupted
    import can be repeated. ``new`` returns the record to create instead of the file's.
    A room that is created gets a new epoch, with the random name ``later``: people may
    have seen later versions of it than the file has, and would get others by the same
    numbers.
    Runs are added up to the default limits of a room, and nothing executes them.
    A room that has a name in the file gets it for ``owner()``, unless another room of
    that owner has it.
    Raises ``BadExport``, also if the store's room has another history.
    """
    contents = _scan(lines())
    record = contents.header.record if new is None else new(contents.header.record)
    record = replace(record, epoch=later_epoch(record.epoch, later))
    name = contents.header.name
    named_for = owner() if owner and name else None
    is_new = await store.create(record, contents.header.code)
    before = 0 if is_new else await _common_version(store, contents)
    added = await _append(store, record.room_id, lines(), before)
    points_left_out = await _import_points(store, record.room_id, contents.points)
    await store.add_changes(record.room_id, contents.changes)
    runs = await _import_runs(store, record.room_id, contents.runs)
    is_named = False
    if name and named_for:
        is_named = await store.give_name(named_for, name, record.room_id)
    version = contents.version
    return Imported(
        record.room_id, version, added, name, is_named, runs, points_left_out
    )


async def _append(
    store: Store, room_id: str, lines: Iterable[bytes], before: int
) -> int:
    """Append the revisions after a version; return the number of their versions."""
    entries = (
        item
        for item in load_lines(lines)
        if isinstance(item, Entry) and item.revision.version > before
    )
    added = 0
    while batch := list(islice(entries, _BATCH)):
        revisions = [entry.revision for entry in batch]
        last = revisions[-1]
        await store.append(room_id, revisions[0].first - 1, revisions)
        await store.snapshot(room_id, last.version, last.digest, str(batch[-1].text))
        added += sum(revision.run for revision in revisions)
    return added


async def _import_points(store: Store, room_id: str, points: Iterable[Point]) -> int:
    """Import restore points; return how many are of versions that were merged."""
    kept = {0, *(row.version for row in await store.outline(room_id, 0, -1))}
    left_out = 0
    for point in points:
        if point.version in kept:
            await store.name_version(room_id, point, _POINT_LIMIT)
        else:
            left_out += 1
    return left_out


async def _import_runs(store: Store, room_id: str, runs: Iterable[RunEntry]) -> int:
    """Import runs, within the limits of a room; return how many were added."""
    most, size = _LIMITS.runs, _LIMITS.runs_size
    added = set[int]()
    for entry in runs:
        kept = entry.within(size)
        run = kept.run.left(_NOT_ENDED)
        if await store.runs.import_run(room_id, run, kept.outputs, most, size):
            added.add(run.number)
    # A later one may have taken the place of an earlier one.
    return len(added & {each.number for each in await store.runs.runs(room_id)})


def _scan(lines: Iterable[bytes]) -> _Contents:
    items = load_lines(lines)
    header = next(items)
    assert isinstance(header, Header)
    contents = _Contents(header, {0: first_digest(header.record.epoch)}, [], [])
    for item in items:
        if isinstance(item, Entry):
            contents.digests[item.revision.version] = item.revision.digest
        elif isinstance(item, Point):
            contents.points.append(item)
        elif isinstance(item, RoomChange):
            contents.changes.append(item)
        elif isinstance(item, RunEntry):
            contents.runs.append(item)
    return contents


async def _common_version(store: Store, contents: _Contents) -> int:
    """Return the last version that the store's room and the file have in common.

    Both may have merged different versions, so they are compared at the last one that
    neither has merged with later ones. Raises ``BadExport`` if the histories differ
    there, or if nothing can be appended because the file has merged the last version
    of the store.
    """
    room_id = contents.header.record.room_id
    first = await store.load(room_id, 0)
    await store.load(room_id)  # Raises if it is damaged.
    log = await store.revisions(room_id, 0, -1)
    digests = {0: first.digest} | {each.version: each.digest for each in log}
    kept = max(digests.keys() & contents.digests.keys())
    if (
        first.digest != contents.digests[0]
        or first.code != contents.header.code
        or digests[kept] != contents.digests[kept]
    ):
        raise BadExport(
            f"expected no room {room_id} in the database, or the same room, found one "
            "with another history: import it as a new room"
        )
    head = max(digests)
    if contents.version <= head:
        return contents.version
    if head not in contents.digests:
        raise BadExport(
            f"expected a file with version {head}, the last one of room {room_id} in "
            "the database, found one that has merged it with later ones: import it as "
            "a new room"
        )
    return head


def with_identity(room_id: str, secret: str) -> Callable[[RoomRecord], RoomRecord]:
    """Return a function that gives a record another id and secret.

    The client ids of the copy differ, because they are derived from the secret.
    """
    return lambda record: replace(record, room_id=room_id, secret=secret)
