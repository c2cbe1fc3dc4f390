"""Runs of the code in the kernel of a room, and their outputs.

``approvals`` has what people are asked about before code of guests is run.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..core.outputs import WIDEST, OutputKind
from ..core.runs import RunState
from .base import Message, Version

Pixels = Annotated[int, Meta(ge=0, le=WIDEST)]
"""A width or height of an image in pixels of CSS; 0: its own."""


Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""The SHA-256 of exactly the code to be run, as UTF-8, in hexadecimal."""


class RunOutput(msgspec.Struct, array_like=True, frozen=True, omit_defaults=True):
    """One output of a run: ``[number, kind, text]``, and up to two strings more; of an
    image, perhaps its width and height after them.

    See ``core.outputs.Output``. An output replaces the one with its number.
    """

    number: Version
    kind: OutputKind
    text: str
    mime: str = ""
    data: str = ""
    width: Pixels = 0
    height: Pixels = 0


class AskRun(Message, tag="run"):
    """Asks to run the code of a version, or a part of it.

    A person with a login who may execute code runs it; a guest asks for it. Answered by
    ``run_taken``, ``unread`` or ``run_refused`` with the ``id``.
    """

    id: Version
    epoch: str
    version: Version
    digest: Digest
    """The SHA-256 of exactly the code to be run, as UTF-8."""
    start: Version | UnsetType = msgspec.field(name="from", default=UNSET)
    """In UTF-16 units of the version's text. Without it and ``to``: the whole text."""
    end: Version | UnsetType = msgspec.field(name="to", default=UNSET)


class BeginRun(Message, tag="begin_run"):
    """A kernel runs a version by itself, in a cell. For kernels.

    Answered as ``run`` is. With ``unread``, text of guests is not asked for.
    """

    id: Version
    epoch: str
    version: Version
    digest: Digest
    start: Version | UnsetType = msgspec.field(name="from", default=UNSET)
    end: Version | UnsetType = msgspec.field(name="to", default=UNSET)
    unread: bool = False


class StopRun(Message, tag="stop"):
    """Interrupts a run, or takes it out of the queue; a guest's own, or any."""

    run: Version


class Withdraw(Message, tag="withdraw"):
    """Takes the guest's own question back."""

    run: Version


class ReportOutputs(Message, tag="outputs"):
    """Outputs of a run that this kernel has begun, and perhaps its end. For kernels."""

    run: Version
    outputs: list[RunOutput] = []
    first: Version = 0
    """The number of the first output that is still shown."""
    left_out: Version = 0
    state: Literal["running", "done", "error", "stopped"] = "running"


class RunKernel(Message, tag="kernel"):
    """The kernel of the room, and what this client may do with it."""

    state: Literal["none", "starting", "idle", "busy", "dead"]
    """``none``: there is none on this server."""
    name: str = ""
    """The name of its language or kernelspec, for people."""
    id: str = ""
    """Jupyter's id of the kernel; for people with a login."""
    may: Literal["run", "ask", ""] = ""
    """Whether this client may run code, may ask for it, or neither."""
    why: str = ""
    """If it may do neither, a sentence that says why; may be empty."""
    decides: bool = False
    """Whether this connection may approve runs of guests, and grant."""
    told: bool = False
    """Whether this person was shown, on some page, that guests see the output."""
    names: bool = True
    """Whether the server permits that kernels are asked about names."""


class RunTaken(Message, tag="run_taken"):
    """Answers a request to run: it is run ``run`` of the room, in state ``state``."""

    id: int
    run: int
    state: RunState


RunError = Literal[
    "forbidden",  # not allowed for this person, on this server, or in this room
    "no_kernel",  # the room has no kernel on this server, or it cannot be reached
    "stale",  # the digest is not that of the text, or the epoch is another one
    "merged",  # the version was merged with others
    "outside",  # the part is not inside the text
    "ended",  # the run has another state already
    "too_many",  # too many questions, or muted after refusals
    "gone",  # there is no such run, kernel or guest
    "storage",  # the store cannot be read or written now
    "malformed",  # the request has another shape than was expected
]


class RunRefused(Message, tag="run_refused"):
    """Answers a request about a run that was refused; nothing is run."""

    code: RunError
    message: str
    id: int = 0
    """That of the request, if it has one."""
    run: int = 0
    """The run that the request was about, if it was one."""


class RunChanged(Message, tag="run"):
    """A run of the room: a new one, or its new state. See ``core.runs.Run``."""

    run: int
    """The number of the run."""
    version: int
    by: str
    state: RunState
    asked_at: float
    start: int | UnsetType = msgspec.field(name="from", default=UNSET)
    end: int | UnsetType = msgspec.field(name="to", default=UNSET)
    guest: bool = False
    own: bool = False
    """Whether this client has asked for it."""
    approver: str = ""
    started_at: float = 0
    """0: not yet."""
    ended_at: float = 0
    first: int = 0
    left_out: int = 0
    detail: str = ""
    in_cell: bool = False


class NewOutputs(Message, tag="output"):
    """Outputs of a run that are new or have changed, in the order of their numbers."""

    run: int
    outputs: list[RunOutput]
