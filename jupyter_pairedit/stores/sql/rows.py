"""Rooms and invites as rows of tables, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, replace
from typing import Any

from ...core.invites import Invite
from ...core.properties import settings_from_json, settings_to_json
from ..records import RoomRecord

Row = tuple[object, ...]

ROOM = """
id, epoch, secret, title, language, people, author, created_at, settings, changes
"""
"""The columns of the table ``room``, in the order of the fields of ``RoomRecord``."""

INVITE = """
id, room, role, label, digest, created_by, created_at, expires_at, seen_at, expired,
revoked_at, last_used_at, uses
"""
"""The columns of the table ``invite``, in the order of the fields of ``Invite``."""

to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Return a value as JSON without spaces, as columns have it."""


def room_row(record: RoomRecord) -> Row:
    """Return the values of ``ROOM``."""
    return (
        record.room_id,
        record.epoch,
        record.secret,
        record.title,
        record.language,
        record.limit,
        record.author,
        record.created_at,
        settings_json(record),
        record.changes,
    )


def settings_json(record: RoomRecord) -> str:
    """Return the column ``settings``."""
    return to_json(settings_to_json(record.settings))


def record_of(row: Iterable[Any]) -> RoomRecord:
    """Read the values of ``ROOM``; settings that cannot be read have their defaults."""
    *values, settings, changes = row
    try:
        found = json.loads(settings)
    except ValueError:
        found = {}
    known = settings_from_json(found if isinstance(found, dict) else {})
    return replace(RoomRecord(*values), settings=known, changes=changes)


def invite_row(invite: Invite) -> Row:
    """Return the values of ``INVITE``."""
    *row, _ = astuple(invite)
    return tuple(row)


def invite_of(row: Iterable[Any]) -> Invite:
    """Read the values of ``INVITE``, and whether the room is locked."""
    found = Invite(*row)
    return replace(found, expired=bool(found.expired), locked=bool(found.locked))
