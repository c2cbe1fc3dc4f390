"""The transport over a WebSocket, for members and guests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from functools import cached_property
from typing import Any

from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import (
    WebSocketClosedError,
    WebSocketHandler,
    WebSocketProtocol,
    WebSocketProtocol13,
)

from ..connections.connection import Connection
from ..connections.sender import ConnectionLost
from ..core.ratelimit import PendingLimit, Rate
from ..protocol import EDIT_DIALECT, Close, ServerMessage, encode, too_many
from .context import WithContext

_log = logging.getLogger(__name__)

_REASON_BYTES = 123
"""The longest reason of a close frame in bytes (RFC 6455, section 5.5)."""


class WebSocketTransport(WithContext, WebSocketHandler):
    """Waits for ``hello``, sends pings and frames, and closes the connection."""

    ended = False
    """Whether the connection has ended: further frames are ignored."""
    _connection: Connection | None = None
    """Where the frames of the client go, once it is known who that is."""
    _abort_due: asyncio.TimerHandle | None = None
    _hello_due: asyncio.TimerHandle | None = None
    _waits: tuple[PendingLimit, str] | None = None
    """The limit that counts this socket until ``hello``, and its key there."""
    _pings: Rate | None = None
    _ended: WebSocketProtocol | None = None
    """The connection that was closed, which Tornado does not keep."""
    _unread = 0
    """The number of answers since the client last had read everything."""

    @property
    def ping_interval(self) -> float:
        """Seconds; Jupyter's own setting counts milliseconds and is not used."""
        return self.hub.limits.ping_interval

    @property
    def ping_timeout(self) -> float:
        """Seconds after a ping without an answer: the connection is half open."""
        return self.hub.limits.ping_timeout

    @cached_property
    def edits(self) -> bool:
        """Whether the connection speaks the edit dialect."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        return EDIT_DIALECT in (part.strip() for part in offered.split(","))

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Choose the edit dialect where it is offered."""
        return EDIT_DIALECT if EDIT_DIALECT in subprotocols else None

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the error of a refused upgrade as plain text."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}: this socket was refused.\n")

    def on_ping(self, data: bytes) -> None:
        """Count a ping. Tornado answers it."""
        limits = self.hub.limits
        if self._pings is None:
            self._pings = Rate(limits.pings, limits.pings_per)
        if self._pings.take("", asyncio.get_running_loop().time()):
            self.end(Close.RATE, "Too many pings.")
            self.abort_soon()

    def on_close(self) -> None:
        """Cancel the timers."""
        self.ended = True
        self.hello_received()
        self._ended = None
        abort, self._abort_due = self._abort_due, None
        if abort is not None:
            abort.cancel()

    def forget_upgrade(self) -> None:
        """Free the cookies of the answer to the upgrade, about a kilobyte.

        Tornado would keep them for the whole connection.
        """
        vars(self).pop("_new_cookie", None)

    # --- until hello ------------------------------------------------------------------

    def wait_for_hello(self, pending: PendingLimit, who: str) -> bool:
        """Start the time for ``hello``; return False if too many sockets wait already.

        The socket is closed when the time is over, whatever else it has sent.
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
        """Stop the time for ``hello``. May be called again."""
        # A cancelled timer keeps its context, in which Jupyter has put this object: as
        # an attribute it would be a cycle, which waits for the garbage collector.
        due, self._hello_due = self._hello_due, None
        if due is not None:
            due.cancel()
        waits, self._waits = self._waits, None
        if waits is not None:
            pending, who = waits
            pending.leave(who)

    # --- frames of the client ---------------------------------------------------------

    def on_message(self, message: str | bytes) -> asyncio.Task[None] | None:
        """Process one frame. Tornado reads the next one when the result is done."""
        if self.ended:
            return None
        # Creating the task here is faster than Tornado's conversion of a coroutine.
        return asyncio.create_task(self._receive(message))

    async def _receive(self, message: str | bytes) -> None:
        connection = self._connection
        if connection is None:
            return await self.receive_first(message)
        joins = not connection.joined
        await connection.receive(message)
        if joins and connection.joined:
            self.joined_room(connection)

    async def receive_first(self, message: str | bytes) -> None:
        """Process a frame for which there is no connection to a room: ignore it."""

    def joined_room(self, connection: Connection) -> None:
        """Stop the time for ``hello``: a frame of the client has joined the room."""
        self.hello_received()

    # --- the transport ----------------------------------------------------------------

    def send(self, frame: bytes) -> Awaitable[None] | None:
        """See ``Transport.send``."""
        # write_message would build the frame again and create a task and a future.
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
            # Otherwise asyncio logs an error if the client leaves before that.
            sent.add_done_callback(_retrieve)

    def _reads_nothing(self) -> bool:
        """Count an answer; return whether too many answers have not been read."""
        connection = self.ws_connection
        stream = None if connection is None else connection.stream
        behind = stream is not None and stream.writing()
        self._unread = self._unread + 1 if behind else 0
        return self._unread > self.hub.limits.unread

    def end(self, code: int, reason: str) -> None:
        """Close with a reason, cut to the size of the frame."""
        self.ended = True
        self.hub.counters.refusals[str(code)] += 1
        self.hello_received()
        self._ended = self.ws_connection or self._ended
        cut = reason.encode()[:_REASON_BYTES].decode(errors="ignore")
        self.close(code, cut)

    def end_for_now(self, what: str, seconds: float) -> None:
        """Close because of too many ``what``; the reason has the seconds to wait."""
        self.end(Close.RATE, too_many(what, seconds))

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
    """Write as much of a frame as the system accepts at once; return the rest.

    The rest is a view, not a copy: all clients that wait for the same text share it.
    """
    if stream.closed():
        raise ConnectionLost
    rest = memoryview(frame)
    if stream.writing():
        return rest
    try:
        sent = stream.write_to_fd(rest)
    except OSError:
        # The stream will find out whether the socket is full or broken.
        return rest
    return None if sent == len(frame) else rest[sent:]
