"""Kernels whose room has left memory.

A kernel keeps no room in memory: its connection stays open, at the version that it has,
and is taken up again when somebody else opens the room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from ..protocol import Ending
from .room import Room


class Sleeper(Protocol):
    """A connection of a kernel that waits for its room."""

    @property
    def room_id(self) -> str:
        """The id of the room."""

    def take_up(self, room: Room) -> None:
        """Go on with the room, which is in memory again."""

    def dismiss(self, ending: Ending) -> None:
        """End the connection at once."""


class Dormant:
    """The connections of kernels to rooms that are not in memory."""

    def __init__(self) -> None:
        self._sleepers: dict[str, dict[Sleeper, None]] = {}

    @property
    def count(self) -> int:
        """The number of connections."""
        return sum(map(len, self._sleepers.values()))

    def kernels(self, rooms: Mapping[str, Room]) -> Counter[str]:
        """Return the number of kernels by room id, with those of rooms in memory."""
        found = Counter({key: len(each) for key, each in self._sleepers.items()})
        found.update({key: each.audience.kernels for key, each in rooms.items()})
        return +found  # without those that have none

    def add(self, sleeper: Sleeper) -> None:
        """Keep a connection until its room is opened."""
        self._sleepers.setdefault(sleeper.room_id, {})[sleeper] = None

    def remove(self, sleeper: Sleeper) -> None:
        """Remove a connection that has ended. May be called again."""
        kept = self._sleepers.get(sleeper.room_id, {})
        kept.pop(sleeper, None)
        if not kept:
            self._sleepers.pop(sleeper.room_id, None)

    async def take_up(self, room: Room) -> None:
        """Take up the connections to a room that was opened."""
        for sleeper in self._sleepers.pop(room.record.room_id, {}):
            sleeper.take_up(room)

    def end(self, room_id: str, ending: Ending) -> None:
        """End the connections to a room."""
        for sleeper in self._sleepers.pop(room_id, {}):
            sleeper.dismiss(ending)

    def end_all(self, ending: Ending) -> None:
        """End all connections."""
        for room_id in list(self._sleepers):
            self.end(room_id, ending)
