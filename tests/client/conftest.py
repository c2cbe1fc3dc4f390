"""A Jupyter server as a process, and rooms in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from jupyter_pairedit.client import Room, connect
from tests.jupyter import Server

CODE = "x = 1\ny = 2\n"


@dataclass(frozen=True)
class Place:
    """A room of the server, and the ways into it."""

    server: Server
    id: str

    def link(self, role: str = "edit") -> str:
        """Create a guest link."""
        path = f"pairedit/rooms/{self.id}/invites"
        return str(self.server.call(path, "POST", {"role": role})["url"])

    @property
    def url(self) -> str:
        """The URL of the room's page, with the token."""
        return f"{self.server.url}pairedit/room/{self.id}?token={self.server.token}"

    def code(self) -> str:
        """Return the code, from the API."""
        path = f"pairedit/rooms/{self.id}/code"
        return str(self.server.call(path)["code"])

    def start_kernel(self) -> None:
        """Start a kernel for the room, whose guests may ask for runs."""
        path = f"pairedit/rooms/{self.id}"
        self.server.call(f"{path}/kernel", "PUT", {"name": "python3"})
        settings = {"settings": {"guestsMayAsk": True}}
        self.server.call(path, "PATCH", settings, {"If-Match": "*"})

    def put(self, code: str) -> int:
        """Replace the code, with the API."""
        path = f"pairedit/rooms/{self.id}/code"
        return int(self.server.call(path, "PUT", {"code": code})["version"])


NewPlace = Callable[..., Place]
Join = Callable[..., Room]


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that all tests of this folder share."""
    server = Server("jupyter_server", tmp_path_factory.mktemp("jupyter"), {})
    server.start()
    yield server
    server.stop()


@pytest.fixture
def new_place(jupyter: Server) -> NewPlace:
    """Create a room: ``new_place(code=…, limit=…)``."""

    def new_place(code: str = CODE, limit: int = 20, server: Server = jupyter) -> Place:
        body = {"code": code, "limit": limit}
        room = server.call("pairedit/rooms", "POST", body)["roomId"]
        return Place(server, str(room))

    return new_place


@pytest.fixture
def place(new_place: NewPlace) -> Place:
    """A room with two lines."""
    return new_place()


@pytest.fixture
def join() -> Iterator[Join]:
    """Join a room as ``connect`` does, and leave it at the end of the test."""
    rooms: list[Room] = []

    def join(where: str, **arguments: object) -> Room:
        room = connect(where, **arguments)  # type: ignore[arg-type]
        rooms.append(room)
        return room

    yield join
    for room in rooms:
        room.close()
