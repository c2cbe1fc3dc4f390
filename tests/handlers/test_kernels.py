"""Kernels with the server's secret: what they may do, and that they take no seat."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Callable
from typing import Any

import pytest
from jupyter_server.auth import Authorizer
from jupyter_server.auth.identity import User
from jupyter_server.auth.security import passwd
from jupyter_server.base.handlers import JupyterHandler

from jupyter_pairedit.protocol import Close
from jupyter_pairedit.startup.metrics import HubMetrics

from .authorizers import ReadOnly
from .conftest import Start
from .kernels import KERNEL, SECRET, kernel_headers, open_to_kernels
from .serving import GUARD, KEYS, Server, Socket

WHO = ("clients", "kernels")


async def until(condition: Callable[[], bool]) -> None:
    """Let the server work until a condition holds."""
    async with asyncio.timeout(GUARD):
        while not condition():  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0)


async def kernel(
    server: Server, room_id: str, key: str = KEYS[2], id: str = KERNEL, **resume: Any
) -> Socket:
    """Join a room as a kernel, and receive the code."""
    headers = kernel_headers(server, kernel=id)
    socket, _ = await server.seated(room_id, key, headers=headers, **resume)
    return socket


async def test_the_secret_opens_our_routes_as_the_owner_of_the_server(
    server: Server,
) -> None:
    open_to_kernels(server)
    headers = kernel_headers(server)

    reply = await server.fetch("POST", "pairedit/rooms", {"code": "x"}, headers)

    room = await server.hub.open(reply.json["roomId"])
    assert room.record.author == getpass.getuser()


@pytest.mark.parametrize(
    "path", ["api/contents", "api/kernels", "api/sessions", "api/me", "tree", "lab"]
)
async def test_the_secret_opens_no_route_of_jupyter(server: Server, path: str) -> None:
    open_to_kernels(server)

    reply = await server.fetch("GET", path, headers=kernel_headers(server))

    assert reply.status in (302, 403, 404)
    anonymous = await server.fetch("GET", path, headers={})
    assert reply.status == anonymous.status


async def test_the_authorizer_is_asked_with_the_owner_of_the_server(
    start: Start,
) -> None:
    asked: list[tuple[str, str, str]] = []

    class Recording(Authorizer):
        def is_authorized(
            self, handler: JupyterHandler, user: User, action: str, resource: str
        ) -> bool:
            asked.append((user.username, action, resource))
            return True

    server = await start({"ServerApp": {"authorizer_class": Recording}})
    open_to_kernels(server)

    await server.fetch("GET", "pairedit/rooms", headers=kernel_headers(server))

    assert asked == [(getpass.getuser(), "read", "pairedit")]


async def test_a_kernel_has_the_rights_of_its_owner_and_no_others(
    start: Start,
) -> None:
    server = await start({"ServerApp": {"authorizer_class": ReadOnly}})
    open_to_kernels(server)
    room_id, _ = await server.hub.create("Ann")
    headers = kernel_headers(server)
    path = f"pairedit/rooms/{room_id}/code"

    assert (await server.fetch("GET", path, headers=headers)).status == 200
    assert (await server.fetch("PUT", path, {"code": "x"}, headers)).status == 403
    socket = await kernel(server, room_id)
    await socket.write("x")
    assert await socket.refusal() == "forbidden"


async def test_a_secret_is_worth_nothing_after_the_end_or_before_the_start(
    server: Server,
) -> None:
    headers = kernel_headers(server)
    assert (await server.fetch("GET", "pairedit/rooms", headers=headers)).status == 403
    open_to_kernels(server)
    assert (await server.fetch("GET", "pairedit/rooms", headers=headers)).status == 200
    server.context.kernels.close()
    assert (await server.fetch("GET", "pairedit/rooms", headers=headers)).status == 403
    for none in ("", " ", "x" * 43, SECRET[:-1], SECRET + "x", "é" * 43):
        open_to_kernels(server)
        sent = {"Authorization": f"pairedit {none}"}
        reply = await server.fetch("GET", "pairedit/rooms", headers=sent)
        assert reply.status == 403


async def test_a_server_with_a_password_accepts_its_kernels(start: Start) -> None:
    hashed = passwd("secret", algorithm="sha256")  # type: ignore[no-untyped-call]
    server = await start({"PasswordIdentityProvider": {"hashed_password": hashed}})
    open_to_kernels(server)
    room_id, _ = await server.hub.create("Ann", code="")

    socket = await kernel(server, room_id)
    await socket.write("from Python")

    await socket.expect("code_update")
    assert (await server.hub.open(room_id)).code == "from Python"


async def test_links_for_a_kernel_begin_with_the_address_that_pages_have_used(
    start: Start,
) -> None:
    server = await start(allowed_origins=["https://elsewhere.example"])
    open_to_kernels(server)

    async def begins() -> str:
        headers = kernel_headers(server)
        made = await server.fetch("POST", "pairedit/rooms", {}, headers)
        shared = await server.fetch(
            "POST", f"pairedit/rooms/{made.json['roomId']}/invites", {}, headers
        )
        urls = {
            url.partition("/a%40b/")[0]
            for url in (made.json["url"], shared.json["url"])
        }
        (begin,) = urls
        return str(begin)

    assert await begins() == server.origin
    page = "http://127.0.0.1:1"
    for host, origin, known in (
        ("127.0.0.1:1", page, page),
        ("127.0.0.1:2", "https://elsewhere.example", page),
        ("127.0.0.1:3", "http://evil.example", page),
        ("127.0.0.1:4", "https://127.0.0.1:4", "https://127.0.0.1:4"),
    ):
        headers = {**server.token, "Host": host, "Origin": origin}
        await server.fetch("GET", "pairedit/health", headers=headers)
        assert await begins() == known
    stranger = {"Host": "127.0.0.1:5", "Origin": "http://127.0.0.1:5"}
    await server.fetch("GET", "pairedit/health", headers=stranger)
    assert await begins() == "https://127.0.0.1:4"


# --- no seat ------------------------------------------------------------------------


async def test_a_kernel_takes_no_seat_and_is_in_no_list(server: Server) -> None:
    open_to_kernels(server)
    room_id = await server.new_room(limit=1)
    python = await kernel(server, room_id)
    ann, _ = await server.seated(room_id)

    room = await server.hub.open(room_id)

    seen = (await ann.expect("presence"))["people"]
    assert len(seen) == 1
    assert (await python.expect("presence"))["people"] == []
    assert (await python.expect("presence"))["people"] == seen
    assert (room.audience.connections, room.audience.kernels) == (1, 1)
    assert room.audience.presence.refusals == 0


async def test_kernels_and_people_see_each_others_changes(server: Server) -> None:
    open_to_kernels(server)
    room_id = await server.new_room(code="")
    # One key of a kernel and one of a page are two clients.
    first, other = [await kernel(server, room_id, key) for key in KEYS[:2]]
    ann, _ = await server.seated(room_id, KEYS[0])

    await first.write("x")
    for socket in (first, other, ann):
        assert (await socket.expect("code_update"))["version"] == 1
    await ann.push(1, [1, [0, "y"]])
    assert (await ann.expect("saved"))["version"] == 2
    for socket in (first, other):
        assert (await socket.expect("code_update"))["version"] == 2

    assert await server.code(room_id) == "xy"


async def test_kernels_are_counted_apart(server: Server) -> None:
    open_to_kernels(server)
    room_id = await server.new_room()
    socket = await kernel(server, room_id)

    people = await server.fetch("GET", "pairedit/debug/rooms")
    kernels = await server.fetch("GET", "pairedit/debug/rooms/kernels")
    metrics = {each.name: each for each in HubMetrics(server.hub).collect()}

    assert (people.json, kernels.json) == ({}, {room_id: 1})
    values = [metrics[f"pairedit_{each}"].samples[0].value for each in WHO]
    assert values == [0, 1]
    await socket.close()
    await until(lambda: server.hub.kernels == {})


async def test_a_caret_of_a_kernel_is_shown_to_nobody(server: Server) -> None:
    open_to_kernels(server)
    room_id = await server.new_room(code="x")
    python = await kernel(server, room_id)

    await python.send("presence", version=0, anchor=1, head=1)
    await python.write("y")
    await python.expect("code_update")

    room = await server.hub.open(room_id)
    assert room.carets.generation == 0


async def test_a_word_in_hello_makes_nobody_a_kernel(server: Server) -> None:
    open_to_kernels(server)
    room_id = await server.new_room(limit=1)
    headers = {**server.token, "PairEdit-Kernel": KERNEL}

    await server.seated(room_id, headers=headers)

    room = await server.hub.open(room_id)
    assert (room.audience.connections, room.audience.kernels) == (1, 0)


async def test_a_kernel_is_in_32_rooms_at_a_time(start: Start) -> None:
    server = await start(limits={"kernel_rooms": 2, "unseated_per_address": 9})
    open_to_kernels(server)
    rooms = [await server.new_room() for _ in range(3)]
    first, _ = [await kernel(server, each) for each in rooms[:2]]

    headers = kernel_headers(server)
    third = await server.socket(rooms[2], headers=headers, edits=True)

    assert (await third.ending())[0] == Close.TRY_LATER
    # Another kernel has places of its own, and a place that was left is free.
    await kernel(server, rooms[2], id="L" * 22)
    await first.close()
    await until(lambda: server.hub.kernels.get(rooms[0]) is None)
    await kernel(server, rooms[2])
    assert type(server.hub.limits)().kernel_rooms == 32


async def test_kernels_count_among_the_clients_of_the_server(start: Start) -> None:
    server = await start(limits={"clients": 2})
    open_to_kernels(server)
    rooms = [await server.new_room(limit=9) for _ in range(2)]
    await kernel(server, rooms[0])
    await kernel(server, rooms[1])

    third = await server.editor(rooms[1])

    assert (await third.ending())[0] == Close.TRY_LATER


async def test_the_whole_file_dialect_is_not_for_kernels(server: Server) -> None:
    open_to_kernels(server)
    room_id = await server.new_room()

    socket = await server.socket(room_id, headers=kernel_headers(server))

    assert (await socket.ending())[0] == Close.MALFORMED


async def test_a_kernel_keeps_no_server_from_being_culled(server: Server) -> None:
    open_to_kernels(server)
    room_id = await server.new_room(code="")
    activity = server.hub.activity
    before = activity.last = activity.last - 1_000.0
    python = await kernel(server, room_id)

    await python.write("x")
    await python.expect("code_update")
    path = f"pairedit/rooms/{room_id}/code"
    await server.fetch("PUT", path, {"code": "y"}, kernel_headers(server))
    body = {"version": 1}
    path = f"pairedit/rooms/{room_id}/restore"
    await server.fetch("POST", path, body, kernel_headers(server))
    assert activity.last == before

    await server.put(room_id, "z")
    assert activity.last > before


# --- rooms that leave memory ----------------------------------------------------------


async def leave_memory(server: Server, room_id: str, kernels: int = 1) -> None:
    """Evict a room as after a time without people, and wait for its kernels."""
    server.hub._used[room_id] -= server.hub.limits.idle
    server.hub.evict()
    assert server.hub.opened(room_id) is None
    asleep = server.hub.dormant
    await until(lambda: asleep.kernels({}) == {room_id: kernels})


async def test_a_kernel_keeps_no_room_in_memory_and_follows_it_when_it_is_back(
    server: Server,
) -> None:
    open_to_kernels(server)
    room_id = await server.new_room(code="")
    python = await kernel(server, room_id)
    await leave_memory(server, room_id)
    assert server.hub.kernels == {room_id: 1}

    assert await server.put(room_id, "written meanwhile") == 1

    update = await python.expect("code_update")
    assert update["version"] == 1
    assert server.hub.kernels == {room_id: 1}
    assert server.hub.dormant.kernels({}) == {}


async def test_a_message_of_the_kernel_opens_its_room_again(server: Server) -> None:
    open_to_kernels(server)
    room_id = await server.new_room(code="")
    python = await kernel(server, room_id)
    await python.write("one")
    await python.expect("code_update")
    for code in ("two", "three"):
        await leave_memory(server, room_id)
        await python.write(code)
        await python.expect("code_update")

    assert await server.code(room_id) == "three"


async def test_what_was_changed_while_a_kernel_slept_is_sent_to_it(
    server: Server,
) -> None:
    open_to_kernels(server)
    room_id = await server.new_room(code="", title="old")
    python = await kernel(server, room_id)
    await leave_memory(server, room_id)

    path = f"pairedit/rooms/{room_id}"
    headers = {**server.token, "If-Match": "*"}
    await server.fetch("PATCH", path, {"title": "new"}, headers)
    await server.hub.open(room_id)

    assert (await python.expect("room"))["title"] == "new"


async def test_the_connections_of_a_deleted_room_end_while_they_sleep(
    server: Server,
) -> None:
    open_to_kernels(server)
    room_id = await server.new_room()
    python = await kernel(server, room_id)
    await leave_memory(server, room_id)

    await server.fetch("DELETE", f"pairedit/rooms/{room_id}")

    assert (await python.ending())[0] == Close.ROOM_DELETED
    assert server.hub.kernels == {}


async def test_a_kernel_that_leaves_while_its_room_is_not_in_memory_is_removed(
    server: Server,
) -> None:
    open_to_kernels(server)
    room_id = await server.new_room()
    python = await kernel(server, room_id)
    await leave_memory(server, room_id)

    await python.close()

    await until(lambda: server.hub.kernels == {})
    await server.hub.open(room_id)
    assert server.hub.kernels == {}


async def test_a_server_that_stops_ends_sleeping_connections(server: Server) -> None:
    open_to_kernels(server)
    room_id = await server.new_room()
    python = await kernel(server, room_id)
    await leave_memory(server, room_id)

    await server.hub.say_goodbye()

    assert (await python.ending())[0] == Close.RESTARTING


async def test_a_kernel_writes_under_the_name_that_jupyter_made_up_for_its_page(
    server: Server,
) -> None:
    open_to_kernels(server)
    room_id = await server.new_room(code="")
    socket = await kernel(server, room_id)

    await socket.push(0, [[0, "a"]])
    await socket.expect("saved")
    headers = {**server.token, "Origin": server.origin}
    page = await server.fetch("GET", "api/me", headers=headers)
    cookie = {"Cookie": page.headers["Set-Cookie"].partition(";")[0]}
    await server.fetch("GET", "pairedit/rooms", headers={**headers, **cookie})
    await socket.push(1, [1, [0, "b"]])
    await socket.expect("saved")
    path = f"pairedit/rooms/{room_id}"
    await server.fetch("PUT", f"{path}/code", {"code": "c"}, kernel_headers(server))

    found = await server.fetch("GET", f"{path}/revisions")
    name = page.json["identity"]["display_name"]
    assert name.startswith("Anonymous ")
    authors = [each["author"] for each in found.json["revisions"]]
    assert authors == [getpass.getuser(), name, name]
