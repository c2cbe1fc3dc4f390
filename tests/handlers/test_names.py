"""REST: rooms that are opened by a name."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from .authorizers import ReadOnly
from .conftest import Start
from .serving import Reply, Server
from .test_rooms import CANARY


async def open_name(server: Server, name: str, **options: Any) -> Reply:
    """Open a room by its name."""
    return await server.fetch("POST", "pairedit/rooms", {"name": name, **options})


async def names(server: Server) -> dict[str, str | None]:
    """Return the names in the list of rooms, by room ids."""
    listed = (await server.fetch("GET", "pairedit/rooms")).json
    return {room["roomId"]: room["name"] for room in listed}


async def test_a_name_leads_to_one_room(server: Server) -> None:
    options = {"code": "select 1", "language": "sql", "limit": 30}
    first = (await open_name(server, " Lesson\t3", **options)).json

    again = (await open_name(server, "LESSON 3", code="other", limit=2)).json

    room_id = first["roomId"]
    assert first == {
        "roomId": room_id,
        "url": f"{server.origin}/a%40b/pairedit/room/{room_id}",
        "outcome": "created",
    }
    assert again == first | {"outcome": "found"}
    room = (await server.fetch("GET", f"pairedit/rooms/{room_id}")).json
    assert (room["title"], room["language"], room["limit"]) == ("Lesson 3", "sql", 30)
    assert await server.code(room_id) == "select 1"


async def test_the_list_has_the_names(server: Server) -> None:
    unnamed = await server.new_room()
    named = (await open_name(server, "Lesson 3", title="T")).json["roomId"]

    assert await names(server) == {unnamed: None, named: "Lesson 3"}


async def test_a_deleted_room_frees_its_name(server: Server) -> None:
    first = (await open_name(server, "n")).json["roomId"]
    await server.fetch("DELETE", f"pairedit/rooms/{first}")

    again = (await open_name(server, "n")).json

    assert again["outcome"] == "recreated"
    assert again["roomId"] != first
    assert await names(server) == {again["roomId"]: "n"}


async def test_requests_at_once_get_one_room(server: Server) -> None:
    replies = await asyncio.gather(*(open_name(server, "n") for _ in range(8)))

    outcomes = sorted(reply.json["outcome"] for reply in replies)
    assert outcomes == ["created"] + ["found"] * 7
    assert len({reply.json["roomId"] for reply in replies}) == 1
    assert len(await names(server)) == 1


async def test_a_server_finds_its_rooms_again_after_a_restart(start: Start) -> None:
    first = (await open_name(await start(), "n")).json

    again = (await open_name(await start(), "n")).json

    assert again["roomId"] == first["roomId"]


async def test_j7_the_name_of_another_user_leads_to_a_room_of_ones_own(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "ann")
    first = (await open_name(await start(), "n")).json
    monkeypatch.setenv("JUPYTERHUB_USER", "bob")
    server = await start()

    other = (await open_name(server, "n")).json

    assert other["outcome"] == "created"
    # Ann's room is listed, and her name for it, which opens nothing here, is not.
    assert await names(server) == {first["roomId"]: None, other["roomId"]: "n"}


async def test_a_room_is_made_again_by_its_id_and_name(server: Server) -> None:
    room_id = (await open_name(server, "n")).json["roomId"]
    path = f"pairedit/rooms/{room_id}"
    await server.fetch("DELETE", path)

    made = await server.fetch("PUT", path, {"name": "N", "code": "kept"})
    again = await server.fetch("PUT", path, {"name": "n", "code": "lost"})

    assert (made.status, again.status) == (201, 200)
    assert (await open_name(server, "n")).json["roomId"] == room_id
    assert await server.code(room_id) == "kept"


async def test_a_name_is_not_taken_from_another_room(server: Server) -> None:
    room_id = (await open_name(server, "n")).json["roomId"]

    taken = await server.fetch("PUT", f"pairedit/rooms/{'A' * 22}", {"name": "N"})
    renamed = await server.fetch("PUT", f"pairedit/rooms/{room_id}", {"name": "m"})

    assert (taken.status, taken.json["code"]) == (409, "name_taken")
    assert taken.json["message"] == (
        f"Expected a name that no other room has, found that of room {room_id}."
    )
    assert (renamed.status, renamed.json["code"]) == (409, "room_named")
    assert await names(server) == {room_id: "n"}


@pytest.mark.parametrize(
    ("name", "found"), [("", "none"), ("\u200b", "none"), (CANARY * 6, "84")]
)
async def test_a_bad_name_is_refused_in_one_sentence(
    server: Server, name: str, found: str
) -> None:
    reply = await open_name(server, name)

    assert (reply.status, reply.json["code"]) == (422, "invalid")
    assert (
        "a room's name of 1 to 80 visible characters, found " + found
        in (reply.json["message"])
    )
    assert CANARY not in reply.body.decode()
    assert await names(server) == {}


async def test_a_full_server_opens_the_names_that_it_has(start: Start) -> None:
    server = await start(limits={"stored": 1})
    first = (await open_name(server, "n")).json["roomId"]

    full = await open_name(server, "m")

    assert (full.status, full.json["code"]) == (503, "server_full")
    assert (await open_name(server, "n")).json["roomId"] == first


async def test_who_may_only_read_opens_no_name(start: Start) -> None:
    server = await start({"ServerApp": {"authorizer_class": ReadOnly}})

    reply = await open_name(server, "n")

    assert reply.status == 403
    assert await names(server) == {}


async def test_without_a_place_for_the_owner_rooms_are_listed_without_names(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    room_id = (await open_name(server, "n")).json["roomId"]
    (tmp_path / "file").touch()
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "file"))

    refused = await open_name(server, "n")

    assert (refused.status, refused.json["code"]) == (503, "storage")
    assert "the owner of room names in " in refused.json["message"]
    assert await names(server) == {room_id: None}
