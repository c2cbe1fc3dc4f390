"""REST: rooms and their text."""

from __future__ import annotations

import re

import msgspec

from ..core.identifiers import LANGUAGES
from ..core.names import visible
from ..core.writes import WriteKey
from ..rooms.properties import change_room
from ..rooms.room import Room
from ..stores.base import RoomDamaged, RoomRecord
from .base import APIHandler, allowed, expect_room_id
from .properties import (
    ChangedRoom,
    People,
    Title,
    expect_language,
    expected_changes,
    properties_of,
)

_KEY = re.compile(r'(?P<quote>"?)(?P<key>[!#-\[\]-~]{1,64})(?P=quote)')


class NewRoom(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """The body that creates a room; each field has a default."""

    code: str | None = None
    title: Title = ""
    language: str = LANGUAGES[0]
    limit: People | None = None

    def __post_init__(self) -> None:
        self.title = visible(self.title)
        expect_language(self.language)


class NewCode(msgspec.Struct, forbid_unknown_fields=True):
    """The body that replaces a room's text."""

    code: str


class CodeBody(APIHandler):
    """Base of requests whose body may contain the text of a room."""

    @property
    def most(self) -> int:
        """The largest body in bytes, as for a frame of the socket."""
        return self.hub.limits.frame

    async def create(self, room_id: str | None) -> tuple[str, bool]:
        """Create the room that the body describes; return its id and if it is new."""
        new = self.body(NewRoom)
        return await self.hub.create(
            self.person_name,
            room_id=room_id,
            code=new.code,
            title=new.title,
            language=new.language,
            limit=new.limit,
        )

    def describe(self, record: RoomRecord, version: int) -> dict[str, object]:
        """Return the fields that all descriptions of a room share."""
        return {
            "roomId": record.room_id,
            "url": self.room_url(record.room_id),
            **properties_of(record),
            "version": version,
            "people": self.hub.people_in(record.room_id),
        }


class RoomsHandler(CodeBody):
    """``/rooms``: all rooms."""

    @allowed("read")
    async def get(self) -> None:
        """List the rooms, the most recently changed first."""
        self.reply(
            [
                self.describe(room.record, room.version)
                | {"changedAt": room.changed_at}
                for room in await self.hub.store.rooms()
            ]
        )

    @allowed("write")
    async def post(self) -> None:
        """Create a room."""
        room_id, _ = await self.create(None)
        self.reply({"roomId": room_id, "url": self.room_url(room_id)})


class RoomHandler(CodeBody):
    """``/rooms/{roomId}``: one room."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Describe the room."""
        self._reply_with(await self.hub.open(expect_room_id(room_id)))

    @allowed("write")
    async def put(self, room_id: str) -> None:
        """Create the room unless it exists."""
        _, created = await self.create(expect_room_id(room_id))
        self.set_status(201 if created else 200)
        self._reply_with(await self.hub.open(room_id))

    @allowed("write")
    async def patch(self, room_id: str) -> None:
        """Change title, language, limit or settings of the room."""
        new = self.body(ChangedRoom).to_properties()
        expected = expected_changes(self.request.headers)
        room_id = expect_room_id(room_id)
        record = await change_room(self.hub, room_id, new, self.person_name, expected)
        self.reply(properties_of(record))

    @allowed("write")
    async def delete(self, room_id: str) -> None:
        """Delete the room and its log."""
        await self.hub.delete(expect_room_id(room_id))
        self.set_status(204)
        self.finish()

    def _reply_with(self, room: Room) -> None:
        record = room.record
        line = self.describe(record, room.head)
        self.reply(line | {"createdAt": record.created_at})


class CodeHandler(CodeBody):
    """``/rooms/{roomId}/code``: the whole text."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Reply with the text and its version."""
        try:
            room = await self.hub.open(expect_room_id(room_id))
        except RoomDamaged as damage:
            # The last good text can still be read.
            good = {"code": damage.code, "version": damage.version, "damaged": True}
            return self.reply(good)
        self.reply({"code": room.code, "version": room.head})

    @allowed("write")
    async def put(self, room_id: str) -> None:
        """Replace the text: last write wins."""
        new = self.body(NewCode)
        key = self._idempotency_key()
        room_id = expect_room_id(room_id)
        written = await self.hub.write(room_id, self.writer, new.code, key)
        self.record_edit()
        self.reply({"version": written})

    def _idempotency_key(self) -> WriteKey | None:
        """Return the key by which a repeated request is recognised, if it has one.

        The header is that of draft-ietf-httpapi-idempotency-key-header, where the key
        is in quotes; they may be left out. Raises ``msgspec.ValidationError``.
        """
        header = self.request.headers.get("Idempotency-Key")
        if header is None:
            return None
        found = _KEY.fullmatch(header)
        if found is None:
            raise msgspec.ValidationError(
                "Expected an Idempotency-Key of 1 to 64 ASCII characters without "
                "blanks, quotes and backslashes, found another."
            )
        return WriteKey.single(found["key"])
