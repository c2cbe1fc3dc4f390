"""What a notebook sets of its room, everybody in the room sees."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import SOON, NotebookPage, RoomPage, new_room


def test_a_partner_sees_the_title_language_and_limit_that_a_notebook_sets(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "select 1\n", title="Before", limit=2)
    path = lab.write_notebook(
        "properties.ipynb",
        f"%load_ext jupyter_pairedit\ned = %pairedit join {room_id}\ned",
        "",
    )
    notebook = NotebookPage(sign_in(lab).new_page(), path)
    notebook.run(0)
    ann = notebook.editor().ready()
    bob = RoomPage(sign_in(lab).new_page(), room_id).ready()
    bob.highlights("python")

    notebook.run_code(1, "ed.title = 'Sorting'")
    expect(bob.page.locator("#room-title")).to_have_text("Sorting", timeout=SOON)
    expect(bob.page).to_have_title("Sorting · Pair editor")
    notebook.run_code(1, "ed.language = 'sql'")
    for editor in (ann, bob):
        editor.highlights("sql")
        expect(editor.root.locator(".pairedit-language")).to_have_text("SQL")
    notebook.run_code(1, "ed.limit = 5")
    menu = bob.root.get_by_role("menu", name="Room")
    bob.root.get_by_role("button", name="Room", exact=True).click()
    expect(menu).to_contain_text("5 people", timeout=SOON)

    room = lab.call(f"pairedit/rooms/{room_id}")
    found = (room["title"], room["language"], room["limit"], room["changes"])
    assert found == ("Sorting", "sql", 5, 3)
    refused = notebook.run_code(1, "ed.limit = None")
    expect(refused).to_contain_text("expected a limit from 1 to 300 people, found None")
