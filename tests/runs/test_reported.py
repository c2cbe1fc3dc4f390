"""Runs that a kernel executes in a cell and reports."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.outputs import STREAM
from jupyter_pairedit.core.runs import Run
from jupyter_pairedit.protocol import ReportOutputs, RunOutput
from jupyter_pairedit.runs.reported import checked
from tests.making import ROOM

from .rooms import ANN, GUS, RunRoom, Visit

LIMITS = Limits(run_size=40_000, run_outputs=5)
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(9)).decode()


class Cell:
    """A kernel that executes a run of a room."""

    def __init__(self, at: RunRoom, run: Run, session: Visit) -> None:
        self.at, self.run, self.session = at, run, session

    async def report(
        self, *outputs: RunOutput, session: Visit | None = None, state: str = ""
    ) -> None:
        """Report outputs."""
        message = ReportOutputs(self.run.number, list(outputs), state=state)  # type: ignore[arg-type]
        reported = self.at.runs.runner.reported
        await reported.report(ROOM, session or self.session, message)

    @property
    def shown(self) -> list[str]:
        """The texts that people see."""
        return [each.text for each in self.at.room.runs.outputs(self.run.number)]

    @property
    def now(self) -> Run:
        return self.at.room.runs.runs[self.run.number]


async def begin(at: RunRoom) -> Cell:
    session = Visit("kernel", ANN.person, is_guest=False)
    at.runs.sessions.add(ROOM, session)
    wanted = await at.wanted()
    run = await at.runs.begin(at.room, session, ANN, wanted, unread=False)
    return Cell(at, run, session)


def line(number: int, text: str) -> RunOutput:
    return RunOutput(number, "stdout", text)


async def test_outputs_are_shown_until_the_run_has_ended(at: RunRoom) -> None:
    cell = await begin(at)
    assert (cell.now.state, cell.now.in_cell) == ("running", True)

    await cell.report(line(0, "a\n"))
    await cell.report(line(0, "a\nb\n"), line(1, "c\n"), state="done")

    assert cell.shown == ["a\nb\n", "c\n"]
    assert cell.now.state == await at.state(cell.run) == "done"
    assert await at.refused(cell.report(line(2, "late"))) == "forbidden"
    assert at.probe.given == []


async def test_another_connection_reports_nothing_of_a_run(at: RunRoom) -> None:
    cell = await begin(at)
    other = Visit("other", ANN.person, is_guest=False)

    work = cell.report(line(0, "false"), session=other, state="done")

    assert await at.refused(work) == "forbidden"
    assert (cell.shown, cell.now.state) == ([], "running")


async def test_a_run_ends_with_the_connection_of_its_kernel(at: RunRoom) -> None:
    cell = await begin(at)

    at.runs.leave(ROOM, cell.session)
    await at.runs._tasks.settle()

    assert (cell.now.state, cell.now.detail) == (
        "died",
        "The kernel has disconnected.",
    )
    assert await at.refused(cell.report(line(0, "late"))) == "forbidden"


@pytest.mark.parametrize("replaced", [True, False])
async def test_a_run_ends_if_the_connection_ends_while_it_is_stored(
    at: RunRoom, replaced: bool
) -> None:
    async def add(*run: Any) -> Run:
        session = at.runs.sessions.find(ROOM, "kernel")
        assert session is not None
        if replaced:
            at.runs.sessions.add(ROOM, Visit("kernel", ANN.person, is_guest=False))
        at.runs.leave(ROOM, session)
        return await real(*run)

    real = at.store.runs.add
    at.store.runs.add = add  # type: ignore[method-assign, assignment]
    cell = await begin(at)
    await at.runs._tasks.settle()

    assert cell.now.state == await at.state(cell.run) == "died"
    assert not at.runs.runner.is_running()


async def test_a_run_ends_when_its_kernel_has_connected_again_before(
    at: RunRoom,
) -> None:
    cell = await begin(at)
    again = Visit("kernel", ANN.person, is_guest=False)
    at.runs.sessions.add(ROOM, again)
    assert cell.now.state == "running"

    at.runs.leave(ROOM, cell.session)
    await at.runs._tasks.settle()

    assert cell.now.state == await at.state(cell.run) == "died"
    assert not at.runs.runner.is_running()
    assert at.runs.sessions.find(ROOM, "kernel") is again


async def test_text_of_guests_is_not_begun_in_a_cell_either(at: RunRoom) -> None:
    await at.type("evil()\n", GUS)
    session = Visit("kernel", ANN.person, is_guest=False)
    wanted = await at.wanted()

    with pytest.raises(Exception, match="not been shown"):
        await at.runs.begin(at.room, session, ANN, wanted, unread=False)

    assert at.room.runs.runs == {}
    await at.runs.begin(at.room, session, ANN, wanted, unread=True)
    assert (await at.run()).state == "queued", "it counts as shown"


@pytest.mark.parametrize(
    ("outputs", "kept", "left_out"),
    [
        ([line(number, "x") for number in range(7)], 5, 2),
        ([line(number, "x" * STREAM) for number in range(5)], 4, 1),
        ([line(number, "ä" * (STREAM // 2)) for number in range(5)], 4, 1),
    ],
)
async def test_what_is_over_the_limits_is_counted_and_not_kept(
    at: RunRoom, outputs: list[RunOutput], kept: int, left_out: int
) -> None:
    at.runs.hub.limits = LIMITS
    cell = await begin(at)

    await cell.report(*outputs)

    assert len(cell.shown) == kept
    assert cell.now.left_out == left_out


def test_what_a_client_reports_is_checked_as_what_a_kernel_sends() -> None:
    limits = Limits()
    image = checked(RunOutput(0, "result", "image", "image/png", PNG), limits)
    assert (image.mime, image.data) == ("image/png", PNG)
    small = checked(RunOutput(0, "result", "", "image/png", PNG, 320, 240), limits)
    assert (small.width, small.height) == (320, 240)
    false = checked(RunOutput(1, "result", "image", "image/png", "aGVsbG8="), limits)
    assert (false.mime, false.data) == ("", "")
    script = checked(
        RunOutput(2, "display", "", "application/javascript", "evil()"), limits
    )
    assert (script.mime, script.data) == ("", "")
    long = checked(RunOutput(3, "stdout", "ä" * STREAM), limits)
    assert len(long.text.encode()) == STREAM
    assert checked(RunOutput(4, "error", "a\0b"), limits).text == "a\ufffdb"
