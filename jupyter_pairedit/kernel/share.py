"""Guest links from a notebook: the kernel wishes, a page that shows the editor makes.

The kernel has no login of the server and a page has. They speak in messages of the
widget's comm, and not in traits: what is in a trait may be saved with the notebook.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.links import masked, parse_duration

ROLES = ("edit", "view")
LABEL_LENGTH = 80
DEFAULT_LIFE = {"edit": "24h", "view": "7d"}


class NotMade(RuntimeError):
    """No page has made the link yet."""

    def __init__(self) -> None:
        super().__init__(
            "no page has made the link yet: show the editor, and ask in a later cell, "
            "as a page is not heard while a cell runs"
        )


class NotShared(RuntimeError):
    """The server, or the page, did not make the link; the message says why."""


class SharedLink:
    """A guest link that was asked for; ``url`` is there as soon as a page made it.

    The key is in this object and on the page that shows it. Printing ``url`` in a cell
    puts it into the notebook.
    """

    def __init__(self, role: str, life: str, label: str) -> None:
        self.role = role
        self.expires = life
        self.label = label
        self._url = ""
        self._problem = ""

    @property
    def url(self) -> str:
        """The link. Raises ``NotMade`` or ``NotShared``."""
        if self._problem:
            raise NotShared(self._problem)
        if not self._url:
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
    that does is the one to make it.
    """

    def __init__(self, send: Callable[[dict[str, Any]], None]) -> None:
        self._send = send
        self._open: dict[int, SharedLink] = {}
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
        link = self._open[self._count] = SharedLink(role, life, label)
        wish = {"role": role, "expiresIn": seconds, "label": label}
        self._send({"type": "share", "id": self._count, "wish": wish})
        return link

    def heard(self, message: dict[str, Any]) -> None:
        """Take what a page says."""
        number = message.get("id")
        link = self._open.get(number) if isinstance(number, int) else None
        if link is None or number is None:
            return
        match message:
            case {"type": "claim", "page": str(page)} if number not in self._claimed:
                self._claimed.add(number)
                self._send({"type": "make", "id": number, "page": page})
            case {"type": "made", "url": str(url)}:
                link._url = url
                del self._open[number]
            case {"type": "refused", "message": str(problem)}:
                link._problem = problem
                del self._open[number]
