"""Revisions of a room's log, and rebasing a push over them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from .changes import ChangeSet
from .marks import NO_MARKS, Marks
from .storable import BadChange
from .text import Text

Kind = Literal["edit", "write"]

ORIGIN_END = "."
"""Ends the first epoch of a room within a later one: ``<first>.<later>``."""


class Revision(msgspec.Struct, frozen=True, gc=False):
    """A change that was appended to the room's log.

    A merged revision stands for ``run`` consecutive versions; its change leads from the
    text before the first to the text after the last.
    """

    version: int
    """The version of the text after it, from 1."""
    kind: Kind
    client_id: str
    author: str
    """The name of the person, for display."""
    at: float
    """In seconds since 1970, for display: the order is that of ``version``."""
    changes: ChangeSet
    digest: str = ""
    """The SHA-256, in hexadecimal, of this revision and the digest before it. A merged
    revision has the digest of its last version, which the next revision follows."""
    run: int = 1
    """The number of versions that it stands for; ``version`` is the last of them."""
    others: tuple[str, ...] = ()
    """The other authors of a merged revision."""
    seal: str = ""
    """The SHA-256 of a merged revision and the digest before it, else empty."""
    key: str | None = None
    """The key of a whole-file write (``core.writes.WriteKey``), else None. It is not in
    the digest. A merged revision has none."""
    marks: Marks = NO_MARKS
    """How it was made. They are not in the digest: a server that was started before
    there were marks checks the log of the same database without them."""

    @property
    def first(self) -> int:
        """The first version that it stands for."""
        return self.version - self.run + 1

    @property
    def authors(self) -> tuple[str, ...]:
        """All authors."""
        return self.author, *self.others

    def chained(self, before: str) -> Revision:
        """Return the revision with its digest, after the digest ``before``."""
        return replace(self, digest=self._sum(before, []))

    def sealed(self, before: str) -> Revision:
        """Return a merged revision with its seal, after the digest ``before``."""
        more = [self.run, list(self.others), self.digest]
        return replace(self, seal=self._sum(before, more))

    def follows(self, before: str) -> bool:
        """Return whether its digest or seal is valid after the digest ``before``."""
        try:
            if self.run == 1:
                return self.chained(before).digest == self.digest
            return self.sealed(before).seal == self.seal
        except TypeError:
            return False  # A damaged row may have bytes in a text column.

    def confirms(self, client_id: str) -> bool:
        """Return whether it is an edit of that client, and not a whole-file write."""
        return self.kind == "edit" and self.client_id == client_id

    def _sum(self, before: str, more: Sequence[object]) -> str:
        facts = [self.version, self.kind, self.client_id, self.author, self.at, *more]
        text = json.dumps([before, *facts, self.changes.to_json()])
        return hashlib.sha256(text.encode()).hexdigest()


def first_digest(epoch: str) -> str:
    """Return the digest that a room's first revision follows.

    A room that gets another epoch keeps its log, and so the digests in it.
    """
    origin = origin_of(epoch)
    return hashlib.sha256(f"pairedit-log-1 {origin}".encode()).hexdigest()


def origin_of(epoch: str) -> str:
    """Return the first epoch of a room: two rooms never have the same."""
    return epoch.partition(ORIGIN_END)[0]


def later_epoch(epoch: str, name: str) -> str:
    """Return the epoch with a new ``name`` and the same first epoch."""
    return f"{origin_of(epoch)}{ORIGIN_END}{name}"


def seal(digest: str, code: str) -> str:
    """Return a digest of the code after the revision with ``digest``."""
    return hashlib.sha256(f"{digest} {code}".encode("utf-8", "replace")).hexdigest()


def intact(before: str, revisions: Sequence[Revision]) -> int:
    """Return the number of revisions with valid digests, after ``before``."""
    for count, revision in enumerate(revisions):
        if not revision.follows(before):
            return count
        before = revision.digest
    return len(revisions)


def replay(text: Text, revisions: Sequence[Revision]) -> Text:
    """Return the text after consecutive revisions. Raises ``BadChange``."""
    for revision in revisions:
        text = revision.changes.apply(text)
    return text


def apply_checked(text: Text, changes: Sequence[ChangeSet]) -> Text:
    """Return the text after consecutive changes.

    Raises ``BadChange`` if a length differs or an astral character is split.
    """
    for change in changes:
        after = change.apply(text)
        if change.splits_pair(text):
            raise BadChange("expected whole characters, found half of one replaced")
        text = after
    return text


def sections_of(revisions: Sequence[Revision]) -> int:
    """Return the number of sections of the revisions."""
    return sum(len(each.changes.sections) for each in revisions)


def rebase_work(
    pushed: Sequence[ChangeSet], missed: int, over: Sequence[Revision] = ()
) -> int:
    """Return the number of sections that ``rebase`` visits for ``missed`` revisions.

    ``over`` are these revisions; without them, the result is a lower bound.
    """
    sections = sum(len(each.sections) for each in pushed)
    return missed * sections + len(pushed) * max(missed, sections_of(over))


def rebase(
    client_id: str, pushed: Sequence[ChangeSet], over: Sequence[Revision]
) -> list[ChangeSet]:
    """Return the pushed changes transformed so that they apply after ``over``.

    ``pushed`` are the changes of one client, each made after the one before. ``over``
    are the revisions that the client had not received. An edit of the client among them
    is the first of ``pushed``, whose acknowledgement was lost, and is left out.

    Revisions are mapped one by one, by the server and by clients. Composed revisions
    would lose the order of a deletion and an insertion at one position, and the server
    and a client would end with different texts.
    """
    pending = list(pushed)
    for revision in over:
        if not pending:
            break
        if revision.confirms(client_id):
            pending.pop(0)
            continue
        other = revision.changes
        for index, change in enumerate(pending):
            pending[index] = change.map(other)
            other = other.map(change, before=True)
    return pending
