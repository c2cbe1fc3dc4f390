"""REST: revisions, earlier versions, blame, and restore points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import msgspec
from msgspec import Meta

from ..core.blame import Run
from ..core.identifiers import POINT_LENGTH
from ..core.limits import MIB
from ..core.marks import names_of
from ..core.names import visible
from ..core.presence import color
from ..core.properties import RoomChange
from ..core.revisions import Revision
from ..protocol import Version
from ..rooms.history import code_at, revision_at
from ..stores.base import Point, VersionMerged
from .base import APIHandler, allowed, expect_room_id

_PAGE = 1_000
"""The most revisions in a reply."""
_READ = 100
"""Revisions read from the store at a time. Each may be as large as the code."""
_PAGE_SIZE = MIB
"""UTF-16 units of inserted text after which a page ends."""
_PAGE_PARTS = 50_000
"""Sections of change sets after which a page ends."""


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """The body that names a version to restore."""

    version: Version


class Range(msgspec.Struct):
    """The query of a list of revisions."""

    after: Version = 0
    limit: Annotated[int, Meta(ge=1, le=_PAGE)] = _PAGE
    changes: bool = False


class RevisionsHandler(APIHandler):
    """``/rooms/{roomId}/revisions?after&limit&changes``: who changed the code, when.

    ``changes=1`` adds the change sets. A page with much text is shorter than ``limit``;
    to get all revisions, request pages until ``head``. A merged revision has the
    ``first`` version that it contains, and its ``others`` authors. A revision with
    ``marks`` has their names.
    """

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Reply with revisions, the oldest first."""
        query = {
            name: self.get_query_argument(name)
            for name in ("after", "limit", "changes")
            if self.get_query_argument(name, None) is not None
        }
        wanted = msgspec.convert(query, Range, strict=False)
        room = await self.hub.open(expect_room_id(room_id))
        # Later revisions of another server are not in this server's code yet.
        found = await self._read(room_id, wanted, room.head)
        if wanted.changes and found and found[0].first <= wanted.after:
            # Its changes apply to another text than the requested one.
            nearest = found[0].first - 1, found[0].version
            raise VersionMerged(wanted.after, nearest)
        head = room.head
        await self.reply_large(
            lambda: {"head": head, "revisions": _lines(found, wanted.changes)}
        )

    async def _read(self, room_id: str, wanted: Range, head: int) -> list[Revision]:
        found: list[Revision] = []
        after, size, parts = wanted.after, 0, 0
        while after < head and len(found) < wanted.limit:
            count = min(_READ, wanted.limit - len(found))
            news = await self.hub.store.revisions(room_id, after, count)
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


class RevisionHandler(APIHandler):
    """``/rooms/{roomId}/revisions/{version}``: an earlier version."""

    @allowed("read")
    async def get(self, room_id: str, version: str) -> None:
        """Reply with the revision and the code after it."""
        number = int(version)
        if number:
            found = await revision_at(self.hub.store, expect_room_id(room_id), number)
            (line,) = _lines([found.revision], changes=True)
            await self.reply_large(lambda: line | {"code": found.code})
        else:
            record = (await self.hub.open(expect_room_id(room_id))).record
            code = await code_at(self.hub.store, room_id, 0)
            self.reply(
                {
                    "version": 0,
                    "kind": "write",
                    "author": record.author,
                    "color": color(record.author),
                    "at": record.created_at,
                    "code": code,
                }
            )


class RestoreHandler(APIHandler):
    """``/rooms/{roomId}/restore``: restores a version as a new revision."""

    @allowed("write")
    async def post(self, room_id: str) -> None:
        """Write the code of the version."""
        wanted = self.body(Wanted)
        code = await code_at(self.hub.store, expect_room_id(room_id), wanted.version)
        written = await self.hub.write(room_id, self.writer_in(room_id), code)
        self.record_edit()
        self.reply({"version": written})


class BlameHandler(APIHandler):
    """``/rooms/{roomId}/blame``: who last changed each line of the code."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Reply with runs of lines of one author, and all authors."""
        room = await self.hub.open(expect_room_id(room_id))
        version, authors, runs = await self.hub.blames.get(room)
        await self.reply_large(
            lambda: {
                "version": version,
                "authors": authors,
                "lines": [_blame_line(run) for run in runs],
            }
        )


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


def _lines(revisions: Sequence[Revision], changes: bool) -> list[dict[str, object]]:
    if not changes:
        return [_line(each) for each in revisions]
    return [_line(each) | {"changes": each.changes.to_json()} for each in revisions]


def _line(revision: Revision) -> dict[str, object]:
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


class NewPoint(msgspec.Struct, forbid_unknown_fields=True):
    """The body that names a version, or the newest one."""

    name: Annotated[str, Meta(max_length=POINT_LENGTH)]
    version: Version | None = None

    def __post_init__(self) -> None:
        self.name = visible(self.name)
        if not self.name:
            raise ValueError("Expected a name that can be seen, found none")


class PointsHandler(APIHandler):
    """``/rooms/{roomId}/points``: the restore points."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Reply with the restore points, the oldest version first."""
        await self.hub.open(expect_room_id(room_id))
        points = await self.hub.store.points(room_id)
        self.reply({"points": [_point_line(each) for each in points]})

    @allowed("write")
    async def post(self, room_id: str) -> None:
        """Name a version, or change its name."""
        new = self.body(NewPoint)
        room_id, version = expect_room_id(room_id), new.version
        if version is None:
            version = (await self.hub.open(room_id)).head
        point = Point(version, new.name, self.author_in(room_id), self.hub.now())
        await self.hub.store.name_version(room_id, point, self.hub.limits.points)
        self.reply(_point_line(point))


class PointHandler(APIHandler):
    """``/rooms/{roomId}/points/{version}``: one restore point."""

    @allowed("write")
    async def delete(self, room_id: str, version: str) -> None:
        """Delete the restore point; the version stays until it is merged."""
        await self.hub.store.forget_name(expect_room_id(room_id), int(version))
        self.set_status(204)
        self.finish()


class ChangesHandler(APIHandler):
    """``/rooms/{roomId}/changes``: the history of title, language and so on."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Reply with the changes, the oldest first."""
        await self.hub.open(expect_room_id(room_id))
        changes = await self.hub.store.changes(room_id)
        self.reply({"changes": [_change_line(each) for each in changes]})


class HistoryHandler(APIHandler):
    """``/rooms/{roomId}/history``: the size of the history, and its limit."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Measure the log and the snapshots in the store."""
        room = await self.hub.open(expect_room_id(room_id))
        usage = await self.hub.store.usage(room_id)
        self.reply(
            {
                "head": room.head,
                "revisions": usage.revisions,
                "bytes": usage.size,
                "limit": self.hub.limits.history_size,
            }
        )


def _change_line(change: RoomChange) -> dict[str, object]:
    return {
        "number": change.number,
        "version": change.version,
        "author": change.author,
        "color": color(change.author),
        "at": change.at,
        "differences": change.differences,
    }


def _point_line(point: Point) -> dict[str, object]:
    return asdict(point) | {"color": color(point.author)}
