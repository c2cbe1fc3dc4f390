"""The compared servers, each with its name and its kind of client."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .servers import Server
from .typists import EchoTypist, EditTypist, FileTypist, Place, Typist, text_of
from .wire import Address

ECHO = "Tornado echo of the same pushes"
HUB = "**this hub, edit dialect**"
DISK = 'the same with `durability = "disk"`'
LOGIN = "the echo behind Jupyter's login"
FILE_ECHO = "Tornado echo of the whole file"
PROTOTYPE = "Tornado, whole files in memory"
HUB_FILES = "this hub, whole-file dialect"


@dataclass(frozen=True)
class Contestant:
    """One row of a table."""

    name: str
    server: Server
    room: Callable[[int, int], Sequence[Typist]]
    """Creates a room with a text of ``size`` bytes for a number of clients."""


def _places(size: int, people: int) -> list[Place]:
    return [Place(size, behind=bool(number % 2)) for number in range(people)]


def echo(server: Server) -> Contestant:
    """Plain Tornado that relays pushes of the edit dialect."""

    def room(size: int, people: int) -> list[EchoTypist]:
        name = secrets.token_hex(8)
        places = _places(size, people)
        return [EchoTypist(server, f"ws/{name}", each) for each in places]

    return Contestant(ECHO, server, room)


def login(server: Server) -> Contestant:
    """The echo as an extension of a Jupyter server, see ``benchmarks.login``."""

    def room(size: int, people: int) -> list[EchoTypist]:
        name = secrets.token_hex(8)
        places = _places(size, people)
        return [EchoTypist(server, f"benchmark/ws/{name}", each) for each in places]

    return Contestant(LOGIN, server, room)


def edits(server: Server, name: str = HUB) -> Contestant:
    """The hub, in the edit dialect."""

    def room(size: int, people: int) -> list[EditTypist]:
        room_id = server.make_room(text_of(size), people)
        return [EditTypist(server, room_id, each) for each in _places(size, people)]

    return Contestant(name, server, room)


def file_echo(server: Server) -> Contestant:
    """Plain Tornado that relays messages of the whole-file dialect."""

    def room(size: int, people: int) -> list[FileTypist]:
        address = Address(f"http://{server.netloc}/ws/{secrets.token_hex(8)}")
        return [FileTypist(address, size, greeted=False) for _ in range(people)]

    return Contestant(FILE_ECHO, server, room)


def prototype(server: Server) -> Contestant:
    """Plain Tornado with the prototype's protocol."""

    def room(size: int, people: int) -> list[FileTypist]:
        address = Address(f"http://{server.netloc}/ws/{secrets.token_hex(8)}")
        return [FileTypist(address, size) for _ in range(people)]

    return Contestant(PROTOTYPE, server, room)


def files(server: Server) -> Contestant:
    """The hub, in the whole-file dialect."""

    def room(size: int, people: int) -> list[FileTypist]:
        room_id = server.make_room(text_of(size), people)
        url = f"http://{server.netloc}/pairedit/ws/{room_id}"
        address = Address(url, token=server.token)
        return [FileTypist(address, size) for _ in range(people)]

    return Contestant(HUB_FILES, server, room)
