"""The server is killed while people type, and starts again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import SAVED, Editor, NotebookPage, RoomPage, new_room, stored_code

BACK = 60_000  # milliseconds: start of the server and longest pause


def test_kill_9_while_all_type_loses_nothing_that_anybody_saw(
    serve: Callable[..., Server], sign_in: SignIn
) -> None:
    server = serve("jupyterlab")
    two_pages = _two_pages(server, sign_in)
    with_widget = _widget_and_page(server, sign_in)
    pairs = [two_pages, with_widget]
    for ann, bob, _ in pairs:
        ann.write_by_itself("ann", pause=40)
        bob.write_by_itself("bob", pause=40)
    for ann, bob, _ in pairs:
        ann.holds("ann005", "bob005")
        bob.holds("ann005", "bob005")

    server.kill()
    before = [len(editor.typed) for *two, _ in pairs for editor in two]
    for *two, _ in pairs:
        for editor in two:
            expect(editor.words).to_contain_text("Reconnecting…", timeout=BACK)
            expect(editor.words).to_contain_text("waiting")
    # They typed while there was no server.
    words = [f"{ann.stop()} {bob.stop()}".split() for ann, bob, _ in pairs]
    after = [len(editor.typed) for *two, _ in pairs for editor in two]
    assert all(more > less for more, less in zip(after, before, strict=True))

    server.start()
    for (ann, bob, room_id), typed in zip(pairs, words, strict=True):
        # Without a key or a click.
        for editor in (ann, bob):
            expect(editor.words).to_have_text(SAVED, timeout=BACK)
        # Every word is there once.
        ann.holds(*typed)
        text = ann.text
        bob.shows(text)
        assert stored_code(server, room_id) == text
        found = text.split()
        assert {word: found.count(word) for word in typed} == dict.fromkeys(typed, 1)
    # The kernel ended with its server; the editor works without it.
    unbound = with_widget[0].root.locator(".pairedit-unbound")
    expect(unbound).to_be_visible(timeout=BACK)


def _two_pages(server: Server, sign_in: SignIn) -> tuple[Editor, Editor, str]:
    room_id = new_room(server, "# ann\n\n# bob\n")
    ann = RoomPage(sign_in(server).new_page(), room_id).ready()
    bob = RoomPage(sign_in(server).new_page(), room_id).ready()
    ann.content.click()
    ann.press("Control+Home", "ArrowDown")
    return ann, bob.click(), room_id


def _widget_and_page(server: Server, sign_in: SignIn) -> tuple[Editor, Editor, str]:
    path = server.write_notebook(
        "restart.ipynb", "%load_ext jupyter_pairedit\ned = %pairedit new\ned"
    )
    page = sign_in(server, viewport={"width": 1280, "height": 900}).new_page()
    NotebookPage(page, path).run(0)
    widget = Editor(page).ready()
    room_id = str(server.call("pairedit/rooms")[0]["roomId"])
    bob = RoomPage(sign_in(server).new_page(), room_id).ready()
    widget.click().press("Enter", "Enter", "ArrowUp")
    widget.ready()
    bob.shows(widget.text)
    # JupyterLab opens a dialog when it loses its server.
    close = page.locator(".jp-Dialog .jp-mod-accept")
    page.add_locator_handler(close, lambda button: button.click())
    return widget, bob.click(), room_id
