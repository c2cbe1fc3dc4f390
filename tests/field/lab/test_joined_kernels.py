"""A kernel that is in the room itself, seen from the notebook that shows the room."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from tests.e2e.editing import NotebookPage, RoomPage, new_room, stored_code
from tests.jupyter import Server

from .test_missing import execute, last_code

SignIn = Callable[..., BrowserContext]
PICTURES = os.environ.get("PAIREDIT_PICTURES", "")
"""A folder for pictures of the pages; none are taken without it."""

GREET = 'def greet(name):\n    return f"Hello, {name}!"\n'
WATCH = """\
import ipykernel, threading, time
calls, seen, failed = [], [], []
for event in ("pre_execute", "post_execute"):
    get_ipython().events.register(event, lambda: calls.append(time.monotonic()))
ed.observe(lambda change: seen.append(change["new"]), "code")
threading.excepthook = lambda problem: failed.append(problem.exc_value)
print(ipykernel.__version__)
"""
BUSY = """\
before, start = len(calls), ed._writes
print(ed.wait_for(lambda ed: "ann" in ed.code and "bob" in ed.code, 60))
for number in range(150):
    ed.code = f"number = {number}\\n"
    time.sleep(0.02)
theirs = sum("bob" in code for code in seen)
print(len(calls) - before, "calls", ed._writes - start, "writes", failed, theirs > 0)
"""
ALL_IN_ONE = """\
from urllib.request import Request, urlopen
partner = Request(f"{url}/code", b'{"code": "theirs\\\\n"}', headers, method="PUT")
urlopen(partner)
print(ed.wait_for(lambda ed: ed.code == "theirs\\n", 30))
ed.code = "ours\\n"
print(ed.blame()[0]["kind"], ed.coauthors()[0].split(":")[0])
print(ed.status, ed.connection.split(":")[0], ed.url)
print(len(ed.share().url) > len(ed.url))
"""


def take_picture(notebook: NotebookPage, name: str) -> None:
    if PICTURES:
        notebook.page.screenshot(path=Path(PICTURES) / name)


def test_a_cell_sets_code_all_the_time_while_a_page_and_a_partner_type(
    lab: Server, sign_in: SignIn, kernel: str
) -> None:
    room_id = new_room(lab, "x = 1\n", limit=4)
    path = lab.write_notebook(
        f"busy-{kernel}.ipynb",
        f"%load_ext jupyter_pairedit\ned = %pairedit join {room_id}\ned",
        WATCH,
        BUSY,
        "print(ed.code)",
        kernel=kernel,
    )
    notebook = NotebookPage(sign_in(lab).new_page(), path)
    notebook.run(0)
    mine = notebook.editor().ready()
    version = notebook.run(1).inner_text()
    assert version.startswith("6.") == (kernel != "python3")
    bob = RoomPage(sign_in(lab).new_page(), room_id)
    bob.ready().click()

    output = notebook.run(2, wait=False)
    bob.write_by_itself("bob", 60)
    mine.click()
    mine.write_by_itself("ann", 60)
    expect(output).to_contain_text("writes", timeout=60_000)
    take_picture(notebook, f"busy-{kernel}.png")
    said = output.inner_text()
    bob.stop()
    mine.stop()

    # The hooks of the cell itself come before and after what it counts.
    assert said.strip() == "True\n0 calls 150 writes [] True"
    mine.ready()
    bob.ready()
    code = stored_code(lab, room_id)
    mine.shows(code)
    bob.shows(code)
    seen = (notebook.run(3).inner_text() for _ in range(20))
    assert any(text.rstrip() == code.rstrip() for text in seen)
    found = lab.call(f"pairedit/rooms/{room_id}/revisions?limit=1000")
    kinds = [each["kind"] for each in found["revisions"]]
    assert 1 <= kinds.count("write") <= 150


def test_everything_works_in_one_cell_while_it_runs(
    lab: Server, sign_in: SignIn, kernel: str
) -> None:
    room_id = new_room(lab, "x = 1\n", limit=4)
    path = lab.write_notebook(
        f"one-{kernel}.ipynb",
        f"%load_ext jupyter_pairedit\ned = %pairedit join {room_id}\ned",
        f"url = '{lab.url}pairedit/rooms/{room_id}'\n"
        f"headers = {{'Authorization': 'token {lab.token}', "
        "'Content-Type': 'application/json'}",
        ALL_IN_ONE,
        kernel=kernel,
    )
    notebook = NotebookPage(sign_in(lab).new_page(), path)
    notebook.run(0)
    editor = notebook.editor().ready()
    # One person: the kernel is not among the people.
    expect(editor.people).to_have_count(1)
    notebook.run(1)

    said = notebook.run(2).inner_text().split("\n")

    take_picture(notebook, f"one-{kernel}.png")
    assert said[:4] == [
        "True",
        "write Co-authored-by",
        f"live this server's own file {lab.url}pairedit/room/{room_id}",
        "True",
    ]
    editor.shows("ours\n")
    assert stored_code(lab, room_id) == "ours\n"


def test_a_notebook_that_was_executed_without_a_page_shows_its_room_again(
    lab: Server, sign_in: SignIn, root: Path
) -> None:
    name = "executed-example.ipynb"
    path = lab.write_notebook(name)
    shutil.copy(root / "examples" / "pair.ipynb", lab.notebooks / name)
    execute(lab, name, PAIREDIT_SERVER=lab.url, PAIREDIT_TOKEN=lab.token)
    room_id = lab.call("pairedit/rooms")[0]["roomId"]

    notebook = NotebookPage(sign_in(lab).new_page(), path)
    output = notebook.page.locator(".jp-Cell-outputArea:has(.pairedit-lastcode)")
    sentence = output.locator(".pairedit-lastcode").get_by_role("status")
    expect(sentence).to_contain_text(
        "This notebook was saved with this code", timeout=30_000
    )
    expect(last_code(output)).to_have_value(GREET)
    take_picture(notebook, "executed-saved.png")
    lab.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": "newer\n"})

    output.get_by_role("button", name="Reconnect").click()

    notebook.editor().ready().shows("newer\n")
    take_picture(notebook, "executed-reconnected.png")
