"""What people write is text: in no place of any page does it become markup.

Each page is fed eighty payloads in every place that shows the words of others, by a
server that cleans nothing. And where all that had failed in the guest page, a script
that runs there reaches nothing of Jupyter.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Route,
    WebSocketRoute,
    expect,
)

from .conftest import Server
from .editing import Completer, Editor, NotebookPage, RoomPage, new_room
from .guests import SOCKET, GuestPage, SharePanel, stranger
from .payloads import PAYLOADS

SignIn = Callable[..., BrowserContext]

_TRIPWIRE = """
  window.tripped = [];
  window.trip = what => window.tripped.push(String(what));
  window.alert = window.prompt = window.trip;
  addEventListener("securitypolicyviolation", ({violatedDirective: what, blockedURI}) =>
    window.tripped.push(`policy: ${what} ${blockedURI}`));
"""
_MARKUP = "[data-xss], [onerror], [onload], [onfocus], [href^=javascript]"


def arm(page: Page) -> Page:
    """Let a page notice each script that runs, and each that its policy stopped."""
    page.add_init_script(_TRIPWIRE)
    return page


def unharmed(page: Page) -> None:
    """Check that nothing ran, nothing tried to, and no text became an element."""
    page.wait_for_timeout(200)  # for what loads or fails to, before it would run
    assert page.evaluate("window.tripped") == []
    assert page.locator(_MARKUP).count() == 0


def feed(socket: WebSocketRoute, guest: bool = False) -> None:
    """Be a server that says the payloads in each message that there is."""

    def hear(frame: str | bytes) -> None:
        message = json.loads(frame)
        if message["type"] == "autocomplete":
            tell(type="suggestion", suggestion=PAYLOADS[4], detail=PAYLOADS[5])
        if message["type"] != "hello":
            return
        for number, payload in enumerate(PAYLOADS):
            say(number, payload, payload)
        say(99, PAYLOADS[-1], "\n".join(PAYLOADS))
        tell(type="error", code="too_large", message=PAYLOADS[4])

    def say(number: int, payload: str, code: str) -> None:
        tell(
            type="welcome",
            clientId="me",
            epoch=str(number),
            resumed=False,
            title=payload,
            language=payload,
            limit=9,
            **({"guest": True, "autocomplete": True} if guest else {}),
        )
        tell(type="initial_state", code=code, version=number + 1)
        tell(
            type="presence",
            people=[
                {"name": payload, "color": 1, "clients": ["other"]},
                {
                    "name": payload[::-1],
                    "color": number,
                    "clients": [f"guest{number}"],
                    "guest": True,
                    "label": payload,
                },
                {"name": "Me", "color": 2, "clients": ["me"]},
            ],
            version=number + 1,
            carets=[["other", 0, min(3, len(payload))], [f"guest{number}", 1, 1]],
        )

    def tell(**message: Any) -> None:
        socket.send(json.dumps(message))

    socket.on_message(hear)


def look_at(editor: Editor) -> None:
    """Wait until the last of it is shown, with the names at their carets."""
    expect(editor.people).to_have_count(3)
    assert PAYLOADS[-1] in editor.text
    expect(editor.root.locator(".pairedit-flag").first).to_be_attached()
    unharmed(editor.page)


def test_the_payloads_do_run_where_they_are_taken_for_markup(browser: Browser) -> None:
    with stranger(browser) as context:
        page = arm(context.new_page())
        page.goto("about:blank")
        page.evaluate("text => { document.body.innerHTML = text }", "\n".join(PAYLOADS))
        page.wait_for_function("window.tripped.length > 10")
        assert page.locator(_MARKUP).count() > 40


def test_the_room_page_shows_every_word_of_others_as_text(
    lab: Server, sign_in: SignIn
) -> None:
    page = arm(sign_in(lab).new_page())
    page.route_web_socket("**/pairedit/ws/**", feed)
    Completer(page, PAYLOADS[4])
    _mock_sharing(page)
    _mock_history(page)
    room = RoomPage(page, new_room(lab))
    look_at(room)
    expect(room.page.locator("#room-title")).to_have_text(PAYLOADS[-1])
    expect(room.root.locator(".pairedit-joined")).to_be_visible()
    room.click().press("Alt+\\")
    expect(room.ghost).to_have_text(PAYLOADS[4])
    room.root.get_by_role("button", name="History").click()
    expect(room.root.locator(".pairedit-history .pairedit-notice")).to_be_visible()
    unharmed(page)
    share = SharePanel(room)
    expect(share.links).to_have_count(len(PAYLOADS))
    share.root.get_by_role("button", name="Make link").click()
    expect(share.made.get_by_role("listitem")).to_have_count(1)
    share.made.get_by_role("button", name="Show").click()
    share.root.get_by_role("button", name="Lock").click()
    expect(share.problem).to_have_text(PAYLOADS[4])
    unharmed(page)


def _mock_sharing(page: Page) -> None:
    live = [
        {
            "inviteId": payload,
            "role": "view",
            "label": payload,
            "createdBy": payload,
            "createdAt": 1,
            "expiresAt": 2**40,
            "lastUsedAt": 1,
            "uses": 1,
            "people": [payload],
        }
        for payload in PAYLOADS
    ]
    made = live[4] | {"url": PAYLOADS[74], "warning": PAYLOADS[4]}

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=201, json=made)
        else:
            route.fulfill(json={"invites": live, "locked": False})

    page.route("**/invites", answer)
    page.route("**/lock", lambda route: route.fulfill(status=409, json=_refusal()))


def _mock_history(page: Page) -> None:
    page.route(
        "**/revisions**", lambda route: route.fulfill(status=409, json=_refusal())
    )


def _refusal() -> dict[str, str]:
    return {"code": PAYLOADS[4], "message": PAYLOADS[4]}


def test_the_guest_page_shows_every_word_of_others_as_text(
    lab: Server, browser: Browser
) -> None:
    with stranger(browser) as context:
        page = arm(context.new_page())
        page.route_web_socket(SOCKET, lambda socket: feed(socket, guest=True))
        link = f"{lab.url}pairedit/guest#{'r' * 22}.{'i' * 22}.{'s' * 43}"
        guest = GuestPage(page, link).join(PAYLOADS[4])
        look_at(guest)
        guest.click().press("Alt+\\")
        expect(guest.ghost).to_have_text(PAYLOADS[4])
        unharmed(page)


def test_the_widget_shows_every_word_of_others_as_text(
    lab: Server, sign_in: SignIn
) -> None:
    path = lab.write_notebook(
        "markup.ipynb", "%load_ext jupyter_pairedit", "%pairedit new"
    )
    page = arm(sign_in(lab).new_page())
    page.route_web_socket("**/pairedit/ws/**", feed)
    _mock_sharing(page)
    notebook = NotebookPage(page, path)
    notebook.run(0)
    notebook.run(1)
    editor = notebook.editor()
    look_at(editor)
    share = SharePanel(editor)
    expect(share.links).to_have_count(len(PAYLOADS))
    share.root.get_by_role("button", name="Lock").click()
    expect(share.problem).to_have_text(PAYLOADS[4])
    unharmed(page)


def test_the_home_page_shows_every_word_of_others_as_text(
    lab: Server, sign_in: SignIn
) -> None:
    rooms = [
        {
            "roomId": f"{number:022}",
            "url": payload,
            "title": payload,
            "language": payload,
            "limit": 2,
            "version": 1,
            "people": [payload],
            "changedAt": 1,
        }
        for number, payload in enumerate(PAYLOADS)
    ]
    page = arm(sign_in(lab).new_page())
    page.route("**/pairedit/rooms", lambda route: route.fulfill(json=rooms))
    page.goto("pairedit/")
    expect(page.locator(".rooms > li")).to_have_count(len(PAYLOADS))
    unharmed(page)
    page.route(
        "**/pairedit/rooms",
        lambda route: route.fulfill(status=409, json=_refusal()),
    )
    page.get_by_role("button", name="Create New Room").click()
    expect(page.locator("#create-problem")).to_have_text(PAYLOADS[4])
    unharmed(page)


# What a script that got into the guest page would try, in the owner's own browser. Each
# gives true when it got something.
_TRIES = {
    "contents": "fetch(base + 'api/contents').then(r => r.ok)",
    "contents without cors": (
        "fetch(base + 'api/contents', {mode: 'no-cors', credentials: 'include'})"
        ".then(r => r.text())"
    ),
    "kernels": "fetch(base + 'api/kernels', {credentials: 'include'}).then(r => r.ok)",
    "a new kernel": "fetch(base + 'api/kernels', {method: 'POST'}).then(r => r.ok)",
    "who am i": "fetch(base + 'api/me', {credentials: 'include'}).then(r => r.ok)",
    "lab": "fetch(base + 'lab', {credentials: 'include'}).then(r => r.text())",
    "rooms": "fetch(base + 'pairedit/rooms', {credentials: 'include'}).then(r => r.ok)",
    "our own page": "fetch(base + 'pairedit/').then(r => r.text())",
    "xhr": """new Promise((done, fail) => {
      const call = new XMLHttpRequest();
      call.onload = () => done(call.responseText.length > 0);
      call.onerror = fail;
      call.open("GET", base + "api/contents");
      call.send();
    })""",
    "cookies": "document.cookie.length >= 0",
    "local storage": "localStorage.length >= 0",
    "session storage": "sessionStorage.length >= 0",
    "indexed db": "indexedDB.databases().then(() => true)",
    "caches": "caches.keys().then(() => true)",
    "service worker": "navigator.serviceWorker.getRegistrations().then(() => true)",
    "another room": "opens('pairedit/ws/' + room)",
    "a kernel's channel": "opens('api/kernels/' + room + '/channels')",
    "a terminal": "opens('terminals/websocket/1')",
    "a frame of lab": """new Promise((done, fail) => {
      const frame = document.createElement("iframe");
      frame.onload = () => {
        try { done(frame.contentDocument.body.children.length > 0) } catch { fail() }
      };
      frame.src = base + "lab";
      document.body.append(frame);
      setTimeout(fail, 1500);
    })""",
    "a window of lab": "window.open(base + 'lab').document.body !== null",
    "who opened this": "opener.document.body !== null",
    "a form": """new Promise((done, fail) => {
      const form = document.createElement("form");
      form.method = "post";
      form.action = base + "api/contents";
      document.body.append(form);
      addEventListener("pagehide", () => done(true));
      form.submit();
      setTimeout(fail, 500);
    })""",
    "eval": "(0, eval)('1') === 1",
    "markup": """(() => {
      const element = document.createElement("div");
      element.innerHTML = "<b>x</b>";
      return true;
    })()""",
}

_TRY = """async ([base, room, tries]) => {
  const opens = path => new Promise((done, fail) => {
    const socket = new WebSocket(base.replace("http", "ws") + path);
    socket.onopen = () => done(true);
    socket.onerror = fail;
  });
  const got = {};
  for (const [name, attempt] of Object.entries(tries)) {
    try {
      got[name] = Boolean(await attempt({base, room, opens}));
    } catch {
      got[name] = false;
    }
  }
  return got;
}"""


def _attempts() -> str:
    """Write the tries as one script, since the page's policy allows no ``eval``."""
    functions = ",".join(
        f"{json.dumps(name)}: async ({{base, room, opens}}) => ({attempt})"
        for name, attempt in _TRIES.items()
    )
    return f"([base, room]) => ({_TRY})([base, room, {{{functions}}}])"


@pytest.mark.parametrize("where", ["guest", "room"])
def test_a_script_in_the_guest_page_reaches_nothing_of_jupyter(
    lab: Server, sign_in: SignIn, where: str
) -> None:
    room_id = new_room(lab)
    # Worse than a stranger: the browser of the owner, with all cookies.
    page = sign_in(lab).new_page()
    page.goto(f"pairedit/{'guest' if where == 'guest' else f'room/{room_id}'}")
    got = page.evaluate(_attempts(), [lab.url, room_id])
    assert len(got) == len(_TRIES)
    if where == "guest":
        assert [name for name, reached in got.items() if reached] == []
    else:
        # The tries are good ones: with the login's own origin they get there.
        for name in ("contents", "xhr", "cookies", "local storage", "another room"):
            assert got[name], name
