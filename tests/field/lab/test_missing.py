"""Complaints about notebooks whose room is not there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, expect

from tests.e2e.editing import NotebookPage, RoomPage, new_room, stored_code
from tests.jupyter import Server

SignIn = Callable[..., BrowserContext]
CODE = "print('nobody has seen this')\n"


def execute(server: Server, name: str, **settings: str) -> None:
    """Execute a notebook without a page, save its widgets in it, and trust it."""
    convert = ["-m", "nbconvert", "--to=notebook", "--execute", "--inplace"]
    trust = ["-m", "nbformat.sign"]
    own = {"JUPYTER_DATA_DIR": str(server.folder / "data")}
    environment = {**os.environ, **own, **settings}
    for command in (convert, trust):
        subprocess.run(
            [sys.executable, *command, str(server.notebooks / name)],
            env=environment,
            check=True,
        )


def last_code(output: Locator) -> Locator:
    return output.get_by_role("textbox", name="Code")


def test_i_executed_my_notebook_and_its_room_was_never_made_nor_deleted(
    lab: Server, sign_in: SignIn
) -> None:
    path = lab.write_notebook(
        "executed.ipynb", "%load_ext jupyter_pairedit", f"%%pairedit new\n{CODE}"
    )
    execute(lab, "executed.ipynb")
    before = len(lab.call("pairedit/rooms"))
    notebook = NotebookPage(sign_in(lab).new_page(), path)
    output = notebook.cells.nth(1).locator(".jp-Cell-outputArea")
    sentence = output.locator(".pairedit-lastcode").get_by_role("status")
    output.get_by_role("button", name="Reconnect").click()
    expect(sentence).to_contain_text("This room was never made")
    expect(last_code(output)).to_have_value(CODE)
    assert len(lab.call("pairedit/rooms")) == before

    output.get_by_role("button", name="Make the room with this code").click()
    notebook.editor().ready().shows(CODE)
    rooms = lab.call("pairedit/rooms")
    assert len(rooms) == before + 1
    assert stored_code(lab, rooms[0]["roomId"]) == CODE


def test_my_room_was_deleted_and_my_code_is_out_of_sight(
    lab: Server, sign_in: SignIn
) -> None:
    path = lab.write_notebook(
        "deleted.ipynb",
        "%load_ext jupyter_pairedit\ned = %pairedit new\ned",
        "ed.code = 'x = 1\\n'",
        "print(ed.room_id, ed.status)",
    )
    notebook = NotebookPage(sign_in(lab).new_page(), path)
    notebook.run(0)
    editor = notebook.editor().ready()
    notebook.run(1)
    editor.shows("x = 1\n")
    room_id, _ = notebook.run(2).inner_text().split()

    # While the page is in the room: the text stays, and the room is made with it.
    lab.call(f"pairedit/rooms/{room_id}", "DELETE")
    expect(editor.words).to_have_text("Closed")
    expect(editor.sentence).to_contain_text("The room was deleted")
    editor.root.get_by_role("button", name="Reconnect").click()
    expect(editor.words).to_have_text("No such room")
    expect(editor.sentence).to_contain_text("The room was deleted on")
    expect(editor.sentence).not_to_contain_text("the link is not complete")
    editor.root.get_by_role("button", name="Create this room").click()
    editor.ready().shows("x = 1\n")
    assert stored_code(lab, room_id) == "x = 1\n"

    # While it is not.
    notebook.page.goto("about:blank")
    lab.call(f"pairedit/rooms/{room_id}", "DELETE")
    notebook = NotebookPage(notebook.page, path)
    notebook.run(0)
    output = notebook.run_code(
        0, f"%load_ext jupyter_pairedit\ned = %pairedit join {room_id}\ned"
    )
    sentence = output.locator(".pairedit-lastcode").get_by_role("status")
    expect(sentence).to_contain_text("The room was deleted on")
    expect(output.get_by_role("button", name="Make this room")).to_be_visible()
    # The page reports the status to the kernel when no cell runs.
    for _ in range(20):
        if "missing" in notebook.run(2).inner_text():
            break
        notebook.kernel_is_idle()
    else:
        raise AssertionError(f"status: {notebook.run(2).inner_text()}")


def test_the_page_of_my_room_says_that_the_link_is_not_complete(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "x = 1\n", title="Kept")
    room = RoomPage(sign_in(lab).new_page(), room_id).ready()
    lab.call(f"pairedit/rooms/{room_id}", "DELETE")
    room.root.get_by_role("button", name="Reconnect").click()
    expect(room.sentence).to_contain_text("The room was deleted on")
    room.root.get_by_role("button", name="Create this room").click()
    room.ready().shows("x = 1\n")
    assert lab.call(f"pairedit/rooms/{room_id}")["title"] == "Kept"
