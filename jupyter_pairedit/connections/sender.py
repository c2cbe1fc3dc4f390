"""The line to one client, and the pump that sends on it what is new in a room."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from ..protocol import Close, ServerMessage
from ..rooms.counters import Tally
from ..rooms.log import TooOld
from ..rooms.readers import DELETED, Ending, FarBehind, Reader
from ..rooms.room import Room
from ..stores.base import RoomNotFound, StorageFailure

_log = logging.getLogger(__name__)


class ConnectionLost(Exception):
    """The client is gone."""


class Connection(Protocol):
    """A line to one client, whatever carries it."""

    def send(self, frame: bytes) -> Awaitable[None] | None:
        """Send a frame, with its header. None: it has left.

        Otherwise await what comes back before anything else is sent: it raises
        ``TimeoutError`` when the client takes nothing. Both raise ``ConnectionLost``.
        """

    def say(self, message: ServerMessage) -> None:
        """Send a small message without waiting: at most one for each of the client."""

    def end(self, code: int, reason: str) -> None:
        """Close. May be called again."""

    def drop_soon(self) -> None:
        """Let go of a client that may not even take the news of its end."""

    def take_frames_of(self, size: int) -> None:
        """Let the client send frames of up to ``size`` bytes."""


class Pump:
    """Sends frame after frame, and nothing while one has not left.

    So a slow reader waits alone, and what waits for it is one frame. As long as the
    line takes each frame at once there is no task and no timer: that is what a key
    costs for each of its readers.
    """

    def __init__(
        self,
        room: Room,
        reader: Reader,
        connection: Connection,
        tally: Tally,
        *,
        aside: Callable[[], bytes | None],
        over: Callable[[Ending | None], None],
    ) -> None:
        self._room = room
        self._reader = reader
        self._connection = connection
        self._tally = tally
        self._aside = aside
        """Gives what is not the room's but this client's own."""
        self._over = over
        """Told, once, why it is over: None when the client is gone."""
        self._waiting: asyncio.Future[None] | None = None
        self._stopped = False

    def start(self, *greetings: bytes) -> None:
        """Send the greetings, and from then on what is new."""
        self._begin(self._greet(greetings))

    def stop(self) -> None:
        """Send nothing more. May be called again."""
        self._stopped = True
        if self._waiting is not None:
            self._waiting.cancel()

    def _look(self) -> None:
        """Send what is new, for as long as the line takes it at once."""
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
            self._look()
        elif not self._stopped:
            self._end(self._ending_after(error))

    def _send_news(self) -> Awaitable[None] | None:
        """Send what is new; give what is to be awaited before there can be more."""
        room, reader = self._room, self._reader
        while reader.ending is None:
            moved_at, before = room.moved_at, reader.version
            try:
                frame = self._aside() or reader.next(room)
            except FarBehind:
                return self._send_stored()
            if frame is None:
                room.audience.on_news(reader.client_id, self._look)
                return None
            left = self._connection.send(frame)
            if left is not None:
                return left
            if before not in (None, reader.version):
                self._tally.sent(moved_at)
        self._end(reader.ending)
        return None

    async def _send_stored(self) -> None:
        frame = await self._reader.read_on(self._room)
        # It may have ended while the frame was made: then it must not be sent.
        if self._reader.ending is None:
            await self._send_one(frame)

    async def _greet(self, greetings: Sequence[bytes]) -> None:
        for greeting in greetings:
            await self._send_one(greeting)

    async def _send_one(self, frame: bytes) -> None:
        left = self._connection.send(frame)
        if left is not None:
            await left

    def _end(self, ending: Ending | None) -> None:
        self._stopped = True
        self._over(ending)

    def _ending_after(self, error: BaseException) -> Ending | None:
        match error:
            case ConnectionLost():
                return None
            case TimeoutError():
                self._connection.drop_soon()
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
