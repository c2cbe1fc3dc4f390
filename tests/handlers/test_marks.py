"""Marks of revisions: who sets them, and where they are shown."""

from __future__ import annotations

from typing import Any

import pytest

from .guests import guest, hello, share
from .kernels import kernel_headers, open_to_kernels
from .serving import KEYS, Server, Socket


async def history(server: Server, room_id: str) -> list[Any]:
    """Return the marks of the revisions of a room; None for those without the field."""
    found = await server.fetch("GET", f"pairedit/rooms/{room_id}/revisions")
    return [each.get("marks") for each in found.json["revisions"]]


async def blame(server: Server, room_id: str) -> list[Any]:
    """Return author and marks of each run of lines."""
    found = await server.fetch("GET", f"pairedit/rooms/{room_id}/blame")
    return [(each["author"], each.get("marks")) for each in found.json["lines"]]


async def push(socket: Socket, version: int, update: object, *marks: str) -> None:
    """Push one edit with marks, and wait until it is stored."""
    fields: dict[str, Any] = {"marks": marks} if marks else {}
    await socket.send("code_change", version=version, updates=[update], **fields)
    await socket.expect("saved")


async def test_what_a_client_says_of_its_own_edits_is_in_history_and_blame(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    ann, _ = await server.seated(room_id)

    await push(ann, 0, [[0, "a", ""]])
    await push(ann, 1, [2, [0, "b", ""]], "suggested")
    await push(ann, 2, [4, [0, "c", ""]], "agent", "suggested")

    assert await history(server, room_id) == [
        None,
        ["suggested"],
        ["suggested", "agent"],
    ]
    marks = [marks for _, marks in await blame(server, room_id)]
    assert marks[:3] == [None, ["suggested"], ["suggested", "agent"]]
    one = await server.fetch("GET", f"pairedit/rooms/{room_id}/revisions/2")
    assert one.json["marks"] == ["suggested"]


async def test_others_are_sent_the_marks_with_the_change(server: Server) -> None:
    room_id = await server.new_room(code="")
    ann, welcome = await server.seated(room_id)
    bob, _ = await server.seated(room_id, KEYS[1])

    await push(ann, 0, [[0, "a"]], "suggested")
    first = await bob.expect("code_update")
    await push(ann, 1, [1, [0, "b"]])
    second = await bob.expect("code_update")
    await ann.send("code_change", code="new", marks=["agent"])
    third = await bob.expect("code_update")

    client = welcome["clientId"]
    assert first["updates"] == [[client, [[0, "a"]], 0, 4]]
    assert second["updates"] == [[client, [1, [0, "b"]]]]
    assert third["updates"] == [[client, [[2, "new"]], 1, 8]]


async def test_a_guest_has_the_mark_whatever_the_name_and_the_message_say(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    owner, _ = await server.seated(room_id)
    socket, welcome = await guest(server, await share(server, room_id), name="Ann")

    await push(socket, 0, [[0, "x"]], "suggested")

    assert welcome["marks"] == ["guest"]
    update = await owner.expect("code_update")
    assert update["updates"][0][3] == 1 | 4
    assert await history(server, room_id) == [["guest", "suggested"]]


async def test_a_guest_of_the_whole_file_dialect_has_the_mark(server: Server) -> None:
    room_id = await server.new_room(code="")
    socket = await hello(server, await share(server, room_id), edits=False)
    await socket.expect("welcome")
    await socket.expect("initial_state")
    owner, _ = await server.seated(room_id)

    await socket.write("x")
    await owner.expect("code_update")

    assert await history(server, room_id) == [["guest"]]


async def test_a_member_with_the_name_of_a_guest_has_no_mark(server: Server) -> None:
    room_id = await server.new_room(code="")
    ann, welcome = await server.seated(room_id)

    await push(ann, 0, [[0, "x"]])

    assert "marks" not in welcome
    assert await history(server, room_id) == [None]


@pytest.mark.parametrize("mark", ["guest", "python", "partly", "blessed"])
@pytest.mark.parametrize("change", ["edits", "file"])
async def test_a_client_that_sends_a_mark_of_the_server_is_refused(
    server: Server, mark: str, change: str
) -> None:
    room_id = await server.new_room(code="")
    ann, _ = await server.seated(room_id)
    fields: dict[str, Any] = {"code": "x"}
    if change == "edits":
        fields = {"version": 0, "updates": [[[0, "x"]]]}

    await ann.send("code_change", **fields, marks=["suggested", mark])

    error = await ann.expect("error")
    assert error["code"] == "malformed"
    assert "expected marks of suggested or agent" in error["message"].lower()
    assert await history(server, room_id) == []
    assert await server.code(room_id) == ""


async def test_a_kernel_has_the_mark_by_its_credential(server: Server) -> None:
    open_to_kernels(server)
    room_id = await server.new_room(code="")
    headers = kernel_headers(server)
    ann, _ = await server.seated(room_id)
    kernel, welcome = await server.seated(room_id, KEYS[1], headers=headers)

    await push(kernel, 0, [[0, "a"]])
    await ann.expect("code_update")
    await push(ann, 1, [1, [0, "b"]])
    path = f"pairedit/rooms/{room_id}"
    await server.fetch("PUT", f"{path}/code", {"code": "c"}, headers)
    await server.fetch("PUT", f"{path}/code", {"code": "d"})
    await server.fetch("POST", f"{path}/restore", {"version": 1}, headers)

    assert welcome["marks"] == ["python"]
    python = ["python"]
    assert await history(server, room_id) == [python, None, python, None, python]


async def test_a_push_that_is_sent_again_keeps_the_marks_of_each_edit(
    server: Server,
) -> None:
    """The first of two pushes was stored, and its answer was lost."""
    room_id = await server.new_room(code="")
    before, welcome = await server.seated(room_id)
    await push(before, 0, [[0, "a"]], "suggested")
    await before.close()

    resume = {"version": 0, "epoch": welcome["epoch"]}
    again = await server.editor(room_id, resume=resume)
    await again.expect("welcome")
    update = await again.expect("code_update")
    await push(again, 1, [1, [0, "b"]])

    assert update["updates"][0][3] == 4
    assert await history(server, room_id) == [["suggested"], None]
