"""Links to rooms and guest links, and the lifetimes of guest links.

A guest link contains a key. No error message and no ``repr`` of this module shows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from .identifiers import ROOM_ID, is_room_id
from .portable import Portable

_UNITS = {"m": 60, "h": 3600, "d": 86_400}
_MIN_SECONDS, _MAX_SECONDS = _UNITS["m"], 30 * _UNITS["d"]

_DURATION = re.compile(r"(\d{1,6})\s*([mhd])")
_PATH = re.compile(r"((?:/.*)?/)pairedit/guest/?")
_PAGE_PATH = re.compile(rf"(?:.*/)?pairedit/room/({ROOM_ID.pattern})/?")
_FRAGMENT = re.compile(rf"({ROOM_ID.pattern})\.([\w-]{{1,64}})\.([\w-]{{1,128}})", re.A)


class BadLink(Portable, ValueError):
    """The text is neither a room id nor a link to a room."""


@dataclass(frozen=True, slots=True)
class GuestLink:
    """The parts of a guest link, which gives access to one room without a login."""

    server: str
    """The base URL of the room's Jupyter server, with a trailing slash."""
    room: str
    invite: str
    secret: str = field(repr=False)


def is_guest_link(text: str) -> bool:
    """Return whether ``text`` is the address of a guest page, even without a key."""
    return _PATH.fullmatch(_split(text).path) is not None


def parse_guest_link(text: str) -> GuestLink:
    """Return the parts of a guest link. Raises ``BadLink``."""
    address = _split(text)
    path = _PATH.fullmatch(address.path)
    key = _FRAGMENT.fullmatch(address.fragment)
    if path and key and address.scheme in ("http", "https") and address.netloc:
        server = f"{address.scheme}://{address.netloc}{path[1]}"
        return GuestLink(server, key[1], key[2], key[3])
    raise BadLink(
        "expected a whole guest link (https://…/pairedit/guest#<room>.<invite>.<key>), "
        "found a part of one"
    )


def without_keys(text: str) -> str:
    """Return ``text`` with the fragment of each link replaced by an ellipsis."""
    return re.sub(r"#\S*", "#…", text)


def without_keys_of(source: str, text: str) -> str:
    """Return ``text`` with the fragments of links in ``source`` replaced likewise."""
    for fragment in re.findall(r"#[\w.-]+", source):
        text = text.replace(fragment, "#…")
    return text


def masked(url: str) -> str:
    """Return a guest link with its key replaced by an ellipsis."""
    head, dot, _ = url.rpartition(".")
    return f"{head}{dot}…"


def parse_duration(text: str) -> int:
    """Return the seconds of a lifetime such as ``30m``, ``24h`` or ``7d``.

    Raises ``ValueError`` unless it is from 1 minute to 30 days.
    """
    found = _DURATION.fullmatch(text.strip())
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if _MIN_SECONDS <= seconds <= _MAX_SECONDS:
        return seconds
    raise ValueError(
        f"expected a time from 1m to 30d, such as 30m, 24h or 7d, found {text[:20]!r}"
    )


def parse_room_link(text: str) -> str:
    """Return the room id in ``text``, an id or the address of a room's page.

    The query and the fragment of an address are ignored. Raises ``BadLink``.
    """
    text = text.strip()
    if is_room_id(text):
        return text
    address = _split(text)
    page = _PAGE_PATH.fullmatch(address.path)
    # "host:8888/…" parses as the scheme "host", so the scheme counts only with a host.
    if page and (not address.netloc or address.scheme in ("http", "https")):
        return page[1]
    # The fragment of a mistyped guest link has its key.
    text = text.partition("#")[0]
    found = text if len(text) <= 60 else text[:60] + "…"
    raise BadLink(
        "expected a room id (16 to 32 letters and digits) or the URL of a room's page "
        f"(…/pairedit/room/<id>), found {found!r}"
    )


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text.strip())
    except ValueError:
        return urlsplit("")
