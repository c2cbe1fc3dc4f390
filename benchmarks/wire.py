"""A minimal WebSocket client, the same for every contestant.

It records the time of arrival before it parses a message, and counts bytes. The
participants of ``jupyter_pairedit.aconnect`` are for one of the servers only, and do
neither.
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import cast
from urllib.parse import urlsplit

_TEXT, _BINARY, _CLOSE, _PING, _PONG = 1, 2, 8, 9, 10
_NO_MASK = bytes(4)
"""A client must mask (RFC 6455, section 5.3); with zeros that changes no byte."""

OnText = Callable[[bytes, float], None]
"""Called with each message and the arrival time of its last byte."""


@dataclass(frozen=True)
class Address:
    """The address of a socket and the headers of the request."""

    url: str
    subprotocol: str | None = None
    token: str | None = None


class Closed(Exception):
    """The server closed or refused the socket."""


class Connection(asyncio.Protocol):
    """One open WebSocket. ``sent`` and ``received`` count bytes of its frames."""

    def __init__(self, request: bytes, on_text: OnText) -> None:
        self.sent = 0
        self.received = 0
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request = request
        self._on_text = on_text
        self._buffer = bytearray()

    def send(self, text: bytes) -> None:
        """Send one text message."""
        self._send(_TEXT, text)

    def send_binary(self, data: bytes) -> None:
        """Send one binary message."""
        self._send(_BINARY, data)

    def close(self) -> None:
        """Close without waiting for an answer."""
        self._send(_CLOSE, b"")
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the upgrade request."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the pending opening."""
        if not self.opened.done():
            self.opened.set_exception(Closed("closed before it opened"))

    def data_received(self, data: bytes) -> None:
        """Receive bytes; call back for complete messages."""
        now = perf_counter()
        self._buffer += data
        if not self.opened.done():
            head, end, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                refused = Closed(head.partition(b"\r\n")[0].decode())
                return self.opened.set_exception(refused)
            self._buffer = bytearray(rest)
            self.opened.set_result(None)
        while self._take(now):
            pass

    def _take(self, now: float) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        size, start = buffer[1], 2
        if size > 125:
            start = 4 if size == 126 else 10
            size = int.from_bytes(buffer[2:start])
        if len(buffer) < start + size:
            return False
        opcode, payload = buffer[0] & 15, bytes(buffer[start : start + size])
        del buffer[: start + size]
        self.received += start + size
        if opcode in (_TEXT, _BINARY):
            self._on_text(payload, now)
        elif opcode == _PING:
            self._send(_PONG, payload)
        elif opcode == _CLOSE:
            raise Closed(payload[2:].decode())
        return True

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        if size < 126:
            head = bytes((0x80 | opcode, 0x80 | size))
        elif size < 1 << 16:
            head = bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2)
        else:
            head = bytes((0x80 | opcode, 0xFF)) + size.to_bytes(8)
        self.sent += len(head) + 4 + size
        self._transport.write(head + _NO_MASK + payload)


async def connect(address: Address, on_text: OnText) -> Connection:
    """Open a socket. Raises ``Closed`` if the server refuses it."""
    url = urlsplit(address.url)
    assert url.hostname is not None and url.port is not None
    lines = [
        f"GET {url.path}{url.query and '?'}{url.query} HTTP/1.1",
        f"Host: {url.netloc}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
    ]
    if address.subprotocol:
        lines.append(f"Sec-WebSocket-Protocol: {address.subprotocol}")
    if address.token:
        lines.append(f"Authorization: token {address.token}")
    request = "\r\n".join([*lines, "", ""]).encode()
    _, connection = await asyncio.get_running_loop().create_connection(
        lambda: Connection(request, on_text), url.hostname, url.port
    )
    await connection.opened
    return connection
