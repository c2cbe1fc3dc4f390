"""Typists on real room sockets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.protocol import EDIT_DIALECT
from tests.handlers.serving import Server

from .live import GIVE_UP, Company, Pause, SocketWire, Typist, at_once
from .oracles import check


async def dial(url: str, headers: Mapping[str, str]) -> SocketWire:
    """Open a socket of edits."""
    return await SocketWire.dial(
        connect(
            url,
            additional_headers=headers,
            subprotocols=[Subprotocol(EDIT_DIALECT)],
            max_size=None,
            max_queue=None,
            proxy=None,
            open_timeout=GIVE_UP,
            ping_interval=None,
        )
    )


def seat(
    people: int,
    room_id: str,
    server: Callable[[], Server],
    port: Callable[[], int],
    pause: Pause = at_once,
) -> list[Typist]:
    """Make typists of a room, each another person."""

    async def wire() -> SocketWire:
        base = server().app.base_url
        url = f"ws://localhost:{port()}{base}pairedit/ws/{room_id}"
        return await dial(url, server().token)

    return [Typist(f"{number:022}", wire, pause) for number in range(people)]


async def check_room(
    server: Server,
    room_id: str,
    start: str,
    working: Company,
    *,
    strangers: bool = False,
) -> Sequence[Revision]:
    """Ask the oracles about the room of a server; return its log."""
    log = await server.hub.store.revisions(room_id, 0, -1)
    code = await server.code(room_id)
    check(start, log, code, working.clients, strangers=strangers)
    return log
