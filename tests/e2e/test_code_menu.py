"""The menu “Code” on the room's page, by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from .codemenu import CodeMenu, findings
from .editing import RoomPage, listen_for_trouble

LONG = "word " * 100


def font_size(ann: RoomPage) -> str:
    """Return the size of the code's font."""
    return str(ann.content.evaluate("content => getComputedStyle(content).fontSize"))


def code_is_wider_than_its_field(ann: RoomPage) -> bool:
    """Return whether there is something to scroll to the right."""
    scroller = ann.root.locator(".pairedit-code .cm-scroller")
    return bool(scroller.evaluate("it => it.scrollWidth > it.clientWidth"))


def test_the_menu_opens_moves_and_closes_by_keyboard(ann: RoomPage) -> None:
    trouble = listen_for_trouble(ann.page)
    menu = CodeMenu(ann.ready())
    expect(menu.button).to_have_attribute("aria-haspopup", "menu")
    expect(menu.button).to_have_attribute("aria-expanded", "false")
    menu.open()
    expect(menu.button).to_have_attribute("aria-expanded", "true")
    expect(menu.item("Copy all")).to_be_focused()
    ann.press("ArrowUp")
    expect(menu.item("Keys")).to_be_focused()
    ann.press("Home", "ArrowDown")
    expect(menu.item("Download")).to_be_focused()
    ann.press("End", "ArrowDown")
    expect(menu.item("Copy all")).to_be_focused()
    menu.go("Font size")
    ann.press("ArrowRight")
    usual = menu.menu.get_by_role("menuitemradio", name="as usual")
    expect(usual).to_be_focused()
    expect(usual).to_be_checked()
    ann.press("Escape")
    expect(menu.item("Font size")).to_be_focused()
    expect(usual).to_be_hidden()
    ann.press("Escape")
    expect(menu.menu).to_have_count(0)
    expect(menu.button).to_be_focused()
    expect(menu.button).to_have_attribute("aria-expanded", "false")
    menu.button.press("ArrowUp")
    expect(menu.item("Keys")).to_be_focused()
    ann.press("Tab")
    expect(menu.menu).to_have_count(0)
    expect(menu.button).not_to_be_focused()
    assert trouble == []


def test_a_click_outside_closes_the_menu_and_keeps_the_focus_there(
    ann: RoomPage,
) -> None:
    menu = CodeMenu(ann.ready())
    menu.button.click()
    expect(menu.menu).to_be_visible()
    ann.content.click(position={"x": 5, "y": 300})
    expect(menu.menu).to_have_count(0)
    expect(ann.content).to_be_focused()


def test_copy_all_copies_the_code(ann: RoomPage) -> None:
    ann.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ann.ready().click().type("a = 1\nb = '😀'")
    CodeMenu(ann).perform("Copy all")
    expect(ann.live).to_have_text("Code copied.")
    copied = ann.page.evaluate("navigator.clipboard.readText()")
    assert copied == "a = 1\nb = '😀'"


def test_where_the_browser_blocks_copying_all_code_is_selected(ann: RoomPage) -> None:
    ann.ready().click().type("a = 1\nb = 2")
    ann.page.evaluate("""() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("blocked"));
      document.execCommand = () => false;
    }""")
    CodeMenu(ann).perform("Copy all")
    expect(ann.live).to_contain_text("copy it with the keyboard")
    expect(ann.content).to_be_focused()
    assert ann.page.evaluate("getSelection().toString()") == "a = 1\nb = 2"


def test_the_code_is_downloaded_under_its_title_and_language(
    ann: RoomPage, tmp_path: Path
) -> None:
    ann.ready().click().type("x = 'ä'")
    with ann.page.expect_download() as started:
        CodeMenu(ann).perform("Download")
    assert started.value.suggested_filename == "code.py"
    started.value.save_as(tmp_path / "file")
    assert (tmp_path / "file").read_text("utf-8") == "x = 'ä'"
    expect(ann.live).to_have_text("Downloaded as code.py.")


def test_a_file_is_opened_into_an_empty_room_at_once(ann: RoomPage) -> None:
    CodeMenu(ann.ready()).open_file("a.py", b"\xef\xbb\xbfa = 1\r\nb = 2\r\n")
    ann.shows("a = 1\nb = 2\n")
    expect(ann.content).to_be_focused()
    expect(ann.live).to_have_text("Opened a.py. Undo takes it back.")
    ann.ready()


