"""Rooms behave as in the prototype: ids, first code, addresses, size, health."""

from __future__ import annotations

import asyncio
import re

from tests.handlers.conftest import Start
from tests.handlers.serving import GUARD, Server

ROOM_ID = re.compile(r"[A-Za-z0-9]{22}")


DEFAULT_CODE = "# Start coding here...\n"


async def test_a_new_room_has_an_id_that_nobody_guesses(server: Server) -> None:
    made = [await server.fetch("POST", "pairedit/rooms") for _ in range(20)]

    ids = {reply.json["roomId"] for reply in made}
    assert {reply.status for reply in made} == {200}
    assert len(ids) == 20
    # 22 characters out of 62 are more than 128 random bits.
    assert all(ROOM_ID.fullmatch(room_id) for room_id in ids)


async def test_a_new_room_starts_with_the_prototypes_code(
    server: Server,
) -> None:
    room_id = await server.new_room()

    assert await server.code(room_id) == DEFAULT_CODE


async def test_the_address_of_a_room_leads_to_its_editor(server: Server) -> None:
    room = (await server.fetch("POST", "pairedit/rooms")).json

    path = room["url"].removeprefix(f"{server.origin}{server.app.base_url}")
    page = await server.fetch("GET", path)

    assert path == f"pairedit/room/{room['roomId']}"
    assert f'data-room-id="{room["roomId"]}"'.encode() in page.body


async def test_two_who_have_opened_a_room_see_each_others_code(
    server: Server,
) -> None:
    room_id = await server.new_room()
    ann = await server.writer(room_id)
    bob = await server.writer(room_id)

    await ann.write("from Ann")
    assert (await bob.expect("code_update"))["code"] == "from Ann"
    await bob.write("from Bob")
    assert (await ann.expect("code_update"))["code"] == "from Bob"


async def test_code_has_a_largest_size_that_can_be_set(start: Start) -> None:
    server = await start(max_code_size=2_048)
    room_id = await server.new_room(code="")
    ann = await server.writer(room_id)

    await ann.write("x" * 2_049)
    error = await ann.expect("error")
    await ann.write("x" * 2_048)
    # A ping is answered after the messages before it.
    assert await ann.lives()
    path = f"pairedit/rooms/{room_id}/code"
    refused = await server.fetch("PUT", path, {"code": "é" * 1_025})

    assert error["code"] == "too_large"
    assert "2048 bytes" in error["message"]
    assert (refused.status, refused.json["code"]) == (413, "too_large")
    assert await server.code(room_id) == "x" * 2_048


async def test_debug_rooms_counts_connections_and_leaves_out_empty_rooms(
    server: Server,
) -> None:
    one, two, _ = [await server.new_room() for _ in range(3)]
    first = await server.writer(one)
    await server.writer(one)
    other, _ = await server.seated(two)
    await other.expect("presence")

    both = (await server.fetch("GET", "pairedit/debug/rooms")).json
    await other.close()
    after = both
    async with asyncio.timeout(GUARD):
        while after == both:
            after = (await server.fetch("GET", "pairedit/debug/rooms")).json

    assert both == {one: 2, two: 1}
    assert after == {one: 2}
    assert await first.lives()


async def test_health_says_status_and_service(server: Server) -> None:
    health = (await server.fetch("GET", "pairedit/health")).json

    assert health["status"] == "ok"
    assert health["service"] == "jupyter_pairedit"


async def test_addresses_are_below_the_base_url_and_of_the_host_asked(
    server: Server,
) -> None:
    assert server.app.base_url == "/a%40b/"
    asked = {**server.token, "Host": "localhost"}

    made = (await server.fetch("POST", "pairedit/rooms", {}, asked)).json
    page = await server.fetch("GET", f"pairedit/room/{made['roomId']}")

    assert made["url"] == f"http://localhost/a%40b/pairedit/room/{made['roomId']}"
    html = page.body.decode()
    addresses = re.findall(r'(?:src|href|action)="(?!data:)([^"]*)"', html)
    assert addresses
    assert all(each.startswith("/a%40b/pairedit/") for each in addresses)
    assert 'data-base-url="/a%40b/"' in html
