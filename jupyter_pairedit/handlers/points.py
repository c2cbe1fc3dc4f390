"""REST: restore points, and what the history takes."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ..core.identifiers import POINT_LENGTH
from ..core.presence import color, visible
from ..stores.base import Point
from .access import allowed
from .base import APIHandler, expect_room_id


class NewPoint(msgspec.Struct, forbid_unknown_fields=True):
    """The body that names a version; without one, the newest."""

    name: Annotated[str, Meta(max_length=POINT_LENGTH)]
    version: Annotated[int, Meta(ge=0)] | None = None

    def __post_init__(self) -> None:
        self.name = visible(self.name)
        if not self.name:
            raise ValueError("Expected a name that can be seen, found none")


class PointsHandler(APIHandler):
    """``/rooms/{roomId}/points``: the versions that have a name."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """List them, the oldest version first."""
        await self.hub.open(expect_room_id(room_id))
        points = await self.hub.store.points(room_id)
        self.reply({"points": [_line(each) for each in points]})

    @allowed("write")
    async def post(self, room_id: str) -> None:
        """Name a version, or name it anew."""
        new = self.body(NewPoint)
        point = await self.hub.name_version(
            expect_room_id(room_id), new.version, new.name, self.person_name
        )
        self.reply(_line(point))


class PointHandler(APIHandler):
    """``/rooms/{roomId}/points/{version}``: one of them."""

    @allowed("write")
    async def delete(self, room_id: str, version: str) -> None:
        """Take the name away; the version stays as long as it is not merged."""
        await self.hub.store.forget_name(expect_room_id(room_id), int(version))
        self.set_status(204)
        self.finish()


class HistoryHandler(APIHandler):
    """``/rooms/{roomId}/history``: what it takes, and what it may take."""

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


def _line(point: Point) -> dict[str, object]:
    return {
        "version": point.version,
        "name": point.name,
        "author": point.author,
        "color": color(point.author),
        "at": point.at,
    }
