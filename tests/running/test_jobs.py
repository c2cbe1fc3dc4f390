"""The queue of a kernel, by the messages that arrive and the time that passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest
import zmq
from jupyter_client.session import Session

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.running.channels import Received
from jupyter_pairedit.running.execution import Execution, RunEnd
from jupyter_pairedit.running.job import Job
from jupyter_pairedit.running.jobs import Jobs
from jupyter_pairedit.running.times import Times

SESSION = Session(key=b"key")
LOST = Times().lost
LIMITS = Limits(run_interval=0.1)


class Code:
    """An execution that records what it is called with. See ``Execution``."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.running = self.stopping = False
        self.calls: list[str] = []
        self.outputs_now: list[Output] = []
        self.end: tuple[RunEnd, str] | None = None
        self.is_released = False
        self.returned: Callable[[], None] = lambda: None
        """What the sink calls when it has taken outputs."""

    def begun(self) -> None:
        self.calls.append("begun")

    def outputs(
        self,
        outputs: Sequence[Output],
        first: int,
        left_out: int,
        returned: Callable[[], None],
    ) -> None:
        self.calls.append("".join(each.text for each in outputs))
        self.returned = returned

    def ended(self, how: RunEnd, detail: str) -> None:
        assert self.end is None, "it has ended already"
        self.calls.append(how)
        self.end = how, detail

    def released(self) -> None:
        self.is_released = True


