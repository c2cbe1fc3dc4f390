"""The thread of a kernel that applies what rooms' servers send to the widgets."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Hashable


class Follower:
    """Calls functions in a daemon thread, one after the other.

    Of the functions with one key, only the newest that waits is called: a widget needs
    the room as it is now.
    """

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._waiting: dict[Hashable, Callable[[], None]] = {}
        self._change = threading.Condition()
        self._thread = threading.Thread(
            target=self._run, name="jupyter_pairedit observers", daemon=True
        )
        self._thread.start()

    @property
    def is_current(self) -> bool:
        """Whether the caller runs in this thread."""
        return threading.current_thread() is self._thread

    def put(self, key: Hashable, function: Callable[[], None]) -> None:
        """Call ``function`` soon. An exception in it goes to ``threading.excepthook``.

        Does not wait.
        """
        with self._change:
            self._waiting[key] = function
            self._change.notify()

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting)
                function = self._waiting.pop(next(iter(self._waiting)))
            try:
                function()
            except Exception as error:
                details = (type(error), error, error.__traceback__, self._thread)
                threading.excepthook(threading.ExceptHookArgs(details))


_followers: list[Follower] = []
_lock = threading.Lock()


def follower() -> Follower:
    """Return the follower of this process, which is started at the first call."""
    with _lock:
        if not _followers or _followers[-1].pid != os.getpid():
            _followers.append(Follower())
        return _followers[-1]


def _after_fork() -> None:
    global _lock
    _lock = threading.Lock()  # Another thread may have held it.


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def is_follower() -> bool:
    """Return whether the caller runs in the follower's thread."""
    return any(each.is_current for each in _followers)
