"""How errors of the domain are answered."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from ..autocomplete.base import CursorOutside
from ..connections.logins import LoginNotFound, OtherLogin
from ..connections.passes import PassNotFound, TooManyPasses
from ..core.lookups import PositionOutside
from ..core.storable import BadChange
from ..guests.invites import NotAGuest, ParticipantNotFound
from ..protocol import RunError
from ..rooms.endings import ServerFull
from ..rooms.names import NameTaken
from ..rooms.quota import QuotaReached
from ..rooms.room import TooLarge
from ..runs.lookups import NoKernel
from ..runs.requests import RunRefusal, UnreadText
from ..stores.errors import (
    InviteNotFound,
    PointLimit,
    PointNotFound,
    RoomChanged,
    RoomDeleted,
    RoomNamed,
    RoomNotFound,
    StorageFailure,
    TooManyInvites,
    VersionMerged,
    VersionNotFound,
)
from .context import GuestsNotAllowed, InsecureLink
from .properties import PreconditionRequired


def message_of(refusal: Exception) -> str:
    """Return the sentence for people."""
    if isinstance(refusal, RoomDeleted):
        when = datetime.fromtimestamp(refusal.at, UTC)
        return f"The room was deleted on {when:%Y-%m-%d at %H:%M} UTC."
    return str(refusal)


class UnsupportedBody(Exception):
    """The content type of the body is not JSON."""


REPLIES: dict[type[Exception], tuple[int, str]] = {
    RoomNotFound: (404, "room_not_found"),
    VersionNotFound: (404, "version_not_found"),
    VersionMerged: (410, "version_merged"),
    RoomChanged: (409, "room_changed"),
    NameTaken: (409, "name_taken"),
    RoomNamed: (409, "room_named"),
    PreconditionRequired: (428, "precondition_required"),
    PointNotFound: (404, "point_not_found"),
    PointLimit: (409, "point_limit"),
    QuotaReached: (507, "quota"),
    BadChange: (400, "bad_change"),
    CursorOutside: (400, "cursor_outside"),
    PositionOutside: (422, "outside"),
    NoKernel: (409, "no_kernel"),
    TooLarge: (413, "too_large"),
    ServerFull: (503, "server_full"),
    StorageFailure: (503, "storage"),
    GuestsNotAllowed: (403, "guests_not_allowed"),
    InsecureLink: (409, "insecure_link"),
    InviteNotFound: (404, "invite_not_found"),
    TooManyInvites: (409, "too_many_invites"),
    TooManyPasses: (409, "too_many_passes"),
    PassNotFound: (404, "pass_not_found"),
    ParticipantNotFound: (404, "participant_not_found"),
    NotAGuest: (409, "not_a_guest"),
    LoginNotFound: (404, "login_not_found"),
    OtherLogin: (409, "other_login"),
    UnreadText: (409, "unread"),
    # See ``RUN_STATUS``.
    RunRefusal: (409, "run"),
    UnsupportedBody: (415, "unsupported_body"),
    # A subclass stands before its base: the first match counts.
    msgspec.ValidationError: (422, "invalid"),
    msgspec.DecodeError: (400, "malformed"),
}
"""The HTTP status and the code for each error of the domain."""

RUN_STATUS: dict[RunError, int] = {
    "forbidden": 403,
    "no_kernel": 503,
    "stale": 409,
    "merged": 410,
    "outside": 422,
    "ended": 409,
    "too_many": 429,
    "gone": 404,
    "storage": 503,
    "malformed": 400,
}
"""The HTTP status for each code of a ``RunRefusal``, which is the code of the reply."""


def reply_to(refusal: Exception) -> tuple[int, str]:
    """Return the HTTP status and the code of an error of the domain."""
    if isinstance(refusal, RunRefusal):
        return RUN_STATUS[refusal.code], refusal.code
    return next(reply for kind, reply in REPLIES.items() if isinstance(refusal, kind))
