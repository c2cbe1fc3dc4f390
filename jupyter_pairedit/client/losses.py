"""The texts of a participant that the room did not take."""

from __future__ import annotations


class Losses:
    """Counts them and keeps the last one."""

    def __init__(self) -> None:
        self.last: str | None = None
        self.count = 0

    def add(self, text: str | None) -> None:
        """Add a text, unless it is None."""
        if text is not None:
            self.last = text
            self.count += 1
