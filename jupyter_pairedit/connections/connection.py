"""What is said on one connection to a room, in either dialect, whoever is there."""

from __future__ import annotations

import logging

import msgspec
from msgspec import UNSET, UnsetType

from ..core.carets import Caret
from ..core.changes import ChangeSet
from ..core.presence import RoomFull
from ..core.roles import Role
from ..core.storable import BadChange
from ..protocol import (
    EDIT_DIALECT,
    Ask,
    ChangeJSON,
    Check,
    ClientMessage,
    Close,
    CodeChange,
    Hello,
    Here,
    RoleChange,
    decode,
    encode,
    framed,
    type_of,
)
from ..rooms.hub import Hub, ServerFull
from ..rooms.log import TooOld
from ..rooms.quota import QuotaReached
from ..rooms.readers import EditReader, Ending, FileReader
from ..rooms.room import Room, TooLarge, Writer
from ..stores.base import RoomNotFound, StorageFailure
from .identity import Visitor, welcome
from .sender import Connection, Pump
from .suggestions import Questions, Suggestions
from .violations import Manners

_log = logging.getLogger(__name__)


class Conversation:
    """A connection to a room: a reader with a pump, and a writer."""

    def __init__(
        self,
        hub: Hub,
        room: Room,
        visitor: Visitor,
        connection: Connection,
        suggestions: Suggestions | None = None,
    ) -> None:
        self._hub = hub
        self._room = room
        self._visitor = visitor
        self._connection = connection
        self._questions = (
            None if suggestions is None else Questions(suggestions, room, connection)
        )
        self._told: Role = visitor.role
        """What the client believes that it may do."""
        self._reader: EditReader | FileReader | None = None
        self._pump: Pump | None = None
        self._over = False
        self._manners = Manners(
            hub, connection, room_id=room.record.room_id, who=visitor.name
        )

    @property
    def seated(self) -> bool:
        """Whether the client is one of the room's audience."""
        return self._reader is not None

    @property
    def _is_guest(self) -> bool:
        return self._visitor.guest is not None

    # --- coming and going -------------------------------------------------------------

    def begin_edits(
        self, client_id: str, version: int | UnsetType, epoch: str | UnsetType
    ) -> None:
        """Seat a client of the edit dialect, which may have the text at a version."""
        room, visitor = self._room, self._visitor
        reader = EditReader(client_id, visitor.person, visitor.name, visitor.guest)
        known = epoch == room.record.epoch
        if known and isinstance(version, int) and room.log.goes_on_from(version):
            reader.version = version
        self._seat(reader, self._welcome(client_id, reader.version is not None))

    def begin_files(self, client_id: str) -> None:
        """Seat a client of the whole-file dialect; a guest is welcomed there too."""
        visitor = self._visitor
        reader = FileReader(client_id, visitor.person, visitor.name, visitor.guest)
        if visitor.guest is None:
            self._seat(reader)
        else:
            self._seat(reader, self._welcome(client_id, False))

    def _welcome(self, client_id: str, resumed: bool) -> bytes:
        offered = self._questions is not None
        message = welcome(self._room, self._visitor, client_id, resumed, offered)
        return framed(encode(message))

    def _seat(self, reader: EditReader | FileReader, *first: bytes) -> None:
        if self._hub.opened(self._room.record.room_id) is not self._room:
            # Deleted or let go of, while its client was let in or said hello: nobody
            # would tell this one of anything.
            reason = "The room was closed meanwhile: connect again."
            return self.end(Close.RESTARTING, reason)
        try:
            self._hub.expect_space()
            self._room.audience.join(reader)
        except ServerFull as full:
            return self.end(Close.TRY_LATER, str(full))
        except RoomFull as full:
            reason = f"Room full. It takes {full.limit} at a time."
            cure = "The owner can raise MAX_CONNECTIONS_PER_ROOM."
            told = reason if self._is_guest else f"{reason} {cure}"
            return self.end(Close.ROOM_FULL, told)
        self._reader = reader
        if not self._is_guest:
            self._hub.activity.came()
        limits = self._hub.limits
        self._connection.take_frames_of(
            limits.guest_frame if self._told == "view" else limits.frame
        )
        self._pump = Pump(
            self._room,
            reader,
            self._connection,
            self._hub.tally,
            aside=self._aside,
            over=self._sent_all,
        )
        self._pump.start(*first)

    def _sent_all(self, ending: Ending | None) -> None:
        self._end_if(ending)
        self._leave()

    def _aside(self) -> bytes | None:
        """Tell of a change of role."""
        if self._visitor.role == self._told:
            return None
        self._told = self._visitor.role
        if self._told != "view":
            # Only ever more: what was sent before the role became less is to be
            # refused, and not to end the connection.
            self._connection.take_frames_of(self._hub.limits.frame)
        return framed(encode(RoleChange(self._told)))

    def dismiss(self, ending: Ending) -> None:
        """End it at once: from now on nothing is sent, and nothing heard."""
        if self._reader is not None:
            self._reader.ending = ending
        self.end(ending.code, ending.reason)
        # It may have frames before it that the client does not take.
        self._connection.drop_soon()

    def end(self, code: int, reason: str) -> None:
        """Close the connection and give up the seat. May be called again."""
        if not self._over:
            self._connection.end(code, reason)
            self._leave()

    def close(self) -> None:
        """Stop, as the connection is gone. May be called again."""
        if self._questions is not None:
            self._questions.close()
        self._leave()

    def _leave(self) -> None:
        over, self._over = self._over, True
        if self._pump is not None:
            self._pump.stop()
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
            await self._take(decode(frame), len(frame))
        except msgspec.DecodeError as error:
            self._end_if(self._manners.malformed(str(error)))
        except BadChange as error:
            self._manners.refuse("bad_change", str(error))
        except TooLarge as error:
            self._manners.refuse("too_large", str(error))
        except TooOld as old:
            self.end(Close.TOO_OLD, str(old))
        except QuotaReached as full:
            self._manners.refuse("quota", str(full))
        except StorageFailure as failure:
            self._cannot_store(failure)
        except RoomNotFound:
            self._hub.forget(self._room)

    def _cannot_store(self, failure: StorageFailure) -> None:
        if self._reader is None:
            # It has said hello and will say nothing more, waiting for its welcome.
            reason = f"The room cannot be read: {failure}."
            return self.end(Close.STORAGE_LOST, reason)
        self._manners.refuse("storage", f"Nothing can be saved for now: {failure}.")

    async def _take(self, message: ClientMessage, size: int) -> None:
        reader = self._reader
        if reader is None:
            if isinstance(message, Hello):
                if isinstance(message.version, int):
                    await self._room.catch_up(message.version)
                client_id = self._room.client_id_of(message.key)
                return self.begin_edits(client_id, message.version, message.epoch)
            raise msgspec.ValidationError(
                f"Expected hello first, found {type_of(message)}"
            )
        if isinstance(message, CodeChange):
            await self._hub.pace.wait(reader.client_id, size)
            if reader.ending is not None:
                # Sent away meanwhile; or there again, and will say it again.
                return
            if message.code is UNSET:
                self._hub.pace.spend(reader.client_id, size)
        if not await self._visitor.may(type_of(message)):
            what = (
                "You may not ask for suggestions here."
                if isinstance(message, Ask)
                else "You may read this room and not change it."
            )
            return self._end_if(self._manners.forbidden(what))
        match message:
            case CodeChange():
                await self._change(reader, message)
            case Here():
                self._place(self._editor(reader, message), message)
            case Check():
                self._compare(self._editor(reader, message), message)
            case Ask():
                self._ask(message)
            case Hello():
                self.end(Close.MALFORMED, "Expected hello once, found it once more.")

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
            return reader.answer(self._room)
        if self._hub.differs_too_often(reader.client_id):
            # Each time costs the whole code, and a line of the log.
            return self.end(Close.RATE, "This editor differs from the room too often.")
        _log.error(
            "A client of room %s showed another text at version %d; "
            "it was sent the room's.",
            self._room.record.room_id,
            check.version,
        )

    def _ask(self, ask: Ask) -> None:
        if self._questions is None:
            what = "Suggestions are not on for guests here."
            return self._end_if(self._manners.forbidden(what))
        self._questions.ask(ask)

    async def _change(
        self, reader: EditReader | FileReader, change: CodeChange
    ) -> None:
        room = self._room
        writer = Writer(reader.client_id, self._visitor.author)
        match change:
            case CodeChange(code=str(code)):
                if isinstance(reader, FileReader):
                    reader.heard()
                before = room.head
                version = await room.write(writer, code)
                if version == before:
                    reader.owe(room)
                else:
                    # Not that of the message: the whole file comes with each key.
                    self._hub.pace.spend(reader.client_id, room.log.size_of(version))
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

    def _end_if(self, ending: Ending | None) -> None:
        if ending is not None:
            self.end(ending.code, ending.reason)
