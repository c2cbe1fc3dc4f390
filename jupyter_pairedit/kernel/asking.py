"""What the kernel asks its server about rooms. It loads the client."""

from __future__ import annotations

from collections.abc import Mapping

from ..client.errors import NotConnected, RoomError
from ..client.rooms import ListedRoom, OpenedRoom, list_rooms, open_name, read_rooms
from ..client.thread import loop_thread
from .editor import open_editors
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

    Without a server, a page that shows an editor is asked. Raises ``NotConnected`` with
    a sentence where there is none, another ``RoomError`` if the server refuses, and
    ``BadLink`` for a mistake in what the user gives.
    """
    search = find()
    server = search.server
    if server is None:
        return _rooms_of_page(search.reason)
    return loop_thread().run(lambda: in_time(list_rooms(server)))


def _rooms_of_page(reason: str) -> list[ListedRoom]:
    editor = next((each for each in reversed(open_editors()) if each.has_page), None)
    if editor is None:
        raise NotConnected(
            "the list of rooms needs the open page, or a Jupyter server that this "
            f"kernel reaches ({reason}): show an editor, or set PAIREDIT_SERVER",
            "connecting",
        )
    return read_rooms(editor.rooms_of_page())
