"""Questions of guests whether code may be run. A room has at most one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..core.limits import Limits
from ..core.ratelimit import Rate
from ..core.runs import Run
from ..protocol import NotedLine
from .requests import RunRefusal


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that nobody has answered yet."""

    run: Run
    code: str
    """Exactly the code that would be run."""
    lines: Sequence[NotedLine]
    """The lines of the code to look at, numbered as in the whole text."""
    asker: str
    """The identity of the guest; empty if the guest is on another server."""
    client_id: str
    """The guest's client; empty likewise."""
    expires: float
    """By the monotonic clock."""
    marker: object = field(default_factory=object)
    """Differs for each question, and when it is opened again."""


class Questions:
    """The open questions of all rooms, and how often guests may ask.

    ``clock`` is monotonic, in seconds.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._open: dict[str, OpenQuestion] = {}
        self._rate = Rate(limits.questions, limits.questions_per)
        self._refusals: dict[tuple[str, str], int] = {}
        """How often in a row each guest of a room was refused."""
        self._muted: dict[tuple[str, str], float] = {}
        """Until when each of these guests may not ask."""

    def admit(self, room_id: str, asker: str) -> None:
        """Count a question. Raises ``RunRefusal`` if the guest may not ask now."""
        now = self._clock()
        until = self._muted.get((room_id, asker), 0.0)
        if until > now:
            raise RunRefusal(
                "too_many",
                f"You may ask again in {until - now:.0f} s, as you were refused "
                f"{self._limits.question_refusals} times.",
            )
        seconds = self._rate.take(f"{room_id} {asker}", now)
        if seconds:
            raise RunRefusal(
                "too_many", f"Too many questions: you may ask again in {seconds:.0f} s."
            )

    def of(self, room_id: str) -> OpenQuestion | None:
        """Return the open question of a room."""
        return self._open.get(room_id)

    def open(self, room_id: str, question: OpenQuestion) -> OpenQuestion | None:
        """Make a question the open one; return the one that it replaces."""
        before = self._open.get(room_id)
        self._open[room_id] = question
        return before

    def close(self, room_id: str, number: int) -> OpenQuestion | None:
        """Remove the question with this run, and return it; None if it is not open."""
        question = self._open.get(room_id)
        if question is None or question.run.number != number:
            return None
        del self._open[room_id]
        return question

    def accepted(self, room_id: str, asker: str) -> None:
        """Forget the refusals of a guest."""
        self._refusals.pop((room_id, asker), None)
        self._muted.pop((room_id, asker), None)

    def refused(self, room_id: str, asker: str) -> None:
        """Count a refusal; after several in a row the guest may not ask for a while."""
        key = room_id, asker
        count = self._refusals[key] = self._refusals.get(key, 0) + 1
        if count >= self._limits.question_refusals:
            del self._refusals[key]
            now = self._clock()
            self._muted = {k: at for k, at in self._muted.items() if at > now}
            self._muted[key] = now + self._limits.question_mute
