"""The way into a room for a kernel that an open page has given a pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..protocol import Hello, PassHello, Welcome
from .entry import guests_socket


@dataclass(slots=True)
class PassEntry:
    """An ``Entry``. The pass is in no ``repr``, no message and no URL."""

    server: str
    room: str
    secret: str = field(repr=False)
    guest = False

    @property
    def socket_url(self) -> str:
        """See ``Entry``."""
        return guests_socket(self.server)

    def headers(self) -> dict[str, str]:
        """See ``Entry``. The pass is in the first message."""
        return {}

    def greet(self, hello: Hello) -> PassHello:
        """See ``Entry``."""
        return PassHello(
            room=self.room,
            secret=self.secret,
            key=hello.key,
            version=hello.version,
            epoch=hello.epoch,
            runs=hello.runs,
        )

    def welcomed(self, welcome: Welcome) -> None:
        """See ``Entry``."""

    def accepted(self, cookies: Sequence[str]) -> None:
        """See ``Entry``. The socket has no cookies."""
