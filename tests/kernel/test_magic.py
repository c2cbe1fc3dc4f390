"""``%pairedit``, run by a real IPython shell as a notebook would."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from jupyter_pairedit.kernel.widget import PairEditor, join_room, open_editors

if TYPE_CHECKING:
    from ..conftest import Page
from .magics import OTHER, ROOM, URL, execute, refusal, run


def test_new_gives_the_editor(shell: InteractiveShell) -> None:
    run(shell, "ed = %pairedit new")
    editor = shell.user_ns["ed"]
    assert isinstance(editor, PairEditor)
    assert open_editors() == [editor]
    assert editor.create
    assert editor.first_code is None
    assert editor.limit is None


def test_an_assigned_editor_is_not_displayed_and_a_last_one_is_once(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "ed = %pairedit new")
    assert capsys.readouterr().out == ""
    run(shell, "%pairedit new")
    assert capsys.readouterr().out.count("PairEditor(room") == 1
    run(shell, "%%pairedit new\nx = 1\n")
    assert capsys.readouterr().out.count("PairEditor(room") == 1


def test_new_takes_title_language_and_limit(shell: InteractiveShell) -> None:
    run(shell, """ed = %pairedit new --title "Ann & Bob" -l sql --limit=3""")
    editor = shell.user_ns["ed"]
    assert (editor.title, editor.language, editor.limit) == ("Ann & Bob", "sql", 3)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ('--title "Ann B"', "Ann B"),
        ("--title 'Ann B'", "Ann B"),
        ('--title="Ann B"', "Ann B"),
        ('-t "#1"', "#1"),
        ('--title ""', ""),
        (r"--title C:\new", r"C:\new"),
        ('--title "Ann\'s"', "Ann's"),
        ("--title Ann;", "Ann"),
    ],
)
def test_quote_marks_are_not_part_of_a_title(
    shell: InteractiveShell, written: str, title: str
) -> None:
    run(shell, f"ed = %pairedit new {written}")
    assert shell.user_ns["ed"].title == title


def test_a_line_is_expanded_as_in_every_magic(shell: InteractiveShell) -> None:
    shell.user_ns.update(who="Ann B", room=ROOM)
    run(shell, 'ed = %pairedit new --title "{who.upper()}"')
    assert shell.user_ns["ed"].title == "ANN B"
    run(shell, "ed = %pairedit join $room")
    assert shell.user_ns["ed"].room_id == ROOM


def test_the_cell_is_the_first_code_as_it_stands(shell: InteractiveShell) -> None:
    editor = run(shell, "%%pairedit new --title T\nx = '{y}'\n\n%timeit $x\n")
    assert isinstance(editor, PairEditor)
    assert editor.first_code == editor.code == "x = '{y}'\n\n%timeit $x\n"
    assert editor.title == "T"


@pytest.mark.parametrize("room", [ROOM, URL, f"{URL}/", f'"{URL}"'])
def test_join_takes_an_id_or_the_url_of_a_page(
    shell: InteractiveShell, room: str
) -> None:
    editor = run(shell, f"%pairedit join {room}")
    assert isinstance(editor, PairEditor)
    assert (editor.room_id, editor.create) == (ROOM, False)


@pytest.mark.usefixtures("no_server")
def test_join_takes_a_guest_link_and_a_name(
    shell: InteractiveShell, page: Page
) -> None:
    link = f"http://localhost:8888/user/ann/pairedit/guest#{ROOM}.invite.key"
    editor = run(shell, f"%pairedit join {link} --name 'Bob B'")
    assert isinstance(editor, PairEditor)
    assert (editor.room_id, editor.server) == (ROOM, "http://localhost:8888/user/ann/")
    page.say(editor, type="enter", page="p")
    assert page.told[-1]["name"] == "Bob B"


@pytest.mark.usefixtures("no_server")
def test_join_can_ask_for_the_link_so_that_no_cell_keeps_it(
    shell: InteractiveShell, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = f"http://localhost:8888/pairedit/guest#{ROOM}.invite.key"
    asked: list[str] = []

    def ask(words: str) -> str:
        asked.append(words)
        return link

    monkeypatch.setattr("getpass.getpass", ask)
    editor = run(shell, "%pairedit join --ask")
    assert isinstance(editor, PairEditor)
    assert (editor.room_id, asked) == (ROOM, ["Link: "])


def test_share_asks_the_page_for_a_link(shell: InteractiveShell, page: Page) -> None:
    editor = run(shell, "%pairedit new")
    assert isinstance(editor, PairEditor)
    page.report(editor, status="live")
    line = (
        f"%pairedit share {editor.room_id[:6]} --role view --expires 2d --label 'B 9'"
    )
    link = run(shell, line)
    assert page.told[-1]["wish"] == {
        "role": "view",
        "expiresIn": 172_800,
        "label": "B 9",
    }
    assert "Share panel" in repr(link)


def test_share_is_refused_while_no_page_shows_the_editor(
    shell: InteractiveShell, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%pairedit new")
    assert isinstance(execute(shell, "%pairedit share").error_in_exec, UsageError)
    assert "Show the editor first" in capsys.readouterr().err


def test_alone_it_prints_a_short_help_and_the_open_editors(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%pairedit")
    out = capsys.readouterr().out
    assert "%pairedit join <room id, URL or guest link>" in out
    assert out.endswith("No editor is open in this kernel.\n")
    join_room(ROOM)
    run(shell, "%pairedit")
    assert ROOM in capsys.readouterr().out


HERE = (
    "the page reports: This kernel was not started by a Jupyter server on this system."
)


def test_list_prints_a_row_for_each_editor(
    shell: InteractiveShell, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    page.report(
        join_room(ROOM), _url=URL, title="Pair", status="live", participants=["A", "B"]
    )
    join_room(OTHER)
    assert run(shell, "%pairedit list") is None
    assert capsys.readouterr().out.splitlines() == [
        f"room                    title  status     people  {'url':{len(URL)}}  "
        "connection",
        f"{ROOM}  Pair   live       2       {URL}  {HERE}",
        f"{OTHER}  -      not shown  0       {'-':{len(URL)}}  {HERE}",
    ]


def test_link_prints_the_url_or_when_there_will_be_one(
    shell: InteractiveShell, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    editor = join_room(ROOM)
    run(shell, "%pairedit link")
    assert "appears once its editor is shown" in capsys.readouterr().out
    page.report(editor, _url=URL)
    run(shell, "%pairedit link")
    assert capsys.readouterr().out == f"{URL}\n"


@pytest.mark.usefixtures("no_server")
def test_link_says_that_a_guest_has_no_page(
    shell: InteractiveShell, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    join_room(f"http://localhost:8888/pairedit/guest#{ROOM}.invite.key")
    run(shell, "%pairedit link")
    said = f"Room {ROOM} has no page for you: use the guest link.\n"
    assert capsys.readouterr().out == said


def test_a_verb_means_the_newest_editor_or_that_of_the_named_room(
    shell: InteractiveShell, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    page.report(join_room(ROOM), _url="old")
    page.report(join_room(OTHER), _url="new")
    for line, url in [
        ("link", "new"),
        (f"link {ROOM}", "old"),
        ("link Zx81", "old"),
        (f"link {OTHER}", "new"),
    ]:
        run(shell, f"%pairedit {line}")
        assert capsys.readouterr().out == f"{url}\n"


def test_save_writes_the_code_as_utf8(
    shell: InteractiveShell, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    page.report(join_room(ROOM), status="live", code="s = 'é😀'\nt = 1\n")
    run(shell, "%pairedit save 'my code.py'")
    assert Path("my code.py").read_bytes() == "s = 'é😀'\nt = 1\n".encode()
    assert capsys.readouterr().out == "Saved 2 lines to my code.py\n"


def test_save_replaces_a_file_only_by_force(
    shell: InteractiveShell, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    page.report(join_room(ROOM), status="live", code="new")
    Path("pair.py").write_text("old")
    said = refusal(shell, "%pairedit save pair.py", capsys)
    assert said == "expected a new file, found pair.py; --force overwrites it"
    assert Path("pair.py").read_text() == "old"
    run(shell, "%pairedit save --force pair.py")
    assert Path("pair.py").read_text() == "new"
    assert set(os.listdir()) - {"widget.js"} == {"pair.py"}


def test_save_by_force_keeps_the_mode_and_the_link_of_the_old_file(
    shell: InteractiveShell, page: Page
) -> None:
    page.report(join_room(ROOM), status="live", code="new")
    Path("real.py").write_text("old")
    Path("real.py").chmod(0o750)
    Path("link.py").symlink_to("real.py")
    run(shell, "%pairedit save link.py --force")
    assert Path("link.py").is_symlink()
    assert Path("real.py").read_text() == "new"
    assert Path("real.py").stat().st_mode & 0o777 == 0o750


def test_save_waits_for_a_code_to_save(
    shell: InteractiveShell, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    editor = join_room(ROOM)
    assert "found none yet" in refusal(shell, "%pairedit save a.py", capsys)
    page.report(editor, status="live")
    run(shell, "%pairedit save a.py")
    assert Path("a.py").read_bytes() == b""


def test_an_error_of_the_disk_is_one_line(
    shell: InteractiveShell, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    page.report(join_room(ROOM), status="live", code="new")
    said = refusal(shell, "%pairedit save no/such/folder/a.py", capsys)
    assert said == "cannot save no/such/folder/a.py: No such file or directory"
    assert "cannot save" in refusal(shell, "%pairedit save . -f", capsys)


def test_close_closes_the_newest_the_named_or_all(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    editors = [join_room(ROOM), join_room(OTHER), join_room(ROOM), join_room(OTHER)]
    run(shell, "%pairedit close")
    assert open_editors() == editors[:3]
    run(shell, f"%pairedit close {OTHER}")
    assert open_editors() == [editors[0], editors[2]]
    run(shell, "%pairedit close --all")
    assert open_editors() == []
    assert f"room {ROOM}; the room stays" in capsys.readouterr().out
