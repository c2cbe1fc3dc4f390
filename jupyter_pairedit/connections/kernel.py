"""The connection of a kernel: it takes no seat and keeps no room in memory."""

from __future__ import annotations

import asyncio
import logging

from ..protocol import (
    ClientMessage,
    Close,
    Ending,
    Request,
    ServerMessage,
    encode,
    framed,
    type_of,
)
from ..rooms.audience import EVICTED
from ..rooms.endings import DELETED, RESTARTING, ServerFull
from ..rooms.readers import EditReader
from ..rooms.room import Room, Writer
from ..stores.errors import RoomNotFound, StorageFailure
from .asked import Asked
from .connection import Connection
from .requests import answer
from .sender import ConnectionLost

_log = logging.getLogger(__name__)


class KernelConnection(Connection):
    """Waits while its room is not in memory; a message of the client opens the room."""

    _asleep: asyncio.Future[None] | None = None
    """Exists while the room is not in memory."""

    @property
    def room_id(self) -> str:
        """The id of the room."""
        return self._room.record.room_id

    async def receive(self, frame: str | bytes) -> None:
        """See ``Connection.receive``."""
        while not self._ended and self._is_evicted():
            await self._wake()
        await super().receive(frame)

    def _is_evicted(self) -> bool:
        return self._reader is not None and self._reader.ending is EVICTED

    async def _wake(self) -> None:
        """Open the room, and wait until this connection has joined it."""
        if self._asleep is None:
            # A frame of the room before is still being sent.
            self._asleep = asyncio.get_running_loop().create_future()
        taken_up = self._asleep
        try:
            await self._hub.open(self.room_id)
        except RoomNotFound:
            self._end_if(DELETED)
        except ServerFull as full:
            self.end(Close.TRY_LATER, str(full))
        except StorageFailure as failure:
            self._storage_failed(failure)
        else:
            await taken_up

    def _storage_failed(
        self, failure: StorageFailure, asked: Asked | None = None
    ) -> None:
        if self._is_evicted():
            return self.end(Close.STORAGE_LOST, f"The room cannot be read: {failure}.")
        super()._storage_failed(failure, asked)

    def _sender_ended(self, ending: Ending | None) -> None:
        if ending is not EVICTED or self._reader is None or self._ended:
            return super()._sender_ended(ending)
        self._sender = None
        self._room.audience.leave(self._reader)
        room = self._hub.opened(self.room_id)
        if room is None:
            self._hub.dormant.add(self)
        else:
            self.take_up(room)

    def take_up(self, room: Room) -> None:
        """Go on with the room, which is in memory again."""
        reader = self._reader
        assert isinstance(reader, EditReader)
        if room.record.epoch != self._room.record.epoch:
            return self._end_if(RESTARTING)
        self._follow(room)
        reader.resume(room)
        self._join(reader)
        self._finish_sleep()

    def _leave(self) -> None:
        self._hub.dormant.remove(self)
        super()._leave()
        self._finish_sleep()

    def _finish_sleep(self) -> None:
        asleep, self._asleep = self._asleep, None
        if asleep is not None and not asleep.done():
            asleep.set_result(None)


class PassConnection(KernelConnection):
    """Also answers the requests of a kernel that has a pass, and thus no REST."""

    async def _process(self, message: ClientMessage, size: int) -> None:
        reader, identity = self._reader, self._identity
        if reader is None or not isinstance(message, Request):
            return await super()._process(message, size)
        if not await identity.may(type_of(message)):
            return self._forbid(message)
        await self._throttle.wait_to_edit(reader.client_id, size)
        if reader.ending is not None:
            return
        writer = Writer(reader.client_id, identity.author, identity.marks)
        await self._send(await answer(self._hub, self._room, writer, message))

    async def _send(self, answer: ServerMessage) -> None:
        """Send an answer, which may be large, before the next request is read."""
        try:
            pending = self._transport.send(framed(encode(answer)))
            if pending is not None:
                await pending
        except ConnectionLost:
            _log.debug("The kernel left before it was answered.")
        except TimeoutError:
            self.end(Close.TOO_SLOW, "The connection does not read what it is sent.")
            self._transport.abort_soon()
