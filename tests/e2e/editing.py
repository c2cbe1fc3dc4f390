"""Editors in pages and notebooks, as a person uses them."""

from __future__ import annotations

import json
import re
import time
from typing import Any, cast

from playwright.sync_api import Locator, Page, Request, Route, WebSocketRoute, expect

from tests.jupyter import BASE_URL, Server

SAVED = "Live · saved"
SOON = 15_000  # milliseconds, for a busy machine

_TEXT = """content => [...content.querySelectorAll(".cm-line")].map(line => {
  const copy = line.cloneNode(true);
  for (const extra of copy.querySelectorAll(".pairedit-ghost, .cm-placeholder"))
    extra.remove();
  return copy.textContent;
}).join("\\n")"""

_BEFORE_CARET = """content => {
  const {focusNode, focusOffset} = getSelection();
  const range = document.createRange();
  range.selectNodeContents(focusNode.parentElement.closest(".cm-line") ?? focusNode);
  range.setEnd(focusNode, focusOffset);
  return range.toString();
}"""

# Types in the page itself, so that two pages type at the same time: words letter by
# letter, with a record for the test.
_WRITE = """([content, name, pause, words]) => {
  content.focus();
  const writer = {typed: "", on: true};
  window.writer = writer;
  let word = "";
  let number = 0;
  const type = () => {
    if (!writer.on) return;
    if (!word) word = `${name}${String(number++).padStart(3, "0")} `;
    content.focus();
    if (document.execCommand("insertText", false, word[0])) {
      writer.typed += word[0];
      word = word.slice(1);
    }
    if (number === words) writer.ending = true;
    if (!writer.ending || word) setTimeout(type, pause);
    else writer.on = false;
  };
  type();
}"""


def waiting(condition: str, within: int = SOON) -> str:
    """Return a script that waits for ``condition``, a function in JavaScript.

    The policy of our pages forbids ``eval``, which ``wait_for_function`` needs.
    """
    return f"""(...given) => new Promise(done => {{
      const end = performance.now() + {within};
      const look = () => {{
        if (({condition})(...given) || performance.now() > end) done();
        else setTimeout(look, 20);
      }};
      look();
    }})"""


