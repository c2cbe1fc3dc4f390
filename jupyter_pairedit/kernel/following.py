"""A widget that is bound to a room by the kernel's own connection, or by a page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from traitlets import Bunch

from ..client.errors import NotConnected
from .follower import follower, is_follower
from .traits import NOT_SHOWN, EditorTraits

if TYPE_CHECKING:
    from ..client.views import Person
    from .session import News, Session

_ROOM_PATH = "pairedit/room/"
_LOOK_AGAIN = 1.0
"""Seconds after which ``wait_for`` tries its predicate although nothing has changed."""

_FOLLOWED = frozenset(
    (
        "code",
        "status",
        "message",
        "participants",
        "title",
        "language",
        "limit",
        "_version",
        "_writes_done",
        "_wants_done",
        "_blame",
    )
)
"""Reports of a page that do not count while the kernel is connected itself."""


class FollowingEditor(EditorTraits):
    """The traits, kept equal with the room."""

    _session: Session | None = None
    _reason = ""
    """Why there is no session, a sentence."""

    def setup_instance(self, *args: Any, **kwargs: Any) -> None:
        """Make what ``wait_for`` waits for."""
        self._reports = 0
        self._reported = threading.Condition()
        super().setup_instance(*args, **kwargs)

    # --- where the room is ------------------------------------------------------------

    @property
    def connection(self) -> str:
        """How the kernel reaches the room.

        For example ``environment: http://localhost:8888/``; or ``the page reports``
        with the reason, where the kernel is not connected itself.
        """
        session = self._session
        if session is not None:
            return session.how
        return f"the page reports: {self._reason}" if self._reason else "closed"

    @property
    def url(self) -> str:
        """The URL of the room's page.

        As the open page of this notebook has it, else as the kernel reaches the server.
        Raises ``NotConnected`` without both.
        """
        known = self._url or (self._session.url if self._session else "")
        if known:
            return known
        if self.server:
            raise NotConnected("a guest has no page of the room", "refused")
        raise self._not_connected("url")

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who is in the room: ``name``, ``guest``, ``label`` and ``own``.

        Raises ``NotConnected`` if the kernel is not connected itself. ``participants``
        has the names in either case.
        """
        if self._session is None:
            raise self._not_connected("people")
        return self._session.people

    def _not_connected(self, what: str) -> NotConnected:
        return NotConnected(
            f"Expected a Jupyter server that this kernel reaches, or an open page that "
            f"shows the editor, for {what}; found neither. "
            f"{self._reason or 'The editor is closed.'} Show the editor first, or set "
            "PAIREDIT_SERVER.",
            "connecting",
        )

    def _for_others(self, address: str) -> str:
        """Return an address of the server as the page of this notebook has it.

        The kernel may reach the server by an address that nobody else can use.
        """
        session, path = self._session, _ROOM_PATH
        if session is None or path not in self._url or path not in session.url:
            return address
        ours, theirs = session.url.split(path)[0], self._url.split(path)[0]
        return theirs + address.removeprefix(ours) if ours in address else address

    # --- binding ----------------------------------------------------------------------

    def _bind(self, session: Session | None, reason: str) -> None:
        """Report the room by a session from now on, or wait for a page."""
        self._session, self._reason = session, reason
        if session is not None:
            self.set_trait("_follows", True)
            self._writes_done = 0
            self._take(session.news())

    def _follow(self) -> None:
        """Take what the session brings, when the widget is complete."""
        session = self._session
        if session is not None:
            thread = follower()
            session.follow(lambda news: thread.put(session, lambda: self._take(news)))

    def _unbind(self, reason: str) -> None:
        """Leave the room with the kernel's own connection; the page goes on.

        Raises ``NotSaved`` if something is not stored after two seconds.
        """
        with self.exclusively():
            session, self._session, self._reason = self._session, None, reason
            if session is None:
                return
            self.set_trait("_follows", False)
        session.close()

    def may_send(self) -> bool:
        """See ``GuardedWidget``."""
        return not is_follower()

    # --- what the room has ------------------------------------------------------------

    def _take(self, news: News) -> None:
        """Report the room as it is now."""
        view = news.view
        with self.exclusively():
            if self._session is None:
                return
            state: dict[str, Any] = {
                "status": view.status,
                "message": view.message,
                "participants": [person.name for person in view.people],
                "title": view.title,
                "language": view.language,
                "limit": view.limit,
                "_version": None,
            }
            if not view.unsent and news.writes >= self._writes:
                state |= {"code": view.code, "_version": view.version}
            if news.ended:
                self._session.forget()
                self._session, self._reason = None, view.message
                state["_follows"] = False
            with self._lock_property(**state), self.hold_trait_notifications():
                for name, value in state.items():
                    self.set_trait(name, value)
        self._count_report()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Apply a report of the page, without what is older than what is known."""
        with self.exclusively():
            known = _FOLLOWED if self._session is not None else frozenset()
            done = sync_data.get("_writes_done", self._writes_done)
            if done is not None and done < self._writes:
                known |= {"code"}
            sync_data = {k: v for k, v in sync_data.items() if k not in known}
            super().set_state(self._without_older(sync_data))
        self._count_report()

    # --- what Python sets -------------------------------------------------------------

    def notify_change(self, change: Bunch) -> None:
        """Write what Python has set to the room, or count it for the page.

        If the room refuses it, nothing is changed. Raises ``Forbidden`` or
        ``ServerError``.
        """
        with self.exclusively():
            is_code = change["name"] == "code" and not self._is_reported(
                "code", change["new"]
            )
            if is_code or self._is_wish(change):
                try:
                    done = self._carry_out(change["name"])
                except BaseException:
                    self._trait_values[change["name"]] = change["old"]
                    raise
            with self.hold_sync():  # What was set and its count are one message.
                if is_code:
                    self._writes += 1
                    if done:
                        self._writes_done = self._writes
                        self.set_trait("_version", None)
                elif self._is_wish(change) and not done:
                    self._want(change)
                super().notify_change(change)

    def _carry_out(self, name: str) -> bool:
        """Write a trait to the room. Returns False if a page has to do it.

        Raises ``Forbidden``, ``ServerError``, or ``NotConnected`` if the server does
        not answer.
        """
        session = self._session
        try:
            if session is None:
                return False
            if name == "code":
                session.write_once(self.code, self._writer, self._writes + 1)
            else:
                session.change({name: getattr(self, name)})
        except NotConnected:
            if session is None or not session.has_ended:
                raise
            return False  # The next news says that it has ended.
        return True

    # --- waiting ----------------------------------------------------------------------

    def wait_for(
        self, predicate: Callable[[Self], object], timeout: float | None = None
    ) -> bool:
        """Wait until ``predicate(ed)`` is true. Returns whether it is.

        False after ``timeout`` seconds; None waits for ever, and Ctrl-C ends it. The
        predicate is tried after each change of the room, and once a second. Raises
        ``NotConnected`` if it would wait for ever without a server and a page.

        >>> ed.wait_for(lambda ed: "def main" in ed.code, timeout=600)
        """
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
            elif self._session is None and self.status == NOT_SHOWN:
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
