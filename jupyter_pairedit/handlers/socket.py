"""The room socket: both dialects, one connection to a room for each."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import msgspec
from jupyter_core.utils import ensure_async
from tornado.websocket import WebSocketClosedError, WebSocketProtocol13

from ..core.carets import Caret
from ..core.changes import BadChange, ChangeSet
from ..core.presence import RoomFull
from ..core.rooms import is_room_id
from ..protocol import (
    EDIT_DIALECT,
    Check,
    ClientMessage,
    Close,
    CodeChange,
    Hello,
    Here,
    Welcome,
    decode,
    encode,
)
from ..readers import EditReader, FileReader
from ..room import Room, TooLarge, Writer
from ..stores.base import RoomNotFound, StorageFailure
from .access import RESOURCE, allowed
from .line import Line


class RoomSocket(Line):
    """``/ws/{roomId}``: a connection is a reader with a pump, and a writer."""

    _room: Room | None = None
    _reader: EditReader | FileReader | None = None
    _pump: asyncio.Task[None] | None = None
    _hello_due: asyncio.TimerHandle | None = None
    _malformed = 0
    _forbidden = 0
    _unseated: str | None = None
    """As whom the hub has admitted this socket, which has not said hello."""

    @property
    def max_message_size(self) -> int:
        """Little until the client has said who it is; ``_seat`` raises it."""
        limits = self.hub.limits
        return limits.first_frame if self._edits else limits.frame

    @property
    def _edits(self) -> bool:
        """Whether the connection speaks the edit dialect."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        return EDIT_DIALECT in (part.strip() for part in offered.split(","))

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Choose the edit dialect where it is offered."""
        return EDIT_DIALECT if EDIT_DIALECT in subprotocols else None

    @allowed("execute")
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade."""
        await super().get(*args, **kwargs)

    async def open(self, room_id: str) -> None:
        """Find the room; the whole-file dialect takes a seat at once."""
        # Frames are small and each is waited for: nothing is to be gathered.
        self.set_nodelay(True)
        seconds = self.hub.seconds_to_wait(self.person)
        if seconds:
            return self._end(Close.RATE, f"Too many connections: wait {seconds:.0f} s.")
        if self._edits and not self._admit():
            return self._end(
                Close.TRY_LATER, "Too many connections that have not said hello."
            )
        try:
            if not is_room_id(room_id):
                raise RoomNotFound(room_id)
            self._room = await self.hub.open(room_id)
        except RoomNotFound:
            return self._end(Close.NO_SUCH_ROOM, "No such room.")
        except StorageFailure as failure:
            return self._end(Close.STORAGE_LOST, f"The room cannot be read: {failure}.")
        if self._edits:
            wait = self.hub.limits.hello
            loop = asyncio.get_running_loop()
            self._hello_due = loop.call_later(wait, self._no_hello, wait)
        else:
            client_id = secrets.token_urlsafe(9)
            self._seat(FileReader(client_id, self.person, self.person_name))

    def _admit(self) -> bool:
        # Not the address alone: a proxy has one for everybody.
        who = f"{self.request.remote_ip} {self.person}"
        admitted = self.hub.admit(who)
        if admitted:
            self._unseated = who
        return admitted

    def _no_longer_unseated(self) -> None:
        who, self._unseated = self._unseated, None
        if who is not None:
            self.hub.seated(who)

    async def on_message(self, message: str | bytes) -> None:
        """Take one frame. Tornado reads the next when this is done: no backlog."""
        room = self._room
        if room is None or (self._reader is not None and self._reader.ending):
            # It is over, and the client has not heard of it yet.
            return
        try:
            if isinstance(message, bytes):
                raise msgspec.ValidationError(
                    "Expected a text frame, found a binary one"
                )
            decoded = decode(message)
            await self._take(room, decoded)
        except msgspec.DecodeError as error:
            self._refuse_malformed(str(error))
        except BadChange as error:
            self._refuse("bad_change", str(error))
        except TooLarge as error:
            self._refuse("too_large", str(error))
        except StorageFailure as failure:
            self._refuse("storage", f"Nothing can be saved for now: {failure}.")
        except RoomNotFound:
            self.hub.forget(room.record.room_id)

    def on_close(self) -> None:
        """Give up the seat and stop the pump."""
        super().on_close()
        for due in (self._hello_due, self._pump):
            if due is not None:
                due.cancel()
        self._leave()

    # --- what a client says -----------------------------------------------------------

    async def _take(self, room: Room, message: ClientMessage) -> None:
        match message:
            case Hello():
                await self._hello(room, message)
            case CodeChange():
                await self._change(room, message)
            case Here():
                reader = self._editor("presence")
                if not self.hub.moves_too_often(reader.client_id):
                    room.place(
                        Caret(
                            reader.client_id,
                            message.anchor,
                            message.head,
                            message.version,
                        )
                    )
            case Check():
                reader = self._editor("check")
                if not reader.shows(room, message.version, message.hash):
                    if self.hub.differs_too_often(reader.client_id):
                        # Each time costs the whole code, and a line of the log.
                        return self._end(
                            Close.RATE, "This editor differs from the room too often."
                        )
                    self.log.error(
                        "A client of room %s showed another text at version %d; "
                        "it was sent the room's.",
                        room.record.room_id,
                        message.version,
                    )

    def _editor(self, message: str) -> EditReader:
        if isinstance(self._reader, EditReader):
            return self._reader
        raise msgspec.ValidationError(f"Expected hello first, found {message}")

    async def _hello(self, room: Room, hello: Hello) -> None:
        if self._reader is not None or not self._edits:
            raise msgspec.ValidationError(
                "Expected code_change, found hello once more"
                if self._edits
                else f"Expected code_change; hello belongs to {EDIT_DIALECT}"
            )
        if self._hello_due is not None:
            self._hello_due.cancel()
        self._no_longer_unseated()
        reader = EditReader(room.client_id_of(hello.key), self.person, self.person_name)
        version, epoch = hello.version, room.record.epoch
        if hello.epoch == epoch and isinstance(version, int) and version <= room.head:
            reader.version = version
        record = room.record
        welcome = Welcome(
            client_id=reader.client_id,
            epoch=epoch,
            resumed=reader.version is not None,
            title=record.title,
            language=record.language,
            limit=record.limit,
        )
        self._seat(reader, encode(welcome))

    async def _change(self, room: Room, change: CodeChange) -> None:
        reader = self._reader
        if reader is None:
            raise msgspec.ValidationError("Expected hello first, found code_change")
        if not await ensure_async(
            self.authorizer.is_authorized(self, self.current_user, "write", RESOURCE)
        ):
            return self._refuse_forbidden("You may read this room and not change it.")
        await self.hub.pace(reader.client_id)
        writer = Writer(reader.client_id, self.person_name)
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

    def _changes(self, updates: list[list[int | list[int | str]]]) -> list[ChangeSet]:
        limits = self.hub.limits
        parts = sum(map(len, updates))
        if len(updates) > limits.updates or parts > limits.parts:
            raise BadChange(
                f"expected at most {limits.updates} updates of {limits.parts} parts "
                f"in a push, found {len(updates)} of {parts}"
            )
        return [ChangeSet.from_json(update) for update in updates]

    # --- what a client is sent --------------------------------------------------------

    def _seat(self, reader: EditReader | FileReader, *first: bytes) -> None:
        room = self._room
        assert room is not None
        try:
            room.audience.join(reader)
        except RoomFull as full:
            return self._end(
                Close.ROOM_FULL,
                f"Room full: it takes {full.limit} at a time. "
                "The owner can raise MAX_CONNECTIONS_PER_ROOM.",
            )
        self._reader = reader
        if isinstance(self.ws_connection, WebSocketProtocol13):
            self.ws_connection.params.max_message_size = self.hub.limits.frame
        self._pump = asyncio.create_task(self._send_what_is_new(room, reader, *first))

    async def _send_what_is_new(
        self, room: Room, reader: EditReader | FileReader, *first: bytes
    ) -> None:
        """Send frame after frame, each awaited, so that a slow reader waits alone."""
        try:
            for greeting in first:
                await self._send(greeting)
            while reader.ending is None:
                news, moved_at = room.audience.news, room.moved_at
                before = reader.version
                frame = await reader.next(room)
                if frame is None:
                    await news.wait()
                    continue
                await self._send(frame)
                if before not in (None, reader.version):
                    self.hub.tally.sent(moved_at)
            self._end(reader.ending.code, reader.ending.reason)
        except WebSocketClosedError:
            self._leave()
        except TimeoutError:
            self._end(Close.TOO_SLOW, "The connection is too slow for this room.")
            self._drop_soon()
        except StorageFailure as failure:
            self._end(Close.STORAGE_LOST, f"The room cannot be read: {failure}.")
        except Exception:
            self.log.exception("The room could not be sent on.")
            self._end(Close.INTERNAL, "The server made a mistake; its log says which.")

    def _no_hello(self, wait: float) -> None:
        self._end(Close.NO_HELLO, f"Expected hello within {wait:g} s.")

    def _refuse_malformed(self, what: str) -> None:
        self._malformed += 1
        if self._malformed >= self.hub.limits.malformed:
            self._end(Close.MALFORMED, f"Malformed once more: {what}")
        else:
            self._refuse("malformed", what)

    def _refuse_forbidden(self, what: str) -> None:
        self._forbidden += 1
        if self._forbidden >= self.hub.limits.forbidden:
            self._end(Close.FORBIDDEN, f"Forbidden once more: {what}")
        else:
            self._refuse("forbidden", what)

    def _end(self, code: int, reason: str) -> None:
        super()._end(code, reason)
        self._leave()

    def _leave(self) -> None:
        self._no_longer_unseated()
        if self._room is not None and self._reader is not None:
            self._room.audience.leave(self._reader)
        self._room = self._reader = None
