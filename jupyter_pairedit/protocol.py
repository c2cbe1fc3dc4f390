"""The words of the room socket, each a struct that decodes strictly.

Two dialects share the names of the prototype:

* the **whole-file dialect** (no subprotocol): the server sends ``initial_state`` and
  then ``code_update`` with ``code``; the client sends ``code_change`` with ``code``;
* the **edit dialect** (subprotocol ``pairedit.v1``): the client opens with ``hello``,
  the server answers ``welcome`` and, unless the client resumes, ``initial_state``; from
  then on ``code_change`` and ``code_update`` carry CodeMirror change sets.

Keys are camelCase on the wire. Positions and lengths are UTF-16 units. A field that
this version does not know is ignored, so that either side may be the newer one.
``js/src/wire/protocol.gen.ts`` is generated from this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from .core.roles import Role
from .core.storable import LARGEST

T = TypeVar("T")

EDIT_DIALECT = "pairedit.v1"
"""The WebSocket subprotocol of the edit dialect; without it, the whole-file dialect."""

ChangeJSON = list[int | list[int | str]]
"""A change set as CodeMirror's ``ChangeSet.toJSON`` writes it."""

Version = Annotated[int, Meta(ge=0, le=LARGEST)]
"""How many revisions of the room's log a text holds."""


class Message(msgspec.Struct, rename="camel", tag_field="type", omit_defaults=True):
    """Base of every message: one JSON object with its name in ``type``."""


class Update(msgspec.Struct, array_like=True, frozen=True):
    """One revision on the wire: ``[clientId, changes]`` or ``[clientId, changes, 1]``.

    An array and not an object, because most of what the socket carries is single keys
    and their names would weigh more than they do.
    """

    client_id: str | Literal[0]
    """0: the client of the revision before it."""
    changes: ChangeJSON
    write: Literal[0, 1] = 0
    """1 for a whole-file write: it never confirms an edit of that client."""


class WriteId(msgspec.Struct, array_like=True, frozen=True):
    """Identifies a whole-file write: ``[writer, number]``.

    ``writer`` is chosen at random; ``number`` increases with each of its writes. The
    room carries out a write once, whichever clients send it, and does not carry it out
    after a later one of the same writer.
    """

    writer: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_]{8,64}$")]
    number: Version


class Person(msgspec.Struct, rename="camel", frozen=True, omit_defaults=True):
    """Somebody who is in the room now, with one entry for all their clients."""

    name: str
    color: int
    """1 to 7: JupyterLab's ``--jp-collaborator-color<n>``."""
    clients: list[str]
    guest: bool = False
    """Whether they came by a guest link. The server says so, never they."""
    label: str = ""
    """What the link is called by those who made it."""


# --- client to server ---------------------------------------------------------------


class Hello(Message, tag="hello"):
    """The first message of the edit dialect, due within five seconds.

    ``key`` is a secret that the editor made up when it was mounted. The server derives
    the client id from it, so whoever reconnects with the same key is the same client,
    even after a restart of the server, and nobody else can be. With ``version`` and
    ``epoch`` the client resumes: it has the room's text at that version.
    """

    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22,64}$")]
    version: Version | UnsetType = UNSET
    epoch: str | UnsetType = UNSET
    accepted: bool = False
    """Whether the client knows the message ``accepted``."""


class GuestHello(Message, tag="hello"):
    """The first message of a guest, in either dialect, due within five seconds.

    ``secret`` is the key of their link, or ``resume`` is the token of their last
    ``welcome``. The rest is as in ``hello``; only the edit dialect needs ``key``.
    """

    room: str
    invite: str
    name: str
    """By which the others know them; the server cleans it and makes it unique."""
    secret: str | UnsetType = UNSET
    resume: str | UnsetType = UNSET
    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22,64}$")] | UnsetType = UNSET
    version: Version | UnsetType = UNSET
    epoch: str | UnsetType = UNSET
    accepted: bool = False


class CodeChange(Message, tag="code_change"):
    """Either ``code``, the whole file, or ``version`` and ``updates``, edits.

    In the edit dialect, ``code`` may have an ``id``. Such a write can be sent again; it
    is answered by ``saved`` with the ``id``.
    """

    code: str | UnsetType = UNSET
    id: WriteId | UnsetType = UNSET
    version: Version | UnsetType = UNSET
    updates: list[ChangeJSON] | UnsetType = UNSET


