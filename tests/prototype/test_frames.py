"""Frames of the whole-file dialect are those of the prototype."""

from __future__ import annotations

import pytest

from tests.handlers.serving import Server


async def test_socket_frames_are_the_prototypes(server: Server) -> None:
    room_id = await server.new_room()
    ann = await server.socket(room_id)
    bob = await server.socket(room_id)

    state = {"type": "initial_state", "code": "# Start coding here...\n", "version": 0}
    assert [await ann.next(), await bob.next()] == [state, state]
    await ann.send_frame('{"type": "code_change", "code": "x"}')

    assert await bob.next() == {"type": "code_update", "code": "x", "version": 1}


async def test_a_writer_is_not_sent_its_own_write(server: Server) -> None:
    room_id = await server.new_room(code="")
    ann = await server.writer(room_id)
    bob = await server.writer(room_id)

    await ann.write("x")
    await bob.expect("code_update")
    await bob.write("y")

    # Bob's write is the first message for Ann.
    assert await ann.next() == {"type": "code_update", "code": "y", "version": 2}


BAD_FRAMES: dict[str, str | bytes] = {
    "a number as code": '{"type": "code_change", "code": 123}',
    "an object as code": '{"type": "code_change", "code": {"a": 1}}',
    "a list as message": "[1, 2]",
    "no JSON": "code",
    "an unknown type": '{"type": "cursor", "code": "x"}',
    "no code": '{"type": "code_change"}',
    "a binary frame": b'{"type": "code_change", "code": "x"}',
}


@pytest.mark.parametrize("frame", BAD_FRAMES.values(), ids=BAD_FRAMES)
async def test_a_bad_message_is_refused_and_the_socket_lives(
    server: Server, frame: str | bytes
) -> None:
    room_id = await server.new_room(code="")
    ann = await server.writer(room_id)
    bob = await server.writer(room_id)

    await ann.send_frame(frame)
    assert await ann.refusal() == "malformed"
    assert await server.code(room_id) == ""
    await ann.write("fine")

    assert (await bob.next())["code"] == "fine"


async def test_a_write_right_after_an_update_is_not_withheld(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    ann = await server.writer(room_id)
    bob = await server.writer(room_id)

    for number in range(10):
        await ann.write(f"ann {number}")
        while (await bob.expect("code_update"))["code"] != f"ann {number}":
            pass
        await bob.write(f"bob {number}")
        while (await ann.expect("code_update"))["code"] != f"bob {number}":
            pass

    assert await server.code(room_id) == "bob 9"