class Editor:
    """One editor in a page."""

    def __init__(self, page: Page, root: Locator | None = None) -> None:
        self.page = page
        self.root = root or page.locator(".pairedit")
        self.content = self.root.locator(".pairedit-code .cm-content")
        self.words = self.root.locator(".pairedit-status-words")
        self.sentence = self.root.locator(".pairedit-notice:has(.pairedit-retry)")
        self.people = self.root.locator(".pairedit-person")
        self.ghost = self.root.locator(".pairedit-ghost")
        self.live = self.root.locator(".pairedit-live")
        self.hint = self.root.locator(".pairedit-hint")

    @property
    def text(self) -> str:
        """The displayed code without ghost text."""
        return cast(str, self.content.evaluate(_TEXT))

    @property
    def line_before_caret(self) -> str:
        """The text before the caret in its line."""
        return cast(str, self.content.evaluate(_BEFORE_CARET))

    def ready(self) -> Editor:
        """Wait until the status is live and saved."""
        expect(self.words).to_have_text(SAVED)
        return self

    def try_now(self) -> None:
        """Press **Try now**. The page may reconnect before a mouse gets there."""
        self.root.get_by_role("button", name="Try now").dispatch_event("click")

    def shows(self, text: str) -> None:
        """Wait until the code is ``text``."""
        self._wait(f"(content, text) => ({_TEXT})(content) === text", text)
        assert self.text == text

    def holds(self, *texts: str) -> None:
        """Wait until each of ``texts`` is in the code."""
        all_in = f"(content, texts) => texts.every(t => ({_TEXT})(content).includes(t))"
        self._wait(all_in, list(texts))
        for text in texts:
            assert text in self.text

    def _wait(self, condition: str, argument: object) -> None:
        """Wait for ``condition``, which the caller asserts."""
        self.content.evaluate(waiting(condition), argument)

    def highlights(self, language: str) -> None:
        """Wait until the grammar of ``language`` is loaded."""
        expect(self.content).to_have_attribute("data-language", language, timeout=SOON)

    def click(self) -> Editor:
        """Put the caret at the end of the code."""
        self.content.click()
        self.press("Control+End")
        return self

    def press(self, *keys: str) -> Editor:
        """Press keys in order at the focus."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> Editor:
        """Type at the caret."""
        self.page.keyboard.type(text)
        return self

    def write_by_itself(self, name: str, pause: int = 20, words: int = 0) -> None:
        """Let the page type ``name000 name001 …`` at the caret.

        It types ``words`` words with ``pause`` milliseconds between letters; with 0,
        until ``stop``.
        """
        handle = self.content.element_handle()
        self.page.evaluate(_WRITE, [handle, name, pause, words])

    def stop(self) -> str:
        """Stop the page after a whole word. Return what it typed."""
        self.page.evaluate("writer.ending = true")
        self.page.evaluate(waiting("() => !writer.on"))
        return self.typed

    def finish(self, within: int) -> str:
        """Wait ``within`` ms at most for the last word. Return what was typed."""
        self.page.evaluate(waiting("() => !writer.on", within))
        return self.typed

    @property
    def typed(self) -> str:
        """What the page has typed so far."""
        return cast(str, self.page.evaluate("writer.typed"))


class RoomPage(Editor):
    """The page of a room."""

    def __init__(self, page: Page, room_id: str) -> None:
        super().__init__(page)
        self.room_id = room_id
        page.goto(f"pairedit/room/{room_id}")


class NotebookPage:
    """A notebook in JupyterLab or Notebook 7, with a kernel."""

    def __init__(self, page: Page, path: str) -> None:
        self.page = page
        page.goto(path)
        self.cells = page.locator(".jp-Notebook .jp-Cell")
        self.kernel = page.locator(".jp-Notebook-ExecutionIndicator")
        self.editors = page.locator(".jp-OutputArea .pairedit")
        name = page.locator(".jp-Toolbar-kernelName")
        expect(name).to_contain_text("Python 3", timeout=60_000)
        self.kernel_is_idle()

    def kernel_is_idle(self) -> None:
        """Wait until the kernel is idle."""
        expect(self.kernel).to_have_attribute("data-status", "idle", timeout=60_000)

    def run(self, number: int, *, wait: bool = True) -> Locator:
        """Run a cell with the keyboard. Return its output area."""
        cell = self.cells.nth(number)
        cell.locator(".jp-InputArea .cm-content").click()
        self.page.keyboard.press("Control+Enter")
        if wait:
            prompt = cell.locator(".jp-InputPrompt")
            expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))
        return cell.locator(".jp-Cell-outputArea")

    def run_code(self, number: int, code: str, *, wait: bool = True) -> Locator:
        """Replace the code of a cell, and run it."""
        content = self.cells.nth(number).locator(".jp-InputArea .cm-content")
        content.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)
        return self.run(number, wait=wait)

    def save(self) -> None:
        """Save the notebook."""
        # An editor of ours does not pass its keys on.
        self.cells.first.locator(".jp-InputArea .cm-content").click()
        with self.page.expect_response(
            lambda answer: (
                answer.request.method == "PUT" and "/api/contents/" in answer.url
            )
        ):
            self.page.keyboard.press("Control+s")

    def editor(self, number: int = 0) -> Editor:
        """Return an editor by its position in the notebook."""
        return Editor(self.page, self.editors.nth(number))


def new_room(server: Server, code: str = "", **options: object) -> str:
    """Create a room with the API. Return its id."""
    made = server.call("pairedit/rooms", "POST", {"code": code, **options})
    return cast(str, made["roomId"])


def newest_room(server: Server) -> str:
    """Return the id of the room that was changed last."""
    return str(server.call("pairedit/rooms")[0]["roomId"])


def stored_code(server: Server, room_id: str) -> str:
    """Return the code of a room, from the API."""
    return cast(str, server.call(f"pairedit/rooms/{room_id}/code")["code"])


def connections(server: Server, room_id: str) -> int:
    """Return the number of sockets of a room."""
    return cast(int, server.call("pairedit/debug/rooms").get(room_id, 0))


class Completer:
    """Answers suggestion requests instead of the server, at once or on demand."""

    def __init__(self, page: Page, *suggestions: str) -> None:
        self.suggestions = list(suggestions)
        self.questions: list[dict[str, Any]] = []
        self.held: list[Route] = []
        self.holding = False
        self.detail = ""
        page.route(f"**{BASE_URL}pairedit/autocomplete", self._answer)

    def _answer(self, route: Route, request: Request) -> None:
        self.questions.append(json.loads(request.post_data or "null"))
        if self.holding:
            self.held.append(route)
        else:
            self.reply(route)

    def reply(self, route: Route) -> None:
        """Send the next suggestion; the last one is repeated."""
        several = len(self.suggestions) > 1
        text = self.suggestions.pop(0) if several else self.suggestions[0]
        route.fulfill(json={"suggestion": text, "detail": self.detail})


def suggest(ann: RoomPage, text: str, *suggestions: str) -> Completer:
    """Type ``text`` and show a suggestion for it."""
    completer = Completer(ann.page, *suggestions)
    ann.ready().content.click()
    ann.press("Control+a").type(text).press("Control+Shift+Enter")
    expect(ann.ghost).to_have_text(suggestions[0])
    ann.shows(text)
    return completer


def hold_revisions(page: Page) -> list[Route]:
    """Hold requests for revisions; return them, as they come."""
    held: list[Route] = []
    page.route("**/revisions?*", lambda route: held.append(route))
    return held


def listen_for_trouble(page: Page) -> list[str]:
    """Return a list that receives errors of the page's scripts, console and policy."""
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(f"page: {error}"))
    page.on(
        "console",
        lambda message: (
            trouble.append(f"console: {message.text}")
            if message.type in {"error", "warning"}
            else None
        ),
    )
    return trouble


