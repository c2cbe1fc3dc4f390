"""The rooms of a server: opening one by its name, and the list of all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from .errors import ServerError
from .servers import Server


class OpenedRoom(msgspec.Struct, rename="camel"):
    """The room that a name leads to."""

    room_id: str
    url: str
    outcome: Literal["found", "created", "recreated"]


class ListedRoom(msgspec.Struct, rename="camel"):
    """An entry of the list of rooms."""

    room_id: str
    url: str
    title: str
    language: str
    people: list[str]
    name: str | None = None
    """The name that opens it; servers of before have none."""


async def open_name(server: Server, name: str, new: Mapping[str, object]) -> OpenedRoom:
    """Return the room of that name, which the server makes from ``new`` if need be.

    ``new`` has ``code``, ``language``, ``limit`` and ``title``, or some of them. Raises
    as ``Server.request`` does.
    """
    body = {**new, "name": name}
    return await server.request("POST", "pairedit/rooms", OpenedRoom, body)


async def list_rooms(server: Server) -> list[ListedRoom]:
    """Return the rooms of a server, the last changed first.

    Raises as ``Server.request`` does.
    """
    return await server.request("GET", "pairedit/rooms", list[ListedRoom])


def read_rooms(found: list[object]) -> list[ListedRoom]:
    """Return the rooms in an answer that was decoded. Raises ``ServerError``."""
    try:
        return msgspec.convert(found, list[ListedRoom])
    except msgspec.ValidationError as error:
        message = f"The page has sent something else than rooms: {error}"
        raise ServerError(message, "reply") from None
