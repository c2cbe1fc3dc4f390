"""The part of a room that its readers use."""

from __future__ import annotations

from typing import Protocol

from ..core.carets import Carets
from ..core.presence import Presence
from ..stores.records import RoomRecord
from .durable import DurableVersion
from .frames import Frames
from .log import Log
from .roster import Roster
from .runs import RunFeed


class RoomView(Protocol):
    """What a reader needs of a room."""

    record: RoomRecord
    log: Log
    frames: Frames
    durable: DurableVersion
    runs: RunFeed

    @property
    def presence(self) -> Presence:
        """The people in the room."""

    @property
    def roster(self) -> Roster:
        """The list of people that readers are sent."""

    @property
    def carets(self) -> Carets:
        """Their carets."""

    def wake(self, client_id: str | None = None) -> None:
        """Make all readers, or those of one client, ask for their next frame."""
