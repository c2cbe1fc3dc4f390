"""Sockets and time of a running asyncio loop, by Tornado's WebSocket client."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.iostream import StreamClosedError
from tornado.websocket import (
    WebSocketClientConnection,
    WebSocketClosedError,
    WebSocketError,
    websocket_connect,
)

from ..protocol import EDIT_DIALECT
from .connection import SocketEvents, Timer
from .entry import Entry
from .errors import NotConnected
from .resolver import LastingResolver

_CONNECT_WITHIN = 15.0
"""Seconds."""
_CLOSED_WITHIN = 1.0
"""Seconds for a server to answer a close frame."""
_LARGEST = 64 * 1024 * 1024
"""Bytes of a frame from the server. A code of 1 MiB takes up to 6 MiB as JSON."""
_ABNORMAL = 1006
"""The close code without a close frame (RFC 6455, section 7.1.5)."""


class LoopClock:
    """The time of a running loop, and chance."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """See ``Clock``."""
        return self._loop.call_later(seconds, callback)

    def random(self) -> float:
        """See ``Clock``."""
        return random.random()


class Dialler:
    """Opens the sockets of one entry."""

    def __init__(self, entry: Entry, context: ssl.SSLContext | None) -> None:
        self._entry = entry
        self._context = context
        self._sockets: set[asyncio.Task[None]] = set()

    def __call__(self, events: SocketEvents) -> TornadoSocket:
        """See ``Dial``."""
        socket = TornadoSocket(self._entry, self._context, events)
        self._sockets.add(socket.task)
        socket.task.add_done_callback(self._sockets.discard)
        return socket

    async def wait_closed(self, seconds: float) -> None:
        """Wait until all sockets are closed, for ``seconds`` and for 1 s at most."""
        if self._sockets:
            within = min(seconds, _CLOSED_WITHIN)
            await asyncio.wait(self._sockets, timeout=within)


class TornadoSocket:
    """One WebSocket; see ``Socket``."""

    def __init__(
        self, entry: Entry, context: ssl.SSLContext | None, events: SocketEvents
    ) -> None:
        self._entry = entry
        self._context = context
        self._events = events
        self._connection: WebSocketClientConnection | None = None
        self._closed = False
        self.task = asyncio.get_running_loop().create_task(self._run())

    def send(self, frame: str) -> None:
        """See ``Socket``. A connection that is lost reports it by itself."""
        if self._connection is not None:
            try:
                sent = self._connection.write_message(frame)
            except WebSocketClosedError:
                return
            asyncio.ensure_future(sent).add_done_callback(_ignore)

    def close(self) -> None:
        """See ``Socket``."""
        self._closed = True
        if self._connection is not None:
            self._connection.close()

    async def _run(self) -> None:
        try:
            await self._entry.prepare()
            connection = await self._connect()
        except HTTPClientError as error:
            # A refused upgrade. 599 is Tornado's for no response.
            if error.code == 599:
                return self._ended("The server does not answer.")
            return None if self._closed else self._events.refused(error.code)
        except NotConnected as problem:
            return self._ended(str(problem))
        except ssl.SSLError as error:
            return self._ended(f"The TLS connection failed: {error.reason}.")
        except UnicodeError:
            # A part of the name is empty or has more than 63 characters (RFC 1035).
            return self._ended("The name of the server is not valid.")
        except (OSError, StreamClosedError, WebSocketError):
            return self._ended("The server cannot be reached.")
        self._connection = connection
        try:
            await self._read(connection)
        finally:
            connection.close()

    async def _connect(self) -> WebSocketClientConnection:
        return await websocket_connect(
            HTTPRequest(
                self._entry.socket_url,
                headers=self._entry.socket_headers(),
                connect_timeout=_CONNECT_WITHIN,
                request_timeout=_CONNECT_WITHIN,
                ssl_options=self._context,
            ),
            max_message_size=_LARGEST,
            subprotocols=[EDIT_DIALECT],
            resolver=LastingResolver(),
        )

    async def _read(self, connection: WebSocketClientConnection) -> None:
        if self._closed:
            return
        if connection.headers is not None:
            self._entry.accepted(connection.headers.get_list("Set-Cookie"))
        self._events.opened()
        while (frame := await connection.read_message()) is not None:
            if not self._closed:
                self._events.received(frame)
        if not self._closed:
            code, reason = connection.close_code or _ABNORMAL, connection.close_reason
            if self._entry.renews(code):
                code = _ABNORMAL  # Connect again, with another credential.
            self._events.closed(code, reason or "")

    def _ended(self, reason: str) -> None:
        if not self._closed:
            self._events.closed(_ABNORMAL, reason)


def _ignore(sent: asyncio.Future[None]) -> None:
    if not sent.cancelled():
        sent.exception()