def test_a_file_replaces_code_only_after_a_question_and_one_undo_takes_it_back(
    ann: RoomPage,
) -> None:
    ann.ready().click().type("x = 1")
    menu = CodeMenu(ann)
    menu.open_file("b.py", b"import b\nb.run()\n")
    expect(menu.notice).to_contain_text(
        "Replace the code (1 line) for everybody with “b.py”?"
    )
    assert findings(ann.page) == []
    keep = menu.notice.get_by_role("button", name="Keep the code")
    expect(keep).to_be_focused()
    ann.press("Enter")
    expect(menu.notice).to_be_hidden()
    ann.shows("x = 1")
    menu.open_file("b.py", b"import b\nb.run()\n")
    expect(keep).to_be_focused()
    ann.press("Shift+Tab", "Enter")
    ann.shows("import b\nb.run()\n")
    expect(ann.content).to_be_focused()
    ann.type("#").press("Control+z")
    ann.shows("import b\nb.run()\n")
    ann.press("Control+z")
    ann.shows("x = 1")
    ann.press("Control+y")
    ann.shows("import b\nb.run()\n")
    ann.ready()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a\0b", "expected UTF-8 without U+0000, found U+0000 at position 1."),
        (b"\xff\xfea\0", "expected UTF-8 without U+0000, found UTF-16."),
        (b"x" * 1_048_577, "expected at most 1 MiB (1,048,576 bytes), found 1,048,577"),
    ],
    ids=["binary", "UTF-16", "too large"],
)
def test_a_file_that_cannot_be_the_code_is_refused_by_name(
    ann: RoomPage, content: bytes, sentence: str
) -> None:
    menu = CodeMenu(ann.ready())
    menu.open_file("c.py", content)
    expect(menu.notice).to_contain_text("“c.py” is")
    expect(menu.notice).to_contain_text(sentence)
    ann.press("Enter")
    expect(menu.notice).to_be_hidden()
    ann.shows("")


def test_a_file_of_the_largest_size_is_stored(ann: RoomPage) -> None:
    code = ("# " + "x" * 61 + "\n") * 16_384
    assert len(code) == 1_048_576
    CodeMenu(ann.ready()).open_file("d.py", code.encode())
    expect(ann.content).to_contain_text("xxx")
    ann.ready()


def test_wrapping_font_size_and_tab_width_are_kept_for_the_next_page(
    ann: RoomPage,
) -> None:
    ann.ready().click().type(f"\t{LONG}")
    assert code_is_wider_than_its_field(ann)
    menu = CodeMenu(ann)
    menu.perform("Wrap lines")
    assert not code_is_wider_than_its_field(ann)
    menu.choose("Font size", "20 px")
    assert font_size(ann) == "20px"
    menu.choose("Tab width", "8")
    other = RoomPage(ann.page.context.new_page(), ann.room_id)
    other.ready()
    assert font_size(other) == "20px"
    assert not code_is_wider_than_its_field(other)
    tabs = other.content.evaluate("content => getComputedStyle(content).tabSize")
    assert tabs == "8"
    # Pages that are open follow.
    CodeMenu(other).choose("Font size", "as usual")
    expect(ann.content).to_have_css("font-size", "14px")
    CodeMenu(other).open().go("Wrap lines")
    expect(CodeMenu(other).item("Wrap lines")).to_be_checked()
    # Right after typing, a blank would belong to the word.
    other.press("ArrowDown", "ArrowUp", "Space")
    expect(CodeMenu(other).item("Wrap lines")).not_to_be_checked()
    expect(CodeMenu(other).menu).to_be_visible()


