"""Edits and whole-file writes, the revisions they become, acknowledgements."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..core.marks import OwnMark
from .base import Message, Version

ChangeJSON = list[int | list[int | str]]
"""A change set as CodeMirror's ``ChangeSet.toJSON`` writes it."""


class Update(msgspec.Struct, array_like=True, frozen=True):
    """One revision on the wire: ``[clientId, changes]``, and up to two numbers more.

    An array, because most updates are single characters, and the field names of an
    object would be longer than the values. Numbers at the end that are 0 are left out.
    """

    client_id: str | Literal[0]
    """0: the client of the previous revision."""
    changes: ChangeJSON
    write: Literal[0, 1] = 0
    """1 for a whole-file write, which confirms no edit of that client."""
    marks: int = 0
    """How it was made, a sum: 1 with a guest link, 2 by the author's kernel, 4 text of
    a suggestion, 8 by a program that acts for the author. Other bits are ignored."""


class WriteId(msgspec.Struct, array_like=True, frozen=True):
    """Identifies a whole-file write: ``[writer, number]``.

    ``writer`` is chosen at random; ``number`` increases with each of its writes. The
    room carries out a write once, whichever clients send it, and does not carry it out
    after a later one of the same writer.
    """

    writer: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_]{8,64}\Z")]
    number: Version


class CodeChange(Message, tag="code_change"):
    """A write (``code``, the whole file) or edits (``version`` and ``updates``).

    In the edit dialect, ``code`` may have an ``id``. Such a write can be sent again; it
    is answered by ``saved`` with the ``id``.

    ``marks`` are those of all the edits, or of the write: ``suggested`` for text of a
    suggestion that the person accepted, ``agent`` for a program that acts for the
    person. With any other mark the message is refused: the server sets those itself.
    """

    code: str | UnsetType = UNSET
    id: WriteId | UnsetType = UNSET
    version: Version | UnsetType = UNSET
    updates: list[ChangeJSON] | UnsetType = UNSET
    marks: list[OwnMark] = []


class Check(Message, tag="check"):
    """The client's text, as a hash, after two seconds without a change.

    ``hash`` is the CRC-32 of the code as UTF-8, in eight hexadecimal digits. If it
    differs from the room's, the server sends ``initial_state``, else an empty
    ``presence``: a client that gets no answer knows that its connection is dead. The
    client sends it again every 30 seconds while nothing else arrives.
    """

    version: Version
    hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}\Z")]


class InitialState(Message, tag="initial_state"):
    """The room's code at a version, in either dialect."""

    code: str
    version: Version


class CodeUpdate(Message, tag="code_update"):
    """New revisions: ``code`` in the whole-file dialect, ``updates`` in the other one.

    ``version`` is the version *after* them. The receiver has ``version -
    len(updates)``. It is present in the first message after ``welcome`` or
    ``initial_state``, and omitted if the updates follow those of the last message.
    """

    version: Version | UnsetType = UNSET
    code: str | UnsetType = UNSET
    updates: list[Update] | UnsetType = UNSET


class Accepted(Message, tag="accepted"):
    """All that is new up to ``version`` are this client's own edits: others see them.

    They survive the end of the server's process; ``saved`` follows when they survive a
    loss of power. The client may push more. Sent to a client whose ``hello`` and
    ``welcome`` have ``accepted``, instead of a ``code_update`` that would carry its own
    text back to it. Left out, ``version`` is one more than the client was sent before.
    """

    version: Version | UnsetType = UNSET


class Saved(Message, tag="saved"):
    """All new revisions up to ``version`` are this client's own edits, and are stored.

    They survive a loss of power. Sent instead of a ``code_update`` that would return a
    client's own text. If omitted, ``version`` is one more than the last version that
    was sent to the client. If ``welcome`` had ``accepted``, nothing is new: all of the
    client's edits up to ``version`` are stored; if omitted, all that it was sent.

    With ``id``, the whole-file write with that id is stored, by this client or another
    one. All revisions up to ``version`` were sent before.
    """

    version: Version | UnsetType = UNSET
    id: WriteId | UnsetType = UNSET
