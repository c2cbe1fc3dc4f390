"""Complaints about rooms that were lost with a kernel, which a name comes back to."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.editing import SOON, NotebookPage, RoomPage, connections, stored_code
from tests.jupyter import Server

from .test_life import WINDOW, exactly, item

SignIn = Callable[..., BrowserContext]


def rooms_named(server: Server, name: str) -> list[str]:
    """Return the ids of the rooms that have a name."""
    listed = server.call("pairedit/rooms")
    return [room["roomId"] for room in listed if room["name"] == name]


def notebook_of(server: Server, file: str, name: str, who: str = "kernel") -> str:
    """Write a notebook in which the page or the kernel asks for the room of a name."""
    lines = [
        "%load_ext jupyter_pairedit",
        f'ed = %pairedit open "{name}"',
        "ed",
    ]
    if who == "page":
        # The kernel does not find its server.
        lines.insert(0, "import os\nos.environ.pop('JPY_PARENT_PID', None)")
    return server.write_notebook(
        f"{file}-{who}.ipynb",
        "\n".join(lines),
        "print(ed.room_id, ed.outcome)\nprint(ed.connection)\nprint(ed.code)",
    )


def wait_for_sockets(notebook: NotebookPage, server: Server, room_id: str) -> None:
    """Wait until two sockets of people are in a room, and no more."""
    deadline = time.monotonic() + SOON / 1000
    while (found := connections(server, room_id)) != 2:
        assert time.monotonic() < deadline, found
        notebook.page.wait_for_timeout(50)  # which lets Playwright take calls


def restart_and_run_all(notebook: NotebookPage) -> None:
    """Restart the kernel and run all cells, as a person does."""
    page = notebook.page
    page.locator(".lm-MenuBar-item", has_text=exactly("Kernel")).click()
    item(page, "Restart Kernel and Run All Cells…").click()
    page.locator(".jp-Dialog .jp-mod-accept").click()


@pytest.mark.parametrize(
    ("who", "connection"),
    [("kernel", "this server's own file: "), ("page", "a pass of the open page: ")],
)
def test_i_restarted_and_ran_all_and_my_partner_sat_in_the_old_room(
    lab: Server, sign_in: SignIn, who: str, connection: str
) -> None:
    name = f"Lesson of the {who}"
    path = notebook_of(lab, "stays", name, who)
    notebook = NotebookPage(sign_in(lab, viewport=WINDOW).new_page(), path)
    notebook.run(0)
    first = notebook.editor().ready()
    (room_id,) = rooms_named(lab, name)
    bob = RoomPage(sign_in(lab).new_page(), room_id)
    bob.ready().click()
    bob.type("bob's line\n")
    first.holds("bob's line")
    expect(first.people).to_have_count(2)

    restart_and_run_all(notebook)

    # The output of the second cell, which asks for what a page has reported, is there
    # when all cells have run; the page reports when none runs.
    expect(notebook.cells.nth(1).locator(".jp-OutputArea-output")).to_be_visible(
        timeout=60_000
    )
    notebook.kernel_is_idle()
    again = notebook.editor().ready()
    again.holds("bob's line")
    expect(again.root.locator(".pairedit-renamed")).to_be_hidden()
    again.click().type("ann again")
    bob.holds("bob's line\nann again")
    for editor in (again, bob):
        expect(editor.people).to_have_count(2, timeout=SOON)
    expect(bob.root.locator(".pairedit-caret")).to_have_count(1, timeout=SOON)
    wait_for_sockets(notebook, lab, room_id)
    assert rooms_named(lab, name) == [room_id]
    output = notebook.run(1)
    expect(output).to_contain_text(f"{room_id} found")
    expect(output).to_contain_text(connection)
    expect(output).to_contain_text("ann again")


def test_i_opened_one_name_in_two_notebooks_and_got_two_rooms(
    lab: Server, sign_in: SignIn
) -> None:
    person = sign_in(lab, viewport=WINDOW)
    notebooks = [
        NotebookPage(person.new_page(), notebook_of(lab, file, "At once"))
        for file in ("one", "other")
    ]
    for notebook in notebooks:
        notebook.run(0, wait=False)

    one, other = (notebook.editor().ready() for notebook in notebooks)

    (room_id,) = rooms_named(lab, "At once")
    other.click().type("from the other")
    one.holds("from the other")
    one.ready()
    assert "from the other" in stored_code(lab, room_id)
    wait_for_sockets(notebooks[0], lab, room_id)


@pytest.mark.parametrize("who", ["kernel", "page"])
def test_i_deleted_the_room_and_nothing_says_that_this_one_is_new(
    lab: Server, sign_in: SignIn, who: str
) -> None:
    name = f"Deleted by the {who}"
    path = notebook_of(lab, "deleted", name, who)
    notebook = NotebookPage(sign_in(lab, viewport=WINDOW).new_page(), path)
    notebook.run(0)
    notebook.editor().ready()
    (first,) = rooms_named(lab, name)
    lab.call(f"pairedit/rooms/{first}", "DELETE")
    assert rooms_named(lab, name) == []

    notebook.run(0)

    again = notebook.editor().ready()
    notice = again.root.locator(".pairedit-renamed")
    expect(notice).to_contain_text(
        f"The room “{name}” was deleted. This is a new room of that name."
    )
    (second,) = rooms_named(lab, name)
    assert second != first
    expect(notebook.run(1)).to_contain_text(f"{second} recreated")
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_be_hidden()
