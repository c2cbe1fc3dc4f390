"""REST: the confirmation of a login whose socket is open."""

from __future__ import annotations

from .base import APIHandler, allowed


class LoginHandler(APIHandler):
    """``/login/{loginId}``: the answer of a page to ``confirm_login``.

    A GET, because it changes nothing but the time of the last confirmation, in memory.
    It does not count as activity, with or without the parameter ``no_track_activity``
    that Jupyter's handlers know.
    """

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Record as well that nobody is logged in at the page.

        A preflight has no cookies and says nothing about the login.
        """
        try:
            await super().prepare(_redirect_to_login=_redirect_to_login)
        finally:
            asks = self.request.method != "OPTIONS"
            if asks and self.current_user is None and self.check_origin():
                self.context.logins.deny(self.path_args[0])

    @allowed("read")
    async def get(self, login_id: str) -> None:
        """Record that this person is logged in."""
        self.context.logins.confirm(login_id, self.person)
        self.set_status(204)
        self.finish()
