"""Seats of a room: its limit, and who is let in."""

from __future__ import annotations

import re

import pytest

from jupyter_pairedit.protocol import Close
from tests.handlers.conftest import Start
from tests.handlers.serving import KEYS, Server


async def test_a_third_person_connects_and_receives_that_the_room_is_full(
    server: Server,
) -> None:
    room_id = await server.new_room()
    for _ in range(2):
        await server.writer(room_id)

    for edits in (False, True):
        third = await server.socket(room_id, edits=edits)
        if edits:
            await third.send("hello", key=KEYS[0])
        code, reason = await third.ending()
        assert code == Close.ROOM_FULL == 1001
        assert "Room full" in reason
        assert "2" in reason
        assert "MAX_CONNECTIONS_PER_ROOM" in reason


async def test_a_seat_that_is_left_can_be_taken(server: Server) -> None:
    room_id = await server.new_room()
    first = await server.writer(room_id)
    stays, _ = await server.seated(room_id)
    assert len((await stays.expect("presence"))["people"]) == 2

    await first.close()
    assert len((await stays.expect("presence"))["people"]) == 1

    assert await server.writer(room_id)


async def test_a_second_tab_of_a_person_takes_no_second_seat(
    server: Server,
) -> None:
    room_id = await server.new_room()
    person = await server.login()
    tabs = [await server.writer(room_id, headers=person.cookie) for _ in range(3)]

    other = await server.writer(room_id)
    await tabs[0].write("x")

    for socket in (tabs[1], tabs[2], other):
        assert (await socket.expect("code_update"))["code"] == "x"


@pytest.mark.parametrize(
    ("env", "trait", "people"),
    [
        (None, None, 2),
        ("3", None, 3),
        ("3", 4, 4),
        (None, 300, 300),
        ("0", None, None),
        ("-1", None, None),
        ("two", None, None),
        ("2.5", None, None),
        ("301", None, None),
        ("9" * 5_000, None, None),
        (None, 0, None),
        (None, 301, None),
    ],
)
async def test_the_limit_can_be_set_and_a_bad_one_is_the_default(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    env: str | None,
    trait: int | None,
    people: int | None,
) -> None:
    if env:
        monkeypatch.setenv("MAX_CONNECTIONS_PER_ROOM", env)

    server = await start(max_connections_per_room=trait)
    room_id = await server.new_room()

    room = (await server.fetch("GET", f"pairedit/rooms/{room_id}")).json
    warnings = capsys.readouterr().err.count("MAX_CONNECTIONS_PER_ROOM")
    assert (room["limit"], warnings) == (people or 2, 0 if people else 1)


async def test_a_room_may_have_its_own_limit(server: Server) -> None:
    room_id = await server.new_room(limit=1)
    await server.writer(room_id)

    second = await server.socket(room_id)

    assert (await second.ending())[0] == Close.ROOM_FULL


@pytest.mark.parametrize(
    "room_id", ["A" * 22, "short", "A" * 33, "A" * 21 + "-", "..%2f" + "A" * 20]
)
@pytest.mark.parametrize("edits", [False, True], ids=["whole files", "edits"])
async def test_no_such_room_is_accepted_and_closed_by_1008(
    server: Server, room_id: str, edits: bool
) -> None:
    socket = await server.socket(room_id, edits=edits)

    assert await socket.ending() == (Close.NO_SUCH_ROOM, "No such room.")
    assert Close.NO_SUCH_ROOM == 1008


async def test_who_comes_again_takes_over_the_seat(server: Server) -> None:
    room_id = await server.new_room(limit=2, code="")
    person = await server.login()
    other, _ = await server.seated(room_id, KEYS[1])
    stale, before = await server.seated(room_id, headers=person.cookie)

    fresh, after = await server.seated(room_id, headers=person.cookie)
    await fresh.push(0, [[0, "x"]])

    assert (await stale.ending())[0] == Close.REPLACED == 4402
    assert after["clientId"] == before["clientId"]
    assert (await other.expect("code_update"))["version"] == 1


async def test_who_connects_too_often_has_to_wait(start: Start) -> None:
    server = await start(limits={"connects": 3, "connects_per": 1_000.0})
    room_id = await server.new_room()
    person, other = await server.login(), await server.login()
    for _ in range(3):
        socket = await server.writer(room_id, headers=person.cookie)
        await socket.close()

    refused = await server.socket(room_id, headers=person.cookie)

    code, reason = await refused.ending()
    assert code == Close.RATE == 4429
    assert re.search(r"wait \d+ s", reason)
    assert await server.writer(room_id, headers=other.cookie)
