"""What the messages of a client that has joined do in the room."""

from __future__ import annotations

import logging

import msgspec

from ..core.carets import Caret
from ..core.marks import marks_of
from ..core.writes import WriteKey
from ..protocol import (
    EDIT_DIALECT,
    Check,
    ClientMessage,
    Close,
    CodeChange,
    Ending,
    Here,
    WriteId,
    type_of,
)
from ..rooms.hub import Hub
from ..rooms.readers import EditReader, FileReader
from ..rooms.room import Room, Writer
from .identity import Identity
from .incoming import read_changes
from .throttle import ConnectionLimits

_log = logging.getLogger(__name__)

Reader = EditReader | FileReader


class Actions:
    """Carries out permitted messages of one client. Errors of the room are raised."""

    def __init__(
        self, hub: Hub, throttle: ConnectionLimits, room: Room, identity: Identity
    ) -> None:
        self._hub = hub
        self._throttle = throttle
        self._room = room
        self._identity = identity

    async def change(self, reader: Reader, change: CodeChange) -> None:
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

    def place_caret(self, reader: Reader, here: Here) -> None:
        """Place the client's caret, unless it moves too often."""
        client_id = _edit_reader(reader, here).client_id
        # A kernel is not in the list of people, so that its caret would have no name.
        if not self._identity.kernel and not self._throttle.caret_exceeds(client_id):
            self._room.place_caret(
                Caret(client_id, here.anchor, here.head, here.version)
            )

    def check(self, reader: Reader, check: Check) -> Ending | None:
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
