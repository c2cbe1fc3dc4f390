"""Values as rows of tables, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, replace
from typing import Any

from ...core.changes import ChangeSet
from ...core.invites import Invite
from ...core.marks import NO_MARKS, from_bits, to_bits
from ...core.properties import settings_from_json, settings_to_json
from ...core.revisions import Revision
from ..records import RoomRecord
from .loading import DAMAGED

Row = tuple[object, ...]

ROOM = """
id, epoch, secret, title, language, people, author, created_at, settings, changes
"""
"""The columns of the table ``room``, in the order of the fields of ``RoomRecord``."""

REVISION = (
    "version, kind, client_id, author, at, changes, digest, run, others, seal, "
    "write_key, marks, room"
)
"""The columns of the table ``revision``."""

INSERT_REVISION = f"""
insert into revision ({REVISION})
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""

INVITE = """
id, room, role, label, digest, created_by, created_at, expires_at, seen_at, expired,
revoked_at, last_used_at, uses
"""
"""The columns of the table ``invite``, in the order of the fields of ``Invite``."""

NEWEST = 2**62
"""Greater than every version, and than every number of rows."""

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


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
    return _to_json(settings_to_json(record.settings))


def record_of(row: Iterable[Any]) -> RoomRecord:
    """Read the values of ``ROOM``; settings that cannot be read have their defaults."""
    *values, settings, changes = row
    try:
        found = json.loads(settings)
    except ValueError:
        found = {}
    known = settings_from_json(found if isinstance(found, dict) else {})
    return replace(RoomRecord(*values), settings=known, changes=changes)


def revision_row(room_id: str, revision: Revision) -> Row:
    """Return the values of ``REVISION``."""
    return (
        revision.version,
        revision.kind,
        revision.client_id,
        revision.author,
        revision.at,
        _to_json(revision.changes.to_json()),
        revision.digest,
        revision.run,
        _to_json(revision.others) if revision.others else "",
        revision.seal,
        revision.key,
        to_bits(revision.marks),
        room_id,
    )


def others(text: str) -> tuple[str, ...]:
    """Read the column ``others``: the authors of a merged revision, but for one."""
    return tuple(json.loads(text)) if text else ()


def revision_of(row: Iterable[Any]) -> Revision:
    """Read the values of ``REVISION``; an invalid change set becomes ``DAMAGED``."""
    version, kind, client_id, author, at, json_text, digest, run, more, *rest = row
    try:
        changes = ChangeSet.from_json(json.loads(json_text))
        names = others(more)
    except (ValueError, TypeError):
        changes, names = DAMAGED, ()
    seal, key, bits, _ = rest
    # A damaged mark is no reason to lose the text.
    marks = from_bits(bits) if isinstance(bits, int) else NO_MARKS
    facts = version, kind, client_id, author, at, changes, digest, run, names, seal, key
    return Revision(*facts, marks)


def invite_row(invite: Invite) -> Row:
    """Return the values of ``INVITE``."""
    *row, _ = astuple(invite)
    return tuple(row)


def invite_of(row: Iterable[Any]) -> Invite:
    """Read the values of ``INVITE``, and whether the room is locked."""
    found = Invite(*row)
    return replace(found, expired=bool(found.expired), locked=bool(found.locked))
