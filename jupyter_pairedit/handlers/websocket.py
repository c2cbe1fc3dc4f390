"""A WebSocket with our limits and manners, whatever is spoken on it and by whom."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable
from typing import Any

from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import (
    WebSocketClosedError,
    WebSocketHandler,
    WebSocketProtocol,
    WebSocketProtocol13,
)

from ..connections.sender import ConnectionLost
from ..core.ratelimit import PendingLimit, Rate
from ..protocol import EDIT_DIALECT, Close, ServerMessage, encode
from .context import WithContext

_log = logging.getLogger(__name__)

_REASON_BYTES = 123
"""What a close frame can carry (RFC 6455, section 5.5)."""


class WebSocketTransport(WithContext, WebSocketHandler):
    """Waits for hello, pings, sends and closes; knows nothing of people."""

    ended = False
    """It is over; what still comes in is not to be heard."""
    _abort_due: asyncio.TimerHandle | None = None
    _hello_due: asyncio.TimerHandle | None = None
    _waits: tuple[PendingLimit, str] | None = None
    """Where this socket, which has not said hello, was admitted, and as whom."""
    _pings: Rate | None = None
    _ended: WebSocketProtocol | None = None
    """The connection that was told its end, which Tornado itself forgets then."""
    _unread = 0
    """Answers since the client last had read all that was sent."""

    @property
    def ping_interval(self) -> float:
        """Seconds; Jupyter's own setting counts milliseconds and is not used."""
        return self.hub.limits.ping_interval

    @property
    def ping_timeout(self) -> float:
        """Seconds after a ping without an answer: the connection is half open."""
        return self.hub.limits.ping_timeout

    @property
    def edits(self) -> bool:
        """Whether the connection speaks the edit dialect."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        return EDIT_DIALECT in (part.strip() for part in offered.split(","))

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Choose the edit dialect where it is offered."""
        return EDIT_DIALECT if EDIT_DIALECT in subprotocols else None

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the error of a refused upgrade without a page around it."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}: this socket was refused.\n")

    def on_ping(self, data: bytes) -> None:
        """Count; answering is Tornado's."""
        limits = self.hub.limits
        if self._pings is None:
            self._pings = Rate(limits.pings, limits.pings_per)
        if self._pings.take("", asyncio.get_running_loop().time()):
            self.end(Close.RATE, "Too many pings.")
            self.abort_soon()

    def on_close(self) -> None:
        """Let nothing happen any more."""
        self.ended = True
        self.hello_received()
        self._ended = None
        if self._abort_due is not None:
            self._abort_due.cancel()

    def forget_upgrade(self) -> None:
        """Let go of the cookies that the upgrade was answered with, a kilobyte.

        Tornado would keep them as long as the connection, and nothing reads them.
        """
        vars(self).pop("_new_cookie", None)

    # --- until hello ------------------------------------------------------------------

    def wait_for_hello(self, pending: PendingLimit, who: str) -> bool:
        """Give the client its time for hello; False where too many wait already.

        It is closed when the time is over, whatever else it sends.
        """
        if not pending.admit(who):
            self.end(Close.TRY_LATER, "Too many connections that have not said hello.")
            return False
        self._waits = pending, who
        wait = self.hub.limits.hello
        self._hello_due = asyncio.get_running_loop().call_later(
            wait, self.end, Close.NO_HELLO, f"Expected hello within {wait:g} s."
        )
        return True

    def hello_received(self) -> None:
        """Note that the wait is over. May be called again."""
        if self._hello_due is not None:
            self._hello_due.cancel()
        waits, self._waits = self._waits, None
        if waits is not None:
            pending, who = waits
            pending.leave(who)

    # --- a connection, as a conversation has it ---------------------------------------

    def send(self, frame: bytes) -> Awaitable[None] | None:
        """See ``Transport.send``."""
        # Not by write_message: it makes the frame anew and a task and a future for it.
        connection = self.ws_connection
        if connection is None or connection.is_closing() or connection.stream is None:
            raise ConnectionLost
        rest = _offer(connection.stream, frame)
        if rest is None:
            return None
        try:
            left = connection.stream.write(rest)
        except StreamClosedError:
            raise ConnectionLost from None
        return self._until(left)

    async def _until(self, left: Awaitable[None]) -> None:
        try:
            async with asyncio.timeout(self.hub.limits.slow):
                await left
        except StreamClosedError:
            raise ConnectionLost from None

    def send_message(self, message: ServerMessage) -> None:
        """See ``Transport.send_message``."""
        if self._reads_nothing():
            self.end(Close.TOO_SLOW, "The connection does not read what it is sent.")
            return self.abort_soon()
        try:
            sent = self.write_message(encode(message))
        except WebSocketClosedError:
            _log.debug("The client left before it was answered.")
        else:
            # Or asyncio logs an error if the client leaves before it has it all.
            sent.add_done_callback(_retrieve)

    def _reads_nothing(self) -> bool:
        """Count an answer; what is answered is not what the pump waits for."""
        connection = self.ws_connection
        stream = None if connection is None else connection.stream
        behind = stream is not None and stream.writing()
        self._unread = self._unread + 1 if behind else 0
        return self._unread > self.hub.limits.unread

    def end(self, code: int, reason: str) -> None:
        """Close with a reason that fits into the frame."""
        self.ended = True
        self.hub.counters.refusals[str(code)] += 1
        self.hello_received()
        self._ended = self.ws_connection or self._ended
        cut = reason.encode()[:_REASON_BYTES].decode(errors="ignore")
        self.close(code, cut)

    def end_for_now(self, what: str, seconds: float) -> None:
        """Close because of too many ``what``; the reason has the seconds to wait."""
        self.end(Close.RATE, f"Too many {what}: wait {math.ceil(seconds)} s.")

    def abort_soon(self) -> None:
        """See ``Transport.abort_soon``."""
        if self._abort_due is None:
            self._abort_due = asyncio.get_running_loop().call_later(1.0, self._abort)

    def _abort(self) -> None:
        connection = self.ws_connection or self._ended
        if connection is not None:
            connection._abort()

    def set_frame_limit(self, size: int) -> None:
        """See ``Transport.set_frame_limit``."""
        if isinstance(self.ws_connection, WebSocketProtocol13):
            self.ws_connection.params.max_message_size = size


def _retrieve(sent: asyncio.Future[None]) -> None:
    """Retrieve the error of a message that was not sent; nobody waits for it."""
    if not sent.cancelled():
        sent.exception()


def _offer(stream: IOStream, frame: bytes) -> memoryview | None:
    """Let the system have of a frame what it takes at once; give the rest, if any.

    Not a copy: however many wait for the code of a room, it is one frame.
    """
    if stream.closed():
        raise ConnectionLost
    rest = memoryview(frame)
    if stream.writing():
        return rest
    try:
        sent = stream.write_to_fd(rest)
    except OSError:
        # Whether it is full or broken, the stream finds out when it has the frame.
        return rest
    return None if sent == len(frame) else rest[sent:]
