"""A link to one editor: who has it is in, sees and types, and is out when it ends."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect

from . import firefox as fox
from .conftest import Server
from .editing import SOON, Editor, Line, NotebookPage, RoomPage, new_room, stored_code
from .guests import SOCKET, VIEWING, GuestPage, SharePanel, stranger

# Sockets that do not open, as those to a server that is not there.
_NO_SERVER = """() => {
  window.WebSocket = class {
    constructor() { setTimeout(() => this.onclose?.({code: 1006, reason: ""})); }
    close() {}
  };
}"""

SignIn = Callable[..., BrowserContext]
WINDOW = {"width": 1280, "height": 900}


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Make strangers' pages: each in a browser of its own, with no cookie."""
    contexts: list[BrowserContext] = []

    def visit() -> Page:
        contexts.append(stranger(browser))
        return contexts[-1].new_page()

    yield visit
    for context in contexts:
        context.close()


def invite(server: Server, room_id: str, **wish: object) -> dict[str, str]:
    """Make a link over the API."""
    made = server.call(f"pairedit/rooms/{room_id}/invites", "POST", wish)
    assert isinstance(made, dict)
    return made


def out_within(guest: Editor, words: str, before: float) -> int:
    """Give the milliseconds until a guest is out, with those words."""
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

    # In browsers that were never at this server.
    bob = GuestPage(visit(), to_edit)
    assert "#" not in bob.page.url
    bob.enter("Bob")
    expect(owner.root.locator(".pairedit-joined")).to_contain_text(
        "Bob (guest, “class 9b”) joined."
    )
    eve = GuestPage(visit(), to_view).enter("Eve", VIEWING)
    for editor in (owner, bob, eve):
        expect(editor.people).to_have_count(3)
        expect(editor.root.locator(".pairedit-guest:visible")).to_have_count(2)

    # Both type; who may only view sees it, and cannot.
    owner.click().press("Enter", "Enter", "ArrowUp")
    bob.shows(owner.ready().text)
    bob.click()
    owner.write_by_itself("ann", pause=10)
    bob.write_by_itself("bob", pause=10)
    bob.page.wait_for_timeout(1_000)  # they type
    words = f"{owner.stop()} {bob.stop()}".split()
    owner.ready()
    for editor in (bob, eve):
        editor.shows(owner.text)
    for word in words:
        assert word in owner.text
    eve.content.click()
    eve.type("x").press("Enter")
    expect(eve.content).to_have_attribute("aria-readonly", "true")
    eve.shows(owner.text)

    # A role changes under the guest's hands, and so does the lock.
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

    # Revoked, one is out at once; the other is not, until removed.
    before = time.monotonic()
    share.root.get_by_role("button", name="Revoke class 9b").click()
    took = out_within(bob, "Link revoked", before)
    record_property("revoked_ms", took)
    expect(bob.sentence).to_contain_text("Those who share this editor took it back")
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
    program = fox.find()
    if program is None:
        missing = f"no Firefox: expected one of {', '.join(fox.NAMES)} on PATH"
        if os.environ.get("PAIREDIT_BROWSER") == "required":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    room_id = new_room(lab, "start", limit=3)
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    link = invite(lab, room_id, label="fox")["url"]
    with fox.firefox(program, tmp_path) as guest:
        guest.open(link)
        assert "#" not in guest.run("location.href")
        assert guest.run("window.origin") == "null"
        guest.wait_for("document.activeElement?.id === 'name'")
        guest.type("Renard\ue007")  # and Enter
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
        assert "those who share" in guest.text(".pairedit-notice").lower()


def revoke_all(server: Server, room_id: str) -> None:
    """Revoke every live link of a room."""
    route = f"pairedit/rooms/{room_id}/invites"
    for live in server.call(route)["invites"]:
        server.call(f"{route}/{live['inviteId']}", "DELETE")