class Here(Message, tag="presence"):
    """Where the client's caret is, when it did not get there by typing.

    In the code at ``version``, which is the newest that the client has, with no unsent
    edits on it. Whoever types is where they typed; everybody works that out.
    """

    version: Version
    anchor: Version
    head: Version


class Ask(Message, tag="autocomplete"):
    """A guest asks what may follow at a position in the code at ``version``."""

    cursor_position: Version
    version: Version
    id: Version = 0
    """Of the question; its answer has the same."""


class Check(Message, tag="check"):
    """What a client that has been quiet for two seconds shows.

    ``hash`` is the CRC-32 of the code as UTF-8, in eight hexadecimal digits. Where it
    is not the room's, the server sends ``initial_state``, else ``presence`` with
    nothing new: a client that hears nothing at all is on a dead line. It asks again
    every 30 seconds in which nothing happens.
    """

    version: Version
    hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}$")]


ClientMessage = Hello | CodeChange | Here | Check | Ask

# --- server to client ---------------------------------------------------------------


class Welcome(Message, tag="welcome"):
    """Answers ``hello``: who the client is, and what the room is."""

    client_id: str
    epoch: str
    """Differs when the room's history is another one than the client knew."""
    resumed: bool
    """True: what is newer than the client's version follows as ``code_update``.
    False: ``initial_state`` follows, and what the client had not sent is its own."""
    title: str
    language: str
    limit: int
    """People at a time."""
    role: Role = "edit"
    guest: bool = False
    resume: str = ""
    """Brings a guest back in, in the place of the link's key."""
    autocomplete: bool = False
    """Whether this client may ask for suggestions over the socket."""
    accepted: bool = False
    """Whether the client's edits are ``accepted`` first and ``saved`` later."""


class InitialState(Message, tag="initial_state"):
    """The room's code at a version, in either dialect."""

    code: str
    version: Version


class CodeUpdate(Message, tag="code_update"):
    """What is new: ``code`` in the whole-file dialect, ``updates`` in the edit dialect.

    ``version`` is the version *after* it. The receiver has ``version - len(updates)``.
    It is left out of updates that follow what the same connection was sent before, and
    is there in the first ones after ``welcome`` or ``initial_state``.
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
    """All that is new up to ``version`` are this client's own edits: they are stored.

    They survive a loss of power. Sent instead of a ``code_update`` that would carry a
    client's own text back to it. Left out, ``version`` is one more than that which the
    client was sent before. If ``welcome`` had ``accepted``, nothing is new: all of the
    client's edits up to ``version`` are stored; left out, all that it was sent.

    With ``id``, the whole-file write with that id is stored, by this client or another
    one. All revisions up to ``version`` were sent before.
    """

    version: Version | UnsetType = UNSET
    id: WriteId | UnsetType = UNSET


class RoleChange(Message, tag="role"):
    """What this client may do from now on; it holds already for what comes in."""

    role: Role


class Suggestion(Message, tag="suggestion"):
    """Answers ``autocomplete``: each question, unless an ``error`` has its ``id``."""

    suggestion: str
    """Empty for none."""
    detail: str = ""
    id: int = 0
    """Of the question."""


class Caret(msgspec.Struct, array_like=True, frozen=True):
    """A client's selection: ``[clientId, anchor, head]``; ``head`` is the caret."""

    client_id: str
    anchor: int
    head: int


class Presence(Message, tag="presence"):
    """Who is in the room, and where their carets are; what did not change is left out.

    ``people`` is everybody, in the order in which they came. ``carets`` are those that
    have moved, in the code at ``version``.
    """

    people: list[Person] | UnsetType = UNSET
    version: Version | UnsetType = UNSET
    carets: list[Caret] | UnsetType = UNSET


class Error(Message, tag="error"):
    """A message was refused, or the room cannot store for now.

    ``code`` is for programs (see ``ErrorCode``), ``message`` a sentence for people that
    names what was expected and what was found.
    """

    code: ErrorCode
    message: str
    fatal: bool = False
    version: Version | UnsetType = UNSET
    """Of ``stale``: the version to read on to before the next push."""
    limit: int | UnsetType = UNSET
    """Of ``room_full``: how many people the room takes at a time."""
    id: int | UnsetType = UNSET
    """Of the question that was refused, if it was one."""


