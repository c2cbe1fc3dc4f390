"""The runs of an open room and their outputs in memory, which readers are sent.

Each change of a run or an output has a number, and a reader keeps the number of the
last one that it was sent. A changed output replaces the one before, so a slow reader
gets the newest one only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from msgspec import UNSET

from ..core.limits import KIB
from ..core.outputs import Output
from ..core.runs import Run
from ..protocol import (
    NewOutputs,
    RunChanged,
    RunOutput,
    ServerMessage,
    encode,
    framed,
)

_SLICE = 64 * KIB
"""Bytes of outputs in a message, unless one output is larger."""
_WITH_OUTPUTS = 3
"""The newest runs whose outputs are in memory. REST has those of the others."""
_ARRIVALS = 1_000
"""Clients whose arrival is remembered."""
_MARKUP = frozenset({"text/html", "image/svg+xml"})

# In the place of an output's number: the run itself, new and changed. A run precedes
# its outputs, also for who has missed its beginning.
_NEW, _CHANGED = -2, -1


@dataclass(frozen=True, slots=True)
class Scope:
    """What one reader may be sent."""

    after: int = 0
    """Only runs with greater numbers, and those that the client has asked for."""
    missed: frozenset[int] = frozenset()
    """Runs that the client is not sent either, unless it has asked for them."""
    markup: bool = True
    """Whether outputs include HTML and SVG."""


EVERYTHING = Scope()


@dataclass(slots=True)
class _Visits:
    """What a client has missed, in numbers of runs."""

    after: int
    """The newest run when the client first came."""
    missed: frozenset[int] = frozenset()
    """Later runs that were requested or permitted while the client was away."""
    left: tuple[int, frozenset[int]] | None = None
    """The newest run, and the open questions, when the client left; None while here."""


class RunFeed:
    """The runs of one room."""

    def __init__(self) -> None:
        self.runs: dict[int, Run] = {}
        self.change = 0
        """The number of the last change."""
        self.stored = 0
        """The store's counter up to which changes were read; see ``RunStore.news``."""
        self._outputs: dict[tuple[int, int], Output] = {}
        self._changes: dict[tuple[int, int], int] = {}
        """The last change of each run and output, in the order of changes."""
        self._askers: dict[int, str] = {}
        self._visits: dict[str, _Visits] = {}
        self._cache: dict[tuple[int, Scope], tuple[bytes | None, int]] = {}

    @property
    def last(self) -> int:
        """The number of the newest run; 0 if there is none."""
        return max(self.runs, default=0)

    def executed(self) -> Run | None:
        """Return the newest run that a kernel has begun, or None."""
        begun = [each for each in self.runs.values() if each.started_at is not None]
        return max(begun, key=lambda each: each.number, default=None)

    def outputs(self, number: int) -> list[Output]:
        """Return the outputs of a run that are in memory, in order."""
        keys = sorted(key for key in self._outputs if key[0] == number)
        return [self._outputs[key] for key in keys]

    def arrive(self, client_id: str) -> tuple[int, frozenset[int]]:
        """Return what a client that comes, or comes back, has missed.

        That is ``Scope.after`` and ``Scope.missed``.
        """
        if client_id not in self._visits and len(self._visits) >= _ARRIVALS:
            self._visits.pop(next(iter(self._visits)))
        visits = self._visits.setdefault(client_id, _Visits(self.last))
        if visits.left is not None:
            (last, questions), visits.left = visits.left, None
            visits.missed = frozenset(
                number
                for number, run in self.runs.items()
                if number in visits.missed
                or number > last
                or (number in questions and run.state != "asked")
            )
        return visits.after, visits.missed

    def leave(self, client_id: str) -> None:
        """Record that a client has left: it is not sent what begins meanwhile."""
        visits = self._visits.get(client_id)
        if visits is not None and visits.left is None:
            questions = (n for n, run in self.runs.items() if run.state == "asked")
            visits.left = self.last, frozenset(questions)

    def set_asker(self, number: int, client_id: str) -> None:
        """Record the client that has asked for a run."""
        self._askers[number] = client_id

    def is_asker(self, number: int, client_id: str) -> bool:
        """Return whether this client has asked for a run."""
        return self._askers.get(number) == client_id

    def has_asker(self, number: int) -> bool:
        """Return whether a client of this server has asked for a run."""
        return number in self._askers

    def set(self, run: Run, outputs: Sequence[Output] = ()) -> None:
        """Replace what is known of a run, and outputs of it. Wake the readers after."""
        number = run.number
        before = self.runs.get(number)
        self.runs[number] = run
        if before is None:
            self._touch(number, _NEW)
            self._forget_old()
        elif before != run:
            self._touch(number, _CHANGED)
        if before is not None and before.first < run.first:
            for key in [key for key in self._outputs if key[0] == number]:
                if key[1] < run.first:
                    self._forget(key)
        for each in outputs:
            if each.number >= run.first and self._keeps(number):
                self._outputs[number, each.number] = each
                self._touch(number, each.number)

    def next(
        self, since: int, scope: Scope, client_id: str
    ) -> tuple[bytes | None, int]:
        """Return the next frame for a reader, and the change up to which it leads.

        The frame is None if the reader has everything that it may be sent.
        """
        if since == self.change:
            return None, since
        own = any(each == client_id for each in self._askers.values())
        key = since, scope
        if own:
            return self._next(since, scope, client_id)
        if key not in self._cache:
            self._cache[key] = self._next(since, scope, client_id)
        return self._cache[key]

    def _next(
        self, since: int, scope: Scope, client_id: str
    ) -> tuple[bytes | None, int]:
        news = [
            key
            for key in self._after(since)
            if (key[0] > scope.after and key[0] not in scope.missed)
            or self._askers.get(key[0]) == client_id
        ]
        if not news:
            return None, self.change
        number, which = news[0]
        if which < 0:
            own = self._askers.get(number) == client_id
            message: ServerMessage = run_changed(self.runs[number], own)
            return framed(encode(message)), self._changes[news[0]]
        size, outputs, reached = 0, list[RunOutput](), since
        for key in takewhile(lambda key: key[0] == number and key[1] >= 0, news):
            output = self._outputs[key]
            if outputs and size + output.size > _SLICE:
                break
            size += output.size
            outputs.append(run_output(output, scope.markup))
            reached = self._changes[key]
        return framed(encode(NewOutputs(number, outputs))), reached

    def _after(self, since: int) -> list[tuple[int, int]]:
        newer = takewhile(lambda each: each[1] > since, reversed(self._changes.items()))
        return [key for key, _ in newer][::-1]

    def _touch(self, number: int, which: int) -> None:
        self.change += 1
        self._changes.pop((number, which), None)
        self._changes[number, which] = self.change
        self._cache.clear()

    def _forget(self, key: tuple[int, int]) -> None:
        self._outputs.pop(key, None)
        self._changes.pop(key, None)
        self._cache.clear()

    def _keeps(self, number: int) -> bool:
        return not self.runs[number].ended or number in self._newest()

    def _newest(self) -> list[int]:
        return sorted(self.runs)[-_WITH_OUTPUTS:]

    def _forget_old(self) -> None:
        for key in list(self._outputs):
            if not self._keeps(key[0]):
                self._forget(key)

    def drop(self, numbers: Sequence[int]) -> None:
        """Remove runs that the store has deleted."""
        for number in numbers:
            self.runs.pop(number, None)
            self._askers.pop(number, None)
            for key in [key for key in self._changes if key[0] == number]:
                self._forget(key)


def run_changed(run: Run, own: bool = False) -> RunChanged:
    """Return a run as a message."""
    part = run.part
    return RunChanged(
        run=run.number,
        version=run.version,
        by=run.by,
        state=run.state,
        asked_at=run.asked_at,
        start=UNSET if part is None else part.start,
        end=UNSET if part is None else part.end,
        guest=run.guest,
        own=own,
        approver=run.approver,
        started_at=run.started_at or 0,
        ended_at=run.ended_at or 0,
        first=run.first,
        left_out=run.left_out,
        detail=run.detail,
        in_cell=run.in_cell,
    )


def run_output(output: Output, markup: bool = True) -> RunOutput:
    """Return an output for a message; HTML and SVG lack data without ``markup``."""
    data = output.data if markup or output.mime not in _MARKUP else ""
    shown = output.kind, output.text, output.mime, data
    return RunOutput(output.number, *shown, output.width, output.height)
