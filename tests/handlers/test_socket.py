"""The room socket in the edit dialect, as a client sees it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest
from jupyter_server.auth import Authorizer
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler

from jupyter_pairedit.core.limits import MIB, Limits
from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.protocol import Close
from jupyter_pairedit.stores.base import StorageFailure
from tests.making import SteeredStore

from .conftest import Start
from .serving import GUARD, KEYS, Server

CODE = "a😀b\n"
"""Five UTF-16 units: the second and the third are one character."""


def change(**fields: object) -> str:
    return json.dumps({"type": "code_change", **fields})


def edit(*parts: object, version: int = 0) -> str:
    return change(version=version, updates=[parts])


MALFORMED: dict[str, str | bytes] = {
    "nothing": "",
    "no JSON": "hello",
    "half a message": '{"type": "code_change", "co',
    "a list": "[]",
    "a number": "1",
    "null": "null",
    "no type": '{"code": "x"}',
    "an unknown type": '{"type": "evil", "code": "x"}',
    "a number as type": '{"type": 1, "code": "x"}',
    "no fields": change(),
    "a version without updates": change(version=0),
    "updates without a version": change(updates=[[5]]),
    "a number as code": change(code=123),
    "an object as code": change(code={"a": 1}),
    "null as code": change(code=None),
    "text as version": change(version="0", updates=[[5]]),
    "true as version": change(version=True, updates=[[5]]),
    "a fraction as version": change(version=0.5, updates=[[5]]),
    "a whole float as version": change(version=0.0, updates=[[5]]),
    "a negative version": change(version=-1, updates=[[5]]),
    "NaN": '{"type": "code_change", "version": NaN, "updates": [[5]]}',
    "Infinity": '{"type": "code_change", "version": Infinity, "updates": [[5]]}',
    "1e400": '{"type": "code_change", "version": 1e400, "updates": [[5]]}',
    "a number of 5,000 digits": change(updates=[[5]])[:-1]
    + f', "version": {"9" * 5_000}}}',
    "a position of 5,000 digits": edit("@").replace('"@"', "9" * 5_000),
    "a true position": edit(True, [0, "x"], 4),
    "a fractional position": edit(0.5, [0, "x"], 4.5),
    "text as position": edit("0", [0, "x"], 5),
    "an object as change": change(version=0, updates=[{"0": 1}]),
    "lines in a list": edit([0, ["x"]], 5),
    "a lone surrogate": '{"type": "code_change", "code": "\\ud83d"}',
    "depth 100,000": '{"type": "code_change", "x": ' + "[" * 100_000,
    "depth 100,000, closed": f'{{"x": {"[" * 100_000}{"]" * 100_000}}}',
    "a byte order mark": "\ufeff" + change(code="x"),
    "a binary frame": change(code="x").encode(),
}

BAD_CHANGES: dict[str, str] = {
    "a position beyond the end": edit(6, [0, "x"]),
    "a deletion beyond the end": edit([6]),
    "a change of a shorter text": edit([0, "x"], 4),
    "a negative position": edit(-1, [0, "x"], 6),
    "a negative deletion": edit([-1, "x"], 6),
    "a position of 300 digits": edit(int("9" * 300), [0, "x"]),
    "half a character replaced": edit(1, [1, "x"], 3),
    "an insertion into a character": edit(2, [0, "x"], 3),
    "a line end in a line": edit([0, "x\ny"], 5),
    "a carriage return in a line": edit([0, "x\ry"], 5),
    "U+0000 in a line": edit([0, "\0"], 5),
    "U+0000 in the code": change(code="a\0b"),
    "a number as line": edit([0, 1], 5),
    "text as length": edit(["x"], 5),
    "an empty part": edit([], 5),
    "2,001 parts": edit(*[[0, "x"]] * 2_000, 5),
    "501 updates": change(version=0, updates=[[5]] * 501),
    "a version in the future": edit([0, "x"], 5, version=1),
}


async def refuse(server: Server, frame: str | bytes, code: str) -> str:
    """Send what must be refused; give the sentence. Nobody else is told anything."""
    room_id = await server.new_room(code=CODE)
    bad, _ = await server.seated(room_id, KEYS[0])
    other, _ = await server.seated(room_id, KEYS[1])

    await bad.send_frame(frame)
    error = await bad.expect("error")
    await bad.push(0, [5, [0, "", ""]])

    assert error["code"] == code
    assert not error.get("fatal")
    # The socket lives, the code was as before, and this is the first that others hear.
    assert (await bad.expect("saved"))["version"] == 1
    assert (await other.expect("code_update"))["version"] == 1
    assert await server.code(room_id) == f"{CODE}\n"
    return str(error["message"])


@pytest.mark.parametrize("frame", MALFORMED.values(), ids=MALFORMED)
async def test_m9_a_malformed_frame_is_refused_and_costs_nobody_else_anything(
    server: Server, frame: str | bytes
) -> None:
    message = await refuse(server, frame, "malformed")

    assert message.startswith("Expected")
    assert len(message) < 200


@pytest.mark.parametrize("frame", BAD_CHANGES.values(), ids=BAD_CHANGES)
async def test_m8_a_change_that_does_not_fit_is_refused_and_changes_nothing(
    server: Server, frame: str
) -> None:
    message = await refuse(server, frame, "bad_change")

    assert message.startswith("expected")


async def test_m9_the_third_malformed_frame_closes(server: Server) -> None:
    room_id = await server.new_room()
    bad, _ = await server.seated(room_id)

    for _ in range(2):
        await bad.send_frame("nonsense")
        assert await bad.refusal() == "malformed"
    await bad.send_frame("nonsense")

    code, reason = await bad.ending()
    assert code == Close.MALFORMED
    assert "Expected" in reason


async def test_text_that_is_no_utf8_cuts_only_its_sender_off(server: Server) -> None:
    room_id = await server.new_room(code="")
    bad = await server.writer(room_id)
    other = await server.writer(room_id)

    await bad.connection.send(b"\xff\xfe", text=True)
    await bad.connection.wait_closed()

    assert await other.lives()
    assert await server.put(room_id, "x") == 1
    assert (await other.expect("code_update"))["code"] == "x"


# --- hello --------------------------------------------------------------------------


async def test_hello_is_answered_by_welcome_the_code_and_who_is_here(
    server: Server,
) -> None:
    room_id = await server.new_room(code=CODE, title="T", language="sql", limit=3)

    editor = await server.editor(room_id)

    welcome = await editor.next()
    client_id, epoch = welcome.pop("clientId"), welcome.pop("epoch")
    assert welcome == {
        "type": "welcome",
        "resumed": False,
        "title": "T",
        "language": "sql",
        "limit": 3,
        "role": "owner",
    }
    assert client_id not in KEYS
    assert epoch
    assert await editor.next() == {"type": "initial_state", "code": CODE, "version": 0}
    presence = await editor.next()
    assert presence["type"] == "presence"
    assert [person["clients"] for person in presence["people"]] == [[client_id]]
    assert editor.connection.subprotocol == "pairedit.v1"


async def test_an_editor_is_told_who_comes_and_who_goes(server: Server) -> None:
    room_id = await server.new_room()
    stays, _ = await server.seated(room_id, KEYS[0])
    assert len((await stays.expect("presence"))["people"]) == 1

    comes, _ = await server.seated(room_id, KEYS[1])
    both = (await stays.expect("presence"))["people"]
    await comes.close()
    alone = (await stays.expect("presence"))["people"]

    assert [person["name"] for person in both][:1] == [p["name"] for p in alone]
    assert len(both) == 2


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


async def test_m2_a_frame_before_welcome_may_have_four_kibibytes(
    server: Server,
) -> None:
    room_id = await server.new_room()
    large = await server.socket(room_id, edits=True)

    await large.send("hello", key=KEYS[0], more="x" * 4096)

    assert (await large.ending())[0] == 1009


async def test_a_frame_after_welcome_may_have_the_whole_code(server: Server) -> None:
    room_id = await server.new_room()
    editor, _ = await server.seated(room_id)

    await editor.write("\n" * MIB)

    assert (await editor.expect("code_update"))["version"] == 1
    assert await server.code(room_id) == "\n" * MIB


async def test_a_frame_beyond_any_code_closes(start: Start) -> None:
    server = await start(max_code_size=1000)
    room_id = await server.new_room(code="")
    editor, _ = await server.seated(room_id)

    await editor.write("x" * 8_000)

    assert (await editor.ending())[0] == 1009


# --- pushing ------------------------------------------------------------------------


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
    await writer.write("a😀!b")

    assert (await editor.expect("saved"))["version"] == 1
    ((_, changes, write),) = (await editor.expect("code_update"))["updates"]
    assert (changes, write) == ([3, [0, "!"], 1], 1)


# --- coming back --------------------------------------------------------------------


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


# --- size ---------------------------------------------------------------------------


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

    await author.push(0, [[0, "😀"]])
    await author.push(1, [2, [0, "😀"]])
    await author.push(2, [4, [0, "é"]])
    await author.push(3, [5, [0, "x"]])

    assert [(await author.expect("saved"))["version"] for _ in range(3)] == [1, 2, 3]
    assert await author.refusal() == "too_large"
    assert await server.code(room_id) == "😀😀é"
    await author.push(3, [[2], 3])
    assert (await author.expect("saved"))["version"] == 4


# --- the line -----------------------------------------------------------------------


async def test_m3_compression_is_not_accepted(server: Server) -> None:
    room_id = await server.new_room()

    socket = await server.writer(room_id)

    request, response = socket.connection.request, socket.connection.response
    assert request and "deflate" in request.headers["Sec-WebSocket-Extensions"]
    assert response and "Sec-WebSocket-Extensions" not in response.headers


async def raw_frames(server: Server, room_id: str) -> AsyncGenerator[int]:
    """Speak WebSocket by hand and answer nothing; yield the opcodes of the frames."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    lines = [
        f"GET {server.app.base_url}pairedit/ws/{room_id} HTTP/1.1",
        f"Host: {server.host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Authorization: {server.token['Authorization']}",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    try:
        async with asyncio.timeout(GUARD):
            assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
            while True:
                first, length = await reader.readexactly(2)
                if length == 126:
                    length = int.from_bytes(await reader.readexactly(2))
                await reader.readexactly(length)
                yield first & 15
                if first & 15 == 8:
                    return
    finally:
        writer.close()
        await writer.wait_closed()


