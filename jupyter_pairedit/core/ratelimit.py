"""How often somebody may do something, and what the log says where it is refused."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field

from .presence import visible

_MOST_PEOPLE = 10_000
"""People remembered; the one who was longest quiet is forgotten first."""

_LONGEST_LINE = 200
"""Characters of a line of the log about a refusal."""
_LINES_A_SECOND = 10
"""Lines of the log for each code."""


@dataclass(slots=True)
class Rate:
    """Lets each person through ``burst`` times at once and as often in ``per`` s.

    A token bucket for each. Times are of any clock that only goes forward.
    """

    burst: int
    per: float
    _known: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, person: str, now: float) -> float:
        """Count one more; give 0, or the seconds after which it would get through."""
        tokens, before = self._known.pop(person, (float(self.burst), now))
        tokens = min(self.burst, tokens + (now - before) * self.burst / self.per)
        allowed = tokens >= 1
        self._known[person] = (tokens - 1 if allowed else tokens, now)
        while len(self._known) > _MOST_PEOPLE:
            self._known.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) * self.per / self.burst

    def give_back(self, person: str) -> None:
        """Take back the last one that was counted and got through."""
        tokens, before = self._known.get(person, (float(self.burst), 0.0))
        self._known[person] = (min(self.burst, tokens + 1), before)


@dataclass(slots=True)
class Budget:
    """Lets each person spend ``most`` at once and as much again in ``per`` s.

    Who spends more than is left owes it, but no more than comes in ``longest`` s.
    Times are of any clock that only goes forward.
    """

    most: int
    per: float
    longest: float
    _known: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, person: str, now: float) -> float:
        """Give 0, or the seconds until nothing is owed any more."""
        return max(0.0, -self._left(person, now)) * self.per / self.most

    def spend(self, person: str, amount: int, now: float) -> None:
        """Count what is spent, whether or not there is as much."""
        owed = self.longest * self.most / self.per
        self._known[person] = (max(-owed, self._left(person, now) - amount), now)
        self._known.move_to_end(person)
        while len(self._known) > _MOST_PEOPLE:
            self._known.popitem(last=False)

    def _left(self, person: str, now: float) -> float:
        left, before = self._known.get(person, (float(self.most), now))
        return min(self.most, left + (now - before) * self.most / self.per)


@dataclass(slots=True)
class PendingLimit:
    """Counts those who were let in and have not said who they are."""

    most: int
    most_each: int
    _waiting: Counter[str] = field(default_factory=Counter)

    def admit(self, who: str) -> bool:
        """Let one in; False where too many wait. Call ``leave`` when its wait ends."""
        if self._waiting.total() >= self.most or self._waiting[who] >= self.most_each:
            return False
        self._waiting[who] += 1
        return True

    def leave(self, who: str) -> None:
        """Note that one that was admitted has spoken, or is gone."""
        self._waiting[who] -= 1
        if not self._waiting[who]:
            del self._waiting[who]


@dataclass(slots=True)
class Refusals:
    """Words a line for each refusal, up to ten a second of each code."""

    _rate: Rate = field(default_factory=lambda: Rate(_LINES_A_SECOND, 1.0))

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
            :_LONGEST_LINE
        ]
