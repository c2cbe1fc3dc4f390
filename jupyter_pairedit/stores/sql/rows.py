"""Rooms, revisions and invites as rows, the same in every database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ...core.changes import ChangeSet
from ...core.invites import Invite
from ...core.revisions import Revision
from ..base import RoomRecord
from .loading import DAMAGED

Row = tuple[object, ...]

COLUMNS = (
    "version, kind, client_id, author, at, changes, digest, run, others, seal, room"
)
"""Of the table ``revision``."""

INVITES = """
select id, room, role, label, digest, created_by, created_at, expires_at, seen_at,
       expired, revoked_at, last_used_at, uses,
       exists (select 1 from lock where lock.room = invite.room)
from invite
"""
ALIVE = "revoked_at is null and not expired"
"""Of an invite that lets somebody in, as far as was seen."""

NEWEST = 2**62
"""A version that no log reaches."""

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def revision_row(room_id: str, revision: Revision) -> Row:
    """Give a revision as ``COLUMNS``."""
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
        room_id,
    )


def others(text: str) -> tuple[str, ...]:
    """Read who has a part in a merged revision besides its author."""
    return tuple(json.loads(text)) if text else ()


def revision_of(row: Iterable[Any]) -> Revision:
    """Read ``COLUMNS``; what is no change set becomes ``DAMAGED``."""
    version, kind, client_id, author, at, json_text, digest, run, more, seal, _ = row
    try:
        changes = ChangeSet.from_json(json.loads(json_text))
        names = others(more)
    except (ValueError, TypeError):
        changes, names = DAMAGED, ()
    return Revision(
        version, kind, client_id, author, at, changes, digest, run, names, seal
    )


def record_row(record: RoomRecord) -> Row:
    """Give the columns of the table ``room``."""
    return (
        record.room_id,
        record.epoch,
        record.secret,
        record.title,
        record.language,
        record.limit,
        record.author,
        record.created_at,
    )


def record_of(row: Mapping[str, Any]) -> RoomRecord:
    """Read a row of the table ``room``."""
    return RoomRecord(
        room_id=row["id"],
        epoch=row["epoch"],
        secret=row["secret"],
        title=row["title"],
        language=row["language"],
        limit=row["people"],
        author=row["author"],
        created_at=row["created_at"],
    )


def invite_row(invite: Invite) -> Row:
    """Give the columns of the table ``invite``."""
    return (
        invite.invite_id,
        invite.room_id,
        invite.role,
        invite.label,
        invite.digest,
        invite.created_by,
        invite.created_at,
        invite.expires_at,
        invite.seen_at,
        invite.expired,
        invite.revoked_at,
        invite.last_used_at,
        invite.uses,
    )


def invite_of(row: Iterable[Any]) -> Invite:
    """Read what ``INVITES`` gives."""
    found = Invite(*row)
    return replace(found, expired=bool(found.expired), locked=bool(found.locked))
