"""M1, M4, M15, V1: clients that exceed their limits."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.handlers.authorizers import ReadOnly
from tests.handlers.conftest import Start
from tests.handlers.guests import change, guest, share
from tests.handlers.serving import KEYS, Socket

from .figures import Plan


def _closed(sockets: list[Socket]) -> Counter[int]:
    """Count how the server closed those that it has closed."""
    codes = Counter[int]()
    for socket in sockets:
        if socket.connection.close_code is not None:
            codes[socket.connection.close_code] += 1
    return codes


async def test_m1_a_thousand_idle_sockets_take_64_places(
    plan_of: Callable[[str], Plan], start: Start
) -> None:
    plan = plan_of("M1")
    server = await start(limits={"hello": 120.0})
    room_id = await server.new_room(code="")
    honest, _ = await server.seated(room_id)
    silent = []

    for _ in range(plan.count):
        socket = await server.socket(room_id, edits=True)
        silent.append(socket)
        if len(silent) > server.hub.limits.unseated:
            assert (await socket.ending())[0] == 1013

    assert _closed(silent) == {1013: plan.count - server.hub.limits.unseated}
    await honest.push(0, [[0, "x"]])
    await honest.expect("saved")
    # A place that is left is free again, also for an honest one.
    await silent[0].close()
    await server.seated(room_id, KEYS[1])


async def test_m1_one_person_holds_eight_places(start: Start) -> None:
    server = await start(limits={"hello": 120.0})
    room_id = await server.new_room(code="")
    person = await server.login()

    async def silent() -> Socket:
        return await server.socket(room_id, edits=True, headers=person.cookie)

    held = [await silent() for _ in range(8)]
    assert (await (await silent()).ending())[0] == 1013
    await server.seated(room_id)  # somebody else is not concerned

    # The places of those who leave are free.
    for each in held:
        await each.close()
    await server.seated(room_id, KEYS[1], headers=person.cookie)


async def test_m15_a_second_hello_ends_it_and_changes_nothing(
    start: Start,
) -> None:
    server = await start()
    room_id = await server.new_room(code="")
    editor, welcome = await server.seated(room_id)
    await editor.push(0, [[0, "x"]])
    await editor.expect("saved")

    await editor.send("hello", key=KEYS[1])
    await editor.push(1, [1, [0, "y"]])

    assert (await editor.ending())[0] == 4400
    log = await server.hub.store.revisions(room_id, 0, -1)
    assert [each.client_id for each in log] == [welcome["clientId"]]


async def test_v1_repeated_forbidden_messages_close_the_connection(
    start: Start, database: Path
) -> None:
    open_to_all = await start()
    room_id = await open_to_all.new_room(code="kept")
    server = await start({"ServerApp": {"authorizer_class": ReadOnly}})
    editor, _ = await server.seated(room_id)

    for _ in range(4):
        await editor.push(0, [4, [0, "x"]])
        assert await editor.refusal() == "forbidden"
    await editor.push(0, [4, [0, "x"]])

    assert (await editor.ending())[0] == 4403
    assert await server.code(room_id) == "kept"
    assert await server.hub.store.revisions(room_id, 0, -1) == []


async def test_m4_a_flood_of_pings_is_closed_and_others_can_write(start: Start) -> None:
    server = await start(limits={"pings": 50, "pings_per": 3600.0})
    room_id = await server.new_room(code="")
    honest, _ = await server.seated(room_id)
    flood, _ = await server.seated(room_id, KEYS[1])

    for _ in range(51):
        await flood.connection.ping()

    assert (await flood.ending())[0] == 4429
    await honest.push(0, [[0, "x"]])
    assert (await honest.expect("saved"))["version"] == 1


async def test_s4_a_client_that_repeats_requests_for_the_code_is_closed(
    start: Start,
) -> None:
    server = await start()
    room_id = await server.new_room(code="x")
    editor, _ = await server.seated(room_id)

    for _ in range(5):
        await editor.send("check", version=0, hash="00000000")
        await editor.expect("initial_state")
    await editor.send("check", version=0, hash="00000000")

    assert (await editor.ending())[0] == 4429


async def test_frequent_edits_are_delayed_and_not_lost(start: Start) -> None:
    server = await start(limits={"edits": 5, "edits_per": 0.1})
    room_id = await server.new_room(code="")
    quick, _ = await server.seated(room_id)
    clock = asyncio.get_running_loop().time
    began = clock()

    for version in range(15):
        await quick.push(version, [version, [0, "x"]] if version else [[0, "x"]])
        assert (await quick.expect("saved"))["version"] == version + 1

    assert await server.code(room_id) == "x" * 15
    assert clock() - began >= 0.19  # ten of them, at 50 in a second


async def test_large_edits_are_delayed_and_not_lost(start: Start) -> None:
    server = await start(limits={"edit_size": 4_000, "edit_size_per": 0.2})
    room_id = await server.new_room(code="")
    generous, _ = await server.seated(room_id)
    clock = asyncio.get_running_loop().time
    began = clock()

    for version in range(5):
        length = 4_000 * version
        text = [0, "x" * 4_000]
        await generous.push(version, [length, text] if version else [text])
        assert (await generous.expect("saved"))["version"] == version + 1

    assert await server.code(room_id) == "x" * 20_000
    assert clock() - began >= 0.6  # four of them are paid for, but for the first 4,000


async def test_keys_do_not_wait_after_a_paste_of_more_than_anybody_may_send(
    start: Start,
) -> None:
    server = await start(
        limits={"edit_size": 1, "edit_size_per": 3_600.0, "edit_size_wait": 3_600.0}
    )
    room_id = await server.new_room(code="")
    editor, _ = await server.seated(room_id)

    await editor.push(0, [[0, "x" * 1_000_000]])
    await editor.expect("saved")

    for version in range(1, 20):
        await editor.push(version, [999_999 + version, [0, "y"]])
        await editor.expect("saved")


async def test_a_whole_file_write_for_each_key_counts_as_its_change(
    start: Start,
) -> None:
    server = await start(
        limits={"edit_size": 1, "edit_size_per": 3_600.0, "edit_size_wait": 3_600.0}
    )
    code = "x" * 100_000
    room_id = await server.new_room(code=code)
    reader, _ = await server.seated(room_id)
    writer = await server.socket(room_id, edits=False)

    for count in range(1, 20):
        await writer.write(code + "y" * count)
        assert (await reader.expect("code_update"))["version"] == count


async def test_large_whole_file_writes_are_delayed(start: Start) -> None:
    server = await start(
        limits={"edit_size": 1, "edit_size_per": 3_600.0, "edit_size_wait": 0.3}
    )
    room_id = await server.new_room(code="")
    reader, _ = await server.seated(room_id)
    writer = await server.socket(room_id, edits=False)
    clock = asyncio.get_running_loop().time

    await writer.write("x" * 1_000)
    await reader.expect("code_update")
    began = clock()
    await writer.write("y" * 1_000)
    await reader.expect("code_update")

    assert clock() - began >= 0.29


async def test_waiting_edits_of_a_removed_guest_are_not_stored(
    start: Start,
) -> None:
    server = await start(
        limits={"edit_size": 1, "edit_size_per": 3_600.0, "edit_size_wait": 0.3}
    )
    room_id = await server.new_room(code="")
    owner, _ = await server.seated(room_id)
    sender, welcome = await guest(server, await share(server, room_id))
    await sender.push(0, [[0, "x" * 1_000]])
    await sender.expect("saved")
    await sender.push(1, [[0, "y" * 1_000], 1_000])

    await change(server, "DELETE", room_id, f"people/{welcome['clientId']}")

    # Whoever begins to wait now has waited when the other one would have.
    await owner.expect("code_update")
    await owner.push(1, [1_000, [0, "a" * 1_000]])
    await owner.expect("saved")
    await owner.push(2, [2_000, [0, "b" * 1_000]])
    await owner.expect("saved")
    assert await server.code(room_id) == "x" * 1_000 + "a" * 1_000 + "b" * 1_000


async def test_many_people_behind_one_proxy_are_admitted(start: Start) -> None:
    server = await start()
    room_id = await server.new_room(code="", limit=30)

    editors = await asyncio.gather(
        *(server.seated(room_id, f"{number:022}") for number in range(30))
    )

    assert len({welcome["clientId"] for _, welcome in editors}) == 30
    for socket, _ in editors:
        # What they have not read would hold up an orderly close.
        socket.connection.transport.abort()
