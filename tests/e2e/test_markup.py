"""Text of other people is never parsed as HTML.

A mocked server sends eighty payloads to every place of a page that shows text of
others. And a script that did run in the guest page could not reach Jupyter.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    Locator,
    Page,
    Route,
    WebSocketRoute,
    expect,
)

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import Completer, Editor, NotebookPage, RoomPage, new_room
from .guests import SOCKET, GuestPage, SharePanel, stranger
from .payloads import PAYLOADS

_TRIPWIRE = """
  window.tripped = [];
  window.trip = what => window.tripped.push(String(what));
  window.alert = window.prompt = window.trip;
  addEventListener("securitypolicyviolation", ({violatedDirective: what, blockedURI}) =>
    window.tripped.push(`policy: ${what} ${blockedURI}`));
  window.said = [];
  new MutationObserver(changes => {
    for (const {target} of changes)
      if (target instanceof Element && target.matches(SENTENCES))
        window.said.push(target.textContent);
  }).observe(document, {subtree: true, childList: true});
""".replace("SENTENCES", repr(".pairedit-sentence, .pairedit-problem, .problem"))
_HEAD = 100
_MARKUP = "[data-xss], [onerror], [onload], [onfocus], [href^=javascript]"


def arm(page: Page) -> Page:
    """Let the page record scripts that run or are blocked by its policy."""
    page.add_init_script(_TRIPWIRE)
    return page


def unharmed(page: Page) -> None:
    """Check that no script ran or was blocked, and no text became an element."""
    page.wait_for_timeout(200)  # scripts run after something has loaded or failed to
    assert page.evaluate("window.tripped") == []
    assert page.locator(_MARKUP).count() == 0


def said(page: Page) -> set[str]:
    """Return the texts of error messages since the last call."""
    return set(page.evaluate("window.said.splice(0)"))


# Presses a button a number of times, each after the change of the last is drawn.
# Returns the texts of ``place`` in between.
_PRESS = """async (button, [place, times]) => {
  const told = document.querySelector(place);
  const drawn = () => new Promise(requestAnimationFrame);
  const seen = [];
  for (let n = 0; n < times; n++) {
    const before = told.textContent;
    const busy = () => button.disabled || button.ariaDisabled;
    button.click();
    for (let frame = 0; told.textContent === before || busy(); frame++) {
      if (frame === 500) return seen; // and the test says what is missing
      await drawn();
    }
    seen.push(told.textContent);
  }
  return seen;
}"""


def press(button: Locator, place: str) -> list[str]:
    """Press a button once for each payload. Return the texts of ``place``."""
    return list(button.evaluate(_PRESS, [place, len(PAYLOADS)]))


def feed(socket: WebSocketRoute, guest: bool = False) -> None:
    """Answer as a server that has the payloads in every message."""

    def hear(frame: str | bytes) -> None:
        message = json.loads(frame)
        if message["type"] == "autocomplete":
            tell(
                type="suggestion",
                suggestion=PAYLOADS[4],
                detail=PAYLOADS[5],
                id=message["id"],
            )
        if message["type"] != "hello":
            return
        for number, payload in enumerate(PAYLOADS):
            say(number, payload, payload)
            tell(type="error", code="too_large", message=payload)
        say(_HEAD - 1, PAYLOADS[-1], "\n".join(PAYLOADS))

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
    """Wait until the last payload is shown, with names at carets."""
    expect(editor.people).to_have_count(3)
    assert PAYLOADS[-1] in editor.text
    expect(editor.root.locator(".pairedit-flag").first).to_be_attached()
    assert said(editor.page) >= set(PAYLOADS)
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
    room = RoomPage(page, new_room(lab))
    look_at(room)
    expect(room.page.locator("#room-title")).to_have_text(PAYLOADS[-1])
    expect(room.root.locator(".pairedit-joined")).to_be_visible()
    room.click().press("Control+Shift+Enter")
    expect(room.ghost).to_have_text(PAYLOADS[4])
    unharmed(page)
    share = SharePanel(room)
    expect(share.links).to_have_count(len(PAYLOADS))
    share.root.get_by_role("button", name="Create link").click()
    expect(share.made.get_by_role("listitem")).to_have_count(1)
    share.made.get_by_role("button", name="Show").click()
    press(share.root.get_by_role("button", name="Lock"), ".pairedit-problem")
    assert said(page) >= set(PAYLOADS)
    unharmed(page)


def test_the_history_panel_shows_every_word_of_others_as_text(
    lab: Server, sign_in: SignIn
) -> None:
    page = arm(sign_in(lab).new_page())
    page.route_web_socket("**/pairedit/ws/**", feed)
    _mock_history(page)
    room = RoomPage(page, new_room(lab))
    expect(room.people).to_have_count(3)
    room.root.get_by_role("button", name="History", exact=True).click()
    panel = page.get_by_role("region", name="History")
    expect(panel.locator(".pairedit-flag-mark")).to_have_count(_HEAD)
    # Authors, names of versions, and code with what it replaced.
    back = panel.get_by_role("button", name="Back", exact=True)
    authors = press(back, ".pairedit-who")
    versions = range(_HEAD - 1, _HEAD - 1 - len(PAYLOADS), -1)
    assert authors == [f"{_payload(version)} typed" for version in versions]
    now, before = _payload(versions[-1]), _payload(versions[-1] - 1)
    assert panel.locator(".pairedit-named").text_content() == f"“{now}”"
    assert panel.locator(".pairedit-removed").text_content() == before
    code = panel.locator(".pairedit-then .cm-content").text_content()
    assert code == before + now
    unharmed(page)

    # Error messages of the server.
    page.route("**/points**", _refuser())
    panel.get_by_role("button", name="Remove name").click()
    expect(panel.get_by_role("alert")).to_be_visible()
    press(
        panel.get_by_role("button", name="Try again"), ".pairedit-history [role=alert]"
    )
    assert said(page) >= set(PAYLOADS)
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
    page.route("**/lock", _refuser())


def _payload(version: int) -> str:
    """Return the code of a version, which is its author's name, too."""
    return PAYLOADS[version % len(PAYLOADS)]


