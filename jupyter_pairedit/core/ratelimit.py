"""How often somebody may do something."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field

_MOST_PEOPLE = 10_000
"""People remembered; the one who was longest quiet is forgotten first."""


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
class Doorstep:
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
