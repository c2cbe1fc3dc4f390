"""What a store answers about the names of rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["found", "created", "recreated"]
"""Whether a name led to a room, or got one, or got another one after the deletion of
the one that it had."""

FREED_NAMES = 1_000
"""How many names of deleted rooms are remembered for each owner."""


@dataclass(frozen=True, slots=True)
class OpenedName:
    """The room that a name leads to."""

    room_id: str
    outcome: Outcome
