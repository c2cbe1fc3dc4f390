"""The executions that wait for a kernel, and the one that was sent to it.

No sockets and no clock: the thread of the kernel passes in what has arrived, and when.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain

from ..core.limits import Limits
from .channels import Received
from .execution import Execution, RunEnd
from .job import Job
from .times import Times

_ENDED = 10
"""Executions whose later outputs are taken, after their end."""

Call = Callable[..., None]
"""Calls its first argument with the others, elsewhere."""


class Jobs:
    """Executions of one kernel. At most one is in the kernel at a time."""

    def __init__(
        self,
        limits: Limits,
        times: Times,
        *,
        loop: Call,
        thread: Call,
        interrupt: Callable[[Execution], None],
    ) -> None:
        """``loop`` calls on the event loop, ``thread`` in the thread of the kernel.

        ``interrupt`` interrupts the kernel if it still executes that.
        """
        self._limits, self._times = limits, times
        self._loop, self._thread, self._interrupt = loop, thread, interrupt
        self._waiting: deque[Job] = deque()
        self._sent: Job | None = None
        self._ended: deque[Job] = deque()
        """Those that ended last, oldest first."""
        self._lost_at: float | None = None
        """When what is missing of the end is taken to be lost."""

    def add(self, execution: Execution) -> None:
        """Let an execution wait for the others."""
        self._waiting.append(Job(execution, self._limits))

    def send(self, send: Callable[[str], str | None]) -> bool:
        """Send the next one, if the kernel has none. Return False if it cannot be sent.

        ``send`` returns the id of the request, or None.
        """
        if self._sent or not self._waiting:
            return True
        job = self._waiting[0]
        job.id = send(job.execution.code)
        if job.id is None:
            return False
        self._sent = self._waiting.popleft()
        return True

    def published(self, message: Received, now: float) -> None:
        """Take a message on iopub."""
        kind, parent = message.header.msg_type, message.parent.msg_id
        if kind == "update_display_data":
            for each in self._known():
                if each.id != parent:
                    each.update(message.content)
        job = self._sent
        if job is None or parent != job.id:
            if job and kind == "status" and parent == job.followed_by:
                job.idle = True
                return self._half_ended(job, now)
            self._published_late(message)
            return
        if self._lost_at is not None:
            self._lost_at = now + self._times.lost
        if kind == "status":
            if message.content().get("execution_state") == "idle":
                job.idle = True
                self._half_ended(job, now)
            return
        self._begin(job)
        if kind != "execute_input":
            job.take(kind, message.size, message.content)
            if message.cut and kind == "stream":
                job.drop(kind, message.cut)
            if job.flooded():
                self._interrupt(job.execution)

    def _published_late(self, message: Received) -> None:
        """Take what a thread or a task prints after the code that has started it."""
        for each in self._ended:
            if each.id == message.parent.msg_id:
                each.take(message.header.msg_type, message.size, message.content)
                each.flooded()  # from then on, nothing more is kept

    def _known(self) -> Iterator[Job]:
        return chain(self._ended, [self._sent] if self._sent else ())

    def replied(self, message: Received, now: float) -> None:
        """Take a message on shell."""
        job = self._sent
        if job and message.parent.msg_id == job.id:
            job.take_reply(message.content())
            self._half_ended(job, now)
        elif job and message.parent.msg_id == job.followed_by:
            job.reply = job.reply or {}
            self._half_ended(job, now)

    def missed(self, reply: bool) -> None:
        """Take that a message, or the reply, was too large to be received."""
        job = self._sent
        if job is None or not (reply or job.begun):
            return
        if job.missed() and job.execution.running and not reply:
            self._interrupt(job.execution)
        if reply:
            self._finish(job)

    def follow(self, request: str | None) -> None:
        """Take the id of a request that was sent on shell after the execution. The
        reply to it, and what is published of it, show that the execution is over, even
        if the messages that say so were lost."""
        if self._sent:
            self._sent.followed_by = request

    def stop(self, execution: Execution) -> bool:
        """Stop an execution. Return whether the kernel has to be interrupted for it."""
        for job in self._waiting:
            if job.execution is execution:
                self._waiting.remove(job)
                self._end(job, "stopped", "")
                self._loop(job.execution.released)
                return False
        sent = self._sent
        if sent is None or sent.execution is not execution:
            return False
        sent.stopped = True
        execution.stopping = not sent.begun
        return sent.begun

    def end_all(self, detail: str) -> None:
        """End all because the kernel, or the connection to it, is gone."""
        jobs = [self._sent, *self._waiting] if self._sent else [*self._waiting]
        self._sent, self._lost_at = None, None
        self._waiting.clear()
        for job in jobs:
            self._end(job, "died", detail)
            self._loop(job.execution.released)
        while self._ended:
            self._release(self._ended.popleft())

    def due(self, now: float) -> float | None:
        """Return in how many seconds ``on_time`` is to be called, if at all."""
        times = [] if self._lost_at is None else [self._lost_at]
        if self._sent and self._sent.begun and not self._sent.in_flight:
            times.append(self._sent.due)
        times.extend(each.due for each in self._ended if each.awaits_delivery)
        return max(min(times) - now, 0) if times else None

    def on_time(self, now: float) -> None:
        """Deliver outputs, and end what has ended, if it is time."""
        job = self._sent
        if job and self._lost_at is not None and now >= self._lost_at:
            job.incomplete = not job.idle
            self._finish(job)
        for each in self._known():
            if each.begun and not each.in_flight and now >= each.due:
                each.due = now + self._limits.run_interval
                self._deliver(each)

    def _begin(self, job: Job) -> None:
        if job.begun:
            return
        job.begun = job.execution.running = True
        self._loop(job.execution.begun)
        if job.stopped:
            self._interrupt(job.execution)

    def _half_ended(self, job: Job, now: float) -> None:
        # The next that the kernel executes is not ours.
        job.execution.running = False
        if job.idle and job.reply is not None:
            self._finish(job)
        else:
            self._lost_at = now + self._times.lost

    def _finish(self, job: Job) -> None:
        self._sent, self._lost_at = None, None
        how, detail = job.end
        if how in ("done", "error"):
            self._begin(job)  # some kernels do not publish what they execute
        self._end(job, how, detail)
        self._ended.append(job)
        if len(self._ended) > _ENDED:
            self._release(self._ended.popleft())

    def _end(self, job: Job, how: RunEnd, detail: str) -> None:
        job.execution.running = False
        self._deliver(job, final=True)
        self._loop(job.execution.ended, how, detail)

    def _release(self, job: Job) -> None:
        """Deliver what is left, and nothing after it."""
        self._deliver(job, final=True)
        self._loop(job.execution.released)

    def _deliver(self, job: Job, final: bool = False) -> None:
        news = job.news(final)
        if news is None:
            return
        job.in_flight = True

        def returned() -> None:
            job.in_flight = False

        self._loop(job.execution.outputs, *news, lambda: self._thread(returned))
