"""Serves a plain Tornado server."""

from __future__ import annotations

import asyncio
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application


def serve(routes: list[Any]) -> None:
    """Serve on a free port of the loopback address, and print the port."""

    async def main() -> None:
        sockets = bind_sockets(0, "127.0.0.1")
        HTTPServer(Application(routes)).add_sockets(sockets)
        print(sockets[0].getsockname()[1], flush=True)
        await asyncio.Event().wait()

    asyncio.run(main())