class Line:
    """A relay between a page and the room's socket that a test can hold or close.

    It is created before the page is opened. ``cut`` closes the page's side only, as a
    broken network does.
    """

    def __init__(self, page: Page, socket: str = "**/pairedit/ws/**") -> None:
        self._page = page
        self.times: list[float] = []
        """Times at which the page opened a socket."""
        self.refusing = False
        """Whether new sockets are closed at once."""
        self.blocked = False
        """Whether new sockets are not connected."""
        self.deaf = False
        """Whether messages of the server are held."""
        self._page_side: WebSocketRoute | None = None
        self._kept: list[str | bytes] = []
        page.route_web_socket(socket, self._open)

    @property
    def opened(self) -> int:
        """How many sockets the page has opened."""
        return len(self.times)

    def wait_for(self, count: int) -> None:
        """Wait until the page has opened ``count`` sockets."""
        end = time.monotonic() + SOON / 1000
        while self.opened < count and time.monotonic() < end:
            self._page.wait_for_timeout(20)  # lets Playwright handle events
        assert self.opened == count

    def _open(self, page_side: WebSocketRoute) -> None:
        self.times.append(time.monotonic())
        self._page_side = page_side
        if self.refusing:
            page_side.close(code=3001)
            return
        if self.blocked:
            return
        server_side = page_side.connect_to_server()
        page_side.on_close(lambda code, reason: None)
        page_side.on_message(server_side.send)
        server_side.on_message(self._say)

    def _say(self, message: str | bytes) -> None:
        if self.deaf:
            self._kept.append(message)
        elif self._page_side:
            self._page_side.send(message)

    def hear_again(self) -> None:
        """Deliver held messages, and hold no more."""
        self.deaf = False
        kept, self._kept = self._kept, []
        for message in kept:
            self._say(message)

    def tell(self, **message: object) -> None:
        """Send the page a message as if it came from the server."""
        self._say(json.dumps(message))

    def cut(self, code: int | None = None, reason: str = "") -> None:
        """Close the page's side of the socket."""
        assert self._page_side
        self._page_side.close(code=code, reason=reason)
