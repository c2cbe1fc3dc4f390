"""REST: the revisions of a room, the code as it was, and bringing it back."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ..core.revisions import Revision
from ..room import Writer
from .access import allowed
from .base import APIHandler, expect_room_id

_PAGE = 1_000
"""Revisions in a reply, at most."""


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """The body that names a version to bring back."""

    version: Annotated[int, Meta(ge=0)]


class Range(msgspec.Struct):
    """The query of a list of revisions."""

    after: Annotated[int, Meta(ge=0)] = 0
    limit: Annotated[int, Meta(ge=1, le=_PAGE)] = _PAGE


class RevisionsHandler(APIHandler):
    """``/rooms/{roomId}/revisions?after&limit``: who changed the room, and when."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """List revisions, the oldest first."""
        query = {
            name: self.get_query_argument(name)
            for name in ("after", "limit")
            if self.get_query_argument(name, None) is not None
        }
        wanted = msgspec.convert(query, Range, strict=False)
        room = await self.hub.open(expect_room_id(room_id))
        # What another server has added since is not yet in this one's code.
        found = await self.hub.store.revisions(room_id, wanted.after, wanted.limit)
        revisions = [_line(each) for each in found if each.version <= room.head]
        self.reply({"head": room.head, "revisions": revisions})


class RevisionHandler(APIHandler):
    """``/rooms/{roomId}/revisions/{version}``: the code as it was."""

    @allowed("read")
    async def get(self, room_id: str, version: str) -> None:
        """Give a version: what changed last, and the code after it."""
        number = int(version)
        code = await self.hub.code_at(expect_room_id(room_id), number)
        if number:
            (last,) = await self.hub.store.revisions(room_id, number - 1, 1)
            line = _line(last) | {"changes": last.changes.to_json()}
        else:
            record = (await self.hub.open(room_id)).record
            line = {"version": 0, "kind": "write"}
            line |= {"author": record.author, "at": record.created_at}
        self.reply(line | {"code": code})


class RestoreHandler(APIHandler):
    """``/rooms/{roomId}/restore``: bring a version back, as a new revision."""

    @allowed("write")
    async def post(self, room_id: str) -> None:
        """Write the code of that version."""
        wanted = self.body(Wanted)
        room = await self.hub.open(expect_room_id(room_id))
        code = await self.hub.code_at(room_id, wanted.version)
        writer = Writer(client_id="", author=self.person_name)
        self.reply({"version": await room.write(writer, code)})


def _line(revision: Revision) -> dict[str, object]:
    return {
        "version": revision.version,
        "kind": revision.kind,
        "author": revision.author,
        "at": revision.at,
    }
