"""What a guest link says, and how long one may live.

The server makes links and keeps no key; the kernel reads one that was given to it. No
error and no ``repr`` here tells a key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .rooms import ROOM_ID, NotARoom

MINUTE, HOUR, DAY = 60, 3600, 86_400

SHORTEST_LIFE = MINUTE
LONGEST_LIFE = 30 * DAY

_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY}
_LIFE = re.compile(r"(\d{1,6})\s*([mhd])")
_PATH = re.compile(r"((?:/.*)?/)pairedit/guest/?")
_FRAGMENT = re.compile(rf"({ROOM_ID.pattern})\.([\w-]{{1,64}})\.([\w-]{{1,128}})", re.A)


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
