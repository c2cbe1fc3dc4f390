"""M: a guest with a valid key and a program of their own."""

from __future__ import annotations

import asyncio
import logging

import pytest

from jupyter_pairedit.protocol import Close
from tests.handlers.conftest import Start
from tests.handlers.guests import (
    guest,
    knock,
    line_of,
    refusal_of,
    share,
    stream_of,
)
from tests.handlers.serving import GUARD, KEYS, Server

from .conftest import logged


async def test_m1_an_address_has_eight_places_before_hello(start: Start) -> None:
    server = await start(limits={"hello": 3.0})
    room_id = await server.new_room()
    link = await share(server, room_id)

    silent = [await knock(server) for _ in range(8)]
    ninth = await knock(server)
    assert (await ninth.ending())[0] == Close.TRY_LATER
    # Attempts of people with a login are counted apart.
    await server.seated(room_id)

    assert [(await each.ending())[0] for each in silent] == [Close.NO_HELLO] * 8
    assert (await guest(server, link))[1]["guest"]


async def test_m1_no_traffic_puts_off_the_time_of_hello(start: Start) -> None:
    server = await start(limits={"hello": 0.2, "pings": 1_000_000})
    await server.new_room()
    busy = await knock(server)

    async def keep_on() -> None:
        while True:
            await (await busy.connection.ping())

    pinging = asyncio.create_task(keep_on())
    code, _ = await busy.ending()
    pinging.cancel()
    await asyncio.gather(pinging, return_exceptions=True)

    assert code == Close.NO_HELLO


async def test_m2_a_frame_before_welcome_may_have_four_kibibytes(
    server: Server,
) -> None:
    link = await share(server, await server.new_room())

    assert await refusal_of(server, link, more="x" * 4_096) == 1009
    assert (await guest(server, link, more="x" * 3_000))[1]["guest"]


async def test_m3_compression_is_not_accepted_from_a_guest(server: Server) -> None:
    socket = await knock(server)

    request, response = socket.connection.request, socket.connection.response
    assert request and "deflate" in request.headers["Sec-WebSocket-Extensions"]
    assert response and "Sec-WebSocket-Extensions" not in response.headers


async def test_m5_a_guest_who_never_reads_is_let_go(start: Start) -> None:
    server = await start(limits={"slow": 1.0, "edit_size": 10**9})
    room_id = await server.new_room(code="")
    owner, _ = await server.seated(room_id)
    await owner.expect("presence")
    socket, _ = await guest(server, await share(server, room_id))
    assert len((await owner.expect("presence"))["people"]) == 2

    socket.connection.transport.pause_reading()
    code = 0
    while server.hub.connections[room_id] == 2:
        code += 1
        await owner.write("ab"[code % 2] * 900_000)
        await owner.expect("code_update")

    assert server.hub.counters.refusals[str(Close.TOO_SLOW)] == 1
    assert await owner.lives()


async def test_m5_a_guest_who_wants_answers_and_reads_none_is_let_go(
    start: Start,
) -> None:
    server = await start(limits={"slow": 3_600.0, "edits": 1_000_000})
    room_id = await server.new_room(code="")
    socket, _ = await guest(server, await share(server, room_id))
    stream = stream_of(line_of(server, room_id))
    socket.connection.transport.pause_reading()

    async with asyncio.timeout(6 * GUARD):
        while not server.hub.counters.refusals[str(Close.TOO_SLOW)]:
            if not stream.writing():
                head = await server.put(room_id, "x" * 900_000)
                await server.put(room_id, f"{head}")
            await socket.push(0, [-1])


async def test_m6_who_joins_and_leaves_often_has_to_wait_and_the_room_is_loaded_once(
    start: Start,
) -> None:
    server = await start(limits={"connects": 10, "connects_per": 3_600.0})
    room_id = await server.new_room()
    link = await share(server, room_id)

    for _ in range(10):
        socket, _ = await guest(server, link)
        await socket.close()
    for _ in range(5):
        assert (await (await knock(server)).ending())[0] == Close.RATE

    assert len(server.hub.rooms_in_memory) == 1
    assert server.hub.connections == {}


