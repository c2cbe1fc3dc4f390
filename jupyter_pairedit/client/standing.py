"""The status of a participant. The counterpart of ``js/src/client/status.ts``."""

from __future__ import annotations

from .connection import Connection
from .errors import Status
from .sync import Sync


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
