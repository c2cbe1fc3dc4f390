"""Finding the addresses of servers, also while the process ends."""

from __future__ import annotations

import socket
from typing import Any

from tornado.netutil import Resolver

_found: dict[tuple[str, int, int], list[tuple[int, Any]]] = {}
"""The addresses that were found last, for each server and address family."""


class LastingResolver(Resolver):
    """Returns what was found last when Python looks up nothing any more.

    asyncio looks up addresses in a thread of ``concurrent.futures``, which starts no
    work after the main thread has ended. Rooms are left after that (``atexit``), and
    their servers have been connected to before.
    """

    async def resolve(
        self, host: str, port: int, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[tuple[int, Any]]:
        """Return (address family, address) pairs. Raises ``OSError``."""
        key = host, port, int(family)
        try:
            _found[key] = await Resolver().resolve(host, port, family)
        except RuntimeError as ending:
            if key not in _found:
                raise OSError(f"the process ends: {ending}") from None
        return _found[key]
