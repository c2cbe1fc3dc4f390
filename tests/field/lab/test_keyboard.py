"""Complaints about keys that do nothing, do something else, or type nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsing import make_person
from tests.e2e.editing import (
    SOON,
    Completer,
    Editor,
    NotebookPage,
    RoomPage,
    new_room,
    stored_code,
)
from tests.field.lab.keyboards import (
    ALT,
    CTRL,
    LINUX,
    MAC,
    SHIFT,
    WINDOWS,
    Keyboard,
    pretend,
)
from tests.jupyter import Server

SignIn = Callable[..., BrowserContext]
WINDOW = {"width": 1280, "height": 900}

# What German and Polish keyboards have on Option or AltGr: code, key code, Shift.
WITH_ALT = {
    "\\": ("Digit7", 55, SHIFT),
    "[": ("Digit5", 53, 0),
    "]": ("Digit6", 54, 0),
    "|": ("Digit7", 55, 0),
    "{": ("Digit8", 56, 0),
    "@": ("KeyL", 76, 0),
    "ł": ("KeyL", 76, 0),
    "Â": ("KeyM", 77, SHIFT),
    "Å": ("KeyA", 65, SHIFT),
    "ü": ("KeyU", 85, 0),
    "µ": ("KeyM", 77, 0),
}


@pytest.mark.parametrize("suggesting", [False, True], ids=["", "suggesting"])
@pytest.mark.parametrize("platform", [MAC, LINUX])
def test_i_cannot_type_a_backslash_or_brackets_with_option(
    lab: Server, sign_in: SignIn, platform: str, suggesting: bool
) -> None:
    context = sign_in(lab)
    pretend(context, platform)
    room = RoomPage(context.new_page(), new_room(lab)).ready()
    Completer(room.page, "alpha" if suggesting else "")
    keyboard = Keyboard(room)
    typed = ""
    room.click()
    for character, (code, key_code, shift) in WITH_ALT.items():
        if suggesting:
            room.press("Meta+Shift+Enter" if platform == MAC else "Control+Shift+Enter")
            expect(room.ghost).to_have_text("alpha")
        keyboard.type(character, code, key_code, ALT | shift)
        typed += character
        room.shows(typed)


def test_altgr_types_nothing_on_my_german_windows(lab: Server, sign_in: SignIn) -> None:
    context = sign_in(lab)
    pretend(context, WINDOWS)
    room = RoomPage(context.new_page(), new_room(lab)).ready().click()
    keyboard = Keyboard(room)
    altgr = {"\\": ("Minus", 219, 0), "@": ("KeyQ", 81, 0), "g": ("KeyG", 71, 0)}
    for character, (code, key_code, shift) in (WITH_ALT | altgr).items():
        held = CTRL | ALT | shift
        assert not keyboard.is_taken(character, code, key_code, held), character


@pytest.mark.parametrize(
    ("platform", "ask", "names"),
    [
        (MAC, "Meta+Shift+Enter", ("Cmd-Shift-Enter", "Option-End")),
        (WINDOWS, "Control+Shift+Enter", ("Ctrl-Shift-Enter", "Alt-End")),
        (LINUX, "Control+Shift+Enter", ("Ctrl-Shift-Enter", "Alt-End")),
    ],
)
def test_the_keys_that_the_editor_announces_do_nothing_on_my_computer(
    lab: Server, sign_in: SignIn, platform: str, ask: str, names: tuple[str, str]
) -> None:
    context = sign_in(lab)
    pretend(context, platform)
    room = RoomPage(context.new_page(), new_room(lab)).ready()
    Completer(room.page, "alpha")
    switch = room.root.get_by_role("button", name="Suggestions")
    assert names[0] in (switch.get_attribute("title") or "")
    room.click().press(ask)
    expect(room.live).to_have_text(f"Suggestion: alpha. Tab accepts, or {names[1]}.")
    room.press("Alt+PageDown", "Alt+PageUp")
    expect(room.ghost).to_have_text("alpha")
    room.press("Alt+End")
    room.shows("alpha")
    expect(room.hint).to_contain_text("Ctrl-M lets Tab always leave")
    room.press("Control+m", "Tab")
    expect(room.content).not_to_be_focused()
    room.shows("alpha")


# --- in JupyterLab -------------------------------------------------------------------


@pytest.fixture(scope="module", params=["lab", "notebook"])
def shared(browser: Browser, request: pytest.FixtureRequest) -> Iterator[NotebookPage]:
    """A notebook with an editor, in JupyterLab and in Notebook 7."""
    server: Server = request.getfixturevalue(request.param)
    room_id = new_room(server, "first\nsecond\n")
    path = server.write_notebook(
        f"keys-{request.param}.ipynb",
        "%load_ext jupyter_pairedit",
        f"ed = %pairedit join {room_id}\ned",
    )
    context = make_person(browser, server, viewport=WINDOW)
    notebook = NotebookPage(context.new_page(), path)
    notebook.run(0)
    notebook.run(1)
    notebook.editor().ready()
    yield notebook
    context.close()


def focus(editor: Editor, place: str) -> None:
    """Return the focus to the code, to a button, or to a field of the widget."""
    if place == "code":
        editor.content.click()
    elif place == "field":
        share = editor.root.get_by_role("button", name="Share", exact=True)
        if share.get_attribute("aria-expanded") == "false":
            share.click()
        editor.root.get_by_label("Label, optional").focus()
    else:
        editor.root.get_by_role("button", name=place, exact=True).focus()


def close_panels(editor: Editor) -> None:
    for name in ("Share", "History"):
        button = editor.root.get_by_role("button", name=name, exact=True)
        if button.get_attribute("aria-expanded") == "true":
            button.click()


def is_prevented(page: Page, key: str) -> bool:
    """Whether the browser's own answer to a key is kept back."""
    page.evaluate(
        """() => window.addEventListener("keydown", event => {
          window.answered = event;
        }, true)"""
    )
    page.keyboard.press(key)
    return bool(page.evaluate("window.answered.defaultPrevented"))


