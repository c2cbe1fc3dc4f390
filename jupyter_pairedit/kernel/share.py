"""Guest links from a notebook: the kernel wishes, a page that shows the editor makes.

The kernel has no login of the server and a page has. They speak in messages of the
widget's comm, and not in traits: what is in a trait may be saved with the notebook.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from ..core.links import masked, parse_duration

ROLES = ("edit", "view")
LABEL_LENGTH = 80
DEFAULT_LIFE = {"edit": "24h", "view": "7d"}

_TIMEOUT = 10.0
"""Seconds after which a page that has not made a link is taken to be closed."""


def _ignore() -> None:
    """Do nothing."""


class NotMade(RuntimeError):
    """No page has made the link yet."""

    def __init__(self) -> None:
        super().__init__(
            "no page has made the link yet: show the editor, and ask in a later cell, "
            "as pages answer when no cell runs"
        )


class NotShared(RuntimeError):
    """The server, or the page, did not make the link; the message says why."""


class SharedLink:
    """A guest link that was asked for; ``url`` is there as soon as a page made it.

    The key is in this object and on the page that shows it. Printing ``url`` in a cell
    puts it into the notebook.
    """

    def __init__(
        self, role: str, life: str, label: str, request: Callable[[], None] = _ignore
    ) -> None:
        self.role = role
        self.expires = life
        self.label = label
        self._request = request
        """Requests the link again, in case that the page which was to make it is
        closed."""
        self._url = ""
        self._problem = ""

    @property
    def url(self) -> str:
        """The link. Raises ``NotMade`` or ``NotShared``."""
        if self._problem:
            raise NotShared(self._problem)
        if not self._url:
            self._request()
            raise NotMade
        return self._url

    def __str__(self) -> str:
        """Give the whole link, key and all."""
        return self.url

    def __repr__(self) -> str:
        """Say how it stands, without the key."""
        if self._problem:
            return f"SharedLink({self.role}, not made: {self._problem})"
        if not self._url:
            return (
                f"SharedLink({self.role}, {self.expires}; the editor's Share panel "
                "shows it, and .url has it in a later cell)"
            )
        return f"SharedLink({self.role}, {self.expires}, {masked(self._url)})"


class Wishes:
    """The links that one widget's pages were asked for.

    A notebook may be open twice. So each page first claims a wish, and the first one
    that does is the one to make it. If it does not, and ``url`` is read 10 s later,
    the pages are asked again. ``clock`` is monotonic, in seconds.
    """

    def __init__(
        self,
        send: Callable[[dict[str, Any]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._clock = clock
        self._open: dict[int, SharedLink] = {}
        self._asked_at: dict[int, float] = {}
        """When the pages were asked for a link, or one of them was chosen."""
        self._claimed: set[int] = set()
        self._count = 0

    def wish(self, role: str, life: str, label: str) -> SharedLink:
        """Ask for a link. Raises ``ValueError`` about a bad argument."""
        if role not in ROLES:
            raise ValueError(
                f"expected a role, one of {', '.join(ROLES)}, found {role!r}"
            )
        if len(label) > LABEL_LENGTH:
            raise ValueError(
                f"expected a label of at most {LABEL_LENGTH} characters, "
                f"found {len(label)}"
            )
        life = life or DEFAULT_LIFE[role]
        seconds = parse_duration(life)
        self._count += 1
        number = self._count
        wish = {"role": role, "expiresIn": seconds, "label": label}
        again = partial(self._ask_again, number, wish)
        link = self._open[number] = SharedLink(role, life, label, again)
        self._ask(number, wish)
        return link

    def _ask(self, number: int, wish: dict[str, Any]) -> None:
        self._claimed.discard(number)
        self._asked_at[number] = self._clock()
        self._send({"type": "share", "id": number, "wish": wish})

    def _ask_again(self, number: int, wish: dict[str, Any]) -> None:
        if self._clock() - self._asked_at[number] >= _TIMEOUT:
            self._ask(number, wish)

    def heard(self, message: dict[str, Any]) -> None:
        """Take what a page says."""
        number = message.get("id")
        link = self._open.get(number) if isinstance(number, int) else None
        if link is None or number is None:
            return
        match message:
            case {"type": "claim", "page": str(page)} if number not in self._claimed:
                self._claimed.add(number)
                self._asked_at[number] = self._clock()
                self._send({"type": "make", "id": number, "page": page})
            case {"type": "made", "url": str(url)}:
                link._url = url
                del self._open[number]
            case {"type": "refused", "message": str(problem)}:
                link._problem = problem
                del self._open[number]
