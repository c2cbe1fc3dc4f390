"""What is said on one connection to a room, in either dialect, whoever is there."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

import msgspec

from .core.carets import Caret
from .core.changes import BadChange, ChangeSet
from .core.presence import RoomFull
from .core.roles import Role
from .hub import Hub
from .protocol import (
    EDIT_DIALECT,
    ChangeJSON,
    Check,
    ClientMessage,
    Close,
    CodeChange,
    Error,
    ErrorCode,
    Hello,
    Here,
    Presence,
    Welcome,
    decode,
    encode,
    type_of,
)
from .pump import Connection, pump
from .readers import EditReader, FileReader, Reader
from .room import Room, TooLarge, TooOld, Writer
from .stores.base import RoomNotFound, StorageFailure
from .upkeep import QuotaReached

_log = logging.getLogger(__name__)


class Visitor(Protocol):
    """Who is there, by an identity that the server vouches for."""

    person: str
    """The same in each of their clients."""
    name: str
    role: Role

    async def may(self, message: str) -> bool:
        """Say whether they may send a message of this type, now."""


class Conversation:
    """A connection to a room: a reader with a pump, and a writer."""

    def __init__(
        self, hub: Hub, room: Room, visitor: Visitor, connection: Connection
    ) -> None:
        self._hub = hub
        self._room = room
        self._visitor = visitor
        self._connection = connection
        self._reader: EditReader | FileReader | None = None
        self._pump: asyncio.Task[None] | None = None
        self._over = False
        self._malformed = 0
        self._forbidden = 0

    @property
    def seated(self) -> bool:
        """Whether the client is one of the room's audience."""
        return self._reader is not None

    @property
    def _is_guest(self) -> bool:
        return self._visitor.role != "owner"

    # --- coming and going -------------------------------------------------------------

    def begin_edits(self, hello: Hello) -> None:
        """Seat a client of the edit dialect."""
        room, visitor = self._room, self._visitor
        record = room.record
        reader = EditReader(room.client_id_of(hello.key), visitor.person, visitor.name)
        version = hello.version
        if (
            hello.epoch == record.epoch
            and isinstance(version, int)
            and room.goes_on_from(version)
        ):
            reader.version = version
        welcome = Welcome(
            client_id=reader.client_id,
            epoch=record.epoch,
            resumed=reader.version is not None,
            title=record.title,
            language=record.language,
            limit=record.limit,
        )
        self._seat(reader, encode(welcome))

    def begin_files(self, client_id: str) -> None:
        """Seat a client of the whole-file dialect."""
        visitor = self._visitor
        self._seat(FileReader(client_id, visitor.person, visitor.name))

    def _seat(self, reader: EditReader | FileReader, *first: bytes) -> None:
        try:
            self._room.audience.join(reader)
        except RoomFull as full:
            return self.end(
                Close.ROOM_FULL,
                f"Room full: it takes {full.limit} at a time. "
                "The owner can raise MAX_CONNECTIONS_PER_ROOM.",
            )
        self._reader = reader
        if not self._is_guest:
            self._hub.activity.came()
        self._connection.take_frames_of(self._hub.limits.frame)
        self._pump = asyncio.create_task(self._send(reader, *first))

    async def _send(self, reader: Reader, *first: bytes) -> None:
        ending = await pump(
            self._room, reader, self._connection, self._hub.tally, *first
        )
        if ending is None:
            self._leave()
        else:
            self.end(ending.code, ending.reason)

    def end(self, code: int, reason: str) -> None:
        """Close the connection and give up the seat."""
        self._connection.end(code, reason)
        self._leave()

    def close(self) -> None:
        """Stop, as the connection is gone. May be called again."""
        if self._pump is not None:
            self._pump.cancel()
        self._leave()

    def _leave(self) -> None:
        over, self._over = self._over, True
        if self._reader is None or over:
            return
        self._room.audience.leave(self._reader)
        if not self._is_guest:
            self._hub.activity.left()

    # --- what a client says -----------------------------------------------------------

    async def hear(self, frame: str | bytes) -> None:
        """Take one frame; the next is to be read when this is done: no backlog."""
        if self._over or (self._reader is not None and self._reader.ending):
            # The client has not heard of it yet.
            return
        try:
            if isinstance(frame, bytes):
                raise msgspec.ValidationError(
                    "Expected a text frame, found a binary one"
                )
            await self._take(decode(frame))
        except msgspec.DecodeError as error:
            self._refuse_malformed(str(error))
        except BadChange as error:
            self._refuse("bad_change", str(error))
        except TooLarge as error:
            self._refuse("too_large", str(error))
        except TooOld as old:
            self.end(Close.TOO_OLD, str(old))
        except QuotaReached as full:
            self._refuse("quota", str(full))
        except StorageFailure as failure:
            self._refuse("storage", f"Nothing can be saved for now: {failure}.")
        except RoomNotFound:
            self._hub.forget(self._room.record.room_id)

    async def _take(self, message: ClientMessage) -> None:
        reader = self._reader
        if reader is None:
            if isinstance(message, Hello):
                return self.begin_edits(message)
            raise msgspec.ValidationError(
                f"Expected hello first, found {type_of(message)}"
            )
        if isinstance(message, CodeChange):
            await self._hub.pace(reader.client_id)
        if not await self._visitor.may(type_of(message)):
            return self._refuse_forbidden("You may read this room and not change it.")
        match message:
            case CodeChange():
                await self._change(reader, message)
            case Here():
                self._place(self._editor(reader, message), message)
            case Check():
                self._compare(self._editor(reader, message), message)
            case Hello():
                raise msgspec.ValidationError(
                    "Expected code_change, found hello once more"
                    if isinstance(reader, EditReader)
                    else f"Expected code_change; hello belongs to {EDIT_DIALECT}"
                )

    @staticmethod
    def _editor(reader: EditReader | FileReader, message: ClientMessage) -> EditReader:
        if isinstance(reader, EditReader):
            return reader
        raise msgspec.ValidationError(
            f"Expected code_change; {type_of(message)} belongs to {EDIT_DIALECT}"
        )

    def _place(self, reader: EditReader, here: Here) -> None:
        if not self._hub.moves_too_often(reader.client_id):
            self._room.place(
                Caret(reader.client_id, here.anchor, here.head, here.version)
            )

    def _compare(self, reader: EditReader, check: Check) -> None:
        if reader.shows(self._room, check.version, check.hash):
            # Nothing is new, and the client hears that its line is no dead one.
            return self._connection.say(Presence())
        if self._hub.differs_too_often(reader.client_id):
            # Each time costs the whole code, and a line of the log.
            return self.end(Close.RATE, "This editor differs from the room too often.")
        _log.error(
            "A client of room %s showed another text at version %d; "
            "it was sent the room's.",
            self._room.record.room_id,
            check.version,
        )

    async def _change(
        self, reader: EditReader | FileReader, change: CodeChange
    ) -> None:
        room = self._room
        writer = Writer(reader.client_id, self._visitor.name)
        match change:
            case CodeChange(code=str(code)):
                if isinstance(reader, FileReader):
                    reader.heard()
                before = room.head
                if await room.write(writer, code) == before:
                    reader.owe(room)
            case CodeChange(version=int(version), updates=list(updates)):
                await room.push(writer, version, self._changes(updates))
            case _:
                raise msgspec.ValidationError(
                    "Expected code_change with code, or with version and updates; "
                    "found neither"
                )
        self._hub.activity.typed(guest=self._is_guest)

    def _changes(self, updates: list[ChangeJSON]) -> list[ChangeSet]:
        limits = self._hub.limits
        parts = sum(map(len, updates))
        if len(updates) > limits.updates or parts > limits.parts:
            raise BadChange(
                f"expected at most {limits.updates} updates of {limits.parts} parts "
                f"in a push, found {len(updates)} of {parts}"
            )
        return [ChangeSet.from_json(update) for update in updates]

    def _refuse(self, code: ErrorCode, message: str) -> None:
        self._hub.tally.refusals[code] += 1
        self._connection.say(Error(code, message))

    def _refuse_malformed(self, what: str) -> None:
        self._malformed += 1
        if self._malformed >= self._hub.limits.malformed:
            self.end(Close.MALFORMED, f"Malformed once more: {what}")
        else:
            self._refuse("malformed", what)

    def _refuse_forbidden(self, what: str) -> None:
        self._forbidden += 1
        if self._forbidden >= self._hub.limits.forbidden:
            self.end(Close.FORBIDDEN, f"Forbidden once more: {what}")
        else:
            self._refuse("forbidden", what)
