"""Keys of guest links are in no log, file, header or error.

The test uses all operations on links, on a server that logs at level DEBUG, and then
searches all files for the keys.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, WebSocket, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import NotebookPage, RoomPage, new_room
from .guests import GuestPage, SharePanel, stranger


def secret_of(link: str) -> str:
    """Return the key of a link."""
    return link.rpartition(".")[2]


def requests_of(page: Page) -> list[str]:
    """Return a list that receives the page's requests with their headers."""
    seen: list[str] = []
    page.on(
        "request",
        lambda request: seen.append(
            f"{request.url} {request.all_headers()} {request.post_data}"
        ),
    )
    return seen


def holders(folder: Path, words: list[str]) -> dict[str, list[str]]:
    """Return the files below a folder that contain a word in any encoding."""
    found: dict[str, list[str]] = {}
    for path in folder.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        content = path.read_bytes()
        for word in words:
            if any(word.encode(code) in content for code in ("utf-8", "utf-16-le")):
                found.setdefault(word, []).append(str(path.relative_to(folder)))
    return found


def test_no_key_is_in_a_log_a_database_a_saved_notebook_or_a_header(
    serve: Callable[..., Server], sign_in: SignIn, browser: Browser
) -> None:
    server = serve("jupyterlab", "--log-level=DEBUG")
    server.choose("@jupyter-widgets/jupyterlab-manager", "plugin", {"saveState": True})
    room_id = new_room(server, "canary in the code", limit=9)
    path = server.write_notebook(
        "keys.ipynb",
        "%load_ext jupyter_pairedit",
        f"%pairedit join {room_id}",
        "%pairedit share --label from-a-cell",
        "%pairedit join --ask",
    )
    keys: list[str] = []
    owner = RoomPage(sign_in(server).new_page(), room_id).ready()
    share = SharePanel(owner)
    first = share.make("Can edit", "first")
    keys.append(secret_of(first))

    with stranger(browser) as context:
        page = context.new_page()
        sent = requests_of(page)
        heard: list[str] = []
        page.on("websocket", lambda line: _listen(line, heard))
        guest = GuestPage(page, first).enter("Bob")
        guest.click().type(" and more").ready()
        keys += _keys_in(heard)
        assert len(keys) == 2
        assert page.evaluate("performance.getEntries().map(e => e.name).join()")
        assert not any(key in "".join(sent) for key in keys)
        assert keys[0] not in page.evaluate("location.href + document.referrer")
        assert keys[0] not in page.content()
        wrong = f"{first[:-6]}WRONG1"
        with stranger(browser) as other:
            denied = GuestPage(other.new_page(), wrong).join("Eve")
            expect(denied.state).to_have_text("This link opens no room")
        keys.append(secret_of(wrong))
        # A key in the query is refused and not logged.
        misplaced = first.replace("#", "?key=")
        assert context.request.get(misplaced).status == 400

    notebook = NotebookPage(sign_in(server).new_page(), path)
    for cell in range(3):
        notebook.run(cell)
    # The page shows the link that the cell requested.
    expect(notebook.editor().root.locator(".pairedit-made")).to_be_visible()
    shared = SharePanel(notebook.editor())
    expect(shared.row("from-a-cell")).to_have_count(1)
    shared.made.get_by_role("button", name="Show").click()
    second = shared.made.get_by_role("textbox").input_value()
    keys.append(secret_of(second))
    _answer_with(notebook, second)
    notebook.editor(1).ready()

    share.root.get_by_role("button", name="Revoke first").click()
    expect(share.row("first")).to_have_count(0)
    notebook.kernel_is_idle()
    notebook.save()
    _write_ahead_is_there(server.folder)
    # The state of the widgets is saved in the notebook.
    assert "application/vnd.jupyter.widget-state" in (
        server.notebooks / "keys.ipynb"
    ).read_text("utf-8")
    live = holders(server.folder, [*keys, room_id, "from-a-cell"])
    server.stop()
    left = holders(server.folder, [*keys, room_id])

    assert len(set(keys)) == 4
    for found in (live, left):
        assert {key: found[key] for key in keys if key in found} == {}
        # The search finds what is there, in the log and the database.
        names = " ".join(found[room_id])
        assert "server.log" in names
        assert "rooms.db" in names
        assert "keys.ipynb" in names
    assert "DEBUG" in server.log() or "[D " in server.log()


def _listen(line: WebSocket, heard: list[str]) -> None:
    line.on("framereceived", lambda frame: heard.append(str(frame)))


def _keys_in(frames: list[str]) -> list[str]:
    """Return the token with which the guest resumes."""
    return re.findall('"resume":"([^"]+)"', "".join(frames))


def _answer_with(notebook: NotebookPage, link: str) -> None:
    """Run the cell that prompts for a link, and enter one."""
    notebook.run(3, wait=False)
    field = notebook.page.locator(".jp-Stdin-input")
    expect(field).to_be_visible()
    field.fill(link)
    field.press("Enter")


def _write_ahead_is_there(folder: Path) -> None:
    """Check that the database's log is searched, too."""
    (database,) = folder.rglob("rooms.db")
    with sqlite3.connect(database) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
    assert database.with_name("rooms.db-wal").stat().st_size > 0
