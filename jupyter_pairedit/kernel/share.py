"""Guest links requested from a notebook.

Where the kernel is not connected to the server itself, it asks an open page to create
the link. They exchange messages of the widget's comm, because traits may be saved with
the notebook.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from ..core.expecting import expect
from ..core.identifiers import LABEL_LENGTH
from ..core.links import masked, parse_duration
from ..core.portable import Portable

ROLES = ("edit", "view")
DEFAULT_LIFE = {"edit": "24h", "view": "7d"}

_TIMEOUT = 10.0
"""Seconds after which a page that has not created its link is assumed to be closed."""


class NotMade(Portable, RuntimeError):
    """No page has created the link yet."""

    def __init__(self) -> None:
        super().__init__(
            "the link is not created yet: show the editor, and read .url in a later "
            "cell, because pages answer when no cell runs"
        )


class NotShared(RuntimeError):
    """The server or the page refused to create the link; the message has the reason."""


class SharedLink:
    """A requested guest link. ``url`` has it once a page has created it.

    Only this object and the page have the key. Printing ``url`` in a cell puts it into
    the notebook.
    """

    def __init__(
        self, role: str, life: str, label: str, request: Callable[[], None]
    ) -> None:
        self.role = role
        self.expires = life
        self.label = label
        self._request = request
        """Requests the link again, in case the page that should create it is closed."""
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
        """Return the whole link, with the key."""
        return self.url

    def __repr__(self) -> str:
        """Return the state of the link, without the key."""
        if self._problem:
            return f"SharedLink({self.role}, not created: {self._problem})"
        if not self._url:
            return (
                f"SharedLink({self.role}, {self.expires}; the editor's Share panel "
                "shows it, and .url has it in a later cell)"
            )
        return f"SharedLink({self.role}, {self.expires}, {masked(self._url)})"


def made_link(
    role: str, life: str, label: str, create: Callable[[str, int, str], str]
) -> SharedLink:
    """Return the link that ``create(role, seconds, label)`` returns the URL of.

    Raises ``ValueError`` for a bad argument, and what ``create`` raises.
    """
    life, seconds = _checked(role, life, label)
    link = SharedLink(role, life, label, lambda: None)
    link._url = create(role, seconds, label)
    return link


def _checked(role: str, life: str, label: str) -> tuple[str, int]:
    """Return how long a link lives, as text and in seconds.

    Raises ``ValueError`` or ``TypeError`` for a bad argument.
    """
    for what, given in (("role", role), ("expires", life), ("label", label)):
        expect(what, given, str)
    if role not in ROLES:
        raise ValueError(f"expected a role, one of {', '.join(ROLES)}, found {role!r}")
    if len(label) > LABEL_LENGTH:
        raise ValueError(
            f"expected a label of at most {LABEL_LENGTH} characters, found {len(label)}"
        )
    life = life or DEFAULT_LIFE[role]
    return life, parse_duration(life)


class LinkRequests:
    """The links that one widget has requested from its pages.

    A notebook may be open twice, so each page first claims a request, and the kernel
    lets the first one create the link. If that page does not, and ``url`` is read 10 s
    later, the request is sent again. ``clock`` is monotonic, in seconds.
    """

    def __init__(
        self,
        send: Callable[[dict[str, Any]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._clock = clock
        self._open: dict[int, SharedLink] = {}
        self._sent_at: dict[int, float] = {}
        """When each request was sent, or a page was chosen for it."""
        self._claimed: set[int] = set()
        self._count = 0

    def request(self, role: str, life: str, label: str) -> SharedLink:
        """Request a link. Raises ``ValueError`` for a bad argument."""
        life, seconds = _checked(role, life, label)
        self._count += 1
        number = self._count
        invite = {"role": role, "expiresIn": seconds, "label": label}
        again = partial(self._send_again, number, invite)
        link = self._open[number] = SharedLink(role, life, label, again)
        self._send_request(number, invite)
        return link

    def _send_request(self, number: int, invite: dict[str, Any]) -> None:
        self._claimed.discard(number)
        self._sent_at[number] = self._clock()
        self._send({"type": "share", "id": number, "wish": invite})

    def _send_again(self, number: int, invite: dict[str, Any]) -> None:
        if self._clock() - self._sent_at[number] >= _TIMEOUT:
            self._send_request(number, invite)

    def receive(self, message: dict[str, Any]) -> None:
        """Handle a message of a page. Other messages are ignored."""
        number = message.get("id")
        link = self._open.get(number) if isinstance(number, int) else None
        if link is None or number is None:
            return
        match message:
            case {"type": "claim", "page": str(page)} if number not in self._claimed:
                self._claimed.add(number)
                self._sent_at[number] = self._clock()
                self._send({"type": "make", "id": number, "page": page})
            case {"type": "made", "url": str(url)}:
                link._url = url
                del self._open[number]
            case {"type": "refused", "message": str(problem)}:
                link._problem = problem
                del self._open[number]
