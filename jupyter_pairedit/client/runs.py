"""The runs of a room, as one participant is sent them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from msgspec import UNSET, UnsetType

from ..core.outputs import Output
from ..core.runs import NEXT, RunState, digest_of
from ..core.text import Text, from_units
from ..protocol import (
    AskRun,
    BeginRun,
    NewOutputs,
    NotedLine,
    RunChanged,
    RunKernel,
    RunOutput,
    RunRefused,
    RunTaken,
    ServerMessage,
    Unread,
    Welcome,
)
from . import errors
from .positions import Span, units_at

RUNS_KEPT = 50
"""Runs of which a participant remembers the outputs, in addition to held ones."""

Answer = RunTaken | Unread | RunRefused


@dataclass(frozen=True, slots=True)
class RoomRun:
    """A run of a room, as it is at one moment. Times are in seconds since 1970."""

    number: int
    """From 1, in its room."""
    version: int
    """The version of the code that it executes."""
    state: RunState
    """``asked``, ``queued``, ``running``; or how it ended: ``done``, ``error``,
    ``stopped``, ``died``; ``refused``, ``expired`` or ``withdrawn``."""
    by: str
    """The name of the person who asked for it."""
    guest: bool = False
    """Whether that person used a guest link."""
    own: bool = False
    """Whether this connection has asked for it."""
    approver: str = ""
    """The name of the person who permitted a guest's run."""
    asked_at: float = 0
    started_at: float | None = None
    ended_at: float | None = None
    detail: str = ""
    """A sentence: why it ended so, if the state does not say it."""
    left_out: int = 0
    """The number of outputs that were not kept because of a limit."""
    in_cell: bool = False
    """Whether a cell of a notebook has run it, in its own kernel."""

    @property
    def ended(self) -> bool:
        """Whether nothing follows."""
        return not NEXT[self.state]

    @property
    def has_begun(self) -> bool:
        """Whether the kernel has executed something of it."""
        return self.started_at is not None


@dataclass(frozen=True, slots=True)
class WantedRun:
    """What a request to run some code names."""

    epoch: str
    version: int
    part: tuple[int, int] | None
    """In UTF-16 units."""
    code: str
    """Exactly what is to be run."""

    @property
    def digest(self) -> str:
        """The digest of the code."""
        return digest_of(self.code)

    @property
    def start(self) -> int | UnsetType:
        """The start of the part, for a message."""
        return self.part[0] if self.part else UNSET

    @property
    def end(self) -> int | UnsetType:
        """The end of the part, for a message."""
        return self.part[1] if self.part else UNSET

    def ask(self, id: int) -> AskRun:
        """Return the message that asks for it."""
        return AskRun(id, self.epoch, self.version, self.digest, self.start, self.end)

    def begin(self, id: int, *, unread: bool) -> BeginRun:
        """Return the message by which a kernel begins it."""
        what = self.epoch, self.version, self.digest, self.start, self.end
        return BeginRun(id, *what, unread)

    def body(self, *, unread: bool) -> dict[str, object]:
        """Return the body of a request that asks for it."""
        asked: dict[str, object] = {
            "epoch": self.epoch,
            "version": self.version,
            "digest": self.digest,
            "unread": unread,
        }
        if self.part:
            asked["from"], asked["to"] = self.part
        return asked


def wanted_run(
    epoch: str, version: int, text: Text, part: tuple[int, int] | None
) -> WantedRun:
    """Return what to ask for to run a text, or a part of it in code points.

    Raises ``ValueError`` for a part that is not inside the text.
    """
    code = str(text)
    if part is None:
        return WantedRun(epoch, version, None, code)
    span = Span(*part)
    start, end = units_at(code, span.start), units_at(code, span.end)
    if end < start:
        raise ValueError(f"expected an end from {span.start} on, found {span.end}")
    return WantedRun(epoch, version, (start, end), from_units(text.slice(start, end)))


@dataclass(slots=True)
class _Kept:
    """A run and its outputs by their number."""

    run: RoomRun
    outputs: dict[int, Output] = field(default_factory=dict)


