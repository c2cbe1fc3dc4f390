"""The list of the server's rooms, which a kernel without a server asks of a page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from ..client.errors import NotConnected, ServerError

_WITHIN = 2.0
"""Seconds in which a page answers, where it can while a cell runs."""
_NEW = 60.0
"""Seconds in which an answer that came after its cell is used."""

_LATER = (
    "the page was asked for the list of rooms: run this again in a later cell, because "
    "pages answer when no cell runs"
)


class RoomListRequests:
    """The lists that one widget asks its pages for.

    ``send`` sends the pages a message. ``clock`` is monotonic, in seconds.
    """

    def __init__(
        self,
        send: Callable[[dict[str, Any]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._clock = clock
        self._arrived = threading.Event()
        self._answer: list[Any] | str = ""
        self._at = 0.0

    def get(self, within: float = _WITHIN) -> list[Any]:
        """Return the rooms as the page has sent them.

        An answer is used once. Raises ``NotConnected`` if no page answers in so many
        seconds, and ``ServerError`` if the page has no list.
        """
        if self._clock() - self._at > _NEW:
            self._arrived.clear()
        if not self._arrived.is_set():
            self._send({"type": "rooms"})
            if not self._arrived.wait(within):
                raise NotConnected(_LATER, "connecting")
        self._arrived.clear()
        if isinstance(self._answer, str):
            raise ServerError(f"the page has no list of rooms: {self._answer}", "page")
        return self._answer

    def receive(self, message: dict[str, Any]) -> None:
        """Handle a message of a page. Other messages are ignored."""
        match message:
            case {"type": "rooms", "rooms": list() | str() as answer}:
                self._take(answer)

    def _take(self, answer: list[Any] | str) -> None:
        self._answer, self._at = answer, self._clock()
        self._arrived.set()
