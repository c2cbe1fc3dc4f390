"""What of a log is merged when it has become old, or too much.

Nothing is dropped: revisions in a row become one that does the same, first those of a
minute's typing, then those of an hour, in the end all between two pins. So every pinned
version stays as it was, and so does everybody's name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .changes import ChangeSet
from .revisions import Kind, Revision

OVERHEAD = 150
"""Bytes that a revision takes in a store beside its changes."""

_MINUTE = 60.0
_HOUR = 3_600.0
_STEP = 500
"""Revisions that are merged at a time, so that nobody waits for it."""
_STEP_SIZE = 1024 * 1024
"""The same in bytes."""
_SPARE = 0.8
"""What was too much is merged down to this part of it, or it would soon be again."""


@dataclass(frozen=True, slots=True)
class Row:
    """A revision, or several that were merged, without the changes."""

    version: int
    """The last one, if it is merged."""
    run: int
    """How many versions it stands for."""
    kind: Kind
    authors: tuple[str, ...]
    at: float
    """In seconds since 1970."""
    size: int
    """Bytes in the store, ``OVERHEAD`` among them."""


def row_of(revision: Revision) -> Row:
    """Give a revision without its changes."""
    changes = json.dumps(
        revision.changes.to_json(), ensure_ascii=False, separators=(",", ":")
    )
    return Row(
        revision.version,
        revision.run,
        revision.kind,
        revision.authors,
        revision.at,
        len(changes.encode()) + OVERHEAD,
    )


@dataclass(frozen=True, slots=True)
class Keep:
    """How much of a log is kept, and for how long as it was."""

    exact: float
    """Seconds that all is kept as it was."""
    hourly: float
    """Seconds that what is older is kept by the hour."""
    revisions: int
    """In the log, merged ones counting once."""
    size: int
    """Bytes of the log and its snapshots."""

    def exceeded(self, revisions: int, size: int) -> bool:
        """Say whether there is more than is to be kept."""
        return revisions > self.revisions or size > self.size

    def with_spare(self) -> Keep:
        """Give what to merge down to, once there is more than is to be kept."""
        return replace(
            self, revisions=int(_SPARE * self.revisions), size=int(_SPARE * self.size)
        )


def due(
    rows: Sequence[Row], pins: Collection[int], keep: Keep, now: float, size: int
) -> list[range]:
    """Give the next few rows that are to be merged: ranges of indexes, in order.

    ``size`` is that of the room, snapshots included. None of the pinned versions comes
    to lie inside of a merged revision. There are none when all is as it should be, or
    when nothing is left that could be merged.
    """

    def age(row: Row) -> object:
        if row.at < now - keep.hourly:
            return "old"
        if row.at < now - keep.exact:
            return _hour(row)
        return row.version

    step = list(_step(rows, _groups(rows, pins, age), _STEP, _STEP_SIZE))
    if step or not keep.exceeded(len(rows), size):
        return step
    # No more than has to be: one more row than there are too many, as they become one.
    most = max(len(rows) - keep.revisions + 1, 2) if size <= keep.size else _STEP
    most_size = size - keep.size if len(rows) <= keep.revisions else _STEP_SIZE
    for way in (_typing, _hour, _everything):
        groups = _groups(rows, pins, way)
        step = list(_step(rows, groups, min(most, _STEP), min(most_size, _STEP_SIZE)))
        if step:
            return step
    return []


def _typing(row: Row) -> object:
    """What one person typed within a minute is as good as one revision."""
    if row.kind == "write":
        return row.version
    return row.authors, row.at // _MINUTE


def _hour(row: Row) -> object:
    return row.at // _HOUR


def _everything(row: Row) -> object:
    return None


def _groups(
    rows: Sequence[Row], pins: Collection[int], way: Callable[[Row], object]
) -> Iterator[range]:
    """Yield the rows in a row that are to be one, the oldest first."""
    start = 0
    for index, (one, other) in enumerate(pairwise(rows), 1):
        if one.version in pins or way(one) != way(other):
            if index - start > 1:
                yield range(start, index)
            start = index
    if len(rows) - start > 1:
        yield range(start, len(rows))


def _step(
    rows: Sequence[Row], groups: Iterator[range], most: int, most_size: int
) -> Iterator[range]:
    """Cut off what is enough for one step: two rows at least, be they ever so large."""
    count = size = 0
    for group in groups:
        end = group.start
        for index in group:
            size += rows[index].size
            if count + index - group.start >= most or size > most_size:
                break
            end = index + 1
        if end - group.start > 1:
            yield range(group.start, end)
        elif not count:
            yield range(group.start, group.start + 2)
        if end < group.stop:
            return
        count += len(group)


def merge(before: str, revisions: Sequence[Revision]) -> Revision:
    """Give one that does what several in a row do, the first of them after ``before``.

    It has the time of the last, and its digest, so that what follows it still does.
    Which client each was of is lost: it confirms nothing to anybody.
    """
    last = revisions[-1]
    names = dict.fromkeys(name for each in revisions for name in each.authors)
    author, *others = names
    all_writes = all(each.kind == "write" for each in revisions)
    return Revision(
        version=last.version,
        kind="write" if all_writes else "edit",
        client_id="",
        author=author,
        at=last.at,
        changes=_compose([each.changes for each in revisions]),
        digest=last.digest,
        run=last.version - revisions[0].first + 1,
        others=tuple(others),
    ).sealed(before)


def _compose(changes: Sequence[ChangeSet]) -> ChangeSet:
    # In halves: one after the other would walk all that is done again for each.
    if len(changes) == 1:
        return changes[0]
    half = len(changes) // 2
    return _compose(changes[:half]).compose(_compose(changes[half:]))
