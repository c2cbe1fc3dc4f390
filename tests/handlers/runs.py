"""Pages of the server's own person, and kernels, in tests of runs."""

from __future__ import annotations

import hashlib
from typing import Any

from .serving import KEYS, Person, Server, Socket


def digest(code: str) -> str:
    """Return the digest of the code of a run."""
    return hashlib.sha256(code.encode()).hexdigest()


async def page(
    server: Server,
    room_id: str,
    person: Person,
    key: str = KEYS[0],
    *,
    origin: str | None = None,
    xsrf: str | None = None,
) -> tuple[Socket, dict[str, Any]]:
    """Open the socket of a page with a login cookie; return it with its welcome."""
    socket = await server.socket(
        room_id,
        edits=True,
        headers=person.cookie,
        origin=server.origin if origin is None else origin,
    )
    value = person.cookies["_xsrf"] if xsrf is None else xsrf
    await socket.send("hello", key=key, runs=True, xsrf=value)
    welcome = await socket.expect("welcome")
    return socket, welcome


async def until(socket: Socket, type: str, **fields: object) -> dict[str, Any]:
    """Return the next message of this type with these fields; skip all others."""
    while True:
        message = await socket.next()
        if message["type"] == type and fields.items() <= message.items():
            return message


async def start_kernel(server: Server) -> str:
    """Start a kernel as a notebook does; return its id."""
    return str(await server.app.kernel_manager.start_kernel(kernel_name="python3"))


async def bind(server: Server, room_id: str) -> str:
    """Start a kernel and make it that of a room; return its id."""
    kernel_id = await start_kernel(server)
    await server.context.runs.bindings.bind(room_id, kernel_id, "somebody")
    return kernel_id


async def ask(
    socket: Socket, welcome: dict[str, Any], code: str, version: int, id: int = 1
) -> None:
    """Ask to run the whole code of a version."""
    fields = {"epoch": welcome["epoch"], "version": version, "digest": digest(code)}
    await socket.send("run", id=id, **fields)


async def let_guests_ask(server: Server, room_id: str) -> None:
    """Switch on that guests may ask for runs in a room."""
    room = await server.fetch("GET", f"pairedit/rooms/{room_id}")
    reply = await server.fetch(
        "PATCH",
        f"pairedit/rooms/{room_id}",
        {"settings": {"guestsMayAsk": True}},
        {**server.token, "If-Match": f'"{room.json["changes"]}"'},
    )
    assert reply.status == 200, reply
