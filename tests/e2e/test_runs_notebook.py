"""Running the code of a room in the kernel of its notebook, in JupyterLab."""

from __future__ import annotations

from playwright.sync_api import expect

from .editing import NotebookPage
from .running import SLOW, RunView


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
