"""A widget whose traits are set by several threads.

A cell runs in the main thread. A page's messages arrive there too, or in a subshell's
thread while a cell runs (JupyterLab 4.4 or later with ipykernel 7). What the room's
server sends is applied by a thread of this package.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

from anywidget import AnyWidget
from traitlets import Bunch, HasTraits, TraitType


class GuardedWidget(AnyWidget):
    """A widget that one thread at a time changes.

    traitlets and ipywidgets keep what is under way in the widget itself: the values
    that a page reports, and the notifications that are held. So a lock is held from the
    first assignment to the message to the page. Observers are called after that,
    without the lock, by the thread that made the change.
    """

    def setup_instance(self, *args: Any, **kwargs: Any) -> None:
        """Make the lock before the first trait is set."""
        self._lock = RLock()
        self._depth = 0
        self._changes: list[Bunch] = []
        """For the observers, when the lock is released."""
        self._unsent: set[str] = set()
        """Traits that were changed in a thread that must not send to the page."""
        super().setup_instance(*args, **kwargs)

    def unlock(self) -> None:
        """Make a new lock, in a forked process."""
        self._lock, self._depth = RLock(), 0

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """Hold the lock; then call the observers of what was changed meanwhile."""
        changes: list[Bunch] = []
        try:
            with self._lock:
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
                    if not self._depth:
                        changes, self._changes = self._changes, []
        finally:
            for change in changes:
                HasTraits.notify_change(self, change)

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute, with the lock if it is a trait."""
        if isinstance(getattr(type(self), name, None), TraitType):
            with self.exclusively():
                super().__setattr__(name, value)
        else:
            super().__setattr__(name, value)

    def set_trait(self, name: str, value: Any) -> None:
        """Set a trait that may be read-only."""
        with self.exclusively():
            super().set_trait(name, value)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Apply a report of the page."""
        with self.exclusively():
            super().set_state(sync_data)

    def send_state(self, key: Any = None) -> None:
        """Send the page the values of some traits, or of all."""
        with self._lock:
            # A copy, as another thread may add to the set of those that wait.
            names = set(key) if isinstance(key, set) else key
            super().send_state(names)

    def notify_change(self, change: Bunch) -> None:
        """Send the page the new value, and call the observers."""
        with self.exclusively():
            if change["name"] in self.keys and self.comm is not None:
                self._publish(change["name"])
            self._changes.append(change)

    def may_send(self) -> bool:
        """Return whether this thread may send to the page.

        ipykernel takes the running cell or the last message for what a message answers.
        That is wrong for a thread which does neither.
        """
        return True

    def send_rest(self) -> None:
        """Send the page what was changed in threads that must not send."""
        with self._lock:
            names, self._unsent = self._unsent, set()
            if names and self.comm is not None:
                self.send_state(names)

    def _publish(self, name: str) -> None:
        if not self.may_send():
            self._unsent.add(name)
        elif self._should_send_property(name, getattr(self, name)):
            self.send_state(key=name)
