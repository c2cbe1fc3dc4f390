"""Answers to messages that a client must not send, and when to close."""

from __future__ import annotations

from typing import Literal

from ..core.limits import Limits
from ..core.ratelimit import Rate
from ..protocol import (
    Ask,
    AskBlame,
    AskHistory,
    BeginRun,
    ClientMessage,
    Close,
    Ending,
    Error,
    ErrorCode,
    Restore,
    RunError,
    RunMessage,
    RunRefused,
)
from ..rooms.log import Stale
from .asked import Asked, asked_by
from .sender import Transport
from .throttle import ConnectionLimits

Refusal = Literal[
    "malformed", "bad_change", "too_large", "forbidden", "storage", "quota"
]
"""A code of an ``error`` that ``Violations.refuse`` sends."""

_OF_RUNS: dict[Refusal, RunError] = {"forbidden": "forbidden", "storage": "storage"}
"""Codes of ``run_refused`` for the same; for others, it is ``malformed``."""

_NO_RUN = "You may not run code in this room."

_STALE = 3
"""Pushes of a client that may be too far behind in as many seconds."""


class Violations:
    """Counts the refused messages of one client. ``name`` is for the log."""

    def __init__(
        self,
        limits: Limits,
        throttle: ConnectionLimits,
        transport: Transport,
        *,
        room_id: str,
        name: str,
    ) -> None:
        self._limits = limits
        self._throttle = throttle
        self._transport = transport
        self._room_id = room_id
        self._name = name
        self._malformed = 0
        self._forbidden = 0
        self._stale_version = -1
        """The version of the last push that was too far behind."""
        self._stale = Rate(_STALE, _STALE)

    def refuse(self, code: Refusal, message: str, asked: Asked | None = None) -> None:
        """Send an error; the connection stays open.

        ``asked`` names what it answers, if that is a request.
        """
        self._record(code, message)
        self._transport.send_message(_answer(code, message, asked))

    def stale(self, refusal: Stale) -> Ending | None:
        """Refuse a push that is too far behind to be rebased.

        Returns an ending for a client that pushes again without having read on, and
        for one whose pushes are too far behind more often than once a second. A client
        may have sent a second push, for which it had read on, before it gets the error.
        """
        message = str(refusal)
        self._record("stale", message)
        if refusal.version <= self._stale_version:
            return Ending(Close.TOO_OLD, message)
        if self._stale.take("", self._throttle.clock()):
            return Ending(Close.RATE, "Too many edits that are too far behind.")
        self._stale_version = refusal.version
        error = Error("stale", message, version=refusal.head)
        self._transport.send_message(error)
        return None

    def malformed(self, what: str, asked: Asked | None) -> Ending | None:
        """Refuse a malformed message; return an ending if the limit is reached."""
        self._malformed += 1
        if self._malformed < self._limits.malformed:
            self.refuse("malformed", what, asked)
            return None
        self._record("malformed", what)
        return Ending(Close.MALFORMED, f"Malformed once more: {what}")

    def not_permitted(self, message: ClientMessage) -> Ending | None:
        """Refuse a message that this person may not send; see ``forbidden``."""
        asked = asked_by(message)
        match message:
            case Ask():
                return self.forbidden("You may not ask for suggestions here.", asked)
            case AskBlame() | AskHistory() | Restore():
                what = "Only a kernel with a pass, and the right, may ask for this."
                return self.forbidden(what, asked)
            case BeginRun():
                # A right that was withdrawn is no reason to end the connection of a
                # kernel, whose cells go on asking.
                self.refuse("forbidden", _NO_RUN, asked)
                return None
            case _ if isinstance(message, RunMessage):
                return self.forbidden(_NO_RUN, asked)
        return self.forbidden("You may read this room and not change it.")

    def forbidden(self, what: str, asked: Asked | None = None) -> Ending | None:
        """Refuse a forbidden message; return an ending if the limit is reached."""
        self._forbidden += 1
        if self._forbidden < self._limits.forbidden:
            self.refuse("forbidden", what, asked)
            return None
        self._record("forbidden", what)
        return Ending(Close.FORBIDDEN, f"Forbidden once more: {what}")

    def _record(self, code: ErrorCode, message: str) -> None:
        self._throttle.record_refusal(code, self._room_id, self._name, message)


def _answer(code: Refusal, message: str, asked: Asked | None) -> Error | RunRefused:
    """Return the message that refuses what was asked, by its id if it has one."""
    if asked is None:
        return Error(code, message)
    if not asked.about_run:
        return Error(code, message, id=asked.id)
    # Not an error: that would be about the client's edits.
    return RunRefused(_OF_RUNS.get(code, "malformed"), message, asked.id, asked.run)
