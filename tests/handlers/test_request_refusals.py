"""A refusal of a request has what names the request, so that nobody waits for it."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from jupyter_pairedit.connections.asked import Asked, asked_in
from jupyter_pairedit.stores.errors import StorageFailure

from .authorizers import Changing
from .conftest import Start
from .guests import guest, share
from .passes import kernel_with, make_pass
from .runs import ask, digest, until
from .serving import Server, Socket

CODE = "print(1)\n"
BEGIN = {"epoch": "e", "version": 0, "digest": digest(CODE)}
PATIENT = {"malformed": 100, "forbidden": 100}


async def kernel(server: Server, **hello: Any) -> tuple[Socket, dict[str, Any]]:
    """Join a new room as a kernel with a pass."""
    room_id = await server.new_room(code=CODE)
    return await kernel_with(server, room_id, await make_pass(server, room_id), **hello)


async def changing(start: Start) -> tuple[Server, Changing]:
    """Start a server of which a test changes the rights."""
    server = await start({"ServerApp": {"authorizer_class": Changing}})
    assert isinstance(server.app.authorizer, Changing)
    return server, server.app.authorizer


async def test_a_kernel_that_may_not_run_is_answered_each_time_and_stays(
    start: Start,
) -> None:
    server, authorizer = await changing(start)
    socket, welcome = await kernel(server, runs=True)
    authorizer.now = frozenset({"read", "write"})

    for id in range(1, 12):
        await socket.send("begin_run", **BEGIN | {"id": id, "epoch": welcome["epoch"]})
        refused = await until(socket, "run_refused", id=id)

        assert refused["code"] == "forbidden"
        assert refused["message"] == "You may not run code in this room."
    assert await socket.lives()


async def test_a_kernel_that_may_run_no_longer_is_told_of_which_run(
    start: Start,
) -> None:
    server, authorizer = await changing(start)
    socket, welcome = await kernel(server, runs=True)
    await socket.send("begin_run", **BEGIN | {"id": 1, "epoch": welcome["epoch"]})
    run = (await until(socket, "run_taken"))["run"]
    authorizer.now = frozenset({"read", "write"})

    await socket.send("outputs", run=run, outputs=[[0, "stdout", "x"]])

    assert (await until(socket, "run_refused", run=run))["code"] == "forbidden"


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ({"type": "begin_run", **BEGIN, "id": 7, "digest": "short"}, {"id": 7}),
        ({"type": "run", "id": 7}, {"id": 7}),
        ({"type": "outputs", "run": 3, "outputs": [["x"]]}, {"run": 3}),
        ({"type": "approve", "run": 3}, {"run": 3}),
    ],
    ids=lambda each: str(each.get("type", "")),
)
async def test_a_malformed_message_about_runs_is_refused_by_its_number(
    start: Start, message: dict[str, Any], named: dict[str, int]
) -> None:
    socket, _ = await kernel(await start(limits=PATIENT), runs=True)

    await socket.send(**message)

    refused = await until(socket, "run_refused", **named)
    assert refused["code"] == "malformed"
    assert refused["message"].startswith("Expected ")


async def test_a_malformed_request_is_refused_by_its_id(start: Start) -> None:
    server = await start(limits=PATIENT, guest_autocomplete=True)
    socket, _ = await kernel(server)
    link = await share(server, await server.new_room(code=CODE), role="edit")
    gus, _ = await guest(server, link)

    await socket.send("history", id=7, after=-1)
    await gus.send("autocomplete", id=8, version=0, cursorPosition="x")

    for client, id in ((socket, 7), (gus, 8)):
        assert (await until(client, "error", id=id))["code"] == "malformed"


async def test_a_run_is_refused_by_its_id_while_the_store_fails(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket, welcome = await kernel(server, runs=True)

    async def fails(*_: object) -> NoReturn:
        raise StorageFailure("the disk is full")

    monkeypatch.setattr(server.hub.store.runs, "add", fails)
    await socket.send("begin_run", **BEGIN | {"id": 9, "epoch": welcome["epoch"]})

    refused = await until(socket, "run_refused", id=9)
    assert refused["code"] == "storage"
    assert "the disk is full" in refused["message"]
    assert await socket.lives()


async def test_a_connection_that_knows_no_runs_is_refused_by_the_id(
    server: Server,
) -> None:
    socket, welcome = await kernel(server)

    await ask(socket, welcome, CODE, 0, id=6)
    await socket.send("begin_run", **BEGIN | {"id": 7})

    for id in (6, 7):
        assert (await until(socket, "run_refused", id=id))["code"] == "forbidden"


@pytest.mark.parametrize(
    ("frame", "asked"),
    [
        ('{"type":"run","id":7}', Asked(True, 7)),
        (b'{"type":"run","id":7}', Asked(True, 7)),
        ('{"type":"stop","run":3,"id":null}', Asked(True, 0, 3)),
        ('{"type":"blame","id":"7"}', Asked(False)),
        ('{"type":"run","id":' + "[" * 50 + "]" * 50 + "}", Asked(True)),
        ('{"type":"run","id":1e99}', Asked(True)),
        ('{"type":"code_change","id":["writer",1]}', None),
        ('{"type":7,"id":7}', None),
        ('{"id":7}', None),
        ('{"type":"run","id":7', None),
        ("[]", None),
        ("\ud800", None),
    ],
)
def test_what_names_a_request_is_read_from_a_frame_that_is_refused(
    frame: str | bytes, asked: Asked | None
) -> None:
    assert asked_in(frame) == asked
