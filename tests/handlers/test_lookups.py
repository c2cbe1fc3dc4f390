"""Names from the kernel of a room: who gets them, and what is refused."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit.core.serverfile import file_name, read_file

from .authorizers import ReadOnly, Rights
from .conftest import Start
from .guests import guest, share
from .probes import bind_probe
from .runs import start_kernel
from .serving import Person, Reply, Server

ROUTES = ("names", "inspect")


async def ask(
    server: Server,
    person: Person,
    room_id: str,
    route: str,
    code: str = "x",
    at: object = None,
) -> Reply:
    """Ask at the end of some code, from a page of a person."""
    body = {"code": code, "at": len(code) if at is None else at}
    path = f"pairedit/rooms/{room_id}/kernel/{route}"
    return await server.fetch("POST", path, body, person.headers)


async def username(server: Server, person: Person) -> str:
    """Return the identity of a person."""
    reply = await server.fetch("GET", "api/me", headers=person.headers)
    return str(reply.json["identity"]["username"])


async def test_who_has_chosen_the_kernel_gets_its_names(start: Start) -> None:
    server = await start(limits={"lookups": 1_000})
    ann = await server.login()
    room_id = await server.new_room()
    path = f"pairedit/rooms/{room_id}/kernel"
    kernel_id = await start_kernel(server)
    chosen = await server.fetch("PUT", path, {"kernelId": kernel_id}, ann.headers)
    assert (chosen.status, chosen.json["names"]) == (200, True)

    async with asyncio.timeout(60):
        # IPython loads its completer first; until then, an answer is empty.
        while True:
            found = await ask(server, ann, room_id, "names", "'😀'; y = isinsta", at=17)
            text = await ask(server, ann, room_id, "inspect", "isinstance(1, ")
            if found.json["names"] and text.json["text"]:
                break

    assert found.status == 200, found
    assert (found.json["from"], found.json["to"]) == (10, 17)
    [name] = found.json["names"]
    assert (name["name"], name["kind"]) == ("isinstance", "function")
    assert name.keys() == {"name", "kind", "signature"}
    assert text.status == 200 and "isinstance" in text.json["text"]


@pytest.mark.parametrize("route", ROUTES)
async def test_nobody_else_gets_them(
    start: Start, monkeypatch: pytest.MonkeyPatch, route: str
) -> None:
    server = await start()
    ann = await server.login()
    room_id = await server.new_room()
    probe = await bind_probe(server, room_id, monkeypatch)  # somebody else's

    reply = await ask(server, ann, room_id, route)

    assert (reply.status, reply.json["code"]) == (403, "forbidden")
    assert "chosen" in reply.json["message"]
    described = await server.fetch(
        "GET", f"pairedit/rooms/{room_id}/kernel", headers=ann.headers
    )
    assert described.json["names"] is False
    assert probe.queries == []


@pytest.mark.parametrize("route", ROUTES)
async def test_a_guest_gets_none_with_anything_that_they_have(
    start: Start, monkeypatch: pytest.MonkeyPatch, route: str
) -> None:
    server = await start()
    ann = await server.login()
    room_id = await server.new_room()
    probe = await bind_probe(
        server, room_id, monkeypatch, by=await username(server, ann)
    )
    link = await share(server, room_id, role="edit")
    _, welcome = await guest(server, link)

    for key in (link.fields["secret"], welcome["resume"]):
        reply = await server.fetch(
            "POST",
            f"pairedit/rooms/{room_id}/kernel/{route}",
            {"code": "x", "at": 1},
            {"Authorization": f"token {key}"},
        )
        assert reply.status == 403
    assert probe.queries == []


class NoKernels(Rights):
    """Everything but Jupyter's kernels."""

    def is_authorized(
        self, handler: Any, user: Any, action: str, resource: str
    ) -> bool:
        return resource != "kernels"


OFF: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {"allow_run": False}, "allow_run"),
    ({}, {"names_from_kernel": False}, "names_from_kernel"),
    ({"ServerApp": {"authorizer_class": NoKernels}}, {}, "no right"),
]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(("config", "traits", "why"), OFF)
async def test_where_it_is_off_the_kernel_is_not_asked(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    route: str,
    config: dict[str, Any],
    traits: dict[str, Any],
    why: str,
) -> None:
    server = await start(config, **traits)
    ann = await server.login()
    room_id = await server.new_room()
    probe = await bind_probe(
        server, room_id, monkeypatch, by=await username(server, ann)
    )

    reply = await ask(server, ann, room_id, route)

    assert (reply.status, reply.json["code"]) == (403, "forbidden")
    assert why in reply.json["message"]
    described = await server.fetch(
        "GET", f"pairedit/rooms/{room_id}/kernel", headers=ann.headers
    )
    assert described.json["names"] is False
    assert probe.queries == []


async def test_who_may_only_read_and_execute_is_asked_for_execute(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await start({"ServerApp": {"authorizer_class": ReadOnly}})
    ann = await server.login()
    room_id, _ = await server.hub.create("Ann")
    await bind_probe(server, room_id, monkeypatch, by=await username(server, ann))

    assert (await ask(server, ann, room_id, "names")).status == 200


@pytest.mark.parametrize("route", ROUTES)
async def test_what_is_wrong_is_refused_with_a_sentence(
    start: Start, monkeypatch: pytest.MonkeyPatch, route: str
) -> None:
    server = await start(max_code_size=1_024, limits={"frame": 100_000})
    ann = await server.login()
    room_id = await server.new_room(code="")
    none = await ask(server, ann, room_id, route)
    probe = await bind_probe(
        server, room_id, monkeypatch, by=await username(server, ann)
    )
    refusals = {
        "outside": await ask(server, ann, room_id, route, "😀", at=3),
        "negative": await ask(server, ann, room_id, route, "x", at=-1),
        "no number": await ask(server, ann, room_id, route, "x", at="1"),
        "large": await ask(server, ann, room_id, route, "é" * 513),
        "missing": await ask(server, ann, "M" * 22, route),
        "malformed id": await ask(server, ann, "x", route),
    }

    assert (none.status, none.json["code"]) == (409, "no_kernel")
    assert {name: (r.status, r.json["code"]) for name, r in refusals.items()} == {
        "outside": (422, "outside"),
        "negative": (422, "invalid"),
        "no number": (422, "invalid"),
        "large": (413, "request_entity_too_large"),
        "missing": (404, "room_not_found"),
        "malformed id": (404, "room_not_found"),
    }
    assert "from 0 to 2" in refusals["outside"].json["message"]
    assert "1024 bytes, found 1026" in refusals["large"].json["message"]
    assert probe.queries == []


async def test_who_asks_too_often_is_refused(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await start(limits={"lookups": 2, "lookups_per": 3_600.0})
    ann = await server.login()
    room_id = await server.new_room()
    await bind_probe(server, room_id, monkeypatch, by=await username(server, ann))

    replies = [await ask(server, ann, room_id, route) for route in (*ROUTES, "names")]

    assert [each.status for each in replies] == [200, 200, 429]
    assert replies[-1].json["code"] == "too_many"


@pytest.mark.parametrize("allowed", [True, False])
async def test_kernels_read_in_the_file_of_the_server_whether_it_is_off(
    start: Start, allowed: bool
) -> None:
    server = await start(names_from_kernel=allowed)
    [extension] = server.app.extension_manager.extension_apps["jupyter_pairedit"]
    assert extension._own_file
    await extension._own_file.write(server.app)

    folder = Path(server.app.runtime_dir)
    written = read_file((folder / file_name(os.getpid())).read_bytes())

    assert written.names is allowed
