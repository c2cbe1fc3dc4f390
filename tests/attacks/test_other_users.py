"""J: somebody else with a login, or with an account on the same machine.

J4, files that others can read, is in ``tests/stores/sqlite/test_store.py``; J7, the
names of others' rooms, in ``tests/handlers/test_names.py``.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from jupyter_server.auth import Authorizer
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.peers import peers
from jupyter_pairedit.protocol import Close
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.room import Writer
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.campaign.jupyter import JupyterProcess
from tests.handlers.conftest import Start
from tests.handlers.guests import Link, guest, refusal_of, revoke, share
from tests.handlers.serving import KEYS, Server
from tests.handlers.test_auth import MATRIX, ask
from tests.handlers.test_health import begin

ASKED: set[tuple[str, str]] = set()


class Recorder(Authorizer):
    """Allows all, and notes what it is asked."""

    def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        ASKED.add((action, resource))
        return True


class Reader(Authorizer):
    """Lets people look, open sockets, and do nothing else."""

    def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        return action in {"read", "execute"}


async def test_j1_jupyters_authorizer_is_asked_for_each_route_by_our_name(
    start: Start, built: Path
) -> None:
    server = await start({"ServerApp": {"authorizer_class": Recorder}})

    for pattern, rows in MATRIX.items():
        for method in rows:
            ASKED.clear()
            await ask(server, pattern, method, server.token)
            public = pattern.startswith(
                ("/pairedit/guest", "/pairedit/static", "/pairedit/prove")
            )
            resources = {resource for _, resource in ASKED}
            own = {"pairedit"}
            if "/kernel" in pattern or "/runs" in pattern:
                # Who may not use kernels may not use them by a room either.
                resources -= {"kernels"}
            assert resources == (set() if public else own), pattern


@pytest.mark.parametrize("edits", [True, False], ids=["edit", "whole file"])
async def test_j2_who_may_only_read_changes_nothing_by_any_message(
    start: Start, edits: bool
) -> None:
    first = await start()
    room_id = await first.new_room(code="kept")
    server = await start({"ServerApp": {"authorizer_class": Reader}})

    if edits:
        socket, welcome = await server.seated(room_id)
        assert welcome["role"] == "view"
        await socket.push(0, [4, [0, "x"]])
        assert await socket.refusal() == "forbidden"
    else:
        socket = await server.writer(room_id)
    await socket.write("x")
    assert await socket.refusal() == "forbidden"

    for method, path, body in (
        ("PUT", "code", {"code": "x"}),
        ("POST", "restore", {"version": 0}),
        ("POST", "invites", {}),
        ("GET", "invites", None),
        ("PUT", "lock", {"locked": True}),
    ):
        reply = await server.fetch(method, f"pairedit/rooms/{room_id}/{path}", body)
        assert reply.status == 403
    assert await server.code(room_id) == "kept"


async def test_j3_the_guest_page_is_of_no_origin_and_the_same_on_every_server(
    server: Server,
) -> None:
    page = await server.fetch("GET", "pairedit/guest", headers={})

    policy = page.headers["Content-Security-Policy"]
    assert policy.endswith("sandbox allow-scripts allow-downloads")
    assert "allow-same-origin" not in policy
    assert server.app.base_url.encode() not in page.body


async def test_j5_two_servers_of_one_user_on_one_database_lose_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rooms.db"
    hubs = [
        Hub(SQLiteStore(path), Limits(), now=lambda: 0.0, clock=lambda: 0.0)
        for _ in range(2)
    ]
    room_id, _ = await hubs[0].create("Ann", code="")
    rooms = [await hub.open(room_id) for hub in hubs]

    async def write(number: int) -> None:
        for count in range(10):
            writer = Writer(f"client{number}", "Ann")
            await rooms[number].write(writer, f"{number}: {count}")

    await asyncio.gather(write(0), write(1))

    log = await hubs[0].store.revisions(room_id, 0, -1)
    assert [each.version for each in log] == list(range(1, 21))
    assert sorted(each.client_id for each in log) == ["client0"] * 10 + ["client1"] * 10
    for hub in hubs:
        await hub.close()


async def test_j5_what_another_server_revokes_holds_here_at_the_next_look(
    server: Server, database: Path
) -> None:
    room_id = await server.new_room(limit=5)
    link, other = await share(server, room_id), await share(server, room_id)
    socket, _ = await guest(server, link)
    stays, _ = await guest(server, other, key="C" * 22)
    elsewhere = SQLiteStore(database)

    await elsewhere.invites.revoke(room_id, link.invite_id, 0.0)
    await elsewhere.invites.change_role(room_id, other.invite_id, "view")
    assert await refusal_of(server, link) == Close.INVITE_REVOKED
    sharing = server.context.sharing
    assert sharing
    await sharing.invites.recheck()

    assert (await socket.ending())[0] == Close.INVITE_REVOKED
    assert (await stays.expect("role"))["role"] == "view"
    await elsewhere.close()
    assert await revoke(server, room_id, other) == 1


async def test_j5_what_another_server_revokes_holds_here_long_before_the_next_look(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two whole servers on one file; the other one's notice is all that can say it."""
    monkeypatch.setattr(peers, "_RECHECK", 1_000_000)  # beats, of 5 seconds
    other = JupyterProcess(tmp_path)
    try:
        await other.start()
        server = await start(
            database_url=f"sqlite:///{other.database}", limits={"recheck": 3_600.0}
        )
        await begin(server)
        room_id = (await other.call("POST", "pairedit/rooms"))["roomId"]
        invites = f"pairedit/rooms/{room_id}/invites"
        link, kept = [
            Link((await other.call("POST", invites, {"role": role}))["url"])
            for role in ("edit", "view")
        ]
        socket, _ = await guest(server, link)
        stays, _ = await guest(server, kept, key="C" * 22)

        await other.call("DELETE", f"{invites}/{link.invite_id}")

        assert (await socket.ending())[0] == Close.INVITE_REVOKED
        assert await refusal_of(server, link) == Close.INVITE_REVOKED
        assert await stays.lives()
    finally:
        await other.end()
        other.close()


async def test_j6_who_has_logged_out_or_in_since_leaves_no_open_socket(
    start: Start,
) -> None:
    server = await start(limits={"login_ask": 0.02, "login_wait": 0.05})
    room_id = await server.new_room(limit=5)
    ann, ben = await server.login(), await server.login()
    sockets = []
    for key in KEYS[:2]:
        socket = await server.socket(room_id, edits=True, headers=ann.cookie)
        await socket.send("hello", key=key, confirmsLogin=True)
        await socket.expect("welcome")
        await socket.expect("initial_state")
        sockets.append(socket)

    for socket, headers, status in zip(
        sockets, ({}, ben.cookie), (403, 409), strict=True
    ):
        question = await socket.expect("confirm_login")
        path = f"pairedit/login/{question['id']}"
        assert (await server.fetch("GET", path, headers=headers)).status == status

    for socket in sockets:
        assert (await socket.ending())[0] == Close.LOGIN_ENDED
