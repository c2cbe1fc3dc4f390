"""REST: revisions, earlier versions, blame, and restore points."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import msgspec
from msgspec import Meta

from ..core.identifiers import POINT_LENGTH
from ..core.names import visible
from ..core.presence import color
from ..core.properties import RoomChange
from ..protocol import Version
from ..rooms.history import code_at, revision_at
from ..rooms.reports import PAGE, blame_of, revision_lines, revisions_after
from ..stores.errors import VersionMerged
from ..stores.records import Point
from .base import APIHandler, allowed, expect_room_id


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """The body that names a version to restore."""

    version: Version


class Range(msgspec.Struct):
    """The query of a list of revisions."""

    after: Version = 0
    limit: Annotated[int, Meta(ge=1, le=PAGE)] = PAGE
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
        found = await revisions_after(self.hub, room, wanted.after, wanted.limit)
        if wanted.changes and found and found[0].first <= wanted.after:
            # Its changes apply to another text than the requested one.
            nearest = found[0].first - 1, found[0].version
            raise VersionMerged(wanted.after, nearest)
        head = room.head
        await self.reply_large(
            lambda: {
                "head": head,
                "revisions": revision_lines(found, changes=wanted.changes),
            }
        )


class RevisionHandler(APIHandler):
    """``/rooms/{roomId}/revisions/{version}``: an earlier version."""

    @allowed("read")
    async def get(self, room_id: str, version: str) -> None:
        """Reply with the revision and the code after it."""
        number = int(version)
        if number:
            found = await revision_at(self.hub.store, expect_room_id(room_id), number)
            (line,) = revision_lines([found.revision], changes=True)
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
        report = await blame_of(self.hub, room)
        await self.reply_large(lambda: report)


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
