"""Complaints about what somebody else's messages did to me."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_pairedit.autocomplete.base import Question, Suggestion
from jupyter_pairedit.protocol import Close
from jupyter_pairedit.stores.records import Point
from tests.completers import FakeCompleter
from tests.handlers.conftest import Start
from tests.handlers.guests import change, guest, revoke, share
from tests.handlers.serving import KEYS, Server
from tests.making import ROOM, long_log

from .typists import Typist, typist

OLD_EDITS = [[n, [0, "a"]] if n else [[0, "a"]] for n in range(500)]
"""500 insertions into the empty text that a room began with."""


async def test_somebody_named_a_version_in_another_room_and_my_line_broke(
    server: Server,
) -> None:
    me, room_id = await typist(server), await server.new_room()
    number = 10**20

    async def name_it() -> None:
        body = {"name": "x", "version": number}
        reply = await change(server, "POST", room_id, "points", body)
        assert (reply.status, reply.json["code"]) == (422, "invalid")

    async def bring_it_back() -> None:
        reply = await change(server, "POST", room_id, "restore", {"version": 2**64})
        assert reply.status == 422

    async def list_it() -> None:
        path = f"pairedit/rooms/{room_id}/revisions?after={2**63}"
        assert (await server.fetch("GET", path)).status == 422

    await me.type_meanwhile(name_it, bring_it_back, list_it)


@pytest.mark.parametrize("version", [10**20, 2**63, -(2**64)])
async def test_a_fault_of_the_server_was_everybodys_who_typed_at_that_moment(
    server: Server, version: int
) -> None:
    """Past the bounds of requests, as a fault of ours would be."""
    me, room_id = await typist(server), await server.new_room()
    point = Point(version, "x", "Ann", 0.0)

    async def fail() -> None:
        with pytest.raises(OverflowError):
            await server.hub.store.name_version(room_id, point, 100)

    await me.type_meanwhile(fail, fail, fail)


async def test_a_guest_sent_old_edits_and_the_room_stood_still(
    server: Server,
) -> None:
    await long_log(server.hub.store, 20_000)
    mine, _ = await server.seated(ROOM)
    me = Typist(mine, 20_000, 20_000)
    gus, _ = await guest(server, await share(server, ROOM))

    await gus.push(0, *OLD_EDITS)
    error = await gus.expect("error")
    assert (error["code"], error["version"]) == ("stale", 20_000)
    await me.type(3)

    await gus.push(0, *OLD_EDITS)
    assert (await gus.ending())[0] == Close.TOO_OLD
    await me.type(3)
    assert await server.code(ROOM) == "x" * 20_006


async def test_a_guest_moved_the_caret_in_an_old_text_and_nobody_could_type(
    server: Server,
) -> None:
    await long_log(server.hub.store, 20_000)
    mine, _ = await server.seated(ROOM)
    me = Typist(mine, 20_000, 20_000)
    gus, _ = await guest(server, await share(server, ROOM))

    for version in (0, 19_000, 19_990):
        await gus.send("presence", version=version, anchor=0, head=0)
    await me.type(3)

    assert await gus.lives()


async def test_a_revoked_guest_stayed_as_another_room_was_busy(
    server: Server,
) -> None:
    busy = await server.new_room(code="")
    in_busy = await share(server, busy)
    await guest(server, in_busy, key=KEYS[2])
    room_id = await server.new_room()
    link = await share(server, room_id)
    gus, _ = await guest(server, link)
    room = await server.hub.open(busy)

    # Whatever it is busy with: nothing else of that room goes on meanwhile.
    async with room._lock:
        waiting = asyncio.create_task(revoke(server, busy, in_busy))
        assert await revoke(server, room_id, link) == 1
        assert (await gus.ending())[0] == Close.INVITE_REVOKED
        assert not waiting.done()
    assert await waiting == 1


class Broken(FakeCompleter):
    """A completer that raises the first time."""

    def __init__(self) -> None:
        self.asked = 0

    async def complete(self, question: Question) -> Suggestion:
        self.asked += 1
        if self.asked == 1:
            raise RuntimeError("the model could not be loaded")
        return Suggestion(f"{self.asked}", "")


async def test_the_completer_failed_once_and_i_never_got_a_suggestion_again(
    start: Start,
) -> None:
    server = await start(guest_autocomplete=True)
    sharing = server.context.sharing
    assert sharing and sharing.suggestions
    sharing.suggestions.completer = Broken()
    gus, _ = await guest(server, await share(server, await server.new_room(code="")))

    async def ask(number: int) -> tuple[int, str]:
        await gus.send("autocomplete", cursorPosition=0, version=0, id=number)
        answer = await gus.expect("suggestion")
        return answer["id"], answer["suggestion"]

    assert await ask(1) == (1, "")
    assert await ask(2) == (2, "2")
    await gus.send("presence", version=9, anchor=0, head=0)
    assert await gus.refusal() == "bad_change"
    assert await ask(3) == (3, "3")


async def test_i_typed_in_a_long_log_that_somebody_read_all_the_time(
    server: Server,
) -> None:
    await long_log(server.hub.store, 2_000)
    room = await server.hub.open(ROOM)
    me = await typist(server)

    async def read(path: str) -> None:
        reply = await server.fetch("GET", f"pairedit/rooms/{ROOM}/{path}")
        assert reply.status == 200

    await me.type_meanwhile(
        lambda: read("blame"),
        lambda: read("revisions?changes=1"),
        lambda: read("revisions/1999"),
    )
    assert room.head == 2_000
