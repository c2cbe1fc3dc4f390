"""The server dies while people type, and comes back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from .conftest import Server
from .editing import SAVED, Editor, NotebookPage, RoomPage, new_room, stored_code

SignIn = Callable[..., BrowserContext]
Serve = Callable[..., Server]
BACK = 40_000  # milliseconds: the server's start and the longest pause before a try


def test_kill_9_while_both_type_takes_nothing_that_anybody_saw(
    serve: Serve, sign_in: SignIn
) -> None:
    server = serve()
    room_id = new_room(server, "# ann\n\n# bob\n")
    ann = RoomPage(sign_in(server).new_page(), room_id)
    bob = RoomPage(sign_in(server).new_page(), room_id)
    ann.ready().content.click()
    ann.press("Control+Home", "ArrowDown")
    bob.ready().click()
    _kill_and_compare(server, room_id, ann, bob)


def test_a_widget_gets_over_kill_9_as_well(serve: Serve, sign_in: SignIn) -> None:
    server = serve()
    path = server.write_notebook(
        "restart.ipynb", "%load_ext jupyter_pairedit\ned = %pairedit new\ned"
    )
    window = {"width": 1280, "height": 900}
    notebook = NotebookPage(sign_in(server, viewport=window).new_page(), path)
    notebook.run(0)
    widget = notebook.editor().ready()
    room_id = server.call("pairedit/rooms")[0]["roomId"]
    bob = RoomPage(sign_in(server).new_page(), room_id)
    widget.click().press("Enter", "Enter", "ArrowUp")
    widget.ready()
    bob.ready().shows(widget.text)
    bob.click()
    # JupyterLab says in a dialog that it has lost its server, over everything.
    dismiss = notebook.page.get_by_role("button", name="Dismiss")
    notebook.page.add_locator_handler(dismiss, lambda button: button.click())
    _kill_and_compare(server, room_id, widget, bob)


def _kill_and_compare(server: Server, room_id: str, ann: Editor, bob: Editor) -> None:
    ann.write_by_itself("ann")
    bob.write_by_itself("bob")
    ann.holds("ann010", "bob010")
    bob.holds("ann010", "bob010")
    server.kill()
    before = len(ann.typed), len(bob.typed)
    for editor in (ann, bob):
        expect(editor.words).to_contain_text("Reconnecting…", timeout=BACK)
        expect(editor.words).to_contain_text("waiting")
    # Typing goes on while the server is away.
    words = f"{ann.stop()} {bob.stop()}".split()
    assert len(ann.typed) > before[0] and len(bob.typed) > before[1]
    server.start()
    for editor in (ann, bob):
        expect(editor.words).to_have_text(SAVED, timeout=BACK)
    ann.holds(*words)
    text = ann.text
    bob.shows(text)
    assert stored_code(server, room_id) == text
    # Every word is there once: nothing that was seen is gone, nothing came twice.
    found = text.split()
    assert {word: found.count(word) for word in words} == dict.fromkeys(words, 1)
