"""REST: passes, which pages fetch for kernels on other machines."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import msgspec
from msgspec import Meta

from ..connections.passes import Maker
from ..guests.invites import ParticipantNotFound
from .base import allowed, expect_room_id
from .invites import GuestsHandler
from .runrights import run_permission


class NewPass(msgspec.Struct, forbid_unknown_fields=True):
    """The body that makes a pass."""

    client: Annotated[str, Meta(max_length=16)] = ""
    """The client of the page that makes it, in the room. The pass ends without it."""


class PassesHandler(GuestsHandler):
    """``/rooms/{roomId}/pass``: a pass for one kernel."""

    @allowed("write")
    async def post(self, room_id: str) -> None:
        """Make a pass. This is the only time that it is sent."""
        passes, client = self.sharing.passes, self.body(NewPass).client
        room = await self.hub.open(expect_room_id(room_id))
        if client and not room.audience.has(client, self.person):
            raise ParticipantNotFound
        who = self.person, self, self._authorize, partial(run_permission, self)
        made, secret = passes.make(Maker(*who, room_id, room.record.epoch, client))
        self.set_status(201)
        self.reply({"passId": made.pass_id, "pass": secret})


class PassHandler(GuestsHandler):
    """``/rooms/{roomId}/pass/{passId}``: one pass."""

    @allowed("write")
    async def delete(self, room_id: str, pass_id: str) -> None:
        """End the pass; its kernel gets nothing more when this is answered.

        ``left=1``: because the page that has made it has left the room.
        """
        left = self.get_query_argument("left", "") == "1"
        self.sharing.passes.end(expect_room_id(room_id), pass_id, left=left)
        self.set_status(204)
        self.finish()
