"""Requests over the socket, for a kernel that has a pass and thus no REST."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import msgspec

from ..protocol import Answer, AskBlame, AskHistory, Error, Request, Restore
from .archive import Archive, Blame, Revisions
from .entry import Entry
from .errors import Forbidden, NotConnected, ServerError
from .participant import Participant
from .passentry import PassEntry

T = TypeVar("T")

_ANSWER_WITHIN = 30.0
"""Seconds."""


class _Restored(msgspec.Struct):
    version: int


def archive_of(entry: Entry, participant: Participant, rest: Archive) -> Archive:
    """Return how a participant reads the past of its room: by REST, where it can."""
    return SocketArchive(participant) if isinstance(entry, PassEntry) else rest


class SocketArchive(Archive):
    """The past of a room, by messages of the participant's socket."""

    def __init__(self, participant: Participant) -> None:
        self._participant = participant
        self._waiting: dict[int, asyncio.Future[Answer | Error]] = {}
        self._count = 0
        participant.on_answer.append(self._receive)

    async def restore(self, version: int, write: Callable[[str], None]) -> int:
        """See ``Archive``. The server restores it."""
        made = await self._ask(lambda id: Restore(id, version), _Restored)
        return made.version

    async def _blame(self) -> Blame:
        return await self._ask(AskBlame, Blame)

    async def _revisions(self, after: int) -> Revisions:
        return await self._ask(lambda id: AskHistory(id, after), Revisions)

    async def _ask(self, request: Callable[[int], Request], kind: type[T]) -> T:
        self._count += 1
        number = self._count
        answered = asyncio.get_running_loop().create_future()
        self._waiting[number] = answered
        try:
            if not self._participant.ask(request(number)):
                raise NotConnected("The connection is lost.", "reconnecting")
            async with asyncio.timeout(_ANSWER_WITHIN):
                reply = await answered
        except TimeoutError:
            message = f"The server does not answer within {_ANSWER_WITHIN:g} s."
            raise NotConnected(message, "reconnecting") from None
        finally:
            del self._waiting[number]
        if isinstance(reply, Answer):
            return msgspec.json.decode(reply.body, type=kind)
        refused = Forbidden if reply.code == "forbidden" else None
        raise (
            refused(reply.message)
            if refused
            else ServerError(reply.message, reply.code)
        )

    def _receive(self, reply: Answer | Error | None) -> None:
        """Take an answer; None if the connection is lost."""
        if reply is None:
            lost = NotConnected("The connection was lost.", "reconnecting")
            for each in self._waiting.values():
                if not each.done():
                    each.set_exception(lost)
        elif isinstance(reply.id, int) and reply.id in self._waiting:
            waiting = self._waiting[reply.id]
            if not waiting.done():
                waiting.set_result(reply)
