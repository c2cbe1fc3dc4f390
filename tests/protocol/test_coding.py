"""The form of messages on the wire, and the frames that are refused."""

from __future__ import annotations

import json

import msgspec
import pytest

from jupyter_pairedit.core.limits import MIB, Limits
from jupyter_pairedit.core.storable import BadChange
from jupyter_pairedit.protocol import (
    CodeChange,
    CodeUpdate,
    Error,
    Hello,
    InitialState,
    Person,
    Presence,
    Saved,
    ServerMessage,
    Update,
    Welcome,
    coding,
    decode,
    encode,
    read_message,
)

KEY = "k" * 22

# Old clients and other programs hold to these, byte by byte.
SERVER_FRAMES: dict[str, ServerMessage] = {
    '{"type":"initial_state","code":"a\\n😀","version":3}': InitialState("a\n😀", 3),
    '{"type":"code_update","version":4,"code":"x"}': CodeUpdate(4, code="x"),
    '{"type":"code_update","version":2,'
    '"updates":[["me",[1,[0,"x",""]],0,0],["",[3],1,4]]}': CodeUpdate(
        2, updates=[Update("me", [1, [0, "x", ""]]), Update("", [3], 1, 4)]
    ),
    '{"type":"saved","version":9}': Saved(9),
    '{"type":"welcome","clientId":"c","epoch":"e","resumed":false,"title":"",'
    '"language":"python","limit":2}': Welcome("c", "e", False, "", "python", 2),
    '{"type":"presence","people":[{"name":"Ann","color":7,"clients":["c"]}]}': Presence(
        [Person("Ann", 7, ["c"])]
    ),
    '{"type":"error","code":"storage","message":"m"}': Error("storage", "m"),
    '{"type":"error","code":"storage","message":"m","fatal":true}': Error(
        "storage", "m", fatal=True
    ),
}

CLIENT_FRAMES: dict[str, Hello | CodeChange] = {
    f'{{"type":"hello","key":"{KEY}"}}': Hello(KEY),
    f'{{"type":"hello","key":"{KEY}","version":0,"epoch":"e"}}': Hello(KEY, 0, "e"),
    '{"type":"code_change","code":""}': CodeChange(code=""),
    '{"type":"code_change","version":1,"updates":[[1,[0,"a","b"]],[[2]]]}': CodeChange(
        version=1, updates=[[1, [0, "a", "b"]], [[2]]]
    ),
    '{"type":"code_change","version":1,"updates":[],"marks":["suggested","agent"]}': (
        CodeChange(version=1, updates=[], marks=["suggested", "agent"])
    ),
}


@pytest.mark.parametrize(("frame", "message"), SERVER_FRAMES.items())
def test_what_the_server_sends_is_pinned(frame: str, message: ServerMessage) -> None:
    assert encode(message) == frame.encode()


@pytest.mark.parametrize(("frame", "message"), SERVER_FRAMES.items())
def test_what_the_server_sends_can_be_read(frame: str, message: ServerMessage) -> None:
    assert msgspec.json.decode(frame, type=type(message)) == message


def test_an_update_may_leave_out_the_numbers_at_its_end() -> None:
    frame = '{"type":"code_update","updates":[["a",[1]],[0,[1],1],[0,[1],0,2,7]]}'

    found = msgspec.json.decode(frame, type=CodeUpdate)

    assert found.updates == [
        Update("a", [1]),
        Update(0, [1], write=1),
        Update(0, [1], marks=2),
    ]


@pytest.mark.parametrize("mark", ["guest", "python", "partly", "blessed"])
def test_a_client_cannot_send_a_mark_that_the_server_sets(mark: str) -> None:
    frame = {"type": "code_change", "code": "x", "marks": ["suggested", mark]}

    with pytest.raises(msgspec.ValidationError, match="suggested or agent") as refusal:
        decode(json.dumps(frame))

    assert mark not in str(refusal.value)


@pytest.mark.parametrize(("frame", "message"), CLIENT_FRAMES.items())
def test_what_a_client_sends_is_pinned(frame: str, message: Hello | CodeChange) -> None:
    assert decode(frame) == message
    assert decode(frame.encode()) == message
    assert msgspec.json.encode(message).decode() == frame


def test_a_newer_client_may_say_more() -> None:
    frame = {"type": "code_change", "code": "x", "mood": {"a": [1]}}

    assert decode(json.dumps(frame)) == CodeChange(code="x")


def test_the_last_of_two_equal_fields_counts() -> None:
    frame = '{"type":"code_change","code":"x","code":"y"}'

    assert decode(frame) == CodeChange(code="y")


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"canary",
        b'{"type":"canary"}',
        b'{"type":["canary"]}',
        b'{"type":"hello","key":"canary"}',
        b'{"type":"code_change","code":"canary',
        b'{"type":"code_change","code":"canary\xff"}',
        b'{"type":"code_change","version":-1,"canary":0}',
        b'{"type":"code_change","version":9007199254740992}',
        b'{"canary":' + b"[" * 100_000,
    ],
)
def test_a_refusal_says_what_was_expected_and_quotes_nothing(frame: bytes) -> None:
    with pytest.raises(msgspec.DecodeError) as caught:
        decode(frame)

    message = str(caught.value)
    assert message.startswith("Expected ")
    assert "canary" not in message
    assert len(message) < 200


def push(updates: str) -> str:
    return f'{{"type":"code_change","version":0,"updates":[{updates}]}}'


@pytest.mark.parametrize(
    "updates",
    [
        "[" + "[1]," * (MIB // 2) + "[1]]",
        "[]," * (MIB // 2) + "[]",
        "[" + '[0,["x"]],' * 100_000 + "[1]]",
        r'[[0,"\"[["' + '],[1,"]"' * 60_000 + "]]",
    ],
    ids=["parts", "updates", "lines", "among strings"],
)
def test_a_frame_of_very_many_lists_is_not_decoded(
    updates: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(coding, "decode")

    with pytest.raises(BadChange, match=r"2000 parts in a push, found [0-9]+ lists"):
        read_message(push(updates), Limits())


@pytest.mark.parametrize(
    "code", ["[[" * 100_000, '"[\\' * 50_000, '\\"[' * 50_000, "\\\\[" * 50_000]
)
def test_brackets_in_a_string_are_not_counted_as_lists(code: str) -> None:
    lines = CodeChange(version=0, updates=[[[0, code]]])
    whole = CodeChange(code=code)

    for message, fields in (
        (lines, {"version": 0, "updates": [[[0, code]]]}),
        (whole, {"code": code}),
    ):
        frame = json.dumps({"type": "code_change", **fields})
        assert read_message(frame, Limits()) == message


@pytest.mark.parametrize(
    ("field", "frame"),
    [
        ("key", {"type": "hello", "key": KEY}),
        ("hash", {"type": "check", "version": 1, "hash": "0123abcd"}),
        (
            "digest",
            {"type": "run", "id": 1, "epoch": "e", "version": 1, "digest": "0" * 64},
        ),
    ],
)
def test_a_value_of_a_pattern_has_no_line_end_after_it(
    field: str, frame: dict[str, object]
) -> None:
    decode(json.dumps(frame))

    with pytest.raises(msgspec.ValidationError):
        decode(json.dumps({**frame, field: f"{frame[field]}\n"}))
