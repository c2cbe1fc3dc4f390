"""The last revisions that a participant received, for any number of readers."""

from __future__ import annotations

from collections import deque
from itertools import islice

from ..core.replica import Step
from .errors import TooOld

_MOST = 2_000
_MOST_SIZE = 8 * 1024 * 1024
"""How many revisions are kept, and their size as ``ChangeSet.size`` counts it. Their
texts share what did not change."""


class Feed:
    """Revisions by their place; a reader has the place of the next one."""

    def __init__(self) -> None:
        self.end = 0
        """The place of the next revision."""
        self._steps: deque[Step] = deque()
        self._size = 0

    def add(self, step: Step) -> None:
        """Append the next revision."""
        self.end += 1
        self._steps.append(step)
        self._size += step.changes.size
        while len(self._steps) > _MOST or self._size > _MOST_SIZE:
            self._size -= self._steps.popleft().changes.size

    def place_after(self, version: int, known: int) -> int:
        """Return the place of the first revision after ``version``.

        ``known`` is the version of the code now. Raises ``TooOld``, and ``ValueError``
        for a version that does not exist yet.
        """
        if version > known:
            raise ValueError(f"expected a version up to {known}, found {version}")
        place, first = self.end, known
        for step in reversed(self._steps):
            if first <= version or step.reset:
                break
            place -= 1
            first = step.version - 1
        if first > version:
            raise TooOld(
                f"Expected a version from {first} on, found {version}: what was before "
                "is not known here."
            )
        return place

    def at(self, place: int) -> list[Step]:
        """Return the revisions from a place on. Raises ``TooOld``."""
        missed = self.end - place
        if missed > len(self._steps):
            raise TooOld("Too much has changed since the last change that was read.")
        return list(islice(self._steps, len(self._steps) - missed, None))
