"""The status of a participant, and its view of the room.

The status is the counterpart of ``js/src/client/status.ts``.
"""

from __future__ import annotations

from ..core.replica import Replica
from .connection import Connection
from .errors import Status
from .people import People
from .sync import Sync
from .views import View


def standing(sync: Sync, connection: Connection) -> tuple[Status, str]:
    """Return the status and a sentence about it, which may be empty."""
    end = connection.end
    if end is not None:
        return end.status, end.message
    if not sync.loaded:
        return "connecting", connection.message
    if not sync.following:
        waiting = "The connection is lost. Edits are sent when it is back."
        return "reconnecting", connection.message or waiting
    if sync.held and sync.held.code != "too_large":
        return "read-only", sync.held.message
    if sync.held:
        return "unsaved", sync.held.message
    return ("saving" if sync.unsent else "live"), sync.notice


def view_of(
    participant: object,
    sync: Sync,
    replica: Replica,
    connection: Connection,
    people: People,
    moment: int,
) -> View:
    """Return the room at this moment. ``moment`` counts the changes of the code."""
    status, message = standing(sync, connection)
    welcome = sync.welcome
    return View(
        version=replica.version,
        people=people.present,
        status=status,
        message=message,
        role=sync.role,
        title=welcome.title if welcome else "",
        language=welcome.language if welcome else "",
        limit=welcome.limit if welcome else 0,
        unsent=sync.unsent,
        lost=sync.losses.last,
        _doc=replica.doc,
        _room=participant,
        _moment=moment,
    )
