"""WebSocket frames: their size, encoding and compression, and pings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from jupyter_pairedit.core.limits import MIB, Limits

from .conftest import Start
from .serving import GUARD, KEYS, Server


async def test_text_that_is_no_utf8_cuts_only_its_sender_off(server: Server) -> None:
    room_id = await server.new_room(code="")
    bad = await server.writer(room_id)
    other = await server.writer(room_id)

    await bad.connection.send(b"\xff\xfe", text=True)
    await bad.connection.wait_closed()

    assert await other.lives()
    assert await server.put(room_id, "x") == 1
    assert (await other.expect("code_update"))["code"] == "x"


async def test_m2_a_frame_before_welcome_may_have_four_kibibytes(
    server: Server,
) -> None:
    room_id = await server.new_room()
    large = await server.socket(room_id, edits=True)

    await large.send("hello", key=KEYS[0], more="x" * 4096)

    assert (await large.ending())[0] == 1009


async def test_a_frame_after_welcome_may_have_the_whole_code(server: Server) -> None:
    room_id = await server.new_room()
    editor, _ = await server.seated(room_id)

    await editor.write("\n" * MIB)

    assert (await editor.expect("code_update"))["version"] == 1
    assert await server.code(room_id) == "\n" * MIB


async def test_a_frame_beyond_any_code_closes(start: Start) -> None:
    server = await start(max_code_size=1000)
    room_id = await server.new_room(code="")
    editor, _ = await server.seated(room_id)

    await editor.write("x" * 8_000)

    assert (await editor.ending())[0] == 1009


async def test_m3_compression_is_not_accepted(server: Server) -> None:
    room_id = await server.new_room()

    socket = await server.writer(room_id)

    request, response = socket.connection.request, socket.connection.response
    assert request and "deflate" in request.headers["Sec-WebSocket-Extensions"]
    assert response and "Sec-WebSocket-Extensions" not in response.headers


async def raw_frames(server: Server, room_id: str) -> AsyncGenerator[int]:
    """Yield the opcodes of the frames of a connection that answers nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    lines = [
        f"GET {server.app.base_url}pairedit/ws/{room_id} HTTP/1.1",
        f"Host: {server.host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Authorization: {server.token['Authorization']}",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    try:
        async with asyncio.timeout(GUARD):
            assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
            while True:
                first, length = await reader.readexactly(2)
                if length == 126:
                    length = int.from_bytes(await reader.readexactly(2))
                await reader.readexactly(length)
                yield first & 15
                if first & 15 == 8:
                    return
    finally:
        writer.close()
        await writer.wait_closed()


async def test_pings_are_on_the_wire(start: Start) -> None:
    server = await start(limits={"ping_interval": 0.05, "ping_timeout": 0.05})
    room_id = await server.new_room()

    async with aclosing(raw_frames(server, room_id)) as frames:
        assert await anext(frames) == 1  # initial_state
        assert await anext(frames) == 9


async def test_a_connection_that_is_lost_loses_its_seat(start: Start) -> None:
    server = await start(limits={"ping_interval": 0.05, "ping_timeout": 0.05})
    room_id = await server.new_room(limit=2)
    there, _ = await server.seated(room_id)
    await there.expect("presence")

    # This connection answers no ping.
    async with aclosing(raw_frames(server, room_id)) as frames:
        assert 8 in [opcode async for opcode in frames]

    assert len((await there.expect("presence"))["people"]) == 2
    assert len((await there.expect("presence"))["people"]) == 1


def test_pings_come_before_proxies_cut() -> None:
    limits = Limits()

    assert limits.ping_timeout <= limits.ping_interval == 25 < 60
