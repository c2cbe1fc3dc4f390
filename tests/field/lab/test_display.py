"""Complaints about pages that only display a notebook, such as those of Voilà."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.jupyter import BASE_URL, Server

SignIn = Callable[..., BrowserContext]

# What anywidget does with the widget of a new room, in a page without JupyterLab.
PAGE = """\
<!doctype html>
<script id="jupyter-config-data" type="application/json">CONFIG</script>
<div id="output"></div>
<script type="module">
import pairEditor from "STATICwidget.js";
const values = {
  room_id: "ROOM", server: "", create: true, first_code: "x = 1", code: "x = 1",
  limit: null, title: "", language: "python", status: "not shown", message: "",
  _url: "", _follows: false, participants: [], disabled: false, autocomplete: true,
  autocomplete_delay: 600, _writer: "w", _writes: 0, _writes_done: null,
  _blame: null, _version: null,
};
window.received = [];
const model = {
  get: name => values[name],
  set: (name, value) => { values[name] = value; },
  save_changes: () => received.push(values.code),
  on() {}, off() {}, send() {},
};
const widget = pairEditor();
widget.initialize({model});
widget.render({model, el: document.querySelector("#output")});
</script>
"""
VOILA = {"appUrl": "voila/", "appVersion": "0.5.8", "frontend": "voila"}
STATIC = f"{BASE_URL}pairedit/static/"


def show(page: Page, room_id: str, **config: Any) -> list[str]:
    """Open a page with a widget. Return the list that receives its requests."""
    settings = json.dumps({"baseUrl": BASE_URL, **config})
    html = PAGE.replace("CONFIG", settings).replace("STATIC", STATIC)
    html = html.replace("ROOM", room_id)
    page.route(
        "**/displayed.html",
        lambda route: route.fulfill(content_type="text/html", body=html),
    )
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto("displayed.html")
    return requests


def expect_last_code(page: Page) -> None:
    """Expect the last code, which is bound to the kernel."""
    code = page.get_by_role("textbox", name="Code")
    expect(code).to_have_value("x = 1")
    code.fill("y = 2")
    assert page.evaluate("received.at(-1)") == "y = 2"
    sentence = page.get_by_role("status")
    expect(sentence).to_contain_text("what you change reaches the kernel only")


@pytest.mark.parametrize("config", [VOILA, {}], ids=["Voilà", "static"])
def test_each_visitor_of_my_dashboard_makes_a_room(
    lab: Server, sign_in: SignIn, config: dict[str, Any]
) -> None:
    page = sign_in(lab).new_page()
    rooms = lab.call("pairedit/rooms")
    requests = show(page, "d" * 22, **config)
    sentence = page.get_by_role("status")
    expect(sentence).to_contain_text("this page is not. It opens no room.")
    expect_last_code(page)
    assert lab.call("pairedit/rooms") == rooms
    assert [url for url in requests if "pairedit/" in url] == [
        f"{lab.origin}{STATIC}widget.js"
    ]


def test_without_a_login_i_read_that_the_server_answered_with_403(
    lab: Server, browser: Browser
) -> None:
    rooms = lab.call("pairedit/rooms")
    context = browser.new_context(base_url=lab.url)
    page = context.new_page()
    show(page, "e" * 22, appName="JupyterLab")
    sentence = page.get_by_role("status").first
    expect(sentence).to_contain_text("You are not logged in to this Jupyter server")
    expect_last_code(page)
    assert lab.call("pairedit/rooms") == rooms

    # The editor's files may need a login as well.
    page.route(
        "**/pairedit/**",
        lambda route: (
            route.fallback()
            if "widget.js" in route.request.url
            else route.fulfill(status=403)
        ),
    )
    page.reload()
    expect(sentence).to_contain_text("You are not logged in to the Jupyter server")
    expect_last_code(page)
    context.close()
