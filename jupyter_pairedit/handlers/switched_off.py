"""The answer of a server whose extension could not start."""

from __future__ import annotations

from tornado import web


class SwitchedOff(web.RequestHandler):
    """Answers all requests if the extension could not start.

    The reason is only in the log, because it may contain file names and this handler
    needs no login.
    """

    def prepare(self) -> None:
        """Answer every method."""
        self.set_status(503)
        self.finish(
            {
                "code": "switched_off",
                "message": "Pair editing is switched off on this server; "
                "its log says why.",
            }
        )

    def check_xsrf_cookie(self) -> None:
        """Check nothing, because nothing is changed here."""

    @web.authenticated
    def get(self) -> None:
        """Do nothing: ``prepare`` has answered."""
