"""A widget that is bound to a room by the kernel's own connection, or by a page."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from traitlets import Bunch

from ..client.errors import NotConnected, RoomError
from .follower import Follower, follower, is_follower
from .traits import NOT_SHOWN
from .waiting import WaitingEditor

if TYPE_CHECKING:
    from ..client.views import Person
    from .session import News, Session

_ROOM_PATH = "pairedit/room/"
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
_BY_PAGE = frozenset(("title", "language", "limit"))
"""What only a page may change where the kernel has a pass."""


class FollowingEditor(WaitingEditor):
    """The traits, kept equal with the room."""

    _session: Session | None = None
    _may_pass = True
    """Whether a pass may be used: not in a room that the kernel has left, and not after
    somebody has stopped one."""
    _numbered = 0
    """The number of the last assignment of ``code``, also of one that was refused or
    interrupted: the room may have it, and ignores another one with its number."""

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
            session.follow(partial(self._take_later, thread, session))

    def _take_later(self, thread: Follower, session: Session, news: News) -> None:
        thread.put(session, partial(self._take, news))

    def _unbind(self, reason: str) -> None:
        """Leave the room with the kernel's own connection; the page goes on.

        A page that shows the editor then reports its status, and writes what is not
        stored yet. Raises ``NotSaved`` if something is not stored after two seconds.
        """
        with self.exclusively():
            session, self._session, self._reason = self._session, None, reason
            self._may_pass = False
            if session is None:
                return
            with self.hold_sync():
                self.set_trait("_follows", False)
                self.set_trait("status", NOT_SHOWN)
                self.set_trait("participants", [])
                if self._writes and not session.is_stored:
                    self._publish("code")
                    self._writes_done = self._writes - 1
        session.close()

    def may_send(self) -> bool:
        """See ``GuardedWidget``."""
        return not is_follower()

    @property
    def wants_pass(self) -> bool:
        """Whether the kernel would join the room by a pass of an open page."""
        return self._may_pass and self._session is None

    def explain(self, reason: str) -> None:
        """Keep the reason why the kernel is not connected itself, a sentence."""
        if self._session is None:
            self._reason = reason

    def bind_later(self, session: Session) -> bool:
        """Report the room by a session, where a page has reported it until now.

        What Python has set and no page has written is written. Returns False if the
        editor does not want the session any more.
        """
        with self.exclusively():
            if not self.wants_pass:
                return False
            self._session = session
            try:
                if self._writes > (self._writes_done or 0):
                    session.write_once(self.code, self._writer, self._writes)
            except NotConnected:
                self._session = None  # It has ended: the page writes it.
                return False
            except RoomError as problem:
                self.set_trait("message", str(problem))
            session.skip(self._writes)
            self.set_trait("_follows", True)
            self._writes_done = self._writes
        self._follow()
        return True

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
            if self._wants_done < self._wants:
                # A page has not changed them yet; see ``_carry_out``.
                state = {k: v for k, v in state.items() if k not in _BY_PAGE}
            if not view.unsent and news.writes >= self._writes:
                state |= {"code": view.code, "_version": view.version}
            if news.ended:
                state |= self._end(self._session, news)
            with self._lock_property(**state), self.hold_trait_notifications():
                for name, value in state.items():
                    self.set_trait(name, value)
        if news.ended:
            # The page has to know, and no cell may run soon.
            threading.Thread(target=self.send_rest, daemon=True).start()
        self._count_report()

    def _end(self, session: Session, news: News) -> dict[str, Any]:
        """Forget a session that has ended; return what that changes."""
        session.forget()
        self._session, self._reason = None, news.view.message
        if session.by_pass:
            self._may_pass = news.view.status != "revoked"
        if not news.view.unsent or not self._writes:
            return {"_follows": False}
        # A page writes it. If the room has it, it is not written again.
        self._unsent.add("code")
        return {"_follows": False, "_writes_done": self._writes - 1}

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Apply a report of the page, without what is older than what is known."""
        with self.exclusively():
            known = _FOLLOWED if self._session is not None else frozenset()
            if self._session is not None and self._session.by_pass:
                known -= {"_wants_done"}
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
            if is_code:
                self._numbered = max(self._numbered, self._writes) + 1
            number = self._numbered
            if is_code or self._is_wish(change):
                try:
                    done = self._carry_out(change["name"], number)
                except BaseException:
                    self._trait_values[change["name"]] = change["old"]
                    raise
            with self.hold_sync():  # What was set and its count are one message.
                if is_code:
                    self._writes = number
                    if done:
                        self._writes_done = number
                        self.set_trait("_version", None)
                elif self._is_wish(change) and not done:
                    self._want(change)
                super().notify_change(change)

    def _carry_out(self, name: str, number: int) -> bool:
        """Write a trait to the room. Returns False if a page has to do it.

        ``number`` is that of an assignment of ``code``. Raises ``Forbidden``,
        ``ServerError``, or ``NotConnected`` if the server does not answer.
        """
        session = self._session
        try:
            if session is None or (session.by_pass and name != "code"):
                return False
            if name == "code":
                session.write_once(self.code, self._writer, number)
            else:
                session.change({name: getattr(self, name)})
        except NotConnected:
            if session is None or not session.has_ended:
                raise
            return False  # The next news says that it has ended.
        return True
