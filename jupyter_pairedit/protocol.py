"""The messages of the room socket, as structs that are decoded strictly.

Two dialects use the same message names:

* the **whole-file dialect** (no subprotocol): the server sends ``initial_state`` and
  then ``code_update`` with ``code``; the client sends ``code_change`` with ``code``;
* the **edit dialect** (subprotocol ``pairedit.v1``): the client starts with ``hello``,
  the server answers ``welcome`` and, unless the client resumes, ``initial_state``; from
  then on ``code_change`` and ``code_update`` carry CodeMirror change sets.

Keys are camelCase on the wire. Positions and lengths are UTF-16 units. Unknown fields
are ignored, so the server and the client may have different versions.
``js/src/wire/protocol.gen.ts`` is generated from this module.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Annotated, Literal, TypeVar, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType

from .core.marks import GivenMark, OwnMark
from .core.outputs import WIDEST, OutputKind
from .core.properties import RoomSettings
from .core.roles import Role
from .core.runs import RunState
from .core.storable import LARGEST

T = TypeVar("T")

EDIT_DIALECT = "pairedit.v1"
"""The WebSocket subprotocol of the edit dialect; without it, the whole-file dialect."""

ChangeJSON = list[int | list[int | str]]
"""A change set as CodeMirror's ``ChangeSet.toJSON`` writes it."""

Version = Annotated[int, Meta(ge=0, le=LARGEST)]
"""The number of revisions of the room's log that a text contains."""


class Message(msgspec.Struct, rename="camel", tag_field="type", omit_defaults=True):
    """Base of the messages: a JSON object with the message's name in ``type``."""


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

    writer: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_]{8,64}$")]
    number: Version


class Person(msgspec.Struct, rename="camel", frozen=True, omit_defaults=True):
    """A person who is in the room now, with all their clients."""

    name: str
    color: int
    """1 to 7: JupyterLab's ``--jp-collaborator-color<n>``."""
    clients: list[str]
    guest: bool = False
    """Whether the person used a guest link, as determined by the server."""
    label: str = ""
    """The label of the guest link."""


class Settings(msgspec.Struct, rename="camel", frozen=True):
    """The switches of a room, see ``core.properties.RoomSettings``."""

    suggestions: bool
    guests_may_ask: bool
    guests_see_output: bool
    guests_see_html: bool


class SuggestionSource(msgspec.Struct, rename="camel", frozen=True, omit_defaults=True):
    """Where the suggestions of a server come from, for everybody in its rooms."""

    by: str
    """The name of the model; "mock" for the mock."""
    host: str = ""
    """The host to which the code around the caret is sent; empty if it is not sent."""
    local: bool = False
    """Whether the host is the machine of the Jupyter server."""
    problem: str = ""
    """For people with a login: why the server uses the mock instead of its setting."""


Pixels = Annotated[int, Meta(ge=0, le=WIDEST)]
"""A width or height of an image in pixels of CSS; 0: its own."""


class RunOutput(msgspec.Struct, array_like=True, frozen=True, omit_defaults=True):
    """One output of a run: ``[number, kind, text]``, and up to two strings more; of an
    image, perhaps its width and height after them.

    See ``core.outputs.Output``. An output replaces the one with its number.
    """

    number: Version
    kind: OutputKind
    text: str
    mime: str = ""
    data: str = ""
    width: Pixels = 0
    height: Pixels = 0


class NotedLine(msgspec.Struct, rename="camel", frozen=True, omit_defaults=True):
    """A line of the code that is to be run, which a person should look at.

    ``unread`` lists what guests have done to the text, ``question`` what is unusual in
    it.
    """

    line: int
    """From 1, in the whole text of the version."""
    text: str
    """The line without its end; in ``question``, at most its first 500 characters.
    With ``removed``, it is the line as it is without that text."""
    author: str = ""
    """In ``unread``: the guests who wrote, changed or removed it, separated by commas.
    """
    removed: bool = False
    """Whether it is listed because guests have removed text in it. A line in which they
    have also written something is listed twice."""
    invisible: list[str] = []
    """The characters in the line that are invisible or change the order of others, each
    once, as "U+202E"; also with ``removed``."""
    command: bool = False
    """Whether the line is a magic or a command of the shell; also with ``removed``."""


