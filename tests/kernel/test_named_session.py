"""``open_room()`` and ``%pairedit list --all`` where the kernel reaches its server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit import open_room
from jupyter_pairedit.kernel.editor import PairEditor
from jupyter_pairedit.kernel.widget import new_room
from tests.jupyter import Server

from .magics import refusal, run

if TYPE_CHECKING:
    from ..conftest import Page

SOON = 20
"""Seconds that no test waits, unless it fails."""


@pytest.fixture
def server(jupyter: Server, monkeypatch: pytest.MonkeyPatch, page: Page) -> Server:
    """The environment names a server, and no page answers what the kernel sends."""
    monkeypatch.setenv("PAIREDIT_SERVER", jupyter.url)
    monkeypatch.setenv("PAIREDIT_TOKEN", jupyter.token)
    return jupyter


def code_of(server: Server, editor: PairEditor) -> str:
    return str(server.call(f"pairedit/rooms/{editor.room_id}/code")["code"])


def test_the_room_of_a_name_is_there_at_once(server: Server, page: Page) -> None:
    editor = open_room("At once", "x = 1\n", language="sql", limit=7)

    room = server.call(f"pairedit/rooms/{editor.room_id}")

    assert (room["title"], room["language"], room["limit"]) == ("At once", "sql", 7)
    assert (editor.code, editor.status) == ("x = 1\n", "live")
    assert (editor.room_name, editor.outcome) == ("At once", "created")
    assert editor.url == room["url"]
    # The page has the id from the beginning, and asks nothing.
    state = next(state for state in page.heard if "room_name" in state)
    assert (state["room_id"], state["outcome"]) == (editor.room_id, "created")


def test_a_name_comes_back_to_its_room_with_all_that_is_in_it(server: Server) -> None:
    first = open_room("Comes back", "x = 1\n")
    first.code = "x = 2\n"
    assert first.wait_for(lambda ed: ed._version is not None, SOON)
    first.close()

    again = open_room("COMES BACK", "lost", language="sql", limit=9)

    assert (again.room_id, again.outcome) == (first.room_id, "found")
    assert (again.code, again.language) == ("x = 2\n", "python")
    assert code_of(server, again) == "x = 2\n"


def test_the_magic_says_that_a_room_was_deleted(
    server: Server, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "ed = %pairedit open Deleted")
    first = shell.user_ns["ed"]
    assert capsys.readouterr().out == ""
    server.call(f"pairedit/rooms/{first.room_id}", "DELETE")

    run(shell, "ed = %pairedit open deleted")

    again = shell.user_ns["ed"]
    assert again.room_id != first.room_id
    assert (again.outcome, again.status) == ("recreated", "live")
    assert capsys.readouterr().out == (
        "The room 'deleted' was deleted: this is a new one of that name.\n"
    )


def test_all_rooms_of_the_server_are_listed(
    server: Server, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    named = open_room("Listed")
    other = new_room(title="Another")
    server.call(f"pairedit/rooms/{other.room_id}/code", "PUT", {"code": "newest"})
    capsys.readouterr()

    run(shell, "%pairedit list --all")

    heads, *lines = capsys.readouterr().out.splitlines()
    assert heads.split() == ["room", "name", "title", "language", "people", "url"]
    assert len(lines) == len(server.call("pairedit/rooms"))
    first = lines[0].split()
    assert first[:4] == [other.room_id, "-", "Another", "python"]
    assert first[-1] == f"{server.url}pairedit/room/{other.room_id}"
    (line,) = (line.split() for line in lines if line.startswith(named.room_id))
    assert line[1:3] == ["Listed", "Listed"]


def test_a_server_that_refuses_leaves_the_name_to_the_page(
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    shell: InteractiveShell,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PAIREDIT_TOKEN", "wrong")

    editor = open_room("Refused", "kept")

    assert (editor.room_id, editor.room_name, editor.code) == ("", "Refused", "kept")
    assert editor.connection.startswith("the page reports: The Jupyter server does not")
    assert "does not permit" in refusal(shell, "%pairedit list --all", capsys)


def test_without_a_server_one_sentence_says_what_the_list_needs(
    page: Page, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refusal(shell, "%pairedit list --all", capsys)

    assert said.startswith("the list of rooms needs the open page, or a Jupyter server")
    assert "PAIREDIT_SERVER" in said
