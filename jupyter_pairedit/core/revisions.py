"""Updates, numbered revisions, and what a late push becomes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .changes import ChangeSet
from .text import Text

Kind = Literal["edit", "write"]


@dataclass(frozen=True, slots=True)
class Update:
    """A change that a client made, not yet numbered."""

    client_id: str
    changes: ChangeSet


@dataclass(frozen=True, slots=True)
class Revision:
    """An update that the store accepted: entry ``version`` of the room's log."""

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
    that has been damaged or changed does not add up."""

    def chained(self, before: str) -> Revision:
        """Give the revision with its digest, which follows ``before``."""
        facts = [self.version, self.kind, self.client_id, self.author, self.at]
        text = json.dumps([before, *facts, self.changes.to_json()])
        return replace(self, digest=hashlib.sha256(text.encode()).hexdigest())

    def confirms(self, client_id: str) -> bool:
        """Whether it is an edit of that client (a whole-file write confirms none)."""
        return self.kind == "edit" and self.client_id == client_id


def first_digest(epoch: str) -> str:
    """Give the digest that a room's first revision follows."""
    return hashlib.sha256(f"pairedit-log-1 {epoch}".encode()).hexdigest()


def seal(digest: str, code: str) -> str:
    """Give a digest of the code after the revision that has ``digest``."""
    return hashlib.sha256(f"{digest} {code}".encode("utf-8", "replace")).hexdigest()


def intact(before: str, revisions: Sequence[Revision]) -> int:
    """Count how many revisions add up, the first one following ``before``."""
    for count, revision in enumerate(revisions):
        if revision.chained(before).digest != revision.digest:
            return count
        before = revision.digest
    return len(revisions)


def replay(text: Text, revisions: Sequence[Revision]) -> Text:
    """Give the text after revisions that follow each other. Raises ``BadChange``."""
    for revision in revisions:
        text = revision.changes.apply(text)
    return text


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
