"""What ``%pairedit me`` has said last, for the page that ran the cell."""

from __future__ import annotations

import secrets

from .cells import current_page

_last: dict[str, str] | None = None


def note_given(name: str) -> dict[str, str]:
    """Keep a name that was given in the current cell, and return it as a trait.

    ``id`` identifies the time, so that a page takes a name once, and ``page`` the page.
    """
    global _last
    _last = {"id": secrets.token_hex(8), "name": name, "page": current_page()}
    return _last


def last_given() -> dict[str, str] | None:
    """Return what was given last in this kernel; None if nothing was."""
    return _last


def forget() -> None:
    """Be as if no name was ever given."""
    global _last
    _last = None
