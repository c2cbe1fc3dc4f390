"""Looking after the logs of all rooms, also of those that nobody has open."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from ..core.limits import Limits
from ..stores.base import RoomSummary, Store, StoreError
from .compaction import compact

_DAY = 24 * 3600.0


class Rounds:
    """Visits the rooms of a store, one after the other, and merges what is due.

    A log that has not grown is looked at once a day: it may have become old. ``now``
    gives seconds since 1970; ``clock`` gives seconds and only goes forward.
    """

    def __init__(
        self,
        store: Store,
        limits: Limits,
        *,
        now: Callable[[], float],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._limits = limits
        self._now = now
        self._clock = clock
        self._due_at = 0.0
        self._visits: dict[str, tuple[int, float]] = {}
        """Of each room the version that it had at the last visit, and when that was."""

    async def go(self) -> None:
        """Go round if it is time; call it now and then, not twice at once.

        Where that fails in one room, the others get their turn; that one in the next.
        """
        clock = self._clock()
        if clock < self._due_at:
            return
        self._due_at = clock + self._limits.history_round
        rooms: list[RoomSummary] = []
        with contextlib.suppress(StoreError):
            rooms = await self._store.rooms()
        known, self._visits = self._visits, {}
        for room in rooms:
            room_id = room.record.room_id
            version, at = known.get(room_id, (-1, 0.0))
            with contextlib.suppress(StoreError):
                if version != room.version or clock - at >= _DAY:
                    await compact(
                        self._store, room.record, self._limits.keep, self._now()
                    )
                    version, at = room.version, clock
                self._visits[room_id] = version, at
