"""One socket to a room at a time, and another one after it as long as that makes sense.

The same as ``js/src/client/connection.ts``. Sockets, time and chance are passed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..protocol import ClientMessage, Close, GuestHello, PassHello, ServerMessage
from .closecodes import Again, End, after_close, after_refusal
from .messages import read_frame, write_frame

_ANSWER_WITHIN = 15.0
"""Seconds. A slow connection is expected to carry 16,000 characters a second on top."""
_CHARACTERS_A_SECOND = 16_000
_FIRST_DELAY = 0.25
_NO_FRAME = 1006
"""The close code where there was no close frame."""
_LONGEST_DELAY = 30.0
"""Seconds: the longest pause before the first attempt, doubled for each further one."""


class Timer(Protocol):
    """A callback that waits for its time."""

    def cancel(self) -> None:
        """Do not call it."""


class Clock(Protocol):
    """Time and chance."""

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call back after some seconds."""

    def random(self) -> float:
        """Return a number from 0 to 1."""


class Socket(Protocol):
    """One WebSocket that is open or is being opened."""

    def send(self, frame: str) -> None:
        """Send a text frame."""

    def close(self) -> None:
        """Close it, without a report."""


class SocketEvents(Protocol):
    """What a socket reports."""

    def opened(self) -> None:
        """It is open."""

    def received(self, frame: str | bytes) -> None:
        """A frame has arrived."""

    def refused(self, status: int) -> None:
        """The server answered with another HTTP status than 101; nothing follows."""

    def closed(self, code: int, reason: str) -> None:
        """It is closed, or could not be opened; nothing follows."""


Dial = Callable[[SocketEvents], Socket]
"""Opens a socket."""


class Listener(Protocol):
    """What a connection reports. ``closed`` follows each ``opened``."""

    def opened(self) -> None:
        """A socket is open."""

    def received(self, message: ServerMessage) -> None:
        """A message has arrived."""

    def closed(self, code: int) -> None:
        """The socket is closed, by the server with ``code``, or by this side with 0."""

    def changed(self) -> None:
        """``end`` or ``message`` has changed."""


class Connection:
    """Keeps a socket open until ``end`` is set."""

    def __init__(
        self, dial: Dial, clock: Clock, listener: Listener, *, guest: bool
    ) -> None:
        self.end: End | None = None
        """Why no further attempt is made."""
        self.message = ""
        """What hinders the connection while attempts are made."""
        self._dial = dial
        self._clock = clock
        self._listener = listener
        self._guest = guest
        self._socket: Socket | None = None
        self._attempt: _Attempt | None = None
        self._open = self._known = False
        self._delays = self._errors = 0
        self._lost = False
        """Whether an open socket was lost, whose ``hello`` may replace a later one."""
        self._pause: Timer | None = None
        self._deadline: Timer | None = None

    def start(self) -> None:
        """Connect."""
        self._begin()

    def send(self, message: ClientMessage | GuestHello | PassHello) -> None:
        """Send what the server must answer in time; see ``answered``."""
        length = self.say(message)
        if length:
            self._expect_within(_ANSWER_WITHIN + length / _CHARACTERS_A_SECOND)

    def say(self, message: ClientMessage | GuestHello | PassHello) -> int:
        """Send what has no answer. Returns its length; 0 without a connection."""
        if self._socket is None or not self._open:
            return 0
        frame = write_frame(message)
        self._socket.send(frame)
        return len(frame)

    def answered(self) -> None:
        """Note that no answer is due."""
        self._expect_within(None)

    def wait(self) -> None:
        """Expect an answer, after more that comes before it."""
        self._expect_within(_ANSWER_WITHIN)

    def welcomed(self) -> None:
        """Note that something of the room has arrived: the next failure is a new one.

        Not after ``welcome`` alone: a connection that is too slow for the room's code
        would be tried again without a pause.
        """
        self._known = True
        self._delays = 0
        self._set_message("")

    def progressed(self) -> None:
        """Note that revisions have arrived: earlier internal errors are over."""
        self._errors = 0

    def restart(self) -> None:
        """Drop this socket, which does not work, and open another one."""
        self._lost |= self._open
        self._drop()
        self._again(Again())

    def stop(self, end: End) -> None:
        """Drop the socket and open no other one."""
        self._drop()
        self.end = end
        self._listener.changed()

    def _begin(self) -> None:
        self._clear_pause()
        self._attempt = _Attempt(self)
        self._expect_within(_ANSWER_WITHIN)
        self._socket = self._dial(self._attempt)

    def opened(self, attempt: _Attempt) -> None:
        """See ``SocketEvents``; those of an earlier attempt come too late."""
        if attempt is self._attempt:
            self._open = True
            self._listener.opened()

    def received(self, attempt: _Attempt, frame: str | bytes) -> None:
        """See ``SocketEvents``."""
        if attempt is self._attempt:
            message = read_frame(frame)
            if message is not None:
                self._listener.received(message)

    def refused(self, attempt: _Attempt, status: int) -> None:
        """See ``SocketEvents``."""
        if attempt is self._attempt:
            self._drop()
            self._follow(after_refusal(status, guest=self._guest, known=self._known))

    def closed(self, attempt: _Attempt, code: int, reason: str) -> None:
        """See ``SocketEvents``."""
        if attempt is self._attempt:
            opened, by_itself = self._open, self._lost
            self._lost |= opened and code == _NO_FRAME
            self._drop(code)
            if code == Close.REPLACED and by_itself:
                self._lost = False
                return self._again(Again())
            self._errors = self._errors + 1 if code == Close.INTERNAL else 0
            if opened:
                self._follow(after_close(code, reason, self._errors))
            else:
                self._follow(Again(0.0, reason or "The server does not answer."))

    def _follow(self, following: End | Again) -> None:
        if isinstance(following, End):
            self.stop(following)
        else:
            self._again(following)

    def _again(self, again: Again) -> None:
        most = min(_LONGEST_DELAY, _FIRST_DELAY * 2.0**self._delays)
        self._delays += 1
        wait = again.at_least + self._clock.random() * most
        self._clear_pause()
        self._pause = self._clock.call_later(wait, self._begin)
        if again.message:
            self._set_message(again.message)

    def _drop(self, code: int = 0) -> None:
        """Forget the socket and everything that was to follow from it."""
        socket, opened = self._socket, self._open
        self._socket = self._attempt = None
        self._open = False
        self._clear_pause()
        self._expect_within(None)
        if socket is not None:
            socket.close()
        if opened:
            self._listener.closed(code)

    def _expect_within(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = (
            None if seconds is None else self._clock.call_later(seconds, self._silent)
        )

    def _silent(self) -> None:
        """Connect again: without an answer, the connection counts as lost."""
        self._deadline = None
        self._set_message("The server does not answer.")
        self.restart()

    def _clear_pause(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
        self._pause = None

    def _set_message(self, message: str) -> None:
        if message != self.message:
            self.message = message
            self._listener.changed()


@dataclass(frozen=True, slots=True, eq=False)
class _Attempt:
    """The events of one socket."""

    connection: Connection

    def opened(self) -> None:
        self.connection.opened(self)

    def received(self, frame: str | bytes) -> None:
        self.connection.received(self, frame)

    def refused(self, status: int) -> None:
        self.connection.refused(self, status)

    def closed(self, code: int, reason: str) -> None:
        self.connection.closed(self, code, reason)
