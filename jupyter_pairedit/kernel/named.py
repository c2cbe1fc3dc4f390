"""Rooms that are opened by a name."""

from __future__ import annotations

from ..core.identifiers import LANGUAGES
from ..core.roomnames import room_name
from .properties import check_language, check_limit
from .widget import PairEditor


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
    are those of a new room, and leave another one as it is. The page that shows the
    editor asks the server; until then, ``room_id`` is empty. ``outcome`` says whether
    the room was ``"found"`` or ``"created"``; or ``"recreated"``, after the room that
    had the name was deleted. Raises ``BadRoomName``, a ``ValueError``, for what cannot
    be a name, and ``ValueError`` with a sentence if the server would refuse the room.
    """
    named = room_name(name)
    check_language(language)
    if limit is not None:
        check_limit(limit)
    return PairEditor(
        "", room_name=named.shown, first_code=code, language=language, limit=limit
    )
