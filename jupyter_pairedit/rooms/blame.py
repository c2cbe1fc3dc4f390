"""A cache of blame: it is computed once and extended when the log has grown."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from ..core.blame import Blame, Run, Source
from ..stores.base import Store
from ..stores.errors import RoomDamaged
from ..stores.records import RoomRecord
from .room import Room

_CACHE_SIZE = 8
"""Rooms whose blame stays in memory."""
_PAGE = 500
"""Revisions that are read and applied at a time."""


class BlameCache:
    """Returns who wrote each line of a room.

    The first call for a room reads the whole log; later calls read what is new.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache: OrderedDict[tuple[str, str], Blame] = OrderedDict()
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}

    async def get(self, room: Room) -> tuple[int, list[str], list[Run]]:
        """Return a version, the authors, and the runs of lines with one source.

        The version is at least the room's head at the time of the call. Raises
        ``RoomDamaged`` if the log has a gap.
        """
        record = room.record
        key = record.room_id, record.epoch
        async with self._locks.setdefault(key, asyncio.Lock()):
            # Removed while it changes: if this fails, the next call starts again.
            blame = self._cache.pop(key, None) or await self._start(record)
            gap_after = -1
            while blame.version < room.head:
                limit = min(_PAGE, room.head - blame.version)
                news = await self._store.revisions(key[0], blame.version, limit)
                if not news:
                    break
                if news[0].first != blame.version + 1:
                    # Either the version is inside a revision that was merged since,
                    # or the next revision is missing, which a second attempt shows.
                    if gap_after == blame.version:
                        raise RoomDamaged(gap_after, "")
                    gap_after = blame.version
                    blame = await self._start(record)
                    continue
                await asyncio.to_thread(blame.extend, news)
            found = await asyncio.to_thread(
                lambda: (blame.version, blame.authors(), list(blame.runs()))
            )
            self._keep(key, blame)
        return found

    async def _start(self, record: RoomRecord) -> Blame:
        first = await self._store.load(record.room_id, 0)
        source = Source(record.author, record.created_at, "write")
        return await asyncio.to_thread(Blame, first.code, source)

    def _keep(self, key: tuple[str, str], blame: Blame) -> None:
        self._cache[key] = blame
        while len(self._cache) > _CACHE_SIZE:
            oldest, _ = self._cache.popitem(last=False)
            lock = self._locks.get(oldest)
            if lock and not lock.locked():
                del self._locks[oldest]
