"""The pages for people with a login, and the files that all pages load."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado import web

from ..core.identifiers import is_room_id
from .base import PairEditHandler, allowed
from .public import PAGE_HEADERS, PublicHandler, page_policy

_NO_ROOM_ADDRESS = (
    "This is not the address of a room: expected 16 to 32 letters and digits after "
    "/room/. Ask your partner for the whole link."
)


class Page(PairEditHandler):
    """Base of the pages: a template, and only our own scripts."""

    def render_page(self, template: str, **values: str) -> None:
        """Finish with a page. The template engine escapes ``values``."""
        # Reading it sets the cookie that our scripts must send back.
        _ = self.xsrf_token
        nonce = secrets.token_urlsafe(16)
        for name, value in PAGE_HEADERS.items():
            self.set_header(name, value)
        policy = page_policy(self.request, nonce, "'self' data:")
        self.set_header("Content-Security-Policy", "; ".join(policy))
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
        """Write errors without Jupyter's page, which contains the owner's token.

        A person who is logged in without rights here must not get it.
        """
        error = kwargs.get("exc_info", (None, None))[1]
        message = error.log_message if isinstance(error, web.HTTPError) else None
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}: {message or HTTPStatus(status_code).phrase}\n")


class HomePage(Page):
    """``/``: creates rooms, opens rooms, lists rooms."""

    @allowed("read")
    async def get(self) -> None:
        """Send the page."""
        self.render_page("home.html", join_problem="")


class RoomPage(Page):
    """``/room/{roomId}``: the editor. The socket reports whether the room exists."""

    @allowed("read")
    async def get(self, room_id: str) -> None:
        """Send the page."""
        if not is_room_id(room_id):
            # Most often a link that was cut off when it was copied or sent.
            self.set_status(404)
            return self.render_page("home.html", join_problem=_NO_ROOM_ADDRESS)
        self.render_page("room.html", room_id=room_id)


class BuiltFiles(web.StaticFileHandler):
    """``/static/…``: the built scripts and styles, the same bytes for everybody."""

    async def send(self, path: str, include_body: bool) -> None:
        """Send a file."""
        if "\0" in path:
            # The file system raises ValueError for it.
            raise web.HTTPError(404)
        await super().get(path, include_body)

    def set_extra_headers(self, path: str) -> None:
        """Let browsers cache a file and revalidate it each time."""
        self.set_header("Cache-Control", "no-cache")
        # The guest page has an opaque origin, so its own server is another origin to
        # it, and it loads the editor as a module.
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("X-Content-Type-Options", "nosniff")


class StaticFiles(PublicHandler, BuiltFiles):
    """The files without a login, for the guest page."""

    @allow_unauthenticated
    async def get(self, path: str, include_body: bool = True) -> None:
        """Send a file."""
        await self.send(path, include_body)

    @allow_unauthenticated
    async def head(self, path: str) -> None:
        """Send a file's headers."""
        await self.send(path, include_body=False)


class LoginFiles(Page, BuiltFiles):
    """The files with a login, on servers without guests."""

    @allowed("read")
    async def get(self, path: str, include_body: bool = True) -> None:
        """Send a file."""
        await self.send(path, include_body)

    @allowed("read")
    async def head(self, path: str) -> None:
        """Send a file's headers."""
        await self.send(path, include_body=False)
