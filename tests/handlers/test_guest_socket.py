"""Guests over their socket: the same room, in both dialects, and no more than that."""

from __future__ import annotations

import pytest

from jupyter_pairedit.protocol import Close

from .conftest import Start
from .guests import change, guest, hello, knock, share
from .serving import KEYS, Server


async def test_a_guest_is_welcomed_and_gets_the_code(server: Server) -> None:
    room_id = await server.new_room(code="ab", title="T", language="sql")
    link = await share(server, room_id, label="for Gus")

    socket = await hello(server, link)

    welcome = await socket.next()
    assert len(welcome.pop("resume")) == 43
    assert welcome.pop("clientId") not in KEYS
    assert welcome.pop("epoch")
    assert welcome.pop("role", "edit") == "edit"
    assert welcome.pop("settings")["suggestions"] is True
    assert welcome == {
        "type": "welcome",
        "resumed": False,
        "title": "T",
        "language": "sql",
        "limit": 2,
        "guest": True,
        "marks": ["guest"],
    }
    assert (await socket.next())["code"] == "ab"


async def test_everybody_sees_who_is_a_guest_and_by_which_link(server: Server) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id, label="for Gus")
    owner, _ = await server.seated(room_id)
    await owner.expect("presence")

    socket, welcome = await guest(server, link, name="Gus")

    for each in (owner, socket):
        people = (await each.expect("presence"))["people"]
        assert [person.get("guest", False) for person in people] == [False, True]
        assert people[1]["name"] == "Gus"
        assert people[1]["label"] == "for Gus"
        assert people[1]["clients"] == [welcome["clientId"]]
        assert "label" not in people[0]


async def test_a_guest_and_the_owner_type_together(server: Server) -> None:
    room_id = await server.new_room(code="ab")
    owner, _ = await server.seated(room_id)
    socket, welcome = await guest(server, await share(server, room_id))

    await owner.push(0, [[0, "1"], 2])
    await owner.expect("saved")
    await socket.push(0, [2, [0, "2"]])

    update = await owner.expect("code_update")
    assert update["updates"] == [[welcome["clientId"], [3, [0, "2"]], 0, 1]]
    assert await server.code(room_id) == "1ab2"


async def test_the_log_says_that_a_guest_wrote_it(server: Server) -> None:
    room_id = await server.new_room(code="")
    socket, _ = await guest(server, await share(server, room_id), name=" An\u202en ")

    await socket.push(0, [[0, "x"]])
    await socket.expect("saved")

    reply = await server.fetch("GET", f"pairedit/rooms/{room_id}/revisions")
    (written,) = reply.json["revisions"]
    assert (written["author"], written["marks"]) == ("Ann (guest)", ["guest"])


async def test_a_guest_may_use_the_whole_file_dialect(server: Server) -> None:
    room_id = await server.new_room(code="ab")
    owner, _ = await server.seated(room_id)
    socket = await hello(server, await share(server, room_id), edits=False)

    welcome = await socket.next()
    assert (welcome["type"], welcome["guest"]) == ("welcome", True)
    assert (await socket.next())["type"] == "initial_state"
    await socket.write("abc")

    assert (await owner.expect("code_update"))["version"] == 1
    assert await server.code(room_id) == "abc"


async def test_a_guest_comes_back_without_the_key(server: Server) -> None:
    room_id = await server.new_room(code="")
    link = await share(server, room_id)
    before, welcome = await guest(server, link)
    await before.push(0, [[0, "x"]])
    await before.expect("saved")
    await before.close()

    after = await hello(
        server,
        link,
        secret=None,
        resume=welcome["resume"],
        version=1,
        epoch=welcome["epoch"],
    )

    assert await after.expect("welcome") == {**welcome, "resumed": True}
    await after.push(1, [1, [0, "y"]])
    assert (await after.expect("saved"))["version"] == 2
    assert await server.code(room_id) == "xy"


async def test_what_resumes_one_client_resumes_no_other(server: Server) -> None:
    room_id = await server.new_room(limit=5)
    link, other = await share(server, room_id), await share(server, room_id)
    _, welcome = await guest(server, link)
    resume = {"secret": None, "resume": welcome["resume"]}

    stolen = await hello(server, link, key=KEYS[2], **resume)
    elsewhere = await hello(server, other, **resume)

    assert (await stolen.ending())[0] == Close.INVITE_NOT_VALID
    assert (await elsewhere.ending())[0] == Close.INVITE_NOT_VALID


