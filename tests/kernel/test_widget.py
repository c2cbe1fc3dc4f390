"""The widget: what a notebook may set, what only the page may, and who wins."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from traitlets import TraitError

import jupyter_pairedit
from jupyter_pairedit import magic as short_magic
from jupyter_pairedit import widget as short_widget
from jupyter_pairedit.client.errors import NotConnected
from jupyter_pairedit.core.identifiers import is_room_id
from jupyter_pairedit.core.links import BadLink
from jupyter_pairedit.kernel import editor as editors
from jupyter_pairedit.kernel import magic
from jupyter_pairedit.kernel.blame import NotReported
from jupyter_pairedit.kernel.widget import (
    BundleNotBuilt,
    PairEditor,
    join_room,
    new_room,
    open_editors,
)
from jupyter_pairedit.protocol import WriteId

if TYPE_CHECKING:
    from ..conftest import Page

ROOM = "Zx81Commodore64Amiga50"


def codes(editor: PairEditor) -> list[str]:
    """Collect what an observer of ``code`` sees."""
    seen: list[str] = []
    editor.observe(lambda change: seen.append(change["new"]), names="code")
    return seen


# --- making -------------------------------------------------------------------------


def test_a_new_room_has_an_id_of_its_own_and_the_page_makes_it(page: Page) -> None:
    first, second = new_room(), new_room()
    assert is_room_id(first.room_id)
    assert first.room_id != second.room_id
    assert first.create


def test_the_page_receives_the_whole_state_at_once(page: Page) -> None:
    new_room("x = 1", title="Ann & Bob", language="sql", limit=3)
    state = next(state for state in page.heard if "room_id" in state)
    assert state["_esm"] == "export default {};"
    public = {key: state[key] for key in state if not key.startswith("_")}
    assert is_room_id(public.pop("room_id"))
    for name in ("layout", "tabbable", "tooltip"):
        public.pop(name)
    assert public == {
        "autocomplete": True,
        "autocomplete_delay": 600,
        "code": "x = 1",
        "create": True,
        "disabled": False,
        "first_code": "x = 1",
        "kernel_id": "",
        "language": "sql",
        "limit": 3,
        "message": "",
        "outcome": "",
        "participants": [],
        "room_name": "",
        "server": "",
        "status": "not shown",
        "title": "Ann & Bob",
    }
    assert state["_writes"] == 0
    assert state["_writes_done"] is None


def test_joining_takes_an_id_or_the_url_of_a_page(page: Page) -> None:
    by_id = join_room(ROOM)
    by_url = join_room(f"http://localhost:8888/user/ann/pairedit/room/{ROOM}")
    assert by_id.room_id == by_url.room_id == ROOM
    assert not by_id.create


def test_joining_something_else_is_refused(page: Page) -> None:
    with pytest.raises(BadLink):
        join_room("somewhere")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"language": "cobol"}, "expected a language, one of python, .*'cobol'"),
        ({"title": "x" * 121}, "expected a title of at most 120 characters, found 121"),
        ({"limit": 0}, "expected a limit from 1 to 300 people, found 0"),
        ({"limit": 301}, "found 301"),
    ],
)
def test_a_room_that_the_server_would_refuse_is_refused_here(
    page: Page, asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        new_room(**asked)


def test_without_a_bundle_one_sentence_says_how_to_build_it(
    page: Page, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(editors, "WIDGET_JS", tmp_path / "missing.js")
    with pytest.raises(BundleNotBuilt, match="npm run build"):
        new_room()
    assert open_editors() == []


# --- code ---------------------------------------------------------------------------


def test_code_is_the_first_code_until_the_page_reports(page: Page) -> None:
    editor = new_room("x = 1\n")
    seen = codes(editor)
    assert editor.code == "x = 1\n"
    page.report(editor, code="x = 12\n")
    assert editor.code == "x = 12\n"
    assert seen == ["x = 12\n"]


def test_a_report_of_the_page_is_not_sent_back(page: Page) -> None:
    editor = new_room()
    page.forget()
    page.report(editor, code="typed")
    assert page.heard == []


def test_setting_code_sends_the_page_one_message_with_its_count(page: Page) -> None:
    editor = new_room()
    page.forget()
    editor.code = "a = 1"
    assert page.heard == [{"code": "a = 1", "_writes": 1}]
    page.forget()
    editor.code = "a = 2"
    assert page.heard == [{"code": "a = 2", "_writes": 2}]


def test_each_widget_is_a_writer_of_its_own(page: Page) -> None:
    first, second = join_room(ROOM), join_room(ROOM)

    assert first._writer != second._writer
    for editor in (first, second):
        # Raises for what the server would refuse.
        msgspec.convert([editor._writer, 1], WriteId)


def test_an_observer_that_answers_with_other_code_is_a_write_too(page: Page) -> None:
    editor = new_room()

    def tidy(change: dict[str, str]) -> None:
        editor.code = change["new"].rstrip()

    editor.observe(tidy, names="code")
    page.report(editor, code="a = 1   ", _writes_done=0)
    assert editor.code == "a = 1"
    assert page.heard[-1] == {"code": "a = 1", "_writes": 1}


def test_a_report_from_before_a_write_does_not_undo_it(page: Page) -> None:
    editor = new_room()
    page.report(editor, _writes_done=0, code="typed")
    editor.code = "written"
    page.report(editor, code="typed more")  # was under way
    assert editor.code == "written"
    page.report(editor, _writes_done=1)
    assert editor.code == "written"
    page.report(editor, code="written and typed")
    assert editor.code == "written and typed"


def test_code_and_its_confirmation_may_come_together(page: Page) -> None:
    editor = new_room()
    page.report(editor, _writes_done=0)
    editor.code = "written"
    page.report(editor, code="someone else's", _writes_done=1)
    assert editor.code == "someone else's"


def test_the_rest_of_a_report_from_before_a_write_is_taken(page: Page) -> None:
    editor = new_room()
    page.report(editor, _writes_done=0)
    editor.code = "written"
    page.report(editor, code="old", status="live")
    assert (editor.code, editor.status) == ("written", "live")


@pytest.mark.parametrize("bad", [None, 5, b"bytes", ["a"]])
def test_code_is_a_str(page: Page, bad: Any) -> None:
    editor = new_room("good")
    with pytest.raises(TraitError, match=r"'code' trait .* expected a str, not the"):
        editor.code = bad
    assert editor.code == "good"


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ("nul \0", r"expected text without U\+0000, found one"),
        ("half \ud83d", "expected whole characters, found a lone surrogate"),
    ],
)
def test_code_that_no_room_can_hold_is_refused(
    page: Page, bad: str, sentence: str
) -> None:
    editor = new_room("good")
    with pytest.raises(TraitError, match=f"'code' of a PairEditor {sentence}"):
        editor.code = bad
    with pytest.raises(TraitError, match=f"'first_code' of a PairEditor {sentence}"):
        new_room(bad)
    assert editor.code == "good"


def test_code_may_hold_astral_characters(page: Page) -> None:
    editor = new_room()
    editor.code = "s = '😀'"
    assert editor.code == "s = '😀'"


# --- what only the page may set -----------------------------------------------------

REPORT = {
    "status": "live",
    "message": "All is well.",
    "participants": ["Ann", "Bob"],
    "language": "sql",
    "title": "Ours",
}


def test_the_page_reports_the_status_of_the_room(page: Page) -> None:
    editor = join_room(ROOM)
    page.report(editor, **REPORT)
    assert {name: getattr(editor, name) for name in REPORT} == REPORT


SETTABLE = {"title", "language"}


@pytest.mark.parametrize(
    "name", [*sorted(REPORT.keys() - SETTABLE), "room_id", "create", "first_code"]
)
def test_a_notebook_may_not_set_it(page: Page, name: str) -> None:
    editor = join_room(ROOM)
    with pytest.raises(TraitError, match=f'"{name}" trait is read-only'):
        setattr(editor, name, getattr(editor, name))


def test_the_url_is_that_of_the_page_and_missing_before_one_has_shown_it(
    page: Page,
) -> None:
    editor = join_room(ROOM)
    with pytest.raises(NotConnected, match="url; found neither"):
        _ = editor.url
    page.report(editor, _url=f"http://localhost/pairedit/room/{ROOM}")
    assert editor.url == f"http://localhost/pairedit/room/{ROOM}"
    with pytest.raises(AttributeError):
        editor.url = ""  # type: ignore[misc]


def test_participants_can_be_observed(page: Page) -> None:
    editor = join_room(ROOM)
    seen: list[list[str]] = []
    editor.observe(lambda change: seen.append(change["new"]), names="participants")
    page.report(editor, participants=["Ann"])
    page.report(editor, participants=["Ann", "Bob"])
    assert seen == [["Ann"], ["Ann", "Bob"]]


@pytest.mark.parametrize(
    ("name", "value"),
    [("disabled", True), ("autocomplete", False), ("autocomplete_delay", 50)],
)
def test_a_notebook_may_set_it(page: Page, name: str, value: object) -> None:
    editor = join_room(ROOM)
    page.forget()
    setattr(editor, name, value)
    assert page.heard == [{name: value}]


def test_a_pause_is_not_negative(page: Page) -> None:
    with pytest.raises(TraitError):
        join_room(ROOM).autocomplete_delay = -1


# --- who wrote it -------------------------------------------------------------------

BLAME = {
    "version": 7,
    "authors": ["Bob", "Ann"],
    "lines": [
        {"line": 1, "count": 1, "author": "Ann", "at": 0.0, "kind": "write"},
        {"line": 2, "count": 2, "author": "Bob", "at": 86400.5, "kind": "edit"},
        {
            "line": 4,
            "count": 1,
            "author": "Bob",
            "at": 0.0,
            "kind": "edit",
            "marks": ["python", "suggested"],
        },
    ],
}


def test_each_line_has_who_wrote_it_and_when(page: Page) -> None:
    editor = join_room(ROOM)
    page.report(editor, _blame=BLAME)
    made = datetime(1970, 1, 1, tzinfo=UTC)
    typed = datetime(1970, 1, 2, 0, 0, 0, 500_000, tzinfo=UTC)
    bob = {"author": "Bob", "at": typed, "kind": "edit", "marks": []}
    marks = ["python", "suggested"]
    assert editor.blame() == [
        {"line": 1, "author": "Ann", "at": made, "kind": "write", "marks": []},
        {"line": 2, **bob},
        {"line": 3, **bob},
        {"line": 4, **bob, "at": made, "marks": marks},
    ]


def test_there_is_a_line_for_each_co_author(page: Page) -> None:
    editor = join_room(ROOM)
    page.report(editor, _blame=BLAME)
    assert editor.coauthors({"Ann": "ann@example.org"}) == [
        "Co-authored-by: Bob <bob@noreply.invalid>",
        "Co-authored-by: Ann <ann@example.org>",
    ]


@pytest.mark.parametrize("ask", ["blame", "coauthors"])
def test_a_page_is_asked_unless_it_has_reported_who_wrote_this_version(
    page: Page, ask: str
) -> None:
    editor = join_room(ROOM)
    page.report(editor, _blame=BLAME, _version=7)
    getattr(editor, ask)()
    assert page.told == []
    page.report(editor, _version=8)
    getattr(editor, ask)()  # What is known, while people type.
    assert page.told == [{"type": "blame", "buffers": []}]


def test_there_are_no_authors_before_a_page_has_reported(page: Page) -> None:
    editor = join_room(ROOM)
    with pytest.raises(NotReported, match="show the editor"):
        editor.blame()
    with pytest.raises(NotReported):
        editor.coauthors()


@pytest.mark.usefixtures("no_server")
def test_a_guest_gets_no_authors(page: Page) -> None:
    editor = join_room(f"http://localhost:8888/pairedit/guest#{ROOM}.invite.key")
    for ask in (editor.blame, editor.coauthors):
        with pytest.raises(NotReported, match="history"):
            ask()


def test_blame_is_set_by_the_page_and_not_sent_back(page: Page) -> None:
    editor = join_room(ROOM)
    page.forget()
    page.report(editor, _blame=BLAME)
    assert page.heard == []
    with pytest.raises(TraitError, match="read-only"):
        editor._blame = {}


# --- showing and closing ------------------------------------------------------------


def test_the_text_of_an_editor_is_one_short_line(page: Page) -> None:
    editor = join_room(ROOM)
    assert repr(editor) == "PairEditor(room 'Zx81Co…', not shown)"
    page.report(editor, status="live", participants=["Ann"])
    assert repr(editor) == "PairEditor(room 'Zx81Co…', live, 1 person)"
    page.report(editor, participants=["Ann", "Bob"])
    assert repr(editor) == "PairEditor(room 'Zx81Co…', live, 2 people)"
    bundle = editor._repr_mimebundle_()
    assert bundle is not None
    assert bundle[0]["text/plain"] == repr(editor)
    editor.close()
    assert repr(editor).startswith("PairEditor(room 'Zx81Co…', closed")


def test_open_editors_are_listed_until_they_are_closed(page: Page) -> None:
    first, second = join_room(ROOM), join_room(ROOM)
    assert open_editors() == [first, second]
    first.close()
    first.close()
    assert open_editors() == [second]


def test_an_editor_has_the_layout_of_every_widget(page: Page) -> None:
    editor = join_room(ROOM)
    editor.layout.width = "50%"
    assert editor.layout.width == "50%"


# --- what a kernel imports ----------------------------------------------------------


def imported_by(statement: str) -> set[str]:
    """Return the modules that a fresh Python holds after ``statement``."""
    code = f"{statement}\nimport sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_a_kernel_imports_no_server_and_no_database() -> None:
    base = imported_by("import IPython.core.interactiveshell, anywidget")
    extra = imported_by("import jupyter_pairedit.kernel.magic") - base
    server = {"jupyter_server", "tornado", "sqlite_utils", "sqlite3", "msgspec"}
    assert not server & {name.partition(".")[0] for name in extra}
    assert {n for n in extra if n.startswith("jupyter_pairedit.")} == {
        "jupyter_pairedit.client",
        "jupyter_pairedit.client.errors",
        "jupyter_pairedit.core",
        "jupyter_pairedit.core.expecting",
        "jupyter_pairedit.core.identifiers",
        "jupyter_pairedit.core.links",
        "jupyter_pairedit.core.marks",
        "jupyter_pairedit.core.names",
        "jupyter_pairedit.core.portable",
        "jupyter_pairedit.core.roomnames",
        "jupyter_pairedit.core.storable",
        "jupyter_pairedit.kernel",
        "jupyter_pairedit.kernel.arguments",
        "jupyter_pairedit.kernel.answering",
        "jupyter_pairedit.kernel.blame",
        "jupyter_pairedit.kernel.cells",
        "jupyter_pairedit.kernel.coauthors",
        "jupyter_pairedit.kernel.editor",
        "jupyter_pairedit.kernel.follower",
        "jupyter_pairedit.kernel.following",
        "jupyter_pairedit.kernel.given",
        "jupyter_pairedit.kernel.guard",
        "jupyter_pairedit.kernel.held",
        "jupyter_pairedit.kernel.listing",
        "jupyter_pairedit.kernel.magic",
        "jupyter_pairedit.kernel.named",
        "jupyter_pairedit.kernel.passes",
        "jupyter_pairedit.kernel.properties",
        "jupyter_pairedit.kernel.reruns",
        "jupyter_pairedit.kernel.roomlist",
        "jupyter_pairedit.kernel.running",
        "jupyter_pairedit.kernel.saving",
        "jupyter_pairedit.kernel.share",
        "jupyter_pairedit.kernel.traits",
        "jupyter_pairedit.kernel.waiting",
        "jupyter_pairedit.kernel.widget",
    }


def test_the_modules_that_a_notebook_may_name_are_still_there() -> None:
    assert short_widget.PairEditor is PairEditor
    assert short_widget.new_room is new_room
    assert short_widget.join_room is join_room
    assert short_magic.register is magic.register


def test_a_server_imports_no_widget() -> None:
    assert not {"anywidget", "ipywidgets", "IPython"} & imported_by(
        "import jupyter_pairedit"
    )


def test_the_package_offers_the_kernels_names() -> None:
    for name in jupyter_pairedit.__all__:
        assert getattr(jupyter_pairedit, name) is not None
    assert jupyter_pairedit.PairEditor is PairEditor
    with pytest.raises(AttributeError, match="no attribute 'PairEdit0r'"):
        jupyter_pairedit.PairEdit0r  # noqa: B018


def test_the_pause_before_a_suggestion_is_the_same_on_a_page(root: Path) -> None:
    source = (root / "js" / "src" / "editor" / "autocomplete.ts").read_text("utf-8")
    pause = PairEditor.autocomplete_delay.default_value
    assert f"export const DELAY_MS = {pause};" in source
