"""What the kernel asks its server about rooms. It loads the client."""

from __future__ import annotations

from collections.abc import Mapping

from ..client.errors import NotConnected, RoomError
from ..client.rooms import ListedRoom, OpenedRoom, list_rooms, open_name
from ..client.thread import loop_thread
from .finding import find
from .session import in_time


def ask_for_name(name: str, new: Mapping[str, object]) -> tuple[OpenedRoom | None, str]:
    """Return the room of a name, or None and the reason why a page has to ask.

    Raises ``BadLink`` for a mistake in the server that the user gives.
    """
    search = find()
    server = search.server
    if server is None:
        return None, search.reason
    try:
        return loop_thread().run(lambda: in_time(open_name(server, name, new))), ""
    except RoomError as problem:
        return None, str(problem)


def ask_for_rooms() -> list[ListedRoom]:
    """Return the rooms of the server, the last changed first.

    Raises ``NotConnected`` with a sentence where there is no server, another
    ``RoomError`` if it refuses, and ``BadLink`` for a mistake in what the user gives.
    """
    search = find()
    server = search.server
    if server is None:
        raise NotConnected(
            f"the list of rooms needs a Jupyter server that this kernel reaches "
            f"({search.reason}): set PAIREDIT_SERVER, or open the page /pairedit/ of "
            "the server",
            "connecting",
        )
    return loop_thread().run(lambda: in_time(list_rooms(server)))
