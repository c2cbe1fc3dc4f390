"""The pages that a person opens, and the files that they load."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado import web

from ..core.identifiers import is_room_id
from .base import PairEditHandler, allowed
from .public import PublicHandler

_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class Page(PairEditHandler):
    """Base of the pages: one template, no scripts but our own files."""

    def show(self, template: str, **values: str) -> None:
        """Finish with a page. Values are escaped by the template engine."""
        # Asking for it sets the cookie that our scripts have to send back.
        _ = self.xsrf_token
        nonce = secrets.token_urlsafe(16)
        for name, value in _HEADERS.items():
            self.set_header(name, value)
        self.set_header("Content-Security-Policy", self._policy(nonce))
        page = self.settings["jupyter_pairedit_templates"].get_template(template)
        self.finish(
            page.render(
                base_url=self.base_url,
                rooms_base=self.context.rooms_base,
                static_base=f"{self.base_url}pairedit/static/",
                nonce=nonce,
                **values,
            )
        )

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write errors without Jupyter's page, which holds the owner's token.

        Who is logged in and not allowed in here must not find it there.
        """
        error = kwargs.get("exc_info", (None, None))[1]
        said = error.log_message if isinstance(error, web.HTTPError) else None
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}: {said or HTTPStatus(status_code).phrase}\n")

    def _policy(self, nonce: str) -> str:
        # Older Safari does not count a socket of the same host as 'self'.
        socket = f"{'wss' if self.request.protocol == 'https' else 'ws'}://"
        return "; ".join(
            [
                "default-src 'none'",
                "script-src 'self'",
                f"style-src 'self' 'nonce-{nonce}'",
                "img-src 'self' data:",
                "font-src 'self'",
                f"connect-src 'self' {socket}{self.request.host}",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            ]
        )


class HomePage(Page):
    """``/``: make a room, join one, see your rooms."""

    @allowed("read")
    async def get(self) -> None:
        """Show it."""
        self.show("home.html")


class RoomPage(Page):
    """``/room/{roomId}``: the editor. Whether there is such a room, the socket says."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Show it."""
        if not is_room_id(room_id):
            raise web.HTTPError(404, "No room has such an id.")
        self.show("room.html", room_id=room_id)


class BuiltFiles(web.StaticFileHandler):
    """``/static/…``: the built scripts and styles, the same bytes for everybody."""

    async def send(self, path: str, include_body: bool) -> None:
        """Send a file."""
        if "\0" in path:
            # The file system raises for it, where it should only find nothing.
            raise web.HTTPError(404)
        await super().get(path, include_body)

    def set_extra_headers(self, path: str) -> None:
        """Let browsers keep a file, and ask each time whether it is still the same."""
        self.set_header("Cache-Control", "no-cache")
        # Public bytes. The guest page is of an opaque origin, to which its own server
        # is a foreign one, and loads the editor as a module.
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("X-Content-Type-Options", "nosniff")


class StaticFiles(PublicHandler, BuiltFiles):
    """The files for anybody: the guest page loads them."""

    @allow_unauthenticated
    async def get(self, path: str, include_body: bool = True) -> None:
        """Send a file."""
        await self.send(path, include_body)

    @allow_unauthenticated
    async def head(self, path: str) -> None:
        """Send a file's headers."""
        await self.send(path, include_body=False)


class LoginFiles(Page, BuiltFiles):
    """The files where no guests are allowed."""

    @allowed("read")
    async def get(self, path: str, include_body: bool = True) -> None:
        """Send a file."""
        await self.send(path, include_body)

    @allowed("read")
    async def head(self, path: str) -> None:
        """Send a file's headers."""
        await self.send(path, include_body=False)
