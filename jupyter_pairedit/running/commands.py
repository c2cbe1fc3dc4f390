"""What other threads let the thread of a kernel call."""

from __future__ import annotations

import contextlib
import socket
from collections import deque
from collections.abc import Callable


class Commands:
    """Calls that wait for a thread, and a socket that interrupts its waiting."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._wake, self.woken = socket.socketpair()
        self._wake.setblocking(False)
        self.woken.setblocking(False)

    def submit(self, command: Callable[[], None]) -> None:
        """Let ``command`` be called. For other threads."""
        self._waiting.append(command)
        with contextlib.suppress(OSError):  # woken already, or closed
            self._wake.send(b"x")

    def call(self) -> None:
        """Call what was submitted by now."""
        with contextlib.suppress(OSError):  # nothing to read, or closed
            self.woken.recv(4_096)
        for _ in range(len(self._waiting)):
            self._waiting.popleft()()

    def close(self) -> None:
        """Close the sockets. What is submitted later waits for ``call``."""
        self._wake.close()
        self.woken.close()