def test_vims_keys_edit_and_tab_leaves_while_keys_are_commands(ann: RoomPage) -> None:
    trouble = listen_for_trouble(ann.page)
    ann.ready().click().type("one two\nthree")
    menu = CodeMenu(ann)
    menu.choose("Key map", "Vim")
    expect(ann.hint).to_contain_text("insert mode. Esc, then Tab leaves the editor.")
    ann.content.focus()
    ann.press("Escape").type("ggdw")
    ann.shows("two\nthree")
    ann.type("A!")
    ann.press("Tab")
    ann.shows("two!    \nthree")
    ann.press("Escape").type("ggdd")
    ann.shows("three")
    ann.type("u")
    ann.shows("two!    \nthree")
    ann.press("Tab")
    expect(ann.content).not_to_be_focused()
    ann.content.click()
    ann.type(":w").press("Enter")
    expect(ann.live).to_have_text("Saved as you type.")
    ann.press("Control+m")
    expect(ann.hint).to_contain_text("Tab leaves the editor.")
    ann.type("i").press("Tab")
    expect(ann.content).not_to_be_focused()
    menu.choose("Key map", "Default")
    expect(ann.root.locator(".cm-vim-panel")).to_have_count(0)
    expect(ann.hint).to_contain_text("Tab leaves the editor.")
    ann.content.click()
    ann.press("Control+m", "Control+End").type("gg")
    ann.shows("two!    \nthreegg")
    assert trouble == []


def test_vim_leaves_suggestions_and_undo_as_they_are(ann: RoomPage) -> None:
    ann.ready()
    CodeMenu(ann).choose("Key map", "Vim")
    expect(ann.live).to_have_text("Key map: Vim.")
    ann.content.click()
    ann.type("ix = ")
    ann.page.route(
        "**/pairedit/autocomplete",
        lambda route: route.fulfill(json={"suggestion": "alpha", "detail": ""}),
    )
    ann.press("Control+Shift+Enter")
    expect(ann.ghost).to_have_text("alpha")
    ann.press("Tab")
    ann.shows("x = alpha")
    ann.press("Control+Shift+Enter")
    expect(ann.ghost).to_have_text("alpha")
    ann.press("Escape")
    expect(ann.ghost).to_have_count(0)
    ann.shows("x = alpha")


def test_emacs_keys_edit_and_tab_and_ctrl_m_are_as_before(ann: RoomPage) -> None:
    trouble = listen_for_trouble(ann.page)
    ann.ready().click().type("one two")
    CodeMenu(ann).choose("Key map", "Emacs")
    expect(ann.live).to_have_text("Key map: Emacs.")
    ann.content.focus()
    ann.press("Control+a", "Control+k")
    ann.shows("")
    ann.press("Control+y")
    ann.shows("one two")
    ann.type("x").press("Control+m")
    ann.shows("one twox")
    expect(ann.hint).to_contain_text("Tab leaves the editor.")
    ann.press("Control+m", "Control+a", "Tab")
    ann.shows("    one twox")
    ann.press("Escape", "Tab")
    expect(ann.content).not_to_be_focused()
    assert trouble == []


def test_a_key_map_that_is_not_sent_is_said_and_tried_again(ann: RoomPage) -> None:
    ann.ready()
    ann.page.route("**/static/vim.js*", lambda route: route.abort())
    menu = CodeMenu(ann)
    menu.choose("Key map", "Vim")
    expect(ann.live).to_contain_text("could not be loaded")
    expect(ann.hint).to_contain_text("Tab indents. Esc")
    ann.page.unroute("**/static/vim.js*")
    menu.choose("Tab width", "8")
    expect(ann.hint).to_contain_text("insert mode")


def test_the_keys_are_listed_and_the_focus_comes_back(ann: RoomPage) -> None:
    menu = CodeMenu(ann.ready())
    menu.open()
    ann.press("?")
    dialog = ann.root.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Ctrl-Shift-Enter")
    assert findings(ann.page) == []
    ann.press("Escape")
    expect(dialog).to_be_hidden()
    expect(menu.button).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_menu(ann: RoomPage, scheme: str) -> None:
    ann.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    ann.ready()
    menu = CodeMenu(ann)
    menu.choose("Key map", "Vim")
    menu.perform("Font size")
    expect(menu.menu.get_by_role("menuitemradio")).to_have_count(10)
    assert findings(ann.page) == []


def test_the_menu_is_inside_a_narrow_window(ann: RoomPage) -> None:
    ann.page.set_viewport_size({"width": 390, "height": 700})
    menu = CodeMenu(ann.ready()).open()
    box = menu.menu.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_without_storage_the_choice_holds_for_the_page(ann: RoomPage) -> None:
    ann.page.add_init_script("""Object.defineProperty(window, "localStorage", {
      get() { throw new DOMException("denied", "SecurityError"); },
    });""")
    ann.page.reload()
    trouble = listen_for_trouble(ann.page)
    CodeMenu(ann.ready()).choose("Font size", "20 px")
    assert font_size(ann) == "20px"
    assert trouble == []
