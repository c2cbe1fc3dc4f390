"""Logins of people whose sockets are open.

A socket is authenticated once, when it is opened, and would stay open after a logout.
The server therefore asks over the socket, which also reaches pages in hidden tabs, and
the page confirms by an HTTP request, which has the login of that moment. An answer over
the socket would prove nothing.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from ..core.limits import Limits
from ..protocol import Close, ConfirmLogin, Ending

ENDED = Ending(Close.LOGIN_ENDED, "The login was not confirmed.")


class LoginNotFound(LookupError):
    """No open connection has the id of a confirmation."""

    def __init__(self) -> None:
        super().__init__("The connection whose login was to be confirmed has ended.")


class OtherLogin(Exception):
    """The request has the login of another person than the connection."""

    def __init__(self) -> None:
        super().__init__("Somebody else is logged in now.")


class Logins:
    """The logins that are to be confirmed. ``clock`` is monotonic, in seconds."""

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], float],
        on_end: Callable[[str], None] = lambda person: None,
    ) -> None:
        self.limits = limits
        self.clock = clock
        self.on_end = on_end
        """Called with the person whose login has ended, as far as is known."""
        self._open: dict[str, Login] = {}

    def begin(
        self,
        person: str,
        ask: Callable[[ConfirmLogin], None],
        end: Callable[[Ending], None],
    ) -> Login:
        """Ask for the login of ``person`` from now on; ``end`` is called without it."""
        login = Login(self, person, ask, end)
        self._open[login.id] = login
        login.wait()
        return login

    def confirm(self, login_id: str, person: str) -> None:
        """Record a confirmation by ``person``.

        Raises ``LoginNotFound`` or ``OtherLogin``.
        """
        login = self._open.get(login_id)
        if login is None:
            raise LoginNotFound
        try:
            login.confirm(person)
        except OtherLogin:
            self.deny(login_id)
            raise

    def deny(self, login_id: str) -> None:
        """Record that a page has tried to confirm, and that nobody is logged in there.

        The page closes its connection by itself.
        """
        login = self._open.get(login_id)
        if login is not None:
            self.on_end(login.person)

    def forget(self, login: Login) -> None:
        """Take no more confirmations of a login."""
        self._open.pop(login.id, None)


class Login:
    """The login of one connection."""

    def __init__(
        self,
        logins: Logins,
        person: str,
        ask: Callable[[ConfirmLogin], None],
        end: Callable[[Ending], None],
    ) -> None:
        self.id = secrets.token_urlsafe(12)
        """Not a secret: a confirmation needs the login as well."""
        self._logins = logins
        self.person = person
        self._ask = ask
        self._end = end
        self._unconfirmed_since: float | None = None
        self._due: asyncio.TimerHandle | None = None

    def wait(self) -> None:
        """Check the login after ``login_ask`` seconds."""
        seconds = self._logins.limits.login_ask
        self._due = asyncio.get_running_loop().call_later(seconds, self._check_again)

    def _check_again(self) -> None:
        if self.check():
            self.wait()

    def check(self) -> bool:
        """Ask the page, or end the connection; return whether it goes on."""
        now = self._logins.clock()
        if self._unconfirmed_since is None:
            self._unconfirmed_since = now
        elif now - self._unconfirmed_since >= self._logins.limits.login_wait:
            self.stop()
            self._end(ENDED)
            self._logins.on_end(self.person)
            return False
        self._ask(ConfirmLogin(self.id))
        return True

    def confirm(self, person: str) -> None:
        """Record a confirmation. Raises ``OtherLogin``."""
        if person != self.person:
            raise OtherLogin
        self._unconfirmed_since = None

    def stop(self) -> None:
        """Ask no more. May be called again."""
        # As in ``WebSocketTransport.hello_received``: no cycle is left.
        due, self._due = self._due, None
        if due is not None:
            due.cancel()
        self._logins.forget(self)
