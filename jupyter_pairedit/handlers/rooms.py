"""REST: rooms and their text."""

from __future__ import annotations

import asyncio
import re

import msgspec

from ..core.identifiers import LANGUAGES
from ..core.names import visible
from ..core.roomnames import BadRoomName, room_name
from ..core.writes import WriteKey
from ..rooms.names import open_name
from ..rooms.properties import change_room
from ..rooms.room import Room
from ..stores.errors import RoomDamaged, StorageFailure
from ..stores.names import OpenedName
from ..stores.owner import server_owner
from ..stores.records import RoomRecord
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
    name: str | None = None

    def __post_init__(self) -> None:
        self.title = visible(self.title)
        expect_language(self.language)
        if self.name is not None:
            expect_room_name(self.name)


def expect_room_name(name: str) -> None:
    """Raise ``ValueError`` for what cannot be the name of a room."""
    try:
        room_name(name)
    except BadRoomName as problem:
        raise ValueError(str(problem).replace("expected", "Expected", 1)) from None


class NewCode(msgspec.Struct, forbid_unknown_fields=True):
    """The body that replaces a room's text."""

    code: str


class CodeBody(APIHandler):
    """Base of requests whose body may contain the text of a room."""

    @property
    def most(self) -> int:
        """The largest body in bytes, as for a frame of the socket."""
        return self.hub.limits.frame

    async def create(self, room_id: str | None) -> OpenedName:
        """Create or open the room that the body describes."""
        new = self.body(NewRoom)
        options = msgspec.structs.asdict(new) | {"room_id": room_id}
        name = options.pop("name")
        if name is not None:
            owner = await asyncio.to_thread(server_owner)
            return await open_name(
                self.hub, owner, room_name(name), self.person_name, **options
            )
        made, created = await self.hub.create(self.person_name, **options)
        return OpenedName(made, "created" if created else "found")

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
        names = await self._names()
        self.reply(
            [
                self.describe(room.record, room.version)
                | {"changedAt": room.changed_at}
                | {"name": names.get(room.record.room_id)}
                for room in await self.hub.store.rooms()
            ]
        )

    async def _names(self) -> dict[str, str]:
        """Return the names of rooms; none if it is unknown whose they would be."""
        try:
            owner = await asyncio.to_thread(server_owner)
        except StorageFailure:
            return {}
        return await self.hub.store.names(owner)

    @allowed("write")
    async def post(self) -> None:
        """Create a room, or open the one that has the name in the body."""
        made = await self.create(None)
        self.reply(
            {
                "roomId": made.room_id,
                "url": self.room_url(made.room_id),
                "outcome": made.outcome,
            }
        )


class RoomHandler(CodeBody):
    """``/rooms/{roomId}``: one room."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Describe the room."""
        self._reply_with(await self.hub.open(expect_room_id(room_id)))

    @allowed("write")
    async def put(self, room_id: str) -> None:
        """Create the room unless it exists; it has the name in the body then."""
        made = await self.create(expect_room_id(room_id))
        self.set_status(200 if made.outcome == "found" else 201)
        self._reply_with(await self.hub.open(room_id))

    @allowed("write")
    async def patch(self, room_id: str) -> None:
        """Change title, language, limit or settings of the room."""
        new = self.body(ChangedRoom).to_properties()
        expected = expected_changes(self.request.headers)
        room_id = expect_room_id(room_id)
        record = await change_room(
            self.hub, room_id, new, self.author_in(room_id), expected
        )
        self.reply(properties_of(record))

    @allowed("write")
    async def delete(self, room_id: str) -> None:
        """Delete the room and its log."""
        await self.hub.delete(expect_room_id(room_id))
        await self.context.runs.room_deleted(room_id)
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
        written = await self.hub.write(room_id, self.writer_in(room_id), new.code, key)
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