async def test_pings_are_on_the_wire(start: Start) -> None:
    server = await start(limits={"ping_interval": 0.05, "ping_timeout": 0.05})
    room_id = await server.new_room()

    async with aclosing(raw_frames(server, room_id)) as frames:
        assert await anext(frames) == 1  # initial_state
        assert await anext(frames) == 9


async def test_a_line_that_is_dead_loses_its_seat(start: Start) -> None:
    server = await start(limits={"ping_interval": 0.05, "ping_timeout": 0.05})
    room_id = await server.new_room(limit=2)
    there, _ = await server.seated(room_id)
    await there.expect("presence")

    # It never answers a ping.
    async with aclosing(raw_frames(server, room_id)) as frames:
        assert 8 in [opcode async for opcode in frames]

    assert len((await there.expect("presence"))["people"]) == 2
    assert len((await there.expect("presence"))["people"]) == 1


def test_pings_come_before_proxies_cut() -> None:
    limits = Limits()

    assert limits.ping_timeout <= limits.ping_interval == 25 < 60


# --- storage ------------------------------------------------------------------------


async def test_a_failing_store_makes_the_room_read_only_until_it_works(
    server: Server,
) -> None:
    store = server.hub.store = SteeredStore(server.hub.store)
    room_id = await server.new_room(code="")
    author, _ = await server.seated(room_id)
    reader = await server.writer(room_id)

    store.fail_before = True
    await author.push(0, [[0, "x"]])
    error = await author.expect("error")
    assert error["code"] == "storage"
    assert "the disk is full" in error["message"]
    assert await server.code(room_id) == ""
    refused = await server.fetch("PUT", f"pairedit/rooms/{room_id}/code", {"code": "y"})
    assert (refused.status, refused.json["code"]) == (503, "storage")

    store.fail_before = False
    await author.push(0, [[0, "x"]])
    assert (await author.expect("saved"))["version"] == 1
    assert (await reader.expect("code_update"))["code"] == "x"


