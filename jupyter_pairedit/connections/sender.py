"""Sending to one client: the transport, and the loop that sends what is new."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

from ..protocol import Close, Ending, ServerMessage
from ..rooms.counters import Counters
from ..rooms.endings import DELETED
from ..rooms.log import TooOld
from ..rooms.readers import FarBehind, Reader
from ..rooms.room import Room
from ..stores.errors import RoomNotFound, StorageFailure

_log = logging.getLogger(__name__)


class ConnectionLost(Exception):
    """The client is gone."""


class Transport(Protocol):
    """The channel to one client."""

    def send(self, frame: bytes) -> Awaitable[None] | None:
        """Send a frame that includes its header.

        Returns None if it was written. Otherwise await the result before sending more;
        it raises ``TimeoutError`` if the client does not read. Both raise
        ``ConnectionLost``.
        """

    def send_message(self, message: ServerMessage) -> None:
        """Send a small message without waiting, at most one for each of the client."""

    def end(self, code: int, reason: str) -> None:
        """Close with a close code and a reason. May be called again."""

    def abort_soon(self) -> None:
        """Abort the connection in a second if the client does not read the close."""

    def set_frame_limit(self, size: int) -> None:
        """Accept frames of up to ``size`` bytes from the client."""


class Sender:
    """Sends frame after frame, and waits while one has not been written.

    A slow client therefore delays nobody else and needs memory for one frame. While the
    transport writes each frame at once, there is no task and no timer.
    """

    def __init__(
        self,
        room: Room,
        reader: Reader,
        transport: Transport,
        counters: Counters,
        *,
        aside: Callable[[], bytes | None],
        over: Callable[[Ending | None], None],
    ) -> None:
        self._room = room
        self._reader = reader
        self._transport = transport
        self._counters = counters
        self._aside = aside
        """Returns a frame for this client alone, or None."""
        self._over = over
        """Called once with the reason for the end; None if the client is gone."""
        self._greetings = deque[bytes]()
        """Frames to be sent before what is new."""
        self._waiting: asyncio.Future[None] | None = None
        self._stopped = False

    def start(self, *greetings: bytes) -> None:
        """Send the greetings, and from then on what is new."""
        self._greetings.extend(greetings)
        self._send_next()

    def stop(self) -> None:
        """Stop sending. May be called again."""
        self._stopped = True
        if self._waiting is not None:
            self._waiting.cancel()

    def _send_next(self) -> None:
        """Send what is new while the transport writes it at once."""
        if self._stopped:
            return
        try:
            wait = self._send_news()
        except Exception as error:
            return self._end(self._ending_after(error))
        if wait is not None:
            self._begin(wait)

    def _begin(self, wait: Awaitable[None]) -> None:
        self._waiting = asyncio.ensure_future(wait)
        self._waiting.add_done_callback(self._waited)

    def _waited(self, wait: asyncio.Future[None]) -> None:
        self._waiting = None
        if wait.cancelled():
            return
        error = wait.exception()
        if error is None:
            self._send_next()
        elif not self._stopped:
            self._end(self._ending_after(error))

    def _send_news(self) -> Awaitable[None] | None:
        """Send what is new; return what must be awaited before more can be sent."""
        room, reader = self._room, self._reader
        while reader.ending is None:
            moved_at, before = room.moved_at, reader.version
            try:
                if self._greetings:
                    frame: bytes | None = self._greetings.popleft()
                else:
                    frame = self._aside() or reader.next(room)
            except FarBehind:
                return self._send_stored()
            if frame is None:
                room.audience.on_change(reader.client_id, self._send_next)
                return None
            pending = self._transport.send(frame)
            if pending is not None:
                return pending
            if before not in (None, reader.version):
                self._counters.record_sent(moved_at)
        self._end(reader.ending)
        return None

    async def _send_stored(self) -> None:
        frame = await self._reader.read_on(self._room)
        # The reader may have ended while the frame was made.
        if self._reader.ending is not None:
            return
        pending = self._transport.send(frame)
        if pending is not None:
            await pending

    def _end(self, ending: Ending | None) -> None:
        self._stopped = True
        self._over(ending)

    def _ending_after(self, error: BaseException) -> Ending | None:
        match error:
            case ConnectionLost():
                return None
            case TimeoutError():
                self._transport.abort_soon()
                reason = "The connection is too slow for this room."
                return Ending(Close.TOO_SLOW, reason)
            case TooOld():
                return Ending(Close.TOO_OLD, str(error))
            case RoomNotFound():
                return DELETED
            case StorageFailure():
                reason = f"The room cannot be read: {error}."
                return Ending(Close.STORAGE_LOST, reason)
            case _:
                _log.error("The room could not be sent on.", exc_info=error)
                reason = "The server made a mistake; its log says which."
                return Ending(Close.INTERNAL, reason)
