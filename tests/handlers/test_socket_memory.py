"""What a closed socket had is freed at once, without the garbage collector.

A full collection stops the whole Jupyter server, and each object that waits for the
collector brings the next one nearer.
"""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from jupyter_pairedit.connections.connection import Connection
from jupyter_pairedit.connections.kernel import KernelConnection, PassConnection
from jupyter_pairedit.connections.logins import Login
from jupyter_pairedit.handlers.guest_socket import GuestSocket
from jupyter_pairedit.handlers.socket import RoomSocket

from .conftest import Start
from .guests import guest as join_by_link
from .guests import share
from .kernels import kernel_headers, open_to_kernels
from .passes import kernel_with, make_pass
from .serving import GUARD, KEYS, Server, Socket

_KINDS = (
    RoomSocket,
    GuestSocket,
    Connection,
    KernelConnection,
    PassConnection,
    Login,
)

Open = Callable[[Server, str], Awaitable[Socket]]


async def editor(server: Server, room_id: str) -> Socket:
    """Join as a program."""
    return (await server.seated(room_id))[0]


async def page(server: Server, room_id: str) -> Socket:
    """Join as a page, which confirms its login."""
    person = await server.login()
    socket = await server.socket(room_id, edits=True, headers=person.cookie)
    await socket.send("hello", key=KEYS[0], confirmsLogin=True, runs=True)
    await socket.expect("welcome")
    await socket.expect("initial_state")
    return socket


async def whole_files(server: Server, room_id: str) -> Socket:
    """Join with the whole-file dialect."""
    return await server.writer(room_id)


async def kernel(server: Server, room_id: str) -> Socket:
    """Join as a kernel that this server has started."""
    open_to_kernels(server)
    return (await server.seated(room_id, headers=kernel_headers(server)))[0]


async def kernel_by_pass(server: Server, room_id: str) -> Socket:
    """Join as a kernel that has a pass."""
    made = await make_pass(server, room_id)
    return (await kernel_with(server, room_id, made))[0]


async def guest(server: Server, room_id: str) -> Socket:
    """Join by a link."""
    return (await join_by_link(server, await share(server, room_id)))[0]


async def silent(server: Server, room_id: str) -> Socket:
    """Open a socket and say nothing."""
    return await server.socket(room_id, edits=True)


def of_sockets() -> list[weakref.ref[Any]]:
    """Return all objects of sockets in this process."""
    return [weakref.ref(each) for each in gc.get_objects() if type(each) in _KINDS]


def drop_cancelled_timers() -> None:
    """Make the event loop drop them now; they keep their context until they are due.

    It does so when more than half of more than a hundred timers are cancelled.
    """
    loop = asyncio.get_running_loop()
    for _ in range(1_000):
        loop.call_later(GUARD, int).cancel()


async def until_freed(objects: list[weakref.ref[Any]]) -> None:
    """Wait until no object is left."""
    async with asyncio.timeout(GUARD):
        while any(ref() is not None for ref in objects):
            drop_cancelled_timers()
            await asyncio.sleep(0.005)  # between two attempts


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Switch the garbage collector off, after it has freed what other tests left."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("cut", [False, True], ids=["closed", "cut"])
@pytest.mark.parametrize(
    "opened", [editor, page, whole_files, kernel, kernel_by_pass, guest, silent]
)
async def test_what_a_socket_had_is_freed_without_the_garbage_collector(
    server: Server, opened: Open, cut: bool
) -> None:
    room_id = await server.new_room()
    before = {ref() for ref in of_sockets()}
    socket = await opened(server, room_id)
    found = [ref for ref in of_sockets() if ref() not in before]
    assert len(found) >= (1 if opened is silent else 2)

    if cut:
        socket.connection.transport.abort()
    else:
        await socket.close()

    await until_freed(found)


@pytest.mark.usefixtures("no_collector")
async def test_what_a_socket_had_that_the_server_ends_is_freed(start: Start) -> None:
    server = await start(limits={"pings": 1})
    room_id = await server.new_room()
    before = {ref() for ref in of_sockets()}
    socket = await editor(server, room_id)
    found = [ref for ref in of_sockets() if ref() not in before]
    assert len(found) >= 2

    # The server also starts the time after which it cuts the line.
    await socket.connection.ping()
    await socket.connection.ping()
    await socket.connection.wait_closed()

    await until_freed(found)
