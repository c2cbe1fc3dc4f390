"""Complaints about the text: what undo leaves, what is not seen, what is printed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.editing import NotebookPage, RoomPage, new_room, stored_code
from tests.e2e.guests import GuestPage, SharePanel, stranger
from tests.jupyter import Server

SignIn = Callable[..., BrowserContext]
WINDOW = {"width": 1280, "height": 900}


def write(server: Server, room_id: str, code: str) -> None:
    """Replace the whole text, as a program does."""
    server.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": code})


# --- undo after a write --------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "typed", "written"),
    [
        ("", "x=1", "x = 1\n"),
        ("def f(): pass\n", "y=[1,2]", "def f():\n    pass\n\n\ny = [1, 2]\n"),
        ("", "import b,a", "import a\nimport b\n"),
    ],
)
def test_undo_leaves_rubbish_after_a_formatter_rewrote_the_text(
    lab: Server, sign_in: SignIn, before: str, typed: str, written: str
) -> None:
    room_id = new_room(lab, before)
    room = RoomPage(sign_in(lab).new_page(), room_id).ready().click()
    room.type(typed).ready()
    write(lab, room_id, written)
    room.shows(written)
    room.press("Control+z").ready()
    room.shows(written)
    assert stored_code(lab, room_id) == written
    room.click().type("z").ready()
    assert stored_code(lab, room_id) == f"{written}z"
    room.press("Control+z").ready()
    assert stored_code(lab, room_id) == written


def test_undo_leaves_rubbish_after_my_own_notebook_rewrote_the_text(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab)
    path = lab.write_notebook(
        "undo.ipynb",
        "%load_ext jupyter_pairedit",
        f"ed = %pairedit join {room_id}\ned",
        "ed.code = 'x = 1\\n'",
    )
    notebook = NotebookPage(sign_in(lab, viewport=WINDOW).new_page(), path)
    notebook.run(0)
    notebook.run(1)
    editor = notebook.editor().ready().click()
    editor.type("x=1").ready()
    notebook.run(2)
    editor.shows("x = 1\n")
    editor.ready().content.click()
    editor.press("Control+z").ready()
    editor.shows("x = 1\n")
    assert stored_code(lab, room_id) == "x = 1\n"


def test_undo_leaves_rubbish_after_a_version_was_restored(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "x = 1\n")
    write(lab, room_id, "")
    room = RoomPage(sign_in(lab).new_page(), room_id).ready().click()
    room.type("x=1").ready()
    lab.call(f"pairedit/rooms/{room_id}/restore", "POST", {"version": 0})
    room.shows("x = 1\n")
    room.press("Control+z").ready()
    room.shows("x = 1\n")
    assert stored_code(lab, room_id) == "x = 1\n"


# --- what cannot be seen -------------------------------------------------------------


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u00a0", "no-break space (U+00A0)"),
        ("\u3000", "ideographic space (U+3000)"),
        ("\u2800", "blank character (U+2800)"),
        ("\u200b", "zero width space (U+200B)"),
        ("\u034f", "invisible character (U+034F)"),
        ("\u202e", "right-to-left override (U+202E)"),
        ("\u200d", "zero width joiner (U+200D)"),
    ],
)
def test_python_says_syntax_error_and_i_see_nothing_wrong(
    lab: Server, sign_in: SignIn, character: str, name: str
) -> None:
    room_id = new_room(lab, "# before\n")
    page = sign_in(lab).new_page()
    room = RoomPage(page, room_id).ready().click()
    page.keyboard.insert_text(f"x{character}= 1")
    room.ready()
    mark = room.content.locator(".cm-specialChar")
    expect(mark).to_have_attribute("title", name)
    expect(mark).to_have_attribute("aria-label", name)
    assert stored_code(lab, room_id) == f"# before\nx{character}= 1"

    page.get_by_role("button", name="History", exact=True).click()
    panel = page.get_by_role("region", name="History")
    then = panel.locator(".cm-specialChar")
    expect(then).to_have_attribute("title", name)


def test_the_history_does_not_show_which_blank_was_taken_away(
    lab: Server, sign_in: SignIn
) -> None:
    page = sign_in(lab).new_page()
    room = RoomPage(page, new_room(lab, "y\nx\u00a0= 1")).ready().click()
    room.press("Shift+Home", "Delete").ready()
    page.get_by_role("button", name="History", exact=True).click()
    removed = page.get_by_role("region", name="History").locator("del .cm-specialChar")
    expect(removed).to_have_attribute("title", "no-break space (U+00A0)")


def test_emoji_and_persian_words_are_torn_apart_by_marks(
    lab: Server, sign_in: SignIn
) -> None:
    text = "👩\u200d💻 ❤\ufe0f \u0645\u06cc\u200c\u0634\u0648\u062f"
    page = sign_in(lab).new_page()
    room = RoomPage(page, new_room(lab)).ready().click()
    for character in text:
        page.keyboard.insert_text(character)
    room.shows(text)
    expect(room.content.locator(".cm-specialChar")).to_have_count(0)


# --- a caret in a page that is scaled ------------------------------------------------

CARET = """content => {
  const caret = content.closest(".pairedit").querySelector(".pairedit-caret");
  const lines = [...content.querySelectorAll(".cm-line")];
  const line = lines.find(each => each.textContent === "line 24");
  const range = document.createRange();
  range.selectNodeContents(line);
  const [there, here] = [caret.getBoundingClientRect(), range.getBoundingClientRect()];
  return [there.top - here.top, there.bottom - here.bottom, there.left - here.right];
}"""


# Each with the factor by which it enlarges the editor.
SCALES = {
    "scale(1)": ({"transform": "scale(1)"}, 1),
    "scale(1.6)": ({"transform": "scale(1.6)"}, 1.6),
    "scale(0.75)": ({"transform": "scale(0.75)"}, 0.75),
    "other factors": ({"transform": "scale(1.25, 1.75)"}, 1.75),
    "zoom": ({"zoom": "1.5"}, 1.5),
    "both": ({"zoom": "1.25", "transform": "scale(0.8)"}, 1),
}


@pytest.mark.parametrize(("style", "scale"), SCALES.values(), ids=SCALES)
def test_my_partners_caret_is_two_lines_off_in_a_zoomed_page(
    lab: Server, sign_in: SignIn, style: dict[str, str], scale: float
) -> None:
    code = "\n".join(f"line {number}" for number in range(1, 101))
    room_id = new_room(lab, code)
    room = RoomPage(sign_in(lab).new_page(), room_id).ready()
    room.page.evaluate(
        """style => Object.assign(document.querySelector("#editor").style, {
          ...style, transformOrigin: "0 0", flex: "0 0 300px",
        })""",
        style,
    )
    partner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    partner.click().press("Control+Home")
    partner.press(*["ArrowDown"] * 23, "End")
    caret = room.root.locator(".pairedit-caret")
    room.root.locator(".cm-scroller").evaluate("each => { each.scrollTop = 300; }")
    expect(room.content.get_by_text("line 24", exact=True)).to_be_visible()
    expect(caret).to_have_count(1)
    # The caret is on its way until the partner's last key has arrived.
    room.page.wait_for_function(
        f"content => Math.abs(({CARET})(content)[2]) <= 2",
        arg=room.content.element_handle(),
    )
    top, bottom, _ = room.content.evaluate(CARET)
    assert -4 * scale <= top <= 2
    assert -2 <= bottom <= 4 * scale


# --- on paper ------------------------------------------------------------------------


def printed(page: Page) -> tuple[int, int]:
    """Print a page, and return how many pages it takes and how many lines are drawn."""
    page.evaluate(
        """() => addEventListener("afterprint", () => {
          window.lines = document.querySelectorAll(".pairedit-code .cm-line").length;
        })"""
    )
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf())
    return len(pages), int(page.evaluate("window.lines"))


def expect_only_code_on_paper(page: Page) -> None:
    page.emulate_media(media="print")
    line = page.locator(".pairedit-code > .cm-editor .cm-line").first
    expect(line).to_be_visible()
    expect(line).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.locator(".pairedit-code > .cm-editor")).to_have_css(
        "background-color", "rgb(255, 255, 255)"
    )
    for other in (".pairedit-bar", ".pairedit-foot", ".cm-gutters", ".room-head"):
        expect(page.locator(other).first).to_be_hidden()
    expect(page.locator(".pairedit-caret")).to_be_hidden()
    grounds = page.locator(".cm-line, .cm-line *").evaluate_all(
        "all => all.map(each => getComputedStyle(each).backgroundColor)"
    )
    assert set(grounds) == {"rgba(0, 0, 0, 0)"}


def test_on_paper_there_are_47_lines_and_the_buttons(
    lab: Server, sign_in: SignIn, browser: Browser
) -> None:
    code = "\n".join(f"value_{number} = ({number})" for number in range(1, 201))
    room_id = new_room(lab, code)
    room = RoomPage(sign_in(lab, color_scheme="dark").new_page(), room_id).ready()
    share = SharePanel(room)
    link = share.make()
    share.close()
    with stranger(browser) as context:
        guest = GuestPage(context.new_page(), link).enter("Bob")
        # Beside a bracket, which is marked on the screen.
        for each in (room, guest):
            each.click().press("Control+Home", "End")
            expect(each.root.locator(".cm-matchingBracket")).to_have_count(2)
        expect(guest.root.locator(".pairedit-caret")).to_have_count(1)
        expect(room.root.locator(".pairedit-caret")).to_have_count(1)
        SharePanel(room)  # an open panel is no code
        for page in (room.page, guest.page):
            pages, lines = printed(page)
            assert 3 <= pages <= 6
            assert lines == 200
            expect_only_code_on_paper(page)
