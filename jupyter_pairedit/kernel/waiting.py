"""Waiting for what a room's server or a page reports."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Self

from ..client.errors import NotConnected
from ..core.expecting import expect_function, seconds_or_none
from .follower import is_follower
from .traits import NOT_SHOWN, EditorTraits

_LOOK_AGAIN = 1.0
"""Seconds after which ``wait_for`` tries its predicate although nothing has changed."""


class WaitingEditor(EditorTraits):
    """The traits, and threads that wait for them."""

    _reason = ""
    """Why the kernel is not connected to the room itself, a sentence."""

    def setup_instance(self, *args: Any, **kwargs: Any) -> None:
        """Make what ``wait_for`` waits for."""
        self._reports = 0
        self._reported = threading.Condition()
        super().setup_instance(*args, **kwargs)

    def wait_for(
        self, predicate: Callable[[Self], object], timeout: float | None = None
    ) -> bool:
        """Wait until ``predicate(ed)`` is true. Returns whether it is.

        False after ``timeout`` seconds; None waits for ever, and Ctrl-C ends it. The
        predicate is tried after each change of the room, and once a second. Raises
        ``NotConnected`` if it would wait for ever without a server and a page.

        >>> ed.wait_for(lambda ed: "def main" in ed.code, timeout=600)
        """
        expect_function("predicate", predicate)
        timeout = seconds_or_none("timeout", timeout)
        if is_follower():
            raise RuntimeError("an observer cannot wait for the room: it reports it")
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            with self._reported:
                reports = self._reports
            if predicate(self):
                return True
            rest = _LOOK_AGAIN
            if end is not None:
                rest = min(rest, end - time.monotonic())
            elif not self._follows and self.status == NOT_SHOWN:
                raise self._not_connected("wait_for without a timeout")
            if rest <= 0:
                return False
            self._wait_for_report(reports, rest)

    def _wait_for_report(self, after: int, seconds: float) -> None:
        with self._reported:
            self._reported.wait_for(lambda: self._reports != after, seconds)

    def _count_report(self) -> None:
        with self._reported:
            self._reports += 1
            self._reported.notify_all()

    def _not_connected(self, what: str) -> NotConnected:
        return NotConnected(
            f"Expected a Jupyter server that this kernel reaches, or an open page that "
            f"shows the editor, for {what}; found neither. "
            f"{self._reason or 'The editor is closed.'} Show the editor first, or set "
            "PAIREDIT_SERVER.",
            "connecting",
        )