ErrorCode = Literal[
    "malformed",  # not a message; the third closes the socket with 4400
    "bad_change",  # a change set that does not fit the text it is made against
    "too_large",  # the room's code would pass the limit; nothing was changed
    "forbidden",  # not allowed to this person
    "storage",  # the store cannot write (disk full, locked): read-only until it can
    "quota",  # the room's history is full: read-only until somebody has made room
    "stale",  # too far behind to be rebased here: read on to ``version``, push again
    "room_full",  # no seat is free; the socket is closed with 1001 after it
]

ServerMessage = (
    Welcome
    | InitialState
    | CodeUpdate
    | Accepted
    | Saved
    | RoleChange
    | Suggestion
    | Presence
    | Error
)


class Close:
    """Close codes of the socket (RFC 6455, section 7.4, and our own from 4400)."""

    ROOM_FULL = 1001
    NO_SUCH_ROOM = 1008
    RESTARTING = 1012
    INTERNAL = 1011
    TRY_LATER = 1013
    MALFORMED = 4400
    INVITE_NOT_VALID = 4401
    REPLACED = 4402
    FORBIDDEN = 4403
    NO_HELLO = 4408
    TOO_OLD = 4409
    INVITE_EXPIRED = 4410
    INVITE_REVOKED = 4411
    ROOM_DELETED = 4412
    KICKED = 4413
    TOO_SLOW = 4414
    RATE = 4429
    STORAGE_LOST = 4503


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the server ends a connection: a close code and a sentence for people."""

    code: int
    reason: str


_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_hello_decoder: msgspec.json.Decoder[GuestHello] = msgspec.json.Decoder(GuestHello)
_encoder = msgspec.json.Encoder()


def decode(frame: str | bytes) -> ClientMessage:
    """Read one message of a client.

    Raises ``msgspec.DecodeError`` (of which ``msgspec.ValidationError`` is the kind for
    JSON that is not a message) with a sentence of what was expected and found.
    """
    return read(
        _decoder,
        frame,
        "a message with the type hello, code_change, presence, check or autocomplete",
    )


def decode_hello(frame: str | bytes) -> GuestHello:
    """Read the first message of a guest; raises as ``decode`` does."""
    return read(_hello_decoder, frame, "hello with room, invite, name and a key")


def read(decoder: msgspec.json.Decoder[T], json: str | bytes, expected: str) -> T:
    """Decode JSON of somebody else.

    Raises ``msgspec.DecodeError`` (or its kind ``msgspec.ValidationError``, for JSON
    that is not what was expected) with a sentence that names what was expected, and
    quotes nothing of what was sent: that may be long, or another person's.
    """
    try:
        return decoder.decode(json)
    except msgspec.ValidationError as error:
        raise msgspec.ValidationError(_explain(str(error), expected)) from None
    except msgspec.DecodeError as error:
        raise msgspec.DecodeError(f"Expected {expected}. {error}") from None
    except UnicodeError:
        raise msgspec.DecodeError(
            f"Expected {expected}, found text that is not UTF-8"
        ) from None
    except RecursionError:
        raise msgspec.DecodeError(
            f"Expected {expected}, found JSON that is nested too deeply"
        ) from None


def _explain(error: str, expected: str) -> str:
    if error.startswith("Expected ") and "`$.type`" not in error:
        return error
    # msgspec quotes these.
    if error.startswith("Object contains unknown field"):
        return f"Expected {expected}, found a field of another name"
    if error.startswith("Invalid value"):
        return f"Expected {expected}, found another value"
    return f"Expected {expected}. {error}"


def type_of(message: Message) -> str:
    """Give the ``type`` of a message."""
    return str(message.__struct_config__.tag)


def encode(message: ServerMessage) -> bytes:
    """Write one message of the server as one text frame, in UTF-8."""
    return _encoder.encode(message)


def framed(message: bytes) -> bytes:
    """Put the header of a server's WebSocket text frame before a message.

    As RFC 6455, section 5.2, has it: final, not compressed, not masked.
    """
    size = len(message)
    if size < 126:
        head = bytes((0x81, size))
    elif size < 1 << 16:
        head = b"\x81\x7e" + size.to_bytes(2)
    else:
        head = b"\x81\x7f" + size.to_bytes(8)
    return head + message
