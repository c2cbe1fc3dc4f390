"""How a client enters a room with ``hello``, and resumes."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_pairedit.protocol import Close

from .conftest import Start
from .serving import KEYS, Server


async def test_hello_is_answered_by_welcome_the_code_and_who_is_here(
    server: Server,
) -> None:
    room_id = await server.new_room(code="a😀b\n", title="T", language="sql", limit=3)

    editor = await server.editor(room_id)

    welcome = await editor.next()
    client_id, epoch = welcome.pop("clientId"), welcome.pop("epoch")
    assert welcome.pop("settings")["suggestions"] is True
    assert welcome == {
        "type": "welcome",
        "resumed": False,
        "title": "T",
        "language": "sql",
        "limit": 3,
        "role": "owner",
        "mayName": True,
    }
    assert client_id not in KEYS
    assert epoch
    assert await editor.next() == {
        "type": "initial_state",
        "code": "a😀b\n",
        "version": 0,
    }
    presence = await editor.next()
    assert presence["type"] == "presence"
    assert [person["clients"] for person in presence["people"]] == [[client_id]]
    assert editor.connection.subprotocol == "pairedit.v1"


async def test_an_editor_receives_who_joins_and_leaves(server: Server) -> None:
    room_id = await server.new_room()
    stays, _ = await server.seated(room_id, KEYS[0])
    assert len((await stays.expect("presence"))["people"]) == 1

    comes, _ = await server.seated(room_id, KEYS[1])
    both = (await stays.expect("presence"))["people"]
    await comes.close()
    alone = (await stays.expect("presence"))["people"]

    assert [person["name"] for person in both][:1] == [p["name"] for p in alone]
    assert len(both) == 2


async def test_a_client_that_asks_for_differences_receives_who_joins_and_leaves(
    server: Server,
) -> None:
    room_id = await server.new_room()
    stays, _ = await server.seated(room_id, resume={"differences": True})
    (own,) = (await stays.expect("presence"))["people"]

    comes, _ = await server.seated(room_id, KEYS[1])
    (other,) = (await stays.expect("presence"))["changed"]
    await comes.close()

    assert (await stays.expect("presence"))["left"] == [other["name"]]
    assert other["name"] != own["name"]


async def test_a_client_that_never_says_hello_is_closed(start: Start) -> None:
    server = await start(limits={"hello": 0.05})
    room_id = await server.new_room()

    silent = await server.socket(room_id, edits=True)

    assert (await silent.ending())[0] == Close.NO_HELLO


async def test_other_frames_do_not_put_off_the_time_of_hello(start: Start) -> None:
    server = await start(limits={"hello": 0.2, "malformed": 1_000_000})
    room_id = await server.new_room()
    busy = await server.socket(room_id, edits=True)

    async def keep_sending() -> None:
        while True:
            await busy.write("x")
            await busy.refusal()

    sending = asyncio.create_task(keep_sending())
    await busy.connection.wait_closed()
    await asyncio.gather(sending, return_exceptions=True)

    assert busy.connection.close_code == Close.NO_HELLO


async def test_a_room_that_is_deleted_before_hello_seats_nobody(
    server: Server,
) -> None:
    room_id = await server.new_room()
    await server.code(room_id)
    socket = await server.socket(room_id, edits=True)
    await server.fetch("DELETE", f"pairedit/rooms/{room_id}")

    await socket.send("hello", key=KEYS[0])

    assert (await socket.ending())[0] == Close.RESTARTING
    again = await server.socket(room_id, edits=True)
    assert (await again.ending())[0] == Close.NO_SUCH_ROOM


async def test_nothing_can_be_written_before_hello(server: Server) -> None:
    room_id = await server.new_room(code="")
    early = await server.socket(room_id, edits=True)

    await early.write("x")

    assert await early.refusal() == "malformed"
    assert await server.code(room_id) == ""


@pytest.mark.parametrize("key", ["short", "", "ä" * 22, "A" * 65, 22 * " ", 1, None])
async def test_a_hello_needs_a_key_that_is_hard_to_guess(
    server: Server, key: object
) -> None:
    room_id = await server.new_room()
    editor = await server.socket(room_id, edits=True)

    await editor.send("hello", key=key)

    assert await editor.refusal() == "malformed"


async def test_a_client_that_resumes_gets_only_what_is_newer(server: Server) -> None:
    room_id = await server.new_room(code="")
    before, welcome = await server.seated(room_id)
    await before.push(0, [[0, "1"]])
    await before.expect("saved")
    await before.close()
    await server.put(room_id, "12")

    resume = {"version": 1, "epoch": welcome["epoch"]}
    after = await server.editor(room_id, resume=resume)

    again = await after.expect("welcome")
    assert again == {**welcome, "resumed": True}
    update = await after.expect("code_update")
    assert update["version"] == 2
    assert update["updates"] == [["", [1, [0, "2"]], 1]]


async def test_what_had_arrived_before_the_line_broke_is_confirmed(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    before, welcome = await server.seated(room_id)
    await before.push(0, [[0, "x"]])
    await before.expect("saved")
    await before.close()

    resume = {"version": 0, "epoch": welcome["epoch"]}
    after = await server.editor(room_id, resume=resume)
    assert (await after.expect("welcome"))["resumed"]
    update = await after.expect("code_update")
    assert update["updates"] == [[welcome["clientId"], [[0, "x"]]]]
    await after.push(0, [[0, "x"]], [1, [0, "y"]])

    assert await after.expect("saved") == {"type": "saved", "version": 2}
    assert await server.code(room_id) == "xy"


@pytest.mark.parametrize(
    "resume",
    [
        {"version": 0, "epoch": "another"},
        {"version": 2, "epoch": ...},
        {"version": 0},
        {"epoch": ...},
    ],
    ids=["another epoch", "a version in the future", "no epoch", "no version"],
)
async def test_a_client_that_knows_another_history_gets_the_code(
    server: Server, resume: dict[str, object]
) -> None:
    room_id = await server.new_room(code="new")
    before, welcome = await server.seated(room_id)
    await before.close()
    if resume.get("epoch") is ...:
        resume = {**resume, "epoch": welcome["epoch"]}

    after = await server.editor(room_id, resume=resume)

    assert not (await after.expect("welcome"))["resumed"]
    assert (await after.expect("initial_state"))["code"] == "new"


async def test_a_key_is_one_client_and_nobody_can_take_its_id(server: Server) -> None:
    room_id = await server.new_room()
    first, one = await server.seated(room_id, KEYS[0])
    second, two = await server.seated(room_id, KEYS[1])
    await first.close()

    _, again = await server.seated(room_id, KEYS[0])
    forger = await server.editor(room_id, one["clientId"] + "A" * 16)

    assert again["clientId"] == one["clientId"] != two["clientId"]
    assert (await forger.ending())[0] == Close.ROOM_FULL
    assert await second.lives()
