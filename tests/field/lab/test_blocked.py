"""Complaints about files of the editor that are blocked or of another version."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from jupyter_pairedit import __version__
from tests.e2e.editing import SOON, Editor, NotebookPage, RoomPage, new_room
from tests.jupyter import Server

SignIn = Callable[..., BrowserContext]
FOREIGN = "9.9.9"


def block(page: Page, *files: str) -> None:
    """Block files, as a browser extension does."""
    for file in files:
        page.route(f"**/static/{file}*", lambda route: route.abort())


def replace_version(page: Page, file: str) -> None:
    """Send a file as a server of another version would."""

    def send(route: Route) -> None:
        answer = route.fetch()
        body = answer.text()
        assert f'"{__version__}"' in body
        route.fulfill(
            response=answer, body=body.replace(f'"{__version__}"', f'"{FOREIGN}"')
        )

    page.route(f"**/static/{file}*", send)


def notices(editor: Editor) -> Locator:
    return editor.root.locator(".pairedit-not-loaded:visible")


def press(editor: Editor, label: str) -> None:
    editor.root.get_by_role("button", name=label, exact=True).click()


def test_i_pressed_a_button_and_nothing_happened(lab: Server, sign_in: SignIn) -> None:
    page = sign_in(lab).new_page()
    block(page, "history.js", "share.js")
    editor = RoomPage(page, new_room(lab, "x = 1\n")).ready()
    for label in ("History", "Share"):
        file = f"{label.lower()}.js"
        press(editor, label)
        expect(notices(editor)).to_contain_text(f"{file} could not be loaded")
        expect(notices(editor)).to_contain_text("Try again, or reload the page")
        press(editor, "Try again")
        expect(notices(editor)).to_contain_text(f"{file} could not be loaded")
        press(editor, "Dismiss")
        expect(notices(editor)).to_have_count(0)

    press(editor, "History")
    page.unroute_all()
    press(editor, "Try again")
    expect(editor.root.locator(".pairedit-history")).to_be_visible()
    expect(notices(editor)).to_have_count(0)


def test_a_guest_came_and_my_text_was_replaced_and_i_was_not_told(
    lab: Server, sign_in: SignIn
) -> None:
    page = sign_in(lab).new_page()
    block(page, "history.js")
    room_id = new_room(lab, "x = 1\n")
    editor = RoomPage(page, room_id).ready()
    lab.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": "y"})
    expect(notices(editor)).to_contain_text("Somebody replaced the text. history.js")


def test_my_code_has_no_colours_and_no_layout(lab: Server, sign_in: SignIn) -> None:
    files = {"python": "python.js", "sql": "languages.js"}
    for language, file in files.items():
        page = sign_in(lab).new_page()
        block(page, file)
        room_id = new_room(lab, "select = 1", language=language)
        editor = RoomPage(page, room_id).ready()
        expect(notices(editor)).to_contain_text("has no colours here")
        expect(notices(editor)).to_contain_text(f"{file} could not be loaded")
        page.unroute_all()
        press(editor, "Try again")
        editor.highlights(language)
        expect(notices(editor)).to_have_count(0)

    page = sign_in(lab).new_page()
    block(page, "editor.css")
    editor = RoomPage(page, new_room(lab)).ready()
    expect(notices(editor)).to_contain_text("editor.css could not be loaded")
    page.unroute_all()
    press(editor, "Try again")
    expect(editor.root).to_have_css("display", "flex")
    expect(notices(editor)).to_have_count(0)


def test_the_server_was_updated_and_history_no_longer_opens(
    lab: Server, sign_in: SignIn
) -> None:
    page = sign_in(lab).new_page()
    for file in ("history.js", "share.js", "python.js"):
        replace_version(page, file)
    editor = RoomPage(page, new_room(lab, "x = 1\n")).ready()
    for label, file in (("", "python"), ("History", "history"), ("Share", "share")):
        if label:
            press(editor, label)
        notice = notices(editor).filter(has_text=f"{file}.js")
        expect(notice).to_contain_text(FOREIGN)
        expect(notice).to_contain_text(__version__)
        expect(notice).to_contain_text("Reload the page")
        expect(notice.get_by_role("button", name="Try again")).to_be_hidden()


def test_my_kernel_and_my_server_have_other_versions_and_the_cell_is_empty(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "x = 1\n")
    path = lab.write_notebook(
        "versions.ipynb",
        f"%load_ext jupyter_pairedit\ned = %pairedit join {room_id}\ned",
    )
    page = sign_in(lab).new_page()
    block(page, "editor.js")
    notebook = NotebookPage(page, path)
    output = notebook.run(0)
    sentence = output.get_by_role("status")
    expect(sentence).to_contain_text("may block editor.js", timeout=SOON)

    # An editor of a version with which the widget cannot work.
    page.unroute_all()
    page.route(
        "**/static/editor.js*",
        lambda route: route.fulfill(
            content_type="text/javascript", body=f'export const VERSION = "{FOREIGN}";'
        ),
    )
    press_again = output.get_by_role("button", name="Try again")
    press_again.click()
    expect(sentence).to_contain_text("cannot be displayed", timeout=SOON)
    expect(sentence).to_contain_text(f"jupyter_pairedit {__version__}")
    expect(sentence).to_contain_text(FOREIGN)

    # One with which it can: the notice names both. A file is loaded once.
    page.unroute_all()
    page.reload()
    notebook = NotebookPage(page, path)
    replace_version(page, "editor.js")
    notebook.run(0)
    editor = notebook.editor().ready()
    notice = editor.root.locator(".pairedit-versions")
    expect(notice).to_contain_text(f"jupyter_pairedit {__version__}")
    expect(notice).to_contain_text(FOREIGN)
    expect(notice).to_contain_text("Install the same version")
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_be_hidden()


def test_the_page_of_my_room_stays_white(lab: Server, sign_in: SignIn) -> None:
    for path, file in (
        (f"pairedit/room/{new_room(lab)}", "editor.js"),
        ("pairedit/", "home.js"),
        ("pairedit/guest", "guest.js"),
    ):
        page = sign_in(lab).new_page()
        block(page, file)
        page.goto(path)
        sentence = page.get_by_text(re.compile("This page has not started"))
        expect(sentence).to_be_visible(timeout=SOON)
        page.unroute_all()
        page.reload()
        expect(sentence).to_have_count(0)
