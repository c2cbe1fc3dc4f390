"""Edits and whole-file writes over the room socket."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.limits import MIB
from jupyter_pairedit.protocol import Close

from .conftest import Start
from .serving import KEYS, Server


async def test_a_push_reaches_the_other_and_is_saved_for_its_author(
    server: Server,
) -> None:
    room_id = await server.new_room(code="ab")
    author, welcome = await server.seated(room_id, KEYS[0])
    other, _ = await server.seated(room_id, KEYS[1])

    await author.push(0, [1, [0, "x", "y"], 1], [[1], 4])

    assert await author.expect("saved") == {"type": "saved", "version": 2}
    me = welcome["clientId"]
    assert await other.expect("code_update") == {
        "type": "code_update",
        "version": 2,
        "updates": [[me, [1, [0, "x", "y"], 1]], [me, [[1], 4]]],
    }
    assert await server.code(room_id) == "x\nyb"


async def test_two_concurrent_pushes_both_count(server: Server) -> None:
    room_id = await server.new_room(code="ab")
    first, _ = await server.seated(room_id, KEYS[0])
    second, welcome = await server.seated(room_id, KEYS[1])

    await first.push(0, [[0, "1"], 2])
    await first.expect("saved")
    await second.push(0, [2, [0, "2"]])

    assert (await first.expect("code_update"))["updates"] == [
        [welcome["clientId"], [3, [0, "2"]]]
    ]
    theirs = await second.expect("code_update")
    if theirs["version"] == 1:
        assert await second.expect("saved") == {"type": "saved", "version": 2}
    assert await server.code(room_id) == "1ab2"


async def test_a_push_that_comes_twice_counts_once(server: Server) -> None:
    room_id = await server.new_room(code="")
    author, _ = await server.seated(room_id)

    await author.push(0, [[0, "x"]])
    await author.push(0, [[0, "x"]])
    await author.push(1, [1, [0, "y"]])

    versions = [(await author.expect("saved"))["version"] for _ in range(2)]
    assert versions == [1, 2]
    assert await server.code(room_id) == "xy"


async def test_a_whole_file_write_of_an_editor_is_marked_as_such(
    server: Server,
) -> None:
    room_id = await server.new_room(code="one two")
    author, welcome = await server.seated(room_id, KEYS[0])
    other, _ = await server.seated(room_id, KEYS[1])

    await author.write("one 2 two")

    update = [welcome["clientId"], [4, [0, "2 "], 3], 1]
    assert (await other.expect("code_update"))["updates"] == [update]
    assert (await author.expect("code_update"))["updates"] == [update]


async def test_a_write_that_changes_nothing_is_acknowledged(server: Server) -> None:
    room_id = await server.new_room(code="x")
    author, _ = await server.seated(room_id)

    await author.write("x")

    assert await author.expect("saved") == {"type": "saved", "version": 0}


async def test_both_dialects_share_a_room(server: Server) -> None:
    room_id = await server.new_room(code="ab")
    editor, _ = await server.seated(room_id)
    writer = await server.writer(room_id)

    await editor.push(0, [1, [0, "😀"], 1])
    assert await writer.expect("code_update") == {
        "type": "code_update",
        "code": "a😀b",
        "version": 1,
    }
    assert (await editor.expect("saved"))["version"] == 1

    await writer.write("a😀!b")
    ((_, changes, write),) = (await editor.expect("code_update"))["updates"]
    assert (changes, write) == ([3, [0, "!"], 1], 1)


async def test_a_check_is_answered_whether_or_not_the_text_is_the_rooms(
    server: Server,
) -> None:
    room_id = await server.new_room(code="123456789")
    editor, _ = await server.seated(room_id)
    await editor.expect("presence")

    await editor.send("check", version=0, hash="cbf43926")
    assert await editor.next() == {"type": "presence"}
    await editor.send("check", version=0, hash="cbf43927")
    healed = {"type": "initial_state", "code": "123456789", "version": 0}
    assert await editor.next() == healed


async def test_a_room_that_is_deleted_ends_its_connections(server: Server) -> None:
    room_id = await server.new_room()
    editor, _ = await server.seated(room_id)
    writer = await server.writer(room_id)

    reply = await server.fetch("DELETE", f"pairedit/rooms/{room_id}")

    assert reply.status == 204
    assert (await editor.ending())[0] == Close.ROOM_DELETED
    assert (await writer.ending())[0] == Close.ROOM_DELETED


@pytest.mark.parametrize("edits", [True, False], ids=["edit", "whole file"])
async def test_code_that_is_too_large_is_refused_with_the_limit(
    server: Server, edits: bool
) -> None:
    room_id = await server.new_room(code="x")
    author, _ = await server.seated(room_id)

    if edits:
        await author.push(0, [1, [0, "x" * MIB]])
    else:
        await author.write("x" * (MIB + 1))
    error = await author.expect("error")
    await author.push(0, [1, [0, "y"]])

    assert error["code"] == "too_large"
    assert "1 MiB" in error["message"]
    assert (await author.expect("saved"))["version"] == 1
    assert await server.code(room_id) == "xy"


async def test_m10_the_limit_counts_bytes_and_is_reached_by_small_steps(
    start: Start,
) -> None:
    server = await start(max_code_size=10)
    room_id = await server.new_room(code="")
    author, _ = await server.seated(room_id)

    steps = ([[0, "😀"]], [2, [0, "😀"]], [4, [0, "é"]])
    for version, step in enumerate(steps):
        await author.push(version, step)
        assert (await author.expect("saved"))["version"] == version + 1
    await author.push(3, [5, [0, "x"]])

    assert await author.refusal() == "too_large"
    assert await server.code(room_id) == "😀😀é"
    await author.push(3, [[2], 3])
    assert (await author.expect("saved"))["version"] == 4
