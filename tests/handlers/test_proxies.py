"""Behind proxies: pings keep a silent socket, and links are what the browser needs."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config
from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import Frame, Opcode

from tests.proxies import Proxy, fenced, start_configurable, start_nginx

from .conftest import Start
from .serving import GUARD, Server

StartProxy = Callable[[Server], Proxy]
PINGS = {"ping_interval": 0.5, "ping_timeout": 0.5}


class Hearing(ClientConnection):
    """A client that answers pings, as every browser does, and notes them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pings: asyncio.Queue[None] = asyncio.Queue()

    def process_event(self, event: Any) -> None:
        """Take a frame off the wire."""
        if isinstance(event, Frame) and event.opcode is Opcode.PING:
            self.pings.put_nowait(None)
        super().process_event(event)


@pytest.fixture
def proxies(tmp_path: Path) -> Iterator[Callable[[Callable[..., Proxy]], Proxy]]:
    """Stop the proxies of this test at its end."""
    running: list[Proxy] = []

    def keep(start: Callable[..., Proxy]) -> Proxy:
        folder = tmp_path / f"proxy{len(running)}"
        folder.mkdir()
        running.append(start(folder))
        return running[-1]

    yield keep
    for proxy in running:
        proxy.stop()


@pytest.fixture
def nginx(proxies: Callable[[Callable[..., Proxy]], Proxy]) -> StartProxy:
    """Start nginx as the documentation has it, only quicker to cut a silent socket."""
    return lambda server: proxies(
        lambda folder: start_nginx(folder, server.port, timeout="2s")
    )


@pytest.fixture
def configurable(
    proxies: Callable[[Callable[..., Proxy]], Proxy], node: Path
) -> StartProxy:
    """Start the proxy of JupyterHub."""
    return lambda server: proxies(
        lambda folder: start_configurable(folder, node, server.port)
    )


async def silent(server: Server, port: int, room_id: str, *, tls: bool) -> Hearing:
    """Open a socket through a proxy, and say nothing on it."""
    scheme = "wss" if tls else "ws"
    context = ssl._create_unverified_context() if tls else None
    connection = await connect(
        f"{scheme}://127.0.0.1:{port}{server.app.base_url}pairedit/ws/{room_id}",
        additional_headers=server.token,
        create_connection=Hearing,
        ssl=context,
        ping_interval=None,
    )
    assert isinstance(connection, Hearing)
    return connection


@pytest.mark.parametrize("kind", ["nginx", "configurable"])
async def test_pings_keep_an_idle_socket_that_the_proxy_would_cut(
    start: Start, kind: str, request: pytest.FixtureRequest
) -> None:
    start_proxy: StartProxy = request.getfixturevalue(kind)
    server = await start(limits=PINGS)
    proxy = start_proxy(server)
    room_id = await server.new_room(code="before")
    socket = await silent(server, proxy.port, room_id, tls=kind == "nginx")
    assert "before" in await socket.recv()

    async with asyncio.timeout(GUARD):
        # Twice as long as nginx here waits for a sign of life.
        for _ in range(8):
            await socket.pings.get()

    await server.put(room_id, "after")
    assert "after" in await socket.recv()
    await socket.close()


async def test_without_pings_the_proxy_would_cut_it(
    start: Start, nginx: StartProxy
) -> None:
    server = await start()
    room_id = await server.new_room()
    socket = await silent(server, nginx(server).port, room_id, tls=True)

    async with asyncio.timeout(GUARD):
        await socket.wait_closed()

    assert socket.pings.empty()


async def test_behind_nginx_links_are_what_the_browser_needs(
    start: Start, nginx: StartProxy
) -> None:
    config = Config()
    (settings,) = fenced("python")[:1]
    exec(settings, {"c": config})
    server = await start({"ServerApp": dict(config.ServerApp)})
    proxy = nginx(server)
    url = f"https://127.0.0.1:{proxy.port}{server.app.base_url}pairedit/rooms"
    headers = {**server.token, "Host": "jupyter.example.org"}

    reply = await server.client.fetch(
        url, method="POST", headers=headers, body="", validate_cert=False
    )

    made = json.loads(reply.body)
    room_id = made["roomId"]
    assert made["url"] == (
        f"https://jupyter.example.org{server.app.base_url}pairedit/room/{room_id}"
    )
    page = await server.client.fetch(
        made["url"].replace("jupyter.example.org", f"127.0.0.1:{proxy.port}"),
        headers=headers,
        validate_cert=False,
    )
    policy = page.headers["Content-Security-Policy"]
    assert "connect-src 'self' wss://jupyter.example.org;" in policy
