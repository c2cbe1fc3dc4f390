"""Numbered revisions, and what a late push becomes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from .changes import ChangeSet
from .text import Text

Kind = Literal["edit", "write"]


class Revision(msgspec.Struct, frozen=True, gc=False):
    """A change that the store accepted: entry ``version`` of the room's log.

    Or several in a row that were merged into one when they had become old: it stands
    for ``run`` versions, and goes from the text before all of them to that after.
    """

    version: int
    """Of the text after it; the first revision has 1."""
    kind: Kind
    client_id: str
    author: str
    """The name of the person, for people to read."""
    at: float
    """When, in seconds since 1970. For people to read: order comes from ``version``."""
    changes: ChangeSet
    digest: str = ""
    """SHA-256 over this revision and the digest before it, in hexadecimal digits: a log
    that has been damaged or changed does not add up. A merged revision has that of its
    last version, which the next one follows."""
    run: int = 1
    """How many versions it stands for, ``version`` being the last of them."""
    others: tuple[str, ...] = ()
    """Of a merged one: who has a part in it besides ``author``."""
    seal: str = ""
    """Of a merged one: SHA-256 over it and the digest before it."""

    @property
    def first(self) -> int:
        """The first version that it stands for."""
        return self.version - self.run + 1

    @property
    def authors(self) -> tuple[str, ...]:
        """Everybody who has a part in it."""
        return self.author, *self.others

    def chained(self, before: str) -> Revision:
        """Give the revision with its digest, which follows ``before``."""
        return replace(self, digest=self._sum(before, []))

    def sealed(self, before: str) -> Revision:
        """Give a merged revision with its seal, which follows ``before``."""
        more = [self.run, list(self.others), self.digest]
        return replace(self, seal=self._sum(before, more))

    def follows(self, before: str) -> bool:
        """Say whether it is what it was when it was put after ``before``."""
        try:
            if self.run == 1:
                return self.chained(before).digest == self.digest
            return self.sealed(before).seal == self.seal
        except TypeError:
            return False  # a damaged row has bytes where a word was

    def confirms(self, client_id: str) -> bool:
        """Whether it is an edit of that client (a whole-file write confirms none)."""
        return self.kind == "edit" and self.client_id == client_id

    def _sum(self, before: str, more: Sequence[object]) -> str:
        facts = [self.version, self.kind, self.client_id, self.author, self.at, *more]
        text = json.dumps([before, *facts, self.changes.to_json()])
        return hashlib.sha256(text.encode()).hexdigest()


def first_digest(epoch: str) -> str:
    """Give the digest that a room's first revision follows."""
    return hashlib.sha256(f"pairedit-log-1 {epoch}".encode()).hexdigest()


def seal(digest: str, code: str) -> str:
    """Give a digest of the code after the revision that has ``digest``."""
    return hashlib.sha256(f"{digest} {code}".encode("utf-8", "replace")).hexdigest()


def intact(before: str, revisions: Sequence[Revision]) -> int:
    """Count how many revisions add up, the first one following ``before``."""
    for count, revision in enumerate(revisions):
        if not revision.follows(before):
            return count
        before = revision.digest
    return len(revisions)


def replay(text: Text, revisions: Sequence[Revision]) -> Text:
    """Give the text after revisions that follow each other. Raises ``BadChange``."""
    for revision in revisions:
        text = revision.changes.apply(text)
    return text


def sections_of(revisions: Sequence[Revision]) -> int:
    """Return how many sections the change sets of the revisions have."""
    return sum(len(each.changes.sections) for each in revisions)


def rebase_work(
    pushed: Sequence[ChangeSet], missed: int, over: Sequence[Revision] = ()
) -> int:
    """Return how many sections ``rebase`` visits for ``missed`` revisions.

    ``over`` are these revisions; without them the result is the least that it can be.
    """
    sections = sum(len(each.sections) for each in pushed)
    return missed * sections + len(pushed) * max(missed, sections_of(over))


def rebase(
    client_id: str, pushed: Sequence[ChangeSet], over: Sequence[Revision]
) -> list[ChangeSet]:
    """Give pushed changes as they are after revisions that their writer had not seen.

    ``pushed`` are one client's changes, each made on the one before. A revision of that
    same client is a change that had been accepted already (its confirmation was lost):
    it is left out, so that every edit counts exactly once.

    Each revision is mapped by itself and never composed with the next: composing
    forgets the order of a deletion and an insertion at one place, and then a client
    that received the two one after the other would place its own text elsewhere than
    the server did. Clients, too, must take in one revision at a time.
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