def _mock_history(page: Page) -> None:
    def entry(version: int) -> dict[str, Any]:
        author = _payload(version)
        return {
            "version": version,
            "kind": "edit",
            "author": author,
            "color": 1,
            "at": 1000 * version,
            "name": author,
        }

    revisions = [
        # CodeMirror's form of replacing all text.
        entry(version) | {"changes": [[len(_payload(version - 1)), _payload(version)]]}
        for version in range(1, _HEAD + 1)
    ]
    answers = {
        "revisions/0": entry(0) | {"code": _payload(0)},
        "revisions?*": {"head": _HEAD, "revisions": revisions},
        "points": {"points": revisions},
        "history": {"head": _HEAD, "revisions": _HEAD, "bytes": 1, "limit": 2},
    }
    for path, answer in answers.items():
        _give(page, f"**/{path}", answer)


def _give(page: Page, path: str, answer: object) -> None:
    page.route(path, lambda route: route.fulfill(json=answer))


def _refuser() -> Callable[[Route], None]:
    """Answer each request with an error that has the next payload as message."""
    left = cycle(PAYLOADS)

    def refuse(route: Route) -> None:
        payload = next(left)
        route.fulfill(status=409, json={"code": payload, "message": payload})

    return refuse


def test_the_guest_page_shows_every_word_of_others_as_text(
    lab: Server, browser: Browser
) -> None:
    with stranger(browser) as context:
        page = arm(context.new_page())
        page.route_web_socket(SOCKET, lambda socket: feed(socket, guest=True))
        link = f"{lab.url}pairedit/guest#{'r' * 22}.{'i' * 22}.{'s' * 43}"
        guest = GuestPage(page, link).join(PAYLOADS[4])
        look_at(guest)
        guest.click().press("Control+Shift+Enter")
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
    expect(share.problem).to_have_text(PAYLOADS[0])
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
    page.route("**/pairedit/rooms", _refuser())
    press(page.get_by_role("button", name="Create New Room"), "#create-problem")
    assert said(page) >= set(PAYLOADS)
    unharmed(page)


# What a script in the guest page could try in the owner's browser. Each returns true
# if it succeeded.
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
    """Return the attempts as one script; the page's policy forbids ``eval``."""
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
    # The browser of the owner, with all cookies.
    page = sign_in(lab).new_page()
    page.goto(f"pairedit/{'guest' if where == 'guest' else f'room/{room_id}'}")
    got = page.evaluate(_attempts(), [lab.url, room_id])
    assert len(got) == len(_TRIES)
    if where == "guest":
        assert [name for name, reached in got.items() if reached] == []
    else:
        # The attempts succeed with the origin of the login.
        for name in ("contents", "xhr", "cookies", "local storage", "another room"):
            assert got[name], name
