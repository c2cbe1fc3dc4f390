"""The page for guests."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

from jupyter_server.auth.decorator import allow_unauthenticated

from .public import PAGE_HEADERS, PublicHandler, page_policy

_PAGE = Path(__file__).parent.parent / "templates" / "guest.html"


@cache
def _page() -> bytes:
    return _PAGE.read_bytes()


class GuestPage(PublicHandler):
    """``/guest``: the same bytes for every room and everybody, except for a nonce.

    The policy ``sandbox`` gives the page an opaque origin: an injected script could use
    neither Jupyter's cookies nor its API.
    """

    def prepare(self) -> None:
        """Refuse other hosts, and queries."""
        super().prepare()
        self.refuse_query()

    @allow_unauthenticated
    def get(self) -> None:
        """Send the page."""
        nonce = secrets.token_urlsafe(16)
        for name, value in PAGE_HEADERS.items():
            self.set_header(name, value)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        policy = [
            *page_policy(self.request, nonce, "data:"),
            "require-trusted-types-for 'script'",
            # Of it, only frames get markup; see js/src/runs/media.ts.
            "trusted-types pairedit-frame",
            # Guests may save the code as a file.
            "sandbox allow-scripts allow-downloads",
        ]
        self.set_header("Content-Security-Policy", "; ".join(policy))
        self.finish(_page().replace(b"{nonce}", nonce.encode()))
