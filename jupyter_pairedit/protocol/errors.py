"""Refused messages (``error``), and connections that the server closes."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from msgspec import UNSET, UnsetType

from .base import Message, Version

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


NO_SUCH_ROOM = "No such room."
"""The reason of 1008. If the room was deleted, it is a sentence that says when."""


_WAIT = re.compile(r"\bwait ([0-9]{1,9}) s\.")


def too_many(what: str, seconds: float) -> str:
    """Return the reason of 4429, for people and clients: ``seconds`` to wait."""
    return f"Too many {what}: wait {math.ceil(seconds)} s."


def seconds_to_wait(reason: str) -> float | None:
    """Return the seconds that the reason of a close names, or None."""
    found = _WAIT.search(reason)
    return float(found[1]) if found else None


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
