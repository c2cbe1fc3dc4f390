"""Handlers without a login: plain Tornado, and nothing of Jupyter.

They use no identity, cookie or template of Jupyter, because any page of Jupyter, even
an error page, can contain the owner's token.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import re
import traceback
from types import TracebackType
from typing import Any

from tornado import web
from tornado.httputil import HTTPServerRequest

_log = logging.getLogger(__name__)


PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), "
    "microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""Headers of all pages, with and without a login."""


def page_policy(request: HTTPServerRequest, nonce: str, images: str) -> list[str]:
    """Return the parts of the Content-Security-Policy that all pages share."""
    # Older versions of Safari do not count a socket of the same host as 'self'.
    socket = f"{'wss' if request.protocol == 'https' else 'ws'}://{request.host}"
    return [
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' 'nonce-{nonce}'",
        # Frames with outputs of runs have this policy too, and one of their own.
        "style-src-attr 'unsafe-inline'",
        "media-src data:",
        f"img-src {images}",
        "font-src 'self'",
        f"connect-src 'self' {socket}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]


class PublicHandler(web.RequestHandler):
    """Base of the four handlers without a login."""

    def prepare(self) -> None:
        """Refuse other host names, which may lead here by DNS rebinding."""
        if not self._is_our_host():
            raise web.HTTPError(403)

    def refuse_query(self) -> None:
        """Refuse a query, which may contain a key or a token by mistake."""
        if self.request.query:
            # Keep it out of the server's log.
            self.request.uri = self.request.path
            raise web.HTTPError(400)

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log the place of an error, without the address and without sent data."""
        if typ is None or isinstance(value, web.HTTPError | asyncio.CancelledError):
            return
        where = "".join(traceback.format_tb(tb))
        _log.error("A public request failed with %s:\n%s", typ.__name__, where)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write only the status code."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}\n")

    def _is_our_host(self) -> bool:
        """Apply the rule of ``JupyterHandler.check_host``."""
        if self.settings.get("allow_remote_access", False):
            return True
        host = re.sub(r":\d+$", "", self.request.host)
        try:
            return ipaddress.ip_address(host.strip("[]")).is_loopback
        except ValueError:
            return host in self.settings.get("local_hostnames", ["localhost"])