def test_a_link_that_opens_nothing_says_why_on_a_whole_page(
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
    # A link that is pasted over the address is taken.
    bare.page.goto(link)
    bare.join(" ")
    expect(bare.page.locator("#name-problem")).to_contain_text("Enter a name")
    bare.enter("Bob")
    # One person is all that this room takes.
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
        (4411, "This link was revoked", "took it back"),
        (4412, "The room was deleted", "link to another room"),
        (4413, "You were removed", "have sent you away"),
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
    expect(guest.state).to_have_text(head, timeout=SOON)
    expect(guest.reason).to_contain_text(reason)


def test_what_was_not_sent_when_a_link_ended_is_offered_for_copying(
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
    # Another link does not take it away, and its key does not stay in the address.
    page.goto(invite(lab, room_id)["url"])
    expect(page.locator("#link-problem")).to_contain_text("copy it first")
    assert "#" not in page.url
    guest.shows("xtyped")


def test_a_guest_whose_text_was_replaced_is_told_and_can_bring_it_back(
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

    # Of two writes in a row, the first took it away.
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


def test_guests_have_suggestions_where_the_server_gives_them_some(
    lab: Server, serve: Callable[..., Server], visit: Callable[[], Page]
) -> None:
    giving = serve("jupyter_server", "--PairEdit.guest_autocomplete=True")
    guests = [
        GuestPage(visit(), invite(server, new_room(server, "x = 1\n"))["url"]).enter(
            name
        )
        for name, server in {"Bob": giving, "Eve": lab}.items()
    ]
    for guest in guests:
        guest.click().type("def ").ready().press("Alt+\\")
    bob, eve = guests
    expect(bob.ghost).to_have_count(1)
    expect(bob.root.get_by_role("button", name="Suggestions")).to_be_visible()
    bob.press("Tab")
    assert len(bob.text) > len("x = 1\ndef ")
    expect(eve.ghost).to_have_count(0)
    expect(eve.root.get_by_role("button", name="Suggestions")).to_be_hidden()


def test_the_share_panel_is_worked_by_keys_and_says_what_it_does(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "x")
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    button = owner.root.get_by_role("button", name="Share", exact=True)
    button.focus()
    owner.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    share = SharePanel(owner)
    expect(share.root.get_by_role("radio", name="Can edit")).to_be_focused()
    expect(share.root).to_contain_text("Anyone with the link can read and change")
    owner.press("ArrowRight")
    expect(share.root.get_by_role("radio", name="View only")).to_be_checked()
    expect(share.root).to_contain_text("Anyone with the link can read this code")
    expect(share.root.get_by_label("Expires after", exact=True)).to_have_value("604800")
    owner.press("Enter")  # in a form, Enter makes
    expect(share.links).to_have_count(1)
    expect(owner.live).to_contain_text("shown only once")
    field = share.made.get_by_role("textbox")
    expect(field).to_have_value(re.compile(r"\.•+$"))
    expect(field).not_to_be_editable()
    share.root.get_by_role("button", name="Replace all").click()
    expect(owner.live).to_contain_text("All links were replaced")
    expect(share.links).to_have_count(1)
    owner.press("Escape")
    expect(share.root).to_have_count(0)
    expect(button).to_be_focused()
    # The key is shown once, and not to who opens the panel again.
    share = SharePanel(owner)
    expect(share.links).to_have_count(1)
    expect(share.made).to_be_hidden()


def test_links_that_were_made_stand_until_they_end_and_alerts_until_they_are_over(
    lab: Server, sign_in: SignIn
) -> None:
    page = sign_in(lab).new_page()
    room_id = new_room(lab, "x")
    owner = RoomPage(page, room_id).ready()
    share = SharePanel(owner)
    first = share.make("Can edit", "first")
    assert share.make("Can edit", "second") != first
    made = share.made.get_by_role("listitem")
    expect(made).to_have_count(2)
    share.row("first").get_by_label("Role of first").select_option("View only")
    expect(made.filter(has_text="first")).to_contain_text("View only")
    share.root.get_by_role("button", name="Revoke second").click()
    expect(made).to_have_count(1)
    expect(owner.live).to_contain_text("Nobody was connected.")

    # Refused, a wish stays as it was, and the focus where it was.
    page.route("**/invites", lambda route: route.abort())
    label = share.root.get_by_label("Label, optional")
    label.fill("third")
    button = share.root.get_by_role("button", name="Create link")
    button.press("Enter")
    expect(share.problem).to_contain_text("cannot be reached")
    expect(label).to_have_value("third")
    expect(button).to_be_focused()
    page.unroute("**/invites")
    button.press("Enter")
    expect(share.links).to_have_count(2)
    expect(share.problem).to_be_hidden()
    expect(label).to_have_value("")
    # The alert of a list that could not be read goes with the next one that can.
    page.route("**/invites", lambda route: route.abort())
    other = RoomPage(sign_in(lab).new_page(), room_id).ready()
    expect(share.problem).to_contain_text("cannot be reached")
    page.unroute("**/invites")
    other.page.close()
    expect(share.problem).to_be_hidden()


def test_a_notebook_of_another_server_joins_by_a_guest_link(
    serve: Callable[..., Server], sign_in: SignIn, visit: Callable[[], Page]
) -> None:
    # Which has not the extension; the kernel has the package.
    other = serve(
        "jupyterlab",
        "--ServerApp.jpserver_extensions={'jupyter_pairedit': False}",
        health="api/status",
    )
    origin = other.url.removesuffix("/user/ann/")
    home = serve("jupyter_server", ALLOWED_ORIGINS=origin)
    refusing = serve("jupyter_server")
    links = {}
    for server in (home, refusing):
        room_id = new_room(server, "start", limit=4)
        links[server.port] = (room_id, invite(server, room_id)["url"])
    room_id, link = links[home.port]
    path = other.write_notebook(
        "join.ipynb",
        "%load_ext jupyter_pairedit",
        f"ed = %pairedit join {link} --name Bob\ned",
        "print(ed.code)",
        f"%pairedit join {links[refusing.port][1]}",
    )
    owner = RoomPage(sign_in(home).new_page(), room_id).ready()
    notebook = NotebookPage(sign_in(other, viewport=WINDOW).new_page(), path)
    notebook.run(0)
    notebook.run(1)
    guest = notebook.editor().ready()
    expect(guest.root.get_by_role("button", name="Share")).to_have_count(0)
    expect(owner.root.locator(".pairedit-guest:visible")).to_have_count(1)
    guest.click().type(" from another server")
    owner.shows("start from another server")
    assert stored_code(home, room_id) == "start from another server"
    guest.ready().page.wait_for_timeout(500)  # the kernel is told four times a second
    expect(notebook.run(2)).to_contain_text("start from another server")
    assert guest.content.evaluate("c => getComputedStyle(c).whiteSpace") == "pre"

    home.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": "all new"})
    notice = guest.root.locator(".pairedit-replaced")
    expect(notice).to_contain_text("Somebody replaced the text.")
    notice.get_by_role("button", name="Bring it back").click()
    owner.shows("start from another server")

    notebook.run(3)
    refused = notebook.editor(1)
    expect(refused.words).to_have_text("Not allowed", timeout=SOON)
    expect(refused.sentence).to_contain_text(
        f"add {origin} to PAIREDIT_ALLOWED_ORIGINS"
    )


def test_a_notebook_whose_own_server_has_the_extension_is_out_when_revoked_elsewhere(
    lab: Server, serve: Callable[..., Server], sign_in: SignIn
) -> None:
    home = serve("jupyter_server", ALLOWED_ORIGINS=lab.url.removesuffix("/user/ann/"))
    room_id = new_room(home, "start", limit=4)
    link = invite(home, room_id)["url"]
    path = lab.write_notebook(
        "away.ipynb", "%load_ext jupyter_pairedit", f"%pairedit join {link} --name Bob"
    )
    owner = RoomPage(sign_in(home).new_page(), room_id).ready()
    notebook = NotebookPage(sign_in(lab, viewport=WINDOW).new_page(), path)
    notebook.run(0)
    notebook.run(1)
    guest = notebook.editor().ready()
    expect(owner.root.locator(".pairedit-guest:visible")).to_have_count(1)
    guest.click().type(" from away")
    owner.shows("start from away")
    # The room is the other server's alone, and only that one can end it.
    assert room_id not in {room["roomId"] for room in lab.call("pairedit/rooms")}

    revoke_all(home, room_id)

    expect(guest.words).to_have_text("Link revoked")
    expect(guest.sentence).to_contain_text("Those who share this editor took it back")
    expect(guest.content).to_have_attribute("aria-readonly", "true")
    guest.shows("start from away")
    expect(owner.people).to_have_count(1)
    expect(guest.root.locator(".pairedit-caret")).to_have_count(0)
