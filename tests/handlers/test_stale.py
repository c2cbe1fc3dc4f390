"""What a push may cost: far behind the head, or of very many parts."""

from __future__ import annotations

import pytest

from jupyter_pairedit.protocol import Close
from tests.making import ROOM, long_log

from .serving import KEYS, Server, Socket

KEYS_500 = [[n, [0, "a"]] if n else [[0, "a"]] for n in range(500)]
"""500 insertions into a text that is empty at first."""


async def behind(server: Server) -> Socket:
    """Somebody in a room of 2,000 revisions."""
    await long_log(server.hub.store, 2_000)
    socket, _ = await server.seated(ROOM)
    return socket


async def test_a_push_from_far_behind_is_answered_with_the_version_to_read_up_to(
    server: Server,
) -> None:
    socket = await behind(server)

    await socket.push(0, *KEYS_500)
    error = await socket.expect("error")

    assert error["code"] == "stale"
    assert error["version"] == 2_000
    assert error["message"].startswith("Expected edits made near version 2000, found")
    assert await server.code(ROOM) == "x" * 2_000
    await socket.push(2_000, [2_000, [0, "a"]])
    assert (await socket.expect("saved"))["version"] == 2_001


async def test_s4_the_same_push_again_ends_the_connection(server: Server) -> None:
    socket = await behind(server)

    await socket.push(0, *KEYS_500)
    assert await socket.refusal() == "stale"
    await socket.push(0, *KEYS_500)

    code, reason = await socket.ending()
    assert code == Close.TOO_OLD
    assert reason.startswith("Expected edits made near version 2000")


async def test_s4_other_pushes_from_far_behind_may_come_once_a_second(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(server.context.throttle, "clock", lambda: now)
    await long_log(server.hub.store, 2_000)
    pushing, _ = await server.seated(ROOM)
    typing, _ = await server.seated(ROOM, KEYS[1])

    async def push(socket: Socket, version: int) -> None:
        await socket.push(version, *([version + n, [0, "a"]] for n in range(400)))

    async def fall_behind(version: int) -> None:
        """Push at the head that was, while somebody else types as much."""
        await push(typing, version)
        await typing.expect("saved")
        await push(pushing, version)

    for version in (2_000, 2_400, 2_800, 3_200):
        await fall_behind(version)
        await pushing.expect("code_update")
        assert await pushing.refusal() == "stale"
        if version == 2_800:
            now = 1.0
    await fall_behind(3_600)

    assert (await pushing.ending())[0] == Close.RATE


async def test_a_client_whose_push_was_stale_may_connect_again(
    server: Server,
) -> None:
    socket = await behind(server)
    await socket.push(0, *KEYS_500)
    assert await socket.refusal() == "stale"
    await socket.close()

    again, _ = await server.seated(ROOM)
    await again.push(0, *KEYS_500)

    assert await again.refusal() == "stale"


async def test_a_large_frame_that_is_refused_delays_the_next_large_one(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    throttle, done = server.context.throttle, list[str]()
    wait, spend = throttle.wait_for_size, throttle.spend

    async def noted_wait(client_id: str) -> None:
        done.append("wait")
        await wait(client_id)

    def noted_spend(client_id: str, size: int) -> None:
        done.append(f"spend {size}")
        spend(client_id, size)

    monkeypatch.setattr(throttle, "wait_for_size", noted_wait)
    monkeypatch.setattr(throttle, "spend", noted_spend)
    bad, _ = await server.seated(await server.new_room(code=""))
    lists = "[[" + "[1]," * 50_000 + "[1]]]"
    frame = f'{{"type":"code_change","version":0,"updates":{lists}}}'
    for _ in range(2):
        await bad.send_frame(frame)
        assert await bad.refusal() == "bad_change"
    await bad.send_frame("x" * 100_000)
    assert await bad.refusal() == "malformed"

    size = len(frame)
    assert done == ["wait", f"spend {size}"] * 2 + ["wait", "spend 100000"]
