"""``open_room()`` and ``%pairedit open``: rooms that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit import open_room
from jupyter_pairedit.core.roomnames import BadRoomName
from jupyter_pairedit.kernel.cells import Cell
from jupyter_pairedit.kernel.widget import PairEditor, join_room, open_editors

from .magics import OTHER, ROOM, refusal, run

if TYPE_CHECKING:
    from ..conftest import Page


def test_the_page_reports_which_room_has_the_name(page: Page) -> None:
    editor = open_room(" Lesson\t3", "x = 1", language="sql", limit=3)
    assert (editor.room_id, editor.room_name, editor.outcome) == ("", "Lesson 3", "")
    assert not editor.create
    state = next(state for state in page.heard if "room_name" in state)
    assert (state["room_id"], state["room_name"]) == ("", "Lesson 3")
    assert (state["first_code"], state["language"], state["limit"]) == (
        "x = 1",
        "sql",
        3,
    )

    page.report(editor, room_id=ROOM, outcome="found")

    assert (editor.room_id, editor.outcome) == (ROOM, "found")
    assert repr(editor) == "PairEditor(room 'Lesson 3', not shown)"


def test_only_the_page_says_which_room_it_is(page: Page) -> None:
    editor = open_room("n")
    for name in ("room_id", "room_name", "outcome"):
        with pytest.raises(Exception, match="read-only"):
            setattr(editor, name, "x")


@pytest.mark.parametrize(
    ("name", "found"), [("", "none"), ("\u200b ", "none"), ("x" * 81, "81")]
)
def test_a_bad_name_is_refused_before_a_widget_is_made(
    page: Page, name: str, found: str
) -> None:
    with pytest.raises(BadRoomName, match=f"1 to 80 .*, found {found}"):
        open_room(name)
    assert open_editors() == []


def test_a_room_that_the_server_would_refuse_is_refused_here(page: Page) -> None:
    with pytest.raises(ValueError, match="language"):
        open_room("n", language="cobol")
    with pytest.raises(ValueError, match="limit"):
        open_room("n", limit=0)
    assert open_editors() == []


@pytest.mark.parametrize(
    "line",
    [
        "open Lesson 3 -l sql --limit 4",
        'open "Lesson 3" --language sql -n 4',
        "open -n 4 -l sql Lesson  3",
    ],
)
def test_the_magic_opens_a_room_by_its_name(shell: InteractiveShell, line: str) -> None:
    run(shell, f"ed = %pairedit {line}")
    editor = shell.user_ns["ed"]
    assert isinstance(editor, PairEditor)
    assert (editor.room_name, editor.language, editor.limit) == ("Lesson 3", "sql", 4)
    assert editor.first_code is None


def test_the_cell_is_the_first_code_of_a_new_room(shell: InteractiveShell) -> None:
    editor = run(shell, "%%pairedit open Lesson 3\nx = 1\n")
    assert isinstance(editor, PairEditor)
    assert (editor.room_name, editor.first_code) == ("Lesson 3", "x = 1\n")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%pairedit open", "expected %pairedit open <name> [--language L] [--limit N]"),
        ('%pairedit open " "', "1 to 80 visible characters, found none"),
        ("%pairedit open a --title T", "expected %pairedit open <name>"),
        ("%pairedit open a --limit x", "a limit from 1 to 300 people, found 'x'"),
        ("%pairedit open a -l cobol", "found 'cobol'"),
    ],
)
def test_a_mistake_is_one_line(
    shell: InteractiveShell,
    capsys: pytest.CaptureFixture[str],
    cell: str,
    expected: str,
) -> None:
    assert expected in refusal(shell, cell, capsys)
    assert open_editors() == []


def test_an_editor_is_found_by_its_name_before_its_room_is_known(
    shell: InteractiveShell, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    open_room("Lesson 3")
    join_room(OTHER)
    run(shell, '%pairedit link "Lesson 3"')
    assert "The URL of room 'Lesson 3' appears" in capsys.readouterr().out
    run(shell, "%pairedit list")
    assert capsys.readouterr().out.splitlines()[1].split()[:3] == ["-", "Lesson", "3"]
    said = refusal(shell, "%pairedit link nothing", capsys)
    assert said == (
        f"expected the id of an open room ('Lesson 3', {OTHER}), found 'nothing'"
    )
    run(shell, '%pairedit close "Lesson 3"')
    assert "Closed the editor of room 'Lesson 3'" in capsys.readouterr().out
    assert [editor.room_id for editor in open_editors()] == [OTHER]


# --- a cell that makes a room is run again --------------------------------------------


@pytest.fixture
def run_cell(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> RunCell:
    """Run the text of a cell of a notebook, as one request."""
    return RunCell(shell, monkeypatch)


class RunCell:
    """Runs cells with the ids that a page sends."""

    def __init__(
        self, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._shell = shell
        self._patch = monkeypatch
        self._requests = 0

    def __call__(self, cell: str | None, text: str) -> list[str]:
        """Run it. Return the ids of the rooms that it has made."""
        self._requests += 1
        now = None if cell is None else Cell(cell, str(self._requests))
        self._patch.setattr("jupyter_pairedit.kernel.magic.current_cell", lambda: now)
        before = len(open_editors())
        run(self._shell, text)
        return [editor.room_id for editor in open_editors()[before:]]


def test_a_new_room_of_a_cell_that_had_one_names_that(
    run_cell: RunCell, capsys: pytest.CaptureFixture[str]
) -> None:
    (first,) = run_cell("a", "ed = %pairedit new")
    assert capsys.readouterr().out == ""

    (second,) = run_cell("a", "ed = %pairedit new")
    assert capsys.readouterr().out == (
        f"This cell had the room {first}: %pairedit join {first} returns to it, and "
        "%pairedit open <name> returns to its room each time.\n"
    )

    run_cell("a", "ed = %pairedit new")
    assert f"%pairedit join {second} returns" in capsys.readouterr().out


def test_other_cells_and_other_lines_of_a_cell_name_no_room(
    run_cell: RunCell, capsys: pytest.CaptureFixture[str]
) -> None:
    _, last = run_cell("b", "one = %pairedit new\ntwo = %pairedit new")
    run_cell("c", "ed = %pairedit new")
    for _ in range(2):
        # The page does not say which cell it is.
        run_cell(None, "ed = %pairedit new")
        run_cell("d", "ed = %pairedit open n")
    assert capsys.readouterr().out == ""

    run_cell("b", "one = %pairedit new\ntwo = %pairedit new")
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert all(f"had the room {last}:" in line for line in said)
