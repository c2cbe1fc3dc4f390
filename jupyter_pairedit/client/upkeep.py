"""What a participant sends without being asked: its caret, checks, and new attempts."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from ..core.changes import ChangeSet
from ..core.replica import Replica
from ..core.text import Text
from ..protocol import Check, Here
from .connection import Clock, Timer
from .sync import Sync

_CARET_EVERY = 0.1
_REST = 2.0
_CHECK_AGAIN = 30.0
_NUDGE = 2.0
"""Seconds."""


class CaretReport:
    """Sends where the caret is, at most ten times a second."""

    def __init__(
        self,
        replica: Replica,
        clock: Clock,
        may: Callable[[], bool],
        send: Callable[[Here], object],
    ) -> None:
        self._replica = replica
        self._clock = clock
        self._may = may
        self._send = send
        self._caret: tuple[int, int] | None = None
        self._due = False
        self._pause: Timer | None = None
        replica.on_change.append(self._move)

    def place(self, anchor: int, head: int) -> None:
        """Put the caret at ``head`` in the code, in UTF-16 units."""
        self._caret, self._due = (anchor, head), True
        self.refresh()

    def forget(self) -> None:
        """Note an own edit: the others see the caret where it was made."""
        self._caret, self._due = None, False

    def disconnected(self) -> None:
        """Send the caret again on the next connection."""
        self._due = self._caret is not None

    def refresh(self) -> None:
        """Send the caret if it is due and may be sent."""
        if not self._due or self._caret is None or self._pause or not self._may():
            return
        self._due = False
        anchor, head = self._caret
        self._send(Here(self._replica.version, anchor, head))
        self._pause = self._clock.call_later(_CARET_EVERY, self._continue)

    def stop(self) -> None:
        """Send nothing any more."""
        self._caret = None
        if self._pause is not None:
            self._pause.cancel()

    def _continue(self) -> None:
        self._pause = None
        self.refresh()

    def _move(self, changes: ChangeSet) -> None:
        if self._caret is not None:
            anchor, head = self._caret
            self._caret = changes.map_position(anchor), changes.map_position(head)


class Checksum:
    """Sends the checksum of a code at rest, so that the server corrects a wrong one.

    The answer also shows that the connection works. The same as
    ``js/src/client/checksum.ts``.
    """

    def __init__(
        self,
        replica: Replica,
        clock: Clock,
        may: Callable[[], bool],
        send: Callable[[Check], object],
    ) -> None:
        self._replica = replica
        self._clock = clock
        self._may = may
        self._send = send
        self._doc: Text | None = None
        self._version = -1
        self._hash = ""
        self._timer: Timer | None = None

    def refresh(self) -> None:
        """Wait for two seconds without a change, if the code has changed."""
        doc, version = self._replica.doc, self._replica.version
        may = self._may()
        if may and doc is self._doc and version == self._version:
            return
        self.stop()
        if may:
            self._doc, self._version = doc, version
            self._timer = self._clock.call_later(_REST, self._take)

    def stop(self) -> None:
        """Check nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._doc = None

    def _take(self) -> None:
        code = str(self._replica.doc).encode()
        self._hash = f"{zlib.crc32(code):08x}"
        self._check()

    def _check(self) -> None:
        self._timer = self._clock.call_later(_CHECK_AGAIN, self._check)
        self._send(Check(self._version, self._hash))


class Nudge:
    """Lets the state machine try again, two seconds after the store refused."""

    def __init__(self, sync: Sync, clock: Clock, changed: Callable[[], None]) -> None:
        self._sync = sync
        self._clock = clock
        self._changed = changed
        self._timer: Timer | None = None

    def refresh(self) -> None:
        """Start or stop to wait."""
        if self._sync.needs_nudge and self._timer is None:
            self._timer = self._clock.call_later(_NUDGE, self._nudge)
        elif not self._sync.needs_nudge:
            self.stop()

    def stop(self) -> None:
        """Do not wait any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def _nudge(self) -> None:
        self._timer = None
        self._sync.nudge()
        self._changed()
