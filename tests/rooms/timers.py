"""Time that a test moves."""

from __future__ import annotations

from collections.abc import Callable


class FakeTimers:
    """A clock that a test moves, and the callbacks that are due at a time of it."""

    def __init__(self) -> None:
        self.now = 100.0
        self._due: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], None]) -> None:
        self._due.append((when, callback))

    def advance(self, seconds: float) -> None:
        end = self.now + seconds
        while self._due and min(self._due)[0] <= end:
            self._due.sort(key=lambda each: each[0])
            self.now, callback = self._due.pop(0)
            callback()
        self.now = end
