"""Who wrote which line: what a page has fetched for Python, and asking for more."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..core.portable import Portable

FRESH_SECONDS = 60.0
"""How long an answer is returned although the code has changed since."""


class NotReported(Portable, RuntimeError):
    """No page has reported who wrote the code as it is now; for a guest, none does."""

    def __init__(self, guest: bool = False) -> None:
        super().__init__(
            "a guest has no history of the room, and cannot know who wrote the code"
            if guest
            else "a page that shows the editor fetches who wrote the code, now that it "
            "is asked for, as soon as no cell runs: show the editor, and run this cell "
            "again"
        )


class BlameReport:
    """The last reply of the server's blame route that a page has reported."""

    def __init__(
        self, ask: Callable[[], None], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._now = now
        self._reply: dict[str, Any] | None = None
        self._at = 0.0

    def receive(self, reply: dict[str, Any] | None) -> None:
        """Keep what a page reports."""
        self._reply, self._at = reply, self._now()

    def get(self, version: int | None) -> dict[str, Any]:
        """Return the reply for the code at ``version``, which is None if unknown.

        Without one, asks the pages, and returns a reply of the last ``FRESH_SECONDS``:
        while people type, no reply is of the newest version. Raises ``NotReported`` if
        there is none, either.
        """
        reply = self._reply
        if reply is not None and reply["version"] == version:
            return reply
        self._ask()
        if reply is None or self._now() - self._at >= FRESH_SECONDS:
            raise NotReported
        return reply