# --- client to server ---------------------------------------------------------------


class Hello(Message, tag="hello"):
    """The first message of the edit dialect, due within five seconds.

    ``key`` is a random secret of one mounted editor. The server derives the client id
    from it, so a client that reconnects with the same key keeps its id, even after a
    restart of the server, and nobody else can get that id. With ``version`` and
    ``epoch`` the client resumes: it has the room's text at that version.
    """

    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22,64}$")]
    version: Version | UnsetType = UNSET
    epoch: str | UnsetType = UNSET
    confirms_login: bool = False
    """Whether the client answers ``confirm_login``. No other client is asked."""
    differences: bool = False
    """Whether the client understands ``changed`` and ``left`` of ``presence``."""
    accepted: bool = False
    """Whether the client knows the message ``accepted``."""
    name: str | UnsetType = UNSET
    """The name that the person gave themselves; empty to forget it. It counts where
    the login has none. The server cleans it and makes it unique in the room."""
    runs: bool = False
    """Whether the client knows the messages about runs. No other client gets them."""
    xsrf: str = ""
    """The value of the page's XSRF cookie. Only with it, the connection of a page of
    this server may send ``approve``, ``refuse``, ``grant`` and ``shown``."""


class GuestHello(Message, tag="hello"):
    """The first message of a guest, in either dialect, due within five seconds.

    ``secret`` is the key of the guest link, or ``resume`` is the token of the last
    ``welcome``. The rest is as in ``hello``; only the edit dialect needs ``key``.
    """

    room: str
    invite: str
    name: str
    """The name that others see. The server cleans it and makes it unique."""
    secret: str | UnsetType = UNSET
    resume: str | UnsetType = UNSET
    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22,64}$")] | UnsetType = UNSET
    version: Version | UnsetType = UNSET
    epoch: str | UnsetType = UNSET
    differences: bool = False
    accepted: bool = False
    runs: bool = False


class PassHello(Message, tag="hello"):
    """The first message of a kernel that has a pass, on the socket of guests.

    ``secret`` is the pass. The rest is as in ``hello``. The kernel takes no seat.
    """

    room: str
    secret: str = msgspec.field(name="pass")
    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22,64}$")]
    version: Version | UnsetType = UNSET
    epoch: str | UnsetType = UNSET
    differences: bool = False
    accepted: bool = False
    runs: bool = False


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


class Here(Message, tag="presence"):
    """The client's selection, if it was moved by something else than typing.

    The positions are in the code at ``version``, the newest version that the client
    has, and the client has no unsent edits. Receivers compute carets moved by typing.
    """

    version: Version
    anchor: Version
    head: Version


Variant = Annotated[int, Meta(ge=0, le=9)]
"""0 for the most likely suggestion; n for the n-th other one at the same position."""


class Ask(Message, tag="autocomplete"):
    """Requests a suggestion for a position in the code at ``version``, for guests."""

    cursor_position: Version
    version: Version
    id: Version = 0
    """Identifies the request; its answer has the same ``id``."""
    variant: Variant = 0


class CancelAsk(Message, tag="cancel_autocomplete"):
    """The client has no use for the answer to its ``autocomplete`` with this ``id``.

    The question is ended, and is answered by an empty suggestion. Without an open
    question of that id, nothing happens.
    """

    id: Version


class Check(Message, tag="check"):
    """The client's text, as a hash, after two seconds without a change.

    ``hash`` is the CRC-32 of the code as UTF-8, in eight hexadecimal digits. If it
    differs from the room's, the server sends ``initial_state``, else an empty
    ``presence``: a client that gets no answer knows that its connection is dead. The
    client sends it again every 30 seconds while nothing else arrives.
    """

    version: Version
    hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}$")]


