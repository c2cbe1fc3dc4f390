"""Numbers that clients send: each has bounds, and a clear answer beyond them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from inspect import getmembers, isclass
from types import ModuleType
from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect

from jupyter_pairedit import protocol
from jupyter_pairedit.core.storable import LARGEST
from jupyter_pairedit.handlers import autocomplete, history, invites, lookups, rooms

from .serving import Reply, Server

BODIES = (autocomplete, history, invites, lookups, rooms)
"""The modules that read bodies and queries."""
MESSAGES: tuple[type, ...] = (*get_args(protocol.ClientMessage), protocol.GuestHello)

NUMBERS = [
    2**53,
    2**63,
    2**64,
    10**20,
    10**400,
    "9" * 5_000,
    -(2**64),
    "-" + "9" * 5_000,
]


def structs_of(module: ModuleType) -> list[type]:
    """The bodies that a module defines."""
    return [
        each
        for _, each in getmembers(module, isclass)
        if issubclass(each, msgspec.Struct) and each.__module__ == module.__name__
    ]


def unbounded(kind: type, but: frozenset[str]) -> Iterator[str]:
    """Name the fields of numbers that have no bounds."""

    def look(name: str, found: inspect.Type) -> Iterator[str]:
        match found:
            case inspect.IntType(ge=None) | inspect.IntType(le=None):
                yield name
            case inspect.FloatType():
                yield name
            case inspect.UnionType(types=types):
                for each in types:
                    yield from look(name, each)
            case inspect.ListType(item_type=item) | inspect.Metadata(type=item):
                yield from look(name, item)

    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    for field in info.fields:
        if field.name not in but:
            yield from look(f"{kind.__name__}.{field.name}", field.type)


@pytest.mark.parametrize(
    "kind", [*(each for module in BODIES for each in structs_of(module)), *MESSAGES]
)
def test_each_number_that_a_client_sends_has_bounds(kind: type) -> None:
    # The counts of a change set have theirs in ``ChangeSet.from_json``.
    assert list(unbounded(kind, frozenset({"updates"}))) == []


def test_a_number_without_bounds_is_found() -> None:
    class Body(msgspec.Struct):
        low: int
        some: list[int] | None
        fine: protocol.Version = 0

    assert list(unbounded(Body, frozenset())) == ["Body.low", "Body.some"]


async def post(
    server: Server, path: str, body: dict[str, Any], number: int | str
) -> Reply:
    """Send a body whose field ``@`` holds the number."""
    headers = {**server.token, "Content-Type": "application/json"}
    sent = json.dumps(body).replace('"@"', str(number)).encode()
    return await server.fetch("POST", path, sent, headers)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: str(number)[:22])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("{room}/points", {"name": "x", "version": "@"}),
        ("{room}/restore", {"version": "@"}),
        ("{room}/invites", {"expiresIn": "@"}),
        ("", {"limit": "@"}),
    ],
)
async def test_a_number_beyond_its_bounds_in_a_body_is_422(
    server: Server, path: str, body: dict[str, Any], number: int | str
) -> None:
    room_id = await server.new_room()
    where = f"pairedit/rooms/{path.format(room=room_id)}".rstrip("/")

    reply = await post(server, where, body, number)

    assert (reply.status, reply.json["code"]) == (422, "invalid")
    assert "Expected" in reply.json["message"]
    assert len(reply.json["message"]) < 200


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: str(number)[:22])
async def test_a_cursor_that_no_code_has_is_refused(
    server: Server, number: int | str
) -> None:
    body = {"code": "x", "cursorPosition": "@", "language": "python"}

    reply = await post(server, "pairedit/autocomplete", body, number)

    assert (reply.status, reply.json["code"]) in (
        (400, "cursor_outside"),
        (422, "invalid"),
    )
    assert "xpected" in reply.json["message"]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: str(number)[:22])
@pytest.mark.parametrize("name", ["after", "limit"])
async def test_a_number_beyond_its_bounds_in_a_query_is_422(
    server: Server, name: str, number: int | str
) -> None:
    room_id = await server.new_room()

    reply = await server.fetch(
        "GET", f"pairedit/rooms/{room_id}/revisions?{name}={number}"
    )

    assert (reply.status, reply.json["code"]) == (422, "invalid")


@pytest.mark.parametrize("version", ["9" * 15, "9" * 16, str(2**64), "9" * 5_000])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "revisions"), ("DELETE", "points")]
)
async def test_a_version_that_no_log_has_is_not_found(
    server: Server, method: str, path: str, version: str
) -> None:
    room_id = await server.new_room()

    reply = await server.fetch(method, f"pairedit/rooms/{room_id}/{path}/{version}")

    assert reply.status == 404


async def test_the_largest_version_is_one_that_a_room_does_not_have(
    server: Server,
) -> None:
    room_id = await server.new_room()

    for path, body in (
        ("points", {"name": "x", "version": LARGEST}),
        ("restore", {"version": LARGEST}),
    ):
        reply = await server.fetch("POST", f"pairedit/rooms/{room_id}/{path}", body)
        assert (reply.status, reply.json["code"]) == (404, "version_not_found")


MESSAGES_OF_A_NUMBER = [
    '{"type":"code_change","version":@,"updates":[[[0,"x"]]]}',
    '{"type":"code_change","version":0,"updates":[[@]]}',
    '{"type":"code_change","version":0,"updates":[[[@,"x"]]]}',
    '{"type":"code_change","version":0,"updates":[[@,@,[0,"x"],@]]}',
    '{"type":"presence","version":@,"anchor":0,"head":0}',
    '{"type":"presence","version":0,"anchor":@,"head":0}',
    '{"type":"presence","version":0,"anchor":0,"head":@}',
    '{"type":"check","version":@,"hash":"00000000"}',
    '{"type":"autocomplete","version":@,"cursorPosition":0}',
    '{"type":"autocomplete","version":0,"cursorPosition":@}',
]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: str(number)[:22])
@pytest.mark.parametrize("message", MESSAGES_OF_A_NUMBER)
async def test_a_number_beyond_its_bounds_in_a_message_is_refused(
    server: Server, message: str, number: int | str
) -> None:
    room_id = await server.new_room(code="")
    socket, _ = await server.seated(room_id)

    await socket.send_frame(message.replace("@", str(number)))
    error = await socket.expect("error")
    await socket.push(0, [[0, "x"]])

    assert error["code"] in ("malformed", "bad_change")
    assert error["message"].lower().startswith("expected")
    assert len(error["message"]) < 200
    assert (await socket.expect("saved"))["version"] == 1
