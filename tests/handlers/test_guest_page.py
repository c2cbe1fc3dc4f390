"""The guest page: the same bytes for everybody, of no origin, with no identity near."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from jupyter_server.base.handlers import JupyterHandler

from jupyter_pairedit.handlers import PUBLIC_ROUTES
from jupyter_pairedit.handlers import guest as guest_handlers
from jupyter_pairedit.handlers.public import PublicHandler

from .conftest import Start
from .serving import Server


async def test_the_page_is_the_same_for_everybody_but_for_its_nonce(
    server: Server,
) -> None:
    person = await server.login()
    pages = [
        await server.fetch("GET", "pairedit/guest", headers=headers)
        for headers in ({}, server.token, person.cookie, {"Cookie": "x=y"})
    ]

    bodies = set()
    for page in pages:
        assert page.status == 200
        assert "Set-Cookie" not in page.headers
        nonce = re.search("'nonce-([^']+)'", page.headers["Content-Security-Policy"])
        assert nonce
        assert page.body.count(nonce[1].encode()) == 1
        bodies.add(page.body.replace(nonce[1].encode(), b""))
    assert len(bodies) == 1
    assert len({page.headers["Content-Security-Policy"] for page in pages}) == 4


async def test_the_page_is_of_no_origin_and_loads_only_our_files(
    server: Server,
) -> None:
    page = await server.fetch("GET", "pairedit/guest", headers={})

    policy = re.sub("'nonce-[^']+'", "'nonce'", page.headers["Content-Security-Policy"])
    assert policy.split("; ") == [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'nonce'",
        "style-src-attr 'unsafe-inline'",
        "media-src data:",
        "img-src data:",
        "font-src 'self'",
        f"connect-src 'self' ws://{server.host}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types pairedit-frame",
        "sandbox allow-scripts allow-downloads",
    ]
    for name, value in {
        "Cache-Control": "no-store",
        "Content-Type": "text/html; charset=utf-8",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }.items():
        assert page.headers[name] == value
    html = page.body.decode()
    assert not re.search(r"<script(?![^>]* src=\"static/)|\son\w+=|<base", html)
    assert not re.search(r"(src|href)=\"(?!static/|data:)", html)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "rebound.example"])
async def test_the_host_rule_is_that_of_jupyter(server: Server, host: str) -> None:
    headers = {"Host": f"{host}:{server.port}"}

    ours = await server.fetch("GET", "pairedit/guest", headers=headers)
    theirs = await server.fetch("GET", "login", headers=headers)

    assert (ours.status == 200) == (theirs.status == 200)
    assert ours.status in {200, 403}


async def test_any_host_is_ours_where_remote_access_is_allowed(start: Start) -> None:
    server = await start({"ServerApp": {"allow_remote_access": True}})

    page = await server.fetch("GET", "pairedit/guest", headers={"Host": "pair.example"})

    assert page.status == 200


def test_no_public_handler_is_one_of_jupyters() -> None:
    for _, handler, *_ in PUBLIC_ROUTES:
        assert issubclass(handler, PublicHandler)
        assert not issubclass(handler, JupyterHandler)


@pytest.mark.parametrize(
    "name", ["guest", "guest_socket", "public", "websocket", "context"]
)
def test_what_serves_guests_knows_no_identity_and_no_template(
    root: Path, name: str
) -> None:
    source = (root / "jupyter_pairedit" / "handlers" / f"{name}.py").read_text("utf-8")
    names = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute | ast.Name)
    }

    assert not names & {
        "current_user",
        "get_current_user",
        "get_cookie",
        "get_secure_cookie",
        "get_signed_cookie",
        "cookies",
        "render",
        "render_string",
        "render_template",
        "JupyterHandler",
        "PairEditHandler",
    }


async def test_a_mistake_is_logged_without_what_was_sent(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sent = "canary"

    def broken() -> bytes:
        raise ZeroDivisionError(sent)

    monkeypatch.setattr(guest_handlers, "_page", broken)

    page = await server.fetch("GET", "pairedit/guest", headers={})

    ours = [each for each in caplog.records if each.name.startswith("jupyter_pairedit")]
    (line,) = [each.getMessage() for each in ours if each.levelname == "ERROR"]
    assert page.status == 500
    assert "ZeroDivisionError" in line and "in broken" in line
    assert sent not in line and "pairedit/guest" not in line
