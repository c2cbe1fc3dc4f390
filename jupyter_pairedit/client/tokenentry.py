"""The way into a room for a kernel that is given a token of the Jupyter server."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, TypeVar

import msgspec

from ..protocol import Close, GuestHello, Hello, PassHello, Welcome
from .entry import MemberEntry
from .errors import NotConnected, RoomError
from .passentry import PassEntry
from .rest import request

T = TypeVar("T")


class _Made(msgspec.Struct, rename="camel"):
    """The server's answer to a request for a pass."""

    pass_id: str
    secret: str = msgspec.field(name="pass")


@dataclass(slots=True)
class TokenEntry:
    """An ``Entry``: with the token, it makes a pass, with which a kernel takes no seat.

    Where the server makes none, because it is older or takes no guests, the kernel
    joins with the token, and takes a seat. REST goes by the token in any case.
    """

    member: MemberEntry
    """The way in with the token."""
    _context: ssl.SSLContext | None = field(default=None, repr=False)
    _pass: PassEntry | None = field(default=None, repr=False)
    _pass_id: str = ""
    _said: str | None = None
    """The name that the server was given with this pass."""
    guest = False

    @property
    def server(self) -> str:
        """See ``Entry``."""
        return self.member.server

    @property
    def room(self) -> str:
        """See ``Entry``."""
        return self.member.room

    @property
    def socket_url(self) -> str:
        """See ``Entry``."""
        return (self._pass or self.member).socket_url

    def headers(self) -> dict[str, str]:
        """See ``Entry``."""
        return self.member.headers()

    def socket_headers(self) -> dict[str, str]:
        """See ``Entry``. The token is not sent to the socket of guests."""
        return (self._pass or self.member).headers()

    async def prepare(self) -> None:
        """See ``Entry``. Make a pass if there is none, and give the person's name."""
        try:
            if self._pass is None:
                await self._make()
            name = self.member.name()
            if name is not None and name != self._said:
                await self._ask("PUT", "me", dict[str, Any], {"name": name})
                self._said = name
        except NotConnected:
            raise
        except RoomError:
            return  # The connection says what is wrong, or is one with a seat.

    async def _make(self) -> None:
        made = await self._ask("POST", f"rooms/{self.room}/pass", _Made, {})
        self._pass = PassEntry(self.server, self.room, made.secret)
        self._pass_id, self._said = made.pass_id, None

    def greet(self, hello: Hello) -> Hello | GuestHello | PassHello:
        """See ``Entry``."""
        return (self._pass or self.member).greet(hello)

    def welcomed(self, welcome: Welcome) -> None:
        """See ``Entry``."""

    def accepted(self, cookies: Sequence[str]) -> None:
        """See ``Entry``."""
        if self._pass is None:
            self.member.accepted(cookies)

    def renews(self, code: int) -> bool:
        """See ``Entry``. A pass has ended, as after a restart of the server."""
        if code != Close.PASS_ENDED:
            return False
        self._pass = None
        return True

    async def leave(self) -> None:
        """End the pass. Raises a ``RoomError`` if it has ended, or is not known to."""
        if self._pass is not None:
            self._pass = None
            path = f"rooms/{self.room}/pass/{self._pass_id}?left=1"
            await self._ask("DELETE", path, NoneType)

    async def _ask(
        self, method: str, path: str, kind: type[T], body: object = None
    ) -> T:
        url = f"{self.server}pairedit/{path}"
        return await request(self.member, self._context, method, url, kind, body)