async def test_m7_a_million_tiny_parts_are_not_even_looked_at(server: Server) -> None:
    room_id = await server.new_room(code="")
    link = await share(server, room_id)
    socket, _ = await guest(server, link)

    await socket.push(0, [[0, "x"]] * 2_001)
    assert await socket.refusal() == "bad_change"
    await socket.push(0, *[[[0, "x"]]] * 501)
    assert await socket.refusal() == "bad_change"
    await socket.send_frame(
        '{"type":"code_change","version":0,"updates":[[' + "1," * 10**6 + "1]]}"
    )
    assert await socket.refusal() == "bad_change"

    assert await server.code(room_id) == ""


LONG = "x" * 3_500


@pytest.mark.parametrize("name", ["\n[E 2026] forged\r\n", "\x1b[31mred", LONG])
async def test_m13_a_name_in_the_log_is_short_and_forges_no_line(
    server: Server, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id)

    with caplog.at_level(logging.DEBUG):
        socket, _ = await guest(server, link, name=name)
        await socket.send(name, code=name)
        assert await socket.refusal() == "malformed"
        await socket.send("check", version=0, hash="00000000")
        await socket.expect("initial_state")

    ours = [r for r in caplog.records if not r.name.startswith("websockets")]
    assert any("malformed" in each.getMessage() for each in ours)
    for each in ours:
        assert not set(each.getMessage()) & {"\n", "\r", "\x1b"}
    assert LONG[:41] not in logged(caplog)


ODD_IDS = ["../../etc", "..%2f..%2fetc", "A" * 10_000, "äöü" * 8, "short", "A" * 33]


@pytest.mark.parametrize("odd", ODD_IDS)
async def test_m14_what_cannot_be_the_id_of_a_room_is_none(
    server: Server, odd: str
) -> None:
    link = await share(server, await server.new_room())

    if odd.isascii():
        reply = await server.fetch("GET", f"pairedit/rooms/{odd}/code")
        assert reply.status == 404
    for fields in ({"room": odd}, {"invite": odd}):
        expected = 1009 if len(odd) > 4_096 else Close.INVITE_NOT_VALID
        assert await refusal_of(server, link, **fields) == expected


@pytest.mark.parametrize(
    "first",
    [
        {"type": "code_change", "code": "x"},
        {"type": "presence", "version": 0, "anchor": 0, "head": 0},
        {"type": "check", "version": 0, "hash": "00000000"},
        {"type": "autocomplete", "version": 0, "cursorPosition": 0},
        {"type": "hello", "key": KEYS[0]},
        {"type": "hello", "room": "r", "invite": "i", "name": "n"},
        {"type": "hello", "room": "r", "invite": "i", "name": "n", "secret": 1},
    ],
)
async def test_m15_anything_but_a_whole_hello_ends_it(
    server: Server, first: dict[str, object]
) -> None:
    await server.new_room()
    socket = await knock(server)

    await socket.send(**first)  # type: ignore[arg-type]

    assert (await socket.ending())[0] == Close.MALFORMED
    assert len(server.hub.rooms_in_memory) == 0


@pytest.mark.parametrize("frame", ["", "nonsense", "[]", "{}", b"\x00", '{"type": 1}'])
async def test_m15_and_m9_a_first_frame_that_is_no_message_ends_it(
    server: Server, frame: str | bytes
) -> None:
    socket = await knock(server)

    await socket.send_frame(frame)

    assert (await socket.ending())[0] == Close.MALFORMED


async def test_m15_both_a_key_and_a_token_or_no_key_of_the_editor_end_it(
    server: Server,
) -> None:
    link = await share(server, await server.new_room())

    assert await refusal_of(server, link, resume="x") == Close.MALFORMED
    assert await refusal_of(server, link, key=None) == Close.MALFORMED
    assert await refusal_of(server, link, key="short") == Close.MALFORMED


async def test_m15_a_guest_says_hello_once(server: Server) -> None:
    room_id = await server.new_room(code="")
    link = await share(server, room_id)

    for edits in (True, False):
        socket, _ = await guest(server, link, edits=edits)
        await socket.send("hello", **link.fields, name="Gus", key=KEYS[2])
        assert (await socket.ending())[0] == Close.MALFORMED


async def test_m15_a_role_in_hello_is_ignored(server: Server) -> None:
    link = await share(server, await server.new_room(), role="view")

    _, welcome = await guest(server, link, role="owner", label="x", guest=False)

    assert (welcome["role"], welcome["guest"]) == ("view", True)
