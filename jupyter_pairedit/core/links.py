"""What a link to a room or for a guest says, and how long one for a guest may live.

The server makes links and keeps no key; the kernel reads one that was given to it. No
error and no ``repr`` here tells a key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urlsplit

from .identifiers import ROOM_ID, is_room_id

MINUTE, HOUR, DAY = 60, 3600, 86_400

SHORTEST_LIFE = MINUTE
LONGEST_LIFE = 30 * DAY

_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY}
_LIFE = re.compile(r"(\d{1,6})\s*([mhd])")
_PATH = re.compile(r"((?:/.*)?/)pairedit/guest/?")
_PAGE_PATH = re.compile(rf"(?:.*/)?pairedit/room/({ROOM_ID.pattern})/?")
_FRAGMENT = re.compile(rf"({ROOM_ID.pattern})\.([\w-]{{1,64}})\.([\w-]{{1,128}})", re.A)


class NotARoom(ValueError):
    """What was given is neither a room id nor the address of a room's page."""


@dataclass(frozen=True, slots=True)
class GuestLink:
    """The way into one room for who has no login of its server."""

    server: str
    """The base URL of the room's Jupyter server, with a slash at its end."""
    room: str
    invite: str
    secret: str = field(repr=False)


def is_guest_link(text: str) -> bool:
    """Say whether ``text`` leads to a page for guests; its key need not be whole."""
    try:
        return _PATH.fullmatch(urlsplit(text.strip()).path) is not None
    except ValueError:
        return False


def parse_guest_link(text: str) -> GuestLink:
    """Read a link. Raises ``NotARoom``, whose sentence tells nothing of the key."""
    address = urlsplit(text.strip())
    path = _PATH.fullmatch(address.path)
    key = _FRAGMENT.fullmatch(address.fragment)
    if path and key and address.scheme in ("http", "https") and address.netloc:
        server = f"{address.scheme}://{address.netloc}{path[1]}"
        return GuestLink(server, key[1], key[2], key[3])
    raise NotARoom(
        "expected a whole guest link (https://…/pairedit/guest#<room>.<invite>.<key>), "
        "found a part of one"
    )


def without_key(text: str) -> str:
    """Give ``text`` as an error may quote it: a link without what follows its ``#``."""
    return re.sub(r"#\S*", "#…", text)


def masked(url: str) -> str:
    """Give a guest link with dots in the place of its key."""
    head, dot, _ = url.rpartition(".")
    return f"{head}{dot}…"


def seconds_of(life: str) -> int:
    """Read a time to live such as ``30m``, ``24h`` or ``7d``.

    Raises ``ValueError`` with a sentence of what was expected and found.
    """
    found = _LIFE.fullmatch(life.strip())
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if SHORTEST_LIFE <= seconds <= LONGEST_LIFE:
        return seconds
    raise ValueError(
        f"expected a time from 1m to 30d, such as 30m, 24h or 7d, found {life[:20]!r}"
    )


def parse_room_link(text: str) -> str:
    """Give the id in ``text``, which is one or is the address of a room's page.

    What follows the path of an address (a query, a fragment) is not looked at.
    Raises ``NotARoom`` with a sentence of what was expected and found.
    """
    text = text.strip()
    if is_room_id(text):
        return text
    try:
        address = urlsplit(text)
    except ValueError:
        _refuse(text)
    page = _PAGE_PATH.fullmatch(address.path)
    # "host:8888/…" parses as the scheme "host"; only with "//" is a scheme meant.
    if page is None or (address.netloc and address.scheme not in ("http", "https")):
        _refuse(text)
    return page[1]


def _refuse(text: str) -> NoReturn:
    # Behind the # of a guest link that was mistyped is its key.
    text = text.partition("#")[0]
    found = text if len(text) <= 60 else text[:60] + "…"
    raise NotARoom(
        "expected a room id (16 to 32 letters and digits) or the URL of a room's page "
        f"(…/pairedit/room/<id>), found {found!r}"
    )
