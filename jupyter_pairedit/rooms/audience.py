"""Who is in a room: its readers, the people behind them, and what wakes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..core.carets import Carets
from ..core.presence import Presence
from .readers import REPLACED, Ending, Reader

if TYPE_CHECKING:
    from ..guests.guest import Guest


def _nobody_cares() -> None:
    """Do nothing: there is no other server."""


class Audience:
    """The readers of one room. They are woken, and pull; nothing is sent from here."""

    def __init__(self, limit: int) -> None:
        self.presence = Presence(limit)
        self.carets = Carets()
        self.on_movement: Callable[[], None] = _nobody_cares
        """Called when somebody came, left, or placed a caret here."""
        self._readers: dict[str, Reader] = {}
        self._news: asyncio.Event | None = None
        """For whoever waits, were there anybody: a room moves with every key."""
        self._idle: list[tuple[str, Callable[[], None]]] = []
        """The clients that have everything, and what lets each look again."""
        self._woken = False

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        return len(self._readers)

    @property
    def guests(self) -> list[Guest]:
        """Who is here by a link, once for each of their clients."""
        return [each.guest for each in self._readers.values() if each.guest]

    @property
    def news(self) -> asyncio.Event:
        """Is set when anything is new. Take it before looking, or miss something."""
        if self._news is None:
            self._news = asyncio.Event()
        return self._news

    def on_news(self, client_id: str, look: Callable[[], None]) -> None:
        """Have ``look`` called, once, when there is anything new."""
        self._idle.append((client_id, look))

    def wake(self) -> None:
        """Let every reader look again, soon: once for all that comes until then."""
        self._tell()
        if self._idle and not self._woken:
            self._woken = True
            asyncio.get_running_loop().call_soon(self._let_look)

    def wake_now(self, writer: str) -> None:
        """Let every reader look again before this returns, the ``writer`` last.

        The others wait for a text, and that one only for a sign.
        """
        self._tell()
        self._let_look(writer)

    def wake_one(self, client_id: str) -> None:
        """Let one client look again before this returns, if it has nothing to send."""
        own = [look for each, look in self._idle if each == client_id]
        if own:
            self._idle = [each for each in self._idle if each[0] != client_id]
        for look in own:
            look()

    def _tell(self) -> None:
        if self._news is not None:
            self._news.set()
            self._news = None

    def _let_look(self, writer: str = "") -> None:
        idle, self._idle = self._idle, []
        self._woken = False
        last = None
        for client_id, look in idle:
            if client_id == writer:
                last = look
            else:
                look()
        if last is not None:
            last()

    def join(self, reader: Reader) -> None:
        """Seat a reader; one of the same client that is still here makes way.

        Raises ``RoomFull``.
        """
        label = None if reader.guest is None else reader.guest.label
        self.presence.join(reader.person, reader.name, reader.client_id, label)
        before = self._readers.get(reader.client_id)
        if before is not None:
            before.ending = REPLACED
        self._readers[reader.client_id] = reader
        self.on_movement()
        self.wake()

    def leave(self, reader: Reader) -> None:
        """Take a reader away. May be called again."""
        if self._readers.get(reader.client_id) is reader:
            del self._readers[reader.client_id]
            self.presence.leave(reader.person, reader.client_id)
            self.carets.forget(reader.client_id)
            self.on_movement()
            self.wake()

    def end(self, ending: Ending, person: str | None = None) -> None:
        """End every connection, or those of one person."""
        for reader in self._readers.values():
            if person in (None, reader.person):
                reader.ending = ending
        self.wake()

    async def say_goodbye(self, ending: Ending) -> None:
        """End every connection, and wait until they have left."""
        self.end(ending)
        while self._readers:
            await self.news.wait()
