"""A kernel that is in the room itself, with a Jupyter server and without a page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit.client import Forbidden, NotConnected
from jupyter_pairedit.client import thread as rooms
from jupyter_pairedit.kernel.cells import Cell
from jupyter_pairedit.kernel.editor import PairEditor
from jupyter_pairedit.kernel.widget import join_room, new_room
from tests.client.conftest import Place
from tests.jupyter import Server

from .magics import execute, run

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


def place(editor: PairEditor, server: Server) -> Place:
    return Place(server, editor.room_id)


def stored(editor: PairEditor) -> None:
    """Wait until the room has what Python has set."""
    assert editor.wait_for(lambda ed: ed._version is not None, SOON)


def test_a_new_room_is_there_at_once(server: Server) -> None:
    editor = new_room("x = 1\n", title="Pair", language="sql", limit=7)

    room = server.call(f"pairedit/rooms/{editor.room_id}")

    assert (room["title"], room["language"], room["limit"]) == ("Pair", "sql", 7)
    assert place(editor, server).code() == editor.code == "x = 1\n"
    assert editor.url == room["url"]
    assert editor.status == "live"
    assert (editor.people, editor.participants) == ((), [])
    assert editor.connection == f"environment: {server.url}"


def test_what_others_write_is_in_code_and_calls_observers(server: Server) -> None:
    editor = new_room("x = 1\n")
    seen: list[tuple[str, str]] = []
    editor.observe(
        lambda change: seen.append((change["new"], threading.current_thread().name)),
        "code",
    )

    place(editor, server).put("x = 2\n")

    assert editor.wait_for(lambda ed: ed.code == "x = 2\n", SOON)
    assert seen == [("x = 2\n", "jupyter_pairedit observers")]


def test_an_assignment_is_written_once_and_no_page_has_to(
    server: Server, page: Page
) -> None:
    editor = new_room("x = 1\n")
    page.forget()

    editor.code = "x = 2\n"

    assert editor.code == "x = 2\n"
    (state,) = page.heard
    assert state == {
        "code": "x = 2\n",
        "_version": None,
        "_writes": 1,
        "_writes_done": 1,
    }
    stored(editor)
    assert place(editor, server).code() == "x = 2\n"
    found = server.call(f"pairedit/rooms/{editor.room_id}/revisions")
    assert [each["kind"] for each in found["revisions"]] == ["write"]


def test_an_assignment_after_one_that_was_interrupted_is_written(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = new_room("x = 1\n")
    result = rooms._result

    def interrupted(future: Future[None]) -> None:
        # Ctrl-C comes when the thread of the rooms has written it already.
        result(future)
        monkeypatch.setattr(rooms, "_result", result)
        raise KeyboardInterrupt

    monkeypatch.setattr(rooms, "_result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        editor.code = "interrupted\n"
    assert editor.wait_for(lambda ed: ed.code == "interrupted\n", SOON)
    editor.code = "x = 2\n"

    stored(editor)
    assert place(editor, server).code() == editor.code == "x = 2\n"


def test_an_observer_may_write_and_sends_the_page_nothing(
    server: Server, page: Page
) -> None:
    editor = new_room("x = 1\n")
    tidied = threading.Event()

    def tidy(change: dict[str, str]) -> None:
        editor.code = change["new"].rstrip() + "\n"
        tidied.set()

    editor.observe(tidy, "code")
    page.forget()

    place(editor, server).put("x = 2   \n")

    assert editor.wait_for(lambda ed: ed.code == "x = 2\n", SOON)
    # The observer's thread has set the code, and may not have passed it on yet.
    assert tidied.wait(SOON)
    stored(editor)
    assert place(editor, server).code() == "x = 2\n"
    assert page.heard == []


def test_the_page_is_sent_at_the_end_of_a_cell_what_others_wrote_meanwhile(
    server: Server, page: Page, shell: InteractiveShell
) -> None:
    run(shell, "ed = %pairedit new")
    editor = shell.user_ns["ed"]
    page.forget()
    shell.user_ns |= {"put": place(editor, server).put, "heard": page.heard}

    run(
        shell,
        "put('y = 1\\n')\n"
        "assert ed.wait_for(lambda ed: ed.code == 'y = 1\\n', 20)\n"
        "assert heard == []",
    )

    (state,) = page.heard
    assert (state["code"], state["_version"]) == ("y = 1\n", 1)


def test_a_report_of_a_page_does_not_replace_what_the_kernel_knows(
    server: Server, page: Page
) -> None:
    editor = new_room("x = 1\n")
    address = f"https://hub.example/user/ann/pairedit/room/{editor.room_id}"

    page.report(editor, code="older", status="not shown", title="old", _url=address)

    assert (editor.code, editor.status, editor.title) == ("x = 1\n", "live", "")
    assert editor.url == address
    assert editor.share().url.startswith("https://hub.example/user/ann/pairedit/guest#")


def test_properties_are_changed_at_once_and_followed(server: Server) -> None:
    editor = new_room()
    path = f"pairedit/rooms/{editor.room_id}"

    editor.title, editor.limit = "Ours", 5
    assert server.call(path)["title"] == "Ours"
    assert server.call(path)["limit"] == 5

    other = join_room(editor.room_id)
    other.title = "Theirs"
    assert editor.wait_for(lambda ed: ed.title == "Theirs", SOON)


def test_links_and_authors_are_there_at_once(server: Server) -> None:
    editor = new_room("x = 1\ny = 2\n")
    editor.code = "x = 1\ny = 3\n"

    blame = editor.blame()

    assert [line["line"] for line in blame] == [1, 2, 3]
    assert blame[1]["author"].startswith("Anonymous ")
    assert len(editor.coauthors({})) == 1
    link = editor.share("view", "2d", "B 9")
    assert link.url.startswith(f"{server.url}pairedit/guest#")
    assert link.url.rpartition(".")[2] not in repr(link)


def test_a_guest_link_connects_the_kernel_until_a_page_enters(
    server: Server, page: Page
) -> None:
    room = place(new_room("x = 1\n", limit=9), server)
    editor = join_room(room.link(), name="Ann")
    assert editor.connection == f"guest link: {server.url}"
    assert "Ann" in editor.participants
    editor.code = "x = 2\n"
    stored(editor)
    with pytest.raises(NotConnected, match="no page"):
        _ = editor.url

    page.say(editor, type="enter", page="p")

    assert page.told[-1]["type"] == "enter"
    assert editor.connection.startswith("the page reports: The page is in the room")
    assert room.code() == "x = 2\n"


def test_what_a_view_link_forbids_changes_nothing(server: Server) -> None:
    room = place(new_room("x = 1\n", limit=9), server)
    editor = join_room(room.link("view"))
    seen: list[str] = []
    editor.observe(lambda change: seen.append(change["new"]), "code")

    with pytest.raises(Forbidden):
        editor.code = "x = 2\n"

    assert (editor.code, seen) == ("x = 1\n", [])


def test_a_room_that_is_deleted_leaves_the_code_and_the_page(server: Server) -> None:
    editor = new_room("x = 1\n")

    server.call(f"pairedit/rooms/{editor.room_id}", "DELETE")

    assert editor.wait_for(lambda ed: not ed._follows, SOON)
    assert editor.connection == "the page reports: The room was deleted."
    editor.code = "x = 2\n"
    assert (editor.code, editor._writes, editor._writes_done) == ("x = 2\n", 1, 0)


def test_closing_leaves_the_room_with_everything_stored(server: Server) -> None:
    editor = new_room("x = 1\n")
    editor.code = "x = 2\n"

    editor.close()

    assert place(editor, server).code() == "x = 2\n"
    assert server.call("pairedit/debug/rooms").get(editor.room_id, 0) == 0
    assert editor.connection == "closed"


def test_a_cell_that_is_run_again_ends_its_editor_and_no_other(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = Cell("cell", "first run")
    for module in ("widget", "editor"):
        name = f"jupyter_pairedit.kernel.{module}.current_cell"
        monkeypatch.setattr(name, lambda: cell)
    first, second = new_room(), new_room()
    assert first.status == second.status == "live"

    cell = Cell("another cell", "second run")
    new_room()
    assert first.status == second.status == "live"
    cell = Cell("cell", "third run")
    third = new_room()

    for editor in (first, second):
        assert editor.connection == "the page reports: Its cell was run again."
    assert third.connection == f"environment: {server.url}"
    connections = server.call("pairedit/debug/rooms")
    assert connections.get(first.room_id, 0) == 0


def test_a_room_that_is_not_there_is_left_to_the_page(server: Server) -> None:
    editor = join_room("Zx81Commodore64Amiga50")

    assert editor.connection.startswith("the page reports: ")
    assert "room" in editor.connection
    with pytest.raises(NotConnected):
        editor.share()


def test_a_server_that_is_down_costs_one_sentence(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIREDIT_SERVER", "http://127.0.0.1:9/")
    monkeypatch.setenv("PAIREDIT_TOKEN", "t")

    editor = new_room("x = 1\n")

    assert editor.connection == "the page reports: The server does not answer."
    editor.code = "x = 2\n"
    assert editor.code == "x = 2\n"
    with pytest.raises(NotConnected, match="share"):
        editor.share()
    assert editor.wait_for(lambda ed: ed.code == "never", 0) is False
    with pytest.raises(NotConnected, match="wait_for without a timeout"):
        editor.wait_for(lambda ed: False)


def test_a_kernel_may_use_another_server(
    server: Server,
    shell: InteractiveShell,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("PAIREDIT_SERVER")
    monkeypatch.setattr("jupyter_pairedit.kernel.finding._used", "")

    run(shell, f"%pairedit use {server.url}")
    run(shell, "ed = %pairedit new\ned.code = 'x = 2\\n'\n%pairedit link")

    editor = shell.user_ns["ed"]
    assert editor.connection == f"%pairedit use: {server.url}"
    assert editor.url in capsys.readouterr().out
    refused = execute(shell, "%pairedit use http://host/?token=t")
    assert type(refused.error_in_exec) is UsageError
    run(shell, "ed = %pairedit new")
    assert shell.user_ns["ed"].connection == f"%pairedit use: {server.url}"


def test_threads_that_set_and_report_lose_nothing(server: Server, page: Page) -> None:
    """A cell sets code, a subshell's thread takes reports, others write."""
    editor = new_room("x = 0\n")
    room = place(editor, server)
    failed: list[BaseException] = []

    def work(each: Callable[[int], object]) -> threading.Thread:
        def loop() -> None:
            try:
                for number in range(60):
                    each(number)
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=loop)
        thread.start()
        return thread

    def report(number: int) -> None:
        page.report(editor, code=f"stale {number}", _url=f"http://h/{number}")
        page.report(editor, autocomplete_delay=number)

    threads = [
        work(lambda number: setattr(editor, "code", f"ours {number}\n")),
        work(report),
        work(lambda number: room.put(f"theirs {number}\n")),
        work(lambda number: setattr(editor, "disabled", number % 2 == 0)),
    ]
    for thread in threads:
        thread.join()

    assert failed == []
    stored(editor)
    room.put("last\n")
    assert editor.wait_for(lambda ed: ed.code == "last\n", SOON)
    assert (editor._writes, editor._writes_done) == (60, 60)
    assert editor.autocomplete_delay == 59
    found = server.call(f"pairedit/rooms/{editor.room_id}/revisions?limit=1000")
    assert found["head"] <= 121