class AskRun(Message, tag="run"):
    """Asks to run the code of a version, or a part of it.

    A person with a login who may execute code runs it; a guest asks for it. Answered by
    ``run_taken``, ``unread`` or ``run_refused`` with the ``id``.
    """

    id: Version
    epoch: str
    version: Version
    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    """The SHA-256 of exactly the code to be run, as UTF-8."""
    start: Version | UnsetType = msgspec.field(name="from", default=UNSET)
    """In UTF-16 units of the version's text. Without it and ``to``: the whole text."""
    end: Version | UnsetType = msgspec.field(name="to", default=UNSET)


class Shown(Message, tag="shown"):
    """The lines of the ``unread`` with this ``id`` were shown to the person."""

    id: Version
    version: Version
    audience: bool = False
    """Whether it is about no lines (``id`` is 0): the person was shown that guests see
    the output of runs. See ``kernel``."""


class StopRun(Message, tag="stop"):
    """Interrupts a run, or takes it out of the queue; a guest's own, or any."""

    run: Version


class Withdraw(Message, tag="withdraw"):
    """Takes the guest's own question back."""

    run: Version


class Approve(Message, tag="approve"):
    """Permits the run of a guest, once. ``digest`` is that of the ``question``."""

    run: Version
    digest: str


class Refuse(Message, tag="refuse"):
    """Refuses the run of a guest."""

    run: Version


class Grant(Message, tag="grant"):
    """Permits something to a guest until the guest's connection ends, or for an hour.

    ``run``: to run versions without asking. ``trust``: their text counts as shown to
    this person. ``ask``: to ask again after several refusals. With ``off``, the
    permission ends.
    """

    client: str
    what: Literal["run", "trust", "ask"] = "run"
    off: bool = False


class BeginRun(Message, tag="begin_run"):
    """A kernel runs a version by itself, in a cell. For kernels.

    Answered as ``run`` is. With ``unread``, text of guests is not asked for.
    """

    id: Version
    epoch: str
    version: Version
    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    start: Version | UnsetType = msgspec.field(name="from", default=UNSET)
    end: Version | UnsetType = msgspec.field(name="to", default=UNSET)
    unread: bool = False


class ReportOutputs(Message, tag="outputs"):
    """Outputs of a run that this kernel has begun, and perhaps its end. For kernels."""

    run: Version
    outputs: list[RunOutput] = []
    first: Version = 0
    """The number of the first output that is still shown."""
    left_out: Version = 0
    state: Literal["running", "done", "error", "stopped"] = "running"


RunMessage = (
    AskRun
    | Shown
    | StopRun
    | Withdraw
    | Approve
    | Refuse
    | Grant
    | BeginRun
    | ReportOutputs
)
"""The messages about runs."""


class AskBlame(Message, tag="blame"):
    """Requests who last changed each line, for a kernel that has a pass."""

    id: Version
    """Identifies the request; its answer has the same ``id``."""


class AskHistory(Message, tag="history"):
    """Requests the revisions after a version, for a kernel that has a pass."""

    id: Version
    after: Version = 0


class Restore(Message, tag="restore"):
    """Restores a version as a new revision, for a kernel that has a pass."""

    id: Version
    version: Version


Request = AskBlame | AskHistory | Restore
"""The messages that ask for what members read by REST."""

ClientMessage = (
    Hello | CodeChange | Here | Check | Ask | CancelAsk | RunMessage | Request
)

# --- server to client ---------------------------------------------------------------


class Welcome(Message, tag="welcome"):
    """Answers ``hello`` with the client's id and the room's properties."""

    client_id: str
    epoch: str
    """Identifies the room's history. It differs if the room was deleted and made again.
    """
    resumed: bool
    """True: newer revisions than the client's version follow as ``code_update``.
    False: ``initial_state`` follows, and the client keeps its unsent text as a draft.
    """
    title: str
    language: str
    limit: int
    """The greatest number of people at a time."""
    role: Role = "edit"
    guest: bool = False
    resume: str = ""
    """A token with which a guest reconnects, instead of the link's key."""
    autocomplete: bool = False
    """Whether this client may ask for suggestions over the socket."""
    cancels: bool = False
    """Whether the server knows the message ``cancel_autocomplete``."""
    settings: Settings | UnsetType = UNSET
    changes: int = 0
    """How often title, language, limit or settings of the room were changed."""
    accepted: bool = False
    """Whether the client's edits are ``accepted`` first and ``saved`` later."""
    suggestions: SuggestionSource | UnsetType = UNSET
    """Where suggestions come from, if that is a model and not the mock."""
    may_name: bool = False
    """Whether ``name`` of ``hello`` counts for this client."""
    marks: list[GivenMark] = []
    """The marks that the server gives to all revisions of this client."""


