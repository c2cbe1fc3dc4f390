"""REST: the name of the person who asks."""

from __future__ import annotations

import msgspec

from .base import APIHandler, allowed
from .names import Named


class NewName(msgspec.Struct):
    """The body of ``PUT /me``."""

    name: str
    """Cleaned and shortened. Without a visible character, the name is forgotten."""


class MeHandler(APIHandler):
    """``/me``: the name of this person, or of the kernels of this server."""

    @allowed("read")
    async def get(self) -> None:
        """Reply with the name and its source."""
        self._reply()

    @allowed("write")
    async def put(self) -> None:
        """Keep a name where Jupyter knows none, and reply with the one that counts."""
        self.give_name(self.body(NewName).name)
        self._reply()

    def _reply(self) -> None:
        named: Named = self.named
        self.reply({"name": named.name, "source": named.source})
