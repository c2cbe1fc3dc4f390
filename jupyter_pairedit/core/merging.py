"""Several revisions as one."""

from __future__ import annotations

from collections.abc import Sequence

from .changes import ChangeSet
from .revisions import Revision


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
