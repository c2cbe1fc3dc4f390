"""Complaints about who is in a room when cells, notebooks and kernels come and go."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.editing import (
    SOON,
    Editor,
    Line,
    NotebookPage,
    RoomPage,
    connections,
    new_room,
    stored_code,
)
from tests.jupyter import Server

SignIn = Callable[..., BrowserContext]
WINDOW = {"width": 1280, "height": 900}
RUNS = 10


class Pair:
    """Ann has a notebook that shows a room, Bob the room's page."""

    def __init__(self, server: Server, sign_in: SignIn, name: str, *cells: str) -> None:
        self.server = server
        self.room_id = new_room(server, "x = 1\n")
        self.path = server.write_notebook(
            f"{name}.ipynb",
            f"%load_ext jupyter_pairedit\ned = %pairedit join {self.room_id}\ned",
            *cells,
        )
        self.ann = sign_in(server, viewport=WINDOW)
        self.page = self.ann.new_page()
        self.bob = RoomPage(sign_in(server).new_page(), self.room_id)
        self.bob.ready()

    def open(self) -> NotebookPage:
        """Open Ann's notebook; what has to be done with her page first is done."""
        self.notebook = NotebookPage(self.page, self.path)
        return self.notebook

    def show(self) -> Editor:
        """Run the cell that shows the room, and put Ann's caret into it."""
        self.notebook.run(0)
        editor = self.notebook.editor().ready()
        editor.click()
        return editor

    def has(self, sockets: int) -> None:
        """Wait until so many sockets of Ann's are in the room, and her carets fit."""
        self.wait_for_sockets(self.room_id, sockets + 1)
        expect(self.bob.people).to_have_count(2 if sockets else 1, timeout=SOON)
        carets = self.bob.root.locator(".pairedit-caret")
        expect(carets).to_have_count(sockets, timeout=SOON)

    def wait_for_sockets(self, room_id: str, count: int) -> None:
        """Wait until so many sockets of anybody are in a room."""
        deadline = time.monotonic() + SOON / 1000
        while (found := connections(self.server, room_id)) != count:
            assert time.monotonic() < deadline, found
            self.page.wait_for_timeout(50)  # which lets Playwright take calls

    def choose(self, *labels: str) -> None:
        """Choose from a menu of the notebook's page."""
        bar = self.page.locator(".lm-MenuBar-item", has_text=exactly(labels[0]))
        bar.click()
        for label in labels[1:]:
            item(self.page, label).click()

    def accept(self) -> None:
        """Agree to what a dialog of the notebook's page asks."""
        self.page.locator(".jp-Dialog .jp-mod-accept").click()

    def restart_kernel(self) -> None:
        """Restart the kernel as a person does."""
        self.choose("Kernel", "Restart Kernel…")
        self.accept()

    def restart_elsewhere(self) -> None:
        """Restart the kernel behind the back of the notebook's page."""
        name = Path(self.path).name
        sessions = self.server.call("api/sessions")
        (kernel,) = (s["kernel"]["id"] for s in sessions if s["path"] == name)
        self.server.call(f"api/kernels/{kernel}/restart", "POST")

    def clear(self, cell: int) -> None:
        """Clear the output of a cell."""
        self.notebook.cells.nth(cell).locator(".jp-InputPrompt").click()
        self.choose("Edit", "Clear Cell Output")

    def delete(self, cell: int) -> None:
        """Delete a cell."""
        self.notebook.cells.nth(cell).locator(".jp-InputPrompt").click()
        self.choose("Edit", "Delete Cell")


def exactly(label: str) -> re.Pattern[str]:
    """Match ``label`` and nothing longer."""
    return re.compile(rf"^\s*{re.escape(label)}\s*$")


def item(page: Page, label: str) -> Locator:
    """Return the item of an open menu."""
    return page.locator(".lm-Menu-itemLabel:visible", has_text=exactly(label))


def unbound(editor: Editor) -> Locator:
    """Return the notice that Python does not follow the room of an editor."""
    return editor.root.locator(".pairedit-unbound")


def test_i_ran_the_cell_again_and_now_i_am_there_twice(
    lab: Server, sign_in: SignIn
) -> None:
    pair = Pair(lab, sign_in, "again", "ed", "print(ed)")
    notebook = pair.open()
    for _ in range(RUNS):
        pair.show()
    pair.has(sockets=1)

    # A second view is the same participant, and keeps the room without the first one.
    notebook.run(1)
    expect(notebook.editors).to_have_count(2)
    pair.clear(cell=0)
    expect(notebook.editors).to_have_count(1)
    notebook.run(2)
    pair.has(sockets=1)
    pair.clear(cell=1)
    pair.has(sockets=0)
    expect(notebook.run(2)).to_contain_text("live, 1 person")

    pair.show()
    pair.has(sockets=1)
    pair.delete(cell=0)
    pair.has(sockets=0)
    pair.choose("Edit", "Undo Cell Operation")
    notebook.editor().ready().click()
    pair.has(sockets=1)


