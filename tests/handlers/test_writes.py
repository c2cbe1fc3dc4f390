"""A whole-file write that is sent twice, over the socket and by REST."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Start
from .guests import guest, share
from .serving import KEYS, Reply, Server, Socket

ID = ["deadbeef", 7]
LISTED = "https://notebooks.example"


async def write(socket: Socket, code: str, id: object = ID) -> dict[str, Any]:
    """Send a write; return its acknowledgement, after the revision if there is one."""
    await socket.send("code_change", code=code, id=id)
    while (message := await socket.next())["type"] in {"presence", "code_update"}:
        pass
    assert message["type"] == "saved", message
    return message


async def put(server: Server, room_id: str, code: str, key: str) -> Reply:
    path = f"pairedit/rooms/{room_id}/code"
    headers = {**server.token, "Idempotency-Key": key}
    return await server.fetch("PUT", path, {"code": code}, headers)


async def history(server: Server, room_id: str) -> list[str]:
    """Return the kinds of the room's revisions."""
    found = await server.fetch("GET", f"pairedit/rooms/{room_id}/revisions")
    return [each["kind"] for each in found.json["revisions"]]


# --- the socket ---------------------------------------------------------------------


async def test_a_write_that_two_pages_send_is_carried_out_once(server: Server) -> None:
    room_id = await server.new_room(code="old\n", limit=3)
    awake, _ = await server.seated(room_id, KEYS[0])
    asleep, _ = await server.seated(room_id, KEYS[1])
    other, _ = await server.seated(room_id, KEYS[2])

    first = await write(awake, "v1\n")
    assert (await other.expect("code_update"))["version"] == 1
    await other.push(1, [3, [0, "typed"]])
    await other.expect("saved")
    again = await write(asleep, "v1\n")

    assert (first["version"], first["id"]) == (1, ID)
    assert (again["version"], again["id"]) == (2, ID)
    assert await server.code(room_id) == "v1\ntyped"
    assert await history(server, room_id) == ["write", "edit"]


async def test_the_same_client_may_send_it_again_on_another_connection(
    server: Server,
) -> None:
    room_id = await server.new_room(code="old\n")
    first, welcome = await server.seated(room_id, KEYS[0])
    await first.send("code_change", code="v1\n", id=ID)
    await first.expect("code_update")
    await server.put(room_id, "somebody else's\n")

    back = await server.editor(
        room_id, KEYS[0], resume={"version": 0, "epoch": welcome["epoch"]}
    )
    await back.expect("welcome")

    assert (await write(back, "v1\n"))["version"] == 2
    assert await server.code(room_id) == "somebody else's\n"


async def test_a_write_that_changes_nothing_is_acknowledged_with_its_id(
    server: Server,
) -> None:
    room_id = await server.new_room(code="same\n")
    socket, _ = await server.seated(room_id)

    assert await write(socket, "same\n") == {"type": "saved", "version": 0, "id": ID}
    assert await history(server, room_id) == []


async def test_an_earlier_write_is_not_carried_out_after_a_later_one(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    quick, _ = await server.seated(room_id, KEYS[0])
    slow, _ = await server.seated(room_id, KEYS[1])

    await write(quick, "v9\n", ["deadbeef", 9])

    assert (await write(slow, "v8\n", ["deadbeef", 8]))["version"] == 1
    assert await server.code(room_id) == "v9\n"


async def test_a_guest_may_give_an_id_too(server: Server) -> None:
    room_id = await server.new_room(code="")
    socket, _ = await guest(server, await share(server, room_id))

    assert (await write(socket, "v1\n"))["id"] == ID


async def test_the_whole_file_dialect_knows_no_id(server: Server) -> None:
    room_id = await server.new_room(code="")
    socket = await server.writer(room_id)
    other, _ = await server.seated(room_id)

    for code in ("v1\n", "v2\n"):
        await socket.send("code_change", code=code, id=ID)
        await other.expect("code_update")

    assert await server.code(room_id) == "v2\n"


@pytest.mark.parametrize(
    "bad",
    [
        7,
        "deadbeef",
        [],
        ["deadbeef"],
        ["short", 7],
        ["x" * 65, 7],
        ["dead-beef", 7],
        ["deadbeef", -1],
        ["deadbeef", 2**53],
        ["deadbeef", 1.5],
        ["deadbeef", "7"],
        [["deadbeef"], 7],
    ],
)
async def test_what_is_no_id_is_refused_and_nothing_is_written(
    server: Server, bad: object
) -> None:
    room_id = await server.new_room(code="old\n")
    socket, _ = await server.seated(room_id)

    await socket.send("code_change", code="v1\n", id=bad)

    assert await socket.refusal() == "malformed"
    assert await server.code(room_id) == "old\n"


# --- REST ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "again"),
    [
        ("8e03978e-40d5-43e8-bc93-6894a57f9324",) * 2,
        ('"8e03978e"', "8e03978e"),
        ("x" * 64, f'"{"x" * 64}"'),
        ("!#$%&'()*+,-./:;<=>?@[]^_`{|}~",) * 2,
    ],
)
async def test_a_request_that_is_repeated_is_answered_with_the_first_version(
    server: Server, key: str, again: str
) -> None:
    room_id = await server.new_room(code="old\n")

    first = await put(server, room_id, "v1\n", key)
    await server.put(room_id, "v2\n")
    second = await put(server, room_id, "v1\n", again)

    assert (first.status, first.json) == (200, {"version": 1})
    assert (second.status, second.json) == (200, {"version": 1})
    assert await server.code(room_id) == "v2\n"
    assert await history(server, room_id) == ["write", "write"]


async def test_another_key_is_another_write_and_so_is_another_room(
    server: Server,
) -> None:
    rooms = [await server.new_room(code="old\n") for _ in range(2)]

    for room_id in rooms:
        await put(server, room_id, "v1\n", "2026-10-02")
        assert (await put(server, room_id, "v0\n", "2026-10-01")).json["version"] == 2
        assert await server.code(room_id) == "v0\n"


@pytest.mark.parametrize(
    "bad", ["", '""', '"', 'a"', "a b", "x" * 65, "a\\b", "\u00fc", '"a", "b"']
)
async def test_what_is_no_key_is_refused_and_nothing_is_written(
    server: Server, bad: str
) -> None:
    room_id = await server.new_room(code="old\n")

    reply = await put(server, room_id, "v1\n", bad)

    assert (reply.status, reply.json["code"]) == (422, "invalid")
    assert "Expected an Idempotency-Key of 1 to 64" in reply.json["message"]
    assert await server.code(room_id) == "old\n"


async def test_a_page_of_a_listed_origin_may_send_the_key(start: Start) -> None:
    server = await start(allowed_origins=[LISTED])
    asks = {
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "idempotency-key",
        "Origin": LISTED,
    }

    reply = await server.fetch("OPTIONS", "pairedit/rooms", headers=asks)

    assert "idempotency-key" in reply.headers["Access-Control-Allow-Headers"]
