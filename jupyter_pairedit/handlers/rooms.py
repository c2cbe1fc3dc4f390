"""REST: rooms and their code."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ..core.identifiers import LANGUAGES, PEOPLE_LIMIT, TITLE_LENGTH
from ..core.presence import visible
from ..rooms.room import Room
from ..stores.base import RoomDamaged
from .base import APIHandler, allowed, expect_room_id

Title = Annotated[str, Meta(max_length=TITLE_LENGTH)]
People = Annotated[int, Meta(ge=1, le=PEOPLE_LIMIT)]


class NewRoom(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """The body that makes a room; each field has a default."""

    code: str | None = None
    title: Title = ""
    language: str = LANGUAGES[0]
    limit: People | None = None

    def __post_init__(self) -> None:
        self.title = visible(self.title)
        if self.language not in LANGUAGES:
            expected = ", ".join(LANGUAGES)
            raise ValueError(f"Expected a language of {expected}, found another")


class NewCode(msgspec.Struct, forbid_unknown_fields=True):
    """The body that replaces a room's code."""

    code: str


class CodeBody(APIHandler):
    """A request whose body may hold the code of a room."""

    @property
    def most(self) -> int:
        """As much as a frame of the socket, which holds the same."""
        return self.hub.limits.frame

    async def make(self, room_id: str | None) -> tuple[str, bool]:
        """Make the room that the body describes."""
        new = self.body(NewRoom)
        return await self.hub.create(
            self.person_name,
            room_id=room_id,
            code=new.code,
            title=new.title,
            language=new.language,
            limit=new.limit,
        )


class RoomsHandler(CodeBody):
    """``/rooms``: all rooms."""

    @allowed("read")
    async def get(self) -> None:
        """List the rooms, the last changed first."""
        self.reply(
            [
                {
                    "roomId": room.record.room_id,
                    "url": self.room_url(room.record.room_id),
                    "title": room.record.title,
                    "language": room.record.language,
                    "limit": room.record.limit,
                    "version": room.version,
                    "changedAt": room.changed_at,
                    "people": self.hub.people_in(room.record.room_id),
                }
                for room in await self.hub.rooms()
            ]
        )

    @allowed("write")
    async def post(self) -> None:
        """Make a room."""
        room_id, _ = await self.make(None)
        self.reply({"roomId": room_id, "url": self.room_url(room_id)})


class RoomHandler(CodeBody):
    """``/rooms/{roomId}``: one room."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Describe the room."""
        self._describe(await self.hub.open(expect_room_id(room_id)))

    @allowed("write")
    async def put(self, room_id: str) -> None:
        """Make the room, if there is none of that id."""
        _, made = await self.make(expect_room_id(room_id))
        self.set_status(201 if made else 200)
        self._describe(await self.hub.open(room_id))

    @allowed("write")
    async def delete(self, room_id: str) -> None:
        """Delete the room, with its log."""
        await self.hub.delete(expect_room_id(room_id))
        self.set_status(204)
        self.finish()

    def _describe(self, room: Room) -> None:
        record = room.record
        self.reply(
            {
                "roomId": record.room_id,
                "url": self.room_url(record.room_id),
                "title": record.title,
                "language": record.language,
                "limit": record.limit,
                "version": room.head,
                "createdAt": record.created_at,
                "people": self.hub.people_in(record.room_id),
            }
        )


class CodeHandler(CodeBody):
    """``/rooms/{roomId}/code``: the whole file."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Give the code and its version."""
        try:
            room = await self.hub.open(expect_room_id(room_id))
        except RoomDamaged as damage:
            # What is left of it is not lost, and can be had here.
            good = {"code": damage.code, "version": damage.version, "damaged": True}
            return self.reply(good)
        self.reply({"code": room.code, "version": room.head})

    @allowed("write")
    async def put(self, room_id: str) -> None:
        """Replace the code: last write wins."""
        new = self.body(NewCode)
        room_id = expect_room_id(room_id)
        written = await self.hub.write(room_id, self.person_name, new.code)
        self.reply({"version": written})
