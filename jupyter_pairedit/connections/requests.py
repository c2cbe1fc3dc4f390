"""Answers to the requests of kernels, which have no access to REST."""

from __future__ import annotations

import asyncio

import msgspec

from ..protocol import Answer, AskBlame, AskHistory, Error, Request
from ..rooms.history import code_at
from ..rooms.hub import Hub
from ..rooms.quota import QuotaReached
from ..rooms.reports import PAGE, blame_of, revision_lines, revisions_after
from ..rooms.room import Room, TooLarge, Writer
from ..stores.errors import RoomNotFound, StoreError


async def answer(
    hub: Hub, room: Room, writer: Writer, request: Request
) -> Answer | Error:
    """Return the answer to a permitted request, or why there is none.

    Raises ``RoomNotFound``, which ends the connection.
    """
    try:
        body = await _body(hub, room, writer, request)
    except RoomNotFound:
        raise
    except (StoreError, QuotaReached, TooLarge) as refusal:
        return Error("request", str(refusal), id=request.id)
    return Answer(request.id, await asyncio.to_thread(_encoded, body))


async def _body(
    hub: Hub, room: Room, writer: Writer, request: Request
) -> dict[str, object]:
    match request:
        case AskBlame():
            return await blame_of(hub, room)
        case AskHistory(after=after):
            found = await revisions_after(hub, room, after, PAGE)
            return {"head": room.head, "revisions": revision_lines(found)}
        case _:
            code = await code_at(hub.store, room.record.room_id, request.version)
            version, _ = await room.write(writer, code)
            await room.synced(version)
            return {"version": version}


def _encoded(body: dict[str, object]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(body))
