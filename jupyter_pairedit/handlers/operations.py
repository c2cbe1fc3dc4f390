"""REST: what an operator looks at."""

from __future__ import annotations

from .access import allowed
from .base import APIHandler


class HealthHandler(APIHandler):
    """``/health``: is it there, which version, which store?"""

    @allowed("read")
    async def get(self) -> None:
        """Say how it is."""
        self.reply(
            {
                "status": "ok",
                "service": "jupyter_pairedit",
                "version": self.context.version,
                "store": self.hub.store.name,
                "rooms": len(self.hub.connections),
            }
        )


class DebugRoomsHandler(APIHandler):
    """``/debug/rooms``: connections in each room that has any."""

    @allowed("execute")
    async def get(self) -> None:
        """Count them."""
        self.reply(self.hub.connections)
