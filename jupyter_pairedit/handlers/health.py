"""REST: what an operator looks at."""

from __future__ import annotations

from .base import APIHandler, allowed


class HealthHandler(APIHandler):
    """``/health``: is it there, with which store, and does it keep up?"""

    @allowed("read")
    async def get(self) -> None:
        """Say how it is; that the store does not answer is an error (503)."""
        self.reply(
            {
                "status": "ok",
                "service": "jupyter_pairedit",
                "version": self.context.version,
                "store": self.hub.store.name,
                "rooms": len(self.hub.connections),
                "behind": await self.hub.behind(),
            }
        )


class DebugRoomsHandler(APIHandler):
    """``/debug/rooms``: connections in each room that has any."""

    @allowed("execute")
    async def get(self) -> None:
        """Count them."""
        self.reply(self.hub.connections)


class DebugBytesHandler(APIHandler):
    """``/debug/rooms/bytes``: what the same rooms take in the store."""

    @allowed("execute")
    async def get(self) -> None:
        """Measure one after the other, so that others get their turn between."""
        store = self.hub.store
        rooms = list(self.hub.connections)
        self.reply({room_id: (await store.usage(room_id)).size for room_id in rooms})
