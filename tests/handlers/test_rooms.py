"""REST: rooms and their code, and what a bad body is told."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.limits import MIB

from .conftest import Start
from .serving import Reply, Server

CANARY = "canary<script>"
"""Is in every bad body and must be in no answer."""


async def test_a_room_is_made_with_all_that_the_body_says(server: Server) -> None:
    room_id = await server.new_room(
        code="select 1", title="T", language="sql", limit=30
    )

    room = (await server.fetch("GET", f"pairedit/rooms/{room_id}")).json
    assert room.pop("createdAt") > 0
    assert room == {
        "roomId": room_id,
        "url": f"{server.origin}/a%40b/pairedit/room/{room_id}",
        "title": "T",
        "language": "sql",
        "limit": 30,
        "settings": {
            "suggestions": True,
            "guestsMayAsk": False,
            "guestsSeeOutput": False,
            "guestsSeeHtml": False,
        },
        "changes": 0,
        "version": 0,
        "people": [],
    }


async def test_a_title_is_a_line_that_can_be_seen(server: Server) -> None:
    room_id = await server.new_room(title=" a\0b\u202e\n c ")

    reply = await server.fetch("GET", f"pairedit/rooms/{room_id}")

    assert reply.json["title"] == "ab c"


async def test_putting_a_room_makes_it_once(server: Server) -> None:
    path = f"pairedit/rooms/{'A' * 22}"

    first = await server.fetch("PUT", path, {"code": "first", "title": "T"})
    second = await server.fetch("PUT", path, {"code": "second", "title": "U"})

    assert (first.status, second.status) == (201, 200)
    assert first.json == second.json
    assert await server.code("A" * 22) == "first"


async def test_the_list_begins_with_the_room_that_changed_last(server: Server) -> None:
    rooms = [await server.new_room(title=title) for title in "abc"]
    await server.put(rooms[0], "changed")
    await server.writer(rooms[1])

    listed = (await server.fetch("GET", "pairedit/rooms")).json

    assert [room["title"] for room in listed] == ["a", "c", "b"]
    assert [len(room["people"]) for room in listed] == [0, 0, 1]
    assert listed[0]["version"] == 1


async def test_a_deleted_room_is_gone(server: Server) -> None:
    room_id = await server.new_room()
    path = f"pairedit/rooms/{room_id}"

    deleted = await server.fetch("DELETE", path)

    assert (deleted.status, deleted.body) == (204, b"")
    for method, where, body in [
        ("GET", path, None),
        ("DELETE", path, None),
        ("GET", f"{path}/code", None),
        ("PUT", f"{path}/code", {"code": "x"}),
    ]:
        again = await server.fetch(method, where, body)
        assert (again.status, again.json["code"]) == (404, "room_not_found")


async def test_code_is_written_and_read_with_its_version(server: Server) -> None:
    room_id = await server.new_room(code="")
    path = f"pairedit/rooms/{room_id}/code"

    assert await server.put(room_id, "a\r\nb\rc😀") == 1
    assert await server.put(room_id, "a\nb\nc😀") == 1
    reply = await server.fetch("GET", path)

    assert reply.json == {"code": "a\nb\nc😀", "version": 1}
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "bad", ["short", "A" * 33, "A" * 21 + "-", "%2e%2e%2f", "A%00"]
)
async def test_what_cannot_be_an_id_is_no_room(server: Server, bad: str) -> None:
    for method, path, body in [
        ("GET", f"rooms/{bad}", None),
        ("PUT", f"rooms/{bad}", {}),
        ("DELETE", f"rooms/{bad}", None),
        ("GET", f"rooms/{bad}/code", None),
        ("PUT", f"rooms/{bad}/code", {"code": "x"}),
    ]:
        reply = await server.fetch(method, f"pairedit/{path}", body)
        assert (reply.status, reply.json["code"]) == (404, "room_not_found")
        assert "16 to 32 letters and digits" in reply.json["message"]


def refusal(reply: Reply) -> tuple[int, str]:
    """Check the form of a refusal; return its status and code."""
    assert set(reply.json) == {"code", "message"}
    assert "xpected" in reply.json["message"]
    assert len(reply.json["message"]) < 200
    assert b"canary" not in reply.body
    return reply.status, reply.json["code"]


BAD_ROOMS: dict[str, tuple[object, int, str]] = {
    "no JSON": (CANARY.encode(), 400, "malformed"),
    "half of it": (b'{"title": "canary', 400, "malformed"),
    "no UTF-8": (b'{"title": "canary \xff"}', 400, "malformed"),
    "depth 100,000": (b'{"canary": ' + b"[" * 100_000, 422, "invalid"),
    "a lone surrogate": (b'{"code": "canary \\ud800"}', 400, "malformed"),
    "NaN": (b'{"title": "canary", "limit": NaN}', 400, "malformed"),
    "a list": ([CANARY], 422, "invalid"),
    "text": (CANARY, 422, "invalid"),
    "an unknown field": ({CANARY: 1}, 422, "invalid"),
    "a number as code": ({"code": 1}, 422, "invalid"),
    "a number as title": ({"title": 1}, 422, "invalid"),
    "a long title": ({"title": CANARY * 20}, 422, "invalid"),
    "an unknown language": ({"language": CANARY}, 422, "invalid"),
    "nobody": ({"limit": 0}, 422, "invalid"),
    "too many people": ({"limit": 301}, 422, "invalid"),
    "true people": ({"limit": True}, 422, "invalid"),
    "1e400 people": (b'{"limit": 1e400}', 422, "invalid"),
    "people of 5,000 digits": (b'{"limit": %s}' % (b"9" * 5_000), 422, "invalid"),
    "U+0000 in the code": ({"code": "canary\0"}, 400, "bad_change"),
}


@pytest.mark.parametrize(("body", "status", "code"), BAD_ROOMS.values(), ids=BAD_ROOMS)
@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_bad_body_makes_no_room_and_the_error_names_what_was_expected(
    server: Server, method: str, body: object, status: int, code: str
) -> None:
    path = "pairedit/rooms" if method == "POST" else f"pairedit/rooms/{'A' * 22}"
    json = {**server.token, "Content-Type": "application/json"}

    reply = await server.fetch(method, path, body, json)

    assert refusal(reply) == (status, code)
    assert await server.hub.store.rooms() == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (None, 422, "invalid"),
        (b"", 422, "invalid"),
        ({}, 422, "invalid"),
        ({"code": None}, 422, "invalid"),
        ({"code": "x", "version": "canary"}, 422, "invalid"),
        ({"code": "canary\0"}, 400, "bad_change"),
        ({"code": "x" * (MIB + 1)}, 413, "too_large"),
    ],
    ids=["no body", "empty", "no code", "null", "a field more", "U+0000", "too large"],
)
async def test_bad_code_is_not_written(
    server: Server, body: object, status: int, code: str
) -> None:
    room_id = await server.new_room(code="kept")

    reply = await server.fetch("PUT", f"pairedit/rooms/{room_id}/code", body)

    if code == "too_large":
        assert (reply.status, reply.json["code"]) == (status, code)
        assert "1 MiB" in reply.json["message"]
    else:
        assert refusal(reply) == (status, code)
    assert await server.code(room_id) == "kept"


async def test_a_new_room_cannot_begin_too_large(start: Start) -> None:
    server = await start(max_code_size=10)

    reply = await server.fetch("POST", "pairedit/rooms", {"code": "é" * 6})

    assert (reply.status, reply.json["code"]) == (413, "too_large")
    assert await server.hub.store.rooms() == []


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", ""]
)
async def test_a_body_that_is_not_said_to_be_json_is_415(
    server: Server, kind: str
) -> None:
    headers = {**server.token, "Content-Type": kind}

    reply = await server.fetch("POST", "pairedit/rooms", b'{"title": "x"}', headers)

    assert refusal(reply) == (415, "unsupported_body")
    assert await server.hub.store.rooms() == []


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON"]
)
async def test_json_may_be_said_in_other_words(server: Server, kind: str) -> None:
    headers = {**server.token, "Content-Type": kind}

    reply = await server.fetch("POST", "pairedit/rooms", b'{"title": "x"}', headers)

    assert reply.status == 200


async def test_a_body_where_no_code_is_may_have_little(server: Server) -> None:
    reply = await server.fetch("GET", "pairedit/health", b"x" * 65_537)

    assert refusal(reply) == (413, "request_entity_too_large")


async def test_links_to_rooms_begin_with_the_public_address_where_one_is_set(
    start: Start,
) -> None:
    server = await start(public_url="https://pair.example")

    made = (await server.fetch("POST", "pairedit/rooms", {})).json

    page = f"pairedit/room/{made['roomId']}"
    assert made["url"] == f"https://pair.example/a%40b/{page}"


async def test_an_unknown_method_is_refused_in_json(server: Server) -> None:
    reply = await server.fetch("PATCH", "pairedit/rooms", {})

    assert reply.status == 405
    assert set(reply.json) == {"code", "message"}


async def test_a_write_of_rest_reaches_whoever_is_connected(server: Server) -> None:
    room_id = await server.new_room(code="ab")
    writer = await server.writer(room_id)
    editor, _ = await server.seated(room_id)

    await server.put(room_id, "aXb")

    assert (await writer.expect("code_update"))["code"] == "aXb"
    assert (await editor.expect("code_update"))["updates"] == [
        ["", [1, [0, "X"], 1], 1]
    ]