def test_i_closed_everything_and_still_hold_a_seat(
    lab: Server, sign_in: SignIn
) -> None:
    pair = Pair(lab, sign_in, "closed")
    notebook = pair.open()
    pair.show()

    # An output in a tab of its own shows the room when the cell is gone.
    bar = notebook.cells.nth(0).locator(".pairedit-bar")
    bar.click(button="right")
    item(pair.page, "Create New View for Cell Output").click()
    tabs = pair.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")
    output = tabs.filter(has_text="Output View")
    expect(output).to_have_count(1)
    pair.delete(cell=0)
    expect(pair.page.locator(".pairedit")).to_have_count(1)
    detached = Editor(pair.page).ready().click().type("detached")
    pair.bob.holds("detached")
    output.locator(".lm-TabBar-tabCloseIcon").click()
    pair.has(sockets=0)
    expect(detached.root).to_have_count(0)

    pair.choose("Edit", "Undo Cell Operation")
    pair.show()
    pair.has(sockets=1)
    notebook.save()
    tabs.filter(has_text="closed.ipynb").locator(".lm-TabBar-tabCloseIcon").click()
    pair.has(sockets=0)

    pair.open()
    Editor(pair.page).ready().click()
    pair.has(sockets=1)
    pair.choose("Kernel", "Shut Down Kernel")
    pair.has(sockets=0)
    last = pair.page.locator(".pairedit-lastcode")
    expect(last.get_by_role("status")).to_contain_text("The kernel was shut down")
    text = last.get_by_role("textbox")
    expect(text).to_have_value("x = 1\ndetached")
    expect(text).to_have_attribute("readonly", "")
    last.get_by_role("button", name="Reconnect").click()
    alone = Editor(pair.page).ready().click()
    expect(unbound(alone)).to_be_visible()
    pair.has(sockets=1)


def test_i_restarted_the_kernel_and_nothing_says_that_python_is_not_there(
    lab: Server, sign_in: SignIn, ipykernel_6: str
) -> None:
    ask = "print(ed.code)"
    pair = Pair(lab, sign_in, "restart", "import os\nos._exit(1)", ask)
    notebook = pair.open()
    first = pair.show()
    expect(unbound(first)).to_be_hidden()

    pair.restart_kernel()
    expect(unbound(first)).to_contain_text("Python no longer follows this room")
    first.click().type("y = 2\n")
    pair.bob.shows("x = 1\ny = 2\n")
    pair.has(sockets=1)
    # What the notice says to run binds the same room.
    lines = unbound(first).locator(".pairedit-lines").inner_text()
    assert f"%pairedit join {pair.room_id}" in lines
    notebook.run_code(0, lines)
    editor = notebook.editor().ready()
    expect(unbound(editor)).to_be_hidden()
    editor.click()
    pair.has(sockets=1)
    expect(notebook.run(2)).to_have_text("x = 1\ny = 2", use_inner_text=True)

    def change_kernel() -> None:
        pair.choose("Kernel", "Change Kernel…")
        choice = pair.page.locator(".jp-Dialog select")
        # Another kind, which publishes its start before the server listens again.
        choice.select_option(label=f"Python 3 ({ipykernel_6})")
        pair.accept()

    def let_it_die() -> None:
        notebook.run(1, wait=False)
        pair.accept()  # JupyterLab says that the kernel has died

    for lose in (let_it_die, change_kernel, pair.restart_elsewhere):
        lose()
        expect(unbound(editor)).to_be_visible(timeout=SOON)
        editor.click().type("z")
        pair.has(sockets=1)
        # JupyterLab shows "starting" until it runs a cell, if its request for the
        # kernel's information came before a kernel that was restarted elsewhere.
        status = re.compile("idle|starting")
        expect(notebook.kernel).to_have_attribute("data-status", status, timeout=SOON)
        notebook.run(0)
        expect(unbound(editor)).to_be_hidden()  # it goes with the view of before
        editor = notebook.editor().ready()
        expect(unbound(editor)).to_be_hidden()
    pair.bob.shows("x = 1\ny = 2\nzzz")


def test_i_have_the_same_troubles_in_notebook_7(
    notebook: Server, sign_in: SignIn
) -> None:
    pair = Pair(notebook, sign_in, "same")
    page = pair.open()
    for _ in range(2):
        pair.show()
    pair.has(sockets=1)
    pair.clear(cell=0)
    pair.has(sockets=0)
    editor = pair.show()
    pair.restart_kernel()
    expect(unbound(editor)).to_be_visible(timeout=SOON)
    pair.has(sockets=1)
    page.kernel_is_idle()  # Jupyter refuses to shut one down that restarts
    pair.choose("Kernel", "Shut Down Kernel")
    pair.has(sockets=0)
    expect(pair.page.locator(".pairedit-lastcode")).to_be_visible()


def test_i_typed_and_cleared_the_output_and_my_last_keys_were_gone(
    lab: Server, sign_in: SignIn
) -> None:
    other = new_room(lab)
    pair = Pair(lab, sign_in, "keys", f"%pairedit join {other}")
    line = Line(pair.page, f"**/pairedit/ws/{pair.room_id}")
    notebook = pair.open()
    editor = pair.show()
    notebook.run(1)
    notebook.editor(1).ready()
    # The network goes, and what is typed waits; so the room is kept without a view,
    # for longer than a room where nothing waits.
    line.refusing = True
    line.cut(code=3001)
    expect(editor.words).to_contain_text("Reconnecting", timeout=SOON)
    editor.click().type("last keys")
    pair.clear(cell=0)
    expect(notebook.editors).to_have_count(1)
    pair.clear(cell=1)
    expect(notebook.editors).to_have_count(0)
    pair.wait_for_sockets(other, 0)
    line.refusing = False
    pair.bob.shows("x = 1\nlast keys")
    assert stored_code(lab, pair.room_id) == "x = 1\nlast keys"
