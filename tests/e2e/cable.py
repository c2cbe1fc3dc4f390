"""A TCP relay between pages and a server that a test can interrupt."""

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
"""The response of a proxy to requests whose login has ended."""
_RESET = struct.pack("ii", 1, 0)


class _Link:
    """One connection through the relay."""

    def __init__(self, page: socket.socket, server: socket.socket) -> None:
        self.page = page
        self.server = server
        self.of_room = False
        """Whether its first request opens a room's socket."""

    def cut(self) -> None:
        """Reset both ends."""
        for end in (self.page, self.server):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                end.shutdown(socket.SHUT_RDWR)


class Cable:
    """A relay: pages are opened at its ``url`` instead of the server's.

    While it is unplugged, no byte passes and neither side gets an error, as with a
    network that is down. Pending bytes arrive once it is plugged in again.
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
        """Stop bytes in the directions ``up`` or ``down``; in both by default."""
        with self._change:
            self._out = frozenset(directions or ("up", "down"))
            self._rooms_only = rooms_only

    def plug_in(self) -> None:
        """Pass all bytes again."""
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
        """Reset the open room sockets. New ones work."""
        for link in list(self._links):
            if link.of_room:
                link.cut()

    def close(self) -> None:
        """Reset all connections and stop."""
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
