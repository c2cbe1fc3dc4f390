"""Kernels with a pass run code of their room themselves, and decide nothing."""

from __future__ import annotations

from typing import Any

import pytest
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler

from .authorizers import Rights
from .conftest import Start
from .guests import change, guest, share
from .passes import kernel_with, make_pass
from .runs import ask, bind, digest, let_guests_ask, page, until
from .serving import KEYS, Server, Socket

CODE = "print('by the kernel')\n"
OUTPUT = [[0, "stdout", "by the kernel\n", "", ""]]


class NoKernels(Rights):
    """Nobody may use Jupyter's kernels."""

    def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        return resource != "kernels"


async def kernel(server: Server, room_id: str, key: str = KEYS[2]) -> Any:
    """Join as a kernel with a pass of its own; return its socket and its welcome."""
    made = await make_pass(server, room_id)
    return await kernel_with(server, room_id, made, key=key, runs=True)


async def begin(socket: Socket, welcome: dict[str, Any], code: str, id: int) -> None:
    fields = {"epoch": welcome["epoch"], "version": 0, "digest": digest(code)}
    await socket.send("begin_run", id=id, **fields)


async def begun(socket: Socket, welcome: dict[str, Any], code: str = CODE) -> int:
    """Begin a run; return its number."""
    await begin(socket, welcome, code, 1)
    return int((await until(socket, "run_taken", id=1))["run"])


async def test_people_see_what_a_kernel_with_a_pass_runs(server: Server) -> None:
    room_id = await server.new_room(code=CODE, limit=3)
    person = await server.login()
    alice, _ = await page(server, room_id, person)
    made = await make_pass(server, room_id, person.headers)
    socket, welcome = await kernel_with(server, room_id, made, runs=True)

    number = await begun(socket, welcome)
    await socket.send("outputs", run=number, outputs=OUTPUT, state="done")

    shown = await until(alice, "run", run=number)
    me = await server.fetch("GET", "api/me", headers=person.cookie)
    assert (shown["inCell"], shown["by"]) == (True, me.json["identity"]["display_name"])
    assert (await until(alice, "output", run=number))["outputs"][0][:3] == OUTPUT[0][:3]
    await until(alice, "run", run=number, state="done")


async def test_outputs_are_taken_only_of_a_run_that_this_kernel_has_begun(
    server: Server,
) -> None:
    room_id = await server.new_room(code=CODE, limit=3)
    await bind(server, room_id)
    alice, seen = await page(server, room_id, await server.login())
    first, welcome = await kernel(server, room_id)
    other, _ = await kernel(server, room_id, "D" * 22)
    number = await begun(first, welcome)
    await ask(alice, seen, CODE, 0)
    of_room = (await until(alice, "run_taken"))["run"]

    for run in (number, of_room, of_room + 1):
        await other.send("outputs", run=run, outputs=OUTPUT, state="done")
        refused = await until(other, "run_refused", run=run)
        assert refused["code"] == "forbidden"
    await first.send("outputs", run=number, state="done")
    await until(first, "run", run=number, state="done")
    await first.send("outputs", run=number, outputs=OUTPUT)
    assert (await until(first, "run_refused", run=number))["code"] == "forbidden"
    await until(alice, "run", run=of_room, state="done")

    outputs = f"pairedit/rooms/{room_id}/runs/{number}/outputs"
    assert (await server.fetch("GET", outputs)).json["outputs"] == []


async def test_a_kernel_with_a_pass_is_no_page_whatever_it_says(start: Start) -> None:
    server = await start(max_connections_per_room=3, limits={"forbidden": 100})
    room_id = await server.new_room(code=CODE)
    await bind(server, room_id)
    await let_guests_ask(server, room_id)
    person = await server.login()
    alice, _ = await page(server, room_id, person)
    bob, seen = await guest(
        server, await share(server, room_id, role="edit"), runs=True
    )
    made = await make_pass(server, room_id, person.headers)
    xsrf = {"xsrf": person.cookies["_xsrf"], "runs": True}
    socket, welcome = await kernel_with(server, room_id, made, **xsrf)
    assert "decides" not in await until(socket, "kernel")

    await ask(bob, seen, CODE, 0)
    question = await until(alice, "question")
    number, right = question["run"], question["digest"]
    for message in (
        {"type": "approve", "run": number, "digest": right},
        {"type": "refuse", "run": number},
        {"type": "grant", "client": seen["clientId"]},
        {"type": "grant", "client": seen["clientId"], "what": "trust"},
        {"type": "shown", "id": 1, "version": 0},
        {"type": "run", "id": 2, "epoch": welcome["epoch"], "version": 0}
        | {"digest": right},
        {"type": "stop", "run": number},
    ):
        await socket.send(**message)
        assert (await until(socket, "run_refused"))["code"] == "forbidden"

    path = f"pairedit/rooms/{room_id}/runs"
    (asked,) = (await server.fetch("GET", path)).json["runs"]
    assert asked["state"] == "asked"


@pytest.mark.parametrize(
    ("config", "allow_run", "sentence"),
    [
        ({}, False, "switched off"),
        ({"ServerApp": {"authorizer_class": NoKernels}}, None, "no right to execute"),
    ],
)
async def test_where_its_maker_runs_no_code_a_pass_runs_none(
    start: Start, config: Any, allow_run: bool | None, sentence: str
) -> None:
    server = await start(config, allow_run=allow_run)
    room_id = await server.new_room(code=CODE)
    socket, welcome = await kernel(server, room_id)

    await begin(socket, welcome, CODE, 1)

    refused = await until(socket, "run_refused", id=1)
    assert refused["code"] == "forbidden"
    assert sentence in refused["message"]


async def test_a_run_ends_with_the_pass(server: Server) -> None:
    room_id = await server.new_room(code=CODE, limit=3)
    alice, _ = await page(server, room_id, await server.login())
    made = await make_pass(server, room_id)
    socket, welcome = await kernel_with(server, room_id, made, runs=True)
    number = await begun(socket, welcome)

    await change(server, "DELETE", room_id, f"pass/{made['passId']}")

    ended = await until(alice, "run", run=number, state="died")
    assert ended["detail"] == "The kernel has disconnected."


async def test_text_of_guests_is_shown_before_a_kernel_with_a_pass_runs_it(
    server: Server,
) -> None:
    room_id = await server.new_room(code="", limit=3)
    bob, _ = await guest(server, await share(server, room_id, role="edit"))
    await bob.push(0, [[0, "print(x)"]])
    await bob.expect("saved")
    socket, welcome = await kernel(server, room_id)

    fields = {"epoch": welcome["epoch"], "version": 1, "digest": digest("print(x)")}
    await socket.send("begin_run", id=1, **fields)
    unread = await until(socket, "unread", id=1)
    await socket.send("begin_run", id=2, unread=True, **fields)

    assert [each["text"] for each in unread["lines"]] == ["print(x)"]
    await until(socket, "run_taken", id=2)
