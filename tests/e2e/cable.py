"""A line between pages and a server that a test can pull out, below the browser."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress

from tests.jupyter import BASE_URL, Server

_ROOM_SOCKET = b"/pairedit/ws/"
_LOGIN = (
    b"HTTP/1.1 302 Found\r\nLocation: https://login.invalid/start\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)
"""What a proxy answers to everything whose login has ended."""
_RESET = struct.pack("ii", 1, 0)


class _Link:
    """One connection through the cable."""

    def __init__(self, page: socket.socket, server: socket.socket) -> None:
        self.page = page
        self.server = server
        self.of_room = False
        """Whether it is a room's socket, as its first request says."""

    def cut(self) -> None:
        """End it towards both, at once."""
        for end in (self.page, self.server):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                end.shutdown(socket.SHUT_RDWR)


class Cable:
    """Open pages at its ``url`` instead of the server's.

    While it is out, no byte passes and neither side is told, which is what a network
    does that is gone; what is on its way arrives when it is in again.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}{BASE_URL}"
        self._links: list[_Link] = []
        self._change = threading.Condition()
        self._out: frozenset[str] = frozenset()
        self._rooms_only = False
        self._login_ended = False
        threading.Thread(target=self._accept, daemon=True).start()

    def pull_out(self, *directions: str, rooms_only: bool = False) -> None:
        """Let nothing pass ``up`` or ``down``, which is both where neither is named."""
        with self._change:
            self._out = frozenset(directions or ("up", "down"))
            self._rooms_only = rooms_only

    def plug_in(self) -> None:
        """Let everything pass again."""
        with self._change:
            self._out = frozenset()
            self._change.notify_all()

    def end_login(self) -> None:
        """Cut what there is, and redirect every request to the login of a proxy."""
        self._login_ended = True
        for link in list(self._links):
            link.cut()

    def log_in(self) -> None:
        """Let everything pass again after ``end_login``."""
        self._login_ended = False

    def cut_rooms(self) -> None:
        """Break the room sockets that there are; new ones work."""
        for link in list(self._links):
            if link.of_room:
                link.cut()

    def close(self) -> None:
        """Cut everything, for good."""
        self._listener.close()
        self.plug_in()
        for link in list(self._links):
            link.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                page, _ = self._listener.accept()
                threading.Thread(target=self._pass_on, args=[page], daemon=True).start()

    def _pass_on(self, page: socket.socket) -> None:
        with page, suppress(OSError), socket.socket() as server:
            first = page.recv(65_536)
            if self._login_ended:
                return page.sendall(_LOGIN)
            link = _Link(page, server)
            link.of_room = _ROOM_SOCKET in first.partition(b"\r\n")[0]
            self._links.append(link)
            self._wait(link, "up")
            server.connect(("127.0.0.1", self._server.port))
            server.sendall(first)
            back = threading.Thread(
                target=self._copy, args=[link, server, page, "down"], daemon=True
            )
            back.start()
            self._copy(link, page, server, "up")
            back.join()
            self._links.remove(link)

    def _copy(
        self, link: _Link, source: socket.socket, target: socket.socket, direction: str
    ) -> None:
        with suppress(OSError):
            while chunk := source.recv(65_536):
                self._wait(link, direction)
                target.sendall(chunk)
        self._wait(link, direction)
        link.cut()

    def _wait(self, link: _Link, direction: str) -> None:
        with self._change:
            while direction in self._out and (link.of_room or not self._rooms_only):
                self._change.wait()
