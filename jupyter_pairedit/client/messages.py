"""Frames from and to the server, with what the server leaves out filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from ..core.changes import ChangeSet
from ..core.marks import from_bits
from ..core.replica import LogEntry
from ..protocol import (
    ClientMessage,
    CodeUpdate,
    GuestHello,
    PassHello,
    Saved,
    ServerMessage,
    Update,
    WriteId,
)

_decoder: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)
_encoder = msgspec.json.Encoder()


def read_frame(frame: str | bytes) -> ServerMessage | None:
    """Return the message of a frame, or None if this version does not know it."""
    try:
        return _decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def write_frame(message: ClientMessage | GuestHello | PassHello) -> str:
    """Return the frame of a message."""
    return _encoder.encode(message).decode()


class News(NamedTuple):
    """Revisions up to ``version``."""

    version: int
    entries: Sequence[LogEntry]


class Stored(NamedTuple):
    """Everything new up to ``version`` are this client's own edits."""

    version: int
    write: WriteId | None


class Shorthand:
    """Follows what one client is sent, on one connection after the other.

    The server leaves out what a client that follows the log knows.
    """

    def __init__(self) -> None:
        self._author = ""

    def news(self, update: CodeUpdate, known: int) -> News | None:
        """Return the revisions for a client that has version ``known``.

        None if it has none. Raises ``BadChange``.
        """
        if not isinstance(update.updates, list):
            return None
        entries = [self._entry(each) for each in update.updates]
        version = update.version
        return News(
            version if isinstance(version, int) else known + len(entries), entries
        )

    def stored(self, saved: Saved, known: int, me: str) -> Stored:
        """Return a ``saved`` message in full, for the client ``me``."""
        version = saved.version if isinstance(saved.version, int) else known + 1
        # A write that changed nothing is acknowledged, and is no revision.
        if version > known:
            self._author = me
        return Stored(version, saved.id if isinstance(saved.id, WriteId) else None)

    def _entry(self, update: Update) -> LogEntry:
        # A write by REST has the client "", which is not 0.
        if isinstance(update.client_id, str):
            self._author = update.client_id
        changes = ChangeSet.from_json(update.changes)
        marks = from_bits(update.marks)
        return LogEntry(self._author, changes, update.write == 1, marks)