def saved(page: Page, path: str, method: str) -> AbstractContextManager[object]:
    """Wait for the answer to a request by which JupyterLab saves a notebook."""
    return page.expect_response(
        lambda answer: answer.request.method == method and path in answer.url,
        timeout=SOON,
    )


@pytest.mark.parametrize("place", ["code", "Share", "History", "Suggestions", "field"])
def test_ctrl_s_offers_to_save_the_page_instead_of_the_notebook(
    shared: NotebookPage, place: str
) -> None:
    editor = shared.editor()
    focus(editor, place)
    # Saving ends with a checkpoint; until then JupyterLab begins no other one.
    with saved(shared.page, "checkpoints", "POST"), saved(shared.page, ".ipynb", "PUT"):
        assert is_prevented(shared.page, "Control+s")
    close_panels(editor)


@pytest.mark.parametrize("place", ["code", "Share"])
def test_the_command_palette_and_the_search_do_not_open(
    shared: NotebookPage, place: str
) -> None:
    page = shared.page
    palette = page.get_by_role("dialog").locator(".lm-CommandPalette")
    palette = palette.or_(page.locator(".jp-ModalCommandPalette .lm-CommandPalette"))
    search = page.locator(".jp-DocumentSearch-overlay")

    focus(shared.editor(), place)
    page.keyboard.press("Control+Shift+c")
    expect(palette.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(palette.first).not_to_be_visible()

    focus(shared.editor(), place)
    page.keyboard.press("Control+f")
    expect(search).to_be_visible()
    expect(shared.editor().root.locator(".cm-search")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(search).to_have_count(0)


def test_my_cells_run_and_move_while_i_type_in_the_editor(
    shared: NotebookPage, request: pytest.FixtureRequest
) -> None:
    editor = shared.editor()
    prompts = shared.page.locator(".jp-InputPrompt")
    before = prompts.all_inner_texts()
    editor.content.click()
    editor.press("Control+Home").type("dd 00 ii a b x")
    editor.press("Enter", "Shift+Enter", "Control+Enter", "Alt+Enter", "Tab", "Space")
    editor.press("ArrowUp", "ArrowDown", "Escape", "Escape")
    editor.content.click()
    editor.press("Control+End").type("still here")
    editor.ready()
    assert editor.text.startswith("dd 00 ii a b x\n")
    assert editor.text.endswith("still here")
    assert prompts.all_inner_texts() == before
    expect(editor.content).to_be_focused()


def test_i_cannot_interrupt_the_kernel_from_the_buttons_of_the_editor(
    lab: Server, sign_in: SignIn
) -> None:
    path = lab.write_notebook(
        "interrupt.ipynb",
        "%load_ext jupyter_pairedit",
        "ed = %pairedit new\ned",
        "import time\ntime.sleep(600)",
    )
    notebook = NotebookPage(sign_in(lab, viewport=WINDOW).new_page(), path)
    notebook.run(0)
    notebook.run(1)
    editor = notebook.editor().ready()
    notebook.run(2, wait=False)
    expect(notebook.kernel).to_have_attribute("data-status", "busy")
    editor.content.click()
    editor.press("i", "i")
    editor.ready()
    assert "ii" in editor.text
    expect(notebook.kernel).to_have_attribute("data-status", "busy")
    editor.root.get_by_role("button", name="Suggestions").focus()
    editor.press("i", "i")
    notebook.kernel_is_idle()
    expect(
        notebook.page.locator(".jp-RenderedText[data-mime-type*=stderr]")
    ).to_contain_text("KeyboardInterrupt")
    editor.root.get_by_role("button", name="Suggestions").focus()
    editor.press("0", "0")
    expect(notebook.page.get_by_role("dialog")).to_contain_text("Restart Kernel?")
    notebook.page.keyboard.press("Escape")


def test_a_tab_cannot_be_switched_from_the_editor(lab: Server, sign_in: SignIn) -> None:
    path = lab.write_notebook(
        "tabs.ipynb", "%load_ext jupyter_pairedit", "ed = %pairedit new\ned"
    )
    notebook = NotebookPage(sign_in(lab, viewport=WINDOW).new_page(), path)
    notebook.run(0)
    notebook.run(1)
    editor = notebook.editor().ready()
    page = notebook.page
    page.keyboard.press("Control+Shift+l")  # a launcher, in a tab of its own
    current = page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current")
    expect(current).to_contain_text("Launcher")
    page.locator("#jp-main-dock-panel .lm-TabBar-tab", has_text="tabs.ipynb").click()
    for key in ("Control+Shift+BracketRight", "Control+Shift+BracketLeft"):
        editor.content.click()
        expect(current).to_contain_text("tabs.ipynb")
        editor.press(key)
        expect(current).to_contain_text("Launcher")
        page.locator(
            "#jp-main-dock-panel .lm-TabBar-tab", has_text="tabs.ipynb"
        ).click()


@pytest.mark.parametrize("place", ["code", "Share", "History"])
def test_ctrl_s_offers_to_save_the_page_of_the_room(
    lab: Server, sign_in: SignIn, place: str
) -> None:
    room = RoomPage(sign_in(lab).new_page(), new_room(lab)).ready()
    focus(room, place)
    assert is_prevented(room.page, "Control+s")
    expect(room.live).to_have_text("Saved as you type.")
    room.page.locator("h1").click()
    assert is_prevented(room.page, "Control+s")


# --- new lines -----------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["\t", "  ", "    ", " " * 8])
def test_a_new_line_is_not_indented_like_the_one_above(
    lab: Server, sign_in: SignIn, unit: str
) -> None:
    first = f"def f():\n{unit}x = 1"
    room_id = new_room(lab, first)
    room = RoomPage(sign_in(lab).new_page(), room_id).ready().click()
    room.press("Enter").type("if x:").press("Enter").type("return x")
    room.press("Enter", "Shift+Tab").type("y")
    room.press("Enter", "Tab").type("z").ready()
    expected = f"{first}\n{unit}if x:\n{unit * 2}return x\n{unit}y\n{unit * 2}z"
    assert stored_code(lab, room_id) == expected


@pytest.mark.parametrize("unit", ["\t", "  ", "    "])
def test_a_suggestion_is_indented_by_blanks_in_a_text_with_tabs(
    lab: Server, sign_in: SignIn, unit: str
) -> None:
    first = f"def f():\n{unit}x = 1\n"
    room_id = new_room(lab, first)
    room = RoomPage(sign_in(lab).new_page(), room_id).ready().click()
    room.press("Control+Shift+Enter")
    expect(room.ghost).to_have_text(f"{unit}return ")
    room.press("Tab")  # indents, as the line is blank
    expect(room.ghost).to_have_text("return ")
    room.press("Tab").type("x").ready()
    assert stored_code(lab, room_id) == f"{first}{unit}return x"
