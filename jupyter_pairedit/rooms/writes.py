"""The whole-file writes that a room has carried out."""

from __future__ import annotations

from ..core.writes import WriteKey
from ..stores.base import Store

_UNCHANGED = 100
"""Keys of writes that changed nothing which a room keeps, the newest."""


class Writes:
    """Recognises the repeat of a write by its key.

    The store has the keys of writes that are revisions. The keys of writes that changed
    nothing are in memory only.
    """

    def __init__(self, room_id: str, store: Store) -> None:
        self._room_id = room_id
        self._store = store
        self._unchanged: dict[str, int] = {}

    async def version_of(self, write: WriteKey | None) -> int | None:
        """Return the version of the write that makes ``write`` a repeat.

        None if there is none. Raises ``StorageFailure``.
        """
        if write is None:
            return None
        for key, version in self._unchanged.items():
            if write.covers(key):
                return version
        return await self._store.version_of(self._room_id, write)

    def record_unchanged(self, write: WriteKey | None, version: int) -> None:
        """Keep the key of a write that found its code in the room."""
        if write is None:
            return
        self._unchanged[write.key] = version
        if len(self._unchanged) > _UNCHANGED:
            del self._unchanged[next(iter(self._unchanged))]