class RoomProperties(Message, tag="room"):
    """The properties of the room, which somebody has changed."""

    title: str
    language: str
    limit: int
    changes: int
    """As in ``welcome``. A greater number is newer."""
    settings: Settings


class SeatWanted(Message, tag="seat_wanted"):
    """Somebody with a right to join the room was refused because it is full.

    Sent to people with a login, at most once a minute.
    """

    name: str
    guest: bool = False


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


class RoleChange(Message, tag="role"):
    """The client's new role. The server already applies it to incoming messages."""

    role: Role


class Suggestion(Message, tag="suggestion"):
    """Answers one ``autocomplete``, unless an ``error`` with its ``id`` does."""

    suggestion: str
    """Empty for none."""
    detail: str = ""
    """The origin of the suggestion, or the reason why there is none."""
    id: int = 0
    """The ``id`` of the request."""


class Answer(Message, tag="answer"):
    """Answers ``blame``, ``history`` or ``restore``, unless an ``error`` does."""

    id: int
    """The ``id`` of the request."""
    body: msgspec.Raw
    """What the REST route of the same name answers (of ``history``: ``revisions``)."""


class Caret(msgspec.Struct, array_like=True, frozen=True):
    """A client's selection: ``[clientId, anchor, head]``; ``head`` is the caret."""

    client_id: str
    anchor: int
    head: int


class Presence(Message, tag="presence"):
    """The people in the room and their carets. Unchanged parts are omitted.

    ``people`` is everybody, in the order in which they came. Clients that asked for
    ``differences`` in ``hello`` get it once, and then what has changed in it, in this
    order: the people named in ``left`` are removed, those in ``changed`` replace the
    person of the same name, or are added at the end. The list is sent at most five
    times a second. ``carets`` are those that have moved, in the code at ``version``.
    """

    people: list[Person] | UnsetType = UNSET
    changed: list[Person] | UnsetType = UNSET
    left: list[str] | UnsetType = UNSET
    version: Version | UnsetType = UNSET
    carets: list[Caret] | UnsetType = UNSET


class ConfirmLogin(Message, tag="confirm_login"):
    """Asks a page whether the person is still logged in.

    The answer is ``GET /login/{id}``, which has the login of that moment. Without one
    for 150 seconds, the socket is closed with 4405.
    """

    id: str


class RunKernel(Message, tag="kernel"):
    """The kernel of the room, and what this client may do with it."""

    state: Literal["none", "starting", "idle", "busy", "dead"]
    """``none``: there is none on this server."""
    name: str = ""
    """The name of its language or kernelspec, for people."""
    id: str = ""
    """Jupyter's id of the kernel; for people with a login."""
    may: Literal["run", "ask", ""] = ""
    """Whether this client may run code, may ask for it, or neither."""
    why: str = ""
    """If it may do neither, a sentence that says why; may be empty."""
    decides: bool = False
    """Whether this connection may approve runs of guests, and grant."""
    told: bool = False
    """Whether this person was shown, on some page, that guests see the output."""
    names: bool = True
    """Whether the server permits that kernels are asked about names."""


class RunChanged(Message, tag="run"):
    """A run of the room: a new one, or its new state. See ``core.runs.Run``."""

    run: int
    """The number of the run."""
    version: int
    by: str
    state: RunState
    asked_at: float
    start: int | UnsetType = msgspec.field(name="from", default=UNSET)
    end: int | UnsetType = msgspec.field(name="to", default=UNSET)
    guest: bool = False
    own: bool = False
    """Whether this client has asked for it."""
    approver: str = ""
    started_at: float = 0
    """0: not yet."""
    ended_at: float = 0
    first: int = 0
    left_out: int = 0
    detail: str = ""
    in_cell: bool = False