async def test_a_guest_of_whole_files_comes_back_as_the_same_client(
    server: Server,
) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id)
    before, welcome = await guest(server, link, edits=False)
    await before.close()

    resume = {"secret": None, "resume": welcome["resume"]}
    _, again = await guest(server, link, edits=False, **resume)

    assert again["clientId"] == welcome["clientId"]


async def test_guests_keep_nobody_of_the_server_out(server: Server) -> None:
    room_id = await server.new_room(limit=2)
    link = await share(server, room_id)
    for key in KEYS[:2]:
        await guest(server, link, key=key)

    _, welcome = await server.seated(room_id)
    third = await hello(server, link, key=KEYS[2])

    assert welcome["role"] == "owner"
    # What an owner can set is not said to a guest.
    assert await third.ending() == (Close.ROOM_FULL, "Room full. It takes 2 at a time.")


@pytest.mark.parametrize("edits", [True, False])
async def test_a_guest_receives_a_new_role_before_the_owner_is_answered(
    server: Server, edits: bool
) -> None:
    room_id = await server.new_room(code="")
    link = await share(server, room_id, role="view")
    socket, welcome = await guest(server, link, edits=edits)
    path = f"invites/{link.invite_id}"
    assert welcome["role"] == "view"

    reply = await change(server, "PUT", room_id, path, {"role": "edit"})

    assert reply.json == {"inviteId": link.invite_id, "role": "edit"}
    assert await socket.expect("role") == {"type": "role", "role": "edit"}
    await socket.write("x")
    if edits:
        await socket.expect("code_update")
    assert await socket.lives()
    assert await server.code(room_id) == "x"

    await change(server, "PUT", room_id, path, {"role": "view"})
    await socket.write("y")

    assert (await socket.expect("role"))["role"] == "view"
    assert await socket.refusal() == "forbidden"
    assert await server.code(room_id) == "x"


async def test_in_a_locked_room_all_guests_only_look(
    start: Start, server: Server
) -> None:
    room_id = await server.new_room(code="")
    link = await share(server, room_id)
    socket, _ = await guest(server, link)

    reply = await change(server, "PUT", room_id, "lock", {"locked": True})
    await socket.push(0, [[0, "x"]])

    assert reply.json == {"locked": True}
    assert (await socket.expect("role"))["role"] == "view"
    assert await socket.refusal() == "forbidden"
    again = await start()
    late, welcome = await guest(again, link)
    assert welcome["role"] == "view"
    await change(again, "PUT", room_id, "lock", {"locked": False})
    assert (await late.expect("role"))["role"] == "edit"
    await late.push(0, [[0, "x"]])
    assert (await late.expect("saved"))["version"] == 1


async def test_a_removed_guest_receives_who_removed_them_and_cannot_resume(
    server: Server,
) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id)
    socket, welcome = await guest(server, link)

    reply = await change(server, "DELETE", room_id, f"people/{welcome['clientId']}")

    assert reply.json == {"closed": 1}
    code, reason = await socket.ending()
    assert code == Close.KICKED
    assert reason.startswith("You were removed by ")
    resume = {"secret": None, "resume": welcome["resume"]}
    again = await hello(server, link, **resume)
    assert (await again.ending())[0] == Close.INVITE_NOT_VALID


async def test_only_a_connected_guest_can_be_removed(server: Server) -> None:
    room_id = await server.new_room()
    owner, welcome = await server.seated(room_id)

    own = await change(server, "DELETE", room_id, f"people/{welcome['clientId']}")
    nobody = await change(server, "DELETE", room_id, "people/nobody")

    assert (own.status, own.json["code"]) == (409, "not_a_guest")
    assert (nobody.status, nobody.json["code"]) == (404, "participant_not_found")
    assert await owner.lives()


async def test_a_room_that_is_deleted_takes_its_guests_and_links_along(
    server: Server,
) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id)
    socket, _ = await guest(server, link)

    await server.fetch("DELETE", f"pairedit/rooms/{room_id}")

    assert (await socket.ending())[0] == Close.ROOM_DELETED
    assert (await (await hello(server, link)).ending())[0] == Close.INVITE_NOT_VALID


async def test_programs_and_listed_pages_may_open_a_guests_socket(
    start: Start,
) -> None:
    server = await start(allowed_origins=["https://listed.example"])
    room_id = await server.new_room(limit=9)
    link = await share(server, room_id)

    for origin in (None, "null", server.origin, "https://listed.example"):
        socket = await knock(server, origin=origin)
        await socket.send("hello", **link.fields, name="Gus", key=KEYS[1])
        assert (await socket.expect("welcome"))["guest"]
        await socket.close()
