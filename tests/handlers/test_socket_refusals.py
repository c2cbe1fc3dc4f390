"""Frames that the room socket refuses, and what they leave unchanged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_pairedit.protocol import Close

from .authorizers import ReadOnly
from .conftest import Start
from .serving import KEYS, Server

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
    """Send a frame that is refused. Return the message; check that nothing changed."""
    room_id = await server.new_room(code=CODE)
    bad, _ = await server.seated(room_id, KEYS[0])
    other, _ = await server.seated(room_id, KEYS[1])

    await bad.send_frame(frame)
    error = await bad.expect("error")
    await bad.push(0, [5, [0, "", ""]])

    assert error["code"] == code
    assert not error.get("fatal")
    # The connection is open, and the next push is the first update of the others.
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