class NewOutputs(Message, tag="output"):
    """Outputs of a run that are new or have changed, in the order of their numbers."""

    run: int
    outputs: list[RunOutput]


class Question(Message, tag="question"):
    """A guest asks for a run. Sent to connections that may decide.

    It is open until a ``run`` with this number has another state than ``asked``.
    """

    run: int
    version: int
    digest: str
    code: str
    """Exactly the code that would be run."""
    by: str
    client: str
    """The guest's client id, for ``grant``."""
    seconds: float
    """Until it expires."""
    lines: list[NotedLine] = []
    previous: str | UnsetType = UNSET
    """The code of the last run of the room that was executed, if there was one."""
    since: list[str] = []
    """Who has changed the room's code after that version."""
    start: int | UnsetType = msgspec.field(name="from", default=UNSET)
    end: int | UnsetType = msgspec.field(name="to", default=UNSET)


class RunTaken(Message, tag="run_taken"):
    """Answers a request to run: it is run ``run`` of the room, in state ``state``."""

    id: int
    run: int
    state: RunState


class Unread(Message, tag="unread"):
    """Answers a request to run: the code has text of guests that was not shown yet.

    Nothing is run. When the person has seen the lines, the client sends ``shown``, and
    the next request for this version runs it.
    """

    id: int
    version: int
    lines: list[NotedLine]


class RunRefused(Message, tag="run_refused"):
    """Answers a request about a run that was refused; nothing is run."""

    code: RunError
    message: str
    id: int = 0
    """That of the request, if it has one."""
    run: int = 0
    """The run that the request was about, if it was one."""


RunError = Literal[
    "forbidden",  # not allowed for this person, on this server, or in this room
    "no_kernel",  # the room has no kernel on this server, or it cannot be reached
    "stale",  # the digest is not that of the text, or the epoch is another one
    "merged",  # the version was merged with others
    "outside",  # the part is not inside the text
    "ended",  # the run has another state already
    "too_many",  # too many questions, or muted after refusals
    "gone",  # there is no such run, kernel or guest
    "storage",  # the store cannot be read or written now
    "malformed",  # the request has another shape than was expected
]


class Error(Message, tag="error"):
    """A message was refused, or the room cannot store changes at the moment.

    ``code`` is for programs (see ``ErrorCode``). ``message`` is a sentence for people
    that names what was expected and what was found.
    """

    code: ErrorCode
    message: str
    fatal: bool = False
    version: Version | UnsetType = UNSET
    """With ``stale``: the version that the client needs before its next push."""
    limit: int | UnsetType = UNSET
    """With ``room_full``: the greatest number of people at a time."""
    id: int | UnsetType = UNSET
    """The ``id`` of the ``autocomplete`` or the request that was refused, if any."""


ErrorCode = Literal[
    "malformed",  # not a message; the third closes the socket with 4400
    "bad_change",  # the change set does not fit the text of its version
    "too_large",  # the code would exceed the limit; nothing was changed
    "forbidden",  # not allowed for this person
    "storage",  # the store cannot write (disk full, locked): read-only until it can
    "quota",  # the room's history is full: read-only until part of it is deleted
    "stale",  # too far behind to be rebased: receive up to ``version``, push again
    "room_full",  # the room is full; the socket is then closed with 1001
    "request",  # a request of a kernel cannot be answered; it has an ``id``
]

ServerMessage = (
    Welcome
    | RoomProperties
    | SeatWanted
    | InitialState
    | CodeUpdate
    | Accepted
    | Saved
    | RoleChange
    | Suggestion
    | Answer
    | Presence
    | ConfirmLogin
    | RunKernel
    | RunChanged
    | NewOutputs
    | Question
    | RunTaken
    | Unread
    | RunRefused
    | Error
)


