"""REST: names that the kernel of a room knows."""

from __future__ import annotations

import msgspec
from tornado import web

from ..protocol import Version
from ..runs.requests import RunRefusal
from .base import allowed
from .runs import RunsHandler

NAMES_OFF = (
    "Names from the kernel are switched off on this server "
    "(PairEdit.names_from_kernel)."
)


class Position(msgspec.Struct, forbid_unknown_fields=True):
    """A position in some code, in UTF-16 units from its start."""

    code: str
    at: Version


class LookupHandler(RunsHandler):
    """Base of the questions about names."""

    @property
    def most(self) -> int:
        """The largest body in bytes: it has the code of a room."""
        return self.hub.limits.frame

    async def position(self, room_id: str) -> Position:
        """Return what is asked about. Raises ``RunRefusal`` for who may not ask."""
        await self.room(room_id)
        await self.expect_permission()
        if not self.context.names_from_kernel:
            raise RunRefusal("forbidden", NAMES_OFF)
        position = self.body(Position)
        size = len(position.code.encode("utf-8", "surrogatepass"))
        most = self.hub.limits.code
        if size > most:
            raise web.HTTPError(
                413, "Expected code of at most %d bytes, found %d.", most, size
            )
        return position


class NamesHandler(LookupHandler):
    """``/rooms/{roomId}/kernel/names``: the names that could stand at a position."""

    @allowed("execute")
    async def post(self, room_id: str) -> None:
        """Reply with the names, of which there may be none."""
        position = await self.position(room_id)
        found = await self.context.runs.lookups.names(
            room_id, self.person, position.code, position.at
        )
        self.reply({"from": found.start, "to": found.end, "names": found.names})


class InspectHandler(LookupHandler):
    """``/rooms/{roomId}/kernel/inspect``: what the kernel says of a name."""

    @allowed("execute")
    async def post(self, room_id: str) -> None:
        """Reply with the text, which may be empty."""
        position = await self.position(room_id)
        text = await self.context.runs.lookups.description(
            room_id, self.person, position.code, position.at
        )
        self.reply({"text": text})
