"""The pages and the files that they load."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import Start
from .serving import Reply, Server


def policy(reply: Reply) -> dict[str, str]:
    """Read the content security policy."""
    parts = reply.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


@pytest.mark.parametrize("path", ["pairedit", "pairedit/", "room"])
async def test_a_page_allows_only_its_own_files_and_no_frame_around_it(
    server: Server, path: str
) -> None:
    if path == "room":
        path = f"pairedit/room/{await server.new_room()}"

    page = await server.fetch("GET", path)

    assert page.status == 200
    found = policy(page)
    nonce = re.fullmatch(r"'self' 'nonce-([\w-]{22})'", found.pop("style-src"))
    assert nonce
    assert found == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src-attr": "'unsafe-inline'",
        "media-src": "data:",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": f"'self' ws://{server.host}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    for name, value in {
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }.items():
        assert page.headers[name] == value
    html = page.body.decode()
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|javascript:|<base", html)


async def test_each_page_has_a_nonce_of_its_own(server: Server) -> None:
    pages = [await server.fetch("GET", "pairedit/") for _ in range(3)]

    assert len({policy(page)["style-src"] for page in pages}) == 3


async def test_no_page_holds_a_token(server: Server) -> None:
    room_id = await server.new_room()
    person = await server.login()
    token = server.app.identity_provider.token.encode()

    for path in ("", "/", f"/room/{room_id}", "/room/bad", "/room/%ff", "/static/x"):
        for headers in (server.token, person.cookie, {}):
            page = await server.fetch("GET", f"pairedit{path}", headers=headers)
            assert token not in page.body


async def test_a_page_of_somebody_without_xsrf_cookie_sets_one(server: Server) -> None:
    person = await server.login()
    login = {k: v for k, v in person.cookies.items() if k != "_xsrf"}
    cookie = {"Cookie": "; ".join(f"{k}={v}" for k, v in login.items())}

    page = await server.fetch("GET", "pairedit/", headers=cookie)

    assert "_xsrf=" in page.headers["Set-Cookie"]


async def test_who_is_not_logged_in_is_led_to_the_login_and_back(
    server: Server,
) -> None:
    room_id = await server.new_room()

    page = await server.fetch("GET", f"pairedit/room/{room_id}", headers={})

    assert page.status == 302
    assert page.headers["Location"] == (
        f"/a%40b/login?next=%2Fa%2540b%2Fpairedit%2Froom%2F{room_id}"
    )


@pytest.mark.parametrize("bad", ["short", "A" * 33, "%3Cscript%3E" + "A" * 16])
async def test_what_cannot_be_an_id_has_the_home_page_which_says_what_was_expected(
    server: Server, bad: str
) -> None:
    page = await server.fetch("GET", f"pairedit/room/{bad}")

    assert page.status == 404
    html = page.body.decode()
    assert "expected 16 to 32 letters and digits after /room/" in html
    assert 'placeholder="…/pairedit/room/…" aria-invalid="true">' in html
    assert bad not in html and "A" * 16 not in html


async def test_the_home_page_has_no_problem_at_first(server: Server) -> None:
    html = (await server.fetch("GET", "pairedit/")).body.decode()

    assert 'id="join-problem" role="alert"></p>' in html
    assert "aria-invalid" not in html


async def test_a_room_that_does_not_exist_has_its_page(server: Server) -> None:
    page = await server.fetch("GET", f"pairedit/room/{'A' * 22}")

    assert page.status == 200
    assert f'data-room-id="{"A" * 22}"'.encode() in page.body


# --- static files -------------------------------------------------------------------


async def test_a_static_file_is_the_same_for_everybody(
    start: Start, built: Path
) -> None:
    server = await start()

    known = await server.fetch("GET", "pairedit/static/editor.js")
    anybody = await server.fetch("GET", "pairedit/static/editor.js", headers={})
    head = await server.fetch("HEAD", "pairedit/static/editor.js", headers={})

    assert known.body == anybody.body == b"export {};\n"
    assert head.body == b""
    for reply in (known, anybody, head):
        assert reply.status == 200
        assert reply.headers["Cache-Control"] == "no-cache"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "javascript" in reply.headers["Content-Type"]
        assert "Set-Cookie" not in reply.headers


async def test_a_static_file_that_is_still_the_same_is_not_sent_again(
    start: Start, built: Path
) -> None:
    server = await start()
    etag = (await server.fetch("GET", "pairedit/static/editor.js")).headers["Etag"]

    again = await server.fetch(
        "GET", "pairedit/static/editor.js", headers={"If-None-Match": etag}
    )

    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "%2e%2e%2fsecret.txt",
        "x/../../secret.txt",
        "..%5csecret.txt",
        "/etc/passwd",
        "%2fetc/passwd",
        "missing.js",
        ".",
        "%00",
    ],
)
async def test_nothing_but_a_built_file_is_served(
    start: Start, built: Path, path: str
) -> None:
    (built.parent / "secret.txt").write_text("secret")
    server = await start()

    reply = await server.fetch("GET", f"pairedit/static/{path}", headers={})

    assert reply.status in {403, 404}
    assert reply.body == f"{reply.status}\n".encode()
