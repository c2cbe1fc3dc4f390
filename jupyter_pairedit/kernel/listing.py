"""What ``%pairedit list`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..client.errors import NotConnected, NotSaved
from .editor import PairEditor

if TYPE_CHECKING:
    from ..client.rooms import ListedRoom


def called(editor: PairEditor) -> str:
    """Return the id of a room, or its name where the id is not known yet."""
    return editor.room_id or repr(editor.room_name)


def not_stored(editor: PairEditor, problem: NotSaved) -> str:
    """Return the room, why it has not the newest code, and where that code is."""
    kept = " Its code is still in the editor" if problem.text == editor.code else ""
    return f"{called(editor)}: {problem}{kept}"


def editor_table(editors: Sequence[PairEditor]) -> str:
    """Return a table of the editors that are open in this kernel."""
    if not editors:
        return "No editor is open in this kernel."
    heads = ("room", "title", "status", "people", "url", "connection")
    return _table([heads, *map(_editor_row, editors)])


def _editor_row(editor: PairEditor) -> tuple[str, ...]:
    try:
        url = editor.url
    except NotConnected:
        url = "-"
    people = str(len(editor.participants))
    room, title = editor.room_id or "-", editor.title or editor.room_name or "-"
    return room, title, editor.status, people, url, editor.connection


def room_table(rooms: Sequence[ListedRoom]) -> str:
    """Return a table of the rooms of a server."""
    if not rooms:
        return "There is no room on this server."
    heads = ("room", "name", "title", "language", "people", "url")
    return _table([heads, *map(_room_row, rooms)])


def _room_row(room: ListedRoom) -> tuple[str, ...]:
    people = ", ".join(room.people) or "-"
    name, title = room.name or "-", room.title or "-"
    return room.room_id, name, title, room.language, people, room.url


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
