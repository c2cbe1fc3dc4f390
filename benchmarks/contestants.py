"""What is compared: a name, a server, and who types there."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from .servers import Server
from .typists import EchoTypist, EditTypist, FileTypist, Place, Typist, text_of
from .wire import Address

Pair = tuple[Typist, Typist]


@dataclass(frozen=True)
class Contestant:
    """One row of the table."""

    name: str
    pair: Callable[[int], Pair]
    """Makes a room with a text of so many bytes, and two who will join it."""


def echo(server: Server) -> Contestant:
    """Bare Tornado, relaying what the edit dialect would push."""

    def pair(size: int) -> Pair:
        room = secrets.token_hex(8)
        one, other = Place(size, behind=False), Place(size, behind=True)
        return EchoTypist(server, room, one), EchoTypist(server, room, other)

    return Contestant("Tornado echo of the same pushes", pair)


def edits(server: Server, name: str) -> Contestant:
    """Our hub, in the edit dialect."""

    def pair(size: int) -> Pair:
        room = server.make_room(text_of(size))
        one, other = Place(size, behind=False), Place(size, behind=True)
        return EditTypist(server, room, one), EditTypist(server, room, other)

    return Contestant(name, pair)


def prototype(server: Server) -> Contestant:
    """Bare Tornado, with the prototype's protocol."""

    def pair(size: int) -> Pair:
        address = Address(f"http://{server.netloc}/ws/{secrets.token_hex(8)}")
        return FileTypist(address, size), FileTypist(address, size)

    return Contestant("Tornado, the prototype's whole files", pair)


def files(server: Server, name: str) -> Contestant:
    """Our hub, in the whole-file dialect."""

    def pair(size: int) -> Pair:
        room = server.make_room(text_of(size))
        url = f"http://{server.netloc}/pairedit/ws/{room}"
        address = Address(url, token=server.token)
        return FileTypist(address, size), FileTypist(address, size)

    return Contestant(name, pair)
