"""What follows when a connection ends or is refused.

The same as ``js/src/client/closecodes.ts``, which ``tests/client/test_closecodes.py``
compares with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..protocol import NO_SUCH_ROOM, Close, seconds_to_wait
from .errors import Status

_TRY_LATER = 10.0
"""Seconds, where the server does not say how many."""
_LEAST_WAIT, _LONGEST_WAIT = 1.0, 60.0
"""Seconds, where it does."""
_MOST_ERRORS = 5
"""Internal errors in a row after which another attempt is of no use."""

ENDS: frozenset[Status] = frozenset(
    (
        "full",
        "missing",
        "replaced",
        "refused",
        "closed",
        "invalid",
        "expired",
        "revoked",
        "removed",
    )
)
"""The states after which no further attempt is made."""

TOO_BIG = 1009
"""The close code for a message that is too large (RFC 6455)."""


@dataclass(frozen=True, slots=True)
class End:
    """No further attempt is made."""

    status: Status
    message: str


@dataclass(frozen=True, slots=True)
class Again:
    """Another connection is made after at least so many seconds."""

    at_least: float = 0.0
    message: str = ""


_ENDS = {
    Close.NO_SUCH_ROOM: End("missing", "There is no such room. It may be deleted."),
    Close.REPLACED: End("replaced", "This client has connected again elsewhere."),
    Close.ROOM_DELETED: End("closed", "The room was deleted."),
    Close.INVITE_NOT_VALID: End(
        "invalid", "The guest link is not valid. It may not be complete."
    ),
    Close.INVITE_EXPIRED: End("expired", "The guest link has expired."),
    Close.INVITE_REVOKED: End("revoked", "The guest link was revoked."),
    Close.KICKED: End("removed", "The owner has removed this guest."),
}


def after_close(code: int, reason: str, errors: int) -> End | Again:
    """Return what follows a close; ``errors`` counts closes with 1011 in a row."""
    if code == Close.NO_SUCH_ROOM and reason not in ("", NO_SUCH_ROOM):
        # It was deleted, and the reason says when.
        return End("missing", reason)
    if code in _ENDS:
        return _ENDS[code]
    match code:
        case Close.PASS_ENDED:
            return End("expired", reason or "The pass of this kernel has ended.")
        case Close.PASS_STOPPED:
            return End("revoked", reason or "The pass of this kernel was stopped.")
        case Close.MALFORMED | Close.FORBIDDEN:
            return End("refused", reason or "The server refused the connection.")
        case Close.INTERNAL if errors >= _MOST_ERRORS:
            return End("refused", "The server failed several times; its log says why.")
        case Close.RATE | Close.TRY_LATER:
            return Again(_pause(reason), reason)
        case Close.STORAGE_LOST:
            return Again(0.0, reason)
    return Again()


def _pause(reason: str) -> float:
    """Return the least seconds before the next attempt, after too many of something."""
    seconds = seconds_to_wait(reason)
    if seconds is None:
        return _TRY_LATER
    return min(max(seconds, _LEAST_WAIT), _LONGEST_WAIT)


def after_refusal(status: int, *, guest: bool, known: bool) -> End | Again:
    """Return what follows when the server refused the upgrade with an HTTP status.

    ``known`` is whether the room was reached before. Then a proxy may answer for a
    server that is being restarted, and no person is there who would try again.
    """
    if known and status not in (401, 403):
        return Again(0.0, f"The server answered with the HTTP status {status}.")
    if status == 404 or (guest and status in (401, 403)):
        whom = "takes no guests, or has" if guest else "has"
        return End(
            "refused", f"This Jupyter server {whom} no jupyter_pairedit extension."
        )
    if status in (401, 403):
        return End("refused", "The Jupyter server does not accept the token.")
    if status == 429 or status >= 500:
        return Again(0.0, f"The server answered with the HTTP status {status}.")
    return End("refused", f"The server answered with the HTTP status {status}.")


def room_full(message: str) -> End:
    """Return what follows the error ``room_full``."""
    return End("full", f"The room is full. {message}")


def is_final(code: int) -> bool:
    """Return whether the close is final: text that is unsent then is never sent."""
    return code in (
        Close.INVITE_NOT_VALID,
        Close.INVITE_EXPIRED,
        Close.INVITE_REVOKED,
        Close.ROOM_DELETED,
        Close.KICKED,
    )
