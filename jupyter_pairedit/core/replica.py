"""A client's copy of a room's code: the text of the log, and its own edits on top.

The same algorithm as ``js/src/client/replica.ts``. Test T1e of
``tests/campaign`` replays recorded schedules of that one and expects the same texts and
messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from .changes import ChangeSet
from .diff import smallest_change
from .marks import NO_MARKS, Marks
from .storable import BadChange
from .text import Text

_MOST_PARTS = 1_000
"""Sections of one edit. The server takes 2,000 in a push; what a rebase adds to an edit
of this many fits as well."""


class LogGap(Exception):
    """The log continues from a version that the replica does not have."""


class Receipt(NamedTuple):
    """What a part of the log did to a replica."""

    confirmed: int
    """The number of its own edits that are stored now."""
    lost: str | None
    """The local text, if it was not what the log makes and was replaced: a fault."""


class LogEntry(NamedTuple):
    """A revision as a replica receives it."""

    author: str
    """The client id of its author."""
    changes: ChangeSet
    write: bool
    """Whether a whole file was written. A write never confirms an edit."""
    marks: Marks = NO_MARKS
    """How it was made."""


class OwnEdit(NamedTuple):
    """An edit that the log does not have."""

    changes: ChangeSet
    marks: Marks
    """Those that this client sets. Edits with different marks are never composed."""


@dataclass(frozen=True, slots=True)
class Step:
    """A revision that was applied, or a text that replaced the one before."""

    version: int
    author: str
    """The client id of its author; empty if the text was replaced."""
    write: bool
    reset: bool
    """Whether the text was replaced because the log could not be followed."""
    changes: ChangeSet
    before: Text
    after: Text
    marks: Marks = NO_MARKS


class Replica:
    """Holds the code at a version of the log, with unconfirmed edits applied over it.

    ``on_change`` are called with each change of ``doc``, ``on_step`` with each step of
    the log. A method that raises has changed nothing.
    """

    def __init__(self) -> None:
        self.client_id = ""
        """The client's id in the log. Set it before ``receive``."""
        self.marks: Marks = NO_MARKS
        """The marks that the server gives to all revisions of this client."""
        self.version = 0
        self.doc = self.log = Text.of("")
        """The code with and without the unconfirmed edits."""
        self.on_change: list[Callable[[ChangeSet], None]] = []
        self.on_step: list[Callable[[Step], None]] = []
        self._unconfirmed: list[OwnEdit] = []

    @property
    def unsent(self) -> int:
        """The number of edits that the log does not have."""
        return len(self._unconfirmed)

    def sendable(self, limit: int | None = None) -> list[ChangeSet]:
        """Return the unconfirmed edits to push against ``version``, oldest first."""
        return [each.changes for each in self._unconfirmed[:limit]]

    @property
    def own_edits(self) -> Sequence[OwnEdit]:
        """The unconfirmed edits with their marks, oldest first."""
        return self._unconfirmed

    def edit(self, changes: ChangeSet, marks: Marks = NO_MARKS) -> None:
        """Apply a local edit of ``doc``. It must be storable and split no character.

        Raises ``BadChange`` if its length is not that of ``doc``.
        """
        doc = changes.apply(self.doc)
        if changes.splits_pair(self.doc):
            raise BadChange("expected whole characters, found half of one replaced")
        changes = with_few_parts(changes, doc)
        self.doc = doc
        if not changes.empty:
            self._unconfirmed.append(OwnEdit(changes, marks))
            self._changed(changes)

    def receive(self, entries: Sequence[LogEntry], version: int) -> Receipt:
        """Apply the revisions up to ``version``; those that are known are skipped.

        Raises ``LogGap`` if revisions before them are missing, and ``BadChange`` if one
        does not fit.
        """
        known = self.version - (version - len(entries))
        if known < 0:
            first = version - len(entries)
            raise LogGap(f"expected revisions from {self.version}, found from {first}")
        return self._advance(entries[known:])

    def saved(self, version: int) -> Receipt:
        """Confirm that the revisions up to ``version`` are this client's own edits.

        Raises ``LogGap`` if it has not that many unconfirmed edits.
        """
        count = version - self.version
        if not 0 <= count <= self.unsent:
            raise LogGap(
                f"expected up to {self.unsent} confirmed edits after version "
                f"{self.version}, found version {version}"
            )
        return self._advance(
            [
                LogEntry(self.client_id, each.changes, False, self.marks | each.marks)
                for each in self._unconfirmed[:count]
            ]
        )

    def reset(self, code: str, version: int) -> str | None:
        """Replace the text by the room's code at ``version``.

        Returns the local text if it had unconfirmed edits, which are dropped.
        """
        return self._become(Text.of(code), version)

    def discard(self) -> str | None:
        """Drop the unconfirmed edits. Returns the text that had them, or None."""
        return self._become(self.log, self.version)

    def compact(self, start: int = 0, end: int | None = None) -> int:
        """Compose unconfirmed edits into one, or few. Returns how many they are.

        Only for edits that cannot be on their way: the log has them by their number.
        """
        few = [
            OwnEdit(changes, marks)
            for marks, edits in groupby(self._unconfirmed[start:end], _marks_of)
            for changes in _joined([each.changes for each in edits])
        ]
        self._unconfirmed[start:end] = few
        return len(few)

    def split(self, most: int) -> bool:
        """Split the oldest unconfirmed edit, see ``ChangeSet.split``.

        Only for an edit that the log does not have. Returns whether it is now two.
        """
        changes, marks = self._unconfirmed[0]
        two = changes.split(most)
        if two is not None:
            self._unconfirmed[:1] = [OwnEdit(each, marks) for each in two]
        return two is not None

    def _advance(self, entries: Sequence[LogEntry]) -> Receipt:
        unconfirmed = self._unconfirmed
        news = ChangeSet.replacing(self.doc.length, ())
        log, steps = self.log, []
        for version, entry in enumerate(entries, self.version + 1):
            author, above, write, marks = entry
            before, log = log, above.apply(log)
            steps.append(Step(version, author, write, False, above, before, log, marks))
            if author == self.client_id and not write and unconfirmed:
                unconfirmed = unconfirmed[1:]
                continue
            # One by one, as the server rebases: composed revisions would lose the
            # order of a deletion and an insertion at one position.
            rebased = []
            for edit, own in unconfirmed:
                rebased.append(OwnEdit(edit.map(above), own))
                above = above.map(edit, before=True)
            unconfirmed = rebased
            news = news.compose(above)
        doc = news.apply(self.doc)
        confirmed = self.unsent - len(unconfirmed)
        self.version += len(entries)
        self._unconfirmed, self.doc, self.log = unconfirmed, doc, log
        right = bool(unconfirmed) or _equal(log, doc)
        if right and not unconfirmed:
            self.log = doc  # The same chunks again: the next comparison is fast.
        self._changed(news)
        for step in steps:
            self._stepped(step)
        if right:
            return Receipt(confirmed, None)
        lost = str(doc)
        self._become(log, self.version)
        return Receipt(confirmed, lost)

    def _become(self, text: Text, version: int) -> str | None:
        code = str(text)
        changes = smallest_change(self.doc, code)
        above = changes if self.log is self.doc else smallest_change(self.log, code)
        lost = str(self.doc) if self.unsent and not changes.empty else None
        before = self.log
        self.doc = self.log = text
        moved = version != self.version
        self.version = version
        self._unconfirmed = []
        self._changed(changes)
        if moved or not above.empty:
            self._stepped(Step(version, "", False, True, above, before, text))
        return lost

    def _changed(self, changes: ChangeSet) -> None:
        if not changes.empty:
            for listener in self.on_change:
                listener(changes)

    def _stepped(self, step: Step) -> None:
        for listener in self.on_step:
            listener(step)


def with_few_parts(changes: ChangeSet, after: Text) -> ChangeSet:
    """Return the same change as one replacement if it has very many sections."""
    if len(changes.sections) <= _MOST_PARTS:
        return changes
    edits = list(changes.edits())
    start, end = edits[0][0], edits[-1][1]
    kept = changes.length - end
    insert = after.slice(start, after.length - kept)
    return ChangeSet.replacing(changes.length, [(start, end, insert)])


def _marks_of(edit: OwnEdit) -> Marks:
    return edit.marks


def _joined(changes: Sequence[ChangeSet]) -> list[ChangeSet]:
    """Compose consecutive changes to as few as have not very many sections."""
    few: list[ChangeSet] = []
    for each in changes:
        joined = few[-1].compose(each) if few else each
        if few and len(joined.sections) <= _MOST_PARTS:
            few[-1] = joined
        else:
            few.append(each)
    return [each for each in few if not each.empty]


def _equal(one: Text, other: Text) -> bool:
    return one.chunks == other.chunks or one.units == other.units
