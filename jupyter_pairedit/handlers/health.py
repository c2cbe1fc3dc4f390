"""REST: health and counts for operators."""

from __future__ import annotations

from dataclasses import asdict

from .base import APIHandler, allowed


class HealthHandler(APIHandler):
    """``/health``: the version, the store, and the number of unread revisions."""

    @allowed("read")
    async def get(self) -> None:
        """Reply 200, or 503 if the store does not answer."""
        completer = self.context.completer
        self.reply(
            {
                "status": "ok",
                "service": "jupyter_pairedit",
                "version": self.context.version,
                "store": self.hub.store.name,
                "durability": self.hub.store.durability,
                "rooms": len(self.hub.connections),
                "behind": await self.hub.behind(),
                "suggestions": {
                    **asdict(completer.origin),
                    "trouble": self.context.completer_problem or completer.trouble,
                },
            }
        )


class DebugRoomsHandler(APIHandler):
    """``/debug/rooms``: the number of clients in each room that has any."""

    @allowed("execute")
    async def get(self) -> None:
        """Reply with the counts by room id."""
        self.reply(self.hub.connections)


class DebugBytesHandler(APIHandler):
    """``/debug/rooms/bytes``: the size of these rooms in the store."""

    @allowed("execute")
    async def get(self) -> None:
        """Measure one room after the other, so that other requests are not delayed."""
        store = self.hub.store
        rooms = list(self.hub.connections)
        self.reply({room_id: (await store.usage(room_id)).size for room_id in rooms})
