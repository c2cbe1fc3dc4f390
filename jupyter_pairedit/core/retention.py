"""Retention: which revisions are merged when they are old or exceed the limits.

Nothing is deleted. Consecutive revisions are replaced by one with the same effect:
first those of a minute's typing, then those of an hour, at last all between two pinned
versions. A pinned version is never inside a merged revision. All authors are kept.
Revisions with different marks are merged only if the limits cannot be kept otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .changes import ChangeSet
from .marks import NO_MARKS, Marks, merged_marks
from .revisions import Kind, Revision

OVERHEAD = 150
"""Bytes that a revision takes in a store in addition to its changes."""

_MINUTE = 60.0
_HOUR = 3_600.0
_STEP = 500
"""Revisions that are merged at a time, so that a step is short."""
_STEP_SIZE = 1024 * 1024
"""Bytes that are merged at a time."""
_SPARE = 0.8
"""The part of a limit to merge down to, so that it is not exceeded again at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """A revision of the log without its changes."""

    version: int
    """The last version, if it is merged."""
    run: int
    """The number of versions that it stands for."""
    kind: Kind
    authors: tuple[str, ...]
    at: float
    """In seconds since 1970."""
    size: int
    """Bytes in the store, including ``OVERHEAD``."""
    marks: Marks = NO_MARKS


def row_of(revision: Revision) -> Row:
    """Return the row of a revision."""
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
        revision.marks,
    )


@dataclass(frozen=True, slots=True)
class Keep:
    """The retention limits of a log."""

    exact: float
    """The age in seconds from which the revisions of an hour are merged."""
    hourly: float
    """The age in seconds from which all revisions between two pins are merged."""
    revisions: int
    """The number of revisions in the log; a merged one counts once."""
    size: int
    """The size of the log and its snapshots in bytes."""

    def exceeded(self, revisions: int, size: int) -> bool:
        """Return whether a number of revisions or a size exceeds the limits."""
        return revisions > self.revisions or size > self.size

    def with_spare(self) -> Keep:
        """Return lower limits, to merge down to when these are exceeded."""
        return replace(
            self, revisions=int(_SPARE * self.revisions), size=int(_SPARE * self.size)
        )


def due(
    rows: Sequence[Row], pins: Collection[int], keep: Keep, now: float, size: int
) -> list[range]:
    """Return the next rows to merge, as ranges of indexes in ascending order.

    ``pins`` are versions that must not be inside a merged revision. ``now`` is in
    seconds since 1970, ``size`` is the size of the room in bytes, including snapshots.
    The list is empty if the limits are kept, or if no more rows can be merged.
    """

    def by_age(row: Row) -> object:
        if row.at < now - keep.hourly:
            return "old", row.marks
        if row.at < now - keep.exact:
            return _hour(row)
        return row.version

    step = list(_step(rows, _groups(rows, pins, by_age), _STEP, _STEP_SIZE))
    if step or not keep.exceeded(len(rows), size):
        return step
    # To be rid of n rows, n + 1 rows are merged into one.
    most = max(len(rows) - keep.revisions + 1, 2) if size <= keep.size else _STEP
    most_size = size - keep.size if len(rows) <= keep.revisions else _STEP_SIZE
    for key in (_typing, _hour, _everything):
        groups = _groups(rows, pins, key)
        step = list(_step(rows, groups, min(most, _STEP), min(most_size, _STEP_SIZE)))
        if step:
            return step
    return []


def _typing(row: Row) -> object:
    """Group the edits of one person within a minute."""
    if row.kind == "write":
        return row.version
    return row.authors, row.at // _MINUTE, row.marks


def _hour(row: Row) -> object:
    return row.at // _HOUR, row.marks


def _everything(row: Row) -> object:
    return None


def _groups(
    rows: Sequence[Row], pins: Collection[int], key: Callable[[Row], object]
) -> Iterator[range]:
    """Yield ranges of consecutive rows with equal keys that end at a pin or before."""
    start = 0
    for index, (one, other) in enumerate(pairwise(rows), 1):
        if one.version in pins or key(one) != key(other):
            if index - start > 1:
                yield range(start, index)
            start = index
    if len(rows) - start > 1:
        yield range(start, len(rows))


def _step(
    rows: Sequence[Row], groups: Iterator[range], most: int, most_size: int
) -> Iterator[range]:
    """Yield the groups up to a number of rows and bytes, but at least two rows."""
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
    """Return one revision with the effect of consecutive ones.

    ``before`` is the digest that the first one follows. The result has the time and the
    digest of the last one, so that the next revision still follows it. It has no client
    id, because it may contain edits of several clients.
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
        marks=merged_marks([each.marks for each in revisions]),
    ).sealed(before)


def _compose(changes: Sequence[ChangeSet]) -> ChangeSet:
    # By halves: composing one after the other takes quadratic time.
    if len(changes) == 1:
        return changes[0]
    half = len(changes) // 2
    return _compose(changes[:half]).compose(_compose(changes[half:]))
