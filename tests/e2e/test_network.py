"""The network of one page fails and recovers: no character is lost or doubled."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .cable import Cable
from .editing import SAVED, Editor, NotebookPage, RoomPage, new_room, stored_code

Lay = Callable[[Server], Cable]
BACK = 60_000  # milliseconds: more than the longest pause before a reconnect
WINDOW = {"width": 1280, "height": 900}


@pytest.fixture
def lay() -> Iterator[Lay]:
    """Start a relay to a server."""
    cables: list[Cable] = []

    def lay(server: Server) -> Cable:
        cables.append(Cable(server))
        return cables[-1]

    yield lay
    for cable in cables:
        cable.close()


def the_widget(server: Server, person: BrowserContext, name: str) -> tuple[Editor, str]:
    """Open a notebook in JupyterLab with an editor of a new room."""
    path = server.write_notebook(
        f"{name}.ipynb",
        "%load_ext jupyter_pairedit\ned = %pairedit new\nprint(ed.room_id)",
        "ed",
    )
    notebook = NotebookPage(person.new_page(), path)
    room_id = notebook.run(0).inner_text().strip()
    notebook.run(1)
    notebook.page.keyboard.press("Control+s")  # a reload needs the output
    return notebook.editor().ready(), room_id


def both_hold(server: Server, room_id: str, words: list[str], *editors: Editor) -> None:
    """Wait until all is saved. Check that editors agree and have each word once."""
    for editor in editors:
        expect(editor.words).to_have_text(SAVED, timeout=BACK)
    first, *others = editors
    first.holds(*words)
    text = first.text
    for editor in others:
        editor.shows(text)
    assert stored_code(server, room_id) == text
    found = text.split()
    assert {word: found.count(word) for word in words} == dict.fromkeys(words, 1)


def test_thirty_seconds_without_a_network_lose_no_character(
    lab: Server, sign_in: SignIn, lay: Lay
) -> None:
    cable = lay(lab)
    ann, room_id = the_widget(lab, sign_in(lab, viewport=WINDOW), "thirty")
    page = sign_in(lab, base_url=cable.url).new_page()
    page.clock.install()
    bob = RoomPage(page, room_id).ready()
    ann.click().press("Enter", "Enter", "ArrowUp")
    bob.shows(ann.ready().text)
    bob.click()

    cable.pull_out()
    ann.write_by_itself("a", pause=10, words=40)
    bob.write_by_itself("b", pause=150, words=40)
    # The status is right, and red after ten seconds.
    expect(bob.words).to_have_text("Saving…")
    page.clock.run_for(12_000)
    expect(bob.words).to_contain_text("not saved for")
    expect(bob.root.locator(".pairedit-status")).to_have_attribute("data-tone", "error")
    page.clock.run_for(20_000)
    typed = ann.finish(BACK) + bob.finish(BACK)
    ann.ready()
    assert "b000" not in ann.text
    assert "a000" not in bob.text

    cable.plug_in()
    assert len(typed) == 400
    both_hold(lab, room_id, typed.split(), ann, bob)


def test_ten_reconnects_in_a_row_cost_no_character(
    lab: Server, sign_in: SignIn, lay: Lay
) -> None:
    cable = lay(lab)
    person = sign_in(lab, viewport=WINDOW, base_url=cable.url)
    ann, room_id = the_widget(lab, person, "ten")
    bob = RoomPage(sign_in(lab).new_page(), room_id).ready()
    ann.click()
    bob.click()

    for number in range(10):
        ann.type(f"A{number}")
        # At once, so that the last letters may not have arrived.
        cable.cut_rooms()
        ann.type(f"X{number} ")
        bob.type(f"B{chr(ord('C') + number)} ")
        expect(ann.words).to_have_text(SAVED, timeout=BACK)
        bob.ready()

    # Letters of both may be mixed, and each writer's are in order.
    hers = "".join(each for each in ann.text if each in "AX0123456789")
    his = "".join(each for each in ann.text if each in "BCDEFGHIJKL")
    assert hers == "".join(f"A{number}X{number}" for number in range(10))
    assert his == "".join(f"B{letter}" for letter in "CDEFGHIJKL")
    both_hold(lab, room_id, [], ann, bob)


@pytest.mark.parametrize("where", ["widget", "page"])
@pytest.mark.parametrize("way", ["up", "down"])
def test_a_reload_with_unsent_edits_brings_each_exactly_once(
    lab: Server, sign_in: SignIn, lay: Lay, where: str, way: str
) -> None:
    cable = lay(lab)
    person = sign_in(lab, viewport=WINDOW, base_url=cable.url)
    if where == "widget":
        ann, room_id = the_widget(lab, person, f"reload-{way}")
    else:
        room_id = new_room(lab, "first ")
        ann = RoomPage(person.new_page(), room_id).ready()
    bob = RoomPage(sign_in(lab).new_page(), room_id).ready()
    page = ann.page
    page.on("dialog", Dialog.accept)  # the page asks whether to leave with unsent edits
    ann.click()

    # Either the edits do not arrive, or their acknowledgement does not.
    cable.pull_out(way, rooms_only=True)
    page.keyboard.insert_text("once ")  # one push
    if way == "down":
        bob.holds("once")
    expect(ann.words).to_have_text("Saving…")
    bob.click().type("between ").ready()
    page.reload()
    cable.plug_in()

    again = Editor(page)
    expect(again.words).to_have_text(SAVED, timeout=BACK)
    again.click().type("after ")
    both_hold(lab, room_id, ["once", "between", "after"], again, bob)


def test_a_restarted_server_gets_all_edits_of_a_lost_connection(
    serve: Callable[..., Server], sign_in: SignIn, lay: Lay
) -> None:
    server = serve()
    cable = lay(server)
    room_id = new_room(server, "# ann\n\n# bob\n")
    ann = RoomPage(sign_in(server).new_page(), room_id).ready()
    page = sign_in(server, base_url=cable.url).new_page()
    page.clock.install()
    bob = RoomPage(page, room_id).ready()
    ann.content.click()
    ann.press("Control+Home", "ArrowDown")
    bob.click()

    # Half open: neither end gets an error.
    cable.pull_out()
    bob.type("before ")
    server.kill()
    ann.type("alone ")
    expect(ann.words).to_contain_text("waiting")
    bob.type("while ")
    server.start()
    expect(ann.words).to_have_text(SAVED, timeout=BACK)
    bob.type("later ")
    page.clock.run_for(12_000)
    expect(bob.words).to_contain_text("not saved for")
    assert stored_code(server, room_id) == ann.text

    cable.plug_in()
    both_hold(server, room_id, ["alone", "before", "while", "later"], ann, bob)


def test_unsent_text_is_offered_as_a_patch_if_the_room_has_another_history(
    serve: Callable[..., Server], sign_in: SignIn, tmp_path: Path
) -> None:
    one, another = tmp_path / "one.db", tmp_path / "another.db"
    server = serve(DATABASE_URL=f"sqlite:///{one}")
    room_id = new_room(server, "another\n")
    with closing(sqlite3.connect(one)) as source:
        source.execute("vacuum into ?", [str(another)])
    # The same room in both databases, with another history in each.
    server.call(f"pairedit/rooms/{room_id}", "DELETE")
    server.call(f"pairedit/rooms/{room_id}", "PUT", {"code": "one\ntwo\nthree\n"})
    person = sign_in(server)
    person.grant_permissions(["clipboard-read", "clipboard-write"])
    ann = RoomPage(person.new_page(), room_id).ready().click()
    server.kill()
    expect(ann.words).to_contain_text("Reconnecting…")
    ann.type("mine")

    server.use(DATABASE_URL=f"sqlite:///{another}")
    server.start()

    # The edits are not merged.
    expect(ann.words).to_have_text(SAVED, timeout=BACK)
    ann.shows("another\n")
    assert stored_code(server, room_id) == "another\n"
    ann.root.get_by_role("button", name="Copy patch").click()
    expect(ann.root.get_by_role("button", name="Copied")).to_be_visible()
    patch = ann.page.evaluate("navigator.clipboard.readText()")
    assert patch.splitlines() == [
        "--- a/room",
        "+++ b/room",
        "@@ -1,3 +1,4 @@",
        " one",
        " two",
        " three",
        "+mine",
        "\\ No newline at end of file",
    ]
    # Without access to the clipboard, the text is shown.
    ann.page.evaluate(
        """() => {
          navigator.clipboard.writeText = () => Promise.reject(new Error("no"));
          document.execCommand = () => false;
        }"""
    )
    ann.root.get_by_role("button", name="Copy text").click()
    by_hand = ann.root.get_by_role("textbox", name="Copy text")
    expect(by_hand).to_have_value("one\ntwo\nthree\nmine")
    # The page would lose them, so the browser asks.
    with ann.page.expect_event("dialog") as asked:
        ann.page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    ann.root.get_by_role("button", name="Dismiss").press("Enter")
    expect(ann.content).to_be_focused()
    expect(ann.root.get_by_role("button", name="Copy patch")).to_be_hidden()


def test_a_proxys_login_that_has_ended_is_named_and_typing_is_kept(
    lab: Server, sign_in: SignIn, lay: Lay
) -> None:
    cable = lay(lab)
    room_id = new_room(lab, "before\n")
    ann = RoomPage(sign_in(lab, base_url=cable.url).new_page(), room_id).ready()

    cable.end_login()
    ann.click().type("typed")
    expect(ann.sentence).to_contain_text("The login may have ended", timeout=BACK)
    ann.shows("before\ntyped")

    cable.log_in()
    ann.try_now()
    expect(ann.words).to_have_text(SAVED, timeout=BACK)
    assert stored_code(lab, room_id) == "before\ntyped"


def test_the_home_page_names_a_login_that_has_ended(
    lab: Server, sign_in: SignIn, lay: Lay
) -> None:
    cable = lay(lab)
    page = sign_in(lab, base_url=cable.url).new_page()
    page.goto("pairedit/")
    expect(page.get_by_role("button", name="Create New Room")).to_be_visible()

    cable.end_login()
    page.get_by_role("button", name="Create New Room").click()

    expect(page.locator("body")).to_contain_text("The login may have ended")
