"""W: a malicious page in the browser of somebody who is logged in."""

from __future__ import annotations

import logging
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_pairedit.protocol import Close
from tests.handlers.conftest import Start
from tests.handlers.guests import guest, knock, refused, share
from tests.handlers.serving import Server
from tests.handlers.test_auth import MATRIX, ROOM

from .conftest import logged

SITES = {
    "another site": "http://evil.example",
    "another scheme": "ftp://{host}",
    "a look-alike": "http://{host}.evil.example",
    "a look-alike in front": "http://evil.{host}",
    "a user": "http://{host}@evil.example",
    "nobody": "null",
    "nothing": "",
}


@pytest.mark.parametrize("site", SITES.values(), ids=SITES)
async def test_w1_a_socket_of_another_site_is_refused_and_no_room_is_loaded(
    server: Server, site: str
) -> None:
    person = await server.login()
    room_id, _ = await server.hub.create("Ann")
    origin = site.format(host=server.host)

    for edits in (True, False):
        refusal = await server.refused_socket(
            room_id, headers=person.cookie, origin=origin, edits=edits
        )
        assert refusal == 403

    assert len(server.hub.rooms_in_memory) == 0


async def test_w2_a_sandboxed_frame_gets_nothing_from_the_login_around_it(
    start: Start,
) -> None:
    server = await start(limits={"hello": 0.1})
    person = await server.login()
    room_id, _ = await server.hub.create("Ann")

    assert (
        await server.refused_socket(room_id, headers=person.cookie, origin="null")
        == 403
    )
    silent = await knock(server, origin="null", headers=person.headers)

    assert (await silent.ending())[0] == Close.NO_HELLO
    assert len(server.hub.rooms_in_memory) == 0


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:{port}1", "http://lab.localhost:{port}", "http://[::1]"],
)
async def test_w3_the_same_site_is_not_the_same_origin(
    server: Server, origin: str
) -> None:
    person = await server.login()
    room_id, _ = await server.hub.create("Ann")
    origin = origin.format(port=server.port)

    asked = await server.fetch(
        "PUT",
        f"pairedit/rooms/{room_id}/code",
        {"code": "x"},
        {**person.headers, "Origin": origin},
    )

    assert asked.status == 403
    assert (
        await server.refused_socket(room_id, headers=person.cookie, origin=origin)
        == 403
    )
    assert await refused(server, origin=origin, headers=person.cookie) == 403
    assert await server.code(room_id) != "x"


async def test_w4_a_star_for_jupyter_opens_no_room_and_is_warned_of_once(
    start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    server = await start({"ServerApp": {"allow_origin": "*"}})
    person = await server.login()
    room_id, _ = await server.hub.create("Ann")

    refusal = await server.refused_socket(
        room_id, headers=person.cookie, origin="http://evil.example"
    )

    assert refusal == 403
    warned = [each for each in capfd.readouterr().err.splitlines() if "[W" in each]
    assert len([each for each in warned if "allow_origin" in each]) == 1


FORMS = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
)


@pytest.mark.parametrize("content_type", FORMS)
async def test_w5_what_a_form_can_send_changes_nothing(
    server: Server, content_type: str
) -> None:
    person = await server.login()
    room_id, _ = await server.hub.create("Ann")
    body = b'{"title": "x"}'

    for origin in (None, "null", "http://evil.example"):
        sent = {**person.cookie, "Content-Type": content_type}
        sent |= {"Origin": origin} if origin else {}
        for path in ("rooms", f"rooms/{room_id}/invites", f"rooms/{room_id}/restore"):
            reply = await server.fetch("POST", f"pairedit/{path}", body, sent)
            assert reply.status == 403
    own = {**person.headers, "Content-Type": content_type}
    reply = await server.fetch("POST", "pairedit/rooms", body, own)

    assert (reply.status, reply.json["code"]) == (415, "unsupported_body")
    assert len(await server.hub.store.rooms()) == 1
    assert await server.hub.store.invites.of_room(room_id) == []


async def test_w6_no_get_changes_anything(
    server: Server, built: Path, database: Path
) -> None:
    room_id = await server.new_room(code="x")
    await server.put(room_id, "y")
    await share(server, room_id)

    def dump() -> str:
        with closing(sqlite3.connect(database)) as stored:
            return "\n".join(stored.iterdump())

    before = dump()
    for pattern, rows in MATRIX.items():
        if "GET" in rows:
            path = pattern.replace(ROOM, room_id).replace("(.+)", "editor.js")
            path = path.replace("([0-9]{1,15})", "1").rstrip("?/")
            await server.fetch("GET", path.lstrip("/"))

    assert dump() == before


async def test_w7_another_name_for_our_address_leads_nowhere(
    server: Server, built: Path
) -> None:
    person = await server.login()
    room_id, _ = await server.hub.create("Ann")
    headers = {**person.headers, "Host": f"rebound.example:{server.port}"}

    for path in ("", "/guest", "/guest/ws", "/static/editor.js", f"/room/{room_id}"):
        page = await server.fetch("GET", f"pairedit{path}", headers=headers)
        assert (path, page.status) == (path, 403)
    for path in ("rooms", "health", f"rooms/{room_id}/code"):
        assert (
            await server.fetch("GET", f"pairedit/{path}", None, headers)
        ).status == (403)


async def test_w8_and_w9_no_page_is_framed_or_reached_by_its_opener(
    server: Server,
) -> None:
    room_id = await server.new_room()

    for path in ("", f"/room/{room_id}", "/guest"):
        page = await server.fetch("GET", f"pairedit{path}")
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_w9_no_page_of_ours_receives_messages_of_other_windows(root: Path) -> None:
    for file in (root / "js" / "src").rglob("*.ts"):
        source = file.read_text("utf-8")
        assert not re.search(
            r"(window|self|globalThis|^)\.?addEventListener\(\s*[\"']message",
            source,
            re.MULTILINE,
        ), file.name
        assert not re.search(r"(window|self|globalThis)\.onmessage\b", source)


async def test_w10_a_query_is_refused_and_not_in_the_log(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "canary7215"
    token = server.app.identity_provider.token

    with caplog.at_level(logging.DEBUG):
        for query in (f"token={token}", f"evil={canary}", canary):
            page = await server.fetch("GET", f"pairedit/guest?{query}", headers={})
            assert (page.status, page.body) == (400, b"400\n")
            refusal = await refused(server, path=f"pairedit/guest/ws?{query}")
            assert refusal == 400

    assert canary not in logged(caplog)
    assert token not in logged(caplog)
    # The requests themselves are there.
    assert "GET /a%40b/pairedit/guest/ws (" in logged(caplog)


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}",
    "</title><script>alert(1)</script>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_m12_nothing_that_people_write_is_in_the_markup_of_a_page(
    server: Server, payload: str
) -> None:
    room_id = await server.new_room(code=payload, title=payload)
    link = await share(server, room_id, label=payload)
    await guest(server, link, name=payload)

    for path in ("", f"/room/{room_id}", "/guest"):
        page = await server.fetch("GET", f"pairedit{path}")
        assert payload.encode() not in page.body
        assert b"alert(1)" not in page.body
    for path in ("rooms", f"rooms/{room_id}", f"rooms/{room_id}/invites"):
        reply = await server.fetch("GET", f"pairedit/{path}")
        assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
