"""Links to a room, by REST."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit.protocol import Close
from jupyter_pairedit.stores.errors import StorageFailure
from tests.postgres import Postgres

from .conftest import Start
from .guests import Link, change, guest, hello, refusal_of, revoke, share
from .serving import KEYS, Reply, Server

HOUR = 3_600
DAY = 24 * HOUR


async def listed(server: Server, room_id: str) -> list[dict[str, Any]]:
    """List the links of a room."""
    reply = await server.fetch("GET", f"pairedit/rooms/{room_id}/invites")
    assert reply.status == 200, reply
    found: list[dict[str, Any]] = reply.json["invites"]
    return found


async def no_storage(*_: object) -> None:
    """Fail as a store does whose disk is full."""
    raise StorageFailure("the disk is full")


async def test_a_link_leads_to_the_guest_page_with_its_key_in_the_fragment(
    server: Server,
) -> None:
    room_id = await server.new_room()

    made = (await change(server, "POST", room_id, "invites")).json

    page, _, key = made["url"].partition("#")
    assert page == f"{server.origin}/a%40b/pairedit/guest"
    room, invite, secret = key.split(".")
    assert (room, invite) == (room_id, made["inviteId"])
    assert len(secret) == 43
    assert made.keys() == {"inviteId", "url", "role", "label", "expiresAt"}


@pytest.mark.parametrize(
    ("body", "role", "lifetime"),
    [
        ({}, "edit", DAY),
        ({"role": "edit"}, "edit", DAY),
        ({"role": "view"}, "view", 7 * DAY),
        ({"role": "view", "expiresIn": None}, "view", 7 * DAY),
        ({"expiresIn": 60}, "edit", 60),
        ({"expiresIn": 30 * DAY}, "edit", 30 * DAY),
    ],
)
async def test_a_link_has_a_role_and_an_end(
    server: Server, body: dict[str, object], role: str, lifetime: int
) -> None:
    room_id = await server.new_room()

    made = (await change(server, "POST", room_id, "invites", body)).json

    (found,) = await listed(server, room_id)
    assert made["role"] == found["role"] == role
    assert found["expiresAt"] - found["createdAt"] == pytest.approx(lifetime)


@pytest.mark.parametrize(
    "body",
    [
        {"role": "owner"},
        {"role": 1},
        {"expiresIn": 59},
        {"expiresIn": 30 * DAY + 1},
        {"expiresIn": 1.5},
        {"expiresIn": "60"},
        {"label": "x" * 81},
        {"label": None},
        {"secret": "mine"},
        [],
    ],
)
async def test_a_body_that_describes_no_link_is_refused(
    server: Server, body: object
) -> None:
    room_id = await server.new_room()

    reply = await change(server, "POST", room_id, "invites", body)

    assert (reply.status, reply.json["code"]) == (422, "invalid")
    assert await listed(server, room_id) == []


async def test_what_no_database_holds_is_no_label_and_no_link(
    start: Start, postgres: Postgres
) -> None:
    server = await start(database_url=postgres.new_database())
    room_id = await server.new_room(title="a\0b")

    made = await change(server, "POST", room_id, "invites", {"label": "a\0b\u202e"})

    assert made.json["label"] == "ab"
    for method, body in (("PUT", {"role": "view"}), ("DELETE", None)):
        reply = await change(server, method, room_id, "invites/a%00b", body)
        assert (reply.status, reply.json["code"]) == (404, "invite_not_found")


async def test_a_list_says_who_came_by_which_link_and_never_its_key(
    server: Server,
) -> None:
    room_id = await server.new_room(limit=5)
    first = await share(server, room_id, label="first")
    await share(server, room_id, role="view")
    await guest(server, first, name="Gus", key=KEYS[1])
    await guest(server, first, name="Gus", key=KEYS[2])

    used, unused = await listed(server, room_id)

    assert used["people"] == ["Gus", "Gus (2)"]
    assert (used["label"], used["uses"]) == ("first", 2)
    assert used["lastUsedAt"] >= used["createdAt"]
    assert (unused["people"], unused["uses"], unused["lastUsedAt"]) == ([], 0, None)
    assert used["createdBy"]
    reply = await server.fetch("GET", f"pairedit/rooms/{room_id}/invites")
    assert first.fields["secret"].encode() not in reply.body


async def test_what_is_stored_holds_no_key(server: Server, database: Path) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id)
    _, welcome = await guest(server, link)
    await server.stop()

    with closing(sqlite3.connect(database)) as stored:
        dump = "\n".join(stored.iterdump())

    assert link.invite_id in dump
    assert link.fields["secret"] not in dump
    assert welcome["resume"] not in dump


async def test_a_room_has_at_most_so_many_links(start: Start) -> None:
    server = await start(limits={"invites": 2})
    room_id = await server.new_room()
    first = await share(server, room_id)
    await share(server, room_id)

    third = await change(server, "POST", room_id, "invites")

    assert (third.status, third.json["code"]) == (409, "too_many_invites")
    await revoke(server, room_id, first)
    await share(server, room_id)


async def test_a_link_that_was_revoked_is_gone(server: Server) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id)

    assert await revoke(server, room_id, link) == 0

    assert await listed(server, room_id) == []
    again = await change(server, "DELETE", room_id, f"invites/{link.invite_id}")
    assert (again.status, again.json["code"]) == (404, "invite_not_found")
    role = {"role": "view"}
    late = await change(server, "PUT", room_id, f"invites/{link.invite_id}", role)
    assert (late.status, late.json["code"]) == (404, "invite_not_found")


async def test_renewing_disconnects_all_guests_and_makes_a_new_link_for_each(
    server: Server,
) -> None:
    room_id = await server.new_room(limit=5)
    edit = await share(server, room_id, label="a", expiresIn=HOUR)
    view = await share(server, room_id, role="view", label="b")
    dead = await share(server, room_id, label="c")
    await revoke(server, room_id, dead)
    before = await listed(server, room_id)
    socket, _ = await guest(server, edit)

    reply = await change(server, "POST", room_id, "invites/renew")

    made = reply.json["invites"]
    assert reply.json["closed"] == 1
    assert (await socket.ending())[0] == Close.INVITE_REVOKED
    assert [(each["role"], each["label"]) for each in made] == [
        ("edit", "a"),
        ("view", "b"),
    ]
    assert [each["expiresAt"] for each in made] == [
        each["expiresAt"] for each in before
    ]
    for old in (edit, view):
        assert await refusal_of(server, old) == Close.INVITE_REVOKED
    _, welcome = await guest(server, Link(made[0]["url"]))
    assert welcome["guest"]


@pytest.mark.parametrize(("asked", "fails"), [("revoke", "of_room"), ("renew", "add")])
async def test_who_is_revoked_goes_whatever_fails_after_that(
    server: Server, monkeypatch: pytest.MonkeyPatch, asked: str, fails: str
) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id)
    socket, _ = await guest(server, link)
    monkeypatch.setattr(server.hub.store.invites, fails, no_storage)
    sharing = server.context.sharing
    assert sharing

    with suppress(StorageFailure):
        if asked == "revoke":
            await sharing.invites.revoke(room_id, link.invite_id)
        else:
            await sharing.invites.renew(room_id, "Ann")

    assert server.hub.connections == {}
    assert (await socket.ending())[0] == Close.INVITE_REVOKED


async def test_who_was_revoked_elsewhere_goes_though_nothing_can_be_written(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_id = await server.new_room()
    link = await share(server, room_id)
    socket, _ = await guest(server, link)
    sharing = server.context.sharing
    assert sharing
    monkeypatch.setattr(server.hub.store.invites, "age", no_storage)

    await server.hub.store.invites.revoke(room_id, link.invite_id, 0.0)
    await sharing.invites.recheck()

    assert server.hub.connections == {}
    assert (await socket.ending())[0] == Close.INVITE_REVOKED


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "invites", None),
        ("POST", "invites", {}),
        ("POST", "invites/renew", {}),
        ("PUT", "lock", {"locked": True}),
        ("DELETE", "people/nobody", None),
    ],
)
async def test_a_room_that_does_not_exist_has_no_links(
    server: Server, method: str, path: str, body: object
) -> None:
    for room_id in ("A" * 22, "bad"):
        reply = await server.fetch(method, f"pairedit/rooms/{room_id}/{path}", body)
        assert (reply.status, reply.json["code"]) == (404, "room_not_found")


async def test_of_many_changes_at_once_the_last_one_holds_for_who_is_here(
    server: Server,
) -> None:
    room_id = await server.new_room(code="")
    link = await share(server, room_id, role="view")
    path = f"invites/{link.invite_id}"
    socket, _ = await guest(server, link)

    for version in range(4):
        await asyncio.gather(
            *(
                change(server, "PUT", room_id, path, {"role": role})
                for role in ("edit", "view", "edit", "view")
            )
        )
        (found,) = await listed(server, room_id)
        await socket.write(f"{version}")
        while (answer := await socket.next())["type"] in {"role", "presence"}:
            pass
        assert answer["type"] == {"edit": "code_update", "view": "error"}[found["role"]]


# --- where links lead ---------------------------------------------------------------


async def ask(server: Server, room_id: str, **headers: str) -> Reply:
    """Make a link as if asked for by another name."""
    return await server.fetch(
        "POST",
        f"pairedit/rooms/{room_id}/invites",
        {},
        {**server.token, **headers},
    )


REMOTE = {"ServerApp": {"allow_remote_access": True}}


async def test_links_begin_with_the_public_address_where_one_is_set(
    start: Start,
) -> None:
    server = await start(public_url="https://pair.example/jupyter/")
    room_id = await server.new_room()

    link = await share(server, room_id)

    assert link.url.startswith("https://pair.example/jupyter/a%40b/pairedit/guest#")


async def test_a_link_by_http_over_a_network_is_not_made(start: Start) -> None:
    server = await start(REMOTE)
    room_id = await server.new_room()

    for path in ("invites", "invites/renew"):
        reply = await server.fetch(
            "POST",
            f"pairedit/rooms/{room_id}/{path}",
            {},
            {**server.token, "Host": "192.0.2.1:8888"},
        )
        assert (reply.status, reply.json["code"]) == (409, "insecure_link")
        assert "PairEdit.allow_insecure_links" in reply.json["message"]
    assert await listed(server, room_id) == []


async def test_a_link_by_http_is_made_with_a_warning_where_that_is_allowed(
    start: Start,
) -> None:
    server = await start(REMOTE, allow_insecure_links=True)
    room_id = await server.new_room()

    made = (await ask(server, room_id, Host="192.0.2.1:8888")).json
    own = (await ask(server, room_id, Host="[::1]:8888")).json

    assert made["url"].startswith("http://192.0.2.1:8888/")
    assert "http" in made["warning"]
    assert "warning" not in own


# --- no guests ----------------------------------------------------------------------


async def test_a_server_without_guests_has_no_public_address(
    start: Start, built: Path
) -> None:
    server = await start(allow_guests=False)
    room_id = await server.new_room()
    person = await server.login()

    for method, path, body in (
        ("GET", "invites", None),
        ("POST", "invites", {}),
        ("POST", "invites/renew", {}),
        ("PUT", f"invites/{'I' * 22}", {"role": "view"}),
        ("DELETE", f"invites/{'I' * 22}", None),
        ("PUT", "lock", {"locked": True}),
        ("DELETE", "people/nobody", None),
    ):
        reply = await server.fetch(method, f"pairedit/rooms/{room_id}/{path}", body)
        assert (reply.status, reply.json["code"]) == (403, "guests_not_allowed")
    for path in ("guest", "guest/ws"):
        page = await server.fetch("GET", f"pairedit/{path}", headers={})
        assert page.status == 404
    static = "pairedit/static/editor.js"
    assert (await server.fetch("GET", static, headers={})).status == 302
    own = await server.fetch("GET", static, headers=person.cookie)
    assert (own.status, own.body) == (200, b"export {};\n")
    assert (await server.fetch("HEAD", static, headers=person.cookie)).status == 200


async def test_forbidding_guests_disconnects_those_with_a_link(start: Start) -> None:
    server = await start()
    room_id = await server.new_room()
    link = await share(server, room_id)

    server = await start(allow_guests=False)

    assert (await server.fetch("GET", "pairedit/guest/ws", headers={})).status == 404
    server = await start()
    assert (await (await hello(server, link)).expect("welcome"))["guest"]
