"""The way into a room for a kernel that an open page has given a pass."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..protocol import Hello, PassHello
from .entry import Lasting, guests_socket


@dataclass(slots=True)
class PassEntry(Lasting):
    """An ``Entry``. The pass is in no ``repr``, no message and no URL."""

    server: str
    room: str
    secret: str = field(repr=False)
    guest = False

    @property
    def socket_url(self) -> str:
        """See ``Entry``."""
        return guests_socket(self.server)

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
