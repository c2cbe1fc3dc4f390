"""A WebSocket with our limits and manners, whatever is spoken on it."""

from __future__ import annotations

import asyncio
from typing import Any

from tornado import web
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from ..core.rates import Rate
from ..protocol import Close, Error, ErrorCode, encode
from .base import PairEditHandler

_REASON_BYTES = 123
"""What a close frame can carry (RFC 6455, section 5.5)."""


class Line(PairEditHandler, WebSocketHandler):
    """Upgrades for who is logged in; pings, sends, refuses and closes."""

    _drop_due: asyncio.TimerHandle | None = None
    _pings: Rate | None = None

    @property
    def ping_interval(self) -> float:
        """Seconds; Jupyter's own setting counts milliseconds and is not used."""
        return self.hub.limits.ping_interval

    @property
    def ping_timeout(self) -> float:
        """Seconds after a ping without an answer: the connection is half open."""
        return self.hub.limits.ping_timeout

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the error of a refused upgrade without a page around it."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}: this socket was refused.\n")

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Find out who asks; a socket is never led to the login page."""
        await super().prepare(_redirect_to_login=_redirect_to_login)

    def get_login_url(self) -> str:
        """Answer 403 where a page would be led to the login."""
        raise web.HTTPError(403, "Log in to this Jupyter server first.")

    def on_ping(self, data: bytes) -> None:
        """Count; answering is Tornado's."""
        limits = self.hub.limits
        if self._pings is None:
            self._pings = Rate(limits.pings, limits.pings_per)
        if self._pings.wait("", asyncio.get_running_loop().time()):
            self._end(Close.RATE, "Too many pings.")
            self._drop_soon()

    def on_close(self) -> None:
        """Let nothing happen any more."""
        if self._drop_due is not None:
            self._drop_due.cancel()

    async def _send(self, frame: bytes) -> None:
        """Send a frame; raises ``TimeoutError`` when the client does not take it."""
        async with asyncio.timeout(self.hub.limits.slow):
            await self.write_message(frame)

    def _drop_soon(self) -> None:
        if self._drop_due is None:
            self._drop_due = asyncio.get_running_loop().call_later(1.0, self._drop)

    def _drop(self) -> None:
        """Let go of a client that does not even take the news of its end."""
        if self.ws_connection is not None:
            self.ws_connection._abort()

    def _refuse(self, code: ErrorCode, message: str) -> None:
        self.hub.tally.refusals[code] += 1
        try:
            # Not awaited: it is small, and at most one for each frame of the client.
            self.write_message(encode(Error(code, message)))
        except WebSocketClosedError:
            self.log.debug("The client left before it was refused.")

    def _end(self, code: int, reason: str) -> None:
        """Close with a reason that fits into the frame."""
        self.hub.tally.refusals[str(code)] += 1
        cut = reason.encode()[:_REASON_BYTES].decode(errors="ignore")
        self.close(code, cut)
