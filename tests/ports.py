"""Ports for servers that tests start."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

# Below those from which Linux takes the port of an outgoing connection, which could
# otherwise take the port before its server is started.
_PORTS = range(12_000, 32_000)


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens.

    It is chosen at random, so that processes that ask at the same time get others.
    """
    while True:
        port = random.SystemRandom().choice(_PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
