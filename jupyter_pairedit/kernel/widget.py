"""Editors of new and of existing rooms, and the editors that are open."""

from __future__ import annotations

import os
import secrets
from typing import Any

from ..client.errors import NotSaved
from ..core.expecting import expect
from ..core.identifiers import LANGUAGES, mint_room_id
from ..core.links import GuestLink, is_guest_link, parse_guest_link, parse_room_link
from .cells import Cell, after_each_cell, current_cell
from .editor import BundleNotBuilt, PairEditor, _open, open_editors
from .held import held_editors
from .listing import not_stored
from .properties import check_language, check_limit, check_title
from .traits import BY_ID, NOT_SHOWN, ByName

__all__ = [
    "NOT_SHOWN",
    "BundleNotBuilt",
    "PairEditor",
    "join_room",
    "new_room",
    "open_editor",
    "open_editors",
]


def new_room(
    code: str | None = None,
    *,
    title: str = "",
    language: str = LANGUAGES[0],
    limit: int | None = None,
) -> PairEditor:
    """Return an editor for a new room that starts with ``code``.

    The room is there when this returns, if the kernel reaches its server; else the page
    that shows the editor creates it. Raises ``ValueError`` with a sentence if the
    server would refuse the room.
    """
    expect("code", code, str, optional=True)
    check_language(language)
    check_title(title)
    options: dict[str, Any] = {"title": title, "language": language}
    if limit is not None:
        check_limit(limit)
        options["limit"] = limit
    if code is not None:
        options["code"] = PairEditor.first_code.validate(None, code)
    return open_editor(mint_room_id(secrets.choice), options)


def join_room(link: str, *, name: str = "") -> PairEditor:
    """Return an editor for an existing room.

    ``link`` is the room's id, the URL of its page, or a guest link, which may lead to
    another Jupyter server. ``name`` is the guest's name, which others see; the default
    is the name from this notebook's server. Raises ``BadLink``, a ``ValueError``, if
    ``link`` is none of these.
    """
    expect("link", link, str)
    expect("name", name, str)
    if not is_guest_link(link):
        return open_editor(parse_room_link(link))
    guest = parse_guest_link(link)
    return open_editor(guest.room, guest=guest, name=name)


def open_editor(
    room_id: str,
    new: dict[str, Any] | None = None,
    *,
    guest: GuestLink | None = None,
    name: str = "",
    by_name: ByName = BY_ID,
) -> PairEditor:
    """Return an editor for a room, to which the kernel is connected if possible.

    With ``new`` (``code``, ``title``, ``language`` and ``limit``, as the server takes
    them), the room is created unless it exists. An editor of the same cell, from when
    it was run before, leaves its room. ``room_id`` is empty if a page has to find the
    room ``by_name``. Raises ``BadLink`` for a mistake in the server that the user
    gives.
    """
    from .entering import enter, is_full  # It loads the client, for the first room.

    _end_before(current_cell())
    if is_full():
        _end_one_that_is_not_held()
    session, reason = None, by_name.reason
    if room_id:
        session, reason = enter(room_id, new, guest, name)
    try:
        editor = PairEditor(
            room_id,
            guest=guest,
            name=name,
            session=session,
            by_name=by_name,
            reason=reason,
            **_traits(room_id, new),
        )
    except BaseException:
        if session is not None:
            session.close()
        raise
    after_each_cell(_send_rest)
    return editor


def _traits(room_id: str, new: dict[str, Any] | None) -> dict[str, Any]:
    """Return the traits from which a page creates the room."""
    traits = {} if new is None else {"create": bool(room_id), **new}
    if "code" in traits:
        traits["first_code"] = traits.pop("code")
    return traits


def _end_before(cell: Cell | None) -> None:
    """Unbind the editors of an earlier run of a cell."""
    if cell is not None:
        for editor in open_editors():
            if cell.is_rerun_of(editor._cell):
                _unbind(editor, "Its cell was run again.")


def _end_one_that_is_not_held() -> None:
    """Unbind the oldest editor that only IPython's caches refer to."""
    bound = [each for each in _open if each._session and each._session.is_stored]
    held = held_editors(bound) if bound else set()
    for editor in bound:
        if editor not in held:
            return _unbind(editor, "Nothing refers to this editor any more.")


def _unbind(editor: PairEditor, reason: str) -> None:
    """Unbind an editor that another one follows. Prints what it could not store."""
    try:
        editor._unbind(reason)
    except NotSaved as problem:
        print(f"The earlier editor of room {not_stored(editor, problem)}")


def _send_rest(_: object) -> None:
    """Send the pages what was changed while a cell ran."""
    for editor in open_editors():
        editor.send_rest()


def _after_fork() -> None:
    for editor in open_editors():
        editor.unlock()  # Another thread may have held the lock.


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
