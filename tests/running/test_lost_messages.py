"""Executions of which messages of the kernel are lost or late, without a kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.running.channels import Header, Received
from jupyter_pairedit.running.execution import Execution
from jupyter_pairedit.running.jobs import Jobs
from jupyter_pairedit.running.times import Times

from .kernels import Record, tiny

LOST = 10.0


@dataclass
class Message:
    """A message of the kernel."""

    header: Header
    parent: Header
    fields: dict[str, Any] = field(default_factory=dict)
    size: int = 100
    cut: int = 0

    def content(self) -> dict[str, Any]:
        return self.fields


class Recorded(Execution):
    """Records what it is to deliver."""

    def __init__(self) -> None:
        super().__init__("1", Record())
        self.shown: list[Output] = []
        self.left_out = 0
        self.end: tuple[str, str] | None = None

    def begun(self) -> None:
        """See ``Execution``."""

    def outputs(
        self, outputs: Any, first: int, left_out: int, returned: Callable[[], None]
    ) -> None:
        self.shown += outputs
        self.left_out = left_out
        returned()

    def ended(self, how: str, detail: str) -> None:
        self.end = how, detail


class Kernel:
    """A kernel to which one execution was sent, at time 0."""

    def __init__(self) -> None:
        self.interrupted = 0
        self.jobs = Jobs(
            tiny(run_message=2**20),
            Times(lost=LOST),
            loop=_call,
            thread=_call,
            interrupt=self._interrupt,
        )
        self.execution = Recorded()
        self.jobs.add(self.execution)
        self.jobs.send(lambda code: "ours")

    def _interrupt(self, execution: Execution) -> None:
        self.interrupted += 1

    def publishes(self, kind: str, parent: str = "ours", **content: Any) -> None:
        message = Message(Header("", kind), Header(parent), content)
        self.jobs.published(cast("Received", message), 0.0)

    def replies(self, parent: str = "ours", **content: Any) -> None:
        message = Message(Header(), Header(parent), content)
        self.jobs.replied(cast("Received", message), 0.0)


def _call(function: Callable[..., None], *arguments: Any) -> None:
    function(*arguments)


@pytest.fixture
def kernel() -> Kernel:
    kernel = Kernel()
    kernel.publishes("execute_input")
    return kernel


def test_a_lost_report_of_the_end_is_waited_for_and_said(kernel: Kernel) -> None:
    kernel.publishes("stream", name="stdout", text="a")
    kernel.replies(status="ok")
    assert not kernel.execution.running  # an interrupt would meet a cell of the owner
    kernel.jobs.on_time(LOST - 1)
    assert kernel.execution.end is None
    kernel.jobs.on_time(LOST)

    sentence = "Some of its output may be missing: the kernel did not send all of it."
    assert kernel.execution.end == ("done", sentence)
    assert [each.text for each in kernel.execution.shown] == ["a"]


def test_what_is_published_after_the_reply_is_shown_once(kernel: Kernel) -> None:
    kernel.replies(status="error", ename="ValueError", evalue="no")
    kernel.publishes("error", ename="ValueError", evalue="no", traceback=["trace"])
    kernel.publishes("status", execution_state="idle")

    assert kernel.execution.end == ("error", "")
    assert [each.text for each in kernel.execution.shown] == ["trace"]


def test_an_error_that_only_the_reply_has_is_shown(kernel: Kernel) -> None:
    kernel.publishes("status", execution_state="idle")
    kernel.replies(status="error", ename="ValueError", evalue="no")

    assert kernel.execution.end == ("error", "")
    assert [each.text for each in kernel.execution.shown] == ["ValueError: no"]


def test_after_a_message_that_was_too_large_a_later_request_shows_the_end(
    kernel: Kernel,
) -> None:
    kernel.jobs.missed(reply=False)
    kernel.jobs.missed(reply=False)
    assert kernel.interrupted == 1
    kernel.jobs.follow("later")
    kernel.publishes("status", "another", execution_state="busy")
    assert kernel.execution.end is None
    kernel.replies("later")
    kernel.publishes("status", "later", execution_state="busy")

    assert kernel.execution.end is not None
    how, detail = kernel.execution.end
    assert (how, detail[-34:]) == ("stopped", "1 MiB at once, which is not shown.")
    assert kernel.execution.left_out == 2 * 2**20 // 8_192


def test_a_reply_that_was_too_large_is_the_end(kernel: Kernel) -> None:
    kernel.jobs.missed(reply=True)

    assert kernel.execution.end and kernel.execution.end[0] == "stopped"
    assert kernel.interrupted == 0


def test_a_large_message_of_a_cell_before_it_leaves_an_execution_alone() -> None:
    kernel = Kernel()
    kernel.jobs.missed(reply=False)
    assert kernel.interrupted == 0
    kernel.publishes("execute_input")
    kernel.replies(status="ok")
    kernel.publishes("status", execution_state="idle")

    assert kernel.execution.end == ("done", "")
    assert kernel.execution.left_out == 0
