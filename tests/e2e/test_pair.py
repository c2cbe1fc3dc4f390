"""Two people write one piece of code."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import Editor, NotebookPage, RoomPage, new_room, stored_code
from .guests import SharePanel

WINDOW = {"width": 1280, "height": 900}
WRITTEN = 60_000  # milliseconds in which 30 words are written, on any machine


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_two_people_type_at_the_same_time_and_both_keep_every_character(
    app: str, request: pytest.FixtureRequest, sign_in: SignIn
) -> None:
    server: Server = request.getfixturevalue(app)
    path = server.write_notebook(
        f"pair-{app}.ipynb",
        "%load_ext jupyter_pairedit",
        "ed = %pairedit new",
        "ed",
        "print(ed.code)",
    )
    ann = sign_in(server, viewport=WINDOW)
    ann.grant_permissions(["clipboard-read", "clipboard-write"])
    notebook = NotebookPage(ann.new_page(), path)
    for cell in range(3):
        notebook.run(cell)
    first = notebook.editor().ready()

    share = SharePanel(first)
    share.root.get_by_role("button", name="Copy link").click()
    expect(share.root.get_by_role("button", name="Copied")).to_be_visible()
    link = first.page.evaluate("navigator.clipboard.readText()")
    share.close()
    room_id = link.rsplit("/", 1)[1]
    assert link == f"{server.url}pairedit/room/{room_id}"
    second = RoomPage(sign_in(server).new_page(), room_id)
    second.ready()
    expect(first.people).to_have_count(2)

    # At two places: words stay whole.
    first.click().press("Enter", "Enter", "ArrowUp")
    first.ready()
    second.shows(first.text)
    second.click()
    words = _type_at_once(first, second)
    # At one place: letters and signs are mixed, each in its writer's order.
    letters, signs = _type_alternately(first, second)

    for editor in (first, second):
        editor.ready()
    text = first.text
    second.shows(text)
    assert {word: text.split().count(word) for word in words} == dict.fromkeys(words, 1)
    last = text.splitlines()[-1]
    assert "".join(c for c in last if c.isupper()) == letters
    assert "".join(c for c in last if c in "!?") == signs
    assert stored_code(server, room_id) == text
    output = notebook.run(3)
    expect(output).to_have_text(text.strip(), use_inner_text=True)


def _type_at_once(first: Editor, second: Editor) -> list[str]:
    """Let both pages type 30 words. Return the words of both."""
    for editor, name in ((first, "ann"), (second, "bob")):
        editor.write_by_itself(name, pause=10, words=30)
    return f"{first.finish(WRITTEN)} {second.finish(WRITTEN)}".split()


def _type_alternately(first: Editor, second: Editor) -> tuple[str, str]:
    """Press keys in turn, both carets at the end of the code."""
    for editor in (first, second):
        editor.ready()
        editor.press("Control+End")
    letters = signs = ""
    for number in range(60):
        letter = "ABCDEFGHIJKLM"[number % 13]
        first.press(letter)
        letters += letter
        sign = "!?"[number // 3 % 2]
        second.press(sign)
        signs += sign
    return letters, signs


def test_a_caret_stays_at_its_text_when_others_type_before_it(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "left|right\nend")
    ann = RoomPage(sign_in(lab).new_page(), room_id)
    bob = RoomPage(sign_in(lab).new_page(), room_id)
    for editor in (ann, bob):
        editor.ready().content.click()
        editor.press("Control+Home")
    ann.press(*["ArrowRight"] * 5)
    bob.type("new line\nmore ")
    ann.shows("new line\nmore left|right\nend")
    assert ann.line_before_caret == "more left|"
    ann.type("X")
    # Text that is typed after or at a caret does not move it.
    bob.press("Control+End").type(" of it")
    for editor in (ann, bob):
        editor.shows("new line\nmore left|Xright\nend of it")
    assert ann.line_before_caret == "more left|X"


def test_undo_reverts_ones_own_edits_only(lab: Server, sign_in: SignIn) -> None:
    room_id = new_room(lab, "start\n")
    ann = RoomPage(sign_in(lab).new_page(), room_id)
    bob = RoomPage(sign_in(lab).new_page(), room_id)
    ann.ready().click().type("ann")
    bob.ready().shows("start\nann")
    bob.content.click()
    bob.press("Control+Home").type("bob ")
    ann.shows("bob start\nann")

    ann.press("Control+z")
    for editor in (ann, bob):
        editor.shows("bob start\n")
    ann.press("Control+z", "Control+z")
    bob.ready().press("Control+z")
    for editor in (ann, bob):
        editor.shows("start\n")
    ann.press("Control+Shift+z")
    for editor in (ann, bob):
        editor.shows("start\nann")
