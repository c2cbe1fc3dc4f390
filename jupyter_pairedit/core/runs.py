"""Runs: a kernel executes the code of one version of a room, or a part of it.

A run names a version, and the log never means two texts by one version. What is typed
between the request, the approval and the execution therefore changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from .text import Text, from_units

RunState = Literal[
    "asked",  # a guest asks, and nobody has answered
    "queued",  # permitted; it waits for the kernel
    "running",
    "done",
    "error",  # the code has raised
    "stopped",  # by a person, or because it printed too much
    "died",  # the kernel, or the server, ended before the run
    "refused",
    "expired",  # nobody has answered the question
    "withdrawn",  # the guest has taken the question back, or has asked another one
]

NEXT: Mapping[RunState, frozenset[RunState]] = {
    "asked": frozenset({"queued", "refused", "expired", "withdrawn"}),
    "queued": frozenset({"running", "stopped", "died"}),
    "running": frozenset({"done", "error", "stopped", "died"}),
    **{
        end: frozenset()
        for end in (
            *("done", "error", "stopped", "died"),
            *("refused", "expired", "withdrawn"),
        )
    },
}
"""The states that may follow each state. From those without any, nothing follows."""


class RunEnded(Exception):
    """The run has a state from which the requested one does not follow."""

    def __init__(self, expected: RunState, found: RunState) -> None:
        super().__init__(f"Expected a run that can be {expected}, found one {found}.")
        self.found = found


class OtherText(Exception):
    """The digest is not that of the text that would be run."""

    def __init__(self) -> None:
        super().__init__(
            "Expected the digest of exactly the text to be run, found another: look at "
            "the code, and run it again."
        )


class OutsideText(Exception):
    """The part to be run is not inside the text."""

    def __init__(self, length: int) -> None:
        super().__init__(
            f"Expected a part from 0 to {length}, in whole characters, found another."
        )


@dataclass(frozen=True, slots=True)
class Part:
    """What is to be run of a version, in UTF-16 units of its text; the end excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Run:
    """One run. Times are in seconds since 1970."""

    number: int
    """From 1, in its room; 0 before it is stored."""
    epoch: str
    """The room's epoch when it was requested."""
    version: int
    part: Part | None
    """None: the whole text."""
    digest: str
    """See ``digest_of``."""
    by: str
    """The name of the person who requested it."""
    guest: bool
    """Whether that person used a guest link."""
    state: RunState
    asked_at: float
    server: str = ""
    """The id of the server that has the kernel; "" while there is none."""
    approver: str = ""
    """The name of the person who permitted a guest's run; else empty."""
    started_at: float | None = None
    ended_at: float | None = None
    first: int = 0
    """The number of the first output to show: the code has cleared those before."""
    left_out: int = 0
    """The number of outputs that were not kept because of a limit."""
    detail: str = ""
    """A sentence: why it ended so, if the state does not say it."""
    in_cell: bool = False
    """Whether a cell of a notebook has run it, in its own kernel."""

    @property
    def ended(self) -> bool:
        """Whether nothing follows."""
        return not NEXT[self.state]

    def moved(self, state: RunState, at: float, detail: str = "") -> Run:
        """Return the run in the next state. Raises ``RunEnded``."""
        if state not in NEXT[self.state]:
            raise RunEnded(state, self.state)
        started = at if state == "running" else self.started_at
        ended = None if NEXT[state] else at
        return replace(
            self, state=state, started_at=started, ended_at=ended, detail=detail
        )

    def left(self, detail: str) -> Run:
        """Return the run as ended at an unknown time, if it has not ended yet."""
        if self.ended:
            return self
        end: RunState = "expired" if self.state == "asked" else "died"
        return replace(self, state=end, ended_at=None, detail=detail)


def deletion_order(number: int, started_at: float | None) -> tuple[bool, int]:
    """Return the key by which ended runs are sorted to be deleted, the first one first.

    The oldest that never started come first. A guest's questions are such runs, and the
    guest would delete outputs with them otherwise.
    """
    return started_at is not None, number


def code_of(text: Text, part: Part | None, digest: str) -> str:
    """Return exactly the code that a run of ``text`` executes.

    Raises ``OutsideText``, and ``OtherText`` if its digest is another one.
    """
    if part is None:
        code = str(text)
    else:
        start, end = part.start, part.end
        if not 0 <= start <= end <= text.length or (
            text.splits_pair(start) or text.splits_pair(end)
        ):
            raise OutsideText(text.length)
        code = from_units(text.slice(start, end))
    if digest_of(code) != digest:
        raise OtherText
    return code


def digest_of(code: str) -> str:
    """Return the SHA-256 of code as UTF-8, in 64 lower-case hexadecimal digits."""
    return hashlib.sha256(code.encode()).hexdigest()
