"""Which origins may send requests and open sockets."""

from __future__ import annotations

import pytest

from tests.handlers.conftest import Start
from tests.handlers.serving import Server

LISTED = "https://class.example:8443"


def origins(server: Server) -> dict[str, bool]:
    """Return origins, each with whether it is allowed if ``LISTED`` is set."""
    return {
        server.origin: True,
        server.origin.upper(): True,
        LISTED: True,
        LISTED.upper(): True,
        f"http://localhost:{server.port + 1}": False,
        "http://localhost": False,
        f"http://127.0.0.1:{server.port}": False,
        f"http://localhost:{server.port}.evil.example": False,
        f"http://localhost.evil.example:{server.port}": False,
        f"http://evil.example#localhost:{server.port}": False,
        f"http://evil@localhost:{server.port}": False,
        f"ftp://localhost:{server.port}": False,
        "https://class.example": False,
        "http://class.example:8443": False,
        "https://class.example:8443.evil.example": False,
        "http://[": False,
        "null": False,
        "": False,
    }


async def test_origins_are_the_same_for_requests_and_sockets(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", f"http://other.example, {LISTED}")
    server = await start()
    person = await server.login()
    room_id = await server.new_room()

    for origin, allowed in origins(server).items():
        reply = await server.fetch(
            "GET", "pairedit/rooms", headers={**person.headers, "Origin": origin}
        )
        assert (origin, reply.status) == (origin, 200 if allowed else 403)
        how = {"headers": {**person.cookie, "Origin": origin}}
        if allowed:
            socket = await server.writer(room_id, **how)
            await socket.close()
        else:
            assert await server.refused_socket(room_id, **how) == 403


async def test_null_is_allowed_only_when_it_is_listed(start: Start) -> None:
    server = await start(allowed_origins=["null"])
    room_id = await server.new_room()

    assert await server.writer(room_id, origin="null")
    assert await server.refused_socket(room_id, origin="http://evil.example") == 403


async def test_jupyters_star_does_not_open_the_rooms(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    server = await start({"ServerApp": {"allow_origin": "*"}})
    person = await server.login()
    room_id = await server.new_room()
    evil = {"headers": person.cookie, "origin": "http://evil.example"}

    assert await server.refused_socket(room_id, **evil) == 403
    assert capsys.readouterr().err.count("ALLOWED_ORIGINS") == 1


async def test_a_listed_page_may_read_the_reply(start: Start) -> None:
    server = await start(allowed_origins=[LISTED])
    cors = "Access-Control-Allow-Origin"

    ours = await server.fetch("GET", "pairedit/rooms")
    theirs = await server.fetch(
        "GET", "pairedit/rooms", headers={**server.token, "Origin": LISTED}
    )

    assert cors not in ours.headers
    assert theirs.headers[cors] == LISTED
    assert theirs.headers["Access-Control-Allow-Credentials"] == "true"
    assert theirs.headers["Vary"] == "Origin"


async def test_a_listed_page_may_ask_what_it_may_send(start: Start) -> None:
    server = await start(allowed_origins=[LISTED])
    asks = {"Access-Control-Request-Method": "PUT", "Origin": LISTED}
    evil = {**asks, "Origin": "http://evil.example"}

    yes = await server.fetch("OPTIONS", "pairedit/rooms", headers=asks)
    no = await server.fetch("OPTIONS", "pairedit/rooms", headers=evil)

    assert yes.status == 204
    assert yes.headers["Access-Control-Allow-Origin"] == LISTED
    assert "PUT" in yes.headers["Access-Control-Allow-Methods"]
    assert "authorization" in yes.headers["Access-Control-Allow-Headers"]
    assert no.status == 403
    assert "Access-Control-Allow-Origin" not in no.headers
