"""Old versions of a room, read from the store."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ..core.revisions import Revision, replay
from ..core.text import Text
from ..stores.base import Store
from ..stores.errors import RoomNotFound, VersionMerged, check_version


@dataclass(frozen=True, slots=True)
class RevisionAndCode:
    """A revision, and the code after it."""

    revision: Revision
    code: str


async def code_at(store: Store, room_id: str, version: int) -> str:
    """Return the code of a room at a version.

    Raises ``RoomNotFound``, ``VersionNotFound`` or ``VersionMerged``.
    """
    stored = await store.load(room_id, version)
    while stored.last < version:
        after = await store.revisions(room_id, stored.last, 1)
        if not after or after[0].version > version:
            check_version(version, stored.last, after)
        # The log has grown since it was loaded.
        stored = await store.load(room_id, version)
    return await asyncio.to_thread(
        lambda: str(replay(Text.of(stored.code), stored.revisions))
    )


async def revision_at(store: Store, room_id: str, version: int) -> RevisionAndCode:
    """Return the revision with a version of at least 1, and the code after it.

    Raises as ``code_at`` does.
    """
    code = await code_at(store, room_id, version)
    found = await store.revisions(room_id, version - 1, 1)
    if not found:
        raise RoomNotFound(room_id)
    if found[0].version != version:
        # It has been merged since the code was read.
        raise VersionMerged(version, (found[0].first - 1, found[0].version))
    return RevisionAndCode(found[0], code)
