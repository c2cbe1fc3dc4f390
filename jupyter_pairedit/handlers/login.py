"""REST: the confirmation of a login whose socket is open."""

from __future__ import annotations

from .base import APIHandler, allowed


class LoginHandler(APIHandler):
    """``/login/{loginId}``: the answer of a page to ``confirm_login``.

    A GET, because it changes nothing but the time of the last confirmation, in memory.
    It does not count as activity, with or without the parameter ``no_track_activity``
    that Jupyter's handlers know.
    """

    @allowed("read")
    async def get(self, login_id: str) -> None:
        """Record that this person is logged in."""
        self.context.logins.confirm(login_id, self.person)
        self.set_status(204)
        self.finish()
