"""Who asks for a deleted room: members read when, guests and strangers nothing."""

from __future__ import annotations

import re

import pytest

from jupyter_pairedit.handlers.replies import message_of
from jupyter_pairedit.protocol import NO_SUCH_ROOM, Close
from jupyter_pairedit.stores.errors import RoomDeleted
from tests.making import ROOM

from .authorizers import Nothing
from .conftest import Start
from .guests import Link, hello, share
from .serving import Server

SENTENCE = re.compile(r"The room was deleted on \d{4}-\d\d-\d\d at \d\d:\d\d UTC\.")


async def deleted_room(server: Server) -> str:
    room_id = await server.new_room(title="Secret", code="x")
    await server.fetch("DELETE", f"pairedit/rooms/{room_id}")
    return room_id


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/code", None),
        ("PUT", "/code", {"code": "y"}),
        ("GET", "/revisions", None),
        ("DELETE", "", None),
    ],
)
async def test_a_member_reads_when_the_room_was_deleted(
    server: Server, method: str, path: str, body: object
) -> None:
    room_id = await deleted_room(server)
    address = f"pairedit/rooms/{room_id}{path}"

    reply = await server.fetch(method, address, body)

    # The code is that of a room that never was, which older clients know.
    assert (reply.status, reply.json["code"]) == (404, "room_not_found")
    assert SENTENCE.fullmatch(reply.json["message"])
    assert reply.json["deletedAt"] > 1_700_000_000
    assert set(reply.json) == {"code", "message", "deletedAt"}


@pytest.mark.parametrize("edits", [True, False])
async def test_the_socket_says_it_in_the_reason_of_the_same_close_code(
    server: Server, edits: bool
) -> None:
    room_id = await deleted_room(server)

    code, reason = await (await server.socket(room_id, edits=edits)).ending()
    never = await (await server.socket(ROOM, edits=edits)).ending()

    assert code == Close.NO_SUCH_ROOM
    assert SENTENCE.fullmatch(reason)
    assert never == (Close.NO_SUCH_ROOM, NO_SUCH_ROOM)


async def test_a_room_that_never_was_is_not_called_deleted(server: Server) -> None:
    await deleted_room(server)

    reply = await server.fetch("GET", f"pairedit/rooms/{ROOM}")

    assert reply.status == 404
    assert set(reply.json) == {"code", "message"}


async def test_a_room_that_is_made_again_is_there(server: Server) -> None:
    room_id = await deleted_room(server)

    made = await server.fetch("PUT", f"pairedit/rooms/{room_id}", body={"code": "new"})

    assert made.status == 201
    reply = await server.fetch("GET", f"pairedit/rooms/{room_id}/code")
    assert reply.json == {"code": "new", "version": 0}


async def test_a_guest_with_a_former_link_gets_the_answer_to_any_wrong_link(
    server: Server,
) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id)
    await server.fetch("DELETE", f"pairedit/rooms/{room_id}")

    former = await (await hello(server, link)).ending()
    unknown = Link(link.url.replace(link.invite_id, "I" * 22))
    wrong = await (await hello(server, unknown)).ending()

    assert former == wrong
    assert former[0] == Close.INVITE_NOT_VALID


async def test_who_may_not_read_rooms_does_not_learn_that_there_was_one(
    start: Start,
) -> None:
    server = await start(config={"ServerApp": {"authorizer_class": Nothing}})
    room_id, _ = await server.hub.create("Ann")
    await server.hub.delete(room_id)

    replies = [
        await server.fetch("GET", f"pairedit/rooms/{each}") for each in (room_id, ROOM)
    ]
    strangers = [
        await server.fetch("GET", f"pairedit/rooms/{each}", headers={})
        for each in (room_id, ROOM)
    ]

    assert [each.status for each in (*replies, *strangers)] == [403] * 4
    assert replies[0].body == replies[1].body
    assert strangers[0].body == strangers[1].body


def test_the_time_is_that_of_the_record() -> None:
    assert message_of(RoomDeleted(ROOM, 1_700_000_000.0)) == (
        "The room was deleted on 2023-11-14 at 22:13 UTC."
    )
