"""A guest link to one editor: its guest sees and types until the link ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from . import firefox as fox
from .editing import SOON, Editor, Line, NotebookPage, RoomPage, new_room, stored_code
from .guests import SOCKET, VIEWING, GuestPage, SharePanel, invite, revoke_all

# Sockets that fail to open, as without a server.
_NO_SERVER = """() => {
  window.WebSocket = class {
    constructor() { setTimeout(() => this.onclose?.({code: 1006, reason: ""})); }
    close() {}
  };
}"""


WINDOW = {"width": 1280, "height": 900}


def out_within(guest: Editor, words: str, before: float) -> int:
    """Wait for the status ``words``. Return the milliseconds since ``before``."""
    guest.words.filter(has_text=words).wait_for(timeout=SOON)
    return round((time.monotonic() - before) * 1000)


def test_an_owner_in_jupyterlab_shares_one_editor_and_ends_it(
    lab: Server,
    sign_in: SignIn,
    visit: Callable[[], Page],
    record_property: Callable[[str, object], None],
) -> None:
    path = lab.write_notebook(
        "share.ipynb", "%load_ext jupyter_pairedit", "%pairedit new --limit 5"
    )
    notebook = NotebookPage(sign_in(lab, viewport=WINDOW).new_page(), path)
    notebook.run(0)
    notebook.run(1)
    owner = notebook.editor().ready()
    share = SharePanel(owner)
    expect(share.root).to_contain_text("There are no active guest links.")
    to_edit = share.make("Can edit", "class 9b")
    to_view = share.make("View only")
    assert to_edit.startswith(f"{lab.url}pairedit/guest#")
    share.close()

    # These browsers have no cookie of the server.
    bob = GuestPage(visit(), to_edit)
    assert "#" not in bob.page.url
    bob.enter("Bob")
    bob.highlights("python")
    expect(owner.root.locator(".pairedit-joined")).to_contain_text(
        "Bob (guest, “class 9b”) joined."
    )
    eve = GuestPage(visit(), to_view).enter("Eve", VIEWING)
    for editor in (owner, bob, eve):
        expect(editor.people).to_have_count(3)
        expect(editor.root.locator(".pairedit-guest:visible")).to_have_count(2)

    # Both type; a viewer sees it and cannot type.
    owner.click().press("Enter", "Enter", "ArrowUp")
    bob.shows(owner.ready().text)
    bob.click()
    owner.write_by_itself("ann", pause=10, words=15)
    bob.write_by_itself("bob", pause=10, words=15)
    words = f"{owner.finish(SOON)} {bob.finish(SOON)}".split()
    owner.ready()
    for editor in (bob, eve):
        editor.shows(owner.text)
    for word in words:
        assert word in owner.text
    eve.content.click()
    eve.type("x").press("Enter")
    expect(eve.content).to_have_attribute("aria-readonly", "true")
    eve.shows(owner.text)

    # Role and lock change while guests are connected.
    share = SharePanel(owner)
    share.row("Link to view").get_by_role("combobox").select_option("Can edit")
    expect(eve.words).to_have_text("Live · saved")
    eve.click().type("\neve was here")
    owner.holds("eve was here")
    share.root.get_by_role("button", name="Lock").click()
    for guest in (bob, eve):
        expect(guest.words).to_have_text(VIEWING)
        expect(guest.sentence).to_contain_text("You can only read for now")
    share.root.get_by_role("button", name="Locked").click()
    bob.ready()

    # Revoking a link disconnects its guest only; removing disconnects the other.
    before = time.monotonic()
    share.root.get_by_role("button", name="Revoke class 9b").click()
    took = out_within(bob, "Link revoked", before)
    record_property("revoked_ms", took)
    expect(bob.sentence).to_contain_text("Ask the people who share this editor")
    expect(bob.content).to_have_attribute("aria-readonly", "true")
    bob.holds("eve was here")
    share.close()
    owner.click().type(" later")
    eve.holds("later")
    assert "later" not in bob.text
    share = SharePanel(owner)
    share.root.get_by_role("button", name="Remove Eve").click()
    expect(eve.words).to_have_text("Removed")
    expect(owner.people).to_have_count(1)
    print(f"revoked: out after {took} ms")


def test_a_guest_types_in_firefox_and_sees_what_others_type(
    lab: Server, sign_in: SignIn, tmp_path: Path
) -> None:
    room_id = new_room(lab, "start", limit=3)
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    link = invite(lab, room_id, label="fox")["url"]
    with fox.firefox(fox.program(), tmp_path) as guest:
        guest.open(link)
        assert "#" not in guest.run("location.href")
        assert guest.run("window.origin") == "null"
        guest.wait_for("document.activeElement?.id === 'name'")
        guest.type(f"Renard{fox.ENTER}")
        guest.wait_for(
            "document.querySelector('.pairedit-status-words')?.textContent"
            " === 'Live · saved'"
        )
        guest.type("from firefox ")
        owner.holds("from firefox")
        expect(owner.root.locator(".pairedit-guest:visible")).to_have_count(1)
        owner.click().type(" from chromium")
        guest.wait_for(
            "document.querySelector('.cm-content').textContent"
            ".includes('from chromium')"
        )
        for forbidden in (
            "localStorage.length",
            "document.cookie",
            "indexedDB.open(1)",
        ):
            said = guest.run(
                f"(() => {{ try {{ {forbidden} }} catch {{ return 'no' }} }})()"
            )
            assert said == "no", forbidden
        revoke_all(lab, room_id)
        guest.wait_for(
            "document.querySelector('.pairedit-status-words').textContent"
            " === 'Link revoked'"
        )
        assert "people who share" in guest.text(".pairedit-notice").lower()


def test_a_link_that_opens_no_room_has_a_page_with_the_reason(
    lab: Server, visit: Callable[[], Page]
) -> None:
    room_id = new_room(lab, "x", limit=1)
    link = invite(lab, room_id)["url"]
    for wrong in (link[:-3], f"{link[:-5]}AAAAA"):
        guest = GuestPage(visit(), wrong).join("Bob")
        expect(guest.state).to_have_text("This link opens no room")
        expect(guest.reason).to_contain_text("ask for it again")
    bare = GuestPage(visit(), f"{lab.url}pairedit/guest")
    expect(bare.state).to_have_text("Open the link again")
    # A link that is pasted over the address works.
    bare.page.goto(link)
    bare.join(" ")
    expect(bare.page.locator("#name-problem")).to_contain_text("Enter a name")
    bare.enter("Bob")
    # The room has one seat.
    late = GuestPage(visit(), link).join("Eve")
    expect(late.state).to_have_text("The room is full")
    bare.page.close()
    late.page.get_by_role("button", name="Try again").click()
    late.ready()
    # A reload needs the link again.
    late.page.reload()
    expect(late.state).to_have_text("Open the link again")


@pytest.mark.parametrize(
    ("code", "head", "reason"),
    [
        (4410, "This link has expired", "ask for a new one"),
        (4411, "This link was revoked", "for a new link"),
        (4412, "The room was deleted", "link to another room"),
        (4413, "You were removed", "have removed you"),
        (None, "Not joined yet", "may be switched off"),
    ],
)
def test_each_refusal_has_a_page_of_its_own(
    lab: Server,
    visit: Callable[[], Page],
    code: int | None,
    head: str,
    reason: str,
) -> None:
    page = visit()

    def refuse(socket: WebSocketRoute) -> None:
        socket.close(code=code)

    if code:
        page.route_web_socket(SOCKET, refuse)
    link = f"{lab.url}pairedit/guest#{'r' * 22}.{'i' * 22}.{'s' * 43}"
    guest = GuestPage(page, link)
    if code is None:
        page.evaluate(_NO_SERVER)
    guest.join("Bob")
    expect(guest.state).to_have_text(head)
    expect(guest.reason).to_contain_text(reason)


def test_unsent_text_is_offered_for_copying_when_a_link_ends(
    lab: Server, visit: Callable[[], Page]
) -> None:
    room_id = new_room(lab, "x")
    made = invite(lab, room_id)
    page = visit()
    line = Line(page, SOCKET)
    guest = GuestPage(page, made["url"]).enter("Bob")
    line.deaf = True
    guest.click().type("typed")
    line.cut(4411)
    expect(guest.words).to_contain_text("Link revoked")
    offer = guest.root.locator(".pairedit-orphan")
    expect(offer).to_contain_text("copy them first")
    expect(offer.get_by_role("button", name="Copy text")).to_be_visible()
    guest.shows("xtyped")
    # Another link does not replace the text, and its key leaves the address bar.
    page.goto(invite(lab, room_id)["url"])
    expect(page.locator("#link-problem")).to_contain_text("copy it first")
    assert "#" not in page.url
    guest.shows("xtyped")


def test_a_guest_is_notified_of_replaced_text_and_can_restore_it(
    lab: Server, sign_in: SignIn, visit: Callable[[], Page]
) -> None:
    room_id = new_room(lab, "start", limit=4)
    code = f"pairedit/rooms/{room_id}/code"
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    bob = GuestPage(visit(), invite(lab, room_id)["url"]).enter("Bob")
    eve = GuestPage(visit(), invite(lab, room_id, role="view")["url"])
    eve.enter("Eve", VIEWING)
    notice = bob.root.locator(".pairedit-replaced")
    bob.click().type(" of bob's")
    eve.shows("start of bob's")
    bob.ready()

    # The first of two writes removes Bob's text.
    for text in ("other", "another"):
        lab.call(code, "PUT", {"code": text})
        for editor in (owner, bob, eve):
            editor.shows(text)
    expect(notice).to_contain_text("Somebody replaced the text.")
    expect(eve.root.locator(".pairedit-replaced")).to_be_hidden()
    notice.get_by_role("button", name="Bring it back").press("Enter")

    expect(notice).to_be_hidden()
    expect(bob.content).to_be_focused()
    for editor in (owner, bob, eve):
        editor.shows("start of bob's")
    bob.ready()
    assert stored_code(lab, room_id) == "start of bob's"

    lab.call(code, "PUT", {"code": "third"})
    bob.shows("third")
    notice.get_by_role("button", name="Dismiss").press("Enter")
    expect(notice).to_be_hidden()
    expect(bob.content).to_be_focused()
    bob.shows("third")