async def test_who_comes_back_while_the_store_fails_is_told_to_try_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = server.hub.store = SteeredStore(server.hub.store)
    room_id = await server.new_room(code="")

    async def fails(*_: object) -> list[Revision]:
        raise StorageFailure("the disk does not answer")

    monkeypatch.setattr(store, "revisions", fails)
    # Another server has shown it more than this one has.
    socket = await server.editor(room_id, resume={"version": 7, "epoch": "x"})

    code, reason = await socket.ending()
    assert code == Close.STORAGE_LOST
    assert reason == "The room cannot be read: the disk does not answer."


async def test_an_append_of_unknown_outcome_counts_once(server: Server) -> None:
    store = server.hub.store = SteeredStore(server.hub.store)
    room_id = await server.new_room(code="")
    author, _ = await server.seated(room_id)

    store.fail_after = True
    await author.push(0, [[0, "x"]])
    assert await author.refusal() == "storage"
    store.fail_after = False
    await author.push(0, [[0, "x"]])

    assert (await author.expect("saved"))["version"] == 1
    assert await server.code(room_id) == "x"


async def test_a_locked_database_is_named_and_recovers_by_itself(
    start: Start, database: Path
) -> None:
    server = await start(limits={"storage_wait": 0.05})
    room_id = await server.new_room(code="")
    author, _ = await server.seated(room_id)
    other = sqlite3.connect(database, isolation_level=None)

    other.execute("begin immediate")
    await author.push(0, [[0, "x"]])
    error = await author.expect("error")
    assert error["code"] == "storage"
    assert "locked" in error["message"]
    assert await server.code(room_id) == ""
    reader = await server.writer(room_id)

    other.execute("rollback")
    other.close()
    await author.push(0, [[0, "x"]])
    assert (await author.expect("saved"))["version"] == 1
    assert (await reader.expect("code_update"))["code"] == "x"


