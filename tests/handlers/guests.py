"""People who come by a link: making one, and opening its socket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tornado.iostream import IOStream
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from jupyter_pairedit.connections.connection import Connection
from jupyter_pairedit.handlers.websocket import WebSocketTransport
from jupyter_pairedit.protocol import EDIT_DIALECT

from .serving import GUARD, KEYS, Reply, Server, Socket


@dataclass(frozen=True)
class Link:
    """What a guest is given."""

    url: str

    @property
    def fields(self) -> dict[str, str]:
        """What hello has of it."""
        names = ("room", "invite", "secret")
        return dict(zip(names, urlsplit(self.url).fragment.split("."), strict=True))

    @property
    def invite_id(self) -> str:
        """The part that is no secret."""
        return self.fields["invite"]


async def change(
    server: Server, method: str, room_id: str, path: str, body: object = None
) -> Reply:
    """Ask for something below a room as one of the server's own people."""
    if body is None and method != "DELETE":
        body = {}
    return await server.fetch(method, f"pairedit/rooms/{room_id}/{path}", body)


async def share(server: Server, room_id: str, **body: object) -> Link:
    """Make a link."""
    reply = await change(server, "POST", room_id, "invites", body)
    assert reply.status == 201, reply
    return Link(str(reply.json["url"]))


async def revoke(server: Server, room_id: str, link: Link) -> int:
    """Take a link back; return how many connections that has ended."""
    reply = await change(server, "DELETE", room_id, f"invites/{link.invite_id}")
    assert reply.status == 200, reply
    return int(reply.json["closed"])


async def knock(
    server: Server,
    *,
    edits: bool = True,
    origin: str | None = "null",
    headers: dict[str, str] | None = None,
    path: str = "pairedit/guest/ws",
) -> Socket:
    """Open a guest's socket; nothing was said yet."""
    connection = await connect(
        f"ws://{server.host}{server.app.base_url}{path}",
        additional_headers=headers,
        origin=None if origin is None else Origin(origin),
        subprotocols=[Subprotocol(EDIT_DIALECT)] if edits else None,
        max_size=None,
        proxy=None,
        open_timeout=GUARD,
        ping_interval=None,
    )
    socket = Socket(connection)
    server.sockets.append(socket)
    return socket


async def refused(server: Server, **how: Any) -> int:
    """Return the HTTP status with which a guest's handshake is refused."""
    try:
        await knock(server, **how)
    except InvalidStatus as refusal:
        return refusal.response.status_code
    raise AssertionError("expected the handshake to be refused")


async def hello(
    server: Server,
    link: Link,
    *,
    name: str = "Gus",
    key: str = KEYS[1],
    edits: bool = True,
    **fields: object,
) -> Socket:
    """Open a guest's socket and say hello; welcome comes next, or the end."""
    socket = await knock(server, edits=edits)
    said: dict[str, object] = {**link.fields, "name": name}
    if edits:
        said["key"] = key
    said |= fields
    sent = {name: value for name, value in said.items() if value is not None}
    await socket.send("hello", **sent)
    return socket


async def guest(
    server: Server, link: Link, **how: Any
) -> tuple[Socket, dict[str, Any]]:
    """Seat a guest who has the room's code; return the welcome too."""
    socket = await hello(server, link, **how)
    welcome = await socket.expect("welcome")
    await socket.expect("initial_state")
    return socket, welcome


def line_of(server: Server, room_id: str) -> WebSocketTransport:
    """Return the server's end of the socket of the one guest who is in a room."""
    assert server.context.sharing is not None
    (connection,) = server.context.sharing.invites._guests[room_id].values()
    assert isinstance(connection, Connection)
    line = connection._transport
    assert isinstance(line, WebSocketTransport)
    return line


def stream_of(line: WebSocketTransport) -> IOStream:
    """Return what a line writes on."""
    assert line.ws_connection is not None
    stream = line.ws_connection.stream
    assert stream is not None
    return stream


async def refusal_of(server: Server, link: Link, **how: Any) -> int:
    """Return the close code that a hello is answered with."""
    code, _ = await (await hello(server, link, **how)).ending()
    return code
