"""Guests in notebooks of other servers, and suggestions for guests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import SignIn, running
from tests.jupyter import Server

from .editing import NotebookPage, RoomPage, new_room, stored_code
from .guests import GuestPage, invite, revoke_all

WINDOW = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def bare_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A JupyterLab without the server extension; its kernels have the package."""
    off = "--ServerApp.jpserver_extensions={'jupyter_pairedit': False}"
    with running(tmp_path_factory, "jupyterlab", off, health="api/status") as server:
        yield server


@pytest.fixture(scope="module")
def home(
    lab: Server, bare_lab: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server with suggestions for guests that allows notebooks of other servers."""
    giving = "--PairEdit.guest_autocomplete=True"
    origins = f"{lab.origin},{bare_lab.origin}"
    with running(
        tmp_path_factory, "jupyter_server", giving, ALLOWED_ORIGINS=origins
    ) as server:
        yield server


def test_guests_have_suggestions_where_the_server_gives_them_some(
    lab: Server, home: Server, visit: Callable[[], Page]
) -> None:
    guests = [
        GuestPage(visit(), invite(server, new_room(server, "x = 1\n"))["url"]).enter(
            name
        )
        for name, server in {"Bob": home, "Eve": lab}.items()
    ]
    for guest in guests:
        guest.click().type("def ").ready().press("Control+Shift+Enter")
    bob, eve = guests
    expect(bob.ghost).to_have_count(1)
    expect(bob.root.get_by_role("button", name="Suggestions")).to_be_visible()
    bob.press("Tab")
    assert len(bob.text) > len("x = 1\ndef ")
    expect(eve.ghost).to_have_count(0)
    expect(eve.root.get_by_role("button", name="Suggestions")).to_be_hidden()


def test_a_notebook_of_another_server_joins_by_a_guest_link(
    bare_lab: Server, home: Server, lab: Server, sign_in: SignIn
) -> None:
    links = {}
    for server in (home, lab):
        room_id = new_room(server, "start", limit=4)
        links[server.port] = (room_id, invite(server, room_id)["url"])
    room_id, link = links[home.port]
    path = bare_lab.write_notebook(
        "join.ipynb",
        "%load_ext jupyter_pairedit",
        f"ed = %pairedit join {link} --name Bob\ned",
        "print(ed.code)",
        f"%pairedit join {links[lab.port][1]}",
    )
    owner = RoomPage(sign_in(home).new_page(), room_id).ready()
    notebook = NotebookPage(sign_in(bare_lab, viewport=WINDOW).new_page(), path)
    notebook.run(0)
    notebook.run(1)
    guest = notebook.editor().ready()
    expect(guest.root.get_by_role("button", name="Share")).to_have_count(0)
    expect(owner.root.locator(".pairedit-guest:visible")).to_have_count(1)
    for editor in (owner, guest):
        editor.highlights("python")
    guest.click().type(" from another server")
    owner.shows("start from another server")
    assert stored_code(home, room_id) == "start from another server"
    guest.ready().page.wait_for_timeout(500)  # the kernel is updated every 250 ms
    expect(notebook.run(2)).to_contain_text("start from another server")
    assert guest.content.evaluate("c => getComputedStyle(c).whiteSpace") == "pre"

    home.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": "all new"})
    notice = guest.root.locator(".pairedit-replaced")
    expect(notice).to_contain_text("Somebody replaced the text.")
    notice.get_by_role("button", name="Bring it back").click()
    owner.shows("start from another server")

    refused = notebook.run(3)
    expect(refused.get_by_role("status")).to_contain_text(
        f"add {bare_lab.origin} to PAIREDIT_ALLOWED_ORIGINS"
    )
    expect(refused.get_by_role("textbox", name="Code")).to_be_visible()


def test_revoking_elsewhere_disconnects_a_notebook_whose_server_has_the_extension(
    lab: Server, home: Server, sign_in: SignIn
) -> None:
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
    # Only the other server has the room.
    assert room_id not in {room["roomId"] for room in lab.call("pairedit/rooms")}

    revoke_all(home, room_id)

    expect(guest.words).to_have_text("Link revoked")
    expect(guest.sentence).to_contain_text("Ask the people who share this editor")
    expect(guest.content).to_have_attribute("aria-readonly", "true")
    guest.shows("start from away")
    expect(owner.people).to_have_count(1)
    expect(guest.root.locator(".pairedit-caret")).to_have_count(0)
