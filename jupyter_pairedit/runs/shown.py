"""Which text of guests each person was shown. Kept in memory only."""

from __future__ import annotations

from collections.abc import Collection

from ..protocol import Shown
from ..rooms.room import Room
from ..stores.base import Store
from .requests import UnreadText, Wanted


class ShownText:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def check(
        self, room: Room, person: str, wanted: Wanted, trusted: Collection[str]
    ) -> None:
        pass

    def listed(
        self, room_id: str, person: str, request: int, unread: UnreadText
    ) -> None:
        pass

    def confirm(self, room_id: str, person: str, shown: Shown) -> None:
        pass

    def ran(self, room_id: str, person: str, wanted: Wanted) -> None:
        pass
