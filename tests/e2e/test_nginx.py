"""Behind nginx and TLS, with the site and the settings of ``docs/deploy.md``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.jupyter import BASE_URL, Server
from tests.proxies import fenced, start_nginx

from .editing import RoomPage, listen_for_trouble


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server with the settings of the documentation."""
    server = Server("jupyter_server", tmp_path, {})
    (tmp_path / "config").mkdir(exist_ok=True)
    (tmp_path / "config" / "jupyter_server_config.py").write_text(fenced("python")[0])
    server.start()
    yield server
    server.stop()


@pytest.fixture
def come_in(
    browser: Browser, server: Server, tmp_path: Path
) -> Iterator[Callable[[], BrowserContext]]:
    """Log in through nginx."""
    nginx = start_nginx(tmp_path, server.port)
    contexts: list[BrowserContext] = []

    def come_in() -> BrowserContext:
        context = browser.new_context(
            base_url=f"https://127.0.0.1:{nginx.port}{BASE_URL}",
            ignore_https_errors=True,
        )
        context.request.get(f"pairedit/?token={server.token}")
        contexts.append(context)
        return context

    yield come_in
    for context in contexts:
        context.close()
    nginx.stop()


def test_two_people_write_through_nginx_over_tls(
    server: Server, come_in: Callable[[], BrowserContext]
) -> None:
    room_id = server.call("pairedit/rooms", "POST", {"code": ""})["roomId"]
    ann, bob = come_in().new_page(), come_in().new_page()
    troubles = [listen_for_trouble(page) for page in (ann, bob)]
    sockets: list[str] = []
    ann.on("websocket", lambda socket: sockets.append(socket.url))
    first, second = (RoomPage(page, room_id).ready() for page in (ann, bob))
    expect(first.people).to_have_count(2)

    first.click().type("from Ann\n")
    second.holds("from Ann")
    second.click().type("from Bob\n")
    first.shows("from Ann\nfrom Bob\n")

    assert [url.partition("://")[0] for url in sockets] == ["wss"]
    assert troubles == [[], []]
