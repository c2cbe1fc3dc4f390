"""Complaints about the height of an editor in a notebook."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, expect

from tests.e2e.editing import Editor, NotebookPage, new_room
from tests.jupyter import Server

SignIn = Callable[..., BrowserContext]

# The height of the window is that of 50vh twice.
WINDOW = {"width": 1280, "height": 1000}
HEIGHTS = {
    "height='700px'": 700,
    "height='150px'": 150,
    "height='50vh'": 500,
    "max_height='200px'": 200,
    "min_height='600px'": 600,
}

# The parts of an editor from top to bottom, and what is cut off in it.
_PARTS = """root => {
  const box = part => {
    const {top, bottom} = root.querySelector(part).getBoundingClientRect();
    return [Math.round(top), Math.round(bottom)];
  };
  const scroller = root.querySelector(".cm-scroller");
  const frame = root.closest(".pairedit-host").getBoundingClientRect();
  return {
    height: Math.round(frame.height),
    bottom: Math.round(frame.bottom),
    code: box(".pairedit-code"),
    editor: box(".cm-editor"),
    foot: box(".pairedit-foot"),
    hidden: root.scrollHeight - root.clientHeight,
    scrolls: scroller.scrollHeight > scroller.clientHeight,
  };
}"""


def fills(root: Locator, height: int) -> None:
    """Assert that the editor has this height, and that its code scrolls inside."""
    parts = root.evaluate(_PARTS)
    assert abs(parts["height"] - height) <= 1, parts
    assert parts["editor"] == parts["code"], parts
    assert parts["code"][1] == parts["foot"][0], parts
    assert 0 <= parts["bottom"] - parts["foot"][1] <= 2, parts  # the border
    assert parts["hidden"] == 0 and parts["scrolls"], parts


def test_i_set_a_height_and_the_code_is_cut_off_or_leaves_a_gap(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "".join(f"line_{n} = {n}\n" for n in range(100)))
    path = lab.write_notebook(
        "height.ipynb",
        f"%load_ext jupyter_pairedit\ned = %pairedit join {room_id}\ned",
        "",
    )
    notebook = NotebookPage(sign_in(lab, viewport=WINDOW).new_page(), path)
    notebook.run(0)
    editor = notebook.editor().ready()
    own_height = editor.root.evaluate(_PARTS)["height"]
    for layout, height in HEIGHTS.items():
        name, _ = layout.split("=")
        notebook.run_code(1, f"ed.layout.{layout}")
        host = editor.root.locator("xpath=ancestor::*[@style][1]/..")
        expect(host).to_have_css(name.replace("_", "-"), f"{height}px")
        fills(editor.root, height)
        notebook.run_code(1, f"ed.layout.{name} = None")
        expect(host).not_to_have_css(name.replace("_", "-"), f"{height}px")
    fills(editor.root, own_height)


def test_i_moved_the_output_to_a_tab_and_half_of_it_is_empty(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "".join(f"line_{n} = {n}\n" for n in range(100)))
    path = lab.write_notebook(
        "tab.ipynb", f"%load_ext jupyter_pairedit\n%pairedit join {room_id}"
    )
    page = sign_in(lab, viewport={"width": 1280, "height": 1400}).new_page()
    notebook = NotebookPage(page, path)
    notebook.run(0)
    notebook.editor().ready().root.locator(".pairedit-bar").click(button="right")
    page.get_by_role("menuitem", name="Create New View for Cell Output").click()
    panel = page.locator(".jp-LinkedOutputView")
    detached = Editor(page, panel.locator(".pairedit")).ready()
    box = panel.bounding_box()
    assert box
    fills(detached.root, round(box["height"]))
