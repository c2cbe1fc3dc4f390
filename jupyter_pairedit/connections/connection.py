"""One connection to a room, in either dialect, of a member or a guest."""

from __future__ import annotations

import logging

import msgspec
from msgspec import UNSET

from ..core.carets import Caret
from ..core.marks import marks_of
from ..core.storable import BadChange
from ..core.writes import WriteKey
from ..protocol import (
    EDIT_DIALECT,
    SMALL,
    Ask,
    CancelAsk,
    Check,
    ClientMessage,
    Close,
    CodeChange,
    Ending,
    Hello,
    Here,
    RunMessage,
    WriteId,
    read_changes,
    read_message,
    type_of,
)
from ..rooms.log import Stale, TooOld
from ..rooms.quota import QuotaReached
from ..rooms.readers import EditReader, FileReader
from ..rooms.room import TooLarge, Writer
from ..stores.errors import RoomNotFound, StorageFailure
from .asked import Asked, asked_by, asked_in
from .identity import client_id_for
from .membership import Membership
from .runs import NOT_EXPECTED

_log = logging.getLogger(__name__)

Reader = EditReader | FileReader


class Connection(Membership):
    """Reads messages of one client into a room, and sends it what is new."""

    async def receive(self, frame: str | bytes) -> None:
        """Process one frame. Read the next one after this returns: no backlog."""
        if self._ended or (self._reader is not None and self._reader.ending):
            return
        try:
            message = await self._read(frame)
            await self._process(message, len(frame))
        except msgspec.DecodeError as error:
            self._end_if(self._violations.malformed(str(error), asked_in(frame)))
        except BadChange as error:
            self._violations.refuse("bad_change", str(error), asked_in(frame))
        except TooLarge as error:
            self._violations.refuse("too_large", str(error))
        except Stale as stale:
            self._end_if(self._violations.stale(stale))
        except TooOld as old:
            self.end(Close.TOO_OLD, str(old))
        except QuotaReached as full:
            self._violations.refuse("quota", str(full))
        except StorageFailure as failure:
            self._storage_failed(failure, asked_in(frame))
        except RoomNotFound as gone:
            self._hub.forget(self._room, gone)

    async def _read(self, frame: str | bytes) -> ClientMessage:
        """Return the message in a frame; a large one waits while its client owes time.

        A large frame that is refused delays the next large one.
        """
        limits, reader = self._hub.limits, self._reader
        if reader is None or len(frame) <= SMALL:
            return read_message(frame, limits)
        await self._throttle.wait_for_size(reader.client_id)
        try:
            return read_message(frame, limits)
        except (msgspec.DecodeError, BadChange):
            self._throttle.spend(reader.client_id, len(frame))
            raise

    def _storage_failed(
        self, failure: StorageFailure, asked: Asked | None = None
    ) -> None:
        if self._reader is None:
            # The client has sent hello and waits for its welcome.
            return self.end(Close.STORAGE_LOST, f"The room cannot be read: {failure}.")
        what = f"Nothing can be saved for now: {failure}."
        self._violations.refuse("storage", what, asked)

    async def _process(self, message: ClientMessage, size: int) -> None:
        reader = self._reader
        if reader is None:
            return await self._process_first(message)
        if isinstance(message, CodeChange):
            await self._throttle.wait_to_edit(reader.client_id, size)
            if reader.ending is not None:
                # It was removed, or has reconnected and will send this again.
                return
            if message.code is UNSET:
                self._throttle.spend(reader.client_id, size)
        if not await self._identity.may(type_of(message)):
            return self._forbid(message)
        match message:
            case CodeChange():
                await self._change(reader, message)
            case Here():
                self._place_caret(reader, message)
            case Check():
                self._end_if(self._check(reader, message))
            case Ask():
                self._ask(message)
            case CancelAsk():
                if self._questions is not None:
                    self._questions.cancel(message.id)
            case _ if isinstance(message, RunMessage):
                await self._about_run(message)
            case Hello():
                self.end(Close.MALFORMED, "Expected hello once, found it once more.")

    async def _process_first(self, message: ClientMessage) -> None:
        if not isinstance(message, Hello):
            raise msgspec.ValidationError(
                f"Expected hello first, found {type_of(message)}"
            )
        if isinstance(message.version, int):
            await self._room.catch_up(message.version)
        client_id = client_id_for(self._room, self._identity, message.key)
        self.begin_edits(client_id, message)
        self.confirms_login = message.confirms_login

    def _forbid(self, message: ClientMessage) -> None:
        self._end_if(self._violations.not_permitted(message))

    async def _about_run(self, message: RunMessage) -> None:
        if self._runs is None or not self._runs.follows:
            return self._violations.refuse("forbidden", NOT_EXPECTED, asked_by(message))
        await self._runs.receive(message)

    def _ask(self, ask: Ask) -> None:
        if self._questions is None:
            what = "Suggestions are not on for guests here."
            return self._end_if(self._violations.forbidden(what, asked_by(ask)))
        self._questions.ask(ask)

    # --- what the messages of a client that has joined do in the room -----------------

    async def _change(self, reader: Reader, change: CodeChange) -> None:
        """Write the whole text, or push edits."""
        room = self._room
        marks = self._identity.marks | marks_of(change.marks)
        writer = Writer(reader.client_id, self._identity.author, marks)
        match change:
            case CodeChange(code=str()):
                await self._write(reader, writer, change)
            case CodeChange(version=int(version), updates=list(updates)):
                changes = read_changes(updates, self._hub.limits)
                await room.push(writer, version, changes)
            case _:
                raise msgspec.ValidationError(
                    "Expected code_change with code, or with version and updates; "
                    "found neither"
                )
        if not self._identity.kernel:
            self._hub.activity.record_edit(guest=self._identity.label is not None)

    async def _write(self, reader: Reader, writer: Writer, change: CodeChange) -> None:
        """Write the whole text of a message that has one."""
        assert isinstance(change.code, str)
        write = key = None
        if isinstance(reader, FileReader):
            # This dialect has no acknowledgements, so that no write is repeated.
            reader.record_write()
        elif isinstance(change.id, WriteId):
            write = change.id
            key = WriteKey.numbered(write.writer, write.number)
        _, size = await self._room.write(writer, change.code, key)
        # Not the size of the message, which is that of the whole text.
        self._throttle.spend(reader.client_id, size)
        if write or not size:
            reader.acknowledge_write(self._room, write)

    def _place_caret(self, reader: Reader, here: Here) -> None:
        """Place the client's caret, unless it moves too often."""
        client_id = _edit_reader(reader, here).client_id
        # A kernel is not in the list of people, so that its caret would have no name.
        if not self._identity.kernel and not self._throttle.caret_exceeds(client_id):
            self._room.place_caret(
                Caret(client_id, here.anchor, here.head, here.version)
            )

    def _check(self, reader: Reader, check: Check) -> Ending | None:
        """Compare the client's text with the room's, and send it if they differ.

        Returns an ending if the client differs too often.
        """
        reader = _edit_reader(reader, check)
        if reader.shows(self._room, check.version, check.hash):
            # The reply tells the client that the connection works.
            reader.answer_check(self._room)
            return None
        if self._throttle.mismatch_exceeds(reader.client_id):
            # Each mismatch costs the whole text and a line of the log.
            return Ending(Close.RATE, "This editor differs from the room too often.")
        _log.error(
            "A client of room %s showed another text at version %d; "
            "it was sent the room's.",
            self._room.record.room_id,
            check.version,
        )
        return None


def _edit_reader(reader: Reader, message: ClientMessage) -> EditReader:
    """Return the reader if it is of the edit dialect, to which the message belongs."""
    if isinstance(reader, EditReader):
        return reader
    raise msgspec.ValidationError(
        f"Expected code_change; {type_of(message)} belongs to {EDIT_DIALECT}"
    )
