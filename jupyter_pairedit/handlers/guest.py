"""The guest page: for whoever has the key of a link."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

from jupyter_server.auth.decorator import allow_unauthenticated

from .public import PublicHandler

_PAGE = Path(__file__).parent.parent / "templates" / "guest.html"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Type": "text/html; charset=utf-8",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), "
    "microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@cache
def _page() -> bytes:
    return _PAGE.read_bytes()


class GuestPage(PublicHandler):
    """``/guest``: the same bytes for every room and everybody, but for a nonce.

    The page is of no origin (``sandbox``): what might run in it by mistake reaches
    nothing of Jupyter's, and no cookie.
    """

    def prepare(self) -> None:
        """Refuse foreign hosts, and queries."""
        super().prepare()
        self.refuse_query()

    @allow_unauthenticated
    def get(self) -> None:
        """Send it."""
        nonce = secrets.token_urlsafe(16)
        for name, value in _HEADERS.items():
            self.set_header(name, value)
        self.set_header("Content-Security-Policy", self._policy(nonce))
        self.finish(_page().replace(b"{nonce}", nonce.encode()))

    def _policy(self, nonce: str) -> str:
        # Older Safari does not count a socket of the same host as 'self'.
        socket = f"{'wss' if self.request.protocol == 'https' else 'ws'}://"
        return "; ".join(
            [
                "default-src 'none'",
                "script-src 'self'",
                f"style-src 'self' 'nonce-{nonce}'",
                "img-src data:",
                "font-src 'self'",
                f"connect-src 'self' {socket}{self.request.host}",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
                "sandbox allow-scripts",
            ]
        )
