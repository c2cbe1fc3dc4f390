"""Complaints about numbers that somebody else sent: on each store, to each address."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from itertools import cycle

import pytest
from websockets.exceptions import ConnectionClosed

from jupyter_pairedit.protocol import Close
from tests.handlers.conftest import Start
from tests.handlers.guests import guest, share
from tests.handlers.serving import GUARD, KEYS, Socket

from .typists import typist

NUMBERS = [
    *(0, 1, 2**31 - 1, 2**31, 2**32, 2**53 - 1, 2**53),
    *(2**63 - 1, 2**63, 2**64, 2**64 + 1, 10**20, 10**400),
    *(-1, -(2**31), -(2**63), -(2**64)),
    *(0.5, 1e15, 1e308, True, None, "1"),
]
FRAMES = [
    '{"type": "presence", "version": @, "anchor": 0, "head": 0}',
    '{"type": "presence", "version": 0, "anchor": @, "head": 0}',
    '{"type": "presence", "version": 0, "anchor": 0, "head": @}',
    '{"type": "check", "version": @, "hash": "00000000"}',
    '{"type": "code_change", "version": @, "updates": [[[0, "x"]]]}',
    '{"type": "code_change", "version": 0, "updates": [[@]]}',
    '{"type": "code_change", "version": 0, "updates": [[[@, "x"]]]}',
    '{"type": "code_change", "code": "y", "id": ["deadbeef", @]}',
    '{"type": "autocomplete", "cursorPosition": @, "version": 0, "id": 1}',
    '{"type": "autocomplete", "cursorPosition": 0, "version": @, "id": 1}',
    '{"type": "autocomplete", "cursorPosition": 0, "version": 0, "id": @}',
]
BODIES = [
    ("POST", "rooms", '{"limit": @}'),
    ("PUT", "rooms/{room}x", '{"limit": @}'),
    ("POST", "rooms/{room}/points", '{"name": "x", "version": @}'),
    ("POST", "rooms/{room}/restore", '{"version": @}'),
    ("POST", "rooms/{room}/invites", '{"expiresIn": @}'),
    ("PUT", "rooms/{room}/invites/{invite}", '{"role": "view", "expiresIn": @}'),
    ("POST", "autocomplete", '{"code": "x", "cursorPosition": @, "language": "text"}'),
]
PATHS = [
    ("GET", "rooms/{room}/revisions?after=@"),
    ("GET", "rooms/{room}/revisions?limit=@"),
    ("GET", "rooms/{room}/revisions?after=@&limit=@&changes=1"),
    ("GET", "rooms/{room}/revisions/@"),
    ("DELETE", "rooms/{room}/points/@"),
    ("GET", "rooms/{room}/history?after=@"),
    ("GET", "rooms/{room}/blame?version=@"),
]
ENDS = {Close.MALFORMED, Close.TOO_OLD, Close.RATE}
"""How a client that sends such numbers may be ended."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, database: object) -> str:
    """A new database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{database}"
    return str(request.getfixturevalue("postgres").new_database())


def each_with(number: object, parts: list[str]) -> Iterator[str]:
    for part in parts:
        yield part.replace("@", json.dumps(number))


async def refused_or_taken(socket: Socket, frame: str) -> bool:
    """Send a frame; return whether its socket lives, and was not ended by a fault."""
    try:
        await socket.send_frame(frame)
        pong = asyncio.ensure_future(await socket.connection.ping())
        async with asyncio.timeout(GUARD):
            while not pong.done():
                # What was sent before the pong is read, or the pong would wait.
                reading = asyncio.ensure_future(socket.connection.recv())
                await asyncio.wait({pong, reading}, return_when="FIRST_COMPLETED")
                if reading.done():
                    reading.result()
                reading.cancel()
        return True
    except ConnectionClosed as closed:
        assert closed.rcvd and closed.rcvd.code in ENDS, (frame, closed)
        return False


async def test_somebody_sent_large_numbers_to_the_socket_and_my_line_broke(
    start: Start, url: str
) -> None:
    often = ("connects", "malformed", "edits", "carets", "pings")
    generous = dict.fromkeys(often, 10**6)
    server = await start(database_url=url, guest_autocomplete=True, limits=generous)
    me = await typist(server)
    room_id = await server.new_room(code="", limit=10)
    link = await share(server, room_id)
    frames = cycle(frame for number in NUMBERS for frame in each_with(number, FRAMES))
    sockets: list[Socket] = []

    async def send_one() -> None:
        if not sockets:
            sockets.append((await guest(server, link, key=KEYS[2]))[0])
        if not await refused_or_taken(sockets[0], next(frames)):
            sockets.clear()

    async def send_all() -> None:
        for _ in range(len(NUMBERS) * len(FRAMES)):
            await send_one()

    await me.type_until(send_all())
    assert await me.socket.lives()


async def test_somebody_greeted_with_large_numbers_and_my_line_broke(
    start: Start, url: str
) -> None:
    server = await start(database_url=url, limits={"connects": 10**6})
    me = await typist(server)
    room_id = await server.new_room(code="")

    async def greet() -> None:
        for number in NUMBERS:
            socket = await server.socket(room_id, edits=True)
            hello = f'"key": "{KEYS[1]}", "epoch": "x", "version": {json.dumps(number)}'
            await socket.send_frame(f'{{"type": "hello", {hello}}}')
            assert (await socket.next())["type"] in {"welcome", "error"}
            await socket.close()

    await me.type_until(greet())
    assert await me.socket.lives()


async def test_somebody_sent_large_numbers_to_the_api_and_my_line_broke(
    start: Start, url: str
) -> None:
    server = await start(database_url=url)
    me = await typist(server)
    room_id = await server.new_room(code="")
    names = {"room": room_id, "invite": (await share(server, room_id)).invite_id}

    def places(part: str) -> str:
        for name, value in names.items():
            part = part.replace(f"{{{name}}}", value)
        return f"pairedit/{part}"

    async def ask() -> None:
        headers = {**server.token, "Content-Type": "application/json"}
        for number in NUMBERS:
            text = json.dumps(number)
            for method, path, body in BODIES:
                sent = body.replace("@", text).encode()
                reply = await server.fetch(method, places(path), sent, headers)
                assert reply.status < 500, (method, path, number)
            for method, path in PATHS:
                place = places(path.replace("@", text.strip('"')))
                assert (await server.fetch(method, place)).status < 500, place

    await me.type_until(ask())
    assert await me.socket.lives()