class Queue:
    """The executions of a kernel that the test plays."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.now = 100.0
        self.sent: list[str] = []
        self.connected = True
        self.interrupted: list[str] = []
        self.jobs = Jobs(
            limits,
            Times(),
            loop=self._call,
            thread=self._call,
            interrupt=lambda code: self.interrupted.append(code.code),
        )

    def _call(self, function: Callable[..., object], *arguments: object) -> None:
        function(*arguments)

    def add(self, *codes: str) -> list[Code]:
        """Add executions, and send what can be sent."""
        added = [Code(each) for each in codes]
        for each in added:
            self.jobs.add(cast("Execution", each))
        assert self.send() == self.connected
        return added

    def send(self) -> bool:
        """Send the next one, if that is possible."""

        def send(code: str) -> str | None:
            if not self.connected:
                return None
            self.sent.append(code)
            return f"request {code}"

        return self.jobs.send(send)

    def publish(self, about: str, kind: str, **content: object) -> None:
        """Publish a message about an execution, and let the thread look at the time."""
        self.jobs.published(_message(kind, content, about), self.now)
        self.jobs.on_time(self.now)

    def busy(self, code: str) -> None:
        """Begin an execution."""
        self.publish(code, "status", execution_state="busy")
        self.publish(code, "execute_input", code=code)

    def print(self, code: str, text: str) -> None:
        self.publish(code, "stream", name="stdout", text=text)

    def idle(self, code: str) -> None:
        self.publish(code, "status", execution_state="idle")

    def reply(self, code: str, status: str = "ok", **more: object) -> None:
        """Reply to the request of an execution."""
        content = {"status": status, **more}
        self.jobs.replied(_message("execute_reply", content, code), self.now)
        self.jobs.on_time(self.now)

    def stop(self, code: Code) -> bool:
        return self.jobs.stop(cast("Execution", code))

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        self.jobs.on_time(self.now)

    def run(self, code: str) -> None:
        """Let the kernel execute what it was sent."""
        self.busy(code)
        self.reply(code)
        self.idle(code)


def _message(kind: str, content: object, code: str) -> Received:
    message = SESSION.msg(kind, parent={"msg_id": f"request {code}"})
    message["content"] = content
    frames: list[bytes] = SESSION.serialize(message)
    return Received([zmq.Frame(each) for each in frames], SESSION)


def test_the_kernel_has_one_at_a_time() -> None:
    queue = Queue()
    first, second = queue.add("a", "b")
    assert queue.send() and queue.sent == ["a"]

    queue.run("a")
    assert queue.sent == ["a"] and queue.send()

    assert queue.sent == ["a", "b"]
    queue.run("b")
    assert first.calls == second.calls == ["begun", "done"]


def test_what_cannot_be_sent_waits_and_is_sent_once() -> None:
    queue = Queue()
    queue.connected = False
    (code,) = queue.add("a")
    assert (queue.send(), queue.sent, code.calls) == (False, [], [])

    queue.connected = True
    queue.send()
    queue.send()

    assert queue.sent == ["a"]


def test_it_begins_with_what_the_kernel_executes_and_not_when_it_is_sent() -> None:
    queue = Queue()
    (code,) = queue.add("a")
    queue.publish("a", "status", execution_state="busy")
    assert code.calls == [] and not code.running

    queue.publish("a", "execute_input", code="a")

    assert code.calls == ["begun"] and code.running


@pytest.mark.parametrize("order", ["reply first", "idle first"])
def test_it_ends_with_the_reply_and_the_last_of_its_outputs(order: str) -> None:
    queue = Queue()
    (code,) = queue.add("a")
    queue.busy("a")
    halves = {"reply": queue.reply, "idle": queue.idle}
    first, last = halves if order == "reply first" else reversed(halves)

    halves[first]("a")
    assert code.end is None
    queue.print("a", "late\n")
    halves[last]("a")

    assert code.end == ("done", "")
    assert "".join(code.calls) == "begunlate\ndone"
    assert not code.running


def test_after_the_last_of_its_outputs_nothing_of_it_is_interrupted() -> None:
    queue = Queue()
    (code,) = queue.add("a")
    queue.busy("a")

    queue.idle("a")

    # The next thing that the kernel executes may be a cell of the owner.
    assert not code.running and code.end is None


@pytest.mark.parametrize("half", ["reply", "idle"])
def test_what_is_missing_of_the_end_is_lost_after_a_while(half: str) -> None:
    queue = Queue()
    (code,) = queue.add("a")
    queue.busy("a")
    queue.reply("a") if half == "reply" else queue.idle("a")
    assert queue.jobs.due(queue.now) == pytest.approx(min(LOST, LIMITS.run_interval))

    queue.wait(LOST - 0.1)
    queue.print("a", "more\n")  # it is not over yet
    queue.wait(LOST - 0.1)
    assert code.end is None
    queue.wait(0.1)

    assert code.end
    how, detail = code.end
    assert how == "done"
    # Without the kernel's report of the end, output may be lost with it.
    assert bool(detail) == (half == "reply")
    assert queue.jobs.due(queue.now) is None


def test_messages_of_others_are_ignored() -> None:
    queue = Queue()
    (code,) = queue.add("a")

    queue.busy("cell")
    queue.print("cell", "of the owner\n")
    queue.reply("cell")
    queue.idle("cell")

    assert code.calls == [] and not code.running


def test_a_kernel_that_publishes_nothing_has_begun_it_as_well() -> None:
    queue = Queue()
    (code,) = queue.add("a")

    queue.reply("a", "error", ename="E", evalue="no")
    queue.wait(LOST)

    assert code.calls == ["begun", "E: no", "error"]


def test_what_waits_is_stopped_without_the_kernel() -> None:
    queue = Queue()
    first, second = queue.add("a", "b")
    queue.busy("a")

    assert not queue.stop(second)
    queue.reply("a")
    queue.idle("a")

    assert queue.send() and queue.sent == ["a"]
    assert second.calls == ["stopped"] and first.end == ("done", "")
    assert not queue.stop(second) and not queue.stop(first)
    assert queue.interrupted == []


def test_what_runs_is_to_be_interrupted() -> None:
    queue = Queue()
    (code,) = queue.add("a")
    queue.busy("a")

    assert queue.stop(code)
    queue.publish("a", "error", ename="KeyboardInterrupt", evalue="", traceback=["K"])
    queue.reply("a", "error")
    queue.idle("a")

    assert code.end == ("stopped", "")


def test_what_waits_behind_a_cell_is_interrupted_when_its_turn_comes() -> None:
    queue = Queue()
    (code,) = queue.add("a")
    queue.busy("cell")

    assert not queue.stop(code)  # that would interrupt the cell
    assert code.stopping and queue.interrupted == []
    queue.idle("cell")
    assert queue.interrupted == []
    queue.busy("a")

    assert queue.interrupted == ["a"]
    queue.reply("a")
    queue.idle("a")
    assert code.end == ("stopped", "")


def test_what_has_ended_before_it_was_stopped_is_done() -> None:
    queue = Queue()
    (code,) = queue.add("a")
    queue.busy("a")
    queue.stop(code)
    queue.reply("a", "ok")
    queue.idle("a")

    assert code.end == ("done", "")


def test_a_flood_is_interrupted_once_and_says_so() -> None:
    queue = Queue(Limits(run_flood=5_000, run_interval=0.1))
    (code,) = queue.add("a")
    queue.busy("a")
    for _ in range(9):
        queue.print("a", "x" * 1_000)
    queue.reply("a", "error", ename="KeyboardInterrupt", evalue="")
    queue.idle("a")

    assert queue.interrupted == ["a"]
    assert code.end is not None
    how, detail = code.end
    assert how == "stopped" and detail.startswith("It sent more")


def test_the_end_of_the_kernel_ends_all_and_nothing_more_is_sent() -> None:
    queue = Queue()
    codes = queue.add("a", "b", "c")
    queue.busy("a")
    queue.print("a", "out\n")

    queue.jobs.end_all("The kernel has ended.")
    queue.reply("a")
    queue.idle("a")

    assert [each.end for each in codes] == [("died", "The kernel has ended.")] * 3
    assert not any(each.running for each in codes)
    assert queue.send() and queue.sent == ["a"]
    assert queue.jobs.due(queue.now) is None


def test_outputs_are_delivered_at_most_every_interval_and_one_at_a_time() -> None:
    queue = Queue()
    (code,) = queue.add("a")
    queue.busy("a")
    queue.print("a", "1\n")
    assert code.calls == ["begun"], "the interval has not passed"
    queue.wait(LIMITS.run_interval)
    assert code.calls == ["begun", "1\n"]
    queue.print("a", "2\n")
    queue.wait(LIMITS.run_interval)
    assert code.calls == ["begun", "1\n"], "the sink has not returned"
    assert queue.jobs.due(queue.now) is None

    code.returned()
    queue.print("a", "3\n")
    assert code.calls == ["begun", "1\n", "1\n2\n3\n"]
    code.returned()
    queue.print("a", "4\n")
    assert len(code.calls) == 3, "the interval has not passed"
    due = queue.jobs.due(queue.now)
    assert due == pytest.approx(LIMITS.run_interval)

    assert due is not None
    queue.wait(due)
    assert code.calls[-1] == "1\n2\n3\n4\n"


def test_the_last_outputs_are_delivered_before_the_end_whatever_is_in_flight() -> None:
    queue = Queue()
    (code,) = queue.add("a")
    queue.busy("a")
    queue.print("a", "1\n")
    queue.wait(LIMITS.run_interval)
    queue.print("a", "2\n")

    queue.reply("a")
    queue.idle("a")

    assert code.calls == ["begun", "1\n", "1\n2\n", "done"]


@pytest.mark.parametrize(
    ("status", "raised", "stopped", "end"),
    [
        ("ok", False, False, ("done", "")),
        ("ok", False, True, ("done", "")),
        ("error", True, False, ("error", "")),
        ("error", True, True, ("stopped", "")),
        ("error", False, False, ("error", "")),
        (
            "aborted",
            False,
            False,
            ("stopped", "The kernel skipped it because a cell before it failed."),
        ),
        ("aborted", True, False, ("error", "")),
        (None, False, False, ("done", "")),
        (None, True, False, ("error", "")),
        (None, False, True, ("stopped", "")),
    ],
)
def test_how_it_has_ended_follows_from_what_has_arrived(
    status: str | None, raised: bool, stopped: bool, end: tuple[RunEnd, str]
) -> None:
    job = Job(cast("Execution", Code("a")), LIMITS)
    content: dict[str, Any] = {"traceback": ["trace"]}
    if raised:
        job.take("error", 1, lambda: content)
    if status is not None:
        job.take_reply({"status": status})
    job.stopped = stopped

    assert job.end == end


def test_what_comes_after_the_end_is_delivered_until_ten_others_have_ended() -> None:
    queue = Queue()
    first, *others = queue.add("a", *(f"b{number}" for number in range(10)))
    queue.run("a")
    queue.print("a", "late")
    queue.wait(1)
    assert first.calls == ["begun", "done", "late"]
    queue.print("a", "r")
    assert first.calls[-1] == "late"
    queue.wait(1)
    assert first.calls[-1] == "late", "the sink has not returned"
    first.returned()
    queue.wait(1)
    assert first.calls[-1] == "later"

    for other in others:
        assert not first.is_released
        queue.send()
        queue.run(other.code)
    assert first.is_released and not others[0].is_released
    queue.print("a", "too late")
    assert first.calls[-1] == "later"


def test_a_display_is_updated_by_others_and_by_cells_but_not_after_the_kernel() -> None:
    queue = Queue()
    first, second = queue.add("a", "b")
    shown = {"data": {"text/plain": "1"}, "transient": {"display_id": "x"}}
    queue.busy("a")
    queue.publish("a", "display_data", **shown)
    queue.reply("a")
    queue.idle("a")
    first.returned()
    queue.send()
    for about, text in (("b", "2"), ("a cell", "3")):
        queue.wait(1)
        queue.publish(
            about, "update_display_data", **{**shown, "data": {"text/plain": text}}
        )
        queue.wait(1)
        assert first.calls[-1] == text
        first.returned()
    assert [call for call in second.calls if call.isdigit()] == []

    queue.jobs.end_all("The kernel has ended.")
    assert first.is_released and second.is_released
    queue.publish("b", "update_display_data", **shown)
    queue.wait(1)
    assert first.calls[-1] == "3"
