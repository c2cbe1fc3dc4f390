"""REST: health and counts for operators."""

from __future__ import annotations

from dataclasses import asdict

from ..rooms.hub import Hub
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
                "behind": await _behind(self.hub),
                "suggestions": {
                    **asdict(completer.origin),
                    "trouble": self.context.completer_problem or completer.trouble,
                },
            }
        )


async def _behind(hub: Hub) -> int:
    """Return how many revisions of other servers the open rooms have not read."""
    rooms = hub.rooms_in_memory
    heads = await hub.store.peers.heads(rooms)
    return sum(
        max(0, heads[room_id].version - room.head)
        for room_id, room in rooms.items()
        if room_id in heads
    )


class DebugRoomsHandler(APIHandler):
    """``/debug/rooms``: the number of people's clients in each room that has any."""

    @allowed("execute")
    async def get(self) -> None:
        """Reply with the counts by room id."""
        self.reply(self.hub.connections)


class DebugKernelsHandler(APIHandler):
    """``/debug/rooms/kernels``: the number of kernels in each room that has any."""

    @allowed("execute")
    async def get(self) -> None:
        """Reply with the counts by room id. Rooms need not be in memory for it."""
        self.reply(self.hub.kernels)


class DebugBytesHandler(APIHandler):
    """``/debug/rooms/bytes``: the size of these rooms in the store."""

    @allowed("execute")
    async def get(self) -> None:
        """Measure one room after the other, so that other requests are not delayed."""
        store = self.hub.store
        rooms = list(self.hub.connections)
        self.reply({room_id: (await store.usage(room_id)).size for room_id in rooms})
