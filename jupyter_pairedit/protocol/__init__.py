"""The messages of the room socket, as structs that are decoded strictly.

Two dialects use the same message names:

* the **whole-file dialect** (no subprotocol): the server sends ``initial_state`` and
  then ``code_update`` with ``code``; the client sends ``code_change`` with ``code``;
* the **edit dialect** (subprotocol ``pairedit.v1``): the client starts with ``hello``,
  the server answers ``welcome`` and, unless the client resumes, ``initial_state``; from
  then on ``code_change`` and ``code_update`` carry CodeMirror change sets.

Keys are camelCase on the wire. Positions and lengths are UTF-16 units. Unknown fields
are ignored, so the server and the client may have different versions.

Each message is defined in the file of its topic and listed in ``messages``. Other
packages import from here. ``js/src/wire/protocol.gen.ts`` is generated from the files.
"""

from __future__ import annotations

from .approvals import Approve, Grant, NotedLine, Question, Refuse, Shown, Unread
from .base import Message, Version, type_of
from .coding import (
    SMALL,
    decode,
    decode_hello,
    encode,
    framed,
    read,
    read_changes,
    read_message,
)
from .editing import (
    Accepted,
    ChangeJSON,
    Check,
    CodeChange,
    CodeUpdate,
    InitialState,
    Saved,
    Update,
    WriteId,
)
from .errors import (
    NO_SUCH_ROOM,
    Close,
    Ending,
    Error,
    ErrorCode,
    seconds_to_wait,
    too_many,
)
from .hello import (
    EDIT_DIALECT,
    ClientKey,
    ConfirmLogin,
    GuestHello,
    Hello,
    PassHello,
    RoleChange,
    RoomProperties,
    Settings,
    Welcome,
    settings_of,
)
from .messages import ClientMessage, RunMessage, ServerMessage
from .people import Caret, Here, Person, Presence, SeatWanted
from .requests import Answer, AskBlame, AskHistory, Request, Restore
from .runs import (
    AskRun,
    BeginRun,
    Digest,
    NewOutputs,
    Pixels,
    ReportOutputs,
    RunChanged,
    RunError,
    RunKernel,
    RunOutput,
    RunRefused,
    RunTaken,
    StopRun,
    Withdraw,
)
from .suggestions import Ask, CancelAsk, Suggestion, SuggestionSource, Variant

__all__ = [
    "EDIT_DIALECT",
    "NO_SUCH_ROOM",
    "SMALL",
    "Accepted",
    "Answer",
    "Approve",
    "Ask",
    "AskBlame",
    "AskHistory",
    "AskRun",
    "BeginRun",
    "CancelAsk",
    "Caret",
    "ChangeJSON",
    "Check",
    "ClientKey",
    "ClientMessage",
    "Close",
    "CodeChange",
    "CodeUpdate",
    "ConfirmLogin",
    "Digest",
    "Ending",
    "Error",
    "ErrorCode",
    "Grant",
    "GuestHello",
    "Hello",
    "Here",
    "InitialState",
    "Message",
    "NewOutputs",
    "NotedLine",
    "PassHello",
    "Person",
    "Pixels",
    "Presence",
    "Question",
    "Refuse",
    "ReportOutputs",
    "Request",
    "Restore",
    "RoleChange",
    "RoomProperties",
    "RunChanged",
    "RunError",
    "RunKernel",
    "RunMessage",
    "RunOutput",
    "RunRefused",
    "RunTaken",
    "Saved",
    "SeatWanted",
    "ServerMessage",
    "Settings",
    "Shown",
    "StopRun",
    "Suggestion",
    "SuggestionSource",
    "Unread",
    "Update",
    "Variant",
    "Version",
    "Welcome",
    "Withdraw",
    "WriteId",
    "decode",
    "decode_hello",
    "encode",
    "framed",
    "read",
    "read_changes",
    "read_message",
    "seconds_to_wait",
    "settings_of",
    "too_many",
    "type_of",
]
