"""Rooms that are opened by a name."""

from __future__ import annotations

from typing import Any

from ..core.expecting import expect
from ..core.identifiers import LANGUAGES
from ..core.roomnames import room_name
from .editor import PairEditor
from .properties import check_language, check_limit
from .traits import ByName
from .widget import open_editor


def open_room(
    name: str,
    code: str | None = None,
    *,
    language: str = LANGUAGES[0],
    limit: int | None = None,
) -> PairEditor:
    """Return an editor for the room of that name, which is made if there is none.

    The name belongs to the owner of the Jupyter server: in each of their notebooks, and
    after each restart, it leads to the same room. ``code``, ``language`` and ``limit``
    are those of a new room, and leave another one as it is. If the kernel reaches the
    server, it asks it at once; else the page that shows the editor does, and until then
    ``room_id`` is empty. ``outcome`` says whether the room was ``"found"`` or
    ``"created"``; or ``"recreated"``, after the room that had the name was deleted.
    Raises ``BadRoomName``, a ``ValueError``, for what cannot be a name, and
    ``ValueError`` with a sentence if the server would refuse the room.
    """
    expect("name", name, str)
    expect("code", code, str, optional=True)
    shown = room_name(name).shown
    check_language(language)
    new: dict[str, Any] = {"language": language}
    if limit is not None:
        check_limit(limit)
        new["limit"] = limit
    if code is not None:
        new["code"] = PairEditor.first_code.validate(None, code)
    from .asking import ask_for_name  # It loads the client.

    opened, reason = ask_for_name(shown, new)
    if opened is None:
        return open_editor("", new, by_name=ByName(shown, reason=reason))
    return open_editor(opened.room_id, by_name=ByName(shown, opened.outcome))
