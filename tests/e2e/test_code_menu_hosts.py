"""The menu “Code” for guests and in JupyterLab."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .codemenu import CodeMenu, findings
from .editing import NotebookPage, listen_for_trouble, new_room, stored_code
from .guests import VIEWING, GuestPage, invite

CELLS = "@jupyterlab/notebook-extension", "tracker"
EDITORS = "@jupyterlab/codemirror-extension", "plugin"


def test_a_guest_who_edits_has_all_of_the_menu_without_storage(
    lab: Server, visit: Callable[[], Page], tmp_path: Path
) -> None:
    room = new_room(lab, "x = 1", title="Sorting", limit=5)
    page = visit()
    trouble = listen_for_trouble(page)
    bob = GuestPage(page, invite(lab, room, role="edit")["url"])
    bob.enter("Bob")
    menu = CodeMenu(bob)
    with page.expect_download() as started:
        menu.perform("Download")
    assert started.value.suggested_filename == "Sorting.py"
    started.value.save_as(tmp_path / "file")
    assert (tmp_path / "file").read_text("utf-8") == "x = 1"
    menu.perform("Copy all")
    expect(bob.live).to_have_text("Code copied.")
    menu.open_file("b.py", b"y = 2\n")
    expect(menu.notice.get_by_role("button", name="Keep the code")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    bob.shows("y = 2\n")
    menu.choose("Key map", "Vim")
    expect(bob.live).to_have_text("Key map: Vim.")
    bob.content.focus()
    bob.type("ggdd").shows("")
    bob.press("Escape", "Tab")
    menu.choose("Font size", "20 px")
    expect(bob.content).to_have_css("font-size", "20px")
    assert trouble == []
    # axe-core itself sets inline styles, which the page's policy forbids.
    menu.open()
    assert findings(page) == []
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("keys are on and come first")
    bob.press("Escape")
    bob.ready()
    assert stored_code(lab, room) == ""


def test_a_guest_who_views_sees_what_he_may_do(
    lab: Server, visit: Callable[[], Page]
) -> None:
    room = new_room(lab, "x = 1", limit=5)
    page = visit()
    bob = GuestPage(page, invite(lab, room, role="view")["url"])
    bob.enter("Bob", VIEWING)
    menu = CodeMenu(bob).open()
    item = menu.item("Open a file…")
    expect(item).to_have_attribute("aria-disabled", "true")
    expect(item).to_contain_text("you may only view")
    menu.go("Open a file…")
    page.keyboard.press("Enter")
    expect(menu.menu).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Escape")
    with page.expect_download() as started:
        menu.perform("Download")
    assert started.value.suggested_filename == "code.py"
    menu.perform("Copy all")
    expect(bob.live).to_have_text("Code copied.")
    menu.choose("Key map", "Vim")
    expect(bob.live).to_have_text("Key map: Vim.")
    bob.content.focus()
    bob.type("dd").shows("x = 1")


def test_in_jupyterlab_the_menu_keeps_its_keys_and_vim_edits(
    shared: NotebookPage,
) -> None:
    shared.run_code(1, "%pairedit new --limit 5")
    ann = shared.editor().ready().click().press("Control+a").type("one two")
    cells = shared.cells.count()
    menu = CodeMenu(ann)
    menu.button.click()
    expect(menu.menu).to_be_visible()
    # In a notebook these keys would add, cut and delete cells, and stop the kernel.
    for key in ["a", "b", "x", "d", "d", "i", "i", "z"]:
        ann.press(key)
    ann.press("Escape")
    expect(menu.menu).to_have_count(0)
    expect(menu.button).to_be_focused()
    assert shared.cells.count() == cells
    box = menu.open().menu.bounding_box()
    assert box is not None
    assert box["height"] > 200
    expect(menu.item("Keys")).to_be_in_viewport(ratio=1)
    assert findings(shared.page, ".pairedit") == []
    ann.press("Escape")
    menu.choose("Key map", "Vim")
    expect(ann.hint).to_contain_text("insert mode")
    ann.content.focus()
    ann.press("Escape").type("gg0dw")
    ann.shows("two")
    ann.type("a").press("Enter").type("x").press("Escape")
    ann.shows("t\nxwo")
    ann.press("Tab")
    expect(ann.content).not_to_be_focused()
    menu.perform("Use the settings of JupyterLab")
    expect(ann.root.locator(".cm-vim-panel")).to_have_count(0)
    assert shared.cells.count() == cells


def test_jupyterlabs_settings_are_followed_unless_changed_here(
    serve: Callable[..., Server], sign_in: SignIn
) -> None:
    server = serve("jupyterlab")
    server.choose(*EDITORS, {"defaultConfig": {"customStyles": {"fontSize": 19}}})
    server.choose(*CELLS, {"codeCellConfig": {"lineWrap": True, "tabSize": 8}})
    path = server.write_notebook(
        "settings.ipynb", "%load_ext jupyter_pairedit\n%pairedit new"
    )
    notebook = NotebookPage(sign_in(server).new_page(), path)
    notebook.run(0)
    ann = notebook.editor().ready()
    expect(ann.content).to_have_css("font-size", "19px")
    expect(ann.content).to_have_css("tab-size", "8")
    menu = CodeMenu(ann).open()
    expect(menu.item("Wrap lines")).to_be_checked()
    expect(menu.item("Use the settings of JupyterLab")).to_have_count(0)
    ann.press("Escape")
    menu.choose("Font size", "12 px")
    expect(ann.content).to_have_css("font-size", "12px")
    # Settings that are changed are read when the person comes back.
    server.choose(*CELLS, {"codeCellConfig": {"lineWrap": False, "tabSize": 2}})
    notebook.cells.first.locator(".jp-InputArea .cm-content").click()
    ann.content.click()
    expect(ann.content).to_have_css("tab-size", "2")
    expect(ann.content).to_have_css("font-size", "12px")
    menu.perform("Use the settings of JupyterLab")
    expect(ann.content).to_have_css("font-size", "19px")
