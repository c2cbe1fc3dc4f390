"""Kernels with a pass: what they may do, and how it ends."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import msgspec
import pytest

from jupyter_pairedit.protocol import Answer, Close

from .conftest import Start
from .guests import change, knock
from .passes import greet, kernel_with, make_pass, passes_of
from .serving import KEYS, Server
from .test_kernels import leave_memory, until
from .test_login import SOON, editor


async def test_a_kernel_with_a_pass_takes_no_seat_and_writes_as_its_maker(
    server: Server,
) -> None:
    room_id = await server.new_room(code="", limit=1)
    ann = await server.login()
    page, welcome = await server.seated(room_id, headers=ann.cookie)
    made = await make_pass(server, room_id, ann.headers, client=welcome["clientId"])

    kernel, hello = await kernel_with(server, room_id, made)
    await kernel.push(0, [[0, "x"]])
    await kernel.expect("saved")

    assert (hello["role"], hello["marks"]) == ("kernel", ["python"])
    room = await server.hub.open(room_id)
    assert (room.audience.connections, room.audience.kernels) == (1, 1)
    found = await server.fetch("GET", f"pairedit/rooms/{room_id}/revisions")
    (revision,) = found.json["revisions"]
    me = await server.fetch("GET", "api/me", headers=ann.cookie)
    assert revision["author"] == me.json["identity"]["display_name"]
    assert revision["marks"] == ["python"]
    (update,) = (await page.expect("code_update"))["updates"]
    assert update[3] == 2


async def test_blame_history_and_restore_are_messages(server: Server) -> None:
    room_id = await server.new_room(code="one\n")
    await server.put(room_id, "two\n")
    kernel, _ = await kernel_with(server, room_id, await make_pass(server, room_id))

    await kernel.send("blame", id=7)
    blame = await kernel.expect("answer")
    await kernel.send("history", id=8, after=0)
    history = await kernel.expect("answer")
    await kernel.send("restore", id=9, version=0)
    both = [await kernel.next(), await kernel.next()]
    restored, update = sorted(both, key=lambda each: str(each["type"]))
    await kernel.send("restore", id=10, version=99)
    refused = await kernel.expect("error")

    path = f"pairedit/rooms/{room_id}"
    assert (blame["id"], history["id"], restored["id"]) == (7, 8, 9)
    shown = (await server.fetch("GET", f"{path}/revisions")).json["revisions"]
    assert history["body"] == {"head": 1, "revisions": shown[:1]}
    assert [each["line"] for each in blame["body"]["lines"]] == [1, 2]
    assert (restored["body"], update["version"]) == ({"version": 2}, 2)
    assert await server.code(room_id) == "one\n"
    assert shown[1]["marks"] == ["python"]
    assert (refused["id"], refused["code"]) == (10, "request")


async def test_a_pass_resumes_after_the_connection_was_lost(server: Server) -> None:
    room_id = await server.new_room(code="")
    made = await make_pass(server, room_id)
    kernel, welcome = await kernel_with(server, room_id, made)
    await kernel.close()
    await server.put(room_id, "x")

    again = {"version": 0, "epoch": welcome["epoch"]}
    kernel = await greet(server, room_id, made["pass"], **again)

    assert (await kernel.expect("welcome"))["resumed"]
    assert (await kernel.expect("code_update"))["version"] == 1


async def test_a_pass_admits_one_connection_at_a_time(server: Server) -> None:
    room_id = await server.new_room()
    made = await make_pass(server, room_id)
    first, _ = await kernel_with(server, room_id, made)

    second, _ = await kernel_with(server, room_id, made, key=KEYS[1])

    assert (await first.ending())[0] == Close.REPLACED
    await until(lambda: server.hub.kernels == {room_id: 1})
    assert (await passes_of(server, room_id))[0]["connected"]
    assert await second.lives()


async def test_members_see_who_has_made_a_pass_and_stop_it(server: Server) -> None:
    room_id = await server.new_room()
    made = await make_pass(server, room_id)
    kernel, _ = await kernel_with(server, room_id, made)

    (shown,) = await passes_of(server, room_id)
    reply = await change(server, "DELETE", room_id, f"pass/{made['passId']}")

    assert shown.keys() == {"passId", "name", "madeAt", "connected"}
    assert shown["connected"] and made["pass"] not in json.dumps(shown)
    assert reply.status == 204
    code, reason = await kernel.ending()
    assert (code, reason) == (Close.PASS_STOPPED, "It was stopped in the Share panel.")
    assert await passes_of(server, room_id) == []
    again = await greet(server, room_id, made["pass"])
    assert (await again.ending())[0] == Close.PASS_STOPPED
    reply = await change(server, "DELETE", room_id, f"pass/{made['passId']}")
    assert (reply.status, reply.json["code"]) == (404, "pass_not_found")


async def test_a_pass_ends_with_the_login_by_which_it_was_made(start: Start) -> None:
    server = await start(limits=SOON)
    room_id, ann = await server.new_room(limit=9), await server.login()
    made = await make_pass(server, room_id, ann.headers)
    kernel, _ = await kernel_with(server, room_id, made)
    other, _ = await kernel_with(
        server, room_id, await make_pass(server, room_id), key=KEYS[1]
    )

    page = await editor(server, room_id, ann)
    assert (await page.ending())[0] == Close.LOGIN_ENDED

    code, reason = await kernel.ending()
    assert (code, "login" in reason) == (Close.PASS_ENDED, True)
    assert await other.lives()


async def test_a_pass_ends_five_minutes_after_its_page_and_after_a_day(
    server: Server,
) -> None:
    room_id, ann = await server.new_room(limit=9), await server.login()
    page, welcome = await server.seated(room_id, headers=ann.cookie)
    made = await make_pass(server, room_id, ann.headers, client=welcome["clientId"])
    paged, _ = await kernel_with(server, room_id, made)
    free, _ = await kernel_with(
        server, room_id, await make_pass(server, room_id), key=KEYS[1]
    )
    unused = await make_pass(server, room_id)
    assert server.context.sharing is not None
    passes, clock = server.context.sharing.passes, server.hub.counters.clock

    passes._clock = lambda: clock() + 301
    passes.recheck()
    assert len(passes.of(room_id)) == 2
    gone = await greet(server, room_id, unused["pass"], key="D" * 22)
    assert "was not used" in (await gone.ending())[1]
    await page.close()
    await until(
        lambda: (
            not server.hub.has_client(room_id, welcome["clientId"], "")
            and server.hub.connections == {}
        )
    )
    passes.recheck()
    passes._clock = lambda: clock() + 602
    passes.recheck()
    assert "is closed" in (await paged.ending())[1]
    assert await free.lives()

    passes._clock = lambda: clock() + 86_401
    passes.recheck()
    assert "as old as" in (await free.ending())[1]
    assert passes.of(room_id) == []


async def test_a_page_makes_a_pass_only_for_its_own_client(server: Server) -> None:
    room_id, ann = await server.new_room(limit=9), await server.login()
    _, welcome = await server.seated(room_id)
    path = f"pairedit/rooms/{room_id}/pass"

    body = {"client": welcome["clientId"]}
    reply = await server.fetch("POST", path, body, ann.headers)

    assert (reply.status, reply.json["code"]) == (404, "participant_not_found")


async def test_a_room_has_at_most_so_many_passes(start: Start) -> None:
    server = await start(limits={"passes": 1})
    room_id = await server.new_room()
    await make_pass(server, room_id)

    reply = await change(server, "POST", room_id, "pass")

    assert (reply.status, reply.json["code"]) == (409, "too_many_passes")
    assert type(server.hub.limits)().passes == 32


async def test_a_pass_opens_no_route(server: Server) -> None:
    room_id = await server.new_room()
    secret = (await make_pass(server, room_id))["pass"]
    for scheme in ("pairedit", "token", "Bearer", "pass"):
        headers = {"Authorization": f"{scheme} {secret}", "PairEdit-Kernel": "K" * 22}
        for path in (f"pairedit/rooms/{room_id}", f"pairedit/rooms/{room_id}/blame"):
            reply = await server.fetch("GET", path, headers=headers)
            assert reply.status == 403
        assert await server.refused_socket(room_id, headers=headers) == 403


async def test_a_deleted_room_ends_its_passes(server: Server) -> None:
    room_id = await server.new_room()
    made = await make_pass(server, room_id)
    kernel, _ = await kernel_with(server, room_id, made)

    await server.fetch("DELETE", f"pairedit/rooms/{room_id}")
    assert (await kernel.ending())[0] == Close.ROOM_DELETED
    await server.fetch("PUT", f"pairedit/rooms/{room_id}", {})

    again = await greet(server, room_id, made["pass"])
    assert (await again.ending())[0] == Close.ROOM_DELETED


async def test_a_kernel_with_a_pass_keeps_no_room_in_memory(server: Server) -> None:
    room_id = await server.new_room(code="")
    kernel, _ = await kernel_with(server, room_id, await make_pass(server, room_id))
    await leave_memory(server, room_id)

    await kernel.send("blame", id=1)

    assert (await kernel.expect("answer"))["id"] == 1
    assert server.hub.opened(room_id) is not None


async def test_without_guests_there_are_no_passes(start: Start) -> None:
    server = await start(allow_guests=False)
    room_id = await server.new_room()

    reply = await change(server, "POST", room_id, "pass")

    assert (reply.status, reply.json["code"]) == (403, "guests_not_allowed")


async def test_a_pass_is_for_the_edit_dialect_and_needs_a_key(server: Server) -> None:
    room_id = await server.new_room()
    made = await make_pass(server, room_id)
    said = {"room": room_id, "pass": made["pass"]}
    for edits, fields, expected in (
        (False, {"key": KEYS[0]}, "subprotocol"),
        (True, {}, "`key`"),
        (True, {"key": KEYS[0], "pass": 7}, "`str`"),
    ):
        socket = await knock(server, origin=None, edits=edits)
        await socket.send("hello", **{**said, **fields})

        code, reason = await socket.ending()
        assert (code, expected in reason) == (Close.MALFORMED, True), reason


async def test_a_kernel_is_answered_once_until_it_reads(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = []

    async def answer(*of: Any) -> Answer:
        answered.append(of[-1].id)
        return Answer(of[-1].id, msgspec.Raw(b'"' + b"a" * 32_000_000 + b'"'))

    monkeypatch.setattr("jupyter_pairedit.connections.kernel.answer", answer)
    server = await start(limits={"slow": 0.2})
    room_id = await server.new_room()
    kernel, _ = await kernel_with(server, room_id, await make_pass(server, room_id))

    kernel.connection.transport.pause_reading()
    for id in range(1, 5):
        await kernel.send("blame", id=id)
    refusals = server.hub.counters.refusals
    await until(lambda: refusals[str(Close.TOO_SLOW)] == 1)

    assert answered == [1]
    kernel.connection.transport.abort()


async def test_a_restoring_is_answered_after_it_is_on_the_disk(server: Server) -> None:
    room_id = await server.new_room(code="one\n")
    await server.put(room_id, "two\n")
    kernel, _ = await kernel_with(server, room_id, await make_pass(server, room_id))
    room = server.hub.opened(room_id)
    assert room is not None
    asked, synced, real = asyncio.Event(), asyncio.Event(), room.synced

    async def wait(version: int) -> None:
        asked.set()
        await synced.wait()
        await real(version)

    room.synced = wait  # type: ignore[method-assign]
    await kernel.send("restore", id=1, version=0)
    update = await kernel.expect("code_update")
    await asked.wait()
    synced.set()
    answer = await kernel.expect("answer")
    assert answer["body"]["version"] == update["version"]
