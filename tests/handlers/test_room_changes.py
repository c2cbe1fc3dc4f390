"""REST and socket: title, language, limit and settings of a room are changed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from jupyter_pairedit.protocol import Close

from .conftest import Start
from .guests import guest, hello, share
from .serving import KEYS, Reply, Server, Socket

SWITCHES = {
    "suggestions": True,
    "guestsMayAsk": False,
    "guestsSeeOutput": False,
    "guestsSeeHtml": False,
}


async def patch(
    server: Server, room_id: str, body: object, match: str | None = '"0"'
) -> Reply:
    """Change a room."""
    headers = dict(server.token)
    if match is not None:
        headers["If-Match"] = match
    return await server.fetch("PATCH", f"pairedit/rooms/{room_id}", body, headers)


async def test_a_room_is_changed_for_everybody_in_it(server: Server) -> None:
    room_id = await server.new_room(title="before", limit=4)
    link = await share(server, room_id)
    member, welcome = await server.seated(room_id)
    visitor, _ = await guest(server, link)
    visitor_of_files, _ = await guest(server, link, edits=False)
    assert (welcome.get("changes"), welcome["settings"]) == (None, SWITCHES)

    reply = await patch(
        server,
        room_id,
        {"title": " af\0ter ", "language": "sql", "settings": {"suggestions": False}},
    )

    now = {
        "title": "after",
        "language": "sql",
        "limit": 4,
        "settings": {**SWITCHES, "suggestions": False},
        "changes": 1,
    }
    assert (reply.status, reply.json) == (200, now)
    for socket in (member, visitor, visitor_of_files):
        assert await socket.expect("room") == {"type": "room", **now}
    described = await server.fetch("GET", f"pairedit/rooms/{room_id}")
    assert described.json.items() >= now.items()
    _, welcome = await server.seated(room_id, KEYS[2])
    assert welcome.items() >= now.items()


async def test_one_of_two_who_change_the_title_at_once_sees_that_of_the_other(
    server: Server,
) -> None:
    room_id = await server.new_room()

    replies = await asyncio.gather(
        patch(server, room_id, {"title": "hers"}),
        patch(server, room_id, {"title": "his"}),
    )

    done, refused = sorted(replies, key=lambda reply: reply.status)
    assert (done.status, refused.status) == (200, 409)
    assert refused.json["code"] == "room_changed"
    assert refused.json["room"] == done.json


async def test_who_is_in_the_room_stays_when_the_limit_is_lowered(
    server: Server,
) -> None:
    room_id = await server.new_room(limit=2)
    member, _ = await server.seated(room_id)
    visitor, _ = await guest(server, await share(server, room_id))

    reply = await patch(server, room_id, {"limit": 1})

    assert reply.json["limit"] == 1
    for socket in (member, visitor):
        assert (await socket.expect("room"))["limit"] == 1
        assert await socket.lives()


async def test_a_higher_limit_admits_the_next_person(server: Server) -> None:
    room_id = await server.new_room(limit=1)
    link = await share(server, room_id)
    await server.seated(room_id)

    assert (await patch(server, room_id, {"limit": 2})).status == 200

    _, welcome = await guest(server, link)
    assert welcome["limit"] == 2


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"title": "x" * 121}, "title"),
        ({"language": "cobol"}, "language"),
        ({"limit": 0}, "limit"),
        ({"limit": 301}, "limit"),
        ({"limit": None}, "limit"),
        ({"settings": {"colour": True}}, "settings"),
        ({"settings": {"suggestions": 1}}, "bool"),
        ({"code": "x"}, "title"),
    ],
)
async def test_a_value_that_is_not_allowed_changes_nothing(
    server: Server, body: dict[str, Any], word: str
) -> None:
    room_id = await server.new_room()

    reply = await patch(server, room_id, {"title": "new", **body})

    assert (reply.status, reply.json["code"]) == (422, "invalid")
    assert word in reply.json["message"]
    room = (await server.fetch("GET", f"pairedit/rooms/{room_id}")).json
    assert (room["title"], room["changes"]) == ("", 0)


@pytest.mark.parametrize(
    ("match", "status", "code"),
    [
        (None, 428, "precondition_required"),
        ("soon", 422, "invalid"),
        ('"0', 422, "invalid"),
        ("9" * 10, 422, "invalid"),
        ("7", 409, "room_changed"),
        ("0", 200, None),
        ("*", 200, None),
    ],
)
async def test_a_change_names_the_state_that_it_was_made_for(
    server: Server, match: str | None, status: int, code: str | None
) -> None:
    room_id = await server.new_room()

    reply = await patch(server, room_id, {"title": "new"}, match)

    assert (reply.status, reply.json.get("code")) == (status, code)


async def test_the_history_lists_the_changes(server: Server) -> None:
    room_id = await server.new_room(title="a")
    await patch(server, room_id, {"title": "b"})
    await server.put(room_id, "code")
    await patch(server, room_id, {"limit": 5}, "1")

    reply = await server.fetch("GET", f"pairedit/rooms/{room_id}/changes")

    listed = reply.json["changes"]
    assert all(each.pop("at") > 0 and each.pop("author") for each in listed)
    assert all(1 <= each.pop("color") <= 7 for each in listed)
    assert listed == [
        {"number": 1, "version": 0, "differences": {"title": ["a", "b"]}},
        {"number": 2, "version": 1, "differences": {"limit": [2, 5]}},
    ]


async def test_guests_get_no_suggestions_where_they_are_switched_off(
    start: Start,
) -> None:
    server = await start(guest_autocomplete=True)
    room_id = await server.new_room(code="def f():")
    visitor, _ = await guest(server, await share(server, room_id))
    ask = {"version": 0, "cursorPosition": 8}

    await visitor.send("autocomplete", id=1, **ask)
    before = await visitor.expect("suggestion")
    await patch(server, room_id, {"settings": {"suggestions": False}})
    await visitor.expect("room")
    await visitor.send("autocomplete", id=2, **ask)
    after = await visitor.expect("suggestion")

    assert before["suggestion"] != ""
    assert after == {"type": "suggestion", "suggestion": "", "id": 2}


async def test_a_page_of_a_listed_origin_may_change_a_room(start: Start) -> None:
    origin = "https://lab.example"
    server = await start(allowed_origins=origin)
    room_id = await server.new_room()

    asked = await server.fetch(
        "OPTIONS", f"pairedit/rooms/{room_id}", headers={"Origin": origin}
    )

    assert "PATCH" in asked.headers["Access-Control-Allow-Methods"]
    assert "if-match" in asked.headers["Access-Control-Allow-Headers"]


async def test_a_missing_room_is_not_changed(server: Server) -> None:
    for room_id in ("A" * 22, "x"):
        reply = await patch(server, room_id, {"title": "T"})
        assert (reply.status, reply.json["code"]) == (404, "room_not_found")


async def test_members_are_sent_the_name_of_who_finds_the_room_full_once_a_minute(
    server: Server,
) -> None:
    room_id = await server.new_room(limit=2)
    link = await share(server, room_id)
    member, _ = await server.seated(room_id)
    visitor, _ = await guest(server, link)

    for _ in range(2):
        refused = await hello(server, link, name="Ada\u202e\n", key=KEYS[2])
        error = await refused.expect("error")
        assert (error["code"], error["limit"]) == ("room_full", 2)
        assert (await refused.ending())[0] == Close.ROOM_FULL
    await patch(server, room_id, {"limit": 3})

    wanted = {"type": "seat_wanted", "name": "Ada", "guest": True}
    sent = [await other_than_presence(member) for _ in range(2)]
    assert sorted(each["type"] for each in sent) == ["room", "seat_wanted"]
    assert wanted in sent
    assert (await visitor.expect("room"))["limit"] == 3
    await guest(server, link, key=KEYS[2])


async def other_than_presence(socket: Socket) -> dict[str, Any]:
    """Return the next message that is not about people and carets."""
    while (message := await socket.next())["type"] == "presence":
        pass
    return message


async def test_a_guest_who_waits_for_a_seat_does_not_use_the_link(
    server: Server,
) -> None:
    room_id = await server.new_room(limit=1)
    link = await share(server, room_id)
    await server.seated(room_id)

    for _ in range(3):
        refused = await hello(server, link, key=KEYS[2])
        assert (await refused.ending())[0] == Close.ROOM_FULL

    listed = await server.fetch("GET", f"pairedit/rooms/{room_id}/invites")
    assert [each["uses"] for each in listed.json["invites"]] == [0]
