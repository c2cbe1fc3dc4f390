"""What a new room begins with."""

from __future__ import annotations

import secrets

from ..core.identifiers import mint_room_id
from ..core.limits import Limits
from ..core.storable import storable
from ..core.text import unify_line_ends
from ..stores.records import RoomRecord
from .room import TooLarge

DEFAULT_CODE = "# Start coding here...\n"
"""The text of a new room, as in the prototype."""


def new_room(
    limits: Limits,
    author: str,
    now: float,
    *,
    room_id: str | None = None,
    code: str | None = None,
    title: str = "",
    language: str = "python",
    limit: int | None = None,
) -> tuple[RoomRecord, str]:
    """Return the record of a room and its first code, as they are stored.

    ``now`` is seconds since 1970. Raises ``BadChange`` or ``TooLarge`` for code that
    cannot be stored.
    """
    record = RoomRecord(
        room_id=room_id or mint_room_id(secrets.choice),
        epoch=secrets.token_urlsafe(9),
        secret=secrets.token_urlsafe(32),
        title=title,
        language=language,
        limit=limit or limits.people,
        author=author,
        created_at=now,
    )
    code = unify_line_ends(storable(DEFAULT_CODE if code is None else code))
    size = len(code.encode())
    if size > limits.code:
        raise TooLarge(limits.code, size)
    return record, code
