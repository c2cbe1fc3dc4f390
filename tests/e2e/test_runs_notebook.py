"""Running the code of a room in the kernel of its notebook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .conftest import WINDOW
from .editing import NotebookPage, newest_room
from .guests import GuestPage, invite
from .running import SLOW, RunView, switch

PLOT = """import matplotlib.pyplot as plt
print("sum", secret + 1)
plt.plot([1, 3, 2])
plt.show()"""
FAILS_LATER = """import os, time
print("begun", flush=True)
while not os.path.exists({path!r}): time.sleep(0.01)
1 / 0"""


def test_the_editor_of_a_notebook_runs_in_its_kernel_and_keeps_the_keys(
    shared: NotebookPage,
) -> None:
    shared.run_code(1, "secret = 41\n%pairedit new")
    editor = shared.editor(0).ready()
    mine = RunView(editor)
    cells = shared.cells.count()
    editor.click().press("Control+a").type("print('sum', secret + 1)")
    expect(editor.hint).to_contain_text("Shift-Enter runs the code", timeout=SLOW)
    editor.press("Shift+Enter")
    mine.shows("Done", "sum 42")
    # JupyterLab has run no cell, and the focus has stayed.
    assert shared.cells.count() == cells
    editor.type("\nsecret = 0")
    editor.ready().press("Control+Enter")
    expect(mine.panel).to_contain_text("2: you", timeout=SLOW)
    mine.shows("Done", "sum 42")
    expect(shared.run_code(2, "secret")).to_contain_text("0")
    shared.page.keyboard.press("Escape")


def test_a_guest_asks_in_notebook_7_and_both_see_the_same_output_and_plot(
    notebook: Server, sign_in: SignIn, visit: Callable[[], Page]
) -> None:
    path = notebook.write_notebook(
        "runs.ipynb",
        "%load_ext jupyter_pairedit\nsecret = 41",
        "%pairedit new --limit 5",
    )
    page = NotebookPage(sign_in(notebook, viewport=WINDOW).new_page(), path)
    page.run(0)
    page.run(1)
    owner = page.editor(0).ready()
    mine = RunView(owner)
    owner.click().press("Control+a").type("print('own', secret)").ready()
    expect(owner.hint).to_contain_text("Shift-Enter runs the code", timeout=SLOW)
    owner.press("Shift+Enter")
    mine.shows("Done", "own 41")
    assert page.cells.count() == 2
    switch(owner, "Guests may ask to run the code")

    link = invite(notebook, newest_room(notebook), role="edit")["url"]
    guest = GuestPage(visit(), link).enter("Bob")
    theirs = RunView(guest)
    guest.click().press("Control+a")
    guest.page.keyboard.insert_text(PLOT)
    guest.ready().press("Shift+Enter")
    expect(theirs.state).to_contain_text("Waiting for the owner")
    expect(mine.question).to_contain_text("Bob (guest) asks to run")
    listed = mine.question.locator(".pairedit-listing-code").first
    expect(listed).to_have_text(PLOT, use_inner_text=True)
    mine.question.get_by_role("button", name="Run once").click()
    for view in (mine, theirs):
        view.shows("Done", "sum 42")
        expect(view.outputs.locator("img")).to_have_count(1)
    shown = [view.outputs.locator("img") for view in (mine, theirs)]
    first, second = (each.get_attribute("src") for each in shown)
    assert first == second
    assert first is not None and first.startswith("data:image/png;base64,")
    for each in shown:
        assert each.evaluate("image => image.naturalWidth") > 100
    assert mine.outputs.inner_text() == theirs.outputs.inner_text()


def test_cells_that_wait_run_after_a_run_that_fails(
    lab: Server, sign_in: SignIn, tmp_path: Path
) -> None:
    cells = ["%load_ext jupyter_pairedit\n%pairedit new", "1", "2", "print(1 + 2)"]
    path = lab.write_notebook("queued.ipynb", *cells)
    page = NotebookPage(sign_in(lab, viewport=WINDOW).new_page(), path)
    page.run(0)
    owner = page.editor(0).ready()
    mine = RunView(owner)
    gate = tmp_path / "gate"
    owner.click().press("Control+a")
    page.page.keyboard.insert_text(FAILS_LATER.format(path=str(gate)))
    owner.ready().press("Shift+Enter")
    mine.shows("Running", "begun")
    for number in (1, 2, 3):
        page.run(number, wait=False)
        prompt = page.cells.nth(number).locator(".jp-InputPrompt")
        expect(prompt).to_have_text("[*]:")
    gate.touch()
    mine.shows("Failed", "ZeroDivisionError")
    for number, text in ((1, "1"), (2, "2"), (3, "3")):
        output = page.cells.nth(number).locator(".jp-Cell-outputArea")
        expect(output).to_contain_text(text)
        prompt = page.cells.nth(number).locator(".jp-InputPrompt")
        expect(prompt).to_have_text(f"[{number + 1}]:")
