"""What members and kernels read of a room's past, as objects for JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ..core.blame import Run
from ..core.limits import MIB
from ..core.marks import names_of
from ..core.presence import color
from ..core.revisions import Revision
from .hub import Hub
from .room import Room

PAGE = 1_000
"""The most revisions in a report."""
_READ = 100
"""Revisions read from the store at a time. Each may be as large as the code."""
_PAGE_SIZE = MIB
"""UTF-16 units of inserted text after which a page ends."""
_PAGE_PARTS = 50_000
"""Sections of change sets after which a page ends."""


async def blame_of(hub: Hub, room: Room) -> dict[str, object]:
    """Return runs of lines of one author, and all authors.

    Raises ``RoomDamaged`` or ``StorageFailure``.
    """
    version, authors, runs = await hub.blames.get(room)
    lines = await asyncio.to_thread(lambda: [_blame_line(run) for run in runs])
    return {"version": version, "authors": authors, "lines": lines}


def _blame_line(run: Run) -> dict[str, object]:
    source = run.source
    line: dict[str, object] = {
        "line": run.line,
        "count": run.count,
        "author": source.author,
        "at": source.at,
        "kind": source.kind,
    }
    return line | {"marks": names_of(source.marks)} if source.marks else line


async def revisions_after(
    hub: Hub, room: Room, after: int, most: int
) -> list[Revision]:
    """Return at most ``most`` revisions of a room, the oldest first.

    A page with much text is shorter. Raises ``StorageFailure``.
    """
    # Later revisions of another server are not in this server's code yet.
    head = room.head
    found: list[Revision] = []
    size = parts = 0
    while after < head and len(found) < most:
        count = min(_READ, most - len(found))
        news = await hub.store.revisions(room.record.room_id, after, count)
        for revision in news:
            size += sum(len(insert) for _, _, insert in revision.changes.edits())
            parts += len(revision.changes.sections)
            found.append(revision)
            full = size >= _PAGE_SIZE or parts >= _PAGE_PARTS
            if full or revision.version >= head:
                return found
        if not news:
            break
        after = found[-1].version
    return found


def revision_lines(
    revisions: Sequence[Revision], *, changes: bool = False
) -> list[dict[str, object]]:
    """Return what is said of each revision, with the change sets if wanted."""
    if not changes:
        return [_revision_line(each) for each in revisions]
    return [
        _revision_line(each) | {"changes": each.changes.to_json()} for each in revisions
    ]


def _revision_line(revision: Revision) -> dict[str, object]:
    line: dict[str, object] = {
        "version": revision.version,
        "kind": revision.kind,
        "author": revision.author,
        "color": color(revision.author),
        "at": revision.at,
    }
    if revision.run > 1:
        line |= {"first": revision.first, "others": revision.others}
    if revision.marks:
        line["marks"] = names_of(revision.marks)
    return line
