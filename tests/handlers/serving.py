"""A Jupyter server in this process, and clients with real connections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Self

from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders
from tornado.netutil import bind_sockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from jupyter_pairedit.handlers.context import Context
from jupyter_pairedit.protocol import EDIT_DIALECT
from jupyter_pairedit.rooms.hub import Hub
from tests.shorthand import Shorthand

GUARD = 10.0
"""Seconds after which a test that hangs fails."""

KEYS = ["A" * 22, "B" * 22, "C" * 22]
"""The keys of three clients."""


@dataclass(frozen=True)
class Reply:
    """A response."""

    status: int
    headers: HTTPHeaders
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Person:
    """A logged-in browser: its cookies and its XSRF value."""

    cookies: Mapping[str, str]

    @property
    def cookie(self) -> dict[str, str]:
        """The header that the browser sends with every request."""
        return {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request that our own page makes."""
        return {**self.cookie, "X-XSRFToken": self.cookies["_xsrf"]}


class Socket:
    """A room socket, with messages as dictionaries."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._shorthand = Shorthand()

    async def send(self, type: str, **fields: object) -> None:
        """Send a message."""
        if type == "hello" and isinstance(version := fields.get("version"), int):
            self._shorthand.resume(version)
        await self.send_frame(json.dumps({"type": type, **fields}))

    async def send_frame(self, frame: str | bytes) -> None:
        """Send a frame as it is."""
        await self.connection.send(frame)

    async def write(self, code: str) -> None:
        """Replace the whole code."""
        await self.send("code_change", code=code)

    async def push(self, version: int, *updates: object) -> None:
        """Send edits made against a version."""
        await self.send("code_change", version=version, updates=updates)

    async def next(self) -> dict[str, Any]:
        """Return the next message."""
        async with asyncio.timeout(GUARD):
            message = json.loads(await self.connection.recv())
        return self._shorthand.full(message)

    async def expect(self, type: str) -> dict[str, Any]:
        """Return the next message, which must have this type; skip ``presence``."""
        message = await self.next()
        while message["type"] == "presence" != type:
            message = await self.next()
        assert message["type"] == type, message
        return message

    async def refusal(self) -> str:
        """Return the code of the next message, which must be an error.

        It skips what is sent when the server has the time: ``presence`` and ``saved``.
        """
        error = await self.next()
        while error["type"] in {"presence", "saved"}:
            error = await self.next()
        assert error["type"] == "error" and error["message"], error
        return str(error["code"])

    async def ending(self) -> tuple[int, str]:
        """Wait until the server closes. Return (close code, reason)."""
        try:
            async with asyncio.timeout(GUARD):
                while True:
                    await self.connection.recv()
        except ConnectionClosed as closed:
            assert closed.rcvd, "expected a close frame, found the connection cut"
            return closed.rcvd.code, closed.rcvd.reason

    async def lives(self) -> bool:
        """Return whether the server answers."""
        async with asyncio.timeout(GUARD):
            await (await self.connection.ping())
        return True

    async def close(self) -> None:
        """Leave, and wait until the server knows; cut a connection that is not read."""
        transport = self.connection.transport
        if not transport.is_closing() and not transport.is_reading():
            transport.abort()
        await self.connection.close()


@dataclass
class Server:
    """A running server with the extension in it."""

    app: ServerApp
    http: HTTPServer
    port: int
    client: AsyncHTTPClient
    sockets: list[Socket] = field(default_factory=list)

    @classmethod
    async def of(cls, app: ServerApp) -> Self:
        """Start listening for ``app``."""
        http = HTTPServer(app.web_app, xheaders=app.trust_xheaders)
        listening = bind_sockets(0, "127.0.0.1")
        http.add_sockets(listening)
        client = AsyncHTTPClient(force_instance=True)
        return cls(app, http, listening[0].getsockname()[1], client)

    @property
    def context(self) -> Context:
        """The context of the extension's handlers."""
        context = self.app.web_app.settings["jupyter_pairedit"]
        assert isinstance(context, Context)
        return context

    @property
    def hub(self) -> Hub:
        """The open rooms."""
        return self.context.hub

    @property
    def host(self) -> str:
        """The ``Host`` header of a browser."""
        return f"localhost:{self.port}"

    @property
    def origin(self) -> str:
        """The origin of this server's pages."""
        return f"http://{self.host}"

    @property
    def token(self) -> dict[str, str]:
        """The header of a program with Jupyter's token."""
        return {"Authorization": f"token {self.app.identity_provider.token}"}

    async def fetch(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request for a path below the base URL, with the token by default.

        A ``body`` that is not ``bytes`` is sent as JSON.
        """
        sent = dict(self.token if headers is None else headers)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        reply = await self.client.fetch(
            HTTPRequest(
                f"{self.origin}{self.app.base_url}{path}",
                method=method,
                body=body,
                headers=sent,
                follow_redirects=False,
                allow_nonstandard_methods=True,
                request_timeout=GUARD,
            ),
            raise_error=False,
        )
        # Tornado has 599 for "no response".
        assert reply.code != 599, reply.error
        return Reply(reply.code, reply.headers, reply.body)

    async def new_room(self, **body: object) -> str:
        """Create a room. Return its id."""
        reply = await self.fetch("POST", "pairedit/rooms", body)
        assert reply.status == 200, reply
        return str(reply.json["roomId"])

    async def code(self, room_id: str) -> str:
        """Return the code of a room, from the API."""
        reply = await self.fetch("GET", f"pairedit/rooms/{room_id}/code")
        assert reply.status == 200, reply
        return str(reply.json["code"])

    async def put(self, room_id: str, code: str) -> int:
        """Replace the code of a room with the API. Return the version."""
        path = f"pairedit/rooms/{room_id}/code"
        reply = await self.fetch("PUT", path, {"code": code})
        assert reply.status == 200, reply
        return int(reply.json["version"])

    async def login(self, password: str | None = None) -> Person:
        """Log in as a browser does: open the form and send it with its XSRF value."""
        form = await self.fetch("GET", "login", headers={})
        jar = _cookies(form)
        xsrf = {"X-XSRFToken": jar["_xsrf"], "Cookie": f"_xsrf={jar['_xsrf']}"}
        secret = password or self.app.identity_provider.token
        answer = await self.fetch(
            "POST",
            "login",
            f"password={secret}".encode(),
            {**xsrf, "Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status == 302, answer
        # The XSRF value belongs to the login, so it is read again.
        jar.update(_cookies(answer))
        page = await self.fetch("GET", "pairedit/health", headers=Person(jar).cookie)
        jar.update(_cookies(page))
        return Person(jar)

    async def socket(
        self,
        room_id: str,
        *,
        headers: Mapping[str, str] | None = None,
        origin: str | None = None,
        edits: bool = False,
    ) -> Socket:
        """Open a room's socket, with the token as a new person by default."""
        subprotocols = [Subprotocol(EDIT_DIALECT)] if edits else None
        connection = await connect(
            f"ws://{self.host}{self.app.base_url}pairedit/ws/{room_id}",
            additional_headers=self.token if headers is None else headers,
            origin=None if origin is None else Origin(origin),
            subprotocols=subprotocols,
            max_size=None,
            proxy=None,
            open_timeout=GUARD,
            ping_interval=None,
        )
        socket = Socket(connection)
        self.sockets.append(socket)
        return socket

    async def refused_socket(self, room_id: str, **how: Any) -> int:
        """Return the HTTP status of a refused handshake."""
        try:
            await self.socket(room_id, **how)
        except InvalidStatus as refused:
            return refused.response.status_code
        raise AssertionError("expected the handshake to be refused")

    async def writer(self, room_id: str, **how: Any) -> Socket:
        """Open a whole-file socket and receive ``initial_state``."""
        socket = await self.socket(room_id, **how)
        await socket.expect("initial_state")
        return socket

    async def editor(
        self, room_id: str, key: str = KEYS[0], *, resume: Any = None, **how: Any
    ) -> Socket:
        """Open an edit socket and send ``hello``; ``welcome`` is the next message."""
        socket = await self.socket(room_id, edits=True, **how)
        await socket.send("hello", key=key, **(resume or {}))
        return socket

    async def seated(
        self, room_id: str, key: str = KEYS[0], **how: Any
    ) -> tuple[Socket, dict[str, Any]]:
        """Open an edit socket and receive the code. Return it with its ``welcome``."""
        socket = await self.editor(room_id, key, **how)
        welcome = await socket.expect("welcome")
        await socket.expect("initial_state")
        return socket, welcome

    async def stop(self) -> None:
        """Stop as at the end of the process."""
        for socket in self.sockets:
            await socket.close()
        self.client.close()
        self.http.stop()
        await self.http.close_all_connections()
        await self.app._cleanup()


def _cookies(reply: Reply) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in reply.headers.get_list("Set-Cookie"):
        found.update({k: m.coded_value for k, m in SimpleCookie(line).items()})
    return {name: value for name, value in found.items() if value.strip('"')}
