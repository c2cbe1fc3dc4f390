"""The line to one client, and the pump that sends on it what is new in a room."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from .core.tally import Tally
from .protocol import Close, ServerMessage
from .readers import Ending, Reader
from .room import Room, TooOld
from .stores.base import StorageFailure

_log = logging.getLogger(__name__)


class ConnectionLost(Exception):
    """The client is gone."""


class Connection(Protocol):
    """A line to one client, whatever carries it."""

    async def send(self, frame: bytes) -> None:
        """Send a frame, and wait until it has left.

        Raises ``ConnectionLost``, or ``TimeoutError`` when the client takes nothing.
        """

    def say(self, message: ServerMessage) -> None:
        """Send a small message without waiting: at most one for each of the client."""

    def end(self, code: int, reason: str) -> None:
        """Close. May be called again."""

    def drop_soon(self) -> None:
        """Let go of a client that may not even take the news of its end."""

    def take_frames_of(self, size: int) -> None:
        """Let the client send frames of up to ``size`` bytes."""


async def pump(
    room: Room,
    reader: Reader,
    connection: Connection,
    tally: Tally,
    aside: Callable[[], bytes | None],
    *first: bytes,
) -> Ending | None:
    """Send frame after frame, each awaited, so that a slow reader waits alone.

    ``aside`` gives what is not the room's but this client's own. Gives why it is over;
    None when the client is gone.
    """
    try:
        for greeting in first:
            await connection.send(greeting)
        while reader.ending is None:
            news, moved_at = room.audience.news, room.moved_at
            before = reader.version
            frame = aside() or await reader.next(room)
            if reader.ending is not None:
                # Ended while the frame was made: it must not be sent.
                break
            if frame is None:
                await news.wait()
                continue
            await connection.send(frame)
            if before not in (None, reader.version):
                tally.sent(moved_at)
        return reader.ending
    except ConnectionLost:
        return None
    except TimeoutError:
        connection.drop_soon()
        return Ending(Close.TOO_SLOW, "The connection is too slow for this room.")
    except TooOld as old:
        return Ending(Close.TOO_OLD, str(old))
    except StorageFailure as failure:
        return Ending(Close.STORAGE_LOST, f"The room cannot be read: {failure}.")
    except Exception:
        _log.exception("The room could not be sent on.")
        return Ending(Close.INTERNAL, "The server made a mistake; its log says which.")
