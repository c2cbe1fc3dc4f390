"""Suggestions of a model behind a Jupyter server."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from traitlets.config import Config

from tests.autocomplete.servers import CANARY, FakeModel, Request, fake, forever

from .conftest import Start
from .guests import change, guest, share
from .serving import GUARD, Reply, Server

HOST = "127.0.0.1"


async def one(request: Request) -> None:
    await request.events({"content": "alpha", "stop": True}, done=False)


async def served(start: Start, model: FakeModel, **traits: Any) -> Server:
    """Start a server whose suggestions are those of ``model``."""
    traits = {"completer": "infill", "completer_url": model.url, **traits}
    return await start(**traits)


async def suggest(server: Server, code: str = "x = ", **more: object) -> Reply:
    body = {"code": code, "cursorPosition": len(code), "language": "python", **more}
    return await server.fetch("POST", "pairedit/autocomplete", body)


async def test_a_member_gets_the_suggestion_of_the_model(start: Start) -> None:
    async with fake(one) as model:
        server = await served(start, model, completer_model="tiny")
        reply = await suggest(server)

    host = model.url.removeprefix("http://")
    detail = f"Suggested by tiny at {host}"
    assert reply.json == {"suggestion": "alpha", "detail": detail}


async def test_a_page_that_stops_waiting_closes_the_connection_to_the_model(
    start: Start,
) -> None:
    async with fake(forever) as model:
        server = await served(start, model)
        body = {"code": "x = ", "cursorPosition": 4, "language": "python"}
        json_ = json.dumps(body)
        address, port = server.host.split(":")
        _, writer = await asyncio.open_connection(address, int(port))
        path = f"{server.app.base_url}pairedit/autocomplete"
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: {server.host}",
            *(f"{name}: {value}" for name, value in server.token.items()),
            "Content-Type: application/json",
            f"Content-Length: {len(json_)}",
        ]
        writer.write(("\r\n".join(lines) + f"\r\n\r\n{json_}").encode())
        request = await model.request()
        writer.close()
        await writer.wait_closed()
        async with asyncio.timeout(GUARD):
            await request.hung_up.wait()


async def test_the_switch_and_the_title_of_the_room_count(start: Start) -> None:
    async with fake(one) as model:
        server = await served(start, model)
        off = await server.new_room(code="x = ")
        switch = {"settings": {"suggestions": False}}
        path = f"pairedit/rooms/{off}"
        unchanged = server.token | {"If-Match": '"0"'}
        assert (await server.fetch("PATCH", path, switch, unchanged)).status == 200
        secret = await server.new_room(code="x = ", title=".env")

        replies = [(await suggest(server, roomId=room)).json for room in (off, secret)]
        missing = await suggest(server, roomId="x" * 22)
        assert model.connections == 0
        open_ = await server.new_room(code="x = ")
        assert (await suggest(server, roomId=open_)).json["suggestion"] == "alpha"

    assert [each["suggestion"] for each in replies] == ["", ""]
    assert replies[0]["detail"] == "Suggestions are off in this room."
    assert "file of secrets" in replies[1]["detail"]
    assert missing.status == 404


async def test_everybody_in_a_room_receives_the_host_that_the_code_is_sent_to(
    start: Start,
) -> None:
    async with fake(one) as model:
        server = await served(start, model, completer_model="tiny")
        room_id = await server.new_room(code="x = ", limit=9)
        _, member = await server.seated(room_id)
        _, invited = await guest(server, await share(server, room_id))
        _, viewer = await guest(server, await share(server, room_id, role="view"))

    host = model.url.removeprefix("http://")
    expected = {"by": "tiny", "host": host, "local": True}
    for welcome in (member, invited, viewer):
        assert welcome["suggestions"] == expected
    assert not invited.get("autocomplete")  # and is told all the same


async def test_the_mock_has_no_host(server: Server) -> None:
    _, welcome = await server.seated(await server.new_room())

    assert "suggestions" not in welcome


async def test_members_read_why_the_mock_suggests_and_guests_do_not(
    start: Start,
) -> None:
    server = await start(completer="ollama")
    room_id = await server.new_room()
    _, member = await server.seated(room_id)
    _, invited = await guest(server, await share(server, room_id))
    health = await server.fetch("GET", "pairedit/health")

    problem = member["suggestions"].pop("problem")
    assert problem.startswith("PairEdit.completer_model: expected the name of a model")
    assert "problem" not in invited.get("suggestions", {})
    assert health.json["suggestions"]["trouble"] == problem
    assert (await suggest(server, "def f():\n")).json["suggestion"] == "    return "


async def test_guests_get_suggestions_of_the_model_within_their_limits(
    start: Start,
) -> None:
    async with fake(one) as model:
        server = await served(
            start, model, guest_autocomplete=True, limits={"suggestions": 2}
        )
        room_id = await server.new_room(code="x = ")
        socket, _ = await guest(server, await share(server, room_id))
        answers = []
        for number in range(3):
            await socket.send(
                "autocomplete", cursorPosition=4, version=0, id=number + 1
            )
            answers.append(await socket.expect("suggestion"))

    assert [each["suggestion"] for each in answers] == ["alpha", "alpha", ""]
    assert "Guests of this room have had 2 suggestions" in answers[2]["detail"]
    body = model.requests[0].body
    assert (body["input_prefix"], body["prompt"], body["input_suffix"]) == (
        "",
        "x = ",
        "",
    )


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        ("autocomplete", {"cursorPosition": 3, "version": 0, "id": 2}),
        ("cancel_autocomplete", {"id": 1}),
    ],
)
async def test_a_guest_who_asks_again_or_cancels_ends_the_request_to_the_model(
    start: Start, message: str, fields: dict[str, int]
) -> None:
    async with fake(forever) as model:
        server = await served(start, model, guest_autocomplete=True)
        room_id = await server.new_room(code="x = ")
        socket, welcome = await guest(server, await share(server, room_id))
        assert welcome["cancels"] is True
        await socket.send("autocomplete", cursorPosition=4, version=0, id=1)
        request = await model.request()
        await socket.send(message, **fields)
        async with asyncio.timeout(GUARD):
            await request.hung_up.wait()
        assert (await socket.expect("suggestion"))["id"] == 1


async def test_the_key_of_the_model_is_shown_nowhere(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def refuses(request: Request) -> None:
        await request.refuse(500, f"bad key {request.headers['authorization']}")

    monkeypatch.setenv("MODEL_KEY", CANARY)
    caplog.set_level(logging.DEBUG)
    async with fake(refuses) as model:
        server = await served(start, model, completer_key="MODEL_KEY")
        await server.app.extension_manager.start_all_extensions()  # type: ignore[no-untyped-call]
        room_id = await server.new_room(code="x = ")
        _, welcome = await server.seated(room_id)
        seen = [
            (await suggest(server, roomId=room_id)).body.decode(),
            (await server.fetch("GET", "pairedit/health")).body.decode(),
            (await server.fetch("GET", "metrics")).body.decode(),
            (await change(server, "GET", room_id, "changes")).body.decode(),
            json.dumps(welcome),
            repr(server.context),
            repr(server.context.completer),
            str(Config(server.app.config)),
            caplog.text,
            *capsys.readouterr(),
        ]

    assert model.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    assert "has failed (status 500)" in seen[0] and "status 500" in seen[1]
    assert not [each for each in seen if CANARY in each]
    assert "Traceback" not in "".join(seen)