class RunBook:
    """What a participant knows of the runs. It does no I/O."""

    def __init__(self) -> None:
        self.followed = False
        """Whether ``hello`` says that this participant knows messages about runs."""
        self.kernel: RunKernel | None = None
        """The room's kernel, on this connection; None before the server has said it."""
        self.connection = 0
        """Counts the connections."""
        self._runs: dict[int, _Kept] = {}
        self._requests = 0
        self._answers: dict[int, Answer] = {}
        self._refused: dict[int, RunRefused] = {}
        self._held = WeakKeyDictionary[object, int]()

    @property
    def last(self) -> int:
        """The number of the last run that has begun, or 0."""
        begun = (number for number, kept in self._runs.items() if kept.run.has_begun)
        return max(begun, default=0)

    def next_id(self) -> int:
        """Return the id of the next request."""
        self._requests += 1
        return self._requests

    def answer(self, id: int) -> Answer | None:
        """Return the answer to a request, once."""
        return self._answers.pop(id, None)

    def run(self, number: int) -> RoomRun | None:
        """Return a run, or None if nothing is known of it."""
        kept = self._runs.get(number)
        return kept.run if kept else None

    def runs(self) -> list[RoomRun]:
        """Return the runs that are known, in order."""
        return [self._runs[number].run for number in sorted(self._runs)]

    def outputs(self, number: int) -> tuple[Output, ...]:
        """Return the outputs of a run that are known, in order."""
        kept = self._runs.get(number)
        if kept is None:
            return ()
        return tuple(kept.outputs[each] for each in sorted(kept.outputs))

    def hold(self, number: int, holder: object) -> None:
        """Keep a run as long as ``holder`` exists, however many come after it."""
        self._held[holder] = number

    def refusal(self, number: int) -> RunRefused | None:
        """Return why the last message about a run was refused, once."""
        return self._refused.pop(number, None)

    def disconnected(self) -> None:
        """Note that the connection is lost, with the answers that were due."""
        self.kernel = None
        self._answers.clear()

    def received(self, message: ServerMessage) -> None:
        """Note what a message says of runs."""
        match message:
            case Welcome():
                self.connection += 1
            case RunKernel():
                self.kernel = message
            case RunChanged():
                self._change(message)
            case NewOutputs():
                self._add(message.run, message.outputs)
            case RunRefused(id=0):
                self._refused[message.run] = message
            case RunTaken() | Unread() | RunRefused():
                self._answers[message.id] = message

    def _change(self, message: RunChanged) -> None:
        run = run_of(message)
        kept = self._runs.setdefault(run.number, _Kept(run))
        kept.run = run
        for number in [each for each in kept.outputs if each < message.first]:
            del kept.outputs[number]
        if len(self._runs) > RUNS_KEPT:
            self._forget_surplus()

    def _forget_surplus(self) -> None:
        """Forget the earliest runs, but for those that have not ended or are held."""
        held = set(self._held.values())
        ended = (each for each in sorted(self._runs) if self._runs[each].run.ended)
        over = [each for each in ended if each not in held]
        for number in over[: len(self._runs) - RUNS_KEPT]:
            del self._runs[number]

    def _add(self, number: int, outputs: Sequence[RunOutput]) -> None:
        if number in self._runs:
            kept = self._runs[number].outputs
            kept.update((each.number, output_of(each)) for each in outputs)


def run_of(message: RunChanged) -> RoomRun:
    """Return the run of a message."""
    return RoomRun(
        message.run,
        message.version,
        message.state,
        message.by,
        message.guest,
        message.own,
        message.approver,
        message.asked_at,
        message.started_at or None,
        message.ended_at or None,
        message.detail,
        message.left_out,
        message.in_cell,
    )


def output_of(message: RunOutput) -> Output:
    """Return the output of a message."""
    return Output(*(getattr(message, name) for name in message.__struct_fields__))


def unread_error(lines: Sequence[NotedLine]) -> errors.Unread:
    """Return the error for text that was not shown."""
    return errors.Unread(
        [
            errors.UnreadLine(
                each.line,
                each.text,
                each.author,
                each.removed,
                tuple(each.invisible),
                each.command,
            )
            for each in lines
        ]
    )


def expect_taken(answer: Answer) -> RunTaken:
    """Return the answer if the run was taken. Raises ``Unread`` or ``RunRefused``."""
    match answer:
        case RunTaken():
            return answer
        case Unread():
            raise unread_error(answer.lines)
        case RunRefused():
            raise errors.RunRefused(answer.message, answer.code)
