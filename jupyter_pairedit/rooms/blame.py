"""The blame of rooms that somebody asks about, taken on as their logs grow."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from ..core.blame import Blame, Run, Source
from ..stores.base import RoomDamaged, RoomRecord, Store
from .room import Room

_KEPT = 8
"""Rooms whose blame stays in memory: those who ask do so again and again."""
_STEP = 500
"""Revisions between two breaths: a long log must not hold up the event loop."""


class BlameCache:
    """Says of each line of a room who wrote it.

    The first question about a room reads its whole log; the next ones read on.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[tuple[str, str], Blame] = OrderedDict()
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}

    async def of(self, room: Room) -> tuple[int, list[str], list[Run]]:
        """Give a version, who wrote, and the runs of lines of one source.

        The version is the head, or newer than it was at the call. Raises
        ``RoomDamaged``.
        """
        record = room.record
        key = record.room_id, record.epoch
        async with self._locks.setdefault(key, asyncio.Lock()):
            # Not kept while it is worked on: nobody finds it half done.
            blame = self._kept.pop(key, None) or await self._begin(record)
            lost_at = -1
            while blame.version < room.head:
                limit = min(_STEP, room.head - blame.version)
                news = await self._store.revisions(key[0], blame.version, limit)
                if not news:
                    break
                if news[0].first != blame.version + 1:
                    if lost_at == blame.version:
                        # It leads here again: what comes next is missing.
                        raise RoomDamaged(lost_at, "")
                    # Merged since: the way from here is not known any more.
                    lost_at = blame.version
                    blame = await self._begin(record)
                    continue
                await asyncio.to_thread(blame.take, news)
            found = await asyncio.to_thread(_report, blame)
            self._keep(key, blame)
        return found

    async def _begin(self, record: RoomRecord) -> Blame:
        first = await self._store.load(record.room_id, 0)
        source = Source(record.author, record.created_at, "write")
        return await asyncio.to_thread(Blame, first.code, source)

    def _keep(self, key: tuple[str, str], blame: Blame) -> None:
        self._kept[key] = blame
        while len(self._kept) > _KEPT:
            oldest, _ = self._kept.popitem(last=False)
            lock = self._locks.get(oldest)
            if lock and not lock.locked():
                del self._locks[oldest]


def _report(blame: Blame) -> tuple[int, list[str], list[Run]]:
    return blame.version, blame.authors(), list(blame.runs())
