"""Kernels that come by a pass: making one, and opening their socket."""

from __future__ import annotations

from typing import Any

from .guests import change, knock
from .serving import KEYS, Server, Socket


async def make_pass(
    server: Server, room_id: str, headers: dict[str, str] | None = None, **body: object
) -> dict[str, str]:
    """Make a pass; by default as a program that has the token."""
    path = f"pairedit/rooms/{room_id}/pass"
    reply = await server.fetch("POST", path, body, headers)
    assert reply.status == 201, reply
    made: dict[str, str] = reply.json
    return made


async def greet(
    server: Server, room_id: str, secret: str, key: str = KEYS[2], **fields: Any
) -> Socket:
    """Open a socket and present a pass; welcome comes next, or the end."""
    socket = await knock(server, origin=None)
    said = {"room": room_id, "pass": secret, "key": key, **fields}
    await socket.send("hello", **said)
    return socket


async def kernel_with(
    server: Server, room_id: str, made: dict[str, str], **how: Any
) -> tuple[Socket, dict[str, Any]]:
    """Join as a kernel that has the room's code; return the welcome too."""
    socket = await greet(server, room_id, made["pass"], **how)
    welcome = await socket.expect("welcome")
    await socket.expect("initial_state")
    return socket, welcome


async def passes_of(server: Server, room_id: str) -> list[dict[str, Any]]:
    """Return the passes of a room, as its members see them."""
    reply = await change(server, "GET", room_id, "invites")
    found: list[dict[str, Any]] = reply.json["passes"]
    return found
