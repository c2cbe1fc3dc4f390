"""Passes: how a kernel joins a room that only the page of its notebook reaches.

A page that is in the room offers a pass. A kernel without a server of its own asks for
it, and the page makes it and sends it in a message of the widget's comm, because traits
may be saved with the notebook.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .session import Session


class Passenger(Protocol):
    """What is bound to a room by a pass."""

    @property
    def room_id(self) -> str:
        """The id of the room; "" until it is known."""

    @property
    def wants_pass(self) -> bool:
        """Whether a pass would be used."""

    def bind_later(self, session: Session) -> bool:
        """Use a session from now on; return False if there is another one."""

    def explain(self, reason: str) -> None:
        """Keep the reason why there is no session, a sentence."""


class PassRequests:
    """The passes that one widget gets from its pages.

    ``send`` sends the pages a message, from any thread. ``start`` runs a function that
    waits for the network, by default in a thread of its own.
    """

    def __init__(
        self,
        owner: Passenger,
        send: Callable[[dict[str, Any]], None],
        start: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        self._owner = owner
        self._send = send
        self._start = start or _in_thread

    def receive(self, message: dict[str, Any]) -> None:
        """Handle a message of a page. Other messages are ignored. Does not wait."""
        match message:
            case {"type": "offer_pass", "page": str(page)} if self._owner.wants_pass:
                self._start(lambda: self._request(page))
            case {"type": "pass", "id": str(id), "pass": str(secret), **rest}:
                where = str(rest.get("server")), str(rest.get("room"))
                self._start(lambda: self._enter(id, *where, secret))
            case {"type": "no_pass", "message": str(problem)}:
                self._owner.explain(f"The page gets no pass: {problem}")

    def _request(self, page: str) -> None:
        from .finding import has_server  # It loads the client.

        if not has_server():
            self._send({"type": "make_pass", "page": page})

    def _enter(self, id: str, server: str, room: str, secret: str) -> None:
        from .entering import enter_by_pass  # It loads the client.

        used = False
        if self._owner.wants_pass and room == self._owner.room_id:
            session, reason = enter_by_pass(server, room, secret)
            if session is None:
                self._owner.explain(reason)
            else:
                used = self._owner.bind_later(session)
                if not used:
                    session.close()
        if not used:
            self._send({"type": "unused_pass", "id": id})


def _in_thread(function: Callable[[], None]) -> None:
    name = "jupyter_pairedit pass"
    threading.Thread(target=function, name=name, daemon=True).start()
