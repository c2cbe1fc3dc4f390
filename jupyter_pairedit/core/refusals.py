"""What the log says of messages that were refused: short, and not too often."""

from __future__ import annotations

from dataclasses import dataclass, field

from .presence import visible
from .ratelimit import Rate

_LONGEST = 200
_A_SECOND = 10


@dataclass(slots=True)
class Refusals:
    """Words a line for each refusal, up to ten a second of each code."""

    _rate: Rate = field(default_factory=lambda: Rate(_A_SECOND, 1.0))

    def line(
        self, code: str, room_id: str, name: str, what: str, now: float
    ) -> str | None:
        """Give a line of at most 200 characters, or None where there were too many.

        Names and what was found are other people's words: nothing in the line can end
        it, or colour what follows. ``now`` is of any clock that only goes forward.
        """
        if self._rate.wait(code, now):
            return None
        return visible(f"Refused {code} of {name!r:.50} in room {room_id}: {what}")[
            :_LONGEST
        ]
