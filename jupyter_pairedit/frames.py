"""The frames of one room, each encoded once however many readers get it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .core.revisions import Revision
from .protocol import (
    CodeUpdate,
    InitialState,
    Person,
    Presence,
    Saved,
    ServerMessage,
    Update,
    encode,
)

if TYPE_CHECKING:
    from .room import Room


class Frames:
    """Encodes what readers of a room are sent; forgets it when the room moves on."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._kept: dict[object, str] = {}

    def forget(self) -> None:
        """Note that the room has changed."""
        self._kept.clear()

    def state(self) -> str:
        """Give the room's code for a reader that has nothing yet."""
        return self._once(
            "state", lambda: InitialState(self._room.code, self._room.head)
        )

    def code(self) -> str:
        """Give the room's code for a reader of whole files."""
        return self._once(
            "code", lambda: CodeUpdate(self._room.head, code=self._room.code)
        )

    def updates(self, revisions: Sequence[Revision]) -> str:
        """Give revisions that follow each other; not none."""
        first, last = revisions[0].version, revisions[-1].version
        return self._once(
            (first, last), lambda: CodeUpdate(last, updates=_updates(revisions))
        )

    def saved(self, version: int) -> str:
        """Tell a client that its own edits up to ``version`` are stored."""
        return self._once(version, lambda: Saved(version))

    def presence(self) -> str:
        """Tell who is here."""
        people = self._room.audience.presence.people
        return self._once(
            ("presence", self._room.audience.presence.generation),
            lambda: Presence(
                [Person(each.name, each.color, list(each.clients)) for each in people]
            ),
        )

    def _once(self, key: object, message: Callable[[], ServerMessage]) -> str:
        frame = self._kept.get(key)
        if frame is None:
            frame = self._kept[key] = encode(message())
        return frame


def _updates(revisions: Sequence[Revision]) -> list[Update]:
    return [
        Update(each.client_id, each.changes.to_json(), 1 if each.kind == "write" else 0)
        for each in revisions
    ]
