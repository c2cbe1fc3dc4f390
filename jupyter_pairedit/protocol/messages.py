"""The lists of all messages, by their direction.

The TypeScript types are generated from them, in this order. A message of a client that
is not listed is refused. ``GuestHello`` and ``PassHello`` are not in the list, because
they have the ``type`` of ``Hello``; ``coding.decode_hello`` decodes them.
"""

from __future__ import annotations

from .approvals import Approve, Grant, Question, Refuse, Shown, Unread
from .editing import Accepted, Check, CodeChange, CodeUpdate, InitialState, Saved
from .errors import Error
from .hello import ConfirmLogin, Hello, RoleChange, RoomProperties, Welcome
from .people import Here, Presence, SeatWanted
from .requests import Answer, Request
from .runs import (
    AskRun,
    BeginRun,
    NewOutputs,
    ReportOutputs,
    RunChanged,
    RunKernel,
    RunRefused,
    RunTaken,
    StopRun,
    Withdraw,
)
from .suggestions import Ask, CancelAsk, Suggestion

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

ClientMessage = (
    Hello | CodeChange | Here | Check | Ask | CancelAsk | RunMessage | Request
)
"""What the server decodes."""

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
"""What the server sends."""
