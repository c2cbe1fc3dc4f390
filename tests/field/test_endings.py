"""Complaints about how something ended, and what was said then."""

from __future__ import annotations

from jupyter_server.auth import Authorizer
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler

from jupyter_pairedit.protocol import Close
from tests.handlers.conftest import Start
from tests.handlers.guests import guest, hello, share
from tests.handlers.serving import KEYS, Server


async def test_the_room_was_full_and_my_editor_did_not_understand_it(
    server: Server,
) -> None:
    room_id = await server.new_room(limit=1)
    await server.seated(room_id)

    late = await server.editor(room_id, KEYS[1])
    error = await late.expect("error")

    assert (error["code"], error["limit"], error["fatal"]) == ("room_full", 1, True)
    assert "menu Room" in error["message"]
    assert "MAX_CONNECTIONS_PER_ROOM" in error["message"]
    assert (await late.ending())[0] == Close.ROOM_FULL


async def test_a_guest_was_told_of_a_setting_that_only_the_owner_has(
    server: Server,
) -> None:
    room_id = await server.new_room(limit=1)
    link = await share(server, room_id)
    await guest(server, link)

    late = await hello(server, link, key=KEYS[2])
    error = await late.expect("error")

    assert (error["code"], error["message"]) == ("room_full", "It takes 1 at a time.")
    assert (await late.ending())[0] == Close.ROOM_FULL


async def test_a_program_of_whole_files_finds_a_full_room_closed_as_ever(
    server: Server,
) -> None:
    room_id = await server.new_room(limit=1)
    await server.writer(room_id)

    code, reason = await (await server.socket(room_id)).ending()

    assert code == Close.ROOM_FULL
    assert reason.startswith("Room full. It takes 1 at a time.")


async def test_it_told_me_to_wait_for_zero_seconds(start: Start) -> None:
    server = await start(limits={"connects": 1, "connects_per": 0.4})
    room_id = await server.new_room()
    owner = (await server.login()).cookie

    first = await server.writer(room_id, headers=owner)
    second = await server.socket(room_id, headers=owner)

    assert await second.ending() == (Close.RATE, "Too many connections: wait 1 s.")
    assert await first.lives()


REVOKED: set[str] = set()
"""People whose rights were taken away."""


class Shares(Authorizer):
    """Allows all to everybody whose rights were not taken away."""

    def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        return user.username not in REVOKED


async def test_i_took_somebodys_rights_away_and_they_read_on(start: Start) -> None:
    soon = {"login_ask": 0.02, "login_wait": 0.05}
    server = await start({"ServerApp": {"authorizer_class": Shares}}, limits=soon)
    room_id = await server.new_room(code="")
    ben = await server.login()
    me = (await server.fetch("GET", "api/me", headers=ben.cookie)).json
    socket = await server.socket(room_id, edits=True, headers=ben.cookie)
    await socket.send("hello", key=KEYS[0], confirmsLogin=True)
    await socket.expect("welcome")
    await socket.expect("initial_state")
    question = await socket.expect("confirm_login")
    path = f"pairedit/login/{question['id']}"
    assert (await server.fetch("GET", path, headers=ben.cookie)).status == 204

    REVOKED.add(me["identity"]["username"])

    assert (await server.fetch("GET", path, headers=ben.cookie)).status == 403
    assert (await socket.ending())[0] == Close.LOGIN_ENDED
