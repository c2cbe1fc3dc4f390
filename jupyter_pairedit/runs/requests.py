"""Requests to run code, and why they are refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from ..core.runs import Part, Run, RunState
from ..core.unread import UnreadText as Unread
from ..protocol import NotedLine, RunError


class RunRefusal(Exception):
    """A request is refused, and nothing is run. The message is a sentence."""

    def __init__(self, code: RunError, message: str) -> None:
        super().__init__(message)
        self.code = code


class UnreadText(Exception):
    """The code has text of guests that the person was not shown; nothing is run."""

    def __init__(self, version: int, lines: Sequence[NotedLine], text: Unread) -> None:
        super().__init__(
            f"Version {version} has text of guests that you have not been shown: look "
            "at it, then run it."
        )
        self.version = version
        self.lines = lines
        self.text = text
        """What the lines are about."""


@dataclass(frozen=True, slots=True)
class Requester:
    """Who requests a run."""

    person: str
    """The same for each client of one person."""
    name: str
    """For display, as in the log."""
    client_id: str
    """The client whose request it is; empty for REST."""
    guest: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """The code that is to be run."""

    epoch: str
    version: int
    digest: str
    part: Part | None = None


def part_of(start: int | UnsetType, end: int | UnsetType) -> Part | None:
    """Return the part between two positions of a message; without both, None.

    Raises ``RunRefusal`` for one of them alone.
    """
    if start is UNSET and end is UNSET:
        return None
    if isinstance(start, int) and isinstance(end, int):
        return Part(start, end)
    raise RunRefusal("outside", "Expected both from and to, or neither; found one.")


def new_run(
    who: Requester,
    wanted: Wanted,
    at: float,
    server: str = "",
    state: RunState = "queued",
) -> Run:
    """Return a run that was requested ``at`` a time, without a number yet."""
    text = wanted.epoch, wanted.version, wanted.part, wanted.digest
    return Run(0, *text, who.name, who.guest, state, at, server)