NO_SUCH_ROOM = "No such room."
"""The reason of 1008. If the room was deleted, it is a sentence that says when."""


class Close:
    """Close codes of the socket (RFC 6455, section 7.4; our own from 4400)."""

    ROOM_FULL = 1001
    NO_SUCH_ROOM = 1008
    RESTARTING = 1012
    INTERNAL = 1011
    TRY_LATER = 1013
    MALFORMED = 4400
    INVITE_NOT_VALID = 4401
    REPLACED = 4402
    FORBIDDEN = 4403
    LOGIN_ENDED = 4405
    NO_HELLO = 4408
    TOO_OLD = 4409
    INVITE_EXPIRED = 4410
    INVITE_REVOKED = 4411
    ROOM_DELETED = 4412
    KICKED = 4413
    TOO_SLOW = 4414
    PASS_ENDED = 4415
    PASS_STOPPED = 4416
    RATE = 4429
    STORAGE_LOST = 4503


@dataclass(frozen=True, slots=True)
class Ending:
    """The reason for which the server ends a connection.

    ``code`` is a close code, ``reason`` a sentence for people.
    """

    code: int
    reason: str


class _HelloKind(msgspec.Struct):
    secret: msgspec.Raw | UnsetType = msgspec.field(name="pass", default=UNSET)


_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_hello_decoder: msgspec.json.Decoder[GuestHello] = msgspec.json.Decoder(GuestHello)
_pass_decoder: msgspec.json.Decoder[PassHello] = msgspec.json.Decoder(PassHello)
_kind_decoder: msgspec.json.Decoder[_HelloKind] = msgspec.json.Decoder(_HelloKind)
_encoder = msgspec.json.Encoder()


def decode(frame: str | bytes) -> ClientMessage:
    """Return the message in a client's frame. Raises as ``read`` does."""
    return read(
        _decoder,
        frame,
        "a message with the type hello, code_change, presence, check, autocomplete, "
        "blame, history or restore, or one about runs",
    )


def decode_hello(frame: str | bytes) -> GuestHello | PassHello:
    """Return the first message of a guest, or of a kernel. Raises as ``read`` does."""
    expected = "hello with room, invite, name and a key"
    kind = read(_kind_decoder, frame, expected)
    if kind.secret is UNSET:
        return read(_hello_decoder, frame, expected)
    return read(_pass_decoder, frame, "hello with room, pass and key")


def read(decoder: msgspec.json.Decoder[T], json: str | bytes, expected: str) -> T:
    """Decode untrusted JSON.

    Raises ``msgspec.DecodeError`` (its subclass ``msgspec.ValidationError`` for valid
    JSON of another shape) with a sentence that names what was expected. The sentence
    does not quote the input, which may be long or private.
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
    # msgspec quotes the input in these.
    if error.startswith("Object contains unknown field"):
        return f"Expected {expected}, found a field of another name"
    if error.startswith("Invalid enum value") and "`$.marks" in error:
        own = " or ".join(get_args(OwnMark))
        return f"Expected marks of {own}, found another: the server sets the others"
    if error.startswith(("Invalid value", "Invalid enum value")):
        return f"Expected {expected}, found another value"
    return f"Expected {expected}. {error}"


@cache
def settings_of(settings: RoomSettings) -> Settings:
    """Return the switches of a room as a struct."""
    return Settings(**asdict(settings))


def type_of(message: Message) -> str:
    """Return the ``type`` of a message."""
    return str(message.__struct_config__.tag)


def encode(message: ServerMessage) -> bytes:
    """Return a message of the server as the content of a text frame, in UTF-8."""
    return _encoder.encode(message)


def framed(message: bytes) -> bytes:
    """Return a server's WebSocket text frame with ``message`` as its content.

    RFC 6455, section 5.2: final, not compressed, not masked.
    """
    size = len(message)
    if size < 126:
        head = bytes((0x81, size))
    elif size < 1 << 16:
        head = b"\x81\x7e" + size.to_bytes(2)
    else:
        head = b"\x81\x7f" + size.to_bytes(8)
    return head + message
