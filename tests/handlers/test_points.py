"""REST: restore points, and what the history takes."""

from __future__ import annotations

from .conftest import Start
from .serving import Server
from .test_history import edited


async def test_a_version_is_named_listed_and_forgotten(server: Server) -> None:
    room_id = await edited(server)
    path = f"pairedit/rooms/{room_id}/points"

    made = await server.fetch("POST", path, {"version": 2, "name": " before\u202e X "})
    newest = await server.fetch("POST", path, {"name": "now"})

    assert (made.status, newest.status) == (200, 200)
    facts = {"version", "name", "author", "color", "at"}
    assert set(made.json) == facts
    listed = (await server.fetch("GET", path)).json["points"]
    assert listed == [made.json, newest.json]
    assert [(each["version"], each["name"]) for each in listed] == [
        (2, "before X"),
        (3, "now"),
    ]
    assert (await server.fetch("DELETE", f"{path}/2")).status == 204
    assert (await server.fetch("GET", path)).json["points"] == [newest.json]
    gone = await server.fetch("DELETE", f"{path}/2")
    assert (gone.status, gone.json["code"]) == (404, "point_not_found")


async def test_a_name_has_1_to_80_characters_that_can_be_seen(server: Server) -> None:
    room_id = await edited(server)
    path = f"pairedit/rooms/{room_id}/points"

    for name in ("", "  ", "\u200b\u202e", "x" * 81):
        reply = await server.fetch("POST", path, {"name": name})
        assert reply.status == 422, name
        assert "Expected" in reply.json["message"]
    longest = await server.fetch("POST", path, {"name": "x" * 80})
    assert longest.json["name"] == "x" * 80


async def test_only_a_version_of_a_room_can_be_named(server: Server) -> None:
    room_id = await edited(server)

    late = {"version": 4, "name": "x"}
    beyond = await server.fetch("POST", f"pairedit/rooms/{room_id}/points", late)
    nowhere = await server.fetch("POST", f"pairedit/rooms/{'S' * 22}/points", late)
    listed = await server.fetch("GET", f"pairedit/rooms/{'S' * 22}/points")

    assert (beyond.status, beyond.json["code"]) == (404, "version_not_found")
    assert (nowhere.status, nowhere.json["code"]) == (404, "room_not_found")
    assert listed.status == 404


async def test_a_room_has_so_many_points(server: Server) -> None:
    room_id = await edited(server)
    path = f"pairedit/rooms/{room_id}/points"
    for number in range(server.hub.limits.points):
        await server.put(room_id, f"{number}")
        assert (await server.fetch("POST", path, {"name": f"{number}"})).status == 200

    reply = await server.fetch("POST", path, {"version": 0, "name": "one more"})

    assert (reply.status, reply.json["code"]) == (409, "point_limit")
    assert "100 restore points" in reply.json["message"]


async def test_the_size_of_the_history_is_reported_to_people_and_to_the_operator(
    server: Server,
) -> None:
    room_id = await edited(server)

    small = (await server.fetch("GET", f"pairedit/rooms/{room_id}/history")).json
    await server.put(room_id, "y" * 10_000)
    large = (await server.fetch("GET", f"pairedit/rooms/{room_id}/history")).json

    assert (small["head"], small["revisions"]) == (3, 3)
    assert small["limit"] == 50 * 1024 * 1024
    assert 10_000 < large["bytes"] - small["bytes"] < 10_500
    assert (await server.fetch("GET", "pairedit/debug/rooms/bytes")).json == {}
    editor, _ = await server.seated(room_id)
    counted = (await server.fetch("GET", "pairedit/debug/rooms")).json
    measured = (await server.fetch("GET", "pairedit/debug/rooms/bytes")).json
    assert counted == {room_id: 1}
    assert measured == {room_id: large["bytes"]}
    await editor.close()


async def test_m11_a_room_whose_history_is_full_says_so_to_each_request_and_message(
    start: Start,
) -> None:
    server = await start(limits={"history_size": 1_000})
    room_id = await server.new_room(code="a")
    room = await server.hub.open(room_id)
    for letter in "bc":
        # The first change is what lets it measure.
        await server.put(room_id, letter * 1_000)
        await room.settle()
    editor, _ = await server.seated(room_id)
    await editor.push(2, [1_000, [0, "b"]])

    refusal = await editor.expect("error")
    reply = await server.fetch("PUT", f"pairedit/rooms/{room_id}/code", {"code": "x"})

    assert (refusal["code"], reply.status, reply.json["code"]) == (
        "quota",
        507,
        "quota",
    )
    assert "history of this room is full" in refusal["message"]
    assert refusal["message"] == reply.json["message"]
    assert await server.code(room_id) == "c" * 1_000
