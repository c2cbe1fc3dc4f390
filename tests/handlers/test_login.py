"""People who log out while their editor is open."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_pairedit.protocol import Close
from jupyter_pairedit.rooms.room import Writer

from .conftest import Start
from .guests import guest, share
from .serving import KEYS, Person, Reply, Server, Socket

OFTEN = {"login_ask": 0.02}
"""The server asks often, and waits 150 s."""
SOON = {"login_ask": 0.02, "login_wait": 0.05}
"""The server asks often, and soon ends the socket without an answer."""


async def editor(server: Server, room_id: str, person: Person) -> Socket:
    """Open the socket of a page that confirms its login."""
    socket = await server.socket(room_id, edits=True, headers=person.cookie)
    await socket.send("hello", key=KEYS[0], confirmsLogin=True)
    await socket.expect("welcome")
    await socket.expect("initial_state")
    return socket


async def confirm(server: Server, question: dict[str, Any], person: Person) -> Reply:
    path = f"pairedit/login/{question['id']}?no_track_activity=1"
    return await server.fetch("GET", path, headers=person.cookie)


async def test_a_page_that_confirms_stays_and_is_asked_again(start: Start) -> None:
    server = await start(limits=OFTEN)
    ann = await server.login()
    socket = await editor(server, await server.new_room(), ann)

    for _ in range(3):
        reply = await confirm(server, await socket.expect("confirm_login"), ann)
        assert (reply.status, reply.body) == (204, b"")

    assert await socket.lives()


async def test_a_page_that_does_not_confirm_is_closed(start: Start) -> None:
    server = await start(limits=SOON)
    socket = await editor(server, await server.new_room(), await server.login())

    assert await socket.ending() == (Close.LOGIN_ENDED, "The login was not confirmed.")
    assert server.hub.connections == {}


async def test_after_a_logout_the_request_is_refused_and_confirms_nothing(
    start: Start,
) -> None:
    server = await start(limits=SOON)
    ann = await server.login()
    socket = await editor(server, await server.new_room(), ann)
    question = await socket.expect("confirm_login")

    # What the browser has left after Jupyter's /logout.
    gone = Person({"_xsrf": ann.cookies["_xsrf"]})
    reply = await confirm(server, question, gone)

    assert (reply.status, reply.json["code"]) == (403, "forbidden")
    assert (await socket.ending())[0] == Close.LOGIN_ENDED


async def test_somebody_who_has_logged_in_since_does_not_count_as_who_was_asked(
    start: Start,
) -> None:
    server = await start(limits=OFTEN)
    ann, ben = await server.login(), await server.login()
    socket = await editor(server, await server.new_room(), ann)
    question = await socket.expect("confirm_login")

    reply = await confirm(server, question, ben)

    assert (reply.status, reply.json["code"]) == (409, "other_login")
    assert (await confirm(server, question, ann)).status == 204


async def test_a_connection_that_has_ended_has_no_login_to_confirm(
    start: Start,
) -> None:
    server = await start(limits=OFTEN)
    ann = await server.login()
    socket = await editor(server, await server.new_room(), ann)
    question = await socket.expect("confirm_login")
    await socket.close()
    while server.hub.connections:
        await server.fetch("GET", "pairedit/health")

    reply = await confirm(server, question, ann)

    assert (reply.status, reply.json["code"]) == (404, "login_not_found")


async def test_confirming_is_no_activity(start: Start) -> None:
    server = await start(limits=OFTEN)
    ann = await server.login()
    socket = await editor(server, await server.new_room(), ann)
    question = await socket.expect("confirm_login")
    api = server.app.web_app.settings.get("api_last_activity")
    before = api, server.hub.activity.last

    assert (await confirm(server, question, ann)).status == 204

    api = server.app.web_app.settings.get("api_last_activity")
    assert (api, server.hub.activity.last) == before


@pytest.mark.parametrize("dialect", ["edits", "files"])
async def test_a_client_that_does_not_say_that_it_confirms_is_never_asked(
    start: Start, dialect: str
) -> None:
    """An older page, or a program."""
    server = await start(limits=SOON)
    room_id = await server.new_room(code="")
    asked = await editor(server, room_id, await server.login())
    if dialect == "edits":
        old, _ = await server.seated(room_id, KEYS[1])
    else:
        old = await server.writer(room_id)

    # The other one was asked, and ended, meanwhile.
    assert (await asked.ending())[0] == Close.LOGIN_ENDED
    await server.put(room_id, "x")

    assert await old.lives()
    await old.expect("code_update")


async def test_a_guest_has_no_login_and_is_never_asked(start: Start) -> None:
    server = await start(limits=SOON)
    room_id = await server.new_room(code="")
    asked = await editor(server, room_id, await server.login())
    gus, _ = await guest(
        server, await share(server, room_id), key=KEYS[1], confirmsLogin=True
    )

    assert (await asked.ending())[0] == Close.LOGIN_ENDED
    await server.put(room_id, "x")

    assert await gus.lives()
    await gus.expect("code_update")


async def test_a_server_without_a_login_asks_nobody(start: Start) -> None:
    server = await start(limits=SOON)
    room_id = await server.new_room(code="")
    room = await server.hub.open(room_id)
    server.app.identity_provider.token = ""
    socket = await server.socket(room_id, edits=True, headers={})
    await socket.send("hello", key=KEYS[0], confirmsLogin=True)
    await socket.expect("welcome")
    await socket.expect("initial_state")

    for code in "abc":
        await room.write(Writer("ben", "Ben"), code)
        await socket.expect("code_update")

    assert await socket.lives()


async def test_a_preflight_says_nothing_about_the_login(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    other = "https://other.example"
    server = await start(limits=OFTEN, allowed_origins=[other])
    ann = await server.login()
    socket = await editor(server, await server.new_room(), ann)
    question = await socket.expect("confirm_login")
    asks = {"Origin": other, "Access-Control-Request-Method": "GET"}

    path = f"pairedit/login/{question['id']}"
    assert (await server.fetch("OPTIONS", path, headers=asks)).status == 204

    assert "Uncaught exception" not in caplog.text
    assert (await confirm(server, question, ann)).status == 204
    assert await socket.lives()
