"""What Python has set and the kernel's own connection cannot store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit import open_editors
from jupyter_pairedit.client import NotConnected, NotSaved
from jupyter_pairedit.client.credentials import Token
from jupyter_pairedit.client.tokenentry import TokenEntry
from jupyter_pairedit.core.limits import MIB
from jupyter_pairedit.kernel.cells import Cell
from jupyter_pairedit.kernel.editor import PairEditor
from jupyter_pairedit.kernel.session import Session
from jupyter_pairedit.kernel.widget import new_room
from tests.jupyter import Server

from .magics import execute, run

if TYPE_CHECKING:
    from ..conftest import Page

SOON = 20
"""Seconds that no test waits, unless it fails."""
LATE = "Not everything was stored within 2 s."
KEPT = "Its code is still in the editor"


@pytest.fixture
def server(jupyter: Server, monkeypatch: pytest.MonkeyPatch, page: Page) -> Server:
    """The environment names a server, and no page answers what the kernel sends."""
    monkeypatch.setenv("PAIREDIT_SERVER", jupyter.url)
    monkeypatch.setenv("PAIREDIT_TOKEN", jupyter.token)
    return jupyter


def session_of(editor: PairEditor) -> Session:
    assert editor._session is not None
    return editor._session


def mute(editor: PairEditor) -> None:
    """Let nothing that the kernel sends to the room arrive any more."""
    session = session_of(editor)
    connection = session._room._participant._connection
    session._thread.call(lambda: setattr(connection, "send", lambda _: None))


def told(page: Page) -> dict[str, Any]:
    """Return the last values that the kernel has sent to the page."""
    state: dict[str, Any] = {}
    for each in page.heard:
        state |= each
    return state


def expect_left_to_the_page(page: Page, editor: PairEditor, code: str) -> None:
    """Expect that a page writes the code, and that no report undoes it until then."""
    (hand_over,) = (each for each in page.heard if each.get("_follows") is False)
    assert (hand_over["code"], hand_over["_writes_done"]) == (code, 0)
    page.report(editor, status="live", code="of before", _version=0, _writes_done=0)
    assert editor.code == code
    page.report(editor, code=code, _version=1, _writes_done=1)
    assert editor.code == code


def test_a_page_writes_what_is_not_stored_when_the_token_is_refused(
    server: Server, page: Page
) -> None:
    editor = new_room("of before")
    session = session_of(editor)
    entry = session._entry
    assert isinstance(entry, TokenEntry)
    page.forget()

    def restart() -> None:
        entry._pass = None
        entry.member.credential = Token("an-old-token")
        session._room._participant.restart()

    session._thread.call(restart)
    editor.code = "precious\n"

    assert editor.wait_for(lambda _: "_follows" in told(page), SOON)
    assert "token" in editor.connection
    expect_left_to_the_page(page, editor, "precious\n")


def test_a_cell_that_is_run_again_makes_its_editor_although_the_line_is_cut(
    server: Server,
    page: Page,
    shell: InteractiveShell,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cell = Cell("cell", "first run")
    for module in ("widget", "editor", "magic"):
        name = f"jupyter_pairedit.kernel.{module}.current_cell"
        monkeypatch.setattr(name, lambda: cell)
    run(shell, "ed = %pairedit open notes")
    first = shell.user_ns["ed"]
    mute(first)
    first.code = "precious\n"
    page.forget()
    capsys.readouterr()

    cell = Cell("cell", "second run")
    run(shell, "ed = %pairedit open notes")

    said = f"The earlier editor of room {first.room_id}: {LATE} {KEPT}\n"
    assert capsys.readouterr().out == said
    assert shell.user_ns["ed"] is open_editors()[-1] is not first
    assert shell.user_ns["ed"].connection == f"environment: {server.url}"
    expect_left_to_the_page(page, first, "precious\n")


def test_all_editors_are_closed_although_some_cannot_store(
    server: Server, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, third = new_room(), new_room(), new_room()
    for editor in (first, third):
        mute(editor)
        editor.code = "precious\n"

    capsys.readouterr()

    execute(shell, "%pairedit close --all")

    printed = capsys.readouterr()
    unsaved = [f"room {each.room_id}: {LATE} {KEPT}" for each in (first, third)]
    assert printed.err == f"UsageError: {'; '.join(unsaved)}\n"
    closed = f"Closed the editor of room {second.room_id}; the room stays.\n"
    assert printed.out == closed
    assert open_editors() == []


def test_a_page_writes_what_a_session_that_ends_at_once_cannot(
    server: Server, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor, other = new_room(), new_room()
    editor._unbind("It is left to the page.")
    editor._may_pass = True
    editor.code = "precious\n"

    def refuse(*_: object) -> None:
        raise NotConnected("The pass has ended.", "expired")

    session = session_of(other)
    monkeypatch.setattr(session, "write_once", refuse)

    assert not editor.bind_later(session)
    assert (editor.code, editor._session) == ("precious\n", None)
    assert editor._writes_done != editor._writes == 1


@pytest.mark.parametrize("superseded", [False, True])
def test_closing_returns_code_that_was_refused_unless_it_was_superseded(
    server: Server, superseded: bool
) -> None:
    editor, large = new_room("x = 1\n"), "x" * (MIB + 1)
    editor.code = large
    assert editor.wait_for(lambda ed: ed.code == "x = 1\n", SOON)
    assert "1 MiB" in editor.message

    if superseded:
        editor.code = "x = 2\n"
        editor.close()
    else:
        with pytest.raises(NotSaved) as refusal:
            editor.close()
        assert refusal.value.text == large
