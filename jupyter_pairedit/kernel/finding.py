"""The Jupyter server of this kernel, where it reaches one."""

from __future__ import annotations

import asyncio

from ..client.errors import NotConnected
from ..client.servers import Search, find_server
from ..client.thread import loop_thread

FIND_WITHIN = 10.0
"""Seconds."""

_used = ""
"""The URL of ``%pairedit use``."""


def use(url: str) -> str:
    """Use the server at ``url`` from now on; "" for the one that is found.

    Returns a line about it. Raises ``BadLink`` for a URL without a token in the
    environment, and for what is no URL.
    """
    global _used
    before, _used = _used, url
    try:
        server = find().server
    except ValueError:
        _used = before
        raise
    return f"{server.how}: {server.url}" if server else "no server"


def find() -> Search:
    """Return the server, or the reason why there is none. Raises ``BadLink``."""
    return loop_thread().run(_find)


def has_server() -> bool:
    """Return whether the user gives a server, or this kernel reaches its own."""
    try:
        return find().server is not None
    except ValueError:
        return True  # The user gives one, with a mistake.


async def _find() -> Search:
    try:
        async with asyncio.timeout(FIND_WITHIN):
            return await find_server(_used)
    except NotConnected as problem:
        return Search(None, str(problem))
    except TimeoutError:
        return Search(None, f"The server does not answer within {FIND_WITHIN:g} s.")