async def test_nobody_sees_a_change_that_is_not_stored(server: Server) -> None:
    store = server.hub.store = SteeredStore(server.hub.store)
    room_id = await server.new_room(code="")
    author, _ = await server.seated(room_id)
    store.go.clear()

    await author.push(0, [[0, "x"]])
    async with asyncio.timeout(GUARD):
        await store.append_called.wait()
    late = await server.socket(room_id)
    seen = await late.expect("initial_state")
    fetched = await server.code(room_id)
    store.go.set()

    assert seen == {"type": "initial_state", "code": "", "version": 0}
    assert fetched == ""
    assert (await author.expect("saved"))["version"] == 1
    assert (await late.expect("code_update"))["code"] == "x"


# --- rights -------------------------------------------------------------------------


class ReadOnly(Authorizer):
    """Lets people look and run, and not write."""

    def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        return action in {"read", "execute"}


async def test_who_may_only_read_is_refused_each_change(
    start: Start, database: Path
) -> None:
    open_to_all = await start()
    room_id = await open_to_all.new_room(code="kept")
    server = await start({"ServerApp": {"authorizer_class": ReadOnly}})
    editor, _ = await server.seated(room_id)
    writer = await server.writer(room_id)

    await editor.push(0, [4, [0, "x"]])
    await writer.write("x")

    assert await editor.refusal() == "forbidden"
    assert await writer.refusal() == "forbidden"
    assert await editor.lives()
    assert await server.code(room_id) == "kept"


async def test_a_refusal_is_a_line_in_the_log_of_the_server(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    editor, _ = await server.seated(await server.new_room())

    await editor.send_frame('{"type":"code_change","version":"\u202eLogged in"}')
    await editor.refusal()

    said = [each.getMessage() for each in caplog.records]
    (line,) = [each for each in said if "Refused" in each]
    assert line.startswith("Refused malformed of ")
    assert line.isprintable() and len(line) <= 200
    assert "Logged in" not in line
