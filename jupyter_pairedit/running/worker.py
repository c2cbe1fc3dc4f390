"""The thread that talks to one kernel.

Messages are received and decoded here, so that those of a flood never keep the event
loop from its work. The event loop is called back at most every ``run_interval``.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from math import ceil

import zmq

from ..core.limits import Limits
from .calls import REQUEST, Calls, KernelState
from .channels import Channels, Received
from .commands import Commands
from .execution import Execution, KernelUnreachable
from .handshake import Handshake
from .heart import Heart
from .jobs import Jobs
from .queries import Answer, Queries, QueryKind, content_of
from .times import Times

log = logging.getLogger(__name__)

_TOO_LARGE = "A reply of the kernel was too large to be received."
_AT_ONCE = 100
"""Messages that are received before the other threads may run."""


class Worker(threading.Thread):
    """Talks to a kernel. Its methods are called in this thread; see ``submit``."""

    def __init__(
        self,
        info: Mapping[str, object],
        limits: Limits,
        times: Times,
        loop: asyncio.AbstractEventLoop,
        calls: Calls,
    ) -> None:
        super().__init__(name="pairedit-kernel", daemon=True)
        self._info, self._limits, self._times = info, limits, times
        self._loop, self._calls = loop, calls
        self._commands = Commands()
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._channels: Channels | None = None
        self._jobs = Jobs(
            limits,
            times,
            loop=self._call,
            thread=self.submit,
            interrupt=lambda execution: self._call(calls.interrupt, execution),
        )
        self._queries = Queries(times)
        self._closing = self._lost = False
        self._ready_at: float | None = None
        """When the handshake was over."""
        self._executes: bool | None = None
        """Whether the kernel executes something; None if it is unknown."""
        self._reported: KernelState = "starting"
        self._report_due = 0.0

    def submit(self, command: Callable[[], None]) -> None:
        """Let the thread call ``command``. For other threads."""
        self._commands.submit(command)

    def execute(self, execution: Execution) -> None:
        """Execute some code after what waits."""
        self._jobs.add(execution)
        if self._ready_at is None:
            self._jobs.end_all("The kernel is not running.")

    def stop(self, execution: Execution, answer: Callable[[bool], None]) -> None:
        """Stop an execution; see ``Jobs.stop``."""
        self._call(answer, self._jobs.stop(execution))

    def wake(self) -> None:
        """Send a message to a kernel that was interrupted: the event loop of IPython
        cancels what a cell awaits, but goes on sleeping until one arrives."""
        if self._channels:
            self._channels.send(self._channels.shell, "kernel_info_request", {})

    def query(self, kind: QueryKind, code: str, answer: Answer) -> None:
        """Ask about the names at the end of some code, or the value of an expression.

        IPython's kernel gives names while a cell runs. For a value, and another kernel
        for anything, it is asked while it is idle: else the answer is None.
        """
        answered, now = partial(self._call, answer), time.monotonic()
        channels = self._channels
        # On control, what a cell that runs prints or reads would go astray.
        in_turn = not self._handshake.ipython or kind == "execute_request"
        late = in_turn and self._state != "idle"
        if channels is None or self._ready_at is None or late:
            return answered(None)
        socket = channels.shell if in_turn else channels.control
        request = channels.send(socket, kind, content_of(kind, code))
        self._queries.sent(request, answered, now, kind=kind, in_turn=in_turn)

    def lose(self, detail: str) -> None:
        """The process of the kernel has ended. Another one may start on its address.

        All that waits is ended, and the sockets are replaced: what a socket has not
        sent yet would reach the next process.
        """
        self._connect_again(lost=True)
        self._jobs.end_all(detail)

    def _connect_again(self, lost: bool) -> None:
        """Replace the sockets. Who reads of the end of a run then knows the state."""
        self._queries.end()
        self._lost = lost
        self._connect(None)
        self._report_due = 0.0
        self._report(time.monotonic())

    def finish(self) -> None:
        """Call what was submitted; also after the thread has ended."""
        self._commands.call()

    def close(self) -> None:
        """End the thread."""
        self._closing = True

    def run(self) -> None:
        """Work until ``close``."""
        try:
            self._connect(self._times.tries)
            while not self._closing:
                self._work()
        except KernelUnreachable as unreachable:
            self._call(self._calls.failed, unreachable)
        except Exception as error:
            log.exception("The connection to a kernel has failed")
            self._call(self._calls.failed, error)
        finally:
            self._ready_at = None
            self._jobs.end_all("The connection to the kernel has ended.")
            self._queries.end()
            self._context.destroy(linger=0)
            self._commands.close()

    def _connect(self, tries: int | None) -> None:
        if self._channels:
            self._channels.close()
        channels = self._channels = Channels(self._info, self._context, self._limits)
        self._handshake = Handshake(channels, self._times, tries)
        self._ready_at = self._executes = None
        self._heart = Heart(channels, self._times)
        self._poller = zmq.Poller()
        self._poller.register(self._commands.woken, zmq.POLLIN)
        for each in channels.sockets:
            self._poller.register(each, zmq.POLLIN)
        # It can be written to as soon as it is connected.
        self._poller.register(channels.shell, zmq.POLLIN | zmq.POLLOUT)

    def _work(self) -> None:
        found = dict(self._poller.poll(self._wait(time.monotonic())))
        self.finish()
        channels, now = self._channels, time.monotonic()
        assert channels
        if found.get(channels.shell, 0) & zmq.POLLOUT:
            self._poller.modify(channels.shell, zmq.POLLIN)
            self._handshake.ask_shell()
        for each in (channels.control, channels.shell, channels.iopub):
            left = _AT_ONCE if each in found and channels is self._channels else 0
            while left and self._receive(channels, each, now):
                left -= 1
        for each in (channels.shell_monitor, channels.iopub_monitor):
            if each in found and channels is self._channels:
                self._check_connection(channels, each)
        if channels.heartbeat in found and channels is self._channels:
            self._heart.returned()
        self._on_time(now)

    def _check_connection(self, channels: Channels, monitor: zmq.Socket[bytes]) -> None:
        """Take that a connection may have been closed."""
        loss, is_shell = channels.loss(monitor), monitor is channels.shell_monitor
        if loss == "closed" and is_shell:
            self.lose("The kernel has ended.")
        elif loss and is_shell:
            self._connect_again(lost=False)
            self._jobs.missed(reply=True)
            self._jobs.end_all(_TOO_LARGE)
        elif loss == "too large":
            self._jobs.missed(reply=False)
            for each in (channels.iopub, channels.iopub_monitor):
                self._poller.unregister(each)
            channels.subscribe_again()
            for each in (channels.iopub, channels.iopub_monitor):
                self._poller.register(each, zmq.POLLIN)
            self._executes = None
            self._handshake.again()

    def _wait(self, now: float) -> int:
        """Return the milliseconds until ``_on_time`` has something to do."""
        due = [self._heart.due - now] if self._ready_at is not None else []
        if self._handshake.language is None:
            due.append(self._handshake.due - now)
        if self._state != self._reported:
            due.append(self._report_due - now)
        others = self._jobs.due(now), self._queries.due(now)
        due += [each for each in others if each is not None]
        return ceil(max(min(due), 0.0) * 1_000)

    def _on_time(self, now: float) -> None:
        handshake, subscribed = self._handshake, self._handshake.language is not None
        if self._ready_at is None and subscribed:
            self._ready_at, self._lost, self._report_due = now, False, now
            self._report(now)
            self._call(self._calls.opened, handshake.language, handshake.ipython)
        if not subscribed:
            if not self._handshake.ask(now):
                seconds = self._times.tries * self._times.between
                raise KernelUnreachable(
                    f"The kernel did not answer within {seconds:g} seconds."
                )
            self._jobs.follow(self._handshake.shell_request)
        if self._ready_at is None:
            pass
        elif not self._heart.beat(now):
            self.lose("The kernel does not answer any more.")
        elif subscribed and not self._jobs.send(self._send):
            self.lose("The kernel has ended.")
        self._jobs.on_time(now)
        self._queries.on_time(now)
        self._report(now)

    def _receive(
        self, channels: Channels, socket: zmq.Socket[bytes], now: float
    ) -> bool:
        """Take one message: it is freed before the next is received. Return whether
        there may be more."""
        try:
            message = channels.receive(socket)
        except ValueError:
            return True  # no answer to what we send is like that
        if message is None:
            return False
        if socket is channels.iopub:
            self._published(message, now)
        else:
            self._handshake.replied(message)
            self._jobs.replied(message, now)
            self._queries.replied(message)
        return channels is self._channels  # else it was lost

    def _published(self, message: Received, now: float) -> None:
        if message.header.msg_type == "status":
            self._handshake.published(message)
            state = message.content().get("execution_state")
            if state in ("busy", "idle"):
                if self._queries.executes_cell(message.parent):
                    self._executes = state == "busy"
                self._queries.published(message.parent, state, now)
            elif state == "starting" and self._was_ready(now):
                self.lose("The kernel was restarted.")
        self._jobs.published(message, now)

    def _was_ready(self, now: float) -> bool:
        """Whether it is ready for some time. A kernel may publish that it starts after
        its first answer."""
        ready_at = self._ready_at
        return ready_at is not None and now > ready_at + self._times.fresh

    def _send(self, code: str) -> str | None:
        assert self._channels
        content = {**REQUEST, "code": code}
        return self._channels.send(self._channels.shell, "execute_request", content)

    @property
    def _state(self) -> KernelState:
        if self._ready_at is None:
            return "dead" if self._lost else "starting"
        if self._executes is None:
            return "idle" if self._handshake.idle else "busy"
        return "busy" if self._executes else "idle"

    def _report(self, now: float) -> None:
        """Report the state, though not each one of a quick series of cells."""
        if self._state != self._reported and now >= self._report_due:
            self._reported = self._state
            self._report_due = now + self._limits.run_interval
            self._call(self._calls.state, self._reported)

    def _call(self, function: Callable[..., object], *arguments: object) -> None:
        """Call a function on the event loop."""
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the loop is closed: nobody uses the kernel any more
            self._closing = True
